// Posts what is in the spool: in order within a chat, chats beside each other, again and again until it is taken.
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { NoAnswer } from "./backend.js";
import { newWebhookId } from "./spool.js";

export const WEBHOOK_PATH = "/api/whatsapp/webhook";
const POSTS_AT_ONCE = 8;

/** Imports are told to wait by themselves: live messages do not wait with them. */
const IMPORT = "import";
const LIVE = "live";

/** The backend said no for good. */
export class Refused extends Error {
  /** @param {number} status @param {string} text */
  constructor(status, text) {
    super(`HTTP ${status}: ${text.slice(0, 300)}`);
    this.status = status;
    this.text = text;
  }
}

/** @typedef {{ limit: import("p-limit").LimitFunction, notBefore: number, problem: string | null, running: Set<string>, idle: Map<string, (() => void)[]> }} Outlet */

export class Deliverer {
  /** `secretOf` knows a session's secret. @param {{ spool: import("./spool.js").Spool, backend: import("./backend.js").Backend, secretOf: (session: string) => string | null, retry: { firstMs: number, longestMs: number }, log: import("../log.js").Logger, metrics: import("../metrics.js").Metrics, now?: () => number, random?: () => number }} of */
  constructor({ spool, backend, secretOf, retry, log, metrics, now = Date.now, random = Math.random }) {
    this.spool = spool;
    this.backend = backend;
    this.secretOf = secretOf;
    this.retry = retry;
    this.log = log;
    this.metrics = metrics;
    this.now = now;
    this.random = random;
    this.stopping = new AbortController();
    /** @type {Map<string, Outlet>} */
    this.outlets = new Map();
    /** @type {Set<Promise<void>>} */
    this.lanesRunning = new Set();
  }

  /** Takes up what an earlier process left. */
  start() {
    for (const [session, lanes] of this.spool.lanes) for (const lane of lanes.keys()) this.#run(session, lane);
  }

  /** The event is on disk when this returns. @param {string} session @param {string} lane @param {any} document */
  async deliver(session, lane, document) {
    await this.spool.append(session, lane, document);
    this.metrics.events.inc({ session, event: document.event });
    this.#run(session, lane);
  }

