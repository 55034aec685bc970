// HMAC over the very bytes that travel, in the forms of wire/signatures.py.
import { createHmac, timingSafeEqual } from "node:crypto";

export const SIGNATURE_HEADER = "x-whatsapp-signature";
export const TIMESTAMP_HEADER = "x-whatsapp-timestamp";
export const MAX_CLOCK_SKEW_SECONDS = 300;

/** @param {string | Buffer} key @param {(string | Buffer)[]} parts */
function hmac(key, ...parts) {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest;
}

/** @param {string} secret @param {Buffer | string} body */
export const signBody = (secret, body) => hmac(secret, body).digest("hex");

/** @param {string} secret @param {string} id @param {number} timestamp seconds @param {Buffer | string} body */
export function signStandard(secret, id, timestamp, body) {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret;
  return `v1,${hmac(key, `${id}.${timestamp}.`, body).digest("base64")}`;
}

/** @param {string} secret @param {string} method @param {string} pathAndQuery @param {number} timestamp @param {Buffer | string} body */
export const signCall = (secret, method, pathAndQuery, timestamp, body = "") =>
  hmac(secret, `${method.toUpperCase()}\n${pathAndQuery}\n${timestamp}\n`, body).digest("hex");

/** Constant time. @param {string} expected @param {string | undefined} given */
export function isEqual(expected, given) {
  const right = Buffer.from(expected);
  const shown = Buffer.from(given ?? "");
  return right.length === shown.length && timingSafeEqual(right, shown);
}
