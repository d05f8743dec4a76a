/** `result.json` of Classroom 50 (foundation50/classroom50, schema classroom50/result/v1). */
import { wordsIn } from "../../text/index.js";
import { inJson } from "../../text/quote-for.js";
import { notFinal } from "../terminal.js";
import { format, hasPassed, nameOf } from "./format.js";

export const classroom50 = format({
  name: "classroom50",
  write: (grade, { env, end }) => {
    const warning = notFinal(grade, wordsIn(grade.language));
    const counted = grade.exercises.filter(({ optional }) => !optional);
    const result = {
      schema: "classroom50/result/v1",
      classroom: env.CLASSROOM ?? "",
      assignment: env.ASSIGNMENT ?? "",
      assignment_type: env.ASSIGNMENT_TYPE === "group" ? "group" : "individual",
      owner: env.OWNER || env.USERNAME || "",
      submission: env.SUBMISSION_TAG ?? "",
      commit: env.COMMIT_URL ?? "",
      release: env.RELEASE_URL ?? "",
      // Older runners tell no review; the platform's own fallback is the commit.
      review: env.REVIEW_URL || env.COMMIT_URL || "",
      // Of the commit, which its autograder.py tells: lateness must not change when it is graded again.
      datetime: DATETIME.test(env.COMMIT_DATETIME ?? "") ? env.COMMIT_DATETIME : seconds(end),
      // The schema has no word for "not final": where the grader failed, nothing is had of nothing.
      score: grade.complete ? grade.points : 0,
      "max-score": grade.complete ? grade.maxPoints : 0,
      graded_at: seconds(end),
      tests:
        warning === undefined
          ? counted.map((exercise) => ({
              "test-name": nameOf(exercise),
              passed: hasPassed(exercise),
              score: exercise.points,
              "max-score": exercise.maxPoints,
            }))
          : [{ "test-name": warning, passed: false, score: 0, "max-score": 0 }],
    };
    return `${inJson(result, 2)}\n`;
  },
});

const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** YYYY-MM-DDTHH:MM:SSZ */
const seconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, "");
