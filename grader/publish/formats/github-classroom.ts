/**
 * The result of a runner of GitHub Classroom, in base64, as the output `result` of its step; classroom-resources'
 * autograding-grading-reporter reads it. A test for each exercise.
 */
import type { Grade, GradedExercise } from "../../grade.js";
import { explained, type Format, nameOf } from "./format.js";

interface Result {
  readonly version: 1;
  /** The reporter fails its job unless every runner passes. */
  readonly status: "pass" | "fail" | "error";
  readonly max_score: number;
  readonly tests: readonly {
    readonly name: string;
    readonly status: Result["status"];
    readonly score: number;
    readonly message: string;
    readonly test_code: string;
    readonly filename: string;
    readonly line_no: number;
    /** Milliseconds. */
    readonly duration: number;
  }[];
}

export const githubClassroom: Format = {
  name: "github-classroom",
  write: (grade) => `${Buffer.from(JSON.stringify(classroomResult(grade))).toString("base64")}\n`,
};

export function classroomResult(grade: Grade): Result {
  const tests = grade.exercises.map((exercise) => ({
    name: nameOf(exercise),
    status: statusOf(exercise),
    score: exercise.points,
    message: explained(exercise, grade.language),
    test_code: "",
    filename: exercise.file,
    line_no: exercise.start?.line ?? 0,
    duration: exercise.milliseconds,
  }));
  return { version: 1, status: together(tests.map(({ status }) => status)), max_score: most(grade), tests };
}

/** The reporter adds up what tests scored, bonus included, and must not find more than there is. */
const most = ({ maxPoints, maxBonus }: Grade): number => maxPoints + maxBonus;

function statusOf({ outcome }: GradedExercise): Result["status"] {
  if (outcome === "grader error") return "error";
  return outcome === "passed" ? "pass" : "fail";
}

function together(statuses: readonly Result["status"][]): Result["status"] {
  return (["error", "fail"] as const).find((status) => statuses.includes(status)) ?? "pass";
}
