// Whether a bridge grows: a day's events in minutes through the real process, its memory looked at all the while.
// node bench/memory.js [--minutes 3] [--sessions 1] [--per-second 200]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from "../src/delivery/signing.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    sessions: { type: "string", default: "1" },
    "per-second": { type: "string", default: "200" },
  },
});
const minutes = Number(values.minutes);
const sessions = Number(values.sessions);
const perSecond = Number(values["per-second"]);
const MOST_GROWTH = 1.1;

const folder = mkdtempSync(join(tmpdir(), "bench-bridge-"));
let taken = 0;
const backend = http.createServer((request, response) => {
  request.resume().on("end", () => {
    taken += 1;
    const isBatch = request.url?.endsWith("/sync");
    response.writeHead(isBatch ? 202 : 200).end(isBatch ? '{"rejected":[]}' : '{"success":true}');
  });
});
await new Promise((resolve) => backend.listen(0, "127.0.0.1", () => resolve(undefined)));
const address = /** @type {import("node:net").AddressInfo} */ (backend.address());

const now = Date.now() / 1000;
const count = Math.round(minutes * 60 * perSecond);
// Ten times as many chats as a busy number talks to in a day; each hears of a few messages.
const world = {
  chats: 2000,
  messages: 3,
  now: Math.floor(now) - 60,
  live: { from: now + 8, perSecond: perSecond / sessions, count: Math.round(count / sessions) },
};
writeFileSync(join(folder, "worlds.json"), JSON.stringify({ default: world }));
const bridge = spawn(process.execPath, ["--expose-gc", fileURLToPath(new URL("../src/main.js", import.meta.url))], {
  env: {
    ...process.env,
    WHATSAPP_HMAC_SECRET: "s",
    BRIDGE_BACKEND_URL: `http://127.0.0.1:${address.port}`,
    BRIDGE_PORT: "39481",
    BRIDGE_DATA_DIR: folder,
    BRIDGE_CLIENT_MODULE: fileURLToPath(new URL("../standin/client.js", import.meta.url)),
    BRIDGE_SYNC_MAX_CHATS: "200",
    BRIDGE_SYNC_CHATS_PER_SECOND: "all",
    BRIDGE_RECONCILE_MINUTES: "0.5",
    BRIDGE_LOG_LEVEL: "error",
    STANDIN_WORLDS: join(folder, "worlds.json"),
  },
  stdio: ["ignore", "inherit", "inherit"],
});
await sleep(1500);

const megabytes = () =>
  Number(/^Rss.*?(\d+) kB/m.exec(readFileSync(`/proc/${bridge.pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
console.log(`empty process                 ${megabytes().toFixed(0)} MiB`);
for (let id = 1; id <= sessions; id++) {
  const path = `/sessions/${id}/start`;
  const body = '{"workspace_id":"1"}';
  const at = Math.floor(Date.now() / 1000);
  await fetch(`http://127.0.0.1:39481${path}`, {
    method: "POST",
    body,
    headers: {
      [SIGNATURE_HEADER]: signCall("s", "POST", path, at, body),
      [TIMESTAMP_HEADER]: String(at),
      "content-type": "application/json",
    },
  });
}
await sleep(6000);
console.log(`${sessions} number(s), chats imported  ${megabytes().toFixed(0)} MiB`);
/** @type {number[]} */
const seen = [];
const ends = Date.now() + minutes * 60_000;
while (Date.now() < ends) {
  await sleep(5000);
  seen.push(megabytes());
  process.stdout.write(`${seen.at(-1)?.toFixed(0)} `);
}
// The first quarter warms up: code is compiled, caches are filled.
const rest = seen.slice(Math.ceil(seen.length / 4));
/** @param {number[]} part */
const median = (part) => part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)];
const growth = median(rest.slice(-Math.ceil(rest.length / 3))) / median(rest.slice(0, Math.ceil(rest.length / 3)));
console.log(`\nevents and batches taken      ${taken}`);
console.log(`last third ÷ first third      ${growth.toFixed(2)}   goal ≤ ${MOST_GROWTH}`);
bridge.kill("SIGTERM");
await new Promise((resolve) => bridge.on("exit", resolve));
backend.closeAllConnections();
backend.close();
rmSync(folder, { recursive: true, force: true });
process.exitCode = growth <= MOST_GROWTH ? 0 : 1;
