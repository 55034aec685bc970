// What a listener is told on its command line, and how it tells its parent what it sees: one JSON object a line.
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    key: { type: "string" },
    token: { type: "string" },
    workspace: { type: "string" },
    broadcaster: { type: "string", default: "pusher" },
    "forged-auth": { type: "boolean", default: false },
  },
});

export const settings = {
  ...values,
  port: Number(values.port),
  forgedAuth: values["forged-auth"],
  authEndpoint: `http://${values.host}:${values.port}/broadcasting/auth`,
};

export function tell(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

// The parent holds our standard input open for as long as it wants us.
process.stdin.on("end", () => process.exit(0)).resume();
