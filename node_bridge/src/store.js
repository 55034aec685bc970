// What survives a kill -9: one LevelDB in the data folder, JSON by ordered keys.
import { mkdirSync } from "node:fs";
import { ClassicLevel } from "classic-level";

/** Sorts behind every character that a key may hold. */
const AFTER_ALL = "\uffff";

export class Store {
  /** @param {ClassicLevel<string, any>} db */
  constructor(db) {
    this.db = db;
  }

  /** Refuses to open a folder that another bridge has open. @param {string} folder */
  static async open(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = new ClassicLevel(folder, { valueEncoding: "json", cacheSize: 4 * 1024 * 1024 });
    await db.open();
    return new Store(db);
  }

  /** @param {...string} parts */
  static key(...parts) {
    return parts.map(encodeURIComponent).join("!");
  }

  /** @param {string} key @returns {Promise<any>} undefined where there is none */
  get(key) {
    return this.db.get(key);
  }

  /** `durable` also outlives a power cut. @param {string} key @param {unknown} value @param {{ durable?: boolean }} [how] */
  put(key, value, { durable = false } = {}) {
    return this.db.put(key, value, { sync: durable });
  }

  /** @param {string} key */
  remove(key) {
    return this.db.del(key);
  }

  /** All or nothing. @param {any[]} operations @param {{ durable?: boolean }} [how] */
  batch(operations, { durable = false } = {}) {
    return this.db.batch(operations, { sync: durable });
  }

  /** Keys that begin with the parts, in order. @param {string[]} parts @param {{ limit?: number }} [how] */
  entries(parts, { limit = -1 } = {}) {
    const prefix = Store.key(...parts) + "!";
    return this.db.iterator({ gt: prefix, lt: prefix + AFTER_ALL, limit });
  }

  /** @param {string[]} parts */
  keys(parts) {
    const prefix = Store.key(...parts) + "!";
    return this.db.keys({ gt: prefix, lt: prefix + AFTER_ALL });
  }

  /** @param {string[]} parts */
  clear(parts) {
    const prefix = Store.key(...parts) + "!";
    return this.db.clear({ gt: prefix, lt: prefix + AFTER_ALL });
  }

  close() {
    return this.db.close();
  }
}
