// What WhatsApp's objects become on the wire: the library's real classes, built from raw data.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import wwebjs from "whatsapp-web.js";
import { messageAck, messageEdit, messageReaction, messageRevoke } from "../src/normalise/changes.js";
import { chatRead, groupUpdate, nameOf, pastChat } from "../src/normalise/chat.js";
import { identitiesOf, isChat, parseJid, phoneOf } from "../src/normalise/jid.js";
import { messageEvent, pastMessage, peopleIn } from "../src/normalise/message.js";
import { fits } from "./parts.js";

/** @type {any} */
const { Message, GroupChat, PrivateChat, Channel, Contact } = wwebjs;
const Reaction = createRequire(import.meta.url)("whatsapp-web.js/src/structures/Reaction.js");
const client = {};
const origin = { session_id: "1", workspace_id: "7" };
const budi = "6281100000417@c.us";
const group = "120363000000000417@g.us";
const lid = "99887766554433@lid";
const none = { people: new Map() };

/** @param {object} [data] @param {object} [id] */
const message = (data, id) =>
  new Message(client, {
    id: { fromMe: false, remote: budi, id: "3EB0A1", _serialized: `false_${budi}_3EB0A1`, ...id },
    type: "chat",
    body: "Halo 👋",
    t: 1763894402,
    from: budi,
    to: "6281234567890@c.us",
    notifyName: "Budi",
    ...data,
  });

/** @param {any} raw @param {any} [known] */
const event = (raw, known = none) =>
  fits("webhooks/MessageEvent", /** @type {any} */ (messageEvent(raw, origin, known)));

test("a private message", () => {
  const sent = event(message());
  assert.deepEqual(
    [
      sent.chat_type,
      sent.contact_phone,
      sent.contact_name,
      sent.message_body,
      sent.message_type,
      sent.message_id,
      sent.from_me,
      sent.timestamp,
    ],
    ["private", "+6281100000417", "Budi", "Halo 👋", "text", "3EB0A1", false, 1763894402],
  );
  assert.deepEqual(sent.identities, [{ kind: "phone", value: "+6281100000417" }]);
});

test("a message of ours names the chat, never ourselves", () => {
  const sent = event(message({ from: "6281234567890@c.us", to: budi, notifyName: undefined }, { fromMe: true }), {
    ...none,
    clientUuid: "u1",
  });
  assert.deepEqual(
    [sent.from_me, sent.contact_phone, sent.client_uuid, sent.sender_phone],
    [true, "+6281100000417", "u1", null],
  );
});

test("a privacy id gets its phone where it is known, and both are told", () => {
  const raw = message({ from: lid }, { remote: lid });
  assert.equal(event(raw).contact_phone, lid);
  const known = { people: new Map([[lid, { phone: "+6285700001234", lid: "99887766554433", name: "Maya" }]]) };
  const sent = event(raw, known);
  assert.equal(sent.contact_phone, "+6285700001234");
  assert.equal(sent.contact_name, "Maya");
  assert.deepEqual(sent.identities, [
    { kind: "phone", value: "+6285700001234" },
    { kind: "lid", value: "99887766554433" },
  ]);
});

test("a group's message names group and author, whatever the author's address", () => {
  const raw = message(
    {
      from: group,
      author: { _serialized: lid },
      mentionedJidList: [{ _serialized: budi }],
      body: "@6281100000417 tolong",
    },
    { remote: group },
  );
  assert.deepEqual(peopleIn(raw), [lid, budi]);
  const people = new Map([
    [lid, { phone: "+6285700001234", lid: "99887766554433", name: null }],
    [budi, { phone: "+6281100000417", lid: null, name: "Budi Santoso" }],
  ]);
  const sent = event(raw, { people, groupName: "Reseller" });
  assert.deepEqual(
    [sent.chat_type, sent.group_jid, sent.group_name, sent.contact_phone, sent.sender_phone, sent.sender_name],
    ["group", group, "Reseller", null, "+6285700001234", "Budi"],
  );
  assert.equal(sent.message_body, "@Budi Santoso tolong");
  assert.deepEqual(sent.mentions, [{ kind: "phone", value: "+6281100000417" }]);
  assert.equal(event(raw).group_name, null);
});

