// Settings are what docs/bridge.md says, and wrong ones are refused in words.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { createLog, redact } from "../src/log.js";
import { readSettings } from "../src/settings.js";
import { folder } from "./parts.js";

const page = readFileSync(new URL("../../docs/bridge.md", import.meta.url), "utf8");
const code = readFileSync(new URL("../src/settings.js", import.meta.url), "utf8");

test("every setting is documented, and nothing else", () => {
  const read = new Set(code.match(/(?<=env\.)[A-Z_]+/g));
  const rows = page.slice(page.indexOf("## Settings")).match(/^\| `.*? \|/gm) ?? [];
  const documented = new Set(rows.join("").match(/[A-Z]+_[A-Z_]+/g));
  assert.deepEqual([...documented].sort(), [...read].sort());
});

test("the defaults are the documented ones", () => {
  const settings = readSettings({ WHATSAPP_HMAC_SECRET: "s" });
  assert.equal(settings.host, "127.0.0.1", "loopback unless told");
  assert.deepEqual(settings.sync, {
    enabled: true,
    maxChats: 500,
    windowDays: 30,
    messagesPerChat: 50,
    chatsPerSecond: 10,
    postsAtOnce: 5,
    reconcileMinutes: 15,
  });
  assert.equal(settings.postTimeoutMs, 10_000);
});

test("a wrong setting is named", async (t) => {
  const file = join(await folder(t), "sessions.json");
  writeFileSync(file, '[{"id": "1"}]');
  const wrong = {
    BRIDGE_PORT: "many",
    BRIDGE_BACKEND_URL: "backend",
    WHATSAPP_SYNC_ENABLED: "perhaps",
    BRIDGE_SESSIONS_FILE: file,
    WHATSAPP_HMAC_SECRET: "",
  };
  for (const [name, value] of Object.entries(wrong))
    assert.throws(() => readSettings({ WHATSAPP_HMAC_SECRET: "s", [name]: value }), new RegExp(name));
});

test("logs hold no phone number, no secret and no text", () => {
  let written = "";
  const log = createLog("info", {
    write: (line) => {
      written += line;
    },
  });
  const body = "meet me at noon";
  log.warn({ err: new Error("no chat 6281100000417@c.us"), body, nested: { qr: "2@code", hmac_secret: "hush" } }, "x");
  assert.doesNotMatch(written, /81100000417|noon|2@code|hush/);
  assert.match(written, /6281…17@c\.us/);
  assert.equal(redact("+6281100000417"), "+6281…17");
});
