/** What each format makes of a grade, hostile texts included. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { type Grade, type GradedExercise, gradeSchema, sumUp } from "../../grade.js";
import { wordsIn } from "../../text/index.js";
import { classroomResult } from "./github-classroom.js";
import { FORMATS } from "./index.js";

const HOSTILE = "</failure>]]><script>alert(1)</script>::error::x \u0000\u001b[31m | `a``` & \"b\" 'c' <!--";

const exercise = (id: string, more: Partial<GradedExercise> = {}): GradedExercise =>
  ({
    id,
    slug: "slug",
    title: `title of ${id}`,
    file: `exercises/${id.startsWith("1") ? "01-recurrent-attention" : "05-transformer"}/01-file.ts`,
    ...{
      points: 5,
      maxPoints: 5,
      optional: false,
      milliseconds: 120,
      checks: [],
      diagnoses: [],
      cached: false,
      seed: 7,
    },
    outcome: "passed",
    ...more,
  }) as GradedExercise;

const failed = exercise("1.2", {
  outcome: "partial",
  points: 2,
  start: { file: "exercises/01-recurrent-attention/01-file.ts", line: 12, column: 1 },
  checks: [
    { name: "a", title: "right", passed: true, points: 2, maxPoints: 2 },
    {
      name: "b",
      title: "wrong",
      passed: false,
      points: 0,
      maxPoints: 3,
      message: HOSTILE,
      mistake: "m",
      hint: "This is m",
    },
  ],
});
const exercises = [
  exercise("1.1"),
  failed,
  exercise("1.3", { outcome: "not started", points: 0 }),
  exercise("5.1", { optional: true, points: 3 }),
];
const grade = sumUp(7, "en", exercises);
/** The same, but for an exercise that the grader failed on. */
const fault = exercise("1.4", { outcome: "grader error", points: 0, message: "broken" } as Partial<GradedExercise>);
const unfinal = sumUp(7, "en", [...exercises, fault]);
const surroundings = { start: 1_700_000_000_123, end: 1_700_000_005_500, env: {} };
const write = (name: string, of: Grade = grade, env: Record<string, string> = {}) =>
  FORMATS.find((format) => format.name === name)?.write(of, { ...surroundings, env }) ?? "";
const read = (name: string, env: Record<string, string> = {}) => JSON.parse(write(name, grade, env));
const decode = (text: string) => JSON.parse(Buffer.from(text, "base64").toString("utf8"));

test("formats are pure functions: the same grade, the same text", () => {
  for (const { name } of FORMATS) expect(write(name)).toBe(write(name));
});

test("json is the grade", () => expect(read("json")).toEqual(grade));

describe("what the grader failed on is no grade", () => {
  test("it keeps its place among what can be had", () => {
    expect(unfinal).toMatchObject({ schema: "workbook/grade/v2", complete: false, points: 7, maxPoints: 20 });
    expect(grade).toMatchObject({ complete: true, points: 7, maxPoints: 15 });
  });

  test.each(FORMATS.map(({ name }) => name))("%s says so, in both languages", (name) => {
    for (const language of ["en", "es"] as const) {
      const said = write(name, { ...unfinal, language });
      const text = name === "github-classroom" ? JSON.stringify(decode(said)) : said;
      const warning = wordsIn(language).notFinal("1.4");
      expect(text).toContain({ json: '"complete": false', junit: 'name="complete" value="false"' }[name] ?? warning);
      const final = write(name, { ...grade, language });
      expect(name === "github-classroom" ? JSON.stringify(decode(final)) : final).not.toContain(warning);
    }
  });

  /** A total, or a share of it: 7 of 20, 7/20, 35 %, also without the exercise itself. */
  const TOTALS = /\b(7|10) (of|de) (15|20)\b|\b(7|10)\/(15|20)\b|\b(35|47)(\.\d+)? ?%/;
  test.each(FORMATS.map(({ name }) => name))("%s has no total that looks like one", (name) => {
    const said = write(name, unfinal).replace(/<style>.*<\/style>/s, "");
    expect(name === "github-classroom" ? JSON.stringify(decode(said)) : said).not.toMatch(TOTALS);
  });

  test("no platform is handed a score", () => {
    expect(decode(write("github-classroom", unfinal))).toMatchObject({
      ...{ status: "error", max_score: 0 },
      tests: [{ status: "error", score: 0, message: wordsIn("en").graderError }],
    });
    const gradescope = JSON.parse(write("gradescope", unfinal));
    for (const one of [gradescope, ...gradescope.tests]) expect(one).not.toHaveProperty("score");
    const failure = JSON.parse(FORMATS.find(({ name }) => name === "gradescope")?.failure?.("no") ?? "");
    expect(failure).not.toHaveProperty("score");
    const { score, "max-score": most, tests } = JSON.parse(write("classroom50", unfinal));
    expect([score, most, tests.length, tests[0].passed]).toEqual([0, 0, 1, false]);
    const { summary, tests: ran } = JSON.parse(write("ctrf", unfinal)).results;
    expect(summary).toMatchObject({ tests: 5, passed: 2, failed: 1, pending: 1, other: 1, extra: { complete: false } });
    expect(summary.extra).not.toHaveProperty("score");
    expect(ran[4].extra).not.toHaveProperty("score");
    const xml = write("junit", unfinal);
    expect(xml).toContain('<testsuites name="attention-workbook" tests="5" failures="1" errors="1" skipped="1"');
    expect(xml.match(/name="score"/g)?.length).toBe(4);
  });

  test("a unit of it is no more final than all of it", () => {
    expect(decode(write("github-classroom", { ...grade, complete: false }))).toMatchObject({
      ...{ status: "error", max_score: 0 },
      tests: [{ name: wordsIn("en").notFinal("") }],
    });
  });
});

