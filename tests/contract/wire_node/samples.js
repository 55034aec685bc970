// Finds the wire's samples and schemas: samples/<module>/<Type>.<variant>.json belongs to schema/<module>/<Type>.json.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const wire = fileURLToPath(new URL("../../../wire", import.meta.url));

export const readJson = (...path) => JSON.parse(readFileSync(join(wire, ...path), "utf8"));

const folders = (root) =>
  readdirSync(join(wire, root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

export const samples = () =>
  folders("samples").flatMap((module) =>
    readdirSync(join(wire, "samples", module)).map((file) => ({
      name: `${module}/${file}`,
      type: `${module}/${file.split(".")[0]}`,
      value: readJson("samples", module, file),
    })),
  );

export const schemas = () =>
  folders("schema").flatMap((module) =>
    readdirSync(join(wire, "schema", module)).map((file) => ({
      type: `${module}/${file.replace(/\.json$/, "")}`,
      schema: readJson("schema", module, file),
    })),
  );
