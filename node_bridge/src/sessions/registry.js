// All numbers of this process: those of the settings and those that the backend added, which are kept on disk.
import { Refusal } from "../errors.js";
import { isSessionId } from "../settings.js";
import { Store } from "../store.js";

/** `wanted`: whether it is to be connected. @typedef {{ id: string, workspace_id: string, phone_number?: string | null, display_name?: string | null, wanted: boolean }} Kept */

export class Registry {
  /** `create` makes the Session of a number. @param {{ store: Store, settings: import("../settings.js").Settings, create: (kept: Kept) => Promise<import("./session.js").Session> }} of */
  constructor({ store, settings, create }) {
    this.store = store;
    this.settings = settings;
    this.create = create;
    /** @type {Map<string, import("./session.js").Session>} */
    this.sessions = new Map();
    /** @type {Map<string, string>} */
    this.secrets = new Map(
      settings.sessions
        .filter((each) => each.hmac_secret)
        .map((each) => [each.id, /** @type {string} */ (each.hmac_secret)]),
    );
    /** @type {Promise<unknown>} */
    this.taking = Promise.resolve();
  }

  /** Brings up every number that was connected before. */
  async load() {
    for (const { id, workspace_id, phone_number, display_name } of this.settings.sessions) {
      const kept = await this.store.get(Store.key("session", id));
      await this.#keep({ id, workspace_id, phone_number, display_name, wanted: kept?.wanted ?? true });
    }
    for await (const [, kept] of this.store.entries(["session"]))
      if (!this.sessions.has(kept.id)) this.sessions.set(kept.id, await this.create(kept));
    for (const session of this.sessions.values())
      if ((await this.store.get(Store.key("session", session.id)))?.wanted) session.start();
  }

  /** @param {string} id */
  get(id) {
    return this.sessions.get(id);
  }

  /** A number's own secret, or the one that bridge and backend share. @param {string} id */
  secretOf(id) {
    return this.secrets.get(id) ?? this.settings.sharedSecret;
  }

  /** Connects a number; one that is not known yet is taken in. @param {string} id @param {{ workspace_id?: string | number, phone_number?: string | null, display_name?: string | null } | null} start */
  async start(id, start) {
    if (!isSessionId(id))
      throw new Refusal(422, "invalid", "A session's id has letters, digits, - and _ only, at most 64.");
    const taken = this.taking.then(() => this.#taken(id, start));
    this.taking = taken.catch(() => {});
    const session = await taken;
    await this.#want(id, true);
    session.start();
    return session;
  }

  /** @param {string} id */
  async logout(id) {
    const session = /** @type {import("./session.js").Session} */ (this.sessions.get(id));
    await this.#want(id, false);
    await session.logout();
    await session.importer.progress.forget();
    session.importer.state = null;
    return session;
  }

  async stop() {
    await Promise.all([...this.sessions.values()].map((session) => session.stop()));
  }

  /** @param {string} id @param {any} start */
  async #taken(id, start) {
    const known = this.sessions.get(id);
    if (known) return known;
    if (start?.workspace_id === undefined) throw new Refusal(404, "unknown_session", `No session ${id}.`);
    await this.#keep({
      id,
      workspace_id: String(start.workspace_id),
      phone_number: start.phone_number,
      display_name: start.display_name,
      wanted: true,
    });
    return /** @type {import("./session.js").Session} */ (this.sessions.get(id));
  }

  /** @param {Kept} kept */
  async #keep(kept) {
    await this.store.put(Store.key("session", kept.id), kept, { durable: true });
    this.sessions.set(kept.id, await this.create(kept));
  }

  /** @param {string} id @param {boolean} wanted */
  async #want(id, wanted) {
    const kept = await this.store.get(Store.key("session", id));
    if (kept && kept.wanted !== wanted)
      await this.store.put(Store.key("session", id), { ...kept, wanted }, { durable: true });
  }
}
