// The events that the backend has not taken yet, on disk in the order of their chats, and those it refused for good.
import { randomBytes } from "node:crypto";
import { Store } from "../store.js";

/** @typedef {{ event: string, webhook_id: string, at: number, body: string, path?: string }} Parcel */

export class Spool {
  /** @param {Store} store @param {() => number} [now] */
  constructor(store, now = Date.now) {
    this.store = store;
    this.now = now;
    this.seq = now() * 1000;
    /** session → lane → how many wait @type {Map<string, Map<string, number>>} */
    this.lanes = new Map();
    /** @type {Map<string, number>} */
    this.dead = new Map();
  }

  /** Counts what an earlier process left behind. */
  async load() {
    for await (const key of this.store.keys(["spool"])) {
      const [, session, lane, seq] = key.split("!").map(decodeURIComponent);
      this.#count(session, lane, 1);
      this.seq = Math.max(this.seq, Number(seq));
    }
    for await (const key of this.store.keys(["dead"])) {
      const session = decodeURIComponent(key.split("!")[1]);
      this.dead.set(session, (this.dead.get(session) ?? 0) + 1);
    }
  }

  /** @param {string} session @param {string} lane @param {{ event: string }} document */
  async append(session, lane, document) {
    const parcel = {
      event: document.event,
      webhook_id: newWebhookId(),
      at: this.now(),
      body: JSON.stringify(document),
    };
    this.#count(session, lane, 1);
    await this.store.put(this.#key(session, lane), parcel);
  }

  /** The lane's oldest. @param {string} session @param {string} lane @returns {Promise<{ key: string, parcel: Parcel } | null>} */
  async first(session, lane) {
    for await (const [key, parcel] of this.store.entries(["spool", session, lane], { limit: 1 }))
      return { key, parcel };
    return null;
  }

  /** @param {string} session @param {string} lane @param {string} key */
  async taken(session, lane, key) {
    await this.store.remove(key);
    this.#count(session, lane, -1);
  }

  /** @param {string} session @param {string} lane @param {string} key @param {Parcel} parcel @param {{ status: number, text: string }} answer */
  async bury(session, lane, key, parcel, answer) {
    await this.store.batch([{ type: "del", key }, this.#tomb(session, lane, parcel, answer)]);
    this.#count(session, lane, -1);
    this.#countDead(session, 1);
  }

  /** A batch of the import that was refused: it never was in the spool. @param {string} session @param {Parcel} parcel @param {{ status: number, text: string }} answer */
  async buryBatch(session, parcel, answer) {
    await this.store.batch([this.#tomb(session, "import", parcel, answer)]);
    this.#countDead(session, 1);
  }

  /** @param {string} session */
  async deadLetters(session, most = 100) {
    const items = [];
    for await (const [key, { parcel, status, answer, died_at }] of this.store.entries(["dead", session], {
      limit: most,
    }))
      items.push({ id: `${session}/${key.split("!").at(-1)}`, event: parcel.event, status, answer, died_at });
    return items;
  }

  /** Puts the dead letters into the spool again. @param {string} session @returns {Promise<string[]>} the lanes they went to */
  async revive(session) {
    const lanes = [];
    for await (const [key, { lane, parcel }] of this.store.entries(["dead", session])) {
      const again = { ...parcel, webhook_id: newWebhookId() };
      await this.store.batch([
        { type: "del", key },
        { type: "put", key: this.#key(session, lane), value: again },
      ]);
      this.#count(session, lane, 1);
      this.#countDead(session, -1);
      lanes.push(lane);
    }
    return lanes;
  }

  /** @param {string} session */
  waiting(session) {
    let sum = 0;
    for (const count of this.lanes.get(session)?.values() ?? []) sum += count;
    return sum;
  }

  /** @param {string} session @param {string} lane */
  waitingIn(session, lane) {
    return this.lanes.get(session)?.get(lane) ?? 0;
  }

  /** @param {string} session @returns {Promise<number>} when the oldest came, in ms; 0 where nothing waits */
  async oldest(session) {
    let oldest = 0;
    for (const lane of [...(this.lanes.get(session)?.keys() ?? [])].slice(0, 50)) {
      const at = (await this.first(session, lane))?.parcel.at ?? 0;
      if (at && (!oldest || at < oldest)) oldest = at;
    }
    return oldest;
  }

  /** @param {string} session @param {string} lane */
  #key(session, lane) {
    this.seq += 1;
    return Store.key("spool", session, lane, String(this.seq).padStart(18, "0"));
  }

  /** @param {string} session @param {string} lane @param {Parcel} parcel @param {{ status: number, text: string }} answer */
  #tomb(session, lane, parcel, answer) {
    this.seq += 1;
    const value = {
      lane,
      parcel,
      status: answer.status,
      answer: answer.text.slice(0, 1000),
      died_at: new Date(this.now()).toISOString(),
    };
    return { type: "put", key: Store.key("dead", session, String(this.seq).padStart(18, "0")), value };
  }

  /** @param {string} session @param {number} by */
  #countDead(session, by) {
    this.dead.set(session, (this.dead.get(session) ?? 0) + by);
  }

  /** @param {string} session @param {string} lane @param {number} by */
  #count(session, lane, by) {
    const lanes = this.lanes.get(session) ?? new Map();
    this.lanes.set(session, lanes);
    const count = (lanes.get(lane) ?? 0) + by;
    if (count > 0) lanes.set(lane, count);
    else lanes.delete(lane);
  }
}

/** Never that of an earlier post of something else: it would pass for a replay. */
export const newWebhookId = () => `msg_${randomBytes(12).toString("hex")}`;
