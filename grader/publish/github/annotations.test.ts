import fc from "fast-check";
import { expect, test } from "vitest";
import { type GradedCheck, type GradedExercise, sumUp } from "../../grade.js";
import { annotationsOf } from "./annotations.js";

const FILE = "exercises/01-recurrent-attention/01-stable-softmax.ts";

const check = (more: Partial<GradedCheck> = {}): GradedCheck => ({
  ...{ name: "a", title: "agrees", passed: false, points: 0, maxPoints: 1 },
  message: "got 0.8213, expected 0.4127",
  ...more,
});

const exercise = (id: string, more: Partial<GradedExercise> = {}): GradedExercise =>
  ({
    ...{ id, slug: "slug", title: "stable softmax", file: FILE, points: 0, maxPoints: 5, optional: false },
    ...{ milliseconds: 1, checks: [check()], cached: false, seed: 1, outcome: "wrong" },
    start: { file: FILE, line: 7, column: 3 },
    ...more,
  }) as GradedExercise;

const linesFor = (...exercises: GradedExercise[]) => annotationsOf(sumUp(1, "en", exercises));

test("a failed check is an error at the student's line, with the hint and without the numbers", () => {
  const [first] = linesFor(exercise("1.1", { checks: [check({ hint: "This is what comes out: divide, then sum." })] }));
  expect(first).toBe(
    `::error file=${FILE},line=7,col=3,title=1.1 stable softmax%3A agrees::This is what comes out: divide, then sum.`,
  );
  const [plain = ""] = linesFor(exercise("1.1"));
  expect(plain).not.toMatch(/0\.8213|0\.4127/);
  expect(plain).toMatch(/summary and the report/);
});

test("where it was thrown counts before where the function begins; another's file is never shown", () => {
  const thrown = check({ place: { file: FILE, line: 12, column: 5 } });
  const [at = ""] = linesFor(exercise("1.1", { checks: [thrown] }));
  expect(at).toContain("line=12,col=5");
  expect(at).toContain("stops at this line");
  const hidden = check({ place: { file: "solutions/x.ts", line: 3, column: 1 } });
  const [line = ""] = linesFor(exercise("1.1", { checks: [hidden] }));
  expect(line).not.toContain("solutions");
  expect(line).toContain(`file=${FILE},title`);
});

test("what is not wrong has no error; what the grader failed on is a warning without a place", () => {
  const lines = linesFor(
    exercise("1.1", { outcome: "passed", checks: [] }),
    exercise("1.2", { outcome: "not started" }),
    exercise("1.3", { outcome: "waiting", waitingFor: ["1.2"] } as Partial<GradedExercise>),
    exercise("1.4", { outcome: "grader error", message: "broken" } as Partial<GradedExercise>),
  );
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["::warning", "::notice"]);
  expect(lines[0]).not.toContain("file=");
  const [, notice = ""] = lines;
  expect(notice).toContain("title=0 points so far%2C not final::Not final: the grader itself failed on 1.4");
  expect(notice).not.toMatch(/Well done|0 of/);
});

test("at most ten errors, the first of each exercise before any second, and the rest counted", () => {
  const three = [check(), check({ title: "b" }), check({ title: "c" })];
  const lines = linesFor(...[1, 2, 3, 4, 5].map((n) => exercise(`1.${n}`, { checks: three })));
  const errors = lines.filter((line) => line.startsWith("::error"));
  expect(errors.length).toBe(10);
  expect(errors.slice(0, 5).every((line) => line.includes("agrees"))).toBe(true);
  expect(lines.at(-1)).toContain("5 more problems");
});

test("no text of a student becomes a command, whatever it is", () => {
  const hostile = fc
    .string({ unit: "binary", maxLength: 200 })
    .map((text) => `\n::set-output name=x::1\r\n##[error]${text}`);
  fc.assert(
    fc.property(hostile, hostile, (message, hint) => {
      const lines = linesFor(
        exercise("1.1", { outcome: "missing", message, checks: [] } as Partial<GradedExercise>),
        exercise("1.2", { title: hint, checks: [check({ hint, title: message })] }),
      );
      for (const line of lines) {
        expect(line).toMatch(/^::(error|warning|notice) [^\n\r]*$/);
        const [, , properties = "", data = ""] = /^::(\w+) ((?:(?!::).)*)::(.*)$/s.exec(line) ?? [];
        expect(properties.split(",").every((part) => /^(file|line|col|title)=/.test(part))).toBe(true);
        expect(data).not.toMatch(/[\n\r]|##\[/);
      }
    }),
  );
});