describe("a grade that was written before", () => {
  const former = { ...unfinal, schema: "workbook/grade/v1", points: 7, maxPoints: 15 };

  test("is read as what it would be now", () => {
    const { complete: _, ...document } = former;
    expect(v.parse(gradeSchema, document)).toEqual(unfinal);
    expect(v.parse(gradeSchema, { ...document, exercises })).toEqual(grade);
    expect(v.parse(gradeSchema, JSON.parse(write("json", unfinal)))).toEqual(unfinal);
  });

  test("is no grade without saying whether it is complete, or of an unknown schema", () => {
    const { complete: _, ...document } = unfinal;
    expect(v.is(gradeSchema, document)).toBe(false);
    expect(v.is(gradeSchema, { ...unfinal, schema: "workbook/grade/v3" })).toBe(false);
  });
});

describe("github-classroom", () => {
  const result = JSON.parse(Buffer.from(write("github-classroom"), "base64").toString("utf8"));

  test("has what the reporter reads, and its sums are those of the grade", () => {
    expect(result).toEqual(classroomResult(grade));
    expect(result.version).toBe(1);
    expect(result.status).toBe("fail");
    const sum = result.tests.reduce((total: number, { score }: { score: number }) => total + score, 0);
    expect(sum).toBe(grade.points);
    expect(result.max_score).toBe(grade.maxPoints);
    expect(Object.keys(result.tests[1])).toEqual([
      ...["name", "status", "score", "message", "test_code", "filename", "line_no", "duration"],
    ]);
  });

  test("has a test for each point, so that passed ÷ all × max is right too", () => {
    const passed = result.tests.filter(({ status }: { status: string }) => status === "pass").length;
    expect((passed / result.tests.length) * result.max_score).toBeCloseTo(grade.points, 9);
    const wrong = result.tests.filter(({ name }: { name: string }) => name.startsWith("1.2"));
    expect(wrong.map(({ name, score }: { name: string; score: number }) => [name, score])).toEqual([
      ["1.2 title of 1.2: right (1/2)", 1],
      ["1.2 title of 1.2: right (2/2)", 1],
      ["1.2 title of 1.2: wrong (1/3)", 0],
      ["1.2 title of 1.2: wrong (2/3)", 0],
      ["1.2 title of 1.2: wrong (3/3)", 0],
    ]);
    expect(wrong[2]).toMatchObject({ line_no: 12, message: expect.stringContaining("This is m") });
  });

  test("passes when everything passes", () => {
    expect(classroomResult(sumUp(7, "en", [exercise("1.1")])).status).toBe("pass");
    expect(classroomResult(sumUp(7, "en", [failed])).status).toBe("fail");
  });
});

