// Lets so many begin each second, evenly.
import { setTimeout as sleep } from "node:timers/promises";

export class Pace {
  /** @param {number | null} perSecond null: as fast as they come @param {() => number} [now] */
  constructor(perSecond, now = () => performance.now()) {
    this.gapMs = perSecond === null ? 0 : 1000 / perSecond;
    this.now = now;
    this.next = 0;
  }

  /** Returns when it is one's turn. @param {AbortSignal} signal */
  async turn(signal) {
    signal.throwIfAborted();
    const now = this.now();
    const at = Math.max(this.next, now);
    this.next = at + this.gapMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}
