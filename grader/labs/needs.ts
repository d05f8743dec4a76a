/** Which exercises a lab is built of, and which of them do not pass yet. */
import type { GradedExercise } from "../grade.js";
import { openGrader } from "../grading/grader.js";
import type { Language } from "../language.js";
import type { Submission } from "../submission/find.js";
import { EXERCISES, exerciseOf } from "../syllabus.js";

/** The exercises that are called, and those that they call, in the order of the course. */
export function needsOf(called: readonly string[]): string[] {
  const all = new Set<string>();
  const add = (id: string): void => {
    if (all.has(id)) return;
    all.add(id);
    for (const needed of exerciseOf(id).needs) add(needed);
  };
  for (const id of called) add(id);
  return EXERCISES.map(({ id }) => id).filter((id) => all.has(id));
}

/**
 * The exercises that do not pass, as they were graded.
 *
 * @param solutions stand in for earlier exercises that do not pass, so that each is judged by itself
 */
export async function failing(
  ids: readonly string[],
  submission: Submission,
  solutions: Submission | undefined,
  language: Language,
): Promise<GradedExercise[]> {
  const grader = openGrader();
  try {
    const grade = await grader.grade({ ids, submission, solutions, seed: 1, language, useCache: true });
    return grade.exercises.filter(({ outcome }) => outcome !== "passed");
  } finally {
    await grader.close();
  }
}
