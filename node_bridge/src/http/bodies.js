// What may stand in the bodies of calls (wire/bridge.py), as JSON schemas.
import { Ajv } from "ajv";
import { Refusal } from "../errors.js";

const text = { type: "string" };
const maybeText = { type: ["string", "null"] };
const chat = { type: "string", minLength: 3, maxLength: 255, pattern: "@(c\\.us|s\\.whatsapp\\.net|lid|g\\.us)$" };
const person = { ...chat, pattern: "@(c\\.us|s\\.whatsapp\\.net|lid)$" };

/** @param {string[]} required @param {Record<string, object>} properties */
const object = (required, properties) => ({ type: "object", required, properties });

const SCHEMAS = {
  send: object(["client_uuid", "to", "body"], {
    client_uuid: { type: "string", minLength: 1, maxLength: 100 },
    to: chat,
    body: { type: "string", maxLength: 65_536 },
    reply_to: maybeText,
    media: {
      ...object(["mime_type", "data"], {
        mime_type: { ...text, minLength: 3 },
        data: { ...text, minLength: 1 },
        file_name: maybeText,
        as_voice: { type: "boolean" },
      }),
      type: ["object", "null"],
    },
    mentions: { type: ["array", "null"], items: person },
  }),
  react: object(["to", "message_id", "emoji"], {
    to: chat,
    message_id: { ...text, minLength: 1 },
    from_me: { type: "boolean" },
    emoji: { type: "string", maxLength: 64 },
  }),
  read: object(["to"], { to: chat }),
  type: object(["to"], { to: chat, typing: { type: "boolean" } }),
  participants: object(["action", "participants"], {
    action: { enum: ["add", "remove", "promote", "demote"] },
    participants: { type: "array", minItems: 1, maxItems: 100, items: person },
  }),
  start: object(["workspace_id"], {
    workspace_id: { type: ["string", "integer"] },
    phone_number: maybeText,
    display_name: maybeText,
  }),
};

const ajv = new Ajv({ allErrors: false, allowUnionTypes: true });
const validators = Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]));

/** The body of a call; throws Refusal 422 that names the field. @param {Buffer | null} body @param {keyof typeof SCHEMAS} name @returns {any} */
export function readBody(body, name) {
  let value;
  try {
    value = JSON.parse(body?.toString("utf8") ?? "");
  } catch {
    throw new Refusal(422, "invalid", "The body is not valid JSON.");
  }
  const validate = validators[name];
  if (validate(value)) {
    if (name === "send" && value.body === "" && !value.media)
      throw new Refusal(422, "invalid", "body: a message without text needs a file.");
    return value;
  }
  const error = validate.errors?.[0];
  const field =
    error?.keyword === "required" ? error.params.missingProperty : error?.instancePath.slice(1).replaceAll("/", ".");
  throw new Refusal(422, "invalid", `${field || "body"}: ${error?.message}`);
}
