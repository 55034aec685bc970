// Tells WhatsApp's addresses apart: a phone, a privacy id (LID), a group, or what is no chat.

/** @typedef {{ kind: "phone" | "lid" | "group" | "other", user: string, jid: string }} Jid */

/** @type {Record<string, Jid["kind"]>} */
const KINDS = { "c.us": "phone", "s.whatsapp.net": "phone", lid: "lid", "g.us": "group" };

/** The text of an address; the library hands out both texts and wid objects. @param {any} wid @returns {string} */
export const textOf = (wid) =>
  typeof wid === "string" ? wid : (wid?._serialized ?? (wid?.user && wid?.server ? `${wid.user}@${wid.server}` : ""));

/** @param {any} wid @returns {Jid} */
export function parseJid(wid) {
  const [local = "", server = ""] = textOf(wid).split("@");
  const user = local.split(":")[0]; // a device of the account: 6281…:12@c.us
  const kind = user ? (KINDS[server] ?? "other") : "other";
  if (kind === "phone" && !/^[1-9]\d{5,15}$/.test(user)) return { kind: "other", user, jid: `${user}@${server}` };
  return { kind, user, jid: kind === "phone" ? `${user}@c.us` : `${user}@${server}` };
}

/** Channels, broadcasts and statuses are no chats. @param {any} wid */
export const isChat = (wid) => parseJid(wid).kind !== "other";

/** E.164, or null where the address holds no phone. @param {any} wid */
export function phoneOf(wid) {
  const jid = parseJid(wid);
  return jid.kind === "phone" ? `+${jid.user}` : null;
}

/** @param {any} wid */
export function lidOf(wid) {
  const jid = parseJid(wid);
  return jid.kind === "lid" ? jid.user : null;
}

/** The name under which the backend is told of a person: the phone where it is known. @param {any} wid @param {import("../whatsapp/types.js").Person | undefined} person */
export function addressOf(wid, person) {
  return phoneOf(wid) ?? person?.phone ?? (textOf(wid) || null);
}

/** @param {any} wid @param {import("../whatsapp/types.js").Person | undefined} person */
export function identitiesOf(wid, person) {
  const phone = phoneOf(wid) ?? person?.phone ?? null;
  const lid = lidOf(wid) ?? person?.lid ?? null;
  return [...(phone ? [{ kind: "phone", value: phone }] : []), ...(lid ? [{ kind: "lid", value: lid }] : [])];
}
