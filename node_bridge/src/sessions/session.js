// One WhatsApp number: its client, what becomes of it, and how it comes back by itself.
import { People } from "../people.js";
import { Events } from "./events.js";
import { after, backoff } from "./status.js";

const STATUS_LANE = "session";
const PING_EVERY_MS = 60_000;
const PING_PATIENCE_MS = 20_000;
const PINGS_MISSED = 3;
const CLOSE_PATIENCE_MS = 10_000;
const STEADY_MS = 10 * 60_000;

/** @typedef {import("./status.js").Status} Status */
/** @typedef {{ createClient: (id: string) => any, closeClient: (client: any, patienceMs: number) => Promise<void>, forgetProfile: (id: string) => Promise<void>, startLimit: import("p-limit").LimitFunction, settings: import("../settings.js").Settings, deliverer: import("../delivery/deliverer.js").Deliverer, log: import("../log.js").Logger, metrics: import("../metrics.js").Metrics, now?: () => number, random?: () => number }} Surroundings */

export class Session {
  /** @param {{ id: string, workspaceId: string, phone: string | null, name: string | null, sender: import("../sending/sender.js").Sender, importer: import("../sync/importer.js").Importer } & Surroundings} of */
  constructor({
    id,
    workspaceId,
    phone,
    name,
    sender,
    importer,
    createClient,
    closeClient,
    forgetProfile,
    startLimit,
    settings,
    deliverer,
    log,
    metrics,
    now = Date.now,
    random = Math.random,
  }) {
    this.id = id;
    this.origin = { session_id: id, workspace_id: workspaceId };
    this.phone = phone;
    this.name = name;
    this.sender = sender;
    this.importer = importer;
    this.createClient = createClient;
    this.closeClient = closeClient;
    this.forgetProfile = forgetProfile;
    this.startLimit = startLimit;
    this.settings = settings;
    this.deliverer = deliverer;
    this.log = log;
    this.metrics = metrics;
    this.now = now;
    this.random = random;
    /** @type {Status} */
    this.status = "logged_out";
    /** @type {string | null} */
    this.reason = null;
    this.since = now();
    /** @type {string | null} */
    this.qr = null;
    this.restarts = 0;
    /** How many tries in a row came to nothing. */
    this.tries = 0;
    /** @type {any} */
    this.client = null;
    /** @type {Events | null} */
    this.events = null;
    /** @type {People | null} */
    this.people = null;
    /** @type {Set<NodeJS.Timeout>} */
    this.timers = new Set();
    /** @type {NodeJS.Timeout | null} */
    this.restartTimer = null;
    /** @type {NodeJS.Timeout | null} */
    this.connectTimer = null;
    /** Told apart, so that a client that was left says nothing any more. */
    this.life = 0;
    /** @type {Promise<unknown>} */
    this.closing = Promise.resolve();
  }

  get isConnected() {
    return this.status === "connected";
  }

  get mine() {
    const wid = this.client?.info?.wid;
    return new Set([wid?._serialized, this.phone ? `${this.phone.slice(1)}@c.us` : ""].filter(Boolean));
  }

  /** Connects, or is on its way already. */
  start() {
    if (this.client || this.restartTimer) {
      if (this.status !== "failed") return;
      this.#clearTimers();
      this.tries = 0;
    }
    this.#connect();
  }

  /** Unlinks the phone and forgets the profile. */
  async logout() {
    const client = this.client;
    const linked = this.isConnected;
    this.life += 1;
    this.#clearTimers();
    await this.importer.suspend();
    this.events?.detach();
    this.client = null;
    if (client && linked)
      await withPatience(client.logout(), CLOSE_PATIENCE_MS).catch((error) =>
        this.log.warn({ err: error, session_id: this.id }, "logging out broke off"),
      );
    if (client) await this.closeClient(client, CLOSE_PATIENCE_MS);
    await this.forgetProfile(this.id);
    this.#set({ status: "logged_out", reason: "LOGOUT" });
  }

  /** Keeps the link; nothing is told, as nothing is wrong. */
  async stop() {
    this.life += 1;
    this.#clearTimers();
    await this.importer.suspend();
    await this.events?.allWorded();
    await this.#leave();
    await this.closing;
  }

  /** What an import reads from. */
  connection() {
    const { client, people, events } = this;
    if (!client || !people || !events) throw new Error("not connected");
    return {
      client,
      people,
      origin: this.origin,
      uuidOf: (/** @type {string} */ messageId) => this.sender.ledger.uuidOf(this.id, messageId),
      settled: async (/** @type {string} */ chat, /** @type {AbortSignal} */ signal) => {
        await events.worded(chat);
        await this.deliverer.drained(this.id, chat, signal);
      },
    };
  }

