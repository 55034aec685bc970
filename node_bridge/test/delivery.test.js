// Nothing is lost on the way to the backend, and a chat's events arrive in their order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Backend, retryAfter } from "../src/delivery/backend.js";
import { Deliverer } from "../src/delivery/deliverer.js";
import { signBody, signCall, signStandard } from "../src/delivery/signing.js";
import { Spool } from "../src/delivery/spool.js";
import { createMetrics } from "../src/metrics.js";
import { Store } from "../src/store.js";
import { folder, Receiver, silent, until } from "./parts.js";

const SECRET = "s";

/** @param {import("node:test").TestContext} t @param {string} path @param {Receiver} receiver @param {{ timeoutMs?: number }} [how] */
async function open(t, path, receiver, { timeoutMs = 1000 } = {}) {
  const store = await Store.open(path);
  const spool = new Spool(store);
  await spool.load();
  const metrics = createMetrics();
  const backend = new Backend({ url: receiver.url, timeoutMs, metrics });
  const deliverer = new Deliverer({
    spool,
    backend,
    secretOf: () => SECRET,
    retry: { firstMs: 5, longestMs: 20 },
    log: silent,
    metrics,
  });
  deliverer.start();
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await deliverer.stop();
    await store.close();
  };
  t.after(close);
  return { spool, deliverer, close };
}

/** @param {number} n */
const read = (n) => ({
  event: "chat_read",
  session_id: "1",
  workspace_id: "1",
  chat_type: "private",
  contact_phone: `+62811000${n}`,
});
/** @param {Receiver} receiver */
const phones = (receiver) => receiver.taken.map((call) => call.document.contact_phone);

test("the signatures are those of wire/samples", () => {
  const vectors = JSON.parse(readFileSync(new URL("../../wire/samples/signatures.json", import.meta.url), "utf8"));
  for (const { secret, body, signature } of vectors.body) assert.equal(signBody(secret, body), signature);
  for (const { secret, method, path_and_query, timestamp, body, signature } of vectors.bridge_call)
    assert.equal(signCall(secret, method, path_and_query, timestamp, body), signature);
  for (const { secret, webhook_id, timestamp, body, header } of vectors.standard_webhook)
    assert.equal(signStandard(secret, webhook_id, timestamp, body), header);
});

test("the bytes that travel are the bytes that were signed", async (t) => {
  const receiver = await Receiver.open(t);
  const { deliverer } = await open(t, await folder(t), receiver);
  await deliverer.deliver("1", "a", { ...read(1), contact_phone: "+62 👋\u2028" });
  await until(() => receiver.taken.length === 1);
  const [{ body, headers }] = receiver.taken;
  assert.equal(headers["x-whatsapp-signature"], signBody(SECRET, body));
  assert.equal(
    headers["webhook-signature"],
    signStandard(SECRET, String(headers["webhook-id"]), Number(headers["webhook-timestamp"]), body),
  );
});

test("a chat keeps its order while the backend fails; other chats do not wait for it", async (t) => {
  const receiver = await Receiver.open(t);
  let failing = true;
  receiver.answer = ({ document }) =>
    failing && document.contact_phone.startsWith("+628110001") ? { status: 500 } : null;
  const { deliverer } = await open(t, await folder(t), receiver);
  for (let n = 0; n < 20; n++) {
    await deliverer.deliver("1", "slow", read(1000 + n));
    await deliverer.deliver("1", "fast", read(2000 + n));
  }
  await until(() => receiver.taken.length === 20, "the other chat's events");
  failing = false;
  await until(() => receiver.taken.length === 40);
  for (const prefix of ["1", "2"]) {
    const got = phones(receiver).filter((phone) => phone.startsWith(`+62811000${prefix}`));
    assert.deepEqual(got, [...got].sort());
  }
});

