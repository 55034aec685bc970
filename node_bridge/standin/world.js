// A made-up phone for tests and desks: its chats and messages are a function of a few numbers, so that anybody can
// say what it holds at a moment.

/** `now`: seconds; history ends there. `live`: inbound messages that come `perSecond` from `from` on. @typedef {{ chats: number, messages: number, now: number, seed?: number, phone?: string, live?: { from: number, perSecond: number, count: number }, linked?: boolean }} Shape */
/** @typedef {{ id: string, isGroup: boolean, title: string, lid: string | null, phone: string }} Room */

export class World {
  /** @param {Shape} shape */
  constructor(shape) {
    this.shape = shape;
    this.phone = shape.phone ?? "6281200000001";
    this.seed = shape.seed ?? 1;
  }

  /** @param {number} index @returns {Room} */
  room(index) {
    const phone = `62811${String(1_000_000 + this.seed * 10_000 + index)}`;
    const lid = `99${String(10_000_000 + this.seed * 10_000 + index)}`;
    if (index % 5 === 4)
      return {
        id: `1203630${String(100_000_000 + this.seed * 10_000 + index)}@g.us`,
        isGroup: true,
        title: `Group ${index}`,
        lid: null,
        phone,
      };
    const isLid = index % 7 === 3;
    return { id: isLid ? `${lid}@lid` : `${phone}@c.us`, isGroup: false, title: `Person ${index}`, lid, phone };
  }

  /** The messages of a chat that exist at `at` seconds, oldest first. @param {number} index @param {number} at */
  messages(index, at) {
    const { messages, now, live } = this.shape;
    const all = [];
    for (let k = 0; k < messages; k++)
      all.push(
        this.#message(
          index,
          `A${k}`,
          now - index * 30 - (messages - k) * 600,
          k % 3 === 2,
          `Message ${k} of chat ${index}`,
        ),
      );
    if (live)
      for (let n = this.#firstLive(index); n < live.count; n += this.shape.chats)
        if (this.liveAt(n) <= at) all.push(this.live(n));
    return all;
  }

  /** @param {number} n */
  liveAt(n) {
    const { from, perSecond } = /** @type {NonNullable<Shape["live"]>} */ (this.shape.live);
    return from + n / perSecond;
  }

  /** @param {number} n */
  live(n) {
    return this.#message(this.liveChat(n), `L${n}`, Math.floor(this.liveAt(n)), false, `Live ${n}`);
  }

  /** Every chat gets one before any gets two. @param {number} n */
  liveChat(n) {
    return n % this.shape.chats;
  }

  /** @param {number} index */
  #firstLive(index) {
    return index;
  }

  /** As the page holds it. @param {number} index @param {string} tag @param {number} t @param {boolean} fromMe @param {string} body */
  #message(index, tag, t, fromMe, body) {
    const room = this.room(index);
    const id = `3EB0${Buffer.from(`${this.seed}.${index}.${tag}`).toString("hex").toUpperCase()}`;
    const author = room.isGroup && !fromMe ? `${this.room(index % 2 === 0 ? 0 : 3).id}` : undefined;
    const serialized = [fromMe, room.id, id, ...(room.isGroup ? [author ?? `${this.phone}@c.us`] : [])].join("_");
    return {
      id: { fromMe, remote: room.id, id, _serialized: serialized },
      type: "chat",
      body,
      t,
      ack: fromMe ? 3 : 0,
      from: fromMe ? `${this.phone}@c.us` : room.id,
      to: fromMe ? room.id : `${this.phone}@c.us`,
      author,
      notifyName: fromMe ? undefined : author ? "Member" : room.title,
    };
  }
}
