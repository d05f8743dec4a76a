/** A release proves itself, as a student would have it: its stubs and the solutions are graded in a copy of it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import { type Grade, gradeSchema } from "../../grade.js";
import { KEY_VARIABLE } from "../../grading/sealed.js";
import type { Release } from "../../release.js";
import { root } from "../../store.js";
import { solutionFile } from "../../submission/stub.js";
import { placeOf, UNITS } from "../../syllabus.js";
import { runTied } from "../../tied.js";

export interface Proof {
  readonly what: "stubs" | "recorded" | "sealed";
  readonly points: number;
  readonly maxPoints: number;
  /** What is not as it should be: nothing, it is to be hoped. */
  readonly wrong: readonly string[];
}

/** @param key of the sealed suites */
export async function prove(folder: string, release: Release, key: string): Promise<Proof[]> {
  const copy = mkdtempSync(path.join(os.tmpdir(), "workbook-release-"));
  try {
    cpSync(folder, copy, { recursive: true, filter: (file) => path.basename(file) !== ".git" });
    // Packages are this repository's; what is cached is the copy's own.
    linkPackages(path.join(root, "node_modules"), path.join(copy, "node_modules"));
    const ids = UNITS.filter(({ number }) => release.units.includes(number)).flatMap(({ exercises }) =>
      exercises.map(({ id }) => id),
    );
    const stubs = await gradeIn(copy);
    for (const id of ids) {
      writeFileSync(path.join(copy, "exercises", `${placeOf(id)}.ts`), readFileSync(solutionFile(id)));
    }
    const recorded = await gradeIn(copy);
    const sealed = await gradeIn(copy, key);
    return [
      judge("stubs", stubs, ids, "recorded", "not started"),
      judge("recorded", recorded, ids, "recorded", "passed"),
      judge("sealed", sealed, ids, "fresh", "passed"),
    ];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Every package, as a link; the hidden folders among them are caches. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(path.join(from, name), path.join(to, name), "junction");
  }
}

async function gradeIn(folder: string, key?: string): Promise<Grade> {
  const file = path.join(folder, "grade.json");
  rmSync(file, { force: true });
  const { [KEY_VARIABLE]: _, ...env } = process.env;
  const words = ["grader/start.mjs", "grade", "--fresh", "--plain", "--json", file];
  const { said } = await runTied(process.execPath, words, {
    cwd: folder,
    env: { ...env, ...(key !== undefined && { [KEY_VARIABLE]: key }) },
  });
  try {
    return v.parse(gradeSchema, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(`the release does not grade:\n${said.slice(-2000)}`);
  }
}

function judge(
  what: Proof["what"],
  { exercises, points, maxPoints, cases }: Grade,
  ids: readonly string[],
  dueCases: Grade["cases"],
  dueOutcome: Grade["exercises"][number]["outcome"],
): Proof {
  const missing = ids.filter((id) => !exercises.some((exercise) => exercise.id === id));
  const wrong = exercises
    .filter(({ outcome }) => outcome !== dueOutcome)
    .map(({ id, outcome, checks }) =>
      `${id}: ${outcome} ${checks.find(({ passed }) => !passed)?.message ?? ""}`.trim(),
    );
  const cased = cases === dueCases ? [] : [`cases: ${cases}`];
  return { what, points, maxPoints, wrong: [...cased, ...missing.map((id) => `${id}: –`), ...wrong] };
}
