/** What a repository for students says of itself; the workbook's own has no such file. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { LANGUAGES } from "./language.js";
import { root } from "./store.js";

export const RELEASE_FILE = "grader/release.json";

const schema = v.object({
  schema: v.literal("workbook/release/v1"),
  /** The units that it holds. */
  units: v.array(v.pipe(v.number(), v.integer())),
  /** The language of those who set none. */
  language: v.optional(v.picklist(LANGUAGES)),
  /** When it is due: an instant, ISO 8601. */
  due: v.optional(v.string()),
});

export type Release = v.InferOutput<typeof schema>;

export const release: Release | undefined = readRelease();

function readRelease(): Release | undefined {
  const file = path.join(root, RELEASE_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return v.parse(schema, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    console.error(`${RELEASE_FILE} is damaged: get it back with git checkout -- ${RELEASE_FILE}`);
    console.error(`${RELEASE_FILE} está dañado: recupéralo con git checkout -- ${RELEASE_FILE}`);
    process.exit(3);
  }
}
