// A page of WhatsApp Web without WhatsApp: runs the library's own injected code against the collections of a World.

import { EventEmitter } from "node:events";
import { createRequire } from "node:module";

const { LoadUtils } = createRequire(import.meta.url)("whatsapp-web.js/src/util/Injected/Utils.js");

/** @param {string} serialized */
export const wid = (serialized) => {
  const [user, server] = serialized.split("@");
  return {
    user,
    server,
    _serialized: serialized,
    isLid: () => server === "lid",
    isGroup: () => server === "g.us",
    isStatus: () => false,
    isUser: () => server === "c.us" || server === "lid",
    toJid: () => serialized,
    toString: () => serialized,
  };
};

/** @param {any} value */
const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

class Collection extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** The page binds several events with one call. @param {string} names @param {(...args: any[]) => void} listener */
  on(names, listener) {
    for (const name of names.split(" ")) super.on(name, listener);
    return this;
  }
}

/** The key of a message that is about to be sent. */
class MsgKey {
  /** @param {any} key */
  constructor(key) {
    const participant = key.participant ? `_${key.participant._serialized}` : "";
    this.id = key.id;
    this.fromMe = true;
    this.remote = key.to;
    this._serialized = `true_${key.to._serialized}_${key.id}${participant}`;
  }
}

export class StandInPage extends EventEmitter {
  /** @param {import("./world.js").World} world @param {() => number} now in seconds */
  constructor(world, now) {
    super();
    this.world = world;
    this.now = now;
    /** @type {Map<string, Function>} */
    this.compiled = new Map();
    /** Sent here, by chat @type {Map<string, any[]>} */
    this.sent = new Map();
    /** @type {{ what: string, args: any[] }[]} */
    this.done = [];
    this.nextId = 0;
    /** @type {Map<string, number>} */
    this.indices = new Map();
    for (let index = 0; index < world.shape.chats; index++) this.indices.set(world.room(index).id, index);
    /** @type {any} */
    this.window = { require: (/** @type {string} */ name) => this.modules[name], atob, btoa, crypto };
    this.Msg = Object.assign(new Collection(), {
      get: (/** @type {string} */ id) => this.#find(id),
      getMessagesById: async (/** @type {string[]} */ ids) => ({
        messages: ids.map((id) => this.#find(id)).filter(Boolean),
      }),
    });
    this.Chat = Object.assign(new Collection(), {
      get: (/** @type {any} */ id) => this.chat(id._serialized ?? id),
      find: async (/** @type {any} */ id) => this.chat(id._serialized ?? id),
      getModelsArray: () => [...this.indices.keys()].map((id) => this.chat(id)),
    });
    this.modules = this.#modules();
    this.#compile(LoadUtils.toString())();
    this.window.WWebJS.processMediaData = async (/** @type {any} */ media) => ({
      type: media.mimetype.split("/")[0],
      mimetype: media.mimetype,
      filename: media.filename,
      directPath: "/stand-in",
      size: media.data.length,
      toJSON: undefined,
    });
  }

  // what the library asks of a page

  /** @param {string | Function} code @param {...any} args */
  async evaluate(code, ...args) {
    const value =
      typeof code === "string"
        ? this.#compile(`() => (${code})`)()
        : this.#compile(code.toString())(...args.map(plain));
    return plain(await value);
  }

  /** @param {string} name @param {Function} called */
  async exposeFunction(name, called) {
    this.window[name] = async (/** @type {any[]} */ ...args) => called(...args.map(plain));
  }

  // what happens on the phone

  /** @param {any} raw a message as the page holds it */
  arrive(raw) {
    this.Msg.emit("add", this.#model({ ...raw, isNewMsg: true }));
  }

  /** @param {any} raw @param {number} ack */
  tick(raw, ack) {
    this.Msg.emit("change:ack", this.#model({ ...raw, ack }), ack);
  }

  /** @param {any} raw @param {string} body */
  edit(raw, body) {
    this.Msg.emit(
      "change:body",
      this.#model({ ...raw, body, latestEditSenderTimestampMs: this.now() * 1000 }),
      body,
      raw.body,
    );
  }

  /** @param {any} raw */
  revoke(raw) {
    this.Msg.emit("change:type", this.#model({ ...raw, type: "revoked", body: "" }));
  }

  /** @param {any} raw @param {string} emoji @param {string} who */
  react(raw, emoji, who) {
    this.modules.WAWebAddonReactionTableMode.reactionTableMode.bulkUpsert([
      {
        id: { fromMe: false, remote: raw.id.remote, id: "R1", _serialized: "R1" },
        reactionParentKey: raw.id,
        reactionText: emoji,
        reactionTimestamp: this.now() * 1000,
        author: wid(who),
        from: wid(who),
      },
    ]);
  }

  /** @param {string} chatId @param {string} subtype @param {string[]} recipients */
  notice(chatId, subtype, recipients = []) {
    this.Msg.emit(
      "add",
      this.#model({
        id: { fromMe: false, remote: chatId, id: `N${this.nextId++}`, _serialized: "N" },
        type: "gp2",
        subtype,
        t: this.now(),
        recipients,
        isNewMsg: true,
        from: chatId,
      }),
    );
  }

  /** @param {string} chatId */
  read(chatId) {
    this.Chat.emit("change:unreadCount", { id: chatId });
  }

  /** @param {string} state */
  socket(state) {
    this.modules.WAWebSocketModel.Socket.emit("change:state", {}, state);
  }

  /** @param {string} source */
  #compile(source) {
    let made = this.compiled.get(source);
    if (!made) {
      made = /** @type {Function} */ (new Function("window", `return (${source});`)(this.window));
      this.compiled.set(source, made);
    }
    return made;
  }

  /** @param {string} chatId @returns {any[]} */
  #messagesOf(chatId) {
    const index = this.indices.get(chatId);
    const past = index === undefined ? [] : this.world.messages(index, this.now());
    return [...past, ...(this.sent.get(chatId) ?? [])];
  }

