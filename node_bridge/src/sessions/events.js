// Hears what a number's client tells, and puts it into the spool in the wire's words, in order within each chat.

import { messageAck, messageEdit, messageReaction, messageRevoke } from "../normalise/changes.js";
import { chatRead, groupUpdate, lidsIn, nameOf } from "../normalise/chat.js";
import { isChat, parseJid, textOf } from "../normalise/jid.js";
import { chatOf, isForUs, messageEvent, peopleIn } from "../normalise/message.js";

const GROUP_NAME_FRESH_MS = 10 * 60 * 1000;
const GROUP_SETTLES_MS = 1000;
const GROUP_NAMES_KEPT = 2000;

export class Events {
  /** `deliver` puts a document into a lane of the spool. @param {{ session: string, origin: import("../whatsapp/types.js").Origin, client: any, people: import("../people.js").People, sender: import("../sending/sender.js").Sender, deliver: (lane: string, document: any) => Promise<void>, log: import("../log.js").Logger, now?: () => number }} of */
  constructor({ session, origin, client, people, sender, deliver, log, now = Date.now }) {
    this.session = session;
    this.origin = origin;
    this.client = client;
    this.people = people;
    this.sender = sender;
    this.deliver = deliver;
    this.log = log;
    this.now = now;
    /** What is being put into words, by chat @type {Map<string, Promise<void>>} */
    this.pending = new Map();
    /** @type {Map<string, { name: string | null, until: number }>} */
    this.groupNames = new Map();
    /** @type {Map<string, NodeJS.Timeout>} */
    this.groupTimers = new Map();
    /** @type {number | null} */
    this.lastAt = null;
    /** @type {[string, (...args: any[]) => void][]} */
    this.heard = [];
  }

  attach() {
    // `message_create` comes for inbound messages too, and before `message`.
    this.#on("message", (message) => this.#message(message));
    this.#on("message_create", (message) => message.fromMe && this.#message(message));
    this.#on("message_ack", (message, ack) =>
      this.#inChat(chatOf(message), async () =>
        messageAck(
          message,
          ack,
          this.origin,
          message.fromMe ? await this.sender.ledger.uuidOf(this.session, message.id.id) : null,
        ),
      ),
    );
    this.#on("message_edit", (message) => this.#inChat(chatOf(message), async () => messageEdit(message, this.origin)));
    this.#on("message_revoke_everyone", (message) =>
      this.#inChat(chatOf(message), async () => messageRevoke(message, this.origin)),
    );
    this.#on("message_reaction", (reaction) => this.#reaction(reaction));
    this.#on(
      "unread_count",
      (chat) =>
        chat &&
        this.#inChat(textOf(chat.id), async () =>
          chatRead(chat, this.origin, await this.people.lookUp([textOf(chat.id)], { names: false })),
        ),
    );
    for (const name of ["group_join", "group_leave", "group_admin_changed", "group_update"])
      this.#on(name, (notice) => this.#group(textOf(notice.chatId)));
    this.#on("contact_changed", () => this.people.forget());
  }

  detach() {
    for (const [name, listener] of this.heard) this.client.off(name, listener);
    this.heard = [];
    for (const timer of this.groupTimers.values()) clearTimeout(timer);
    this.groupTimers.clear();
  }

  /** Returns when all that was heard of a chat is in the spool. @param {string} chat */
  async worded(chat) {
    while (this.pending.has(chat)) await this.pending.get(chat);
  }

  async allWorded() {
    while (this.pending.size > 0) await Promise.all(this.pending.values());
  }

  /** @param {string} name @param {(...args: any[]) => unknown} heard */
  #on(name, heard) {
    const listener = (/** @type {any[]} */ ...args) => {
      this.lastAt = this.now();
      try {
        heard(...args);
      } catch (error) {
        this.#failed(error);
      }
    };
    this.client.on(name, listener);
    this.heard.push([name, listener]);
  }

  /** One after the other within a chat. @param {string} chat @param {() => Promise<any>} word gives the document, or null */
  #inChat(chat, word) {
    const before = this.pending.get(chat) ?? Promise.resolve();
    const after = before
      .then(async () => {
        const document = await word();
        if (document) await this.deliver(chat, document);
      })
      .catch((error) => this.#failed(error))
      .finally(() => {
        if (this.pending.get(chat) === after) this.pending.delete(chat);
      });
    this.pending.set(chat, after);
  }

  /** @param {any} message */
  #message(message) {
    if (!isForUs(message)) return;
    const chat = chatOf(message);
    this.#inChat(chat, async () => {
      const people = await this.people.lookUp(peopleIn(message));
      const clientUuid = message.fromMe ? await this.sender.uuidOf(message) : null;
      const groupName = parseJid(chat).kind === "group" ? await this.#groupName(chat) : null;
      return messageEvent(message, this.origin, { people, groupName, clientUuid });
    });
  }

  /** @param {any} reaction */
  #reaction(reaction) {
    const sender = textOf(reaction.senderId);
    this.#inChat(textOf(reaction.msgId?.remote), async () =>
      messageReaction(reaction, this.origin, (await this.people.lookUp(sender ? [sender] : [])).get(sender)),
    );
  }

  /** Several members that come at once are told once. @param {string} jid */
  #group(jid) {
    if (!isChat(jid) || this.groupTimers.has(jid)) return;
    this.groupNames.delete(jid);
    const timer = setTimeout(() => {
      this.groupTimers.delete(jid);
      this.#inChat(jid, async () => {
        const chat = await this.client.getChatById(jid);
        return chat?.groupMetadata
          ? groupUpdate(chat, this.origin, await this.people.lookUp(lidsIn(chat), { names: false }))
          : null;
      });
    }, GROUP_SETTLES_MS);
    this.groupTimers.set(jid, timer);
  }

  /** @param {string} jid @returns {Promise<string | null>} */
  async #groupName(jid) {
    const held = this.groupNames.get(jid);
    if (held && held.until > this.now()) return held.name;
    const chat = await this.client.getChatById(jid).catch(() => null);
    const name = chat ? nameOf(chat) : (held?.name ?? null);
    if (this.groupNames.size >= GROUP_NAMES_KEPT) this.groupNames.clear();
    this.groupNames.set(jid, { name, until: this.now() + GROUP_NAME_FRESH_MS });
    return name;
  }

  /** @param {unknown} error */
  #failed(error) {
    this.log.error({ err: error, session_id: this.session }, "an event could not be put into words");
  }
}
