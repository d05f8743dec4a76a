/** What a push does, step by step, as a workflow would: without GitHub, by the real command. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../store.js";
import { EXERCISES, pointsOf, UNITS } from "../syllabus.js";
import { report } from "./reporter.js";
import { ALONE, run } from "./run.js";

const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-push-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A folder of its own, with the files that a runner reads after a step. */
function openRunner(name: string) {
  const folder = path.join(temporary, name);
  mkdirSync(folder);
  const at = (file: string) => path.join(folder, file);
  for (const file of ["output", "summary"]) writeFileSync(at(file), "");
  const env = { GITHUB_OUTPUT: at("output"), GITHUB_STEP_SUMMARY: at("summary"), CI: "true" };
  return { at, env, read: (file: string) => readFileSync(at(file), "utf8"), grade: at("grade.json") };
}

const GRADE = ["--fresh", "--plain", "--zero"];

test("partial points are right in the reporter's total and in its table", async () => {
  const { at, env, read, grade } = openRunner("mixed");
  const submission = at("submission");
  cpSync(path.join(root, "grader/fixtures/mixed"), submission, { recursive: true });
  const words = ["1", "2.1", ...GRADE, "--submission", submission, "--format", `json=${grade}`];
  expect((await run(["grade", ...words], { env })).code).toBe(0); // graded, though not all passes
  const { points, maxPoints } = JSON.parse(read("grade.json"));
  expect(points).toBeGreaterThan(0);
  expect(points).toBeLessThan(maxPoints);

  const results: Record<string, string> = {};
  for (const unit of [1, 2]) {
    writeFileSync(env.GITHUB_OUTPUT, "");
    expect((await run(["publish", "--grade", grade, "--runner", "--units", String(unit)], { env })).code).toBe(0);
    const [, encoded = ""] = /^result=([\w+/=]+)\n$/.exec(read("output")) ?? [];
    results[`UNIT-${unit}_RESULTS`] = encoded;
  }
  const { notice, rows, lines, failed } = report("unit-1,unit-2", results);
  expect([notice, failed]).toEqual([`Points ${points}/${maxPoints}`, true]);
  const ids = UNITS[0]?.exercises.map(({ id }) => id) ?? [];
  const whole = EXERCISES.filter(({ id }) => ids.includes(id)).reduce((sum, one) => sum + pointsOf(one), 0);
  expect(rows.map(([name, , max]) => [name, max])).toEqual([
    ["unit-1", whole],
    ["unit-2", maxPoints - whole],
  ]);
  expect(rows.reduce((sum, [, score]) => sum + score, 0)).toBeCloseTo(points, 9);
  for (const line of lines) expect(line).toMatch(/: \d+\.00\/\d+$/);

  writeFileSync(env.GITHUB_OUTPUT, "");
  const told = await run(["publish", "--grade", grade, "--github"], { env });
  expect(told.code).toBe(0);
  expect(read("output")).toBe(`points=${points}/${maxPoints}\n`);
  expect(read("summary")).toContain(`${points} of ${maxPoints} points`);
  const errors = told.stdout.split("\n").filter((line) => line.startsWith("::error "));
  expect(errors.length).toBeGreaterThan(2);
  for (const error of errors)
    expect(error).toMatch(/^::error file=exercises\/[\w/.-]+,(line=\d+,(col=\d+,)?)?title=[^:,]+::[^\n]+$/);
  expect(told.stdout).not.toMatch(/expected -?\d|solutions|suites/);
});

test.each([
  "prints-a-verdict",
  "wraps-into-a-command",
  "names-its-class-like-a-command",
  "imports-a-command",
  "a row of colons",
])("%s: no step's log holds a command that is not the grader's", async (attack) => {
  const { env, read, grade, at } = openRunner(attack);
  const fixture = path.join(root, "grader/fixtures/attacks", attack);
  const submission = existsSync(fixture) ? fixture : at("submission");
  if (submission !== fixture) {
    mkdirSync(path.join(submission, "exercises/01-recurrent-attention"), { recursive: true });
    writeFileSync(path.join(submission, "exercises/01-recurrent-attention/01-stable-softmax.ts"), COLONS);
  }
  const formats = `json=${grade},html=${at("report.html")}`;
  const words = ["1.1", "1.2", ...GRADE, "--submission", submission, "--format", formats];
  const graded = await run(["grade", ...words], { env: { ...env, ...ALONE } });
  expect([graded.code, graded.stderr]).toEqual([0, ""]);
  expect(commandsOf(graded.stdout)).toEqual([]);
  expect(graded.stdout).not.toContain("::"); // nor would it, broken at another width
  expect(read("grade.json")).toMatch(/pwned/); // it did try

  const told = await run(["publish", "--grade", grade, "--github"], { env });
  expect([told.code, told.stderr]).toEqual([0, ""]);
  const commands = commandsOf(told.stdout);
  expect(commands.every((line) => /^::(error|notice) /.test(line))).toBe(true);
  expect(commands.filter((line) => line.startsWith("::notice ")).length).toBe(1);
  for (const command of commands) {
    const [properties = "", ...texts] = command.slice(2).split("::");
    expect(properties).not.toContain("pwned");
    expect(texts.length).toBe(1); // nothing after the first :: could be taken for a second one
  }
  // Not only the exercise that is hostile: the file of the other one is missing.
  expect(commands.filter((line) => line.includes("file=exercises/01-recurrent-attention/02-")).length).toBe(1);
  expect(read("output")).toMatch(/^points=\d+\/15\n$/);
});

