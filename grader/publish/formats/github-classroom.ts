/**
 * The result of a runner of GitHub Classroom, in base64, as the output `result` of its step; classroom-resources'
 * autograding-grading-reporter reads it.
 *
 * The reporter's total is the sum of all scores, but its table shows passed ÷ all tests × max_score and knows nothing of
 * scores. Both are right when every test is worth one point: so there is a test for each point of each check.
 * Optional exercises are a bonus and stay out of it.
 *
 * Where the grader failed there is no grade, and the reporter hands in none: it leaves out runners without points.
 */
import type { Grade, GradedCheck, GradedExercise } from "../../grade.js";
import { wordsIn } from "../../text/index.js";
import { quoteLine } from "../../text/quote.js";
import { notFinal } from "../terminal.js";
import { explained, format, nameOf } from "./format.js";

interface Result {
  readonly version: 1;
  /** The reporter fails its job unless every runner passes. */
  readonly status: Status;
  readonly max_score: number;
  readonly tests: readonly Test[];
}

type Status = "pass" | "fail" | "error";

interface Test {
  readonly name: string;
  readonly status: Status;
  readonly score: 0 | 1;
  readonly message: string;
  readonly test_code: string;
  readonly filename: string;
  readonly line_no: number;
  /** Milliseconds. */
  readonly duration: number;
}

export const githubClassroom = format({
  name: "github-classroom",
  write: (grade) => {
    const result = classroomResult(grade);
    const whole = encoded(result);
    return `${whole.length <= MOST_CHARACTERS ? whole : encoded(withoutMessages(result))}\n`;
  },
});

/** The reporter gets it in a variable of its environment, of which Linux takes no more than 128 KiB. */
const MOST_CHARACTERS = 120_000;

const encoded = (result: Result): string => Buffer.from(JSON.stringify(result)).toString("base64");

/** The reporter shows no message of a test that failed; the summary and the report have them. */
const withoutMessages = (result: Result): Result => ({
  ...result,
  tests: result.tests.map((one) => ({ ...one, message: "" })),
});

export function classroomResult(grade: Grade): Result {
  const counted = grade.exercises.filter(({ optional }) => !optional);
  if (!grade.complete) return { version: 1, status: "error", max_score: 0, tests: [notGraded(grade)] };
  const points = counted.flatMap((exercise) => testsOf(exercise, grade.language));
  // Without any test the reporter's table would divide by zero.
  const tests = points.length > 0 ? points : [notGraded(grade)];
  const status = counted.every(({ outcome }) => outcome === "passed") ? "pass" : "fail";
  return { version: 1, status, max_score: grade.maxPoints, tests };
}

function notGraded(grade: Grade): Test {
  const text = wordsIn(grade.language);
  return {
    ...{ name: notFinal(grade, text) ?? text.ungraded, status: "error", score: 0 },
    ...{ message: text.graderError, test_code: "", filename: "", line_no: 0, duration: 0 },
  };
}

/** A test for each point. */
function testsOf(exercise: GradedExercise, language: Grade["language"]): Test[] {
  const { file, start, milliseconds } = exercise;
  const message = explained(exercise, language);
  const points = pointsOf(exercise, language);
  const firstFailed = points.findIndex(({ passed }) => !passed);
  return points.map(({ name, passed }, i) => ({
    name,
    status: passed ? "pass" : "fail",
    score: passed ? 1 : 0,
    message: i === firstFailed ? message : "",
    test_code: "",
    filename: file,
    line_no: i === firstFailed ? (start?.line ?? 0) : 0,
    duration: i === 0 ? milliseconds : 0,
  }));
}

/** The points of an exercise one by one, each under the name of its check. */
function pointsOf(exercise: GradedExercise, language: Grade["language"]) {
  const name = nameOf(exercise);
  const { outcome, maxPoints, checks } = exercise;
  const each = (check: Pick<GradedCheck, "title" | "points" | "maxPoints">) =>
    Array.from({ length: check.maxPoints }, (_, i) => ({
      name: quoteLine(`${name}: ${check.title}${check.maxPoints > 1 ? ` (${i + 1}/${check.maxPoints})` : ""}`),
      passed: i < check.points,
    }));
  // A file that never ran has no checks.
  if (checks.length === 0)
    return each({ title: wordsIn(language).outcome[outcome], points: exercise.points, maxPoints });
  return checks.flatMap(each);
}