test("a picture's text is its caption, not its thumbnail", () => {
  const sent = event(
    message({
      type: "image",
      body: "/9j/4AAQSkZJRg",
      directPath: "/v/t62",
      mimetype: "image/jpeg",
      size: 184320,
      filename: "a.jpg",
    }),
  );
  assert.deepEqual([sent.message_body, sent.message_type, sent.has_media], ["", "image", true]);
  assert.deepEqual(sent.media, { mime_type: "image/jpeg", file_name: "a.jpg", size: 184320, duration_seconds: null });
  assert.equal(
    event(message({ type: "image", body: "/9j/", mimetype: "image/jpeg" })).message_body,
    "",
    "not downloadable yet",
  );
  assert.equal(
    event(message({ type: "ptt", directPath: "/x", duration: "12", mimetype: "audio/ogg" })).media.duration_seconds,
    12,
  );
});

test("what a message answers", () => {
  const sent = event(
    message({
      quotedMsg: { type: "image", body: "/9j/", caption: "foto" },
      quotedStanzaID: "3EB0Q",
      quotedParticipant: { _serialized: budi },
    }),
    {
      people: new Map([[budi, { phone: null, lid: null, name: "Budi" }]]),
    },
  );
  assert.deepEqual(sent.quoted, { message_id: "3EB0Q", sender_name: "Budi", body: "foto", message_type: "image" });
});

test("every other kind is shown as something", () => {
  const kinds = {
    location: "location",
    vcard: "contacts",
    poll_creation: "interactive",
    hsm: "template",
    call_log: "system",
    product: "unsupported",
    brand_new: "unsupported",
  };
  for (const [type, wanted] of Object.entries(kinds))
    assert.equal(
      event(message({ type, body: "BEGIN:VCARD\nFN:Siti\nEND:VCARD", lat: 1, lng: 2 })).message_type,
      wanted,
      type,
    );
  assert.equal(
    event(message({ type: "vcard", body: "BEGIN:VCARD\nFN;CHARSET=UTF-8:Siti\nEND:VCARD" })).message_body,
    "Siti",
  );
  assert.equal(
    event(message({ type: "location", lat: -6.2, lng: 106.8, loc: "Monas\nJakarta" })).message_body,
    "Monas\nJakarta\n-6.2, 106.8",
  );
  assert.equal(
    event(message({ type: "poll_creation", pollName: "Mana?", pollOptions: [{ name: "A" }, { name: "B" }] }))
      .message_body,
    "Mana?\n• A\n• B",
  );
  assert.equal(event(message({ body: "" })).message_type, "unsupported", "a text without text");
  assert.equal(event(message({ body: "x".repeat(70_000) })).message_body.length, 65_536);
});

test("channels, broadcasts, statuses and notices are nothing", () => {
  for (const remote of ["123@newsletter", "status@broadcast", "6281100000417@broadcast", ""])
    assert.equal(messageEvent(message({ from: remote }, { remote }), origin, none), null, remote);
  for (const type of ["e2e_notification", "protocol", "gp2", "ciphertext", "revoked", "album"])
    assert.equal(messageEvent(message({ type }), origin, none), null, type);
  assert.equal(messageEvent(message({ broadcast: true }), origin, none), null);
  assert.equal(messageEvent(message({ isStatusV3: true }), origin, none), null);
});

test("history keeps ticks and authors", () => {
  const past = fits(
    "chats_sync/PastMessage",
    /** @type {any} */ (pastMessage(message({ ack: 3 }, { fromMe: true }), { ...none, clientUuid: "u" })),
  );
  assert.deepEqual([past.ack, past.from_me, past.client_uuid], [3, true, "u"]);
  assert.equal(pastMessage(message({ t: undefined }), none), null);
});

const metadata = {
  participants: [
    { id: { _serialized: budi, user: "6281100000417", server: "c.us" }, isAdmin: true },
    { id: { _serialized: lid }, isAdmin: false, isSuperAdmin: false },
  ],
  desc: "Sopan ya",
  owner: { _serialized: budi },
  creation: 1709280000,
  announce: true,
  restrict: false,
};

test("a group's entry in the list", () => {
  const chat = new GroupChat(client, {
    id: { _serialized: group },
    isGroup: true,
    formattedTitle: "Reseller 🛍️",
    t: 5,
    unreadCount: -1,
    groupMetadata: metadata,
  });
  const past = fits("chats_sync/PastChat", /** @type {any} */ (pastChat(chat, [], new Map())));
  assert.deepEqual(past.settings, { messagesAdminsOnly: true, editInfoAdminsOnly: false });
  assert.deepEqual(past.participants, [
    { phone: "+6281100000417", name: null, isAdmin: true, joinedAt: null },
    { phone: null, name: null, isAdmin: false, joinedAt: null },
  ]);
  assert.deepEqual(
    [past.group_name, past.owner_phone, past.group_created_at, past.unread_count],
    ["Reseller 🛍️", "+6281100000417", 1709280000, 0],
  );
  const update = fits(
    "webhooks/GroupUpdate",
    groupUpdate(chat, origin, new Map([[lid, { phone: "+6285700001234", lid: null, name: null }]])),
  );
  assert.equal(update.participants[1].phone, "+6285700001234");
  assert.equal(
    /** @type {any} */ (
      pastChat(new GroupChat(client, { id: { _serialized: group }, isGroup: true, formattedTitle: "" }), [], new Map())
    ).group_name,
    null,
  );
});

