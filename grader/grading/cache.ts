/** Results of earlier runs, kept by the content of all that they depend on. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { exerciseSchema, type GradedExercise } from "../grade.js";
import { cacheFolder, hashFiles } from "../store.js";
import { HELPERS_COPY, HELPERS_FILE } from "../submission/helpers.js";
import { RECORDING } from "../suite/recording.js";
import { placeOf } from "../syllabus.js";

const entrySchema = v.object({ key: v.string(), exercise: exerciseSchema });

export interface ResultCache {
  /** The key of a result: what was graded, and everything that graded it. */
  readonly key: (id: string, parts: readonly string[]) => Promise<string>;
  readonly get: (id: string, key: string) => Promise<GradedExercise | undefined>;
  readonly put: (id: string, key: string, exercise: GradedExercise) => Promise<void>;
}

/** Everything of the grader that a result depends on, but for the suite itself. */
const GRADER = [
  "data",
  "grader/grading",
  "grader/sandbox",
  "grader/submission",
  "grader/suite",
  "grader/text",
  "grader/values",
  "grader/grade.ts",
  "grader/language.ts",
  "grader/syllabus.ts",
  "reference",
  HELPERS_FILE,
  HELPERS_COPY,
  "package-lock.json",
];

/** A digest of all that grades but the suites, and of one suite. */
export const graderDigest = (): Promise<string> => hashFiles(GRADER);
export const suiteDigest = (id: string): Promise<string> =>
  hashFiles(
    [`${placeOf(id)}.ts`, `${placeOf(id)}${RECORDING}`, "suites.sealed"].map((name) => `grader/suites/${name}`),
  );

/** Makes the keys of results: what was graded, and everything that graded it. */
export function openKeys(): ResultCache["key"] {
  let grader: Promise<string> | undefined;
  return async (id, parts) => {
    grader ??= graderDigest();
    return createHash("sha256")
      .update(JSON.stringify([await grader, await suiteDigest(id), process.version, ...parts]))
      .digest("hex");
  };
}

/** @param submission the folder that is graded: each has results of its own */
export async function openCache(submission: string): Promise<ResultCache> {
  const place = createHash("sha256").update(submission).digest("hex").slice(0, 12);
  const folder = path.join(await cacheFolder(), "results", place);
  const fileOf = (id: string) => path.join(folder, `${id}.json`);
  return {
    key: openKeys(),
    get: async (id, key) => {
      try {
        const entry = v.parse(entrySchema, JSON.parse(await readFile(fileOf(id), "utf8")));
        return entry.key === key && entry.exercise.id === id ? { ...entry.exercise, cached: true } : undefined;
      } catch {
        return undefined; // not there, or damaged: it is graded anew and written again
      }
    },
    put: async (id, key, exercise) => {
      const draft = `${fileOf(id)}.${randomUUID()}`;
      await mkdir(folder, { recursive: true });
      await writeFile(draft, JSON.stringify({ key, exercise }));
      await rename(draft, fileOf(id));
    },
  };
}
