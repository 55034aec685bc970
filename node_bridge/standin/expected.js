// Prints what a World holds at its end, one message a line: node standin/expected.js WORLDS.json SESSION
import { readFileSync } from "node:fs";
import { World } from "./world.js";

const [file, session] = process.argv.slice(2);
const worlds = JSON.parse(readFileSync(file, "utf8"));
const world = new World(worlds[session] ?? worlds.default);
const lines = [];
for (let index = 0; index < world.shape.chats; index++) {
  const room = world.room(index);
  for (const message of world.messages(index, Number.POSITIVE_INFINITY))
    lines.push(
      JSON.stringify({
        chat: room.isGroup ? room.id : `+${room.phone}`,
        message_id: message.id.id,
        body: message.body,
        from_me: message.id.fromMe,
        timestamp: message.t,
      }),
    );
}
process.stdout.write(`${lines.join("\n")}\n`);
