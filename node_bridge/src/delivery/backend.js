// One signed post to the backend: what it answered, or that it did not.
import { signBody, signStandard } from "./signing.js";

/** @typedef {{ status: number, retryAfterMs: number | null, text: string }} Answer */

/** Nobody answered, or not in time. */
export class NoAnswer extends Error {}

export class Backend {
  /** @param {{ url: string, timeoutMs: number, metrics: import("../metrics.js").Metrics, fetch?: typeof fetch, now?: () => number }} of */
  constructor({ url, timeoutMs, metrics, fetch: ask = fetch, now = Date.now }) {
    this.url = url;
    this.timeoutMs = timeoutMs;
    this.metrics = metrics;
    this.ask = ask;
    this.now = now;
  }

  /** @param {string} path @param {string} body @param {string} secret @param {string} webhookId @returns {Promise<Answer>} */
  async post(path, body, secret, webhookId) {
    const timestamp = Math.floor(this.now() / 1000);
    const bytes = Buffer.from(body);
    const stop = this.metrics.postSeconds.startTimer();
    try {
      const answer = await this.ask(this.url + path, {
        method: "POST",
        body: bytes,
        redirect: "manual",
        signal: AbortSignal.timeout(this.timeoutMs),
        headers: {
          "content-type": "application/json",
          "x-whatsapp-signature": signBody(secret, bytes),
          "webhook-id": webhookId,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": signStandard(secret, webhookId, timestamp, bytes),
        },
      });
      const text = await answer.text();
      return { status: answer.status, retryAfterMs: retryAfter(answer.headers.get("retry-after"), this.now()), text };
    } catch (error) {
      throw new NoAnswer(reason(/** @type {any} */ (error), this.timeoutMs));
    } finally {
      stop();
    }
  }
}

/** @param {any} error @param {number} timeoutMs */
function reason(error, timeoutMs) {
  if (error?.name === "TimeoutError") return `The backend did not answer within ${timeoutMs / 1000} s.`;
  return `The backend cannot be reached: ${error?.cause?.code ?? error?.cause?.message ?? error?.message ?? error}.`;
}

/** Either form of the header, in milliseconds from now. @param {string | null} header @param {number} now */
export function retryAfter(header, now) {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(moment - now, 0);
}
