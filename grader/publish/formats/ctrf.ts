/** Common Test Report Format (ctrf.io): a test for each exercise; points stand under `extra`. */
import type { GradedExercise } from "../../grade.js";
import { unitOf } from "../../syllabus.js";
import { wordsIn } from "../../text/index.js";
import { inJson } from "../../text/quote-for.js";
import { notFinal } from "../terminal.js";
import { explained, format, nameOf } from "./format.js";

type Status = "passed" | "failed" | "skipped" | "pending" | "other";

export const ctrf = format({
  name: "ctrf",
  write: (grade, { start, end }) => {
    const tests = grade.exercises.map((exercise) => {
      const message = explained(exercise, grade.language);
      return {
        name: nameOf(exercise),
        status: statusOf(exercise),
        duration: exercise.milliseconds,
        suite: [unitOf(exercise.id).folder],
        ...(message === "" ? {} : { message }),
        filePath: exercise.file,
        extra: {
          ...(exercise.outcome === "grader error" ? {} : { score: exercise.points }),
          ...{ maxScore: exercise.maxPoints, optional: exercise.optional },
        },
      };
    });
    const count = (status: Status) => tests.filter((one) => one.status === status).length;
    const { complete, points, maxPoints, bonus, maxBonus } = grade;
    const sums = { score: points, maxScore: maxPoints, bonus, maxBonus };
    const report = {
      reportFormat: "CTRF",
      specVersion: "0.0.0",
      results: {
        tool: { name: "attention-workbook" },
        summary: {
          tests: tests.length,
          passed: count("passed"),
          failed: count("failed"),
          skipped: count("skipped"),
          pending: count("pending"),
          other: count("other"),
          start: Math.round(start),
          stop: Math.round(end),
          extra: complete ? sums : { complete, message: notFinal(grade, wordsIn(grade.language)) },
        },
        tests,
      },
    };
    return `${inJson(report, 2)}\n`;
  },
});

function statusOf({ outcome }: GradedExercise): Status {
  if (outcome === "passed") return "passed";
  if (outcome === "not started") return "pending";
  if (outcome === "waiting") return "skipped";
  return outcome === "grader error" ? "other" : "failed";
}
