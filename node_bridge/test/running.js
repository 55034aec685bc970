// A whole bridge in this process, on the stand-in phone: what the tests of several parts together begin with.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compose } from "../src/compose.js";
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from "../src/delivery/signing.js";
import { readSettings } from "../src/settings.js";
import { fits, Receiver, silent, until } from "./parts.js";

export const SECRET = "shared-with-the-backend";
export const STANDIN = fileURLToPath(new URL("../standin/client.js", import.meta.url));

/** @param {import("node:test").TestContext} t @param {{ world?: object, env?: Record<string, string>, data?: string, receiver?: Receiver }} [how] */
export async function runBridge(t, { world = {}, env = {}, data, receiver } = {}) {
  const own = data ?? mkdtempSync(join(tmpdir(), "bridge-test-"));
  const backend = receiver ?? (await Receiver.open(t));
  const worlds = join(own, "worlds.json");
  writeFileSync(
    worlds,
    JSON.stringify({ default: { chats: 10, messages: 5, now: Math.floor(Date.now() / 1000) - 60, ...world } }),
  );
  process.env.STANDIN_WORLDS = worlds;
  const settings = readSettings({
    WHATSAPP_HMAC_SECRET: SECRET,
    BRIDGE_BACKEND_URL: backend.url,
    BRIDGE_PORT: "0",
    BRIDGE_DATA_DIR: own,
    BRIDGE_CLIENT_MODULE: STANDIN,
    BRIDGE_SYNC_CHATS_PER_SECOND: "all",
    BRIDGE_RETRY_FIRST_SECONDS: "0.01",
    BRIDGE_RETRY_LONGEST_SECONDS: "0.05",
    BRIDGE_RESTART_FIRST_SECONDS: "0.02",
    BRIDGE_RESTART_LONGEST_SECONDS: "0.05",
    ...env,
  });
  const bridge = await compose(settings, silent);
  const url = await bridge.start();
  let stopped = false;
  const stop = async () => {
    if (!stopped) await bridge.stop();
    stopped = true;
  };
  t.after(async () => {
    await stop();
    if (!data) rmSync(own, { recursive: true, force: true });
  });

  /** @param {string} method @param {string} path @param {unknown} [body] @param {{ secret?: string, at?: number }} [how] */
  const call = async (method, path, body, { secret = SECRET, at = Math.floor(Date.now() / 1000) } = {}) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const answer = await fetch(url + path, {
      method,
      body: text || undefined,
      headers: {
        [SIGNATURE_HEADER]: signCall(secret, method, path, at, text),
        [TIMESTAMP_HEADER]: String(at),
        ...(text ? { "content-type": "application/json" } : {}),
      },
    });
    const said = await answer.text();
    const document = said ? JSON.parse(said) : null;
    if (!answer.ok) fits("bridge/BridgeError", document);
    return { status: answer.status, headers: answer.headers, document };
  };

  /** Connects the number 1 and waits until its chats are there. */
  const connected = async (id = "1") => {
    await call("POST", `/sessions/${id}/start`, { workspace_id: "7" });
    await until(
      () => backend.events("sync_progress").some((each) => each.session_id === id && each.status === "completed"),
      "the import",
    );
    const session = /** @type {any} */ (bridge.registry.get(id));
    return { session, client: session.client, page: session.client.pupPage, world: session.client.world };
  };
  return { bridge, url, call, connected, backend, data: own, stop };
}
