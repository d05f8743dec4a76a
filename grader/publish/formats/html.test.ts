import { readFileSync, rmSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { runGrade } from "../../acceptance/run.js";
import { type Figure, type GradedExercise, gradeSchema, sumUp } from "../../grade.js";
import { compare } from "../../suite/compare.js";
import { toParcel } from "../../suite/trusted.js";
import { wordsIn } from "../../text/index.js";
import { escaped } from "../page.js";
import { STYLE } from "./html/heat-maps.js";
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

/** Every outcome that has texts of its own, with the same text in each place. */
const everything = (text: string): GradedExercise[] => {
  const place = { file: text, line: 2, column: 3 };
  return [
    wrong(text),
    ...[
      { outcome: "does not compile", message: text, place, line: text },
      { outcome: "missing", message: text },
      { outcome: "breaks a rule", message: text, place },
      { outcome: "waiting", waitingFor: [text] },
      { outcome: "grader error", message: text },
      { outcome: "not started", printed: text, remarks: [text] },
    ].map((more, i) => exercise({ id: `1.${i + 2}`, title: text, file: text, ...more } as Partial<GradedExercise>)),
  ];
};

/** A figure of what came and what was expected, as a check that compares makes it. */
function figureOf(got: unknown, expected: unknown): Figure | undefined {
  const figure = compare(toParcel(got), toParcel(expected))?.figure;
  if (figure === undefined) return undefined;
  return { ...figure, case: "plain", subject: figure.subject.en, got: [...figure.got], expected: [...figure.expected] };
}

const pictured = (figure: Figure | undefined, message = "off\n  0.1 0.2"): string => {
  const check = { name: "a", title: "a", passed: false, points: 0, maxPoints: 5, message, ...(figure && { figure }) };
  return page([exercise({ outcome: "wrong", checks: [check] })]);
};

/** The cells of both maps, one map after the other. */
const cellsOf = (source: string) =>
  [...source.matchAll(/<td class="(?:s(\d+))? ?(worst)?"[^>]*>([^<]*)<\/td>/g)].map(([, step, worst, written]) => ({
    step: step === undefined ? undefined : Number(step),
    framed: worst !== undefined,
    written,
  }));

/** Whether every element that was opened is closed in its turn, and nothing else looks like markup. */
function balanced(source: string): boolean {
  const markup = /<!doctype html>|<style>[^<]*<\/style>|<\/?[a-z][a-z0-9]*(?: [a-z-]+(?:="[^"<>]*")?)*>/g;
  if (/[<>]/.test(source.replace(markup, ""))) return false;
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
    const source = page(everything(HOSTILE));
    expect(source).not.toMatch(/<script|<img|https?:|<link|@import|url\(/);
    expect(balanced(source)).toBe(true);
    for (const part of source.split("<article").slice(1)) expect(part).toContain("&#60;script&#62;");
  });

  test("whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const source = page(everything(text));
        expect(balanced(source)).toBe(true);
        expect(source).not.toMatch(/<script/i);
        expect(source).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
  });
});

