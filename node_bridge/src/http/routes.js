// The routes of wire/bridge.py: each call is signed, each answer is one of its shapes.
import { Refusal } from "../errors.js";
import * as acting from "../sending/acting.js";
import { check, isSignedBy } from "./authorised.js";
import { readBody } from "./bodies.js";

/** @typedef {import("fastify").FastifyRequest<{ Params: { id: string, group?: string } }>} Request */

/** @param {import("fastify").FastifyInstance} app @param {{ registry: import("../sessions/registry.js").Registry, deliverer: import("../delivery/deliverer.js").Deliverer, spool: import("../delivery/spool.js").Spool, sharedSecret: string | null, now: () => number, waitMs: number }} of */
export function addRoutes(app, { registry, deliverer, spool, sharedSecret, now, waitMs }) {
  /** An unknown number is told only to who proved to know a secret. @param {Request} request */
  const authorised = (request) => {
    const session = registry.get(request.params.id);
    if (session) {
      check(request, registry.secretOf(session.id), now);
      return session;
    }
    const secrets = [sharedSecret, ...registry.secrets.values()];
    if (!secrets.some((secret) => isSignedBy(request, secret, now))) check(request, null, now);
    throw new Refusal(404, "unknown_session", `No session ${request.params.id}.`);
  };

  /** @param {Request} request */
  const connected = (request) => {
    const session = authorised(request);
    if (!session.isConnected) throw new Refusal(503, "session_not_connected", "This number is not connected.", 5);
    return session;
  };

  /** @param {Request} request @param {any} name */
  const bodyOf = (request, name) => readBody(/** @type {Buffer | null} */ (request.body ?? null), name);

  app.get("/sessions", async (request) => {
    const mine = [...registry.sessions.values()].filter((session) =>
      isSignedBy(request, registry.secretOf(session.id), now),
    );
    if (mine.length === 0) check(request, sharedSecret, now);
    return { items: mine.map(describe) };
  });

  app.get("/sessions/:id/health", async (request) =>
    health(authorised(/** @type {Request} */ (request)), deliverer, spool, now),
  );

  app.get("/sessions/:id/qr", async (request) => {
    const session = authorised(/** @type {Request} */ (request));
    return { status: session.status, qr: session.status === "qr" ? session.qr : null };
  });

  app.post("/sessions/:id/start", async (request) => {
    const asked = /** @type {Request} */ (request);
    const known = registry.get(asked.params.id);
    if (known) authorised(asked);
    else if (!isSignedBy(asked, sharedSecret, now)) return authorised(asked);
    const start = known && !asked.body ? null : bodyOf(asked, "start");
    if (known && start && String(start.workspace_id) !== known.origin.workspace_id)
      throw new Refusal(422, "invalid", "workspace_id: this number belongs to another workspace here.");
    return describe(await registry.start(asked.params.id, start));
  });

  app.post("/sessions/:id/logout", async (request) =>
    describe(await registry.logout(authorised(/** @type {Request} */ (request)).id)),
  );

  app.post("/sessions/:id/sync", async (request, reply) => {
    const session = connected(/** @type {Request} */ (request));
    if (!session.importer.settings.enabled)
      throw new Refusal(409, "sync_disabled", "WHATSAPP_SYNC_ENABLED is false at the bridge.");
    await session.importer.restart(session.connection());
    return reply.code(202).send(describe(session));
  });

  app.delete("/sessions/:id/sync", async (request, reply) => {
    const session = authorised(/** @type {Request} */ (request));
    await session.importer.cancel();
    return reply.code(202).send(describe(session));
  });

  app.post("/sessions/:id/messages", async (request) => {
    const session = authorised(/** @type {Request} */ (request));
    return session.sender.send(bodyOf(/** @type {Request} */ (request), "send"));
  });

  /** @param {string} path @param {any} name @param {(session: import("../sessions/session.js").Session, asked: any, request: Request) => Promise<unknown>} act @param {boolean} [silent] */
  const action = (path, name, act, silent = false) =>
    app.post(path, async (request, reply) => {
      const session = connected(/** @type {Request} */ (request));
      const answer = await told(
        act(session, bodyOf(/** @type {Request} */ (request), name), /** @type {Request} */ (request)),
        waitMs,
      );
      return silent ? reply.code(204).send() : (answer ?? { success: true });
    });
  action("/sessions/:id/reactions", "react", (session, asked) => acting.react(session.client, asked), true);
  action("/sessions/:id/read", "read", (session, asked) => acting.read(session.client, asked));
  action("/sessions/:id/typing", "type", (session, asked) => acting.type(session.client, asked));
  action("/sessions/:id/groups/:group/participants", "participants", (session, asked, request) =>
    acting.changeParticipants(session.client, request.params.group ?? "", asked, session.mine),
  );

  app.get("/sessions/:id/dead-letters", async (request) => ({
    items: await spool.deadLetters(authorised(/** @type {Request} */ (request)).id),
  }));

  app.post("/sessions/:id/dead-letters/retry", async (request) => {
    await deliverer.reviveDeadLetters(authorised(/** @type {Request} */ (request)).id);
    return { success: true };
  });
}

/** What the page throws is the provider's failure, not ours. @param {Promise<unknown>} acted @param {number} waitMs */
async function told(acted, waitMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(504, "unconfirmed", "WhatsApp did not answer in time.")), waitMs);
  });
  try {
    return await Promise.race([acted, late]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      502,
      "provider_failed",
      `WhatsApp could not do this: ${/** @type {Error} */ (error)?.message ?? error}`.slice(0, 300),
    );
  } finally {
    clearTimeout(timer);
  }
}

/** `wire.bridge.BridgeSession` @param {import("../sessions/session.js").Session} session */
const describe = (session) => ({
  id: session.id,
  status: session.status,
  phone_number: session.phone,
  reason: session.reason,
});

/** `wire.bridge.BridgeHealth` @param {import("../sessions/session.js").Session} session @param {import("../delivery/deliverer.js").Deliverer} deliverer @param {import("../delivery/spool.js").Spool} spool @param {() => number} now */
async function health(session, deliverer, spool, now) {
  const oldest = await spool.oldest(session.id);
  return {
    ...describe(session),
    since: new Date(session.since).toISOString(),
    restarts: session.restarts,
    waiting: spool.waiting(session.id),
    oldest_waiting_seconds: oldest ? Math.max(now() - oldest, 0) / 1000 : 0,
    dead_letters: spool.dead.get(session.id) ?? 0,
    delivery_problem: deliverer.problem(session.id),
    last_event_at: session.events?.lastAt ? new Date(session.events.lastAt).toISOString() : null,
    sync: session.importer.state,
  };
}