describe("classroom50", () => {
  const env = { CLASSROOM: "c", ASSIGNMENT: "a", OWNER: "o", SUBMISSION_TAG: "submit/1", ASSIGNMENT_TYPE: "group" };

  test("has the keys of the schema and no others", () => {
    const result = read("classroom50", env);
    expect(Object.keys(result).sort()).toEqual(
      [
        ...[
          "schema",
          "classroom",
          "assignment",
          "assignment_type",
          "owner",
          "submission",
          "commit",
          "release",
          "review",
        ],
        ...["datetime", "score", "max-score", "graded_at", "tests"],
      ].sort(),
    );
    expect(result).toMatchObject({
      ...{ schema: "classroom50/result/v1", classroom: "c", assignment_type: "group", owner: "o" },
      ...{ datetime: "2023-11-14T22:13:25Z", score: 7, "max-score": 15 },
    });
    expect(result.tests[1]).toEqual({ "test-name": "1.2 title of 1.2", passed: false, score: 2, "max-score": 5 });
  });

  test("what tests score adds up to the score: optional exercises are left out", () => {
    const { tests, score } = read("classroom50", env);
    const counted = tests.filter((one: { "test-name": string }) => !one["test-name"].startsWith("5.2"));
    expect(counted.reduce((sum: number, one: { score: number }) => sum + one.score, 0)).toBe(score);
  });
});

test("gradescope: partial points, extra credit, and output that cannot leave its fence", () => {
  const { score, execution_time, tests } = read("gradescope");
  expect(score).toBe(10);
  expect(execution_time).toBe(5);
  expect(tests.map(({ number }: { number: string }) => number)).toEqual(["1.1", "1.2", "1.3", "5.1"]);
  expect(tests[1]).toMatchObject({ status: "failed", score: 2, max_score: 5, output_format: "md" });
  expect(tests[3]).toMatchObject({ score: 3, max_score: 0 });
  const [fence = ""] = tests[1].output.match(/^`+/) ?? [];
  expect(fence.length).toBeGreaterThan(3); // the message holds three of them
  expect(tests[1].output.indexOf(fence, fence.length)).toBe(tests[1].output.length - fence.length);
});

test("ctrf: integers, no keys beside the schema's, and sums that fit", () => {
  const { reportFormat, results } = read("ctrf");
  expect(reportFormat).toBe("CTRF");
  const { summary, tests } = results;
  expect(summary).toMatchObject({ tests: 4, passed: 2, failed: 1, pending: 1, other: 0, skipped: 0 });
  expect(summary.extra).toEqual({ score: 7, maxScore: 15, bonus: 3, maxBonus: 5 });
  expect(summary.passed + summary.failed + summary.pending + summary.other + summary.skipped).toBe(summary.tests);
  const known = ["name", "status", "duration", "suite", "message", "filePath", "extra"];
  for (const one of tests) {
    expect(known).toEqual(expect.arrayContaining(Object.keys(one)));
    expect(Number.isInteger(one.duration)).toBe(true);
  }
  expect(tests[1].extra).toEqual({ score: 2, maxScore: 5, optional: false });
});

describe("junit", () => {
  const xml = write("junit");

  test("is well formed, with what a student wrote as text", () => {
    const texts = xml.replace(/<[^<>]*>/g, "");
    expect(texts).not.toContain("<");
    expect(xml).not.toContain("<script>");
    for (const sign of ["\u0000", "\u001b"]) expect(xml).not.toContain(sign);
    const open = [...xml.matchAll(/<([a-z]+)(?: [^<>]*[^/])?>/g)].map(([, name]) => name);
    const closed = [...xml.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name);
    expect(open.toSorted()).toEqual(closed.toSorted());
  });

  test("counts cases, failures and errors, and has points", () => {
    expect(xml).toContain('<testsuites name="attention-workbook" tests="4" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<testsuite name="01-recurrent-attention" tests="3" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<property name="score" value="2"/>');
  });
});

describe("markdown", () => {
  const page = write("markdown");

  test("has points, the next step, and a table for each unit", () => {
    expect(page).toContain("# Attention workbook: 7 of 15 points");
    expect(page).toContain("npm run hint -- 1.2");
    expect(page).toContain("## Unit 1");
    expect(page).toContain("## Unit 5");
    expect(page).toContain("| 1.2 title of 1.2 |");
    expect(page).toContain("This is m");
  });

  test("what a student's code says stays within its fence", () => {
    const outside = page.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, "");
    expect(outside).not.toContain("script");
    expect(outside).not.toContain("::error");
  });

  test("is in the language of the grade", () => {
    expect(write("markdown", { ...grade, language: "es" })).toContain("7 de 15 puntos");
  });

  test("stays below the size of a job summary", () => {
    const long = { ...failed, checks: failed.checks.map((check) => ({ ...check, hint: "palabra ".repeat(20_000) })) };
    const many = sumUp(
      7,
      "en",
      Array.from({ length: 49 }, () => long as GradedExercise),
    );
    expect(Buffer.byteLength(write("markdown", many))).toBeLessThan(2 ** 20);
  });
});
