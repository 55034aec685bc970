// What else an agent does in a chat: react, read, type, and change who is in a group.
import { Refusal } from "../errors.js";
import { parseJid, textOf } from "../normalise/jid.js";
import { findMessage } from "./finding.js";

/** @param {any} client @param {{ to: string, message_id: string, from_me?: boolean, emoji: string }} asked */
export async function react(client, { to, message_id, from_me, emoji }) {
  const message = await findMessage(client, to, message_id, from_me);
  if (!message) throw new Refusal(404, "message_unknown", "WhatsApp does not have this message any more.");
  await client.sendReaction(message.id._serialized, emoji);
}

/** @param {any} client @param {{ to: string }} asked */
export async function read(client, { to }) {
  if (!(await client.sendSeen(to))) throw new Refusal(404, "recipient_unknown", "WhatsApp knows no such chat.");
}

/** @param {any} client @param {{ to: string, typing?: boolean }} asked */
export async function type(client, { to, typing = true }) {
  const chat = await client.getChatById(to);
  if (!chat) throw new Refusal(404, "recipient_unknown", "WhatsApp knows no such chat.");
  await (typing ? chat.sendStateTyping() : chat.clearState());
}

/** @type {Record<string, string>} */
const METHODS = {
  add: "addParticipants",
  remove: "removeParticipants",
  promote: "promoteParticipants",
  demote: "demoteParticipants",
};

/** `wire.bridge.BridgeParticipantResults` @param {any} client @param {string} groupJid @param {{ action: string, participants: string[] }} asked @param {Set<string>} mine our own addresses */
export async function changeParticipants(client, groupJid, { action, participants }, mine) {
  const chat = parseJid(groupJid).kind === "group" ? await client.getChatById(groupJid) : null;
  if (!chat?.groupMetadata) throw new Refusal(404, "recipient_unknown", "WhatsApp knows no such group.");
  const me = chat.groupMetadata.participants?.find(
    (/** @type {any} */ each) => mine.has(parseJid(each.id).jid) || mine.has(textOf(each.id)),
  );
  if (!me?.isAdmin && !me?.isSuperAdmin) throw new Refusal(403, "not_admin", "This number is no admin of the group.");
  const answer = await chat[METHODS[action]](participants);
  if (typeof answer === "string") throw new Refusal(502, "provider_failed", answer);
  return { results: participants.map((participant) => resultOf(participant, answer?.[participant], answer)) };
}

/** Only adding is answered for each one. @param {string} participant @param {{ code?: number, message?: string } | undefined} own @param {any} answer */
function resultOf(participant, own, answer) {
  if (own) return { participant, success: own.code === 200, message: own.code === 200 ? null : (own.message ?? null) };
  return { participant, success: answer?.status === 200, message: null };
}
