import { expect, test } from "vitest";
import { neutral } from "../language.js";
import type { CheckResult } from "../suite/run.js";
import { exerciseOf } from "../syllabus.js";
import { blank, conclude } from "./conclude.js";

const exercise = exerciseOf("1.1");

/** A run in which every check failed, each with a figure of its own. */
const checks: readonly CheckResult[] = Array.from({ length: exercise.checks }, (_, i) => ({
  name: neutral(`check ${i}`),
  about: "stableSoftmax",
  points: 0,
  maxPoints: 1,
  failure: {
    kind: "wrong",
    text: neutral("off"),
    figure: {
      ...{ case: "plain", subject: { en: "the result", es: "el resultado" }, rows: 1, columns: 2, worst: 0 },
      ...{ got: [i, null], expected: [i + 1, 2] },
    },
  },
}));

const graded = (language: "en" | "es") =>
  conclude(
    blank(exercise, "file.ts", 1, language),
    { checks, milliseconds: 1 },
    { printed: "", worked: 0.25, cutShort: false },
    { lines: {}, remarkable: [] },
    language,
  );

test("a figure is handed through, in the language of the grade", () => {
  expect(graded("es").checks[0]?.figure).toEqual({
    ...{ case: "plain", subject: "el resultado", rows: 1, columns: 2, worst: 0 },
    ...{ got: [0, null], expected: [1, 2] },
  });
});

test("of an exercise, the first two failures have one: a grade stays small", () => {
  const failed = graded("en").checks;
  expect(failed.length).toBeGreaterThan(2);
  expect(failed.map(({ figure }) => figure?.got[0])).toEqual([0, 1, ...failed.slice(2).map(() => undefined)]);
  expect(failed.every(({ message }) => message === "off")).toBe(true);
});

test("what was cut short is said, with the time that the code took", () => {
  const concluded = (cutShort: boolean) =>
    conclude(
      blank(exercise, "file.ts", 1, "en"),
      { checks, milliseconds: 1 },
      { printed: "", worked: 0.25, cutShort },
      { lines: {}, remarkable: [] },
      "en",
    );
  expect(concluded(true)).toMatchObject({ worked: 250, cutShort: true });
  expect(concluded(false)).not.toHaveProperty("cutShort");
});
