// Node's own crypto comes to the signatures of wire/samples/signatures.json, which Python checks too.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";

import { readJson } from "./samples.js";

const vectors = readJson("samples", "signatures.json");

const hex = (key, text) => createHmac("sha256", key).update(text, "utf8").digest("hex");

const standardKey = (secret) =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret, "utf8");

test("the body of a webhook", () => {
  for (const { secret, body, signature } of vectors.body) assert.equal(hex(secret, body), signature);
});

test("a call to the bridge", () => {
  for (const { secret, method, path_and_query, timestamp, body, signature } of vectors.bridge_call)
    assert.equal(hex(secret, `${method}\n${path_and_query}\n${timestamp}\n${body}`), signature);
});

test("Standard Webhooks", () => {
  for (const { secret, webhook_id, timestamp, body, header } of vectors.standard_webhook) {
    const digest = createHmac("sha256", standardKey(secret)).update(`${webhook_id}.${timestamp}.${body}`, "utf8");
    assert.equal(`v1,${digest.digest("base64")}`, header);
  }
});

test("a private or presence channel", () => {
  for (const { key, secret, socket_id, channel, channel_data, auth } of vectors.pusher_channel) {
    const signed = channel_data === null ? `${socket_id}:${channel}` : `${socket_id}:${channel}:${channel_data}`;
    assert.equal(`${key}:${hex(secret, signed)}`, auth);
  }
});
