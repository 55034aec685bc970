// The bridge as a whole, on the library's own Client and its injected code, with a page that plays the phone.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { signBody } from "../src/delivery/signing.js";
import { fits, folder, Receiver, until } from "./parts.js";
import { runBridge } from "./running.js";

const UUID = "018f3a52-7000-7c3e-9b1a-0123456789ab";

test("a number is taken in, linked by its code, and its chats are imported", async (t) => {
  const { call, backend, bridge } = await runBridge(t, {
    world: { chats: 12, messages: 120, linked: false },
    env: { BRIDGE_SYNC_MESSAGES_PER_CHAT: "110" },
  });
  assert.equal((await call("GET", "/sessions/9/health")).status, 404);
  const started = await call("POST", "/sessions/9/start", {
    workspace_id: 7,
    phone_number: "+6281200000001",
    display_name: "Toko",
  });
  assert.equal(fits("bridge/BridgeSession", started.document).id, "9");
  await until(async () => (await call("GET", "/sessions/9/qr")).document.qr);
  const { document } = await call("GET", "/sessions/9/qr");
  assert.equal(fits("bridge/BridgeQr", document).status, "qr");
  assert.equal(
    (await call("POST", "/sessions/9/messages", { client_uuid: UUID, to: "6281110100000@c.us", body: "x" })).status,
    503,
  );
  const session = /** @type {any} */ (bridge.registry.get("9"));
  await session.client.link();
  await until(() => backend.events("sync_progress").some((each) => each.status === "completed"));
  const statuses = backend.events("session_status").map((each) => each.status);
  assert.deepEqual(statuses, ["connecting", "qr", "syncing", "connected"]);
  assert.equal(backend.events("session_status").at(-1).phone_number, "+6281200000001");
  const chats = backend.chats();
  assert.equal(new Set(chats.map((chat) => chat.contact_phone ?? chat.group_jid)).size, 12);
  assert.equal(
    new Set(chats.flatMap((chat) => chat.messages.map((/** @type {any} */ each) => each.message_id))).size,
    12 * 110,
  );
  const times = chats.map((chat) => chat.timestamp);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => b - a),
    "newest first",
  );
  const lid = chats.find((chat) => chat.identities?.some((/** @type {any} */ each) => each.kind === "lid"));
  assert.ok(
    lid.identities.some((/** @type {any} */ each) => each.kind === "phone"),
    "a LID comes with its phone",
  );
  assert.deepEqual(backend.events("sync_progress").at(-1), {
    event: "sync_progress",
    session_id: "9",
    workspace_id: "7",
    status: "completed",
    synced_count: 12,
    total_count: 12,
  });
  const health = fits("bridge/BridgeHealth", (await call("GET", "/sessions/9/health")).document);
  assert.deepEqual(
    [health.status, health.sync, health.waiting],
    ["connected", { status: "completed", synced_count: 12, total_count: 12 }, 0],
  );
  assert.deepEqual(backend.misfits, []);
});

test("what happens on the phone is told once, in the wire's words", async (t) => {
  const { connected, backend } = await runBridge(t);
  const { page, world } = await connected();
  const [inbound, group] = [0, 4].map((index) => world.messages(index, 0)[0]);
  page.arrive(inbound);
  page.arrive({ ...group, id: { ...group.id, id: "3EB0GROUP" } });
  page.arrive({ ...inbound, id: { ...inbound.id, remote: "status@broadcast" }, from: "status@broadcast" });
  const ours = { ...inbound, id: { ...inbound.id, fromMe: true, id: "3EB0PHONE" } };
  page.arrive(ours);
  page.tick(ours, 3);
  page.tick(inbound, 3);
  page.edit(inbound, "edited");
  page.revoke(inbound);
  page.react(inbound, "👍", world.room(1).id);
  page.read(world.room(0).id);
  page.notice(world.room(4).id, "add", [world.room(0).id]);
  page.notice(world.room(4).id, "subject");
  await until(
    () =>
      backend.events("group_update").length === 1 &&
      backend.events("chat_read").length === 1 &&
      backend.events("reaction").length === 1,
  );
  const messages = backend.events("message");
  assert.deepEqual(
    messages.map((each) => each.message_id).sort(),
    ["3EB0GROUP", "3EB0PHONE", inbound.id.id].sort(),
    "message_create and message make one",
  );
  assert.equal(messages.find((each) => each.message_id === "3EB0GROUP").group_name, "Group 4");
  assert.equal(messages.find((each) => each.message_id === "3EB0PHONE").client_uuid, null);
  assert.deepEqual(
    backend.events("message_ack").map((each) => [each.message_id, each.ack]),
    [["3EB0PHONE", 3]],
  );
  assert.equal(backend.events("message_edit")[0].message_body, "edited");
  assert.equal(backend.events("message_revoke")[0].message_id, inbound.id.id);
  assert.deepEqual(
    [backend.events("reaction")[0].emoji, backend.events("reaction")[0].sender_name],
    ["👍", "Person 1"],
  );
  assert.equal(backend.events("group_update")[0].participants.length, 2);
  assert.deepEqual(backend.misfits, []);
});