test("a person's entry in the list; a channel has none", () => {
  const chat = new PrivateChat(client, {
    id: { _serialized: lid },
    formattedTitle: "+62 857-0000-1234",
    t: 5,
    unreadCount: 2,
  });
  const past = fits(
    "chats_sync/PastChat",
    /** @type {any} */ (pastChat(chat, [], new Map([[lid, { phone: "+6285700001234", lid: null, name: "Maya" }]]))),
  );
  assert.deepEqual([past.contact_phone, past.contact_name, past.unread_count], ["+6285700001234", "Maya", 2]);
  assert.equal(pastChat(new Channel(client, { id: { _serialized: "1@newsletter" } }), [], new Map()), null);
  assert.equal(nameOf(new PrivateChat(client, { id: { _serialized: budi }, formattedTitle: "Budi 2" })), "Budi 2");
});

test("reading on the phone", () => {
  const read = (/** @type {any} */ data) => chatRead(new PrivateChat(client, data), origin, new Map());
  assert.equal(
    fits("webhooks/ChatRead", read({ id: { _serialized: budi }, unreadCount: 0 }))?.contact_phone,
    "+6281100000417",
  );
  assert.equal(fits("webhooks/ChatRead", read({ id: { _serialized: group }, unreadCount: 0 }))?.group_jid, group);
  assert.equal(read({ id: { _serialized: budi }, unreadCount: 1 }), null);
});

test("ticks of ours only, with the uuid", () => {
  assert.equal(messageAck(message(), 3, origin, null), null);
  const ours = message({}, { fromMe: true });
  for (const ack of [-1, 0, 1, 2, 3, 4])
    assert.equal(fits("webhooks/MessageAck", messageAck(ours, ack, origin, "u"))?.ack, ack);
  assert.match(messageAck(ours, -1, origin, null)?.error ?? "", /could not/);
});

test("an edit is told, a thumbnail that was loaded is not", () => {
  assert.equal(messageEdit(message({ type: "image", body: "/9j/new" }), origin), null);
  const edit = fits(
    "webhooks/MessageEdit",
    messageEdit(message({ body: "baru", latestEditSenderTimestampMs: 1763894460123 }), origin),
  );
  assert.deepEqual([edit?.message_body, edit?.timestamp], ["baru", 1763894460]);
});

test("a revoke names the original", () => {
  assert.equal(
    fits("webhooks/MessageRevoke", messageRevoke(message({ type: "revoked" }), origin))?.message_id,
    "3EB0A1",
  );
  assert.equal(
    messageRevoke(message({ type: "revoked", protocolMessageKey: { id: "3EB0ORIG" } }), origin)?.message_id,
    "3EB0ORIG",
  );
});

test("reactions, given and taken back", () => {
  const reaction = (/** @type {any} */ data) =>
    new Reaction(client, {
      msgKey: { fromMe: false },
      parentMsgKey: { id: "3EB0A1", remote: { _serialized: budi } },
      senderUserJid: lid,
      timestamp: 1763894480.5,
      ...data,
    });
  const given = fits(
    "webhooks/MessageReaction",
    messageReaction(reaction({ reactionText: "👍🏽" }), origin, { phone: "+6285700001234", lid: null, name: "Maya" }),
  );
  assert.deepEqual(
    [given?.emoji, given?.sender_phone, given?.sender_name, given?.timestamp],
    ["👍🏽", "+6285700001234", "Maya", 1763894480],
  );
  assert.equal(messageReaction(reaction({ reactionText: "" }), origin, undefined)?.emoji, "");
  assert.equal(
    messageReaction(reaction({ parentMsgKey: { id: "x", remote: "status@broadcast" } }), origin, undefined),
    null,
  );
});

test("addresses", () => {
  assert.equal(phoneOf("6281100000417:12@s.whatsapp.net"), "+6281100000417");
  assert.equal(phoneOf("0@c.us"), null, "WhatsApp's own");
  assert.equal(isChat("123@newsletter"), false);
  assert.equal(parseJid(new Contact(client, { id: { user: "9", server: "lid" } }).id).jid, "9@lid");
  assert.deepEqual(identitiesOf(lid, undefined), [{ kind: "lid", value: "99887766554433" }]);
});
