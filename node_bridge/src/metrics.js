// What Prometheus can ask of the bridge; each number is told apart by its session.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** @typedef {ReturnType<typeof createMetrics>} Metrics */

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    sessionStatus: new Gauge({
      name: "bridge_session_status",
      help: "1 for the status a number is in.",
      labelNames: ["session", "status"],
      registers,
    }),
    restarts: new Counter({
      name: "bridge_session_restarts_total",
      help: "Times a number was connected again by itself.",
      labelNames: ["session"],
      registers,
    }),
    events: new Counter({
      name: "bridge_events_total",
      help: "Events of WhatsApp that were put into the spool.",
      labelNames: ["session", "event"],
      registers,
    }),
    posts: new Counter({
      name: "bridge_posts_total",
      help: "Posts to the backend by what came of them.",
      labelNames: ["session", "outcome"],
      registers,
    }),
    postSeconds: new Histogram({
      name: "bridge_post_seconds",
      help: "How long the backend took to answer.",
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    waiting: new Gauge({
      name: "bridge_waiting_events",
      help: "Events in the spool.",
      labelNames: ["session"],
      registers,
    }),
    deadLetters: new Gauge({
      name: "bridge_dead_letters",
      help: "Events that the backend refused for good.",
      labelNames: ["session"],
      registers,
    }),
    sends: new Counter({
      name: "bridge_sends_total",
      help: "Messages to send by what came of them.",
      labelNames: ["session", "outcome"],
      registers,
    }),
    syncedChats: new Counter({
      name: "bridge_synced_chats_total",
      help: "Chats imported or reconciled.",
      labelNames: ["session"],
      registers,
    }),
    leftOut: new Counter({
      name: "bridge_sync_left_out_total",
      help: "Chats or messages left out of an import, by why.",
      labelNames: ["session", "reason"],
      registers,
    }),
    unexpected: new Counter({
      name: "bridge_unexpected_errors_total",
      help: "Errors that nobody foresaw; each is in the log.",
      registers,
    }),
  };
}
