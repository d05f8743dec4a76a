/** Finds the probes that give a student's numbers. */
import { compare } from "../suite/compare.js";
import type { Session } from "../suite/definition.js";
import { answersOf, type Compared } from "./answers.js";
import type { Means } from "./explain.js";
import { isLike, sketchOf } from "./numbers.js";
import type { Probe } from "./probe.js";
import type { Repertoire } from "./repertoire.js";

/** An explanation that rests on less could be chance. */
const FEWEST_CASES = 2;
const FEWEST_NUMBERS = 6;

/**
 * The probes whose numbers are the student's on every question about a function, those answered wrongly and those answered
 * rightly, and again on another seed.
 */
export async function findProbes(
  session: Session,
  name: string,
  { probes, sketch }: Repertoire,
  { again, isAwaited }: Pick<Means, "again" | "isAwaited">,
): Promise<Probe[]> {
  if (probes.length === 0) return [];
  const answers = await answersOf(session, name);
  const wrong = answers.filter((one) => one.wrong > 0);
  const numbers = wrong.reduce((sum, one) => sum + one.wrong, 0);
  const [first] = wrong;
  if (first === undefined || wrong.length < FEWEST_CASES || numbers < FEWEST_NUMBERS) return [];
  const got = sketchOf(first.got);
  const isPossible = (probe: Probe): boolean => {
    const predicted = sketch(probe, first);
    return predicted !== undefined && isLike(got, predicted, first.tolerance);
  };
  const found: Probe[] = [];
  for (const [i, probe] of probes.entries()) {
    if (i % AT_A_TIME === AT_A_TIME - 1) {
      await pause();
      if (!isAwaited()) return [];
    }
    if (isPossible(probe) && explainsAll(probe, answers)) found.push(probe);
  }
  if (found.length === 0) return [];
  const others = await answersOf(again(), name);
  return found.filter((probe) => explainsAll(probe, others));
}

/** Whoever shows the verdict is in the same process, and has to come to its turn. */
const AT_A_TIME = 20;
const pause = () => new Promise((resolve) => setTimeout(resolve));

const explainsAll = ({ variant }: Probe, answers: readonly Compared[]): boolean =>
  answers.every(({ got, tolerance, expected }) => {
    const predicted = expected(variant);
    return predicted !== undefined && compare(got, predicted, tolerance) === undefined;
  });
