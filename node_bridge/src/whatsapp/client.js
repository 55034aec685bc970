// Makes whatsapp-web.js clients on the system's Chromium, each with a profile of its own, and closes them for sure.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import wwebjs from "whatsapp-web.js";
import { chromiumArgs, clearOrphan, findChromium } from "./chromium.js";

const QR_CODES_SHOWN = 10;
const AUTH_TIMEOUT_MS = 60_000;

/** @param {import("../settings.js").Settings} settings @returns {(id: string) => any} Throws where there is no Chromium. */
export function clientFactory(settings) {
  const dataPath = join(settings.dataDir, "profiles");
  return (id) => {
    const executablePath = findChromium(settings.chromium, process.env.PATH ?? "");
    clearOrphan(profileOf(settings, id));
    return new wwebjs.Client({
      authStrategy: new wwebjs.LocalAuth({ clientId: id, dataPath }),
      webVersionCache: { type: "none" },
      qrMaxRetries: QR_CODES_SHOWN,
      authTimeoutMs: AUTH_TIMEOUT_MS,
      puppeteer: {
        headless: true,
        executablePath,
        args: chromiumArgs(settings.chromiumArgs, process.getuid?.()),
        handleSIGINT: false, // we end the browsers ourselves, after what they told is on disk
        handleSIGTERM: false,
        handleSIGHUP: false,
      },
    });
  };
}

/** @param {import("../settings.js").Settings} settings @param {string} id */
export const profileOf = (settings, id) => join(settings.dataDir, "profiles", `session-${id}`);

/** @param {import("../settings.js").Settings} settings @returns {(id: string) => Promise<void>} */
export const profileForgetter = (settings) => (id) =>
  rm(profileOf(settings, id), { recursive: true, force: true, maxRetries: 4 });

/** Politely, then for sure. @param {any} client @param {number} patienceMs */
export async function closeClient(client, patienceMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  const browser = client.pupBrowser;
  await Promise.race([Promise.resolve(client.destroy()).catch(() => {}), late]);
  clearTimeout(timer);
  const program = browser?.process?.();
  if (program && program.exitCode === null && program.signalCode === null) program.kill("SIGKILL");
}
