// Turns a chat of the library into the wire's: a person's or a group's, with what its list entry shows.
import { addressOf, identitiesOf, isChat, lidOf, parseJid, phoneOf, textOf } from "./jid.js";

/** @typedef {import("../whatsapp/types.js").Person} Person */

/** Members of a group, by phone where it is known. @param {any} metadata @param {Map<string, Person>} people */
export function participantsOf(metadata, people) {
  return (metadata?.participants ?? []).map((/** @type {any} */ member) => {
    const jid = textOf(member.id);
    const person = people.get(jid);
    return {
      phone: phoneOf(jid) ?? person?.phone ?? null,
      name: person?.name ?? null,
      isAdmin: Boolean(member.isAdmin || member.isSuperAdmin),
      joinedAt: null,
    };
  });
}

/** @param {any} chat a library GroupChat @param {Map<string, Person>} people */
function groupOf(chat, people) {
  const metadata = chat.groupMetadata;
  return {
    group_name: nameOf(chat),
    participants: metadata?.participants ? participantsOf(metadata, people) : null,
    description: metadata?.desc ?? null,
    owner_phone: metadata?.owner ? addressOf(metadata.owner, people.get(textOf(metadata.owner))) : null,
    settings: metadata
      ? { messagesAdminsOnly: Boolean(metadata.announce), editInfoAdminsOnly: Boolean(metadata.restrict) }
      : null,
    group_created_at: Number.isFinite(metadata?.creation) ? metadata.creation : null,
    invite_code: metadata?.inviteCode ?? null,
  };
}

/** A group without a name shows its address as title. @param {any} chat @returns {string | null} */
export function nameOf(chat) {
  const name = typeof chat.name === "string" ? chat.name.trim() : "";
  const jid = parseJid(chat.id);
  const isNumber = /^\+?[\d\s()./-]+$/.test(name) && (jid.kind !== "group" || name === jid.user);
  return name === "" || isNumber ? null : name;
}

/** `wire.chats_sync.PastChat`; null for channels, broadcasts and statuses. @param {any} chat @param {any[]} messages `PastMessage`s, oldest first @param {Map<string, Person>} people */
export function pastChat(chat, messages, people) {
  if (!isChat(chat.id)) return null;
  const jid = parseJid(chat.id);
  const common = {
    timestamp: Number.isFinite(chat.timestamp) ? chat.timestamp : (messages.at(-1)?.timestamp ?? null),
    unread_count: Math.max(Number(chat.unreadCount) || 0, 0), // -1: marked as unread by hand
    messages,
  };
  if (jid.kind === "group") return { type: "group", group_jid: jid.jid, ...groupOf(chat, people), ...common };
  const person = people.get(textOf(chat.id));
  const identities = identitiesOf(jid.jid, person);
  return {
    type: "private",
    contact_phone: addressOf(jid.jid, person),
    contact_name: nameOf(chat) ?? person?.name ?? null,
    identities: identities.length > 0 ? identities : null,
    ...common,
  };
}

/** `wire.webhooks.GroupUpdate` @param {any} chat @param {import("../whatsapp/types.js").Origin} origin @param {Map<string, Person>} people */
export function groupUpdate(chat, origin, people) {
  const { group_name, description, owner_phone, participants } = groupOf(chat, people);
  return {
    event: "group_update",
    ...origin,
    group_jid: textOf(chat.id),
    group_name,
    description,
    owner_phone,
    participants,
  };
}

/** Members whose phone is not in their address. @param {any} chat @returns {string[]} */
export function lidsIn(chat) {
  const members = [
    ...(chat.groupMetadata?.participants ?? []).map((/** @type {any} */ each) => textOf(each.id)),
    textOf(chat.groupMetadata?.owner),
  ];
  return [...new Set(members.filter((jid) => lidOf(jid)))];
}

/** `wire.webhooks.ChatRead`; null where something is still unread. @param {any} chat @param {import("../whatsapp/types.js").Origin} origin @param {Map<string, Person>} people */
export function chatRead(chat, origin, people) {
  if (!isChat(chat.id) || chat.unreadCount !== 0) return null;
  const jid = parseJid(chat.id);
  return jid.kind === "group"
    ? { event: "chat_read", ...origin, chat_type: "group", contact_phone: null, group_jid: jid.jid }
    : {
        event: "chat_read",
        ...origin,
        chat_type: "private",
        contact_phone: addressOf(jid.jid, people.get(textOf(chat.id))),
        group_jid: null,
      };
}
