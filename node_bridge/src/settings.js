// Reads the bridge's settings from its environment, and says in words what is wrong with one.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** @typedef {{ id: string, workspace_id: string, hmac_secret?: string, phone_number?: string, display_name?: string }} KnownSession */
/** @typedef {ReturnType<typeof readSettings>} Settings */

export class SettingError extends Error {}

/** @param {string} name @param {string | undefined} given @param {number} preset @param {number} least */
function number(name, given, preset, least = 0) {
  if (given === undefined || given === "") return preset;
  const value = Number(given);
  if (!Number.isFinite(value) || value < least)
    throw new SettingError(`${name} must be a number from ${least} on, not "${given}".`);
  return value;
}

/** `all` (or 0) means no limit. @param {string} name @param {string | undefined} given @param {number} preset */
function limit(name, given, preset) {
  if (given === "all") return null;
  return number(name, given, preset) || null;
}

/** @param {string} name @param {string | undefined} given @param {boolean} preset */
function flag(name, given, preset) {
  if (given === undefined || given === "") return preset;
  if (/^(1|true|yes|on)$/i.test(given)) return true;
  if (/^(0|false|no|off)$/i.test(given)) return false;
  throw new SettingError(`${name} must be true or false, not "${given}".`);
}

/** @param {string} name @param {string} given */
function address(name, given) {
  if (!/^https?:\/\/./.test(given) || !URL.canParse(given))
    throw new SettingError(`${name} must be an http address, not "${given}".`);
  return given.replace(/\/+$/, "");
}

/** @param {string | undefined} file @returns {KnownSession[]} */
function sessions(file) {
  if (!file) return [];
  let list;
  try {
    list = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SettingError(`BRIDGE_SESSIONS_FILE cannot be read: ${/** @type {Error} */ (error).message}`);
  }
  if (!Array.isArray(list)) throw new SettingError("BRIDGE_SESSIONS_FILE must hold a JSON list.");
  return list.map((each, index) => {
    const id = String(each?.id ?? "");
    if (!isSessionId(id))
      throw new SettingError(`BRIDGE_SESSIONS_FILE: number ${index} needs an "id" of letters, digits, - and _.`);
    if (each.workspace_id === undefined)
      throw new SettingError(`BRIDGE_SESSIONS_FILE: number ${id} needs a "workspace_id".`);
    return { ...each, id, workspace_id: String(each.workspace_id) };
  });
}

/** What whatsapp-web.js accepts as the name of a profile's folder. @param {string} id */
export const isSessionId = (id) => /^[-\w]{1,64}$/.test(id);

/** @param {NodeJS.ProcessEnv} env */
export function readSettings(env) {
  const known = sessions(env.BRIDGE_SESSIONS_FILE);
  const sharedSecret = env.WHATSAPP_HMAC_SECRET || null;
  if (!sharedSecret && known.length === 0)
    throw new SettingError(
      "Set WHATSAPP_HMAC_SECRET (shared with the backend), or BRIDGE_SESSIONS_FILE with a secret for each number.",
    );
  const bare = known.find((each) => !each.hmac_secret && !sharedSecret);
  if (bare)
    throw new SettingError(
      `BRIDGE_SESSIONS_FILE: number ${bare.id} needs an "hmac_secret", as WHATSAPP_HMAC_SECRET is not set.`,
    );
  return {
    backendUrl: address("BRIDGE_BACKEND_URL", env.BRIDGE_BACKEND_URL || "http://127.0.0.1:8000"),
    sharedSecret,
    sessions: known,
    host: env.BRIDGE_HOST || "127.0.0.1",
    port: number("BRIDGE_PORT", env.BRIDGE_PORT, 3001),
    dataDir: resolve(env.BRIDGE_DATA_DIR || join(homedir(), ".local/share/whatsapp-inbox-bridge")),
    chromium: env.BRIDGE_CHROMIUM || null,
    chromiumArgs: (env.BRIDGE_CHROMIUM_ARGS || "").split(/\s+/).filter(Boolean),
    clientModule: env.BRIDGE_CLIENT_MODULE || null,
    logLevel: env.BRIDGE_LOG_LEVEL || "info",
    postTimeoutMs: number("BRIDGE_POST_TIMEOUT_SECONDS", env.BRIDGE_POST_TIMEOUT_SECONDS, 10, 0.1) * 1000,
    retry: {
      firstMs: number("BRIDGE_RETRY_FIRST_SECONDS", env.BRIDGE_RETRY_FIRST_SECONDS, 0.5, 0.01) * 1000,
      longestMs: number("BRIDGE_RETRY_LONGEST_SECONDS", env.BRIDGE_RETRY_LONGEST_SECONDS, 30, 0.01) * 1000,
    },
    restart: {
      firstMs: number("BRIDGE_RESTART_FIRST_SECONDS", env.BRIDGE_RESTART_FIRST_SECONDS, 5, 0.01) * 1000,
      longestMs: number("BRIDGE_RESTART_LONGEST_SECONDS", env.BRIDGE_RESTART_LONGEST_SECONDS, 300, 0.01) * 1000,
    },
    connectTimeoutMs: number("BRIDGE_CONNECT_TIMEOUT_SECONDS", env.BRIDGE_CONNECT_TIMEOUT_SECONDS, 180, 1) * 1000,
    startsAtOnce: number("BRIDGE_STARTS_AT_ONCE", env.BRIDGE_STARTS_AT_ONCE, 2, 1),
    sendTimeoutMs: number("BRIDGE_SEND_TIMEOUT_SECONDS", env.BRIDGE_SEND_TIMEOUT_SECONDS, 15, 0.1) * 1000,
    sync: {
      enabled: flag("WHATSAPP_SYNC_ENABLED", env.WHATSAPP_SYNC_ENABLED, true),
      maxChats: limit("BRIDGE_SYNC_MAX_CHATS", env.BRIDGE_SYNC_MAX_CHATS, 500),
      windowDays: limit("BRIDGE_SYNC_WINDOW_DAYS", env.BRIDGE_SYNC_WINDOW_DAYS, 30),
      messagesPerChat: number("BRIDGE_SYNC_MESSAGES_PER_CHAT", env.BRIDGE_SYNC_MESSAGES_PER_CHAT, 50, 1),
      chatsPerSecond: limit("BRIDGE_SYNC_CHATS_PER_SECOND", env.BRIDGE_SYNC_CHATS_PER_SECOND, 10),
      postsAtOnce: number("BRIDGE_SYNC_POSTS_AT_ONCE", env.BRIDGE_SYNC_POSTS_AT_ONCE, 5, 1),
      reconcileMinutes: limit("BRIDGE_RECONCILE_MINUTES", env.BRIDGE_RECONCILE_MINUTES, 15),
    },
  };
}
