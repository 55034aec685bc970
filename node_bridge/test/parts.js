// What the tests share: quiet logs, a folder that goes away, a backend on loopback that answers as told, the wire's schemas.

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { createLog } from "../src/log.js";

export const silent = createLog("silent");

/** @param {import("node:test").TestContext} t */
export async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "bridge-test-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Returns when the condition holds. @param {() => any} condition @param {string} [what] */
export async function until(condition, what = "what was awaited", ms = 8000) {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const schemas = fileURLToPath(new URL("../../wire/schema", import.meta.url));
const ajv = new Ajv2020({ allErrors: true, strict: false });
/** @type {Map<string, import("ajv").ValidateFunction>} */
const validators = new Map();
for (const module of readdirSync(schemas))
  for (const file of readdirSync(join(schemas, module)))
    validators.set(
      `${module}/${file.slice(0, -5)}`,
      ajv.compile(JSON.parse(readFileSync(join(schemas, module, file), "utf8"))),
    );

/** Throws where a value is not what wire/ says. @template T @param {string} type @param {T} value @returns {T} */
export function fits(type, value) {
  const validate = /** @type {import("ajv").ValidateFunction} */ (validators.get(type));
  if (!validate(JSON.parse(JSON.stringify(value))))
    throw new Error(`${type}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
  return value;
}

/** @type {Record<string, string>} */
const EVENTS = {
  message: "MessageEvent",
  message_ack: "MessageAck",
  message_edit: "MessageEdit",
  message_revoke: "MessageRevoke",
  reaction: "MessageReaction",
  chat_read: "ChatRead",
  session_status: "SessionStatus",
  sync_progress: "SyncProgress",
  group_update: "GroupUpdate",
};

/** What a backend of ours got, each checked against wire/; `answer` decides what it says. */
export class Receiver {
  /** @type {{ path: string, body: Buffer, headers: http.IncomingHttpHeaders, document: any }[]} */
  taken = [];
  /** @type {{ path: string, body: Buffer, headers: http.IncomingHttpHeaders, document: any }[]} */
  asked = [];
  /** @type {unknown[]} */
  misfits = [];
  /** @type {(call: { path: string, document: any }) => { status: number, headers?: Record<string, string>, body?: string } | null | Promise<any>} */
  answer = () => null;

  /** @param {import("node:test").TestContext} t */
  static async open(t) {
    const receiver = new Receiver();
    const server = http.createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const call = { path: request.url ?? "", body, headers: request.headers, document: JSON.parse(body.toString()) };
      receiver.asked.push(call);
      const refusal = await receiver.answer(call);
      if (refusal) {
        response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? "{}");
        return;
      }
      receiver.check(call.path, call.document);
      receiver.taken.push(call);
      const isBatch = call.path.endsWith("/chats/sync");
      response
        .writeHead(isBatch ? 202 : 200)
        .end(
          JSON.stringify(isBatch ? { status: "queued", message: "", batch_id: "b", rejected: [] } : { success: true }),
        );
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    receiver.url = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
    return receiver;
  }

  url = "";

  /** @param {string} path @param {any} document */
  check(path, document) {
    try {
      if (path.endsWith("/chats/sync")) {
        fits("chats_sync/ChatsSync", document);
        if (document.chats.length > 50 || document.chats.some((/** @type {any} */ chat) => chat.messages.length > 50))
          throw new Error("too many in a batch");
        for (const chat of document.chats) fits("chats_sync/PastChat", chat);
      } else fits(`webhooks/${EVENTS[document.event]}`, document);
    } catch (error) {
      this.misfits.push(error);
    }
  }

  /** @param {string} event */
  events(event) {
    return this.taken.map((call) => call.document).filter((document) => document.event === event);
  }

  chats() {
    return this.taken.filter((call) => call.path.endsWith("/chats/sync")).flatMap((call) => call.document.chats);
  }
}
