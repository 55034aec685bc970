// What happens to messages after they were written: ticks, edits, revokes, reactions, in the wire's words.
import { contentOf } from "./content.js";
import { addressOf, isChat, textOf } from "./jid.js";
import { chatOf, isForUs } from "./message.js";

/** @typedef {import("../whatsapp/types.js").Origin} Origin */

/** Only messages of ours have ticks. @param {any} message @param {number} ack @param {Origin} origin @param {string | null} clientUuid */
export function messageAck(message, ack, origin, clientUuid) {
  if (!message.fromMe || !isForUs(message) || !Number.isInteger(ack)) return null;
  const error = ack < 0 ? "WhatsApp could not send this message." : null;
  return { event: "message_ack", ...origin, message_id: message.id.id, ack, client_uuid: clientUuid, error };
}

/** Loading a picture's thumbnail changes a body too: an edit says when it was made. @param {any} message @param {Origin} origin */
export function messageEdit(message, origin) {
  if (!isForUs(message) || !(message.latestEditSenderTimestampMs || message.latestEditMsgKey)) return null;
  const at = Number(message.latestEditSenderTimestampMs);
  return {
    event: "message_edit",
    ...origin,
    message_id: message.id.id,
    message_body: contentOf(message, new Map()).message_body,
    timestamp: Number.isFinite(at) && at > 0 ? Math.floor(at / 1000) : null,
  };
}

/** The revoked message keeps its id, or names the original by `protocolMessageKey`. @param {any} message @param {Origin} origin */
export function messageRevoke(message, origin) {
  const id = message.protocolMessageKey?.id ?? message.id?.id;
  if (!id || !isChat(chatOf(message))) return null;
  return {
    event: "message_revoke",
    ...origin,
    message_id: id,
    timestamp: Number.isFinite(message.timestamp) ? message.timestamp : null,
  };
}

/** @param {any} reaction a library Reaction @param {Origin} origin @param {import("../whatsapp/types.js").Person | undefined} person who reacted */
export function messageReaction(reaction, origin, person) {
  const chat = textOf(reaction.msgId?.remote);
  if (!reaction.msgId?.id || (chat && !isChat(chat))) return null;
  const fromMe = Boolean(reaction.id?.fromMe);
  const sender = textOf(reaction.senderId);
  return {
    event: "reaction",
    ...origin,
    message_id: reaction.msgId.id,
    emoji: reaction.reaction ?? "",
    sender_phone: sender && !fromMe ? addressOf(sender, person) : null,
    sender_name: fromMe ? null : (person?.name ?? null),
    from_me: fromMe,
    timestamp: Number.isFinite(reaction.timestamp) ? Math.floor(reaction.timestamp) : null,
  };
}
