// Sends each message once, whatever is asked how often, and answers what WhatsApp said of it.
import { setTimeout as sleep } from "node:timers/promises";
import wwebjs from "whatsapp-web.js";
import { Refusal } from "../errors.js";
import { parseJid } from "../normalise/jid.js";
import { findMessage } from "./finding.js";
import { hashOf } from "./ledger.js";

/** @typedef {{ client_uuid: string, to: string, body: string, reply_to?: string | null, media?: { mime_type: string, data: string, file_name?: string | null, as_voice?: boolean } | null, mentions?: string[] | null }} Send */

const LOOKED_BACK = 50;

export class Sender {
  /** `clientOf` gives the connected client, or refuses. @param {{ session: string, ledger: import("./ledger.js").Ledger, clientOf: () => any, timeoutMs: number, log: import("../log.js").Logger, metrics: import("../metrics.js").Metrics, now?: () => number }} of */
  constructor({ session, ledger, clientOf, timeoutMs, log, metrics, now = Date.now }) {
    this.session = session;
    this.ledger = ledger;
    this.clientOf = clientOf;
    this.timeoutMs = timeoutMs;
    this.log = log;
    this.metrics = metrics;
    this.now = now;
    /** @type {Map<string, { hash: string, answer: Promise<any> }>} */
    this.onTheWay = new Map();
    /** What follows one another in a chat @type {Map<string, Promise<unknown>>} */
    this.chats = new Map();
    /** @type {Set<string>} */
    this.reachable = new Set();
  }

  /** `wire.bridge.BridgeSent`. Throws Refusal. @param {Send} send */
  async send(send) {
    const hash = hashOf([send.to, send.body, send.reply_to ?? null, send.media ?? null, send.mentions ?? null]);
    const asked = this.onTheWay.get(send.client_uuid);
    if (asked) {
      if (asked.hash !== hash) throw conflict(send);
      return asked.answer;
    }
    const answer = this.#once(send, hash).finally(() => this.onTheWay.delete(send.client_uuid));
    this.onTheWay.set(send.client_uuid, { hash, answer });
    try {
      const sent = await answer;
      this.metrics.sends.inc({ session: this.session, outcome: "sent" });
      return sent;
    } catch (error) {
      this.metrics.sends.inc({ session: this.session, outcome: error instanceof Refusal ? error.code : "internal" });
      throw error;
    }
  }

  /** Whose the message is that WhatsApp shows as ours; waits for sends whose answer is still to come. @param {any} message a library Message @returns {Promise<string | null>} */
  async uuidOf(message) {
    const known = await this.ledger.uuidOf(this.session, message.id.id);
    if (known) return known;
    if (this.onTheWay.size > 0) await Promise.allSettled([...this.onTheWay.values()].map((each) => each.answer));
    return (
      (await this.ledger.uuidOf(this.session, message.id.id)) ??
      this.ledger.claim(this.session, message, textOfSent(message))
    );
  }

  /** @param {Send} send @param {string} hash */
  async #once(send, hash) {
    const known = await this.ledger.get(this.session, send.client_uuid);
    if (known && known.hash !== hash) throw conflict(send);
    if (known?.state === "sent") return answerOf(known);
    const before = this.chats.get(send.to) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => (known ? this.#again(send, known) : this.#first(send, hash)));
    this.chats.set(send.to, turn);
    try {
      return answerOf(await turn);
    } finally {
      if (this.chats.get(send.to) === turn) this.chats.delete(send.to);
    }
  }

