/**
 * Formats against what their platforms demand, written down from the published schemas: ctrf-io/ctrf
 * (schema/ctrf.schema.json), foundation50/classroom50 (schemas/result-v1.schema.json) and Gradescope's specification.
 * A strict object has no other keys.
 */
import { spawnSync } from "node:child_process";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { type Grade, type GradedExercise, OUTCOMES, type Outcome, sumUp } from "../../grade.js";
import { LANGUAGES } from "../../language.js";
import { EXERCISES, placeOf, pointsOf } from "../../syllabus.js";
import { FORMATS } from "./index.js";

const integer = v.pipe(v.number(), v.integer());
const natural = v.pipe(integer, v.minValue(0));
const named = v.pipe(v.string(), v.minLength(1));
const object = v.record(v.string(), v.unknown());

const counts = { tests: natural, passed: natural, failed: natural, skipped: natural, pending: natural, other: natural };
const ctrf = v.strictObject({
  reportFormat: v.literal("CTRF"),
  specVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  results: v.strictObject({
    tool: v.strictObject({ name: named, version: v.optional(v.string()), extra: v.optional(object) }),
    summary: v.strictObject({ ...counts, start: natural, stop: natural, extra: v.optional(object) }),
    tests: v.array(
      v.strictObject({
        name: named,
        status: v.picklist(["passed", "failed", "skipped", "pending", "other"]),
        duration: natural,
        suite: v.pipe(v.array(v.string()), v.minLength(1)),
        message: v.optional(v.string()),
        filePath: v.optional(v.string()),
        line: v.optional(integer),
        extra: v.optional(object),
      }),
    ),
  }),
});

