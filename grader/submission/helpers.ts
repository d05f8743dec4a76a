/** The helpers that exercises share, as the grader has them: never from what is graded. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { release } from "../release.js";
import { root } from "../store.js";

/** What exercises import as `../support.js`. */
export const HELPERS_FILE = "exercises/support.ts";
/** The grader's copy in a repository for students, where the file itself is theirs to change. */
export const HELPERS_COPY = "grader/stubs/support.ts";

/** @param sealed sources that were handed out sealed, if they are open: their copy comes first */
export function helpers(sealed?: ReadonlyMap<string, string>): string {
  const file = release === undefined ? HELPERS_FILE : HELPERS_COPY;
  return sealed?.get(HELPERS_FILE) ?? readFileSync(path.join(root, file), "utf8");
}