  /** @param {Send} send @param {string} hash */
  async #first(send, hash) {
    const client = this.clientOf();
    await this.#refuseStrangers(client, send.to);
    /** @type {import("./ledger.js").Entry} */
    const entry = {
      uuid: send.client_uuid,
      to: send.to,
      hash,
      text: hashOf(send.body),
      state: "sending",
      at: this.now(),
    };
    await this.ledger.begin(this.session, entry);
    return this.#hand(client, send, entry);
  }

  /** An earlier try was lost on its way: only what WhatsApp does not show is sent again. @param {Send} send @param {import("./ledger.js").Entry} entry */
  async #again(send, entry) {
    const client = this.clientOf();
    const found = await this.#inChat(client, entry);
    if (found) return found;
    return this.#hand(client, send, entry);
  }

  /** @param {any} client @param {Send} send @param {import("./ledger.js").Entry} entry */
  async #hand(client, send, entry) {
    const abort = new AbortController();
    try {
      const late = sleep(this.timeoutMs, "late", { signal: abort.signal }).catch(() => "late");
      const message = await Promise.race([this.#call(client, send), late]);
      if (message === "late")
        throw new Refusal(
          504,
          "unconfirmed",
          "WhatsApp did not answer in time; whether it took the message is not known.",
        );
      if (!message?.id?.id) {
        await this.ledger.never(this.session, entry);
        throw new Refusal(404, "recipient_unknown", "WhatsApp knows no such chat.");
      }
      return await this.ledger.sent(this.session, entry, message.id.id, message.timestamp);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.log.warn({ err: error, session_id: this.session, client_uuid: send.client_uuid }, "sending broke off");
      const found = await this.#inChat(client, entry).catch(() => null);
      if (found) return found;
      throw new Refusal(504, "unconfirmed", "Sending broke off; whether WhatsApp took the message is not known.");
    } finally {
      abort.abort();
    }
  }

  /** @param {any} client @param {Send} send */
  async #call(client, send) {
    const quoted = send.reply_to ? await findMessage(client, send.to, send.reply_to) : null;
    if (send.reply_to && !quoted)
      this.log.warn(
        { session_id: this.session, client_uuid: send.client_uuid },
        "the message to answer was not found: sent without it",
      );
    const media = send.media
      ? new wwebjs.MessageMedia(send.media.mime_type, send.media.data, send.media.file_name ?? undefined)
      : undefined;
    return client.sendMessage(send.to, media ?? send.body, {
      quotedMessageId: quoted?.id._serialized,
      mentions: send.mentions ?? undefined,
      caption: media ? send.body : undefined,
      sendAudioAsVoice: send.media?.as_voice || undefined,
    });
  }

  /** @param {any} client @param {import("./ledger.js").Entry} entry */
  async #inChat(client, entry) {
    const chat = await client.getChatById(entry.to);
    const messages = chat ? await chat.fetchMessages({ limit: LOOKED_BACK, fromMe: true }) : [];
    for (const message of messages) {
      const owner = await this.ledger.uuidOf(this.session, message.id.id);
      if (owner === entry.uuid) return { ...entry, message_id: message.id.id, timestamp: message.timestamp }; // its echo came meanwhile
      const isIt = hashOf(textOfSent(message)) === entry.text && message.timestamp >= Math.floor(entry.at / 1000) - 5;
      if (isIt && owner === null) return this.ledger.sent(this.session, entry, message.id.id, message.timestamp);
    }
    return null;
  }

  /** @param {any} client @param {string} to */
  async #refuseStrangers(client, to) {
    if (parseJid(to).kind !== "phone" || this.reachable.has(to)) return;
    const abort = new AbortController();
    try {
      const late = sleep(this.timeoutMs, "late", { signal: abort.signal }).catch(() => "late");
      const found = await Promise.race([client.getNumberId(to), late]);
      if (found === "late") throw new Refusal(503, "session_not_connected", "WhatsApp does not answer.", 5);
      if (!found) throw new Refusal(404, "recipient_unknown", "This person is not on WhatsApp.");
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal(503, "session_not_connected", "WhatsApp could not be asked.", 5);
    } finally {
      abort.abort();
    }
    if (this.reachable.size > 10_000) this.reachable.clear();
    this.reachable.add(to);
  }
}

/** A file's caption is its text. @param {any} message */
const textOfSent = (message) => message.body ?? "";

/** @param {import("./ledger.js").Entry} entry */
const answerOf = (entry) => ({ client_uuid: entry.uuid, message_id: entry.message_id, timestamp: entry.timestamp });

/** @param {Send} send */
const conflict = (send) =>
  new Refusal(409, "uuid_conflict", `${send.client_uuid} was sent before, with another content.`);
