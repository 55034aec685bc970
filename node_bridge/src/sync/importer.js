// Brings a number's chats to the backend: all of them once, and on every later `ready` what came in without an event.
import pLimit from "p-limit";
import { lidsIn, pastChat } from "../normalise/chat.js";
import { parseJid, textOf } from "../normalise/jid.js";
import { pastMessage, peopleIn } from "../normalise/message.js";
import { listChats, readChat } from "../whatsapp/listing.js";
import { Batches, CHATS_SYNC_PATH, pieces } from "./batches.js";
import { Pace } from "./pace.js";

const READS_AT_ONCE = 4;
const PROGRESS_EVERY_MS = 500;

/** Messages may come later than others that were written after them. */
const OVERLAP_SECONDS = 3600;
/** Within the last seconds another message of the same second may still come. */
const UNSETTLED_SECONDS = 10;

/** @typedef {{ client: any, people: import("../people.js").People, origin: import("../whatsapp/types.js").Origin, settled: (chat: string, signal: AbortSignal) => Promise<void>, uuidOf: (messageId: string) => Promise<string | null> }} Connection what an import reads from; `settled` returns when the chat's live events have reached the backend */

export class Importer {
  /** `report` sends a `sync_progress`. @param {{ session: string, progress: import("./progress.js").Progress, deliverer: import("../delivery/deliverer.js").Deliverer, settings: import("../settings.js").Settings["sync"], report: (status: string, synced: number, total: number | null) => Promise<void>, log: import("../log.js").Logger, metrics: import("../metrics.js").Metrics, now?: () => number }} of */
  constructor({ session, progress, deliverer, settings, report, log, metrics, now = Date.now }) {
    this.session = session;
    this.progress = progress;
    this.deliverer = deliverer;
    this.settings = settings;
    this.report = report;
    this.log = log;
    this.metrics = metrics;
    this.now = now;
    /** @type {{ abort: AbortController, done: Promise<void> } | null} */
    this.running = null;
    /** Of the run under way or the last one. @type {{ status: string, synced_count: number, total_count: number | null } | null} */
    this.state = null;
  }

  async load() {
    const run = await this.progress.run();
    if (run) this.state = { status: run.status, synced_count: run.synced, total_count: run.total };
  }

  /** On `ready`: takes up a run that was broken off, begins the first one, or looks for what was missed. One at a time. @param {Connection} connection */
  async onReady(connection) {
    if (!this.settings.enabled || this.running) return;
    const last = await this.progress.run();
    if (this.running) return;
    const cancelled = last?.status === "cancelled";
    this.#start(connection, { full: false, quiet: cancelled || last?.status === "completed", known: cancelled });
  }

  /** Everything again, from the newest chat on. @param {Connection} connection */
  async restart(connection) {
    await this.#stopRunning();
    this.#start(connection, { full: true, quiet: false, known: false });
  }

  /** Ends the run for good; what was imported stays. */
  async cancel() {
    const run = await this.progress.run();
    await this.#stopRunning();
    if (run?.status !== "running") return;
    await this.#finish(run, "cancelled");
  }

  /** The connection has gone: the run goes on with the next one. */
  async suspend() {
    await this.#stopRunning();
  }

