/** What a submission's files are before anything of them runs. */
import type { GradedExercise } from "../grade.js";
import type { Language } from "../language.js";
import type { SourceFile } from "../submission/bundle.js";
import { findFile, type Submission } from "../submission/find.js";
import { type Vetted, vet } from "../submission/vet.js";
import { exerciseOf } from "../syllabus.js";
import { blank } from "./conclude.js";

/** A student's file that can be run. */
export type Ready = {
  readonly file: string;
  readonly source: string;
  readonly vetted: Vetted & { readonly is: "fine" };
};

/** What an exercise's file is before anything of it runs. */
export function inspect(id: string, submission: Submission, seed: number, language: Language): GradedExercise | Ready {
  const exercise = exerciseOf(id);
  const found = findFile(submission, id);
  const base = blank(exercise, found.file, seed, language);
  if (found.is === "missing") return { ...base, outcome: "missing", message: found.text[language] };
  if (found.is === "refused") return { ...base, outcome: "breaks a rule", message: found.text[language] };
  const vetted = vet(exercise, found.file, found.source);
  if (vetted.is === "broken") {
    return {
      ...base,
      outcome: "does not compile",
      message: vetted.text[language],
      place: vetted.place,
      line: vetted.line,
    };
  }
  if (vetted.is === "refused")
    return { ...base, outcome: "breaks a rule", message: vetted.text[language], place: vetted.place };
  if (vetted.untouched) return { ...base, outcome: "not started" };
  return { file: found.file, source: found.source, vetted };
}

/**
 * The files that an exercise runs with: its own, and for each exercise that it imports the student's where that one
 * passes, or else the solution. Without a solution: the exercises that it has to wait for.
 */
export function gather(
  id: string,
  ready: ReadonlyMap<string, Ready>,
  results: ReadonlyMap<string, GradedExercise>,
  solutions: Submission | undefined,
): Map<string, SourceFile> | string[] {
  const sources = new Map<string, SourceFile>();
  const waiting: string[] = [];
  const add = (one: string, own: boolean): void => {
    if (sources.has(one)) return;
    const mine = own ? ready.get(one) : undefined;
    const solved = mine === undefined && solutions !== undefined ? findFile(solutions, one) : undefined;
    const file = mine ?? (solved?.is === "found" ? solved : undefined);
    if (file === undefined) {
      waiting.push(one);
      return;
    }
    sources.set(one, { file: file.file, source: file.source });
    const vetted = mine?.vetted ?? vet(exerciseOf(one), file.file, file.source);
    const imports = vetted.is === "fine" ? vetted.imports : [];
    for (const needed of imports) add(needed, results.get(needed)?.outcome === "passed");
  };
  add(id, true);
  return waiting.length > 0 ? waiting : sources;
}