test("what was not acknowledged is sent again by the next process, in order and under its own id", async (t) => {
  const receiver = await Receiver.open(t);
  receiver.answer = () => ({ status: 503 });
  const path = await folder(t);
  const first = await open(t, path, receiver);
  for (let n = 10; n < 40; n++) await first.deliverer.deliver("1", `chat ${n % 3}`, read(n));
  await until(() => receiver.asked.length > 3);
  const ids = new Map(receiver.asked.map((call) => [call.document.contact_phone, call.headers["webhook-id"]]));
  await first.close();
  receiver.answer = () => null;
  const second = await open(t, path, receiver);
  await until(() => receiver.taken.length === 30);
  await until(() => second.spool.waiting("1") === 0);
  for (const remainder of [0, 1, 2]) {
    const got = receiver.taken
      .map((call) => Number(call.document.contact_phone.slice(-2)))
      .filter((n) => n % 3 === remainder);
    assert.deepEqual(got, [...got].sort());
  }
  for (const call of receiver.taken)
    if (ids.has(call.document.contact_phone))
      assert.equal(call.headers["webhook-id"], ids.get(call.document.contact_phone));
});

test("Retry-After is heeded, for the whole number", async (t) => {
  const receiver = await Receiver.open(t);
  let asked = 0;
  receiver.answer = () => (asked++ === 0 ? { status: 429, headers: { "retry-after": "1" } } : null);
  const { deliverer } = await open(t, await folder(t), receiver);
  const began = performance.now();
  await deliverer.deliver("1", "a", read(1));
  await until(() => asked === 1);
  await until(() => deliverer.problem("1"));
  await deliverer.deliver("1", "b", read(2));
  await until(() => receiver.taken.length === 2);
  assert.ok(performance.now() - began >= 950);
  assert.equal(deliverer.problem("1"), null);
  assert.equal(retryAfter("Wed, 21 Oct 2015 07:28:10 GMT", Date.UTC(2015, 9, 21, 7, 28, 0)), 10_000);
  assert.equal(retryAfter("soon", 0), null);
});

test("an import that is told to wait does not hold up live events", async (t) => {
  const receiver = await Receiver.open(t);
  receiver.answer = ({ path }) => (path === "/sync" ? { status: 503, headers: { "retry-after": "300" } } : null);
  const { deliverer } = await open(t, await folder(t), receiver);
  const abort = new AbortController();
  const batch = deliverer.postUntilTaken("1", "/sync", {}, abort.signal).catch(() => "aborted");
  await until(() => deliverer.problem("1"));
  await deliverer.deliver("1", "a", read(1));
  await until(() => receiver.taken.length === 1);
  abort.abort();
  assert.equal(await batch, "aborted");
});

test("what is refused for good is kept, shown, and sent again when asked", async (t) => {
  const receiver = await Receiver.open(t);
  receiver.answer = ({ document }) =>
    document.contact_phone === "+628110001" ? { status: 422, body: '{"error":{"field":"timestamp"}}' } : null;
  const { deliverer, spool } = await open(t, await folder(t), receiver);
  for (const n of [1, 2]) await deliverer.deliver("1", "a", read(n));
  await until(() => receiver.taken.length === 1);
  const [letter] = await spool.deadLetters("1");
  assert.deepEqual([letter.event, letter.status, letter.answer], ["chat_read", 422, '{"error":{"field":"timestamp"}}']);
  receiver.answer = () => null;
  assert.equal(await deliverer.reviveDeadLetters("1"), 1);
  await until(() => receiver.taken.length === 2);
  assert.deepEqual(await spool.deadLetters("1"), []);
});

test("a wrong secret buries nothing", async (t) => {
  const receiver = await Receiver.open(t);
  receiver.answer = () => ({ status: 401 });
  const { deliverer, spool } = await open(t, await folder(t), receiver);
  await deliverer.deliver("1", "a", read(1));
  await until(() => receiver.asked.length > 2);
  assert.match(deliverer.problem("1") ?? "", /signature/);
  assert.equal(spool.dead.get("1") ?? 0, 0);
  receiver.answer = () => null;
  await until(() => receiver.taken.length === 1);
});

test("a backend that does not answer in time is asked again", async (t) => {
  const receiver = await Receiver.open(t);
  let hung = 0;
  receiver.answer = () => (hung++ === 0 ? new Promise((resolve) => setTimeout(() => resolve(null), 400)) : null);
  const { deliverer } = await open(t, await folder(t), receiver, { timeoutMs: 100 });
  await deliverer.deliver("1", "a", read(1));
  await until(() => receiver.asked.length === 2);
  assert.equal(receiver.asked[0].headers["webhook-id"], receiver.asked[1].headers["webhook-id"]);
});
