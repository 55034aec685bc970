// Stands in for WhatsApp: the library's own Client on a page that plays a phone (BRIDGE_CLIENT_MODULE names this file).
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import wwebjs from "whatsapp-web.js";
import { StandInPage } from "./page.js";
import { World } from "./world.js";

/** Its declarations leave out what a page needs. @type {any} */
const { Client, ClientInfo, NoAuth } = wwebjs;

export class StandInClient extends Client {
  /** @param {import("./world.js").Shape} shape @param {() => number} [now] in seconds */
  constructor(shape, now = () => Date.now() / 1000) {
    super({ authStrategy: new NoAuth() });
    this.shape = shape;
    this.now = now;
    this.world = new World(shape);
    /** @type {NodeJS.Timeout | null} */
    this.traffic = null;
    this.linked = shape.linked ?? true;
  }

  async initialize() {
    this.pupPage = new StandInPage(this.world, this.now);
    this.pupBrowser = Object.assign(new EventEmitter(), { isConnected: () => true, close: async () => {} });
    if (this.linked) await this.link();
    else this.emit("qr", `2@stand-in,${Math.floor(this.now())}`);
  }

  /** The phone scans the code. */
  async link() {
    this.emit("authenticated");
    this.info = new ClientInfo(this, {
      pushname: "Stand-in",
      wid: { server: "c.us", user: this.world.phone, _serialized: `${this.world.phone}@c.us` },
    });
    await this.attachEventListeners();
    this.emit("ready");
    if (this.shape.live) this.#goOn(this.#nextLive());
  }

  /** @returns {Promise<any>} */
  async getState() {
    return "CONNECTED";
  }

  async logout() {
    this.emit("disconnected", "LOGOUT");
  }

  async destroy() {
    if (this.traffic) clearTimeout(this.traffic);
    this.traffic = null;
  }

  #nextLive() {
    const { from, perSecond } = /** @type {NonNullable<import("./world.js").Shape["live"]>} */ (this.shape.live);
    return Math.max(0, Math.floor((this.now() - from) * perSecond) + 1);
  }

  /** @param {number} n */
  #goOn(n) {
    const { count } = /** @type {NonNullable<import("./world.js").Shape["live"]>} */ (this.shape.live);
    if (n >= count) return;
    this.traffic = setTimeout(
      () => {
        let next = n;
        while (next < count && this.world.liveAt(next) <= this.now())
          /** @type {any} */ (this).pupPage.arrive(this.world.live(next++));
        this.#goOn(next);
      },
      Math.max((this.world.liveAt(n) - this.now()) * 1000, 1),
    );
  }
}

/** The worlds are in the file that STANDIN_WORLDS names: by session, with "default" for all others. @param {unknown} _settings */
export function clientFactory(_settings) {
  const worlds = JSON.parse(readFileSync(/** @type {string} */ (process.env.STANDIN_WORLDS), "utf8"));
  return (/** @type {string} */ id) => new StandInClient(worlds[id] ?? worlds.default);
}

/** @param {unknown} _settings */
export const profileForgetter = (_settings) => async (/** @type {string} */ _id) => {};

/** @param {StandInClient} client @param {number} _patienceMs */
export const closeClient = (client, _patienceMs) => client.destroy();
