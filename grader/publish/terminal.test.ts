import { Chalk } from "chalk";
import { expect, test } from "vitest";
import type { GradedExercise } from "../grade.js";
import { exitCodeOf, sumUp } from "../grade.js";
import { wordsIn } from "../text/index.js";
import { quoteLines } from "../text/quote.js";
import type { Screen } from "./screen.js";
import { details, exerciseLine, nextExercise, summary } from "./terminal.js";

const screen: Screen = {
  chalk: new Chalk({ level: 0 }),
  print: () => {},
  status: () => {},
  width: 80,
  interactive: false,
};
const text = wordsIn("en");

const base = {
  slug: "stable-softmax",
  title: "stable softmax",
  file: "exercises/01-recurrent-attention/01-stable-softmax.ts",
  maxPoints: 5,
  optional: false,
  milliseconds: 9,
  checks: [],
  diagnoses: [],
  cached: false,
  seed: 1,
};
const passed: GradedExercise = { ...base, id: "1.1", outcome: "passed", points: 5 };
const partial: GradedExercise = {
  ...base,
  id: "1.2",
  outcome: "partial",
  points: 3,
  printed: "\u001b[2J::error::no\n✓ 1.1 passed\n",
  checks: [
    {
      name: "a",
      title: "agrees",
      passed: false,
      points: 0,
      maxPoints: 2,
      message: "the result [2]: 1 of 2 values off",
      mistake: "m",
      hint: "Divide by the sum.",
    },
    { name: "b", title: "sums to one", passed: true, points: 3, maxPoints: 3 },
  ],
};
const broken: GradedExercise = {
  ...base,
  id: "1.3",
  outcome: "does not compile",
  points: 0,
  message: "Unexpected token",
  place: { file: base.file, line: 12, column: 9 },
  line: "  const = 1;",
};
const grader: GradedExercise = { ...base, id: "1.4", outcome: "grader error", points: 0, message: "boom" };
const bonus: GradedExercise = { ...passed, id: "1.5", optional: true };

test("a line fills the width and ends in the points", () => {
  const line = exerciseLine(passed, text, screen);
  expect(line).toMatch(/^ ✓ 1\.1 stable softmax +5 of 5$/);
  expect(line.length).toBe(79);
});

test("details name the check, the numbers, the hint and the next step", () => {
  const shown = details(partial, text, screen);
  expect(shown).toMatch(/✗ agrees +0 of 2/);
  expect(shown).toContain("     the result [2]: 1 of 2 values off");
  expect(shown).toContain("     Divide by the sum.");
  expect(shown).toContain("next: exercises/01-recurrent-attention/01-stable-softmax.ts · npm run hint -- 1.2");
});

test("what a student prints is quoted and cannot command a terminal or a log", () => {
  const shown = details(partial, text, screen);
  expect(shown).not.toContain("\u001b");
  expect(shown.split("\n").filter((line) => /^\s*(::|✓ 1\.1)/.test(line))).toEqual([]);
  expect(shown).toContain("   │ �[2J: :error: :no");
  expect(quoteLines("a ##[error]b")).toEqual(["a # #[error]b"]);
});

test("a syntax error shows file, line, column and the line itself", () => {
  const shown = details(broken, text, screen);
  expect(shown).toContain("01-stable-softmax.ts:12:9");
  const [source, caret] = shown.split("\n").slice(3, 5);
  expect(source).toBe("   12 |   const = 1;");
  expect(caret?.indexOf("^")).toBe(source?.indexOf("=", 10));
});

test("sums leave out bonus points", () => {
  const grade = sumUp(1, "en", [passed, partial, bonus]);
  expect([grade.points, grade.maxPoints, grade.bonus, grade.maxBonus]).toEqual([8, 10, 5, 5]);
  expect(summary(grade, text, screen)).toMatch(/total +8 of 10 points\n bonus, optional exercises +5 of 5 points/);
  expect(nextExercise(grade)?.id).toBe("1.2");
});

test("where the grader failed there is no total, and it says so; the exercise keeps its place", () => {
  const grade = sumUp(1, "en", [passed, partial, grader, bonus]);
  expect([grade.points, grade.maxPoints, grade.complete]).toEqual([8, 15, false]);
  const shown = summary(grade, text, screen);
  expect(shown).toMatch(/Unit 1 .* +8 points so far, not final\n total +8 points so far, not final\n/);
  expect(shown.replace(/\s+/g, " ")).toContain("Not final: the grader itself failed on 1.4, so this is no grade.");
  expect(shown).not.toMatch(/8 of 1[05]/);
  expect(exerciseLine(grader, text, screen)).toMatch(/! 1\.4 .*grader error +not graded$/);
  expect(details(grader, text, screen).replace(/\s+/g, " ")).toContain("it is no grade");
  expect(summary(sumUp(1, "en", [passed, grader]), text, screen)).not.toContain(text.allPassed);
});

test("exit codes", () => {
  expect(exitCodeOf(sumUp(1, "en", [passed]))).toBe(0);
  expect(exitCodeOf(sumUp(1, "en", [passed, partial]))).toBe(1);
  expect(exitCodeOf(sumUp(1, "en", [passed, partial, grader]))).toBe(3);
});
