// Every sample is what its schema says, as Node sees both; and the schemas refuse what they should.
import assert from "node:assert/strict";
import test from "node:test";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { samples, schemas } from "./samples.js";

const ajv = addFormats(new Ajv2020({ allErrors: true }));
const validators = new Map(schemas().map(({ type, schema }) => [type, ajv.compile(schema)]));
const isTime = ajv.compile({ type: "string", format: "date-time", pattern: "\\.\\d{3}Z$" });
const isUuid = ajv.compile({ type: "string", format: "uuid" });

const explain = (validate) => ajv.errorsText(validate.errors, { dataVar: "sample" });

const fieldsOf = (value, path = "") =>
  value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, inner]) => [[`${path}/${key}`, key, inner], ...fieldsOf(inner, `${path}/${key}`)])
    : [];

for (const { name, type, value } of samples()) {
  test(`${name} fits its schema`, () => {
    const validate = validators.get(type);
    assert.ok(validate, `wire/schema has no ${type}.json: run scripts/wire_schema`);
    assert.ok(validate(value), explain(validate));
  });

  test(`${name} has times in UTC with milliseconds, and whole uuids`, () => {
    for (const [path, key, inner] of fieldsOf(value)) {
      if (/(_at|At)$/.test(key) && inner !== null) assert.ok(isTime(inner), `${path}: ${explain(isTime)}`);
      if (/(^|_)uuid$/.test(key) && inner !== null) assert.ok(isUuid(inner), `${path}: ${explain(isUuid)}`);
    }
  });
}

test("a webhook of another event, without a number or of an odd chat type does not pass", () => {
  const validate = validators.get("webhooks/MessageEvent");
  const { value } = samples().find(({ name }) => name === "webhooks/MessageEvent.private.json");
  assert.ok(validate(value));
  for (const spoilt of [{ event: "message_ack" }, { session_id: undefined }, { chat_type: "broadcast" }, { message_body: 7 }]) {
    assert.equal(validate(JSON.parse(JSON.stringify({ ...value, ...spoilt }))), false, JSON.stringify(spoilt));
  }
});