  async #stopRunning() {
    const running = this.running;
    if (!running) return;
    running.abort.abort();
    await running.done;
  }

  /** `quiet` tells nobody; `known` looks only after chats that were imported. @param {Connection} connection @param {{ full: boolean, quiet: boolean, known: boolean }} how */
  #start(connection, how) {
    const abort = new AbortController();
    const done = this.#run(connection, how, abort.signal)
      .catch((error) => {
        if (!abort.signal.aborted) this.log.error({ err: error, session_id: this.session }, "the import broke off");
      })
      .finally(() => {
        if (this.running?.abort === abort) this.running = null;
      });
    this.running = { abort, done };
  }

  /** @param {Connection} connection @param {{ full: boolean, quiet: boolean, known: boolean }} how @param {AbortSignal} signal */
  async #run(connection, { full, quiet, known }, signal) {
    const { maxChats, windowDays } = this.settings;
    const run = await this.progress.begin(full, known ? "cancelled" : "running");
    const began = this.now();
    try {
      const since = windowDays === null ? 0 : this.now() / 1000 - windowDays * 86_400;
      let listed = (await listChats(connection.client))
        .filter((chat) => chat.timestamp >= since)
        .slice(0, maxChats ?? undefined);
      if (known) listed = await this.#imported(listed);
      signal.throwIfAborted();
      run.total = listed.length;
      run.synced = 0;
      await this.#save(run);
      this.log.info(
        { session_id: this.session, chats: listed.length, config: { max_chats: maxChats, sync_window: windowDays } },
        "sync started",
      );
      if (!quiet) await this.report("running", 0, run.total);
      const failure = await this.#readAll(connection, run, listed, quiet, signal);
      signal.throwIfAborted();
      await this.#finish(run, known ? "cancelled" : failure ? "failed" : "completed", quiet && !failure);
      this.log.info(
        { session_id: this.session, synced_count: run.synced, duration_seconds: (this.now() - began) / 1000 },
        `sync ${failure ? "failed" : "completed"}`,
      );
    } catch (error) {
      if (signal.aborted) return;
      await this.#finish(run, "failed");
      throw error;
    }
  }

  /** @param {Connection} connection @param {import("./progress.js").Run} run @param {import("../whatsapp/listing.js").Listed[]} listed @param {boolean} quiet @param {AbortSignal} signal @returns {Promise<unknown>} what failed */
  async #readAll(connection, run, listed, quiet, signal) {
    /** @type {unknown} */
    let failure = null;
    let told = this.now();
    const batches = new Batches({
      post: (chats) =>
        this.deliverer.postUntilTaken(this.session, CHATS_SYNC_PATH, { ...connection.origin, chats }, signal),
      atOnce: this.settings.postsAtOnce,
      onFailure: (error) => {
        if (!signal.aborted) {
          failure = error;
          this.log.error({ err: error, session_id: this.session }, "a batch was refused");
        }
      },
    });
    const synced = async () => {
      run.synced += 1;
      this.metrics.syncedChats.inc({ session: this.session });
      this.state = { status: "running", synced_count: run.synced, total_count: run.total };
      if (this.now() - told < PROGRESS_EVERY_MS) return;
      told = this.now();
      await this.progress.save(run);
      if (!quiet) await this.report("running", run.synced, run.total);
    };
    const pace = new Pace(this.settings.chatsPerSecond);
    const reads = pLimit(READS_AT_ONCE);
    try {
      /** @type {Set<Promise<void>>} */
      const reading = new Set();
      /** @type {Promise<void>} */
      let before = Promise.resolve();
      for (const each of listed) {
        const mark = await this.progress.mark(each.id);
        if (mark && mark.t >= each.timestamp && (!run.full || mark.run === run.id)) {
          await synced();
          continue;
        }
        await pace.turn(signal);
        const turn = before;
        const one = reads(() => this.#readOne(connection, run, each, mark, batches, synced, turn, signal)).finally(() =>
          reading.delete(one),
        );
        reading.add(one);
        before = one.catch(() => {});
        if (reading.size >= READS_AT_ONCE) await Promise.race(reading);
      }
      await Promise.all(reading);
      await batches.drained();
    } finally {
      batches.close();
    }
    return failure;
  }

  /** A chat that cannot be read is left out, and does not keep out the others. `turn`: the newer one before it is in its batch. @param {Connection} connection @param {import("./progress.js").Run} run @param {import("../whatsapp/listing.js").Listed} listed @param {import("./progress.js").Mark | undefined} mark @param {Batches} batches @param {() => Promise<void>} synced @param {Promise<void>} turn @param {AbortSignal} signal */
  async #readOne(connection, run, listed, mark, batches, synced, turn, signal) {
    let past = null;
    const settledUntil = Math.floor(this.now() / 1000) - UNSETTLED_SECONDS;
    try {
      past = await this.#read(connection, listed, run.full ? undefined : mark);
    } catch (error) {
      signal.throwIfAborted();
      this.#leftOut(listed.id, "unreadable", /** @type {Error} */ (error)?.message ?? String(error));
    }
    if (!past) return synced();
    await turn;
    await connection.settled(listed.id, signal); // a live message comes before the history that holds it too
    const newest = past.messages.at(-1)?.timestamp ?? past.timestamp ?? listed.timestamp;
    const parts = pieces(past);
    let left = parts.length;
    for (const part of parts) {
      signal.throwIfAborted();
      await batches.add({
        chat: part,
        done: async (rejected) => {
          for (const each of rejected) this.#leftOut(listed.id, "rejected", `${each.field}: ${each.reason}`);
          left -= 1;
          if (left > 0) return;
          await this.progress.setMark(listed.id, {
            t: Math.min(Math.max(newest, listed.timestamp), settledUntil),
            run: run.id,
          });
          await synced();
        },
      });
    }
  }

  /** @param {Connection} connection @param {import("../whatsapp/listing.js").Listed} listed @param {import("./progress.js").Mark | undefined} mark */
  async #read(connection, listed, mark) {
    const read = await readChat(connection.client, listed.id, {
      atLeast: this.settings.messagesPerChat,
      since: mark?.t,
    });
    if (!read) return null;
    const { chat, messages } = read;
    const isGroup = parseJid(chat.id).kind === "group";
    const spoken = [...new Set(messages.flatMap(peopleIn))];
    const people = await connection.people.lookUp(
      isGroup ? spoken : [textOf(chat.id), ...spoken.filter((jid) => jid !== textOf(chat.id))],
    );
    const members = isGroup ? await connection.people.lookUp(lidsIn(chat), { names: false }) : new Map();
    const everyone = new Map([...members, ...people]);
    const past = [];
    for (const message of messages) {
      if (mark && message.timestamp < mark.t - OVERLAP_SECONDS) continue;
      const clientUuid = message.fromMe ? await connection.uuidOf(message.id?.id) : null;
      const one = pastMessage(message, { people: everyone, clientUuid });
      if (one) past.push(one);
    }
    return pastChat(chat, past, everyone);
  }

  /** @param {string} chat @param {string} reason @param {string} detail */
  #leftOut(chat, reason, detail) {
    this.metrics.leftOut.inc({ session: this.session, reason });
    this.log.warn({ session_id: this.session, chat, reason, detail }, "left out of the import");
  }

  /** @param {import("./progress.js").Run} run */
  async #save(run) {
    this.state = { status: run.status, synced_count: run.synced, total_count: run.total };
    await this.progress.save(run);
  }

  /** @param {import("./progress.js").Run} run @param {import("./progress.js").Run["status"]} status @param {boolean} [quiet] */
  async #finish(run, status, quiet = false) {
    run.status = status;
    await this.#save(run);
    if (!quiet) await this.report(status, run.synced, run.total);
  }

  /** @param {import("../whatsapp/listing.js").Listed[]} listed */
  async #imported(listed) {
    const marks = await Promise.all(listed.map((each) => this.progress.mark(each.id)));
    return listed.filter((_, index) => marks[index] !== undefined);
  }
}
