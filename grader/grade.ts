/** The one document that a run produces; everything that is shown or sent is made from it. */
import * as v from "valibot";
import { LANGUAGES } from "./language.js";

export const OUTCOMES = [
  "passed",
  "partial",
  "wrong",
  "not started",
  "missing",
  "does not compile",
  "breaks a rule",
  "threw",
  "bad value",
  "timed out",
  "out of memory",
  "crashed",
  "waiting",
  "grader error",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));

const place = v.object({ file: v.string(), line: natural, column: natural });

const numbers = v.array(v.nullable(v.number()));

/** What came beside what was expected, row by row; null where it is no finite number. */
const figure = v.object({
  /** The case that it is of, as the suite calls it. */
  case: v.string(),
  subject: v.string(),
  rows: natural,
  columns: natural,
  got: numbers,
  expected: numbers,
  /** The entry that is farthest off. */
  worst: natural,
  /** Set when it shows a recorded case in place of the hidden one that the message is about. */
  inPlaceOf: v.optional(v.literal("hidden case")),
});

const check = v.object({
  /** The identity of the check, in English. */
  name: v.string(),
  /** The same in the language of the grade. */
  title: v.string(),
  /** The function that it is about, or that failed it. */
  about: v.optional(v.string()),
  passed: v.boolean(),
  points: natural,
  maxPoints: natural,
  message: v.optional(v.string()),
  /** The id of the mistake that explains the numbers, if one does, and what to do. */
  mistake: v.optional(v.string()),
  hint: v.optional(v.string()),
  place: v.optional(place),
  figure: v.optional(figure),
});

export const diagnosisSchema = v.object({
  /** A known mistake; the reference fed, read or edited wrongly; what the code itself says; where it is wrong. */
  is: v.picklist(["mistake", "probe", "error", "place"]),
  /** The same in every language. */
  id: v.string(),
  text: v.string(),
  /** The function. */
  about: v.string(),
  /** The costliest check that it explains. */
  check: v.string(),
});

const common = {
  id: v.string(),
  slug: v.string(),
  title: v.string(),
  /** The student's file, relative to the submission. */
  file: v.string(),
  points: natural,
  maxPoints: natural,
  optional: v.boolean(),
  milliseconds: natural,
  checks: v.array(check),
  /** Why it did not pass, as far as that is known: at most one for each function, the costliest first. */
  diagnoses: v.optional(v.array(diagnosisSchema), []),
  /** Where to look first: the function that the first failed check is about. */
  start: v.optional(place),
  /** What is right, but worth knowing. */
  remarks: v.optional(v.array(v.string())),
  /** What the code printed. */
  printed: v.optional(v.string()),
  /** Milliseconds of processor time that the code took, where it ran. */
  worked: v.optional(natural),
  /** Not all of it was asked: the exercises of the submission had used up their time. Says nothing of another's. */
  cutShort: v.optional(v.literal(true)),
  /** Taken from an earlier run, because nothing changed; `seed` is that of the run. */
  cached: v.boolean(),
  seed: natural,
};

/** How an exercise ended, with the facts that explain it. */
const exercise = v.variant("outcome", [
  v.object({
    ...common,
    outcome: v.picklist(["passed", "partial", "wrong", "threw", "bad value", "timed out", "out of memory", "crashed"]),
  }),
  v.object({ ...common, outcome: v.literal("not started") }),
  v.object({ ...common, outcome: v.literal("missing"), message: v.string() }),
  v.object({ ...common, outcome: v.literal("does not compile"), message: v.string(), place, line: v.string() }),
  v.object({ ...common, outcome: v.literal("breaks a rule"), message: v.string(), place: v.optional(place) }),
  v.object({ ...common, outcome: v.literal("waiting"), waitingFor: v.array(v.string()) }),
  v.object({ ...common, outcome: v.literal("grader error"), message: v.string() }),
]);

const document = {
  seed: natural,
  language: v.picklist(LANGUAGES),
  /** Drawn anew from the seed, or what was recorded of suites that are not at hand. */
  cases: v.optional(v.picklist(["fresh", "recorded"]), "fresh"),
  /** Without those of optional exercises, which are a bonus. */
  points: natural,
  maxPoints: natural,
  bonus: natural,
  maxBonus: natural,
  exercises: v.array(exercise),
};

const current = v.object({
  schema: v.literal("workbook/grade/v2"),
  /** No exercise is one that the grader itself failed on. Otherwise this is no grade: points may be missing from it. */
  complete: v.boolean(),
  ...document,
});

/** Of before: what the grader failed on was not counted, as if it had not been asked for. */
const former = v.pipe(
  v.object({ schema: v.literal("workbook/grade/v1"), ...document }),
  v.transform(({ seed, language, exercises, cases }) => sumUp(seed, language, exercises, cases)),
);

/** A grade, also one that was written before. */
export const gradeSchema = v.variant("schema", [current, former]);

export const exerciseSchema = exercise;
export type GradedExercise = v.InferOutput<typeof exercise>;
export type Figure = v.InferOutput<typeof figure>;
export type GradedCheck = v.InferOutput<typeof check>;
export type Grade = v.InferOutput<typeof current>;

/** What happens while a grade is made. */
export type Progress =
  | { readonly is: "preparing" }
  | { readonly is: "grading"; readonly id: string; readonly index: number; readonly of: number }
  /** The check of this number, from 1, begins. */
  | { readonly is: "checking"; readonly id: string; readonly check: number; readonly of: number }
  /** Its points are known; why it did not pass may follow. */
  | { readonly is: "judged"; readonly exercise: GradedExercise }
  | { readonly is: "graded"; readonly exercise: GradedExercise };

/** The grade of a list of exercises. What the grader failed on keeps its place, and the grade is not complete. */
export function sumUp(
  seed: number,
  language: Grade["language"],
  exercises: readonly GradedExercise[],
  cases: Grade["cases"] = "fresh",
): Grade {
  const counted = exercises.filter(({ optional }) => !optional);
  const extra = exercises.filter(({ optional }) => optional);
  const sum = (list: readonly GradedExercise[], key: "points" | "maxPoints") =>
    list.reduce((total, one) => total + one[key], 0);
  return {
    schema: "workbook/grade/v2",
    complete: !exercises.some(({ outcome }) => outcome === "grader error"),
    seed,
    language,
    cases,
    points: sum(counted, "points"),
    maxPoints: sum(counted, "maxPoints"),
    bonus: sum(extra, "points"),
    maxBonus: sum(extra, "maxPoints"),
    exercises: [...exercises],
  };
}

/** 0 all passed, 1 not all, 3 the grader itself failed. */
export function exitCodeOf(grade: Grade): 0 | 1 | 3 {
  if (!grade.complete) return 3;
  return grade.exercises.every(({ outcome, optional }) => outcome === "passed" || optional) ? 0 : 1;
}
