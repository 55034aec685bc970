// What a client's events make of a number's status: the state machine of a WhatsApp Web session, without any IO.

/** @typedef {"connecting" | "qr" | "syncing" | "connected" | "reconnecting" | "logged_out" | "failed"} Status */
/** `next`: what has to be done about the client. @typedef {{ status: Status, reason: string | null, next: "nothing" | "restart" | "close" }} Change */

/** Nobody scanned the code: the browser is closed until somebody wants to. */
const NOBODY_SCANNED = "Max qrcode retries reached";

/** WhatsApp unlinked the device: only a new scan helps. */
const UNLINKED = new Set(["LOGOUT"]);

/** Null: nothing changed. @param {Status} status @param {string} event @param {any} [detail] @returns {Change | null} */
export function after(status, event, detail) {
  switch (event) {
    case "qr":
      return { status: "qr", reason: null, next: "nothing" };
    case "authenticated":
      return status === "connected" ? null : { status: "syncing", reason: null, next: "nothing" };
    case "ready":
      return { status: "connected", reason: null, next: "nothing" };
    case "auth_failure":
      return { status: "failed", reason: reasonOf(detail, "auth_failure"), next: "restart" };
    case "change_state":
      if (detail === "CONNECTED")
        return status === "reconnecting" ? { status: "connected", reason: null, next: "nothing" } : null;
      if (status === "connected" && ["TIMEOUT", "OPENING", "PAIRING"].includes(detail))
        return { status: "reconnecting", reason: detail, next: "nothing" };
      return null;
    case "disconnected":
      if (UNLINKED.has(detail)) return { status: "logged_out", reason: "LOGOUT", next: "close" };
      if (detail === NOBODY_SCANNED)
        return { status: "logged_out", reason: "The QR code was not scanned in time.", next: "close" };
      return { status: "reconnecting", reason: reasonOf(detail, "disconnected"), next: "restart" };
    case "crashed":
      return { status: "reconnecting", reason: reasonOf(detail, "The browser stopped."), next: "restart" };
    case "failed":
      return { status: "failed", reason: reasonOf(detail, "unknown"), next: "restart" };
    default:
      return null;
  }
}

/** The library throws texts as well as errors. @param {any} detail @param {string} otherwise */
export function reasonOf(detail, otherwise) {
  const text = typeof detail === "string" ? detail : detail?.message;
  return (text || otherwise).split("\n")[0].slice(0, 300);
}

/** How long to wait before try number `tries` (from 0), in ms: doubling, never in step with other numbers. @param {{ firstMs: number, longestMs: number }} restart @param {number} tries @param {number} chance 0 to 1 */
export const backoff = ({ firstMs, longestMs }, tries, chance) =>
  Math.min(firstMs * 2 ** Math.min(tries, 20), longestMs) * (0.75 + chance / 4);
