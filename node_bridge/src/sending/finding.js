// Finds a message of WhatsApp by the id we know it by, which is only the middle of the library's own.

const STEPS = [50, 500];

/** @param {any} client @param {string} to @param {string} id @param {boolean} [fromMe] where it is known @returns {Promise<any>} null where it is not found */
export async function findMessage(client, to, id, fromMe) {
  for (const ours of fromMe === undefined ? [false, true] : [fromMe]) {
    const direct = await client.getMessageById(`${ours}_${to}_${id}`).catch(() => null);
    if (direct?.id?.id === id) return direct;
  }
  const chat = await client.getChatById(to);
  if (!chat) return null;
  for (const limit of STEPS) {
    const messages = await chat.fetchMessages({ limit });
    const found = messages.find((/** @type {any} */ message) => message.id?.id === id);
    if (found || messages.length < limit) return found ?? null;
  }
  return null;
}