test("a message leaves once, however often it is asked for, and its echo bears its uuid", async (t) => {
  const { connected, call, backend, data, stop } = await runBridge(t);
  const { world, page } = await connected();
  const to = world.room(1).id;
  const send = { client_uuid: UUID, to, body: "Masih kak 🙏", reply_to: world.messages(1, 0)[1].id.id };
  const [one, two] = await Promise.all([
    call("POST", "/sessions/1/messages", send),
    call("POST", "/sessions/1/messages", send),
  ]);
  assert.deepEqual(fits("bridge/BridgeSent", one.document), two.document);
  assert.equal((await call("POST", "/sessions/1/messages", { ...send, body: "other" })).status, 409);
  await until(() => backend.events("message").length === 1);
  const [echo] = backend.events("message");
  assert.deepEqual([echo.client_uuid, echo.message_id, echo.from_me], [UUID, one.document.message_id, true]);
  assert.equal(echo.quoted.message_id, send.reply_to);
  page.tick(page.sent.get(to)[0], 2);
  await until(() => backend.events("message_ack").length === 1);
  assert.equal(backend.events("message_ack")[0].client_uuid, UUID);
  await stop();
  const again = await runBridge(t, { data, receiver: backend });
  await until(() => again.bridge.registry.get("1")?.isConnected);
  const after = await again.call("POST", "/sessions/1/messages", send);
  assert.deepEqual(after.document, one.document, "also by the next process");
  assert.equal(/** @type {any} */ (again.bridge.registry.get("1")).client.pupPage.sent.size, 0);
});

test("what a lost answer left open is found in the chat instead of being sent twice", async (t) => {
  const { connected, call } = await runBridge(t, { env: { BRIDGE_SEND_TIMEOUT_SECONDS: "0.3" } });
  const { world, client, page } = await connected();
  const to = world.room(1).id;
  const real = client.sendMessage.bind(client);
  client.sendMessage = async (/** @type {any[]} */ ...args) => {
    await real(...args);
    return new Promise(() => {});
  };
  const send = { client_uuid: UUID, to, body: "once" };
  const lost = await call("POST", "/sessions/1/messages", send);
  assert.deepEqual([lost.status, lost.document.error.code], [504, "unconfirmed"]);
  client.sendMessage = real;
  const found = await call("POST", "/sessions/1/messages", send);
  assert.equal(found.status, 200);
  assert.equal(page.sent.get(to).length, 1);
  assert.equal(found.document.message_id, page.sent.get(to)[0].id.id);
});

test("files, reactions, reading, typing and members", async (t) => {
  const { connected, call, backend } = await runBridge(t);
  const { world, page } = await connected();
  const to = world.room(1).id;
  const file = {
    client_uuid: UUID,
    to,
    body: "katalog",
    media: { mime_type: "image/png", data: "iVBORw0KGgo=", file_name: "k.png" },
  };
  assert.equal((await call("POST", "/sessions/1/messages", file)).status, 200);
  await until(() => backend.events("message").length === 1);
  const [echo] = backend.events("message");
  assert.deepEqual(
    [echo.message_type, echo.message_body, echo.media.mime_type, echo.client_uuid],
    ["image", "katalog", "image/png", UUID],
  );
  const id = world.messages(1, 0)[0].id.id;
  assert.equal(
    (await call("POST", "/sessions/1/reactions", { to, message_id: id, from_me: false, emoji: "👍" })).status,
    204,
  );
  assert.equal(
    (await call("POST", "/sessions/1/reactions", { to, message_id: "nothing", from_me: false, emoji: "👍" })).status,
    404,
  );
  fits("bridge/BridgeDone", (await call("POST", "/sessions/1/read", { to })).document);
  await call("POST", "/sessions/1/typing", { to, typing: true });
  const ours = encodeURIComponent(world.room(4).id);
  const change = { action: "promote", participants: [world.room(0).id] };
  assert.equal(
    fits(
      "bridge/BridgeParticipantResults",
      (await call("POST", `/sessions/1/groups/${ours}/participants`, change)).document,
    ).results[0].success,
    true,
  );
  const theirs = encodeURIComponent(world.room(9).id);
  const refused = await call("POST", `/sessions/1/groups/${theirs}/participants`, change);
  assert.deepEqual([refused.status, refused.document.error.code], [403, "not_admin"]);
  const done = page.done
    .map((/** @type {any} */ each) => each.what)
    .filter((/** @type {string} */ what) => what !== "seen");
  assert.deepEqual(done, ["react", "composing", "promote"]);
});

