// Lets in only calls that a secret of ours signed, and not long ago.
import { isEqual, MAX_CLOCK_SKEW_SECONDS, SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from "../delivery/signing.js";
import { Refusal } from "../errors.js";

/** Throws Refusal 401. @param {import("fastify").FastifyRequest} request @param {string | null | undefined} secret @param {() => number} now */
export function check(request, secret, now) {
  const timestamp = String(request.headers[TIMESTAMP_HEADER] ?? "");
  if (!/^\d{1,12}$/.test(timestamp))
    throw new Refusal(401, "unauthorised", `${TIMESTAMP_HEADER} must be the time in seconds since 1970.`);
  if (Math.abs(now() / 1000 - Number(timestamp)) > MAX_CLOCK_SKEW_SECONDS)
    throw new Refusal(401, "unauthorised", `The call is older or newer than ${MAX_CLOCK_SKEW_SECONDS} s.`);
  const body = /** @type {Buffer} */ (request.body ?? Buffer.alloc(0));
  const given = String(request.headers[SIGNATURE_HEADER] ?? "");
  if (!secret || !isEqual(signCall(secret, request.method, request.raw.url ?? "", Number(timestamp), body), given))
    throw new Refusal(401, "unauthorised", "Invalid signature.");
}

/** @param {import("fastify").FastifyRequest} request @param {string | null | undefined} secret @param {() => number} now */
export function isSignedBy(request, secret, now) {
  try {
    check(request, secret, now);
    return true;
  } catch {
    return false;
  }
}
