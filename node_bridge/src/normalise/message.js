// Turns a message of the library into the wire's: pure, given what is known of the people and the group in it.
import { contentOf, isWritten, quotedOf } from "./content.js";
import { addressOf, identitiesOf, isChat, parseJid, textOf } from "./jid.js";

/** @typedef {import("../whatsapp/types.js").Person} Person */
/** @typedef {{ people: Map<string, Person>, groupName?: string | null, clientUuid?: string | null }} Known what was looked up, by address */

/** Where a message was written. @param {any} message */
export const chatOf = (message) => textOf(message.id?.remote) || textOf(message.fromMe ? message.to : message.from);

/** Everyone whom the message speaks of, by address. @param {any} message @returns {string[]} */
export function peopleIn(message) {
  const chat = chatOf(message);
  const everyone = [
    parseJid(chat).kind === "group" ? (message.fromMe ? "" : textOf(message.author)) : chat,
    textOf(message.rawData?.quotedParticipant),
    ...(message.mentionedIds ?? []).map(textOf),
  ];
  return [...new Set(everyone.filter((jid) => ["phone", "lid"].includes(parseJid(jid).kind)))];
}

/** Null for what is no message of a chat: channels, statuses, notices. @param {any} message */
export const isForUs = (message) =>
  isWritten(message) && !message.isStatus && !message.broadcast && isChat(chatOf(message));

/** @param {any} message @param {Known} known */
function partsOf(message, known) {
  const chat = chatOf(message);
  const inGroup = parseJid(chat).kind === "group";
  const author = inGroup && !message.fromMe ? textOf(message.author) : "";
  const pushname = message.fromMe ? null : message.rawData?.notifyName || null;
  const mentioned = (message.mentionedIds ?? []).map(textOf);
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const jid of mentioned) {
    const name = known.people.get(jid)?.name ?? known.people.get(jid)?.phone;
    if (name) names.set(parseJid(jid).user, name);
  }
  const who = author || (inGroup ? "" : chat);
  const identities = who ? identitiesOf(who, known.people.get(who)) : [];
  return {
    chat,
    inGroup,
    contactName: inGroup ? null : (known.people.get(chat)?.name ?? pushname),
    said: {
      sender_phone: author ? addressOf(author, known.people.get(author)) : null,
      sender_name: author ? (known.people.get(author)?.name ?? pushname) : null,
      ...contentOf(message, names),
      timestamp: Number.isFinite(message.timestamp) ? Math.max(Math.floor(message.timestamp), 0) : null,
      message_id: message.id.id,
      from_me: Boolean(message.fromMe),
      client_uuid: known.clientUuid ?? null,
      identities: identities.length > 0 ? identities : null,
      quoted: quotedOf(message, (jid) => known.people.get(jid)),
      mentions:
        mentioned.length > 0
          ? mentioned.flatMap((/** @type {string} */ jid) => identitiesOf(jid, known.people.get(jid)))
          : null,
    },
  };
}

/** `wire.webhooks.MessageEvent`; null for what `isForUs` refuses. @param {any} message @param {import("../whatsapp/types.js").Origin} origin @param {Known} known */
export function messageEvent(message, origin, known) {
  if (!isForUs(message)) return null;
  const { chat, inGroup, contactName, said } = partsOf(message, known);
  return {
    event: "message",
    ...origin,
    chat_type: inGroup ? "group" : "private",
    contact_phone: inGroup ? null : addressOf(chat, known.people.get(chat)),
    contact_name: contactName,
    group_jid: inGroup ? chat : null,
    group_name: inGroup ? (known.groupName ?? null) : null,
    ...said,
  };
}

/** `wire.chats_sync.PastMessage`; null for what `isForUs` refuses. @param {any} message @param {Known} known */
export function pastMessage(message, known) {
  if (!isForUs(message) || !Number.isFinite(message.timestamp)) return null;
  const { inGroup, said } = partsOf(message, known);
  const { identities, ...rest } = said;
  return {
    ...rest,
    timestamp: /** @type {number} */ (said.timestamp),
    identities: inGroup ? identities : null,
    ack: message.fromMe && Number.isInteger(message.ack) ? message.ack : null,
  };
}