test("only signed and recent calls are answered, and odd ones are told what is wrong", async (t) => {
  const { connected, call, url } = await runBridge(t);
  await connected();
  assert.equal((await call("GET", "/sessions", undefined, { secret: "wrong" })).status, 401);
  assert.equal((await call("GET", "/sessions", undefined, { at: Math.floor(Date.now() / 1000) - 301 })).status, 401);
  assert.equal(
    (await call("GET", "/sessions/404/health", undefined, { secret: "wrong" })).status,
    401,
    "who knows no secret learns of no number",
  );
  assert.equal((await fetch(`${url}/sessions`)).status, 401);
  assert.equal((await call("POST", "/sessions/a.b/start", { workspace_id: "7" })).status, 422);
  assert.equal(
    (await call("POST", "/sessions/1/start", { workspace_id: "8" })).status,
    422,
    "a number stays in its workspace",
  );
  for (const [body, field] of /** @type {const} */ ([
    [{ to: "x@c.us", body: "" }, "client_uuid"],
    [{ client_uuid: "u", to: "62811@newsletter", body: "x" }, "to"],
    [{ client_uuid: "u", to: "62811@c.us", body: "" }, "body"],
  ])) {
    const { status, document } = await call("POST", "/sessions/1/messages", body);
    assert.equal(status, 422);
    assert.match(document.error.message, new RegExp(`^${field}`));
  }
  const stranger = await call("POST", "/sessions/1/messages", {
    client_uuid: "u9",
    to: "6281110000000@c.us",
    body: "x",
  });
  assert.deepEqual([stranger.status, stranger.document.error.code], [404, "recipient_unknown"]);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.match(
    await (await fetch(`${url}/metrics`)).text(),
    /bridge_session_status\{session="1",status="connected"\} 1/,
  );
  fits("bridge/BridgeSessionList", (await call("GET", "/sessions")).document);
});

test("a later ready brings what came without an event, and nothing is imported twice at once", async (t) => {
  const now = Date.now() / 1000;
  const { connected, backend, bridge } = await runBridge(t, {
    world: { chats: 6, live: { from: now + 1, perSecond: 1000, count: 120 } },
  });
  const { client, page } = await connected();
  await client.destroy(); // its traffic; the phone goes on and nothing is heard
  client.now = () => now + 3600;
  page.now = client.now;
  for (let n = 0; n < 5; n++) client.emit("ready");
  const importer = /** @type {any} */ (bridge.registry.get("1")).importer;
  await until(() => importer.running === null && importer.state.status === "completed" && liveIn(backend).size === 120);
  assert.equal(liveIn(backend).size, 120);
  assert.equal(
    backend.events("sync_progress").filter((each) => each.status === "completed").length,
    1,
    "a reconciliation is no second import",
  );
});

/** @param {Receiver} backend */
const liveIn = (backend) =>
  new Set(
    [...backend.chats().flatMap((chat) => chat.messages), ...backend.events("message")]
      .filter((each) => each.message_body.startsWith("Live"))
      .map((each) => each.message_id),
  );

test("an import that was broken off goes on where it was, by the next process", async (t) => {
  const receiver = await Receiver.open(t);
  let posts = 0;
  receiver.answer = ({ path }) => (path.endsWith("/chats/sync") && ++posts > 2 ? { status: 503 } : null);
  const world = { chats: 300, messages: 2, seed: 3, now: Math.floor(Date.now() / 1000) }; // one past for both
  const first = await runBridge(t, { receiver, world });
  await first.call("POST", "/sessions/1/start", { workspace_id: "7" });
  await until(() => posts > 4 && receiver.chats().length === 100);
  const importer = /** @type {any} */ (first.bridge.registry.get("1")).importer;
  await until(() => importer.state.synced_count === 100); // their answers have come
  await first.stop();
  receiver.answer = () => null;
  await runBridge(t, { receiver, data: first.data, world });
  await until(() => receiver.events("sync_progress").some((each) => each.status === "completed"));
  const ids = receiver.chats().map((chat) => chat.contact_phone ?? chat.group_jid);
  assert.equal(new Set(ids).size, 300);
  assert.ok(ids.length <= 300 + 10, `${ids.length} posted: those that were acknowledged are not read again`);
  assert.equal(receiver.events("sync_progress").at(-1).synced_count, 300);
});