/** Printed and thrown: rows of colons of which a part could be left over, at the beginning of a line. */
const COLONS = `export function stableSoftmax(x: { rank: number }) {
  let text = "a".repeat(10 + x.rank);
  for (let n = 1; n < 20; n++) text += " " + "b".repeat(n) + " :::error file=a:::pwned";
  console.log(text);
  throw new Error(text);
}
`;

/** The lines that a runner takes for commands: `::name …::` after spaces, or `##[name]` anywhere. */
const commandsOf = (log: string): string[] =>
  log.split(/[\r\n]/).filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line));

test.each([
  [[], /Say which grade/],
  [["--grade", "nowhere.json"], /nowhere.json is no grade/],
  [["--grade", "package.json"], /package.json is no grade/],
])("publish refuses %j", async (words, message) => {
  const { code, stderr } = await run(["publish", ...words]);
  expect([code, message.test(stderr)]).toEqual([2, true]);
});

test("a page says so when nothing could be graded; an earlier grade is not taken for this one", async () => {
  const { env, read, grade } = openRunner("nothing");
  writeFileSync(grade, '{"schema":"workbook/grade/v2","points":610}');
  expect((await run(["grade", "--submission", "/nowhere", "--format", `json=${grade}`], { env })).code).toBe(2);
  expect(existsSync(grade)).toBe(false);
  const told = await run(["publish", "--grade", grade, "--github"], { env });
  expect([told.code, told.stdout]).toEqual([2, ""]);
  expect(read("summary")).toContain("Nothing could be graded");
  expect(read("output")).toBe("");
});

test("outside of a workflow, publish says what it misses", async () => {
  const grade = path.join(temporary, "one.json");
  await run(["grade", "1.1", "--submission", "solutions", "--format", `json=${grade}`]);
  const { code, stderr } = await run(["publish", "--grade", grade, "--github"], { env: { GITHUB_STEP_SUMMARY: "" } });
  expect([code, stderr]).toEqual([2, "GITHUB_STEP_SUMMARY is not set: it is a step of GitHub Actions that sets it.\n"]);
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Runs the autograder with an npm that writes down what it was asked and what it knew. */
function autograde(name: string, npm = "") {
  const checkout = path.join(temporary, name);
  mkdirSync(path.join(checkout, "bin"), { recursive: true });
  const known = 'echo "$*|$WORKBOOK_KEY|$COMMIT_DATETIME" >> calls';
  writeFileSync(path.join(checkout, "bin/npm"), `#!/bin/sh\n${known}\n${npm}\n`);
  chmodSync(path.join(checkout, "bin/npm"), 0o755);
  const git = (...words: string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
      cwd: checkout,
      env: { ...process.env, GIT_COMMITTER_DATE: "2026-03-01T23:30:00-0600" },
    });
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "a submission");
  const { status } = spawnSync("python3", [path.join(root, ".github/classroom50/autograder.py")], {
    cwd: checkout,
    env: { ...process.env, PATH: `${checkout}/bin:${process.env.PATH}`, WORKBOOK_KEY: "key" },
  });
  return { status, calls: readFileSync(path.join(checkout, "calls"), "utf8") };
}

test.skipIf(!hasPython)("Classroom 50's autograder grades with the key, installs without it, and tells when", () => {
  const when = "2026-03-02T05:30:00Z";
  expect(autograde("graded")).toEqual({
    status: 0,
    calls: `ci --no-audit --no-fund||${when}\nrun ci:classroom50|key|${when}\n`,
  });
});

test.skipIf(!hasPython)("Classroom 50's autograder ends with another code when it could not grade", () => {
  expect(autograde("broken", '[ "$1" = ci ] || exit 3').status).toBe(3);
});

test("Gradescope gets its file also when nothing could be graded: a word, and no score", async () => {
  const out = path.join(temporary, "results.json");
  const { code } = await run(["grade", "--submission", "/nowhere", "--format", `gradescope=${out}`]);
  expect(code).toBe(2);
  const written = JSON.parse(readFileSync(out, "utf8"));
  expect(written).toMatchObject({ output: expect.stringContaining("/nowhere") });
  expect(written).not.toHaveProperty("score");
});
