/** Finds the suite of an exercise. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../store.js";
import type { Suite } from "../suite/index.js";
import { placeOf } from "../syllabus.js";

export const suiteFile = (id: string): string => path.join(root, "grader", "suites", `${placeOf(id)}.ts`);

/**
 * The suite that a file of `grader/suites` exports.
 *
 * @throws Error when it exports none, or that of another exercise
 */
export async function loadSuite(id: string): Promise<Suite> {
  const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(suiteFile(id)).href);
  const suite = Object.values(module)[0] as Suite | undefined;
  if (suite?.id !== id) throw new Error(`${suiteFile(id)} must export the suite of ${id}, and nothing else`);
  return suite;
}
