// Remembers on disk what was sent under which uuid, so that the same message never leaves twice.
import { createHash } from "node:crypto";
import { Store } from "../store.js";

/** @typedef {{ uuid: string, to: string, hash: string, text: string, state: "sending" | "sent", at: number, message_id?: string, timestamp?: number }} Entry `text` is a hash of the text alone */

const KEPT_MS = 60 * 24 * 60 * 60 * 1000;

export class Ledger {
  /** @param {Store} store @param {() => number} [now] */
  constructor(store, now = Date.now) {
    this.store = store;
    this.now = now;
    /** What may have left without our knowing: session → uuid → entry @type {Map<string, Map<string, Entry>>} */
    this.open = new Map();
  }

  /** Finds what was on its way when the process died; lets go of what is old. */
  async load() {
    const old = this.now() - KEPT_MS;
    for await (const [key, entry] of this.store.entries(["sent"])) {
      const [, session] = key.split("!").map(decodeURIComponent);
      if (entry.at < old) {
        await this.store.remove(key);
        if (entry.message_id) await this.store.remove(Store.key("uuid", session, entry.message_id));
      } else if (entry.state === "sending") this.#opened(session, entry);
    }
  }

  /** @param {string} session @param {string} uuid @returns {Promise<Entry | undefined>} */
  get(session, uuid) {
    return this.store.get(Store.key("sent", session, uuid));
  }

  /** On disk, also through a power cut, before anything leaves. @param {string} session @param {Entry} entry */
  async begin(session, entry) {
    await this.store.put(Store.key("sent", session, entry.uuid), entry, { durable: true });
    this.#opened(session, entry);
  }

  /** @param {string} session @param {Entry} entry @param {string} messageId @param {number} timestamp @returns {Promise<Entry>} */
  async sent(session, entry, messageId, timestamp) {
    /** @type {Entry} */
    const sent = { ...entry, state: "sent", message_id: messageId, timestamp };
    await this.store.batch(
      [
        { type: "put", key: Store.key("sent", session, entry.uuid), value: sent },
        { type: "put", key: Store.key("uuid", session, messageId), value: entry.uuid },
      ],
      { durable: true },
    );
    this.open.get(session)?.delete(entry.uuid);
    return sent;
  }

  /** It certainly did not leave. @param {string} session @param {Entry} entry */
  async never(session, entry) {
    await this.store.remove(Store.key("sent", session, entry.uuid));
    this.open.get(session)?.delete(entry.uuid);
  }

  /** @param {string} session @param {string} messageId @returns {Promise<string | null>} */
  async uuidOf(session, messageId) {
    return (await this.store.get(Store.key("uuid", session, messageId))) ?? null;
  }

  /** A message of ours of which no answer told: the oldest of our unknown ones that says the same. @param {string} session @param {any} message a library Message @param {string} text */
  async claim(session, message, text) {
    const seconds = Number(message.timestamp);
    for (const entry of this.open.get(session)?.values() ?? [])
      if (entry.text === hashOf(text) && seconds >= Math.floor(entry.at / 1000) - 5) {
        await this.sent(session, entry, message.id.id, seconds);
        return entry.uuid;
      }
    return null;
  }

  /** @param {string} session @param {Entry} entry */
  #opened(session, entry) {
    const open = this.open.get(session) ?? new Map();
    open.set(entry.uuid, entry);
    this.open.set(session, open);
  }
}

/** @param {unknown} value */
export const hashOf = (value) => createHash("sha256").update(JSON.stringify(value)).digest("base64");