  /** @param {string} serialized */
  #find(serialized) {
    const chatId = serialized.split("_")[1];
    const raw = this.#messagesOf(chatId).find((message) => message.id._serialized === serialized);
    return raw && this.#model(raw);
  }

  /** @param {any} raw */
  #model(raw) {
    return {
      ...raw,
      serialize: () => ({ ...raw }),
      unsafe: () => raw,
      msgContextInfo: () => ({
        quotedMsg: { type: raw.type, body: raw.body },
        quotedStanzaID: raw.id.id,
        quotedParticipant: raw.author ?? raw.from,
      }),
      once: () => {},
      isNotification: false,
    };
  }

  /** @param {string} chatId @returns {any} */
  chat(chatId) {
    const index = this.indices.get(chatId);
    if (index === undefined) {
      if (!/^\d{6,}@(c\.us|lid)$/.test(chatId)) return null;
      return this.#chatModel({ id: chatId, isGroup: false, title: chatId.split("@")[0] }, this.#messagesOf(chatId));
    }
    return this.#chatModel(this.world.room(index), this.#messagesOf(chatId), index);
  }

  /** @param {any} room @param {any[]} raws @param {number} [index] */
  #chatModel(room, raws, index = 0) {
    const newest = raws.at(-1);
    const shown = raws.slice(-1);
    const members = room.isGroup
      ? [
          { id: wid(`${this.world.phone}@c.us`), isAdmin: index % 2 === 0, isSuperAdmin: false },
          { id: wid(this.world.room(0).id), isAdmin: false, isSuperAdmin: false },
        ]
      : [];
    const groupMetadata = room.isGroup
      ? {
          id: wid(room.id),
          creation: 1_700_000_000,
          owner: wid(`${this.world.phone}@c.us`),
          desc: `About ${room.title}`,
          announce: false,
          restrict: true,
          participants: members,
          serialize: () => ({
            id: wid(room.id),
            creation: 1_700_000_000,
            owner: wid(`${this.world.phone}@c.us`),
            desc: `About ${room.title}`,
            announce: false,
            restrict: true,
            participants: members,
          }),
        }
      : undefined;
    if (groupMetadata)
      Object.assign(groupMetadata.participants, {
        get: (/** @type {string} */ id) => members.find((each) => each.id._serialized === id),
        serialize: () => members.map((each) => each),
      });
    return {
      id: wid(room.id),
      t: newest?.t ?? 0,
      unreadCount: 0,
      formattedTitle: room.title,
      groupMetadata,
      iAmAdmin: () => members[0]?.isAdmin ?? false,
      mute: { expiration: 0 },
      lastReceivedKey: newest ? { _serialized: newest.id._serialized } : undefined,
      msgs: { getModelsArray: () => shown.map((raw) => this.#model(raw)) },
      earlier: raws.slice(0, -1),
      serialize: () => ({
        id: { ...wid(room.id) },
        t: newest?.t ?? 0,
        unreadCount: 0,
        formattedTitle: room.title,
        msgs: shown,
      }),
    };
  }

  /** @param {any} message as the injected code made it */
  #takeOut(message) {
    const chatId = message.to._serialized;
    const raw = {
      ...plain({ ...message, from: message.from._serialized, to: chatId, mediaObject: undefined }),
      id: { fromMe: true, remote: chatId, id: message.id.id, _serialized: message.id._serialized },
      ack: 1,
      t: Math.floor(this.now()),
    };
    if (raw.directPath) raw.body = "";
    this.sent.set(chatId, [...(this.sent.get(chatId) ?? []), raw].slice(-50));
    this.arrive(raw);
    return raw;
  }

  /** @param {string} what */
  #noted(what) {
    return async (/** @type {any[]} */ ...args) => {
      this.done.push({ what, args });
      if (this.done.length > 1000) this.done.shift();
      return { status: 200 };
    };
  }

  /** @returns {Record<string, any>} */
  #modules() {
    let sent = 0;
    const me = wid(`${this.world.phone}@c.us`);
    /** @type {Map<string, any>} */
    const rooms = new Map();
    for (let index = 0; index < this.world.shape.chats; index++) {
      const room = this.world.room(index);
      if (room.lid) rooms.set(room.lid, room).set(room.phone, room);
    }
    /** @param {any} id */
    const contact = (id) => ({ id, name: rooms.get(id.user)?.title, serialize: () => ({ id: { ...id } }) });
    return {
      WAWebCollections: {
        Chat: this.Chat,
        Msg: this.Msg,
        Contact: { find: async (/** @type {any} */ id) => contact(id.user ? id : wid(id)) },
        Blocklist: { get: () => undefined },
        GroupMetadata: { update: async () => {} },
      },
      WAWebWidFactory: {
        createWid: wid,
        createWidFromWidLike: (/** @type {any} */ id) => wid(id._serialized),
        asUserWidOrThrow: (/** @type {any} */ id) => id,
      },
      WAWebFindChatAction: {
        findOrCreateLatestChat: async (/** @type {any} */ id) => ({ chat: this.chat(id._serialized) }),
      },
      WAWebLidMigrationUtils: {
        toPn: (/** @type {any} */ id) =>
          id.server === "lid" && rooms.has(id.user) ? wid(`${rooms.get(id.user).phone}@c.us`) : null,
      },
      WAWebApiContact: {
        getCurrentLid: (/** @type {any} */ id) =>
          rooms.get(id.user)?.lid ? wid(`${rooms.get(id.user).lid}@lid`) : undefined,
        getPhoneNumber: (/** @type {any} */ id) =>
          rooms.has(id.user) ? wid(`${rooms.get(id.user).phone}@c.us`) : undefined,
        getAlternateUserWid: () => undefined,
      },
      WAWebQueryExistsJob: {
        queryWidExists: async (/** @type {any} */ id) => (id.user.endsWith("000000") ? null : { wid: id }),
      },
      WAWebContactGetters: new Proxy(
        /** @type {Record<string, (each: any) => any>} */ ({
          getUserid: (each) => each.id.user,
          getName: (each) => each.name,
        }),
        {
          get: (known, name) => known[String(name)] ?? (() => undefined),
        },
      ),
      WAWebFrontendContactGetters: { getIsMyContact: () => true },
      WALinkify: { findLinks: () => [], findLink: () => null },
      WAWebChatLoadMessages: {
        loadEarlierMsgs: async (/** @type {any} */ { chat }) =>
          chat.earlier.splice(-50).map((/** @type {any} */ raw) => this.#model(raw)),
      },
      WAWebSocketModel: { Socket: Object.assign(new Collection(), { state: "CONNECTED", logout: async () => {} }) },
      WAWebConnModel: {
        Conn: Object.assign(new Collection(), { serialize: () => ({ pushname: "Stand-in" }), platform: "android" }),
      },
      WAWebUserPrefsMeUser: { getMaybeMePnUser: () => me, getMaybeMeLidUser: () => wid("9900000001@lid") },
      WAWebSyncGatingUtils: {},
      WAWebAddonReactionTableMode: { reactionTableMode: { bulkUpsert: () => {} } },
      WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: () => {} } },
      WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
      WAWebStreamModel: { Stream: { markAvailable: () => {}, markUnavailable: () => {} } },
      WAWebUpdateUnreadChatAction: { sendSeen: this.#noted("seen") },
      WAWebChatStateBridge: {
        sendChatStateComposing: this.#noted("composing"),
        sendChatStatePaused: this.#noted("paused"),
      },
      WAWebSendReactionMsgAction: { sendReactionToMsg: this.#noted("react") },
      WAWebModifyParticipantsGroupAction: {
        removeParticipants: this.#noted("remove"),
        promoteParticipants: this.#noted("promote"),
        demoteParticipants: this.#noted("demote"),
      },
      WAWebGroupQueryJob: { queryAndUpdateGroupMetadataById: async () => {} },
      WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
      WAWebMsgReply: { canReplyMsg: () => true },
      WAWebMsgKey: class extends MsgKey {
        static async newId() {
          return `3EB0FF${Date.now().toString(16).toUpperCase()}${String(sent++).padStart(6, "0")}`;
        }
      },
      WAWebSendMsgChatAction: {
        addAndSendMsgToChat: (/** @type {any} */ _chat, /** @type {any} */ message) => {
          this.#takeOut(message);
          return [Promise.resolve(), Promise.resolve()];
        },
      },
    };
  }
}
