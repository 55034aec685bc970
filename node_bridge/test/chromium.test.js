// The system's Chromium under the real library, up to where WhatsApp's page would load: that page cannot be reached here.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { chromiumArgs, findChromium } from "../src/whatsapp/chromium.js";
import { folder, Receiver, until } from "./parts.js";

const MAIN = fileURLToPath(new URL("../src/main.js", import.meta.url));

/** @param {import("node:test").TestContext} t @param {string} data @param {Receiver} receiver */
async function spawnBridge(t, data, receiver) {
  const bridge = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      WHATSAPP_HMAC_SECRET: "s",
      BRIDGE_BACKEND_URL: receiver.url,
      BRIDGE_PORT: "0",
      BRIDGE_DATA_DIR: data,
      BRIDGE_SESSIONS_FILE: join(data, "sessions.json"),
      BRIDGE_RESTART_FIRST_SECONDS: "0.2",
      BRIDGE_RESTART_LONGEST_SECONDS: "0.4",
      BRIDGE_CHROMIUM_ARGS: "--proxy-server=127.0.0.1:9", // on a machine with the internet WhatsApp is not reached either
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(() => bridge.kill("SIGKILL"));
  /** @type {any[]} */
  const log = [];
  createInterface({ input: /** @type {any} */ (bridge.stderr) }).on("line", (line) =>
    log.push(line.startsWith("{") ? JSON.parse(line) : line),
  );
  await until(() => log.some((line) => line.message === "the bridge listens"), "the bridge listens");
  return { bridge, log };
}

/** Processes that run on the profile. @param {string} profile */
const browsersOn = (profile) =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(`--user-data-dir=${profile}`);
      } catch {
        return false;
      }
    });

test("Chromium starts, the page cannot be had: failed with the reason, tried again, and the process stays up", {
  timeout: 60_000,
}, async (t) => {
  const data = await folder(t);
  writeFileSync(join(data, "sessions.json"), JSON.stringify([{ id: 1, workspace_id: 7 }]));
  const receiver = await Receiver.open(t);
  const profile = join(data, "profiles/session-1");
  const { bridge } = await spawnBridge(t, data, receiver);
  const failures = () => receiver.events("session_status").filter((each) => each.status === "failed");
  await until(() => failures().length >= 2, "two tries that failed", 30_000);
  assert.match(failures()[0].reason, /^net::ERR_\w+ at https:\/\/web\.whatsapp\.com\//);
  assert.deepEqual(
    receiver
      .events("session_status")
      .slice(0, 3)
      .map((each) => each.status),
    ["connecting", "failed", "connecting"],
  );
  assert.equal(bridge.exitCode, null);

  // A bridge that is killed leaves its browser behind, which must not keep the next one out.
  await until(() => browsersOn(profile).length > 0 && lockOf(profile), "a browser on the profile", 20_000);
  bridge.kill("SIGKILL");
  const before = failures().length;
  const next = await spawnBridge(t, data, receiver);
  await until(() => failures().length >= before + 2, "the next bridge's tries", 30_000);
  for (const failure of failures()) assert.match(failure.reason, /^net::ERR_/, "never: the profile is in use");
  next.bridge.kill("SIGTERM");
  await until(() => next.bridge.exitCode !== null || next.bridge.signalCode !== null, "a graceful end", 20_000);
  assert.equal(next.bridge.exitCode, 0);
  await until(() => browsersOn(profile).length === 0, "no browser is left", 10_000);
});

/** @param {string} profile */
function lockOf(profile) {
  try {
    return readlinkSync(join(profile, "SingletonLock"));
  } catch {
    return null;
  }
}

test("no Chromium is said so, with what to do", () => {
  assert.throws(() => findChromium(null, "/nowhere"), /apt-get install chromium/);
  assert.throws(() => findChromium("/nowhere/chrome", ""), /BRIDGE_CHROMIUM/);
  assert.ok(chromiumArgs([], 0).includes("--no-sandbox"));
  assert.ok(!chromiumArgs([], 1000).includes("--no-sandbox"), "only root goes without the sandbox");
});
