// Finds the system's Chromium, and clears away what a bridge that was killed left of it.
import { accessSync, constants, existsSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** @param {string | null} configured @param {string} path the environment's PATH @returns {string} Throws where there is none. */
export function findChromium(configured, path) {
  const candidates = configured
    ? [configured]
    : [...path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  const found = candidates.find(isExecutable);
  if (found) return found;
  throw new Error(
    configured
      ? `BRIDGE_CHROMIUM names no program: ${configured}`
      : "No Chromium was found. Install it (Debian: apt-get install chromium), or set BRIDGE_CHROMIUM.",
  );
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `root` may not use Chromium's sandbox. @param {string[]} more @param {number | undefined} uid */
export const chromiumArgs = (more, uid) => [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  ...(uid === 0 ? ["--no-sandbox"] : []),
  ...more,
];

/** A Chromium whose bridge was killed goes on, and keeps its profile locked. Ends it, and only it. @param {string} profile */
export function clearOrphan(profile) {
  const lock = join(profile, "SingletonLock");
  let owner;
  try {
    owner = readlinkSync(lock); // host-pid
  } catch {
    return;
  }
  const pid = Number(owner.split("-").at(-1));
  if (pid > 1 && runsOn(pid, profile)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return;
    }
  }
  for (const name of ["SingletonLock", "SingletonCookie", "SingletonSocket"])
    rmSync(join(profile, name), { force: true });
}

/** @param {number} pid @param {string} profile */
function runsOn(pid, profile) {
  const file = `/proc/${pid}/cmdline`;
  if (!existsSync(file)) return false;
  try {
    return readFileSync(file, "utf8").split("\0").includes(`--user-data-dir=${profile}`);
  } catch {
    return false;
  }
}
