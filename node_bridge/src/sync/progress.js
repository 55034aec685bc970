// What is known on disk of a number's import: the run that is under way, and the last message the backend has of each chat.
import { randomUUID } from "node:crypto";
import { Store } from "../store.js";

/** `full` reads every chat anew. @typedef {{ id: string, full: boolean, status: "running" | "completed" | "failed" | "cancelled", synced: number, total: number | null }} Run */
/** `t` is the time (in seconds) of the last acknowledged message, `run` the run that read it. @typedef {{ t: number, run: string }} Mark */

export class Progress {
  /** @param {Store} store @param {string} session */
  constructor(store, session) {
    this.store = store;
    this.session = session;
    this.key = Store.key("run", session);
  }

  /** @returns {Promise<Run | undefined>} */
  run() {
    return this.store.get(this.key);
  }

  /** The run to go on with, or a new one. @param {boolean} full @param {Run["status"]} [status] */
  async begin(full, status = "running") {
    const held = await this.run();
    if (held?.status === "running" && !full) return held;
    /** @type {Run} */
    const run = { id: randomUUID(), full, status, synced: 0, total: null };
    await this.save(run);
    return run;
  }

  /** @param {Run} run */
  save(run) {
    return this.store.put(this.key, run);
  }

  /** @param {string} chat @returns {Promise<Mark | undefined>} */
  mark(chat) {
    return this.store.get(Store.key("mark", this.session, chat));
  }

  /** The backend has all of the chat up to a time. @param {string} chat @param {Mark} mark */
  setMark(chat, mark) {
    return this.store.put(Store.key("mark", this.session, chat), mark);
  }

  async forget() {
    await this.store.remove(this.key);
    await this.store.clear(["mark", this.session]);
  }
}