const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/));
const classroom50 = v.strictObject({
  schema: v.literal("classroom50/result/v1"),
  ...{ classroom: named, assignment: named, assignment_type: v.picklist(["individual", "group"]), owner: named },
  ...{ submission: v.pipe(v.string(), v.regex(/^submit\//)), commit: named, release: named, review: named },
  ...{ datetime: instant, graded_at: v.optional(instant), score: natural, "max-score": natural },
  tests: v.array(v.looseObject({ "test-name": named, passed: v.boolean(), score: natural, "max-score": natural })),
  submitted_by: v.optional(v.strictObject({ username: named, id: v.optional(v.nullable(integer)) })),
});

const output = { output: v.optional(v.string()), output_format: v.optional(v.picklist(["text", "html", "md"])) };
const visibility = v.picklist(["visible", "hidden", "after_due_date", "after_published"]);
const gradescope = v.strictObject({
  ...{ score: v.optional(natural), execution_time: v.optional(natural), ...output },
  ...{ visibility: v.optional(visibility), stdout_visibility: v.optional(visibility), extra_data: v.optional(object) },
  tests: v.optional(
    v.array(
      v.strictObject({
        ...{
          score: v.optional(natural),
          max_score: v.optional(natural),
          status: v.picklist(["passed", "failed"]),
          name: named,
        },
        ...{ number: v.pipe(v.string(), v.regex(/^\d\.\d+$/)), ...output, tags: v.array(v.string()), visibility },
      }),
    ),
  ),
});

const FINAL = OUTCOMES.filter((outcome) => outcome !== "grader error");

/** What each outcome has beside what all have. */
function factsOf(outcome: Outcome, file: string): object {
  const place = { file, line: 3, column: 1 };
  if (outcome === "does not compile") return { message: "unexpected }", place, line: "}" };
  if (outcome === "waiting") return { waitingFor: ["1.1"] };
  return ["missing", "breaks a rule", "grader error"].includes(outcome) ? { message: "what is the matter" } : {};
}

/** All exercises, each of another outcome, with what a student could make them say; without faults of the grader unless asked for. */
function gradeOfAll(language: Grade["language"], message: string, outcomes: readonly Outcome[] = FINAL): Grade {
  const exercises = EXERCISES.map((exercise, i) => {
    const { id, slug, optional = false } = exercise;
    const outcome = outcomes[i % outcomes.length] ?? "passed";
    const max = pointsOf(exercise);
    const points = outcome === "passed" ? max : outcome === "partial" ? 2 : 0;
    const file = `exercises/${placeOf(id)}.ts`;
    const parts = [points, max - points].filter((part) => part > 0);
    const ran = ["partial", "wrong", "threw", "passed"].includes(outcome);
    const checks = parts.map((part, n) => {
      const passed = n === 0 && points > 0;
      return { name: `c${n}`, title: `c${n}`, passed, points: passed ? part : 0, maxPoints: part, message };
    });
    return {
      ...{ id, slug, title: exercise.title[language], file, points, maxPoints: max, optional, milliseconds: 12 },
      ...{ checks: ran ? checks : [], cached: false, seed: 1, outcome, ...factsOf(outcome, file) },
    } as GradedExercise;
  });
  return sumUp(1, language, exercises);
}

const env = {
  ...{ CLASSROOM: "c", ASSIGNMENT: "a", ASSIGNMENT_TYPE: "individual", USERNAME: "u", SUBMISSION_TAG: "submit/1" },
  ...{ COMMIT_URL: "https://x/c", RELEASE_URL: "https://x/r", COMMIT_DATETIME: "2026-03-02T05:30:00Z", OWNER: "" },
};
const write = (name: string, grade: Grade, variables: Record<string, string> = env) =>
  FORMATS.find((format) => format.name === name)?.write(grade, { start: 1000.5, end: 2000, env: variables }) ?? "";
const HOSTILE = "\u0000\u001b]8;;x\u0007 ]]> </failure> <!-- \ud800 ::error::x ``` ";

describe.each(LANGUAGES)("in %s", (language) => {
  const grade = gradeOfAll(language, HOSTILE);
  const unfinal = gradeOfAll(language, HOSTILE, OUTCOMES);

  test("ctrf", () => {
    const { results } = v.parse(ctrf, JSON.parse(write("ctrf", grade)));
    const { tests, passed, failed, skipped, pending, other } = results.summary;
    expect([tests, passed + failed + skipped + pending + other]).toEqual([EXERCISES.length, EXERCISES.length]);
    expect(v.parse(ctrf, JSON.parse(write("ctrf", unfinal))).results.summary.other).toBeGreaterThan(0);
  });

  test("classroom50: owner, review and the time of the commit as its platform tells them", () => {
    const result = v.parse(classroom50, JSON.parse(write("classroom50", grade)));
    expect([result.owner, result.review, result.datetime]).toEqual(["u", env.COMMIT_URL, env.COMMIT_DATETIME]);
    expect(result.score).toBeLessThanOrEqual(result["max-score"]);
    for (const one of result.tests) expect(one.score).toBeLessThanOrEqual(one["max-score"]);
    const none = v.parse(classroom50, JSON.parse(write("classroom50", unfinal)));
    expect([none.score, none["max-score"]]).toEqual([0, 0]);
    const late = JSON.parse(write("classroom50", grade, { ...env, COMMIT_DATETIME: "yesterday" }));
    expect([late.datetime, late.graded_at]).toEqual(["1970-01-01T00:00:02Z", "1970-01-01T00:00:02Z"]);
  });

  test("gradescope, also when there is no grade", () => {
    const { score, tests = [] } = v.parse(gradescope, JSON.parse(write("gradescope", grade)));
    expect(score).toBe(tests.reduce((sum, one) => sum + (one.score ?? 0), 0));
    expect(tests.every((one) => one.score !== undefined && one.max_score !== undefined)).toBe(true);
    // Without a score, neither of all nor of a test, Gradescope says that the autograder failed.
    const none = v.parse(gradescope, JSON.parse(write("gradescope", unfinal)));
    expect([none.score, ...(none.tests ?? []).map((one) => one.score)].every((one) => one === undefined)).toBe(true);
    const failure = FORMATS.find(({ name }) => name === "gradescope")?.failure?.(HOSTILE) ?? "";
    const { score: unknown, output: told } = v.parse(gradescope, JSON.parse(failure));
    expect([unknown, told?.includes("grader itself failed")]).toEqual([undefined, true]);
  });

  const hasPython = spawnSync("python3", ["--version"]).status === 0;
  test.skipIf(!hasPython)("junit is XML to another's parser, which counts what it says", () => {
    const COUNT = `import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
cases = root.findall("testsuite/testcase")
count = lambda name: sum(case.find(name) is not None for case in cases)
scores = [int(one.get("value")) for one in root.iter("property") if one.get("name") == "score"]
print(json.dumps([root.tag, len(cases), count("failure"), count("error"), count("skipped"), sum(scores)]))
print(json.dumps([root.tag, *(int(root.get(name)) for name in ("tests", "failures", "errors", "skipped"))]))`;
    for (const one of [grade, unfinal]) {
      const { stdout, stderr } = spawnSync("python3", ["-c", COUNT], { input: write("junit", one), encoding: "utf8" });
      expect(stderr).toBe("");
      const [found = [], told] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(found.slice(0, 5)).toEqual(told);
      expect(found).toEqual(["testsuites", EXERCISES.length, ...found.slice(2, 5), one.points + one.bonus]);
    }
  });
});

describe("github-classroom", () => {
  const decode = (text: string) => JSON.parse(Buffer.from(text, "base64").toString("utf8"));

  test("fits into a variable of the reporter's environment, whatever a student's code says", () => {
    const grade = gradeOfAll("es", `${"palabras ".repeat(100)}\n`.repeat(30));
    const unit = (number: string) =>
      sumUp(
        1,
        "es",
        grade.exercises.filter(({ id }) => id.startsWith(number)),
      );
    for (const number of ["1.", "2.", "3.", "4.", "5."]) {
      const text = write("github-classroom", unit(number));
      expect(Buffer.byteLength(`UNIT-5_RESULTS=${text}`)).toBeLessThan(128 * 1024);
      const { tests } = decode(text);
      expect(tests.reduce((sum: number, { score }: { score: number }) => sum + score, 0)).toBe(unit(number).points);
    }
    expect(decode(write("github-classroom", unit("5."))).tests.every(({ message = "x" }) => message === "")).toBe(true);
  });

  test("has one test when nothing was graded: the reporter divides by their number", () => {
    for (const none of [sumUp(1, "en", []), gradeOfAll("en", "", ["grader error"])]) {
      const result = decode(write("github-classroom", none));
      expect([result.max_score, result.tests.length]).toEqual([0, 1]);
      expect(result.tests[0]).toMatchObject({ status: "error", score: 0 });
    }
  });
});
