/** A submission's files before anything of them runs. */
import type { GradedExercise } from "../grade.js";
import type { Language } from "../language.js";
import { findFile, type Submission } from "../submission/find.js";
import type { Module } from "../submission/module.js";
import type { Reader } from "../submission/reader/reader.js";
import { rulesOf } from "../submission/rules.js";
import type { Vetted } from "../submission/vet.js";
import { exerciseOf } from "../syllabus.js";
import { blank } from "./conclude.js";

/** A file that can be run. */
export interface Ready {
  readonly file: string;
  readonly source: string;
  readonly vetted: Vetted & { readonly is: "fine" };
}

/** What is graded, and what in place of exercises that do not pass. */
export interface Trees {
  readonly submission: Submission;
  readonly solutions?: Submission | undefined;
}

/** The files of a grade, each read once, by exercise. */
export interface Files {
  /** The student's, where it can be run. */
  readonly ready: ReadonlyMap<string, Ready>;
  /** What the others are, and come to. */
  readonly settled: readonly GradedExercise[];
  /** The solved one, if this repository has it. */
  readonly solved: (id: string) => Promise<Ready | undefined>;
}

/** Reads the files of exercises, and of all that they import. */
export async function readFiles(
  ids: readonly string[],
  { submission, solutions }: Trees,
  reader: Reader,
  { seed, language }: { readonly seed: number; readonly language: Language },
): Promise<Files> {
  const ready = new Map<string, Ready>();
  const settled = new Map<string, GradedExercise>();
  const look = async (id: string): Promise<void> => {
    if (ready.has(id) || settled.has(id)) return;
    const read = await readFile(id, submission, reader, seed, language);
    if ("outcome" in read) {
      settled.set(id, read);
      return;
    }
    ready.set(id, read);
    for (const needed of read.vetted.imports) await look(needed);
  };
  for (const id of ids) await look(id);

  const known = new Map<string, Promise<Ready | undefined>>();
  const solved = (id: string): Promise<Ready | undefined> => {
    const read = known.get(id) ?? readSolution(id, solutions, reader);
    known.set(id, read);
    return read;
  };
  return { ready, settled: [...settled.values()], solved };
}

/** What an exercise's file is: missing, broken, against a rule, not started, or ready to run. */
async function readFile(
  id: string,
  submission: Submission,
  reader: Reader,
  seed: number,
  language: Language,
): Promise<GradedExercise | Ready> {
  const exercise = exerciseOf(id);
  const found = findFile(submission, id);
  const base = blank(exercise, found.file, seed, language);
  if (found.is === "missing") return { ...base, outcome: "missing", message: found.text[language] };
  if (found.is === "refused") return { ...base, outcome: "breaks a rule", message: found.text[language] };
  const vetted = await reader.vet(rulesOf(exercise), found.file, found.source);
  if (vetted.is === "broken") {
    const { text, place, line } = vetted;
    return { ...base, outcome: "does not compile", message: text[language], place, line };
  }
  if (vetted.is === "refused")
    return { ...base, outcome: "breaks a rule", message: vetted.text[language], place: vetted.place };
  if (vetted.untouched) return { ...base, outcome: "not started" };
  return { file: found.file, source: found.source, vetted };
}

async function readSolution(id: string, solutions: Submission | undefined, reader: Reader): Promise<Ready | undefined> {
  const found = solutions && findFile(solutions, id);
  if (found?.is !== "found") return undefined;
  const vetted = await reader.vet(rulesOf(id), found.file, found.source);
  return vetted.is === "fine" ? { file: found.file, source: found.source, vetted } : undefined;
}

/** What an exercise runs with, by id: those that others import before these. */
export type Sources = ReadonlyMap<string, Ready>;

/** The code of each, as it is put together. */
export const modulesOf = (sources: Sources, shared: Module): Map<string, Module> =>
  new Map([["support", shared], ...[...sources].map(([id, { vetted }]) => [id, vetted.module] as const)]);

/**
 * The files that an exercise runs with: its own, and for each exercise that it imports the student's where that one
 * passes, or else the solution. Without a solution: the exercises that it has to wait for.
 */
export async function gather(
  id: string,
  { ready, solved }: Files,
  results: ReadonlyMap<string, GradedExercise>,
): Promise<Sources | string[]> {
  const sources = new Map<string, Ready>();
  const waiting: string[] = [];
  const add = async (one: string, own: boolean): Promise<void> => {
    if (sources.has(one)) return;
    const file = (own ? ready.get(one) : undefined) ?? (await solved(one));
    if (file === undefined) {
      waiting.push(one);
      return;
    }
    for (const needed of file.vetted.imports) await add(needed, results.get(needed)?.outcome === "passed");
    sources.set(one, file);
  };
  await add(id, true);
  return waiting.length > 0 ? waiting : sources;
}
