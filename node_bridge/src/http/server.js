// The bridge's HTTP server: raw bodies (they are signed), one shape of error, health and metrics.
import Fastify from "fastify";
import { Refusal } from "../errors.js";
import { addRoutes } from "./routes.js";

const MAX_BODY_BYTES = 96 * 1024 * 1024; // WhatsApp takes files of 64 MB, and base64 adds a third

/** @param {Omit<Parameters<typeof addRoutes>[1], never> & { metrics: import("../metrics.js").Metrics, log: import("../log.js").Logger }} of */
export function createServer({ metrics, log, ...of }) {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    logger: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  app.setErrorHandler((error, request, reply) => {
    const refusal = error instanceof Refusal ? error : asRefusal(/** @type {any} */ (error));
    if (refusal.status >= 500 && !(error instanceof Refusal))
      log.error({ err: error, url: request.url }, "a call broke");
    if (refusal.retryAfterSeconds) reply.header("retry-after", String(refusal.retryAfterSeconds));
    reply.code(refusal.status).send({ error: { code: refusal.code, message: refusal.message } });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: "invalid", message: "There is no such address." } }),
  );

  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/metrics", async (_request, reply) => {
    for (const session of of.registry.sessions.values()) {
      metrics.waiting.set({ session: session.id }, of.spool.waiting(session.id));
      metrics.deadLetters.set({ session: session.id }, of.spool.dead.get(session.id) ?? 0);
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  addRoutes(app, of);
  return app;
}

/** @param {{ statusCode?: number, message: string }} error */
const asRefusal = (error) =>
  error.statusCode && error.statusCode < 500
    ? new Refusal(error.statusCode, "invalid", error.message)
    : new Refusal(500, "internal", "The bridge failed; its log says how.");
