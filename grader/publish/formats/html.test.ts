import { readFileSync, rmSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runGrade } from "../../acceptance/run.js";
import { type GradedExercise, sumUp } from "../../grade.js";
import { htmlWords } from "./html/words.js";
import { html } from "./html.js";

const FILE = "exercises/01-recurrent-attention/01-stable-softmax.ts";
const FIGURE = { case: "square", subject: "weights [2, 2]", rows: 2, columns: 2, worst: 3 };

const exercise = (more: Partial<GradedExercise> = {}): GradedExercise =>
  ({
    ...{
      id: "1.1",
      slug: "stable-softmax",
      title: "stable softmax",
      file: FILE,
      points: 0,
      maxPoints: 5,
      optional: false,
    },
    ...{ milliseconds: 1, checks: [], cached: false, seed: 1, outcome: "not started" },
    ...more,
  }) as GradedExercise;

const page = (exercises: readonly GradedExercise[], language: "en" | "es" = "en") =>
  html.write(sumUp(7, language, exercises), { start: 0, end: Date.UTC(2026, 0, 2, 3, 4), env: {} });

const wrong = (text: string): GradedExercise =>
  exercise({
    outcome: "wrong",
    title: text,
    file: text,
    printed: text,
    remarks: [text],
    start: { file: text, line: 3, column: 1 },
    checks: [
      {
        ...{ name: text, title: text, passed: false, points: 0, maxPoints: 5, message: `${text}\n${text}`, hint: text },
        place: { file: text, line: 1, column: 1 },
        figure: { ...FIGURE, subject: text, case: text, got: [1, null, 3, 4], expected: [1, 2, 3, 5] },
      },
    ],
  });

/** Whether every element that was opened is closed in its turn. */
function balanced(source: string): boolean {
  const open: string[] = [];
  for (const [, closing, name = "", rest = ""] of source.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/g)) {
    if (["meta", "br"].includes(name) || rest.endsWith("/")) continue;
    if (closing === "") open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

describe("a page is one file that needs nothing", () => {
  const HOSTILE = `</pre></style><script>alert(1)</script><img src=x onerror=alert(1)> "' &amp; ]]> ::error::x`;

  test("no text becomes markup, wherever it stands", () => {
    const source = page([wrong(HOSTILE)]);
    expect(source).not.toMatch(/<script|<img|https?:|<link|@import|url\(/);
    expect(balanced(source)).toBe(true);
    expect(source).toContain("&#60;script&#62;");
  });

  test("whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const source = page([wrong(text)]);
        expect(balanced(source)).toBe(true);
        expect(source).not.toMatch(/<script/i);
        expect(source).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
  });
});

test("both matrices stand side by side, with their numbers, and the worst entry is framed", () => {
  const source = page([wrong("x")]);
  const cells = [
    ...source.matchAll(/<td( class="worst")? style="background: hsl\(205 55% (\d+)%\)[^>]*>([^<]*)<\/td>/g),
  ];
  expect(cells.map(([, , , written]) => written)).toEqual(["1", "—", "3", "4", "1", "2", "3", "5"]);
  expect(cells.map(([, worst]) => worst !== undefined)).toEqual([false, false, false, true, false, false, false, true]);
  const shades = cells.map(([, , lightness]) => Number(lightness));
  expect(shades[7]).toBe(Math.min(...shades)); // 5 is the largest of all: one scale for both
  expect(shades[0]).toBe(shades[4]);
});

test.each(["en", "es"] as const)(
  "says what is passed, not started, waiting, broken or the grader's fault (%s)",
  (language) => {
    const source = page(
      [
        exercise({
          outcome: "passed",
          points: 5,
          checks: [{ name: "a", title: "a", passed: true, points: 5, maxPoints: 5 }],
        }),
        exercise({ id: "1.2", outcome: "waiting", waitingFor: ["1.1"] } as Partial<GradedExercise>),
        exercise({ id: "1.3", outcome: "grader error", message: "oh" } as Partial<GradedExercise>),
        exercise({ id: "1.4" }),
      ],
      language,
    );
    expect(source).toContain(`<html lang="${language}">`);
    expect(source).toContain(htmlWords(language).byUnit);
    expect(source).toContain("<details><summary>"); // what passes is folded
    expect(balanced(source)).toBe(true);
  },
);

test("nothing to grade, and everything passed, are pages too", () => {
  expect(balanced(page([]))).toBe(true);
  expect(page([exercise({ outcome: "passed", points: 5 })])).toContain("Well done");
});

test("the real command writes it, and its pictures are the numbers that came", async () => {
  const file = `${process.cwd()}/node_modules/.tmp-report-${process.pid}.html`;
  const { grade } = await runGrade([
    "1",
    "--submission",
    "grader/fixtures/mixed",
    "--fresh",
    "--format",
    `html=${file}`,
  ]);
  const source = readFileSync(file, "utf8");
  rmSync(file);
  expect(balanced(source)).toBe(true);
  const figures = grade?.exercises.flatMap(({ checks }) => checks.flatMap(({ figure }) => figure ?? [])) ?? [];
  expect(figures.length).toBeGreaterThan(0);
  for (const { rows, columns, got, expected, worst } of figures) {
    expect([got.length, expected.length]).toEqual([rows * columns, rows * columns]);
    expect(got[worst]).not.toBe(expected[worst]);
  }
  for (const value of figures[0]?.expected ?? []) expect(source).toContain(String(value));
  expect(source.length).toBeLessThan(300_000);
});