test("a supervisor can stop an import and begin it anew", async (t) => {
  const { call, backend, bridge } = await runBridge(t, {
    world: { chats: 200, messages: 1 },
    env: { BRIDGE_SYNC_CHATS_PER_SECOND: "100" },
  });
  await call("POST", "/sessions/1/start", { workspace_id: "7" });
  await until(() => backend.chats().length >= 50);
  assert.equal((await call("DELETE", "/sessions/1/sync")).status, 202);
  await until(() => backend.events("sync_progress").at(-1).status === "cancelled");
  const importer = /** @type {any} */ (bridge.registry.get("1")).importer;
  importer.settings = { ...importer.settings, chatsPerSecond: null };
  assert.equal((await call("POST", "/sessions/1/sync")).status, 202);
  await until(() => backend.events("sync_progress").at(-1).status === "completed");
  assert.equal(backend.events("sync_progress").at(-1).synced_count, 200);
});

test("one odd chat, and one that cannot be read, keep out nobody", async (t) => {
  const { bridge, call, backend } = await runBridge(t, { world: { chats: 8, linked: false } });
  await call("POST", "/sessions/1/start", { workspace_id: "7" });
  const session = /** @type {any} */ (bridge.registry.get("1"));
  await until(() => session.client?.pupPage);
  const { client } = session;
  const real = client.getChatById.bind(client);
  client.getChatById = async (/** @type {string} */ id) => {
    if (id === client.world.room(2).id) throw new Error("Evaluation failed");
    return real(id);
  };
  await client.link();
  await until(() => backend.events("sync_progress").some((each) => each.status === "completed"));
  assert.equal(backend.chats().length, 7);
  assert.match(
    await bridge.metrics.registry.metrics(),
    /bridge_sync_left_out_total\{session="1",reason="unreadable"\} 1/,
  );
});

test("one number's crash is not another's; it comes back by itself", async (t) => {
  const { bridge, connected, backend } = await runBridge(t);
  const one = await connected("1");
  const two = await connected("2");
  one.client.pupBrowser.emit("disconnected");
  await until(() => one.session.status === "reconnecting" || one.session.restarts === 1);
  await until(() => one.session.isConnected && one.session.client !== one.client);
  assert.equal(two.session.client, two.client);
  const told = backend
    .events("session_status")
    .filter((each) => each.session_id === "1")
    .map((each) => [each.status, each.reason]);
  assert.deepEqual(told.slice(3, 4), [["reconnecting", "The browser stopped."]]);
  two.client.emit("disconnected", "LOGOUT");
  await until(() => two.session.status === "logged_out");
  assert.equal(two.session.client, null);
  assert.ok(bridge.registry.get("1")?.isConnected);
});

test("logging out forgets the number's progress, and it stays out until it is wanted", async (t) => {
  const { connected, call, backend, data, stop } = await runBridge(t);
  await connected();
  const out = await call("POST", "/sessions/1/logout");
  assert.deepEqual([out.document.status, out.document.reason], ["logged_out", "LOGOUT"]);
  await until(() => backend.events("session_status").at(-1).status === "logged_out");
  await stop();
  const again = await runBridge(t, { data, receiver: backend });
  assert.deepEqual(
    (await again.call("GET", "/sessions")).document.items.map((/** @type {any} */ each) => each.status),
    ["logged_out"],
  );
  assert.equal((await again.call("POST", "/sessions/1/start", { workspace_id: "7" })).status, 200);
});

test("a number of the settings has a secret of its own, for calls and for webhooks", async (t) => {
  const file = join(await folder(t), "sessions.json");
  writeFileSync(file, JSON.stringify([{ id: 5, workspace_id: 7, hmac_secret: "own" }]));
  const { call, backend } = await runBridge(t, { env: { BRIDGE_SESSIONS_FILE: file } });
  assert.equal((await call("GET", "/sessions/5/health")).status, 401);
  assert.equal((await call("GET", "/sessions/5/health", undefined, { secret: "own" })).status, 200);
  assert.deepEqual((await call("GET", "/sessions")).document.items, []);
  await until(() => backend.taken.length > 0);
  assert.equal(backend.taken[0].headers["x-whatsapp-signature"], signBody("own", backend.taken[0].body));
});
