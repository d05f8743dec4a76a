/**
 * Annotations on a push: at the student's own lines, in words that give away no expected value. What follows `::` at
 * the beginning of a line of the log is a command of the runner, so each is written by the one function that knows how.
 */
import type { Grade, GradedCheck, GradedExercise } from "../../grade.js";
import { wordsIn } from "../../text/index.js";
import { workflowCommand } from "../../text/quote-for.js";
import { quotedGrade } from "../quoted.js";
import { nextExercise, notFinal, sumOf } from "../terminal.js";
import { githubWords } from "./words.js";

/** The runner shows so many of a kind for each step. */
const MOST = 10;

interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

interface Annotation {
  readonly kind: "error" | "warning" | "notice";
  readonly title: string;
  readonly text: string;
  readonly place?: Place;
}

/** The lines to print: an error for each exercise first, then for the other failed checks, as far as they are shown. */
export function annotationsOf(given: Grade): string[] {
  const grade = quotedGrade(given);
  const [words, text] = [githubWords(grade.language), wordsIn(grade.language)];
  const own = grade.exercises.map((exercise) => problemsOf(exercise, grade.language));
  const errors = [...own.flatMap((list) => list.slice(0, 1)), ...own.flatMap((list) => list.slice(1))];
  const broken = grade.exercises.filter(({ outcome }) => outcome === "grader error");
  const warnings = broken.map(
    ({ id, title }): Annotation => ({ kind: "warning", title: `${id} ${title}`, text: words.graderError }),
  );
  const next = nextExercise(grade);
  const rest = errors.length - MOST;
  const notice: Annotation = {
    kind: "notice",
    title: sumOf(grade.complete, grade.points, grade.maxPoints, text),
    text: [
      notFinal(grade, text) ?? "",
      next === undefined ? "" : words.next(next.id, next.title),
      grade.exercises.every(({ outcome }) => outcome === "passed") ? text.allPassed : "",
      ...(rest > 0 ? [words.more(rest)] : []),
    ]
      .filter(Boolean)
      .join(" "),
  };
  return [...errors.slice(0, MOST), ...warnings.slice(0, MOST), notice].map(lineOf);
}

function problemsOf(exercise: GradedExercise, language: Grade["language"]): Annotation[] {
  const { outcome, id, title, file, start } = exercise;
  const words = githubWords(language);
  const error = (text: string, place: Place, what?: string): Annotation => ({
    kind: "error",
    title: `${id} ${title}${what === undefined ? "" : `: ${what}`}`,
    text: text.split("\n")[0] ?? "",
    place: isOwn(place, exercise) ? place : { file },
  });
  switch (outcome) {
    case "passed":
    case "not started":
    case "waiting":
    case "grader error":
      return [];
    case "missing":
      return [error(exercise.message, { file })];
    case "does not compile":
    case "breaks a rule":
      return [error(exercise.message, exercise.place ?? { file })];
    default:
      return exercise.checks
        .filter(({ passed }) => !passed)
        .map((check) => error(adviceFor(check, words), check.place ?? start ?? { file }, check.title));
  }
}

/** What to say of a failed check: its numbers, and what was thrown, stay in the report. */
const adviceFor = ({ hint, place }: GradedCheck, words: ReturnType<typeof githubWords>): string =>
  hint ?? (place === undefined ? words.seeReport : words.stopsHere);

/** The file of the exercise itself: no other may be shown. */
const isOwn = (place: Place, exercise: GradedExercise): boolean => place.file === exercise.file;

function lineOf({ kind, title, text, place }: Annotation): string {
  const at = {
    ...(place && { file: place.file }),
    ...(place?.line && { line: place.line }),
    ...(place?.column && { col: place.column }),
  };
  return workflowCommand(kind, { ...at, title }, text);
}
