/** What becomes of mutants: rejected, equal by rule, standing with a reason, or surviving. */
import { readFileSync } from "node:fs";
import { solutionFile } from "../submission/stub.js";
import { passedInClass } from "./confirm.js";
import { judgeAll } from "./judges.js";
import { type Mutant, mutantsOf } from "./make.js";
import { REASONS } from "./reasons.js";

export interface Survivor {
  readonly mutant: Mutant;
  /** Of the seeds that were tried, those with which it survives. */
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

export type Stage = "judging" | "other seeds" | "as a class";

export interface Wish {
  readonly seed: number;
  /** How many processes at once. */
  readonly processes: number;
  readonly onProgress?: (stage: Stage, done: number, of: number) => void;
}

/** A survivor is tried with so many seeds in all. */
const SEEDS = 3;

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
  { seed, processes, onProgress = () => {} }: Wish,
): Promise<Result> {
  const counting = (stage: Stage, of: number) => {
    let done = 0;
    return () => onProgress(stage, ++done, of);
  };
  const asked = mutants.filter(({ equal }) => equal === undefined).map((mutant) => ({ ...mutant, seed }));
  const judged = await judgeAll(asked, processes, counting("judging", asked.length));
  // An error of a suite is no verdict: a class says.
  const passing = judged.filter(({ verdict: { is } }) => is === "passed" || is === "grader error");
  const standing = passing.filter(({ mutant }) => reasonOf(mutant) !== undefined);
  const suspects = passing.filter(({ mutant }) => reasonOf(mutant) === undefined).map(({ mutant }) => mutant);

  const confirmed = await passedInClass(suspects, processes, counting("as a class", suspects.length));
  const others = Array.from({ length: SEEDS - 1 }, (_, i) => seed + 1 + i);
  const again = [...confirmed].flatMap((mutant) => others.map((other) => ({ ...mutant, seed: other, of: mutant })));
  const rejudged = await judgeAll(again, processes, counting("other seeds", again.length));
  const survivors = [...confirmed].map((mutant) => {
    const also = rejudged.filter(({ mutant: { of }, verdict }) => of === mutant && verdict.is === "passed");
    return { mutant, seeds: [seed, ...also.map((one) => one.mutant.seed)] };
  });

  const ids = [...new Set(mutants.map(({ id }) => id))];
  const found = new Set(standing.map(({ mutant: { id, name } }) => `${id} ${name}`));
  const reasons = ids.flatMap((id) => Object.keys(REASONS[id] ?? {}).map((name) => `${id} ${name}`));
  return {
    count: mutants.length,
    equal: mutants.length - asked.length,
    rejected: asked.length - standing.length - survivors.length,
    cutShort: judged.filter(({ verdict }) => verdict.is === "cut short").length,
    standing: standing.length,
    survivors,
    stale: reasons.filter((name) => !found.has(name)),
  };
}
