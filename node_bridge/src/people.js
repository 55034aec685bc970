// Looks up who is behind an address, once for a while: LIDs get their phone, phones their LID, both a name.
import { lidOf, parseJid, phoneOf } from "./normalise/jid.js";

/** @typedef {import("./whatsapp/types.js").Person} Person */

const KEPT = 5000;
const FRESH_MS = 60 * 60 * 1000;
const PATIENCE_MS = 5000;

export class People {
  /** @param {{ client: import("./whatsapp/types.js").Client, now?: () => number, patienceMs?: number }} of */
  constructor({ client, now = Date.now, patienceMs = PATIENCE_MS }) {
    this.client = client;
    this.now = now;
    this.patienceMs = patienceMs;
    /** @type {Map<string, { person: Person, until: number }>} */
    this.known = new Map();
  }

  /** What could be had of each; an address that cannot be looked up only has what stands in it. @param {string[]} jids @param {{ names?: boolean }} [how] @returns {Promise<Map<string, Person>>} */
  async lookUp(jids, { names = true } = {}) {
    const wanted = jids.filter((jid) => !this.#fresh(jid, names));
    if (wanted.length > 0) await this.#ask(wanted, names);
    return new Map(jids.map((jid) => [jid, this.known.get(jid)?.person ?? bare(jid)]));
  }

  forget() {
    this.known.clear();
  }

  /** @param {string} jid @param {boolean} names */
  #fresh(jid, names) {
    const held = this.known.get(jid);
    return held !== undefined && held.until > this.now() && (!names || held.person.name !== null);
  }

  /** @param {string[]} jids @param {boolean} names */
  async #ask(jids, names) {
    /** @type {{ lid?: string, pn?: string }[]} */
    const pairs = await within(this.patienceMs, this.client.getContactLidAndPhone(jids), []);
    /** @type {any[]} */
    const contacts = names
      ? await Promise.all(jids.map((jid) => within(this.patienceMs, this.client.getContactById(jid), null)))
      : [];
    for (const [index, jid] of jids.entries()) {
      const contact = contacts[index];
      const { lid, pn } = pairs[index] ?? {};
      const person = {
        phone: phoneOf(jid) ?? phoneOf(pn) ?? phoneOf(contact?.id) ?? null,
        lid: lidOf(jid) ?? lidOf(lid),
        name: contact?.name || contact?.verifiedName || contact?.pushname || this.known.get(jid)?.person.name || null,
      };
      this.known.delete(jid);
      this.known.set(jid, { person, until: this.now() + FRESH_MS });
    }
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT) break;
      this.known.delete(oldest);
    }
  }
}

/** @param {string} jid @returns {Person} */
const bare = (jid) => ({ phone: phoneOf(jid), lid: lidOf(parseJid(jid).jid), name: null });

/** What WhatsApp does not tell in time is not worth a message. @template T @param {number} ms @param {Promise<T>} asked @param {T} otherwise @returns {Promise<T>} */
async function within(ms, asked, otherwise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((/** @type {(value: T) => void} */ resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