  /** Returns when nothing of the lane waits any more. @param {string} session @param {string} lane @param {AbortSignal} [signal] @returns {Promise<void>} */
  async drained(session, lane, signal) {
    const outlet = this.#outlet(session);
    while (this.spool.waitingIn(session, lane) > 0 && !this.stopping.signal.aborted) {
      signal?.throwIfAborted();
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        outlet.idle.set(lane, [...(outlet.idle.get(lane) ?? []), resolve]);
        signal?.addEventListener("abort", () => resolve(), { once: true });
        this.#run(session, lane);
      });
    }
    signal?.throwIfAborted();
  }

  /** Posts a batch of the import until the backend has it. Throws Refused. @param {string} session @param {string} path @param {unknown} document @param {AbortSignal} signal @returns {Promise<string>} */
  async postUntilTaken(session, path, document, signal) {
    const body = JSON.stringify(document);
    const parcel = { event: "chats_sync", webhook_id: newWebhookId(), at: this.now(), body, path };
    for (let tries = 0; ; tries++) {
      signal.throwIfAborted();
      const { outcome, answer, waitMs } = await this.#try(session, parcel, tries, IMPORT);
      if (outcome === "taken") return answer?.text ?? "";
      if (outcome === "refused") {
        await this.spool.buryBatch(session, parcel, answer ?? { status: 0, text: "" });
        throw new Refused(answer?.status ?? 0, answer?.text ?? "");
      }
      await sleep(waitMs, undefined, { signal: AbortSignal.any([signal, this.stopping.signal]) });
    }
  }

  /** @param {string} session */
  async reviveDeadLetters(session) {
    const lanes = await this.spool.revive(session);
    for (const lane of new Set(lanes)) this.#run(session, lane);
    return lanes.length;
  }

  /** Why the backend takes nothing of this number at the moment. @param {string} session */
  problem(session) {
    return this.#outlet(session).problem ?? this.#outlet(session, IMPORT).problem;
  }

  /** What is on its way may arrive; the rest stays on disk. */
  async stop() {
    this.stopping.abort();
    await Promise.allSettled([...this.lanesRunning]);
  }

  /** @param {string} session @param {string} [stream] @returns {Outlet} */
  #outlet(session, stream = LIVE) {
    const key = `${stream} ${session}`;
    let outlet = this.outlets.get(key);
    if (!outlet) {
      outlet = { limit: pLimit(POSTS_AT_ONCE), notBefore: 0, problem: null, running: new Set(), idle: new Map() };
      this.outlets.set(key, outlet);
    }
    return outlet;
  }

  /** @param {string} session @param {string} lane */
  #run(session, lane) {
    const outlet = this.#outlet(session);
    if (outlet.running.has(lane) || this.stopping.signal.aborted) return;
    outlet.running.add(lane);
    const running = this.#runLane(session, lane, outlet)
      .catch((error) => {
        if (!this.stopping.signal.aborted)
          this.log.error({ err: error, session_id: session }, "a lane of the spool broke");
      })
      .finally(() => {
        outlet.running.delete(lane);
        this.lanesRunning.delete(running);
        for (const wake of outlet.idle.get(lane) ?? []) wake();
        outlet.idle.delete(lane);
        if (this.spool.waitingIn(session, lane) > 0) this.#run(session, lane);
      });
    this.lanesRunning.add(running);
  }

  /** @param {string} session @param {string} lane @param {Outlet} outlet */
  async #runLane(session, lane, outlet) {
    let tries = 0;
    while (!this.stopping.signal.aborted) {
      const first = await this.spool.first(session, lane);
      if (!first) {
        if (this.spool.waitingIn(session, lane) > 0)
          await sleep(1); // its append is on the way to the disk
        else return;
        continue;
      }
      const { outcome, answer, waitMs } = await outlet.limit(() => this.#try(session, first.parcel, tries));
      if (outcome === "taken") await this.spool.taken(session, lane, first.key);
      if (outcome === "refused") {
        this.log.error(
          {
            session_id: session,
            event: first.parcel.event,
            status: answer?.status,
            answer: answer?.text.slice(0, 300),
          },
          "the backend refused an event for good",
        );
        await this.spool.bury(session, lane, first.key, first.parcel, answer ?? { status: 0, text: "" });
      }
      tries = outcome === "again" ? tries + 1 : 0;
      if (outcome === "again") await sleep(waitMs, undefined, { signal: this.stopping.signal });
    }
  }

  /** @param {string} session @param {import("./spool.js").Parcel} parcel @param {number} tries @param {string} [stream] */
  async #try(session, parcel, tries, stream = LIVE) {
    const outlet = this.#outlet(session, stream);
    const held = outlet.notBefore - this.now();
    if (held > 0) await sleep(held, undefined, { signal: this.stopping.signal });
    const secret = this.secretOf(session);
    if (secret === null) return this.#again(session, outlet, "This number has no secret to sign with.", tries, null);
    let answer;
    try {
      answer = await this.backend.post(parcel.path ?? WEBHOOK_PATH, parcel.body, secret, parcel.webhook_id);
    } catch (error) {
      if (error instanceof NoAnswer) return this.#again(session, outlet, error.message, tries, null);
      throw error;
    }
    if (answer.status >= 200 && answer.status < 300) {
      outlet.problem = null;
      this.metrics.posts.inc({ session, outcome: "taken" });
      return { outcome: /** @type {const} */ ("taken"), answer, waitMs: 0 };
    }
    if (isForGood(answer.status)) {
      this.metrics.posts.inc({ session, outcome: "refused" });
      return { outcome: /** @type {const} */ ("refused"), answer, waitMs: 0 };
    }
    if (answer.retryAfterMs !== null) outlet.notBefore = Math.max(outlet.notBefore, this.now() + answer.retryAfterMs);
    return this.#again(session, outlet, wordsFor(answer.status), tries, answer.retryAfterMs);
  }

  /** @param {string} session @param {Outlet} outlet @param {string} problem @param {number} tries @param {number | null} toldMs */
  #again(session, outlet, problem, tries, toldMs) {
    if (outlet.problem !== problem) this.log.warn({ session_id: session, problem }, "the backend does not take events");
    outlet.problem = problem;
    this.metrics.posts.inc({ session, outcome: "again" });
    const ceiling = Math.min(this.retry.firstMs * 2 ** Math.min(tries, 20), this.retry.longestMs);
    return {
      outcome: /** @type {const} */ ("again"),
      answer: null,
      waitMs: toldMs ?? ceiling * (0.5 + this.random() / 2),
    };
  }
}

/** A refused signature or a wrong address says nothing against the event: it waits until the settings are mended. @param {number} status */
const isForGood = (status) =>
  status >= 400 && status < 500 && ![401, 403, 404, 405, 408, 409, 425, 429].includes(status);

/** @param {number} status */
function wordsFor(status) {
  if (status === 401)
    return "The backend refuses our signature: its secret for this number and ours differ, or a clock is wrong.";
  if (status === 404 || status === 405 || (status >= 300 && status < 400))
    return `BRIDGE_BACKEND_URL leads to no backend (HTTP ${status}).`;
  return `The backend answered with HTTP ${status}.`;
}