  #connect() {
    this.restartTimer = null;
    const life = ++this.life;
    this.#set({
      status: this.status === "reconnecting" ? "reconnecting" : "connecting",
      reason: this.status === "reconnecting" ? this.reason : null,
    });
    this.startLimit(() => this.#open(life)).catch((error) => this.#happened(life, "failed", error));
  }

  /** @param {number} life */
  async #open(life) {
    if (life !== this.life) return;
    await this.closing;
    const client = this.createClient(this.id);
    this.client = client;
    this.people = new People({ client, now: this.now });
    this.events = new Events({
      session: this.id,
      origin: this.origin,
      client,
      people: this.people,
      sender: this.sender,
      deliver: (lane, document) => this.deliverer.deliver(this.id, lane, document),
      log: this.log,
      now: this.now,
    });
    this.events.attach();
    for (const name of ["authenticated", "auth_failure", "ready", "change_state", "disconnected"])
      client.on(name, (/** @type {any} */ detail) => this.#happened(life, name, detail));
    client.on("qr", (/** @type {string} */ qr) => {
      if (life === this.life) this.qr = qr;
      this.#happened(life, "qr");
    });
    this.#watchConnecting(life);
    await client.initialize();
    client.pupBrowser?.on("disconnected", () => this.#happened(life, "crashed", "The browser stopped."));
    client.pupPage?.on("error", (/** @type {Error} */ error) => this.#happened(life, "crashed", error));
    this.#ping(life, 0);
  }

  /** Whatever a client tells, nothing it causes leaves this number. @param {number} life @param {string} event @param {any} [detail] */
  #happened(life, event, detail) {
    if (life !== this.life) return;
    try {
      this.#follow(life, event, detail);
    } catch (error) {
      this.log.error({ err: error, session_id: this.id }, "a number could not follow its client");
    }
  }

  /** @param {number} life @param {string} event @param {any} detail */
  #follow(life, event, detail) {
    const change = after(this.status, event, detail);
    if (event !== "qr") this.qr = null;
    if (change) {
      if (event === "ready") this.#learnWhoWeAre();
      const isNews = change.status !== this.status || change.reason !== this.reason;
      if (isNews) this.#set(change);
      if (change.next !== "nothing") this.#part(change);
    }
    if (event === "qr" || event === "ready") this.#connecting(null);
    if (event === "authenticated") this.#watchConnecting(life);
    if (event === "ready" || (event === "change_state" && detail === "CONNECTED" && this.isConnected))
      this.#reconcile(life);
  }

  #learnWhoWeAre() {
    const info = this.client?.info;
    if (info?.wid?.server === "c.us" && info.wid.user) this.phone = `+${info.wid.user}`;
    if (info?.pushname) this.name = info.pushname;
    this.#timer(() => {
      this.tries = 0;
    }, STEADY_MS);
  }

  /** Looks for what came without an event, now and from time to time. @param {number} life */
  #reconcile(life) {
    this.importer
      .onReady(this.connection())
      .catch((error) => this.log.error({ err: error, session_id: this.id }, "the import could not begin"));
    const every = this.settings.sync.reconcileMinutes;
    if (every === null) return;
    const timer = this.#timer(() => {
      if (life === this.life && this.isConnected) this.#reconcile(life);
    }, every * 60_000);
    if (this.reconcileTimer) clearTimeout(this.reconcileTimer);
    this.reconcileTimer = timer;
  }

  /** Leaves the client, and comes back later where that makes sense. @param {import("./status.js").Change} change */
  #part(change) {
    this.life += 1;
    this.#clearTimers();
    this.importer.suspend().catch(() => {});
    this.closing = this.#leave();
    if (change.next !== "restart") return;
    const wait = backoff(this.settings.restart, this.tries, this.random());
    this.tries += 1;
    this.log.warn(
      { session_id: this.id, status: change.status, reason: change.reason, again_in_seconds: Math.round(wait / 1000) },
      "a number lost its connection",
    );
    this.restartTimer = setTimeout(() => {
      this.restarts += 1;
      this.metrics.restarts.inc({ session: this.id });
      this.#connect();
    }, wait);
  }

  async #leave() {
    const client = this.client;
    this.client = null;
    this.events?.detach();
    if (client) await this.closeClient(client, CLOSE_PATIENCE_MS);
  }

  /** A page that neither shows a code nor gets ready in time is hung. @param {number} life */
  #watchConnecting(life) {
    this.#connecting(
      setTimeout(
        () =>
          this.#happened(
            life,
            "failed",
            `WhatsApp Web was not ready within ${this.settings.connectTimeoutMs / 1000} s.`,
          ),
        this.settings.connectTimeoutMs,
      ),
    );
  }

  /** @param {NodeJS.Timeout | null} timer */
  #connecting(timer) {
    if (this.connectTimer) clearTimeout(this.connectTimer);
    this.connectTimer = timer;
  }

  /** @param {number} life @param {number} missed */
  #ping(life, missed) {
    this.#timer(async () => {
      if (life !== this.life) return;
      let next = 0;
      try {
        await withPatience(this.client.getState(), PING_PATIENCE_MS);
      } catch {
        next = missed + 1;
      }
      if (life !== this.life) return;
      if (next >= PINGS_MISSED) this.#happened(life, "crashed", "The page does not answer.");
      else this.#ping(life, next);
    }, PING_EVERY_MS);
  }

  /** @param {() => unknown} run @param {number} ms */
  #timer(run, ms) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  #clearTimers() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    if (this.restartTimer) clearTimeout(this.restartTimer);
    this.restartTimer = null;
    this.#connecting(null);
  }

  /** @param {{ status: Status, reason: string | null }} change */
  #set({ status, reason }) {
    this.metrics.sessionStatus.set({ session: this.id, status: this.status }, 0);
    this.metrics.sessionStatus.set({ session: this.id, status }, 1);
    if (status !== this.status) this.since = this.now();
    this.status = status;
    this.reason = reason;
    this.log.info({ session_id: this.id, status, reason }, "session status");
    this.deliverer
      .deliver(this.id, STATUS_LANE, {
        event: "session_status",
        ...this.origin,
        status,
        reason,
        phone_number: this.phone,
        display_name: this.name,
      })
      .catch((error) => this.log.error({ err: error, session_id: this.id }, "a status could not be kept"));
  }
}

/** @template T @param {Promise<T>} asked @param {number} ms @returns {Promise<T>} */
export async function withPatience(asked, ms) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([asked, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}
