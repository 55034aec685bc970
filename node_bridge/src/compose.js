// Puts the bridge together from its settings, and takes it apart again.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pLimit from "p-limit";
import { Backend } from "./delivery/backend.js";
import { Deliverer } from "./delivery/deliverer.js";
import { Spool } from "./delivery/spool.js";
import { Refusal } from "./errors.js";
import { createServer } from "./http/server.js";
import { createMetrics } from "./metrics.js";
import { Ledger } from "./sending/ledger.js";
import { Sender } from "./sending/sender.js";
import { Registry } from "./sessions/registry.js";
import { Session } from "./sessions/session.js";
import { Store } from "./store.js";
import { Importer } from "./sync/importer.js";
import { Progress } from "./sync/progress.js";

/** @param {import("./settings.js").Settings} settings @param {import("./log.js").Logger} log */
export async function compose(settings, log) {
  // The one place where WhatsApp can be exchanged: for a stand-in, in tests and on a desk without a phone.
  const whatsapp = await import(
    settings.clientModule ? pathToFileURL(settings.clientModule).href : "./whatsapp/client.js"
  );
  const createClient = whatsapp.clientFactory(settings);
  const forgetProfile = whatsapp.profileForgetter(settings);
  const metrics = createMetrics();
  const store = await Store.open(join(settings.dataDir, "state"));
  const spool = new Spool(store);
  await spool.load();
  const ledger = new Ledger(store);
  await ledger.load();
  const backend = new Backend({ url: settings.backendUrl, timeoutMs: settings.postTimeoutMs, metrics });
  /** @type {Registry} */
  let registry;
  const deliverer = new Deliverer({
    spool,
    backend,
    secretOf: (id) => registry.secretOf(id),
    retry: settings.retry,
    log,
    metrics,
  });
  const startLimit = pLimit(settings.startsAtOnce);

  registry = new Registry({
    store,
    settings,
    create: async ({ id, workspace_id, phone_number, display_name }) => {
      const origin = { session_id: id, workspace_id };
      const report = (
        /** @type {string} */ status,
        /** @type {number} */ synced_count,
        /** @type {number | null} */ total_count,
      ) => deliverer.deliver(id, "session", { event: "sync_progress", ...origin, status, synced_count, total_count });
      const importer = new Importer({
        session: id,
        progress: new Progress(store, id),
        deliverer,
        settings: settings.sync,
        report,
        log,
        metrics,
      });
      await importer.load();
      /** @type {Session} */
      let session;
      const clientOf = () => {
        if (!session.isConnected) throw new Refusal(503, "session_not_connected", "This number is not connected.", 5);
        return session.client;
      };
      const sender = new Sender({ session: id, ledger, clientOf, timeoutMs: settings.sendTimeoutMs, log, metrics });
      session = new Session({
        id,
        workspaceId: workspace_id,
        phone: phone_number ?? null,
        name: display_name ?? null,
        sender,
        importer,
        createClient,
        closeClient: whatsapp.closeClient,
        forgetProfile,
        startLimit,
        settings,
        deliverer,
        log,
        metrics,
      });
      return session;
    },
  });

  const server = createServer({
    registry,
    deliverer,
    spool,
    sharedSecret: settings.sharedSecret,
    now: Date.now,
    waitMs: settings.sendTimeoutMs,
    metrics,
    log,
  });
  return {
    registry,
    server,
    metrics,
    async start() {
      const url = await server.listen({ host: settings.host, port: settings.port });
      deliverer.start();
      await registry.load();
      return url;
    },
    /** What was heard is on disk when this returns. */
    async stop() {
      await server.close();
      await registry.stop();
      await deliverer.stop();
      await store.close();
    },
  };
}
