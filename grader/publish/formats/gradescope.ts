/**
 * `results.json` of Gradescope: a test for each exercise. Where the grader failed no score is in it, which Gradescope
 * takes for an autograder that failed, as it is: a 0 would be a grade.
 */
import { unitOf } from "../../syllabus.js";
import { wordsIn } from "../../text/index.js";
import { fenced, inJson } from "../../text/quote-for.js";
import { notFinal } from "../terminal.js";
import { explained, format, hasPassed, nameOf } from "./format.js";

export const gradescope = format({
  name: "gradescope",
  write: (grade, { start, end }) => {
    const { complete } = grade;
    const output = notFinal(grade, wordsIn(grade.language));
    const results = {
      ...(complete ? { score: grade.points + grade.bonus } : { output, output_format: "md" }),
      execution_time: Math.round((end - start) / 1000),
      stdout_visibility: "hidden",
      tests: grade.exercises.map((exercise) => ({
        name: nameOf(exercise),
        number: exercise.id,
        // Points beyond the total are what Gradescope calls extra credit.
        ...(complete && { score: exercise.points, max_score: exercise.optional ? 0 : exercise.maxPoints }),
        status: hasPassed(exercise) ? "passed" : "failed",
        output: fenced(explained(exercise, grade.language)),
        output_format: "md",
        tags: [unitOf(exercise.id).folder],
        visibility: "visible",
      })),
      extra_data: { seed: grade.seed },
    };
    return `${inJson(results, 2)}\n`;
  },
  failure: (message) => {
    const output = `The grader itself failed; ask whoever gives the course to run it again.\n\n${fenced(message)}`;
    return `${inJson({ output, output_format: "md", stdout_visibility: "hidden" }, 2)}\n`;
  },
});
