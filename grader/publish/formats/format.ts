/** What a format is: a pure function from a grade to the text of a file. */
import type { Grade, GradedExercise } from "../../grade.js";
import { wordsIn } from "../../text/index.js";
import { quoteDocument, quoteLine } from "../../text/quote.js";
import { quotedGrade } from "../quoted.js";
import { plainScreen } from "../screen.js";
import { details } from "../terminal.js";

/** What a format may know besides the grade. */
export interface Surroundings {
  /** When the grading began and ended, in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Of the process that publishes; platforms tell there whose submission it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Format {
  readonly name: string;
  readonly write: (grade: Grade, surroundings: Surroundings) => string;
  /** What is written when no grade could be made, where a platform waits for a file all the same. */
  readonly failure?: (message: string) => string;
}

/** A format that sees nothing but quoted text. */
export const format = ({ write, ...more }: Format): Format => ({
  ...more,
  write: (grade, { env, ...times }) => write(quotedGrade(grade), { ...times, env: quoteDocument({ ...env }) }),
});

/** Columns of what is said about an exercise where no screen tells how many there are. */
const WIDTH = 90;

/** What a screen would say about an exercise: why it did not pass, and what to do next. Often nothing. */
export function explained(exercise: GradedExercise, language: Grade["language"]): string {
  return details(exercise, wordsIn(language), plainScreen(WIDTH)).trimEnd();
}

export const hasPassed = ({ outcome }: GradedExercise): boolean => outcome === "passed";

/** "1.4 alignment scores" */
export const nameOf = ({ id, title }: GradedExercise): string => quoteLine(`${id} ${title}`);
