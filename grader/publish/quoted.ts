/** A grade as publishers see it: whoever wrote what stands in it, also where it was read from a file, all of it is quoted. */
import type { Grade, GradedExercise } from "../grade.js";
import { quoteDocument } from "../text/quote.js";

/** What a call said, with numbers beneath it, and what code printed; all other texts are one line. */
const SEVERAL: ReadonlySet<string> = new Set(["message", "printed"]);

export function quotedExercise(exercise: GradedExercise): GradedExercise {
  const quoted = quoteDocument(exercise, SEVERAL);
  // A place is a column of this line: whoever shows a part of it quotes that.
  return quoted.outcome === "does not compile" && exercise.outcome === "does not compile"
    ? { ...quoted, line: exercise.line }
    : quoted;
}

export const quotedGrade = (grade: Grade): Grade => ({
  ...quoteDocument({ ...grade, exercises: [] }),
  exercises: grade.exercises.map(quotedExercise),
});
