// Asks a running bridge something by hand, signed: npm run call -- GET /sessions
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from "./delivery/signing.js";
import { readSettings } from "./settings.js";

const [method = "GET", path = "/sessions", body = ""] = process.argv.slice(2);
const settings = readSettings(process.env);
const id = /^\/sessions\/([^/?]+)/.exec(path)?.[1];
const secret =
  settings.sessions.find((each) => each.id === id)?.hmac_secret ??
  settings.sharedSecret ??
  settings.sessions[0]?.hmac_secret ??
  "";
const timestamp = Math.floor(Date.now() / 1000);
const answer = await fetch(`http://${settings.host}:${settings.port}${path}`, {
  method,
  body: body || undefined,
  headers: {
    [SIGNATURE_HEADER]: signCall(secret, method, path, timestamp, body),
    [TIMESTAMP_HEADER]: String(timestamp),
    ...(body ? { "content-type": "application/json" } : {}),
  },
});
process.stdout.write(`${answer.status} ${await answer.text()}\n`);
process.exitCode = answer.ok ? 0 : 1;
