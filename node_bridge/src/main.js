// Runs the bridge until it is told to stop.
import { compose } from "./compose.js";
import { createLog } from "./log.js";
import { readSettings, SettingError } from "./settings.js";

async function main() {
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const bridge = await compose(settings, log);

  // The library throws in callbacks that nobody can await: one number's trouble must not end the others'.
  for (const event of ["unhandledRejection", "uncaughtException"])
    process.on(event, (error) => {
      bridge.metrics.unexpected.inc();
      log.error({ err: error instanceof Error ? error : new Error(String(error)) }, event);
    });

  let stopping = false;
  const stop = async (/** @type {string} */ signal) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), 30_000).unref();
    await bridge.stop();
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);

  const url = await bridge.start();
  log.info({ url, sessions: bridge.registry.sessions.size }, "the bridge listens");
}

main().catch((error) => {
  process.stderr.write(`${error instanceof SettingError ? error.message : (error?.stack ?? error)}\n`);
  process.exit(error instanceof SettingError ? 2 : 1);
});
