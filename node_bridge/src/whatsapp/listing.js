// Lists a number's chats without loading every group's members, and reads one chat with its messages.
import { isChat, textOf } from "../normalise/jid.js";

/** @typedef {{ id: string, timestamp: number }} Listed */

/**
 * Newest first. `getChats()` asks WhatsApp for every group's members at once, which takes minutes with a thousand chats
 * and fails as a whole when one fails: so only addresses are listed, unless a new version of the page hides them.
 * @param {import("./types.js").Client} client @returns {Promise<Listed[]>}
 */
export async function listChats(client) {
  const listed =
    (await briefly(client)) ??
    (await client.getChats()).map((/** @type {any} */ chat) => ({ id: textOf(chat.id), timestamp: chat.timestamp }));
  return listed
    .filter((/** @type {Listed} */ chat) => isChat(chat.id))
    .map((/** @type {Listed} */ chat) => ({ id: chat.id, timestamp: Number(chat.timestamp) || 0 }))
    .sort((/** @type {Listed} */ a, /** @type {Listed} */ b) => b.timestamp - a.timestamp);
}

/** @param {import("./types.js").Client} client @returns {Promise<Listed[] | null>} */
async function briefly(client) {
  try {
    const listed = await client.pupPage.evaluate(() => {
      const page = /** @type {any} */ (window);
      const chats = page.require("WAWebCollections").Chat.getModelsArray();
      return chats.map((/** @type {any} */ chat) => ({ id: chat.id._serialized, timestamp: chat.t }));
    });
    return Array.isArray(listed) && listed.every((each) => typeof each?.id === "string") ? listed : null;
  } catch {
    return null;
  }
}

/**
 * The chat with its latest messages, oldest first: `atLeast` of them, or all since `since` where those are more
 * (up to `most`). Each round asks for four times as many.
 * @param {import("./types.js").Client} client @param {string} id @param {{ atLeast: number, since?: number, most?: number }} how
 */
export async function readChat(client, id, { atLeast, since = Number.POSITIVE_INFINITY, most = 2000 }) {
  const chat = await client.getChatById(id);
  if (!chat) return null;
  let limit = atLeast;
  for (;;) {
    const messages = await chat.fetchMessages({ limit });
    messages.sort((/** @type {any} */ a, /** @type {any} */ b) => a.timestamp - b.timestamp);
    const reached = messages.length < limit || (messages[0]?.timestamp ?? 0) <= since;
    if (reached || limit >= most) return { chat, messages };
    limit = Math.min(limit * 4, most);
  }
}
