/** What becomes of mutants: rejected, equal by rule, standing with a reason, or surviving. */
import { readFileSync } from "node:fs";
import { solutionFile } from "../submission/stub.js";
import { passedInClass } from "./confirm.js";
import { judgeAll } from "./judges.js";
import { type Mutant, mutantsOf } from "./make.js";
import { REASONS } from "./reasons.js";

export interface Survivor {
  readonly mutant: Mutant;
  /** Of the seeds that it was graded with, those with which it gets full points. */
  readonly seeds: readonly number[];
}

export interface Result {
  readonly count: number;
  /** Told by rule. */
  readonly equal: number;
  readonly rejected: number;
  /** Of those: what took too long or too much to be answered. */
  readonly cutShort: number;
  /** What passes, and has a reason to. */
  readonly standing: number;
  /** What passes in a class, and has none. */
  readonly survivors: readonly Survivor[];
  /** Reasons for what does not pass, or is not there any more: exercise and name. */
  readonly stale: readonly string[];
}

export type Stage = "judging" | "as a class";

export interface Wish {
  /** Each is graded with all of them, and survives when it passes with one. */
  readonly seeds: readonly number[];
  /** How many processes at once. */
  readonly processes: number;
  readonly onProgress?: (stage: Stage, done: number, of: number) => void;
}

/** All mutants of some exercises. */
export const mutantsOfAll = (ids: readonly string[]): readonly Mutant[] =>
  ids.flatMap((id) => mutantsOf(id, readFileSync(solutionFile(id), "utf8")));

/** A fixed tenth, whatever else there is. */
export const tenthOf = (mutants: readonly Mutant[]): readonly Mutant[] =>
  mutants.filter(({ hash }) => Number.parseInt(hash, 16) % 10 === 0);

/** Why a mutant may pass, if that is written down. */
export const reasonOf = ({ id, name }: Pick<Mutant, "id" | "name">): string | undefined => REASONS[id]?.[name];

/** Grades mutants, first in processes that are quick, and those that pass there as a class does. */
export async function gradeMutants(
  mutants: readonly Mutant[],
  { seeds, processes, onProgress = () => {} }: Wish,
): Promise<Result> {
  const counting = (stage: Stage, of: number) => {
    let done = 0;
    return () => onProgress(stage, ++done, of);
  };
  const asked = mutants.filter(({ equal }) => equal === undefined);
  const questions = asked.flatMap((mutant) => seeds.map((seed) => ({ ...mutant, seed, mutant })));
  const judged = await judgeAll(questions, processes, counting("judging", questions.length));
  // An error of a suite is no verdict: a class says.
  const passing = judged.filter(({ verdict: { is } }) => is === "passed" || is === "grader error");
  const standing = new Set(passing.map(({ asked: { mutant } }) => mutant).filter((mutant) => reasonOf(mutant)));
  const suspects = passing.map(({ asked: question }) => question).filter(({ mutant }) => !standing.has(mutant));
  const passed = await passedInClass(suspects, processes, counting("as a class", suspects.length));
  const survivors = asked.flatMap((mutant) => {
    const own = suspects.filter((suspect) => suspect.mutant === mutant && passed.has(suspect));
    return own.length === 0 ? [] : { mutant, seeds: own.map(({ seed }) => seed) };
  });

  const ids = [...new Set(mutants.map(({ id }) => id))];
  const found = new Set([...standing].map(({ id, name }) => `${id} ${name}`));
  const reasons = ids.flatMap((id) => Object.keys(REASONS[id] ?? {}).map((name) => `${id} ${name}`));
  return {
    count: mutants.length,
    equal: mutants.length - asked.length,
    rejected: asked.length - standing.size - survivors.length,
    cutShort: new Set(judged.flatMap(({ asked: { mutant }, verdict: { is } }) => (is === "cut short" ? mutant : [])))
      .size,
    standing: standing.size,
    survivors,
    stale: reasons.filter((name) => !found.has(name)),
  };
}
