/** Which numbers of a grade may be shown: those of hidden suites stay hidden, and recorded cases take their place. */
import type { Grade, GradedExercise } from "../grade.js";
import { type GradeRequest, openGrader } from "./grader.js";
import { openSealed } from "./sealed.js";

/**
 * The grade, with figures of public cases only. Where the suites are sealed, what failed is asked about the recorded
 * cases once more, for its figures alone: points and messages stay.
 */
export async function withPublicFigures(grade: Grade, request: GradeRequest): Promise<Grade> {
  if (openSealed() === undefined) return grade;
  const failed = grade.exercises.filter(({ checks }) => checks.some(({ passed }) => !passed)).map(({ id }) => id);
  const grader = openGrader("recorded");
  try {
    const { onProgress: _, ...quietly } = request;
    const shown = failed.length === 0 ? [] : (await grader.grade({ ...quietly, ids: failed })).exercises;
    const recorded = new Map(shown.map((exercise) => [exercise.id, exercise]));
    return { ...grade, exercises: grade.exercises.map((one) => exchange(one, recorded.get(one.id))) };
  } finally {
    await grader.close();
  }
}

/** An exercise with the figures of another run of it. */
function exchange(exercise: GradedExercise, recorded: GradedExercise | undefined): GradedExercise {
  const figures = new Map(recorded?.checks.map(({ name, figure }) => [name, figure]));
  const checks = exercise.checks.map(({ figure: _, ...check }) => {
    const figure = check.passed ? undefined : figures.get(check.name);
    return { ...check, ...(figure && { figure: { ...figure, inPlaceOf: "hidden case" as const } }) };
  });
  return { ...exercise, checks };
}
