// A refusal in the form that the bridge's callers read: an HTTP status, a code of wire/bridge.py, and words.

export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {number} [retryAfterSeconds] */
  constructor(status, code, message, retryAfterSeconds) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