describe("pictures", () => {
  const random = (shape: number[]) => tf.randomUniform(shape, -3, 3, "float32", 5);

  test("both matrices stand side by side, with their numbers, and the worst entry is framed", () => {
    const cells = cellsOf(pictured({ ...FIGURE, got: [1, null, 3, 4], expected: [1, 2, 3, 5] }));
    expect(cells.map(({ written }) => written)).toEqual(["1", "—", "3", "4", "1", "2", "3", "5"]);
    expect(cells.map(({ framed }) => framed)).toEqual([false, false, false, true, false, false, false, true]);
    // One scale for both, from 1 to 5; what is no number has no place on it.
    expect(cells.map(({ step }) => step)).toEqual([0, undefined, 10, 15, 0, 5, 10, 20]);
  });

  test("of a recorded case, one says so: the message is of another", () => {
    const figure = { ...FIGURE, got: [1, 2, 3, 4], expected: [1, 2, 3, 5] };
    expect(pictured({ ...figure, inPlaceOf: "hidden case" })).toContain("A recorded case");
    expect(pictured(figure)).not.toContain("recorded case");
  });

  test.each([[[5]], [[3, 4]], [[2, 3, 4]], [[2, 2, 3, 4]]])("of a tensor of shape %j: its own numbers", (shape) => {
    const expected = random(shape);
    const got = expected.add(
      tf
        .oneHot(expected.size - 2, expected.size)
        .reshape(shape)
        .mul(0.5),
    );
    const [columns, rows] = [shape.at(-1) ?? 0, shape.at(-2) ?? 1];
    const last = (tensor: tf.Tensor) =>
      Array.from(tensor.dataSync().slice(-rows * columns), (value) => String(Number(value.toPrecision(3))));
    const source = pictured(figureOf(got, expected));
    expect(cellsOf(source).map(({ written }) => written)).toEqual([...last(got), ...last(expected)]);
    expect(cellsOf(source).flatMap(({ framed }, i) => (framed ? [i] : []))).toEqual([
      rows * columns - 2,
      2 * rows * columns - 2,
    ]);
    expect(source).not.toContain("0.1 0.2"); // the excerpt: the cells have it
    tf.dispose([expected, got]);
  });

  test("of a list, of integers and of NaN", () => {
    expect(cellsOf(pictured(figureOf([1, 2], [1, 3]))).map(({ written }) => written)).toEqual(["1", "2", "1", "3"]);
    const [ids, due] = [tf.tensor1d([7, 8], "int32"), tf.tensor1d([7, 9], "int32")];
    expect(cellsOf(pictured(figureOf(ids, due))).map(({ written }) => written)).toEqual(["7", "8", "7", "9"]);
    const source = pictured(figureOf([Number.NaN, 2], [1, Number.NEGATIVE_INFINITY]));
    expect(cellsOf(source).map(({ written }) => written)).toEqual(["—", "2", "1", "—"]);
    expect(source).toContain(htmlWords("en").notFinite);
  });

  test("what has no room for numbers tells them otherwise", () => {
    const source = pictured(figureOf(random([20, 20]), tf.zeros([20, 20])));
    expect(new Set(cellsOf(source).map(({ written }) => written))).toEqual(new Set([""]));
    expect(source).toContain("0.1 0.2");
    expect(source).toMatch(/<table role="img" aria-label="yours: the result \[20, 20\]\. row \d+, column \d+: /);
    expect(source).toMatch(/<td class="s\d+" title="row 20, column 20: /);
  });

  test("of equal, of huge and of no numbers are pictures too", () => {
    const steps = (values: readonly (number | null)[]) =>
      cellsOf(pictured({ ...FIGURE, got: [...values], expected: [...values] })).map(({ step }) => step);
    expect(steps([2, 2, 2, 2])).toEqual(Array(8).fill(10));
    expect(steps([-1.7e308, 1.7e308, 0, 0]).slice(0, 4)).toEqual([0, 20, 10, 10]);
    expect(steps([null, null, null, null])).toEqual(Array(8).fill(undefined));
  });

  test("a number can be read on every shade", () => {
    const rules = [...STYLE.matchAll(/background: hsl\(205 55% ([\d.]+)%\); color: (#\w+)/g)];
    expect(rules).toHaveLength(21);
    for (const [, lightness, ink] of rules) {
      const shade = luminance(0.55, Number(lightness) / 100);
      expect(ink === "#ffffff" ? 1.05 / (shade + 0.05) : (shade + 0.05) / 0.05).toBeGreaterThanOrEqual(4.5);
    }
  });

  /** Relative luminance of the hue 205 (WCAG 2.2). */
  function luminance(saturation: number, lightness: number): number {
    const [red, green, blue] = [0, 8, 4].map((n) => {
      const k = (n + 205 / 30) % 12;
      const part =
        lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  }
});

test("a grade without pictures, as older ones are, is a page with the numbers in words", () => {
  const checks = [{ name: "a", title: "agrees", passed: false, points: 0, maxPoints: 5, message: "off\n  0.1 0.2" }];
  const { cases: _, ...older } = sumUp(7, "en", [exercise({ outcome: "wrong", checks })]);
  const source = html.write(v.parse(gradeSchema, JSON.parse(JSON.stringify(older))), { start: 0, end: 0, env: {} });
  expect(source).toContain("0.1 0.2");
  expect(source).not.toContain("<figure");
});

test("the head has points, bonus, the next step, the date, the seed and the language", () => {
  const source = page([exercise(), exercise({ id: "1.2", optional: true, points: 2, outcome: "partial" })], "es");
  const head = source.slice(source.indexOf("<header>"), source.indexOf("</header>"));
  for (const part of [
    "0 de 5 puntos",
    "2 de 5 puntos",
    FILE,
    "npm run hint -- 1.1",
    "2 de enero de 2026",
    "03:04|3:04",
  ]) {
    expect(head).toMatch(new RegExp(part));
  }
  expect(head).toMatch(/semilla 7 · español/);
});

test("of a file that is missing, the next step is to bring it back", () => {
  const source = page([exercise({ outcome: "missing", message: "there is no file" } as Partial<GradedExercise>)]);
  expect(source).toContain("npm run reset -- 1.1");
});

test("what the code printed is there in full, folded, also where nothing was written yet", () => {
  const lines = Array.from({ length: 700 }, (_, i) => `${i} ${"x".repeat(90)}`);
  const source = page([exercise({ printed: `${lines.join("\n")}\n` })]);
  expect(source).toMatch(/<details><summary>What your code printed<\/summary>/);
  for (const line of [lines[0], lines[699]]) expect(source).toContain(line);
});

test("a place that does not compile is shown with its line", () => {
  const place = { file: FILE, line: 12, column: 8 };
  const more = { outcome: "does not compile", message: 'Expected ";"', place, line: "\tconst a b;" };
  expect(page([exercise(more as Partial<GradedExercise>)])).toContain("12 |  const a b;\n            ^");
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
    expect(source).toContain(escaped(wordsIn(language).graderError));
    expect(source).toContain(escaped(wordsIn(language).notFinal("1.3")));
    expect(source).toContain(`<title>${wordsIn(language).title}: ${wordsIn(language).pointsSoFar(5)}</title>`);
    expect(source).not.toContain('class="bar"'); // no share of what is not final
    expect(source).toContain(wordsIn(language).waitingFor("1.1"));
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
  const short = (value: number | null) => (value === null ? "—" : String(Number(value.toPrecision(3))));
  const shown = figures.flatMap(({ got, expected }) => [...got, ...expected].map(short));
  expect(cellsOf(source).map(({ written }) => written)).toEqual(shown);
  expect(source.length).toBeLessThan(300_000);
});
