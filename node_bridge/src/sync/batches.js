// Packs chats into batches that the backend takes, and posts some of them at once while more are read.
import pLimit from "p-limit";

export const CHATS_SYNC_PATH = "/api/whatsapp/chats/sync";
export const MOST_CHATS = 50;
export const MOST_MESSAGES = 50;
const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_WAIT_MS = 2000;

/** @typedef {{ chat: any, done: (rejected: { field: string | null, reason: string }[]) => Promise<void> }} Piece */

export class Batches {
  /** `post` gives the backend's answer. @param {{ post: (chats: any[]) => Promise<string>, atOnce: number, onFailure: (error: unknown) => void }} of */
  constructor({ post, atOnce, onFailure }) {
    this.post = post;
    this.atOnce = atOnce;
    this.onFailure = onFailure;
    this.limit = pLimit(atOnce);
    /** @type {Piece[]} */
    this.open = [];
    this.openBytes = 0;
    /** @type {NodeJS.Timeout | null} */
    this.timer = null;
    /** @type {Set<Promise<void>>} */
    this.posting = new Set();
  }

  /** Returns when there is room for more. @param {Piece} piece */
  async add(piece) {
    const bytes = Buffer.byteLength(JSON.stringify(piece.chat));
    if (this.open.length > 0 && this.openBytes + bytes > MOST_BYTES) this.flush();
    this.open.push(piece);
    this.openBytes += bytes;
    if (this.open.length >= MOST_CHATS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), LONGEST_WAIT_MS);
    while (this.posting.size >= this.atOnce * 2) await Promise.race(this.posting);
  }

  flush() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.open.length === 0) return;
    const pieces = this.open;
    this.open = [];
    this.openBytes = 0;
    const posting = this.limit(() => this.#send(pieces))
      .catch(this.onFailure)
      .finally(() => this.posting.delete(posting));
    this.posting.add(posting);
  }

  async drained() {
    this.flush();
    while (this.posting.size > 0) await Promise.all(this.posting);
  }

  /** Drops what was not posted. */
  close() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.open = [];
    this.limit.clearQueue();
  }

  /** @param {Piece[]} pieces */
  async #send(pieces) {
    const answer = await this.post(pieces.map((piece) => piece.chat));
    const rejected = rejectedIn(answer);
    await Promise.all(pieces.map((piece, index) => piece.done(rejected.filter((each) => each.index === index))));
  }
}

/** @param {string} answer @returns {{ index: number, field: string | null, reason: string }[]} */
function rejectedIn(answer) {
  try {
    const { rejected } = JSON.parse(answer);
    return Array.isArray(rejected) ? rejected : [];
  } catch {
    return [];
  }
}

/** A chat with more messages than a batch takes of one comes several times, the oldest messages first. @param {any} chat @returns {any[]} */
export function pieces(chat) {
  const parts = [];
  for (let from = 0; from < Math.max(chat.messages.length, 1); from += MOST_MESSAGES)
    parts.push({ ...chat, messages: chat.messages.slice(from, from + MOST_MESSAGES) });
  return parts;
}
