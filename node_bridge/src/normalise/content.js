// What a message says: its type, its text and what is attached, in the wire's words.
import { textOf } from "./jid.js";

const MAX_BODY_CHARACTERS = 65_536;

/** @type {Record<string, string>} */
const TYPES = {
  chat: "text",
  oversized: "text",
  image: "image",
  video: "video",
  ptv: "video",
  audio: "audio",
  ptt: "voice",
  document: "document",
  sticker: "sticker",
  location: "location",
  vcard: "contacts",
  multi_vcard: "contacts",
  buttons_response: "interactive",
  list: "interactive",
  list_response: "interactive",
  interactive: "interactive",
  native_flow: "interactive",
  template_button_reply: "interactive",
  poll_creation: "interactive",
  hsm: "template",
  call_log: "system",
};

/** Notices of the protocol and parts of other messages: nobody wrote them. */
const NO_MESSAGES = new Set([
  "album",
  "broadcast_notification",
  "ciphertext",
  "debug",
  "e2e_notification",
  "gp2",
  "group_notification",
  "notification",
  "notification_template",
  "protocol",
  "reaction",
  "revoked",
]);

const MEDIA = new Set(["image", "video", "audio", "voice", "document", "sticker"]);

/** @param {any} message */
export const isWritten = (message) => !NO_MESSAGES.has(message.type) && typeof message.id?.id === "string";

/** @param {any} message a library Message @param {Map<string, string>} names of those mentioned, by the user part of their address */
export function contentOf(message, names) {
  const type = TYPES[message.type] ?? "unsupported";
  const body = mentionsByName(textFor(message, type), names).slice(0, MAX_BODY_CHARACTERS);
  const hasMedia = Boolean(message.hasMedia) || MEDIA.has(type);
  return {
    message_body: body,
    message_type: type === "text" && body === "" && !hasMedia ? "unsupported" : type,
    has_media: hasMedia,
    media: hasMedia ? mediaOf(message) : null,
  };
}

/** A picture's `body` is its thumbnail: only its caption is text. @param {any} message @param {string} type @returns {string} */
function textFor(message, type) {
  if (type === "location") {
    const { latitude, longitude, name, address } = message.location ?? {};
    const point = latitude === undefined ? "" : `${latitude}, ${longitude}`;
    return [name, address, point].filter(Boolean).join("\n");
  }
  if (type === "contacts") return (message.vCards ?? []).map(nameInCard).filter(Boolean).join("\n");
  if (message.type === "poll_creation")
    return [
      message.pollName,
      ...(message.pollOptions ?? []).map((/** @type {any} */ option) => `• ${option.name ?? option}`),
    ]
      .filter(Boolean)
      .join("\n");
  if (message.type === "call_log") return message.body || "Call";
  if (MEDIA.has(type)) return message.hasMedia ? message.body : (message.rawData?.caption ?? "");
  return typeof message.body === "string" ? message.body : "";
}

/** @param {string} card */
const nameInCard = (card) => /^FN[^:\r\n]*:(.+)$/m.exec(card ?? "")?.[1].trim() ?? "";

/** WhatsApp writes `@` and the user part of an address where people see a name. @param {string} body @param {Map<string, string>} names */
function mentionsByName(body, names) {
  return names.size === 0
    ? body
    : body.replace(/@(\d{5,20})/g, (whole, user) => (names.has(user) ? `@${names.get(user)}` : whole));
}

/** @param {any} message */
function mediaOf(message) {
  const data = message.rawData ?? {};
  const seconds = Number(data.duration ?? message.duration);
  return {
    mime_type: data.mimetype ?? null,
    file_name: data.filename ?? null,
    size: Number.isFinite(Number(data.size)) && data.size !== undefined ? Number(data.size) : null,
    duration_seconds: Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null,
  };
}

/** The message that this one answers. @param {any} message @param {(jid: string) => import("../whatsapp/types.js").Person | undefined} person */
export function quotedOf(message, person) {
  const { quotedMsg, quotedStanzaID, quotedParticipant } = message.rawData ?? {};
  if (!quotedStanzaID) return null;
  const type = TYPES[quotedMsg?.type] ?? "unsupported";
  const text = MEDIA.has(type) ? quotedMsg?.caption : quotedMsg?.body;
  return {
    message_id: quotedStanzaID,
    sender_name: person(textOf(quotedParticipant))?.name ?? null,
    body: typeof text === "string" ? text.slice(0, 1000) : "",
    message_type: type,
  };
}
