// Structured logs, one JSON object a line, in which no phone number, secret or message text can be read.
import pino from "pino";

/** @typedef {import("pino").Logger} Logger */

const LONG_NUMBER = /\d{8,}/g;
const HIDDEN = new Set(["secret", "hmac_secret", "qr", "body", "message_body", "signature", "text", "caption"]);

/** Keeps the first four and the last two digits: enough to tell two numbers apart. @param {string} text */
export const redact = (text) => text.replace(LONG_NUMBER, (digits) => `${digits.slice(0, 4)}…${digits.slice(-2)}`);

/** @param {any} value @param {number} [depth] @returns {any} */
export function redactDeep(value, depth = 0) {
  if (typeof value === "string") return redact(value);
  if (value instanceof Error) return redactDeep(pino.stdSerializers.err(value), depth + 1);
  if (value === null || typeof value !== "object") return value;
  if (depth > 6) return "…";
  if (Array.isArray(value)) return value.map((each) => redactDeep(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, HIDDEN.has(key) ? "[redacted]" : redactDeep(each, depth + 1)]),
  );
}

/** @param {string} level @param {import("pino").DestinationStream} [destination] @returns {Logger} */
export function createLog(level, destination = pino.destination({ fd: 2, sync: true })) {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: "message",
      formatters: { level: (label) => ({ level: label }), log: redactDeep },
    },
    destination,
  );
}
