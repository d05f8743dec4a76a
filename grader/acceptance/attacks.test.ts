/** Submissions that try to get points they did not earn: each must come to what honest wrong code comes to, or less. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../store.js";
import { ALONE, runGrade } from "./run.js";

const fixtures = path.join(root, "grader/fixtures/attacks");
const names = readdirSync(fixtures).filter((name) => !name.startsWith("honest-"));
const SEED = "99";

const attack = (name: string) =>
  runGrade(["1.1", "--submission", path.join(fixtures, name), "--fresh", "--seed", SEED], { env: ALONE });

/** What honest code scores that has the same fault. */
const honest = { wrong: Number.NaN, disposing: Number.NaN };

/** Attacks whose code is not the sigmoid: what they may reach all the same. */
const HONEST: Readonly<Record<string, keyof typeof honest>> = {
  "hides-what-it-disposed": "disposing",
  "hides-behind-a-clone": "disposing",
  "forges-through-a-proxy": "disposing",
};

beforeAll(async () => {
  const [wrong, disposing] = await Promise.all([attack("honest-wrong"), attack("honest-disposing")]);
  honest.wrong = wrong.grade?.points ?? Number.NaN;
  honest.disposing = disposing.grade?.points ?? Number.NaN;
  expect(honest.wrong).toBeLessThan(5);
  expect(honest.disposing).toBeLessThan(5);
});

describe.concurrent("attacks", () => {
  test.for(names)("%s", async (name, { expect }) => {
    const { code, stdout, stderr, grade } = await attack(name);
    const [exercise] = grade?.exercises ?? [];
    expect(exercise?.points).toBeLessThanOrEqual(honest[HONEST[name] ?? "wrong"]);
    expect(exercise?.outcome).not.toBe("passed");
    expect(exercise?.outcome).not.toBe("grader error");
    expect(exercise?.outcome).not.toBe("does not compile"); // it would have tried nothing
    expect([code, stderr]).toEqual([1, ""]);
    expect(exercise?.printed ?? "").not.toContain("FOUND");
    // What it printed is quoted: no line is a verdict, a command of a workflow or a command of a terminal.
    expect(["\u001b", "\r", "##["].filter((command) => stdout.includes(command))).toEqual([]);
    const own = stdout.split("\n").filter((line) => !line.startsWith("   │ "));
    expect(own.filter((line) => /^\s*(::|✓ 1\.1|\{"schema)/.test(line))).toEqual([]);
  });

  afterAll(() => {
    expect(existsSync("/tmp/workbook-pwned")).toBe(false);
  });
});
