/** `results.json` of Gradescope: a test for each exercise. */
import { unitOf } from "../../syllabus.js";
import { fenced, inJson } from "../../text/quote-for.js";
import { explained, format, hasPassed, nameOf } from "./format.js";

export const gradescope = format({
  name: "gradescope",
  write: (grade, { start, end }) => {
    const results = {
      score: grade.points + grade.bonus,
      execution_time: Math.round((end - start) / 1000),
      stdout_visibility: "hidden",
      tests: grade.exercises.map((exercise) => ({
        name: nameOf(exercise),
        number: exercise.id,
        score: exercise.points,
        // Points beyond the total are what Gradescope calls extra credit.
        max_score: exercise.optional ? 0 : exercise.maxPoints,
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
    return `${inJson({ score: 0, output, output_format: "md", stdout_visibility: "hidden" }, 2)}\n`;
  },
});
