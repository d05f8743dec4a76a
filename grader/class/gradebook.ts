/** What a class came to: one document, from which tables and pages are made. No times are in it: equal runs are equal. */
import * as v from "valibot";
import { diagnosisSchema, type Grade, OUTCOMES, sumUp } from "../grade.js";
import type { Language } from "../language.js";
import { EXERCISES, pointsOf } from "../syllabus.js";

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.object({ en: v.string(), es: v.string() });

const common = {
  points: natural,
  maxPoints: natural,
  optional: v.boolean(),
  outcome: v.picklist(OUTCOMES),
  /** The checks that failed, by their English names. */
  failed: v.array(v.string()),
};

const exercise = v.object({
  ...common,
  /** Why, as the student was told, and the points that went with it. */
  diagnoses: v.array(v.object({ ...diagnosisSchema.entries, points: natural })),
});

/** Of before: known mistakes alone explained an exercise. */
const formerExercise = v.pipe(
  v.object({ ...common, mistakes: v.record(v.string(), v.object({ points: natural, hint: v.string() })) }),
  v.transform(({ mistakes, ...one }) => ({
    ...one,
    diagnoses: Object.entries(mistakes).map(([id, { points, hint }]) => ({
      ...{ is: "mistake" as const, id, text: hint, about: "", check: "" },
      points,
    })),
  })),
);

const student = {
  student: v.string(),
  name: v.optional(v.string()),
  /** Handed something in, but is not in the roster. */
  unknown: v.optional(v.literal(true)),
  /** "not graded": the grader failed. No points of it are a grade, and the next run tries again. */
  status: v.picklist(["graded", "nothing handed in", "refused", "not graded"]),
  /** Why it could not be taken in, or not be graded. */
  why: v.optional(text),
  points: natural,
  bonus: natural,
  daysLate: natural,
  /** Of the bank, after this. */
  lateDaysLeft: natural,
  commit: v.optional(v.string()),
  /** When it was handed in, ISO 8601: for git, when the branch first had these exercises. */
  submitted: v.optional(v.string()),
  /** A digest of the files that were graded. */
  files: v.string(),
  /** Files of the grader, the workflows or the packages that are not as they were handed out. */
  changed: v.array(v.string()),
  changedMore: natural,
  problems: v.array(text),
};

/** Also of somebody who was graded by a version before. */
export const studentGradeSchema = v.object({
  ...student,
  exercises: v.record(v.string(), v.union([exercise, formerExercise])),
});
export type StudentGrade = v.InferOutput<typeof studentGradeSchema>;

/** What a run depends on beside the submissions. */
export const runSchema = v.object({
  seed: natural,
  due: v.optional(v.string()),
  lateDays: natural,
  /** Digests of the grader and of each suite. */
  grader: v.string(),
  suites: v.record(v.string(), v.string()),
  /** The exercises that are graded, in order. */
  exercises: v.array(v.string()),
});
export type Run = v.InferOutput<typeof runSchema>;

const book = { run: runSchema, maxPoints: natural, maxBonus: natural, students: v.array(studentGradeSchema) };

const current = v.object({ schema: v.literal("workbook/gradebook/v2"), ...book });
const former = v.pipe(
  v.object({ schema: v.literal("workbook/gradebook/v1"), ...book }),
  v.transform((old) => ({ ...old, schema: "workbook/gradebook/v2" as const })),
);

/** A gradebook, also one that was written before. */
export const gradebookSchema = v.variant("schema", [current, former]);
export type Gradebook = v.InferOutput<typeof gradebookSchema>;

/** @param students in the order in which they are to stand */
export function gradebookOf(run: Run, students: readonly StudentGrade[]): Gradebook {
  const exercises = EXERCISES.filter(({ id }) => run.exercises.includes(id));
  const sum = (optional: boolean) =>
    exercises.filter((one) => (one.optional ?? false) === optional).reduce((total, one) => total + pointsOf(one), 0);
  return {
    schema: "workbook/gradebook/v2",
    run,
    maxPoints: sum(false),
    maxBonus: sum(true),
    students: [...students],
  };
}

/** What a gradebook keeps of a grade. */
export function condense({ exercises, points, bonus }: Grade): Pick<StudentGrade, "points" | "bonus" | "exercises"> {
  const entries = exercises.map(({ id, points: got, maxPoints, optional, outcome, checks, diagnoses }) => {
    const failed = checks.filter(({ passed }) => !passed);
    const lostTo = (why: Grade["exercises"][number]["diagnoses"][number]) =>
      failed.filter(({ about, name }) => (about === undefined ? name === why.check : about === why.about));
    const told = diagnoses.map((why) => ({
      ...why,
      points: lostTo(why).reduce((sum, check) => sum + check.maxPoints, 0),
    }));
    return [
      id,
      { points: got, maxPoints, optional, outcome, failed: failed.map(({ name }) => name), diagnoses: told },
    ] as const;
  });
  return { points, bonus, exercises: Object.fromEntries(entries) };
}

/** The grade of somebody of whom there is nothing to grade. */
export function nothing(
  ids: readonly string[],
  language: Language,
  outcome: "missing" | "grader error" = "missing",
): Pick<StudentGrade, "points" | "bonus" | "exercises"> {
  const { points, bonus } = sumUp(0, language, []);
  const exercises = EXERCISES.filter(({ id }) => ids.includes(id)).map((one) => {
    const { id, optional = false } = one;
    const blank = {
      points: 0,
      maxPoints: pointsOf(one),
      optional,
      outcome,
      failed: [],
      diagnoses: [],
    };
    return [id, blank] as const;
  });
  return { points, bonus, exercises: Object.fromEntries(exercises) };
}
