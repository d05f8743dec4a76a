/** The grade of record, by the real command: known grades, deadlines, regrading, and submissions that mean harm. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { afterAll, describe, expect, test } from "vitest";
import { type Gradebook, gradebookSchema } from "../class/gradebook.js";
import {
  commit,
  forgetFolders,
  GRU,
  gitIn,
  newFolder,
  newRepository,
  SOFTMAX,
  write,
  zip,
} from "../class/intake/for-tests.js";
import { lock } from "../class/lock.js";
import { proveClass } from "../class/proof.js";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { change, copyWorkbook } from "./copy.js";
import { run } from "./run.js";

afterAll(forgetFolders);

const solution = (file: string) => readFileSync(path.join(root, "solutions", file), "utf8");
const stub = (file: string) => readFileSync(path.join(root, "exercises", file), "utf8");
const SIGMOID =
  'import * as tf from "@tensorflow/tfjs";\nexport function stableSoftmax(x: tf.Tensor) { return tf.sigmoid(x); }\n';

const bookIn = (out: string): Gradebook =>
  v.parse(gradebookSchema, JSON.parse(readFileSync(path.join(out, "gradebook.json"), "utf8")));
const entryOf = (out: string, id: string) => bookIn(out).students.find(({ student }) => student === id);
const gradeClass = (place: string, out: string, ...more: string[]) =>
  run(["class", "grade", place, "--out", out, "--exercises", "1.1,1.3", "--seed", "11", ...more]);

test("a class with known grades: at once, in shards, one of them killed half-way", async () => {
  const proof = await proveClass({
    ...{ count: 18, ids: ["1.1", "1.2", "1.3"], shards: 3 },
    fixtures: [
      "exits-early",
      "forges-messages",
      "prints-a-verdict",
      "syntax-error",
      "missing-file",
      "prints-and-passes",
    ],
  });
  expect(proof.wrong).toEqual([]);
  expect(proof.students).toBe(18);
}, 300_000);

describe("deadlines and late days", () => {
  test("the last commit before the deadline and the late days is graded, and the days are taken from the bank", async () => {
    const place = newFolder();
    const repository = (name: string, ...commits: readonly [string, string][]) => {
      const folder = newRepository();
      for (const [date, source] of commits) {
        write(folder, { [`exercises/${SOFTMAX}`]: source });
        commit(folder, date);
      }
      symlinkSync(folder, path.join(place, name));
    };
    repository("early", ["2026-03-01T10:00:00Z", solution(SOFTMAX)]);
    repository("late", ["2026-03-01T10:00:00Z", SIGMOID], ["2026-03-03T13:00:00Z", solution(SOFTMAX)]);
    repository("later", ["2026-03-01T10:00:00Z", SIGMOID], ["2026-03-09T10:00:00Z", solution(SOFTMAX)]);
    repository("never", ["2026-03-09T10:00:00Z", solution(SOFTMAX)]);
    const out = path.join(newFolder(), "out");
    const { code, stdout } = await gradeClass(place, out, "--due", "2026-03-02T12:00Z", "--late-days", "3");
    expect([code, stdout.includes("never: not graded")]).toEqual([0, true]);
    expect(entryOf(out, "early")).toMatchObject({
      points: 5,
      daysLate: 0,
      lateDaysLeft: 3,
      submitted: "2026-03-01T10:00:00.000Z",
    });
    expect(entryOf(out, "late")).toMatchObject({ points: 5, daysLate: 2, lateDaysLeft: 1 });
    expect(entryOf(out, "later")).toMatchObject({ daysLate: 0, lateDaysLeft: 3 }); // what came too late does not count
    expect(entryOf(out, "later")?.points).toBeLessThan(5);
    expect(entryOf(out, "never")).toMatchObject({ status: "refused", points: 0 });
  });

  test("where git does not tell, the roster does", async () => {
    const place = newFolder();
    for (const id of ["a", "b"]) write(path.join(place, id), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });
    const roster = path.join(newFolder(), "roster.csv");
    writeFileSync(roster, "student,submitted,late_days\na,2026-03-03T11:00Z,1\nb,2026-03-04T13:00Z,1\nc,,\n");
    const out = path.join(newFolder(), "out");
    await gradeClass(place, out, "--roster", roster, "--due", "2026-03-02T12:00Z");
    expect(entryOf(out, "a")).toMatchObject({ status: "graded", daysLate: 1, lateDaysLeft: 0 });
    expect(entryOf(out, "b")).toMatchObject({
      status: "refused",
      why: { en: expect.stringContaining("no late days are left") },
    });
    expect(entryOf(out, "c")).toMatchObject({ status: "nothing handed in", points: 0 });
  });
});

test("what a killed run has left is nobody's submission, and two runs do not share a folder", async () => {
  const place = newFolder();
  write(path.join(place, "a"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });
  const out = path.join(newFolder(), "out");
  write(path.join(out, ".scratch", "0"), { [`exercises/${GRU}`]: solution(GRU) });
  const unlock = await lock(out, "");
  const busy = await gradeClass(place, out);
  expect([busy.code, busy.stderr.includes("Another run is writing")]).toEqual([2, true]);
  unlock();
  expect((await gradeClass(place, out)).code).toBe(0);
  expect(entryOf(out, "a")?.exercises["1.3"]).toMatchObject({ points: 0, outcome: "missing" });
});

test("what was changed beside the exercises is marked, and changes no grade", async () => {
  const handedOut = write(newFolder(), {
    "package.json": "{}",
    "grader/a.ts": "a",
    ".github/workflows/classroom.yml": "on: push",
    [`exercises/${SOFTMAX}`]: stub(SOFTMAX),
  });
  const place = newFolder();
  const files = { "package.json": "{}", "grader/a.ts": "a", ".github/workflows/classroom.yml": "on: push" };
  write(path.join(place, "honest"), { ...files, [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });
  write(path.join(place, "odd"), {
    ...{ "package.json": '{"scripts":{}}', "grader/a.ts": "process.exit(0)", "grader/b.ts": "new" },
    [`exercises/${SOFTMAX}`]: SIGMOID,
  });
  const out = path.join(newFolder(), "out");
  const { stdout } = await gradeClass(place, out, "--release", handedOut);
  expect(entryOf(out, "honest")).toMatchObject({ points: 5, changed: [] });
  expect([...(entryOf(out, "odd")?.changed ?? [])].sort()).toEqual([
    ...[".github/workflows/classroom.yml", "grader/a.ts", "grader/b.ts", "package.json"],
  ]);
  expect(entryOf(out, "odd")?.points).toBeLessThan(5);
  expect(stdout).toMatch(/odd: .* changed 4 files that are not exercises/);
});

test("without the folder that was handed out, submissions are compared with this repository", async () => {
  const place = newFolder();
  const fork = (name: string) => {
    const folder = path.join(place, name);
    for (const part of ["grader", "data", ".github", "package.json", "package-lock.json", "tsconfig.json"])
      cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
    for (const part of ["reference", "solutions", "vitest.config.ts", ".gitattributes", "exercises"])
      cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
    return folder;
  };
  write(fork("honest"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX), "notes/today.md": "x", "grade.json": "{}" });
  const odd = write(fork("odd"), { "grader/cli.ts": "process.exit(0)", ".github/workflows/other.yml": "on: push" });
  rmSync(path.join(odd, "package-lock.json"));
  write(path.join(place, "exercises-only"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });
  const out = path.join(newFolder(), "out");
  const first = await gradeClass(place, out);
  expect(entryOf(out, "honest")).toMatchObject({ points: 5, changed: [] });
  expect(entryOf(out, "exercises-only")).toMatchObject({ points: 5, changed: [] });
  expect(entryOf(out, "odd")?.changed).toEqual([".github/workflows/other.yml", "grader/cli.ts", "package-lock.json"]);
  expect(first.stdout).not.toContain("--release DIR");

  // The workbook went on after it was handed out.
  for (const name of ["honest", "odd"]) write(path.join(place, name), { "data/files.ts": "older" });
  const { stdout } = await gradeClass(place, out, "--again", "--yes");
  expect(entryOf(out, "honest")).toMatchObject({ points: 5, changed: ["data/files.ts"] });
  expect(stdout).toContain("The same file differs in all 2 submissions that changed any (data/files.ts).");
});

test("a gradebook that is damaged is said, and comes back from what was written line by line", async () => {
  const place = newFolder();
  write(path.join(place, "a"), { [`exercises/${SOFTMAX}`]: SIGMOID });
  const out = path.join(newFolder(), "out");
  await gradeClass(place, out);
  const file = path.join(out, "gradebook.json");
  const whole = readFileSync(file, "utf8");
  truncateSync(file, 100);
  const refused = await gradeClass(place, out);
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toMatch(/gradebook\.json is damaged: .*\. Move it away and say the same words again/);
  expect(refused.stderr).not.toContain("    at ");
  rmSync(file);
  expect((await gradeClass(place, out)).stdout).toContain("1 of them graded already");
  expect(readFileSync(file, "utf8")).toBe(whole);
});

test("a second call has nothing to do; a changed submission is graded again when asked, shown first, and then written", async () => {
  const place = newFolder();
  write(path.join(place, "a"), { [`exercises/${SOFTMAX}`]: SIGMOID });
  write(path.join(place, "b"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });
  const out = path.join(newFolder(), "out");
  await gradeClass(place, out);
  const before = readFileSync(path.join(out, "gradebook.json"), "utf8");
  write(path.join(place, "a"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX) });

  const idle = await gradeClass(place, out);
  expect(idle.stdout).toContain("2 of them graded already");
  expect(idle.stdout).toContain("No grade changes.");

  const shown = await gradeClass(place, out, "--again");
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/a · 1\.1: \d → 5 \(another submission · passes now: /);
  expect(shown.stdout).toContain("Nothing was written");
  expect(readFileSync(path.join(out, "gradebook.json"), "utf8")).toBe(before);

  const written = await gradeClass(place, out, "--again", "--yes");
  expect(written.code).toBe(0);
  expect(entryOf(out, "a")?.points).toBe(5);

  const moved = await run(["class", "grade", place, "--out", out, "--exercises", "1.1,1.3", "--shard", "1/2"]);
  expect([moved.code, moved.stderr.includes("choose another --out")]).toEqual([2, true]);
});

test("a corrected suite changes the grades that it changes, and says so before they are written", async () => {
  const workbook = copyWorkbook(path.join(newFolder(), "workbook"));
  const place = newFolder();
  write(path.join(place, "a"), { [`exercises/${SOFTMAX}`]: solution(SOFTMAX), [`exercises/${GRU}`]: solution(GRU) });
  const out = path.join(newFolder(), "out");
  const words = ["class", "grade", place, "--out", out, "--exercises", "1.1,1.3", "--seed", "11"];
  expect((await run(words, { workbook })).code).toBe(0);
  // From now on, the law asks for more than any softmax keeps to.
  change(workbook, `grader/suites/${SOFTMAX}`, "op.greater(steps, 0)", "op.greater(steps, 9)");
  const shown = await run(words, { workbook });
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(/a · 1\.1: 5 → 4 \(its suite was changed · no longer passes: every row sums to one/);
  expect(shown.stdout).not.toContain("1.3:");
  expect(entryOf(out, "a")?.exercises["1.1"]?.points).toBe(5);
  expect((await run([...words, "--yes"], { workbook })).code).toBe(0);
  expect(entryOf(out, "a")?.exercises["1.1"]?.points).toBe(4);
}, 120_000);

test("submissions that mean harm are marked or refused, and everybody else is graded", async () => {
  const place = newFolder();
  const good = { [`exercises/${SOFTMAX}`]: solution(SOFTMAX), [`exercises/${GRU}`]: solution(GRU) };
  write(path.join(place, "good"), good);
  write(path.join(place, "=cmd|'calc'!A1"), good);
  write(path.join(place, "a\u001b[2J\nb"), good);
  // Links out of it, a pipe that would never end, a file of a gigabyte, a bomb, an entry that climbs, many files.
  mkdirSync(path.join(place, "links", "exercises", path.dirname(SOFTMAX)), { recursive: true });
  symlinkSync("/etc/passwd", path.join(place, "links", "exercises", SOFTMAX));
  mkdirSync(path.join(place, "pipe", "exercises", path.dirname(SOFTMAX)), { recursive: true });
  execFileSync("mkfifo", [path.join(place, "pipe", "exercises", SOFTMAX)]);
  write(path.join(place, "large"), { ...good, [`exercises/${SOFTMAX}`]: "" });
  truncateSync(path.join(place, "large", "exercises", SOFTMAX), 2 ** 30);
  const bomb = zip([
    { name: `exercises/${SOFTMAX}`, content: Buffer.alloc(64 * 2 ** 20) },
    { name: `exercises/../../../../tmp/workbook-climbed/${SOFTMAX}`, content: "climbed" },
    { name: `exercises/${GRU}`, content: solution(GRU) },
  ]);
  writeFileSync(path.join(place, "bomb.zip"), bomb);
  writeFileSync(path.join(place, "torn.zip"), bomb.subarray(0, bomb.length / 2));
  const many = path.join(place, "many", "exercises", path.dirname(SOFTMAX));
  write(path.join(place, "many"), good);
  for (let i = 0; i < 20_000; i++) writeFileSync(path.join(many, `${i}.ts`), "");
  const dug = path.join(place, "git");
  mkdirSync(dug);
  write(dug, good);
  gitIn(dug, ["init", "--quiet"]);
  writeFileSync(
    path.join(dug, ".git", "config"),
    `[core]\n\tfsmonitor = "touch ${place}/pwned"\n\tpager = touch ${place}/pwned\n`,
  );

  const out = path.join(newFolder(), "out");
  const { code, stdout, stderr } = await gradeClass(place, out, "--jobs", "2");
  expect([code, stderr]).toEqual([0, ""]);
  const full = 15;
  for (const id of ["good", "=cmd|'calc'!A1", "a\u001b[2J\nb", "many"]) expect(entryOf(out, id)?.points, id).toBe(full);
  for (const id of ["links", "pipe", "large", "bomb"]) {
    expect(entryOf(out, id)?.exercises["1.1"]?.points, id).toBe(0);
    expect(entryOf(out, id)?.problems.length, id).toBeGreaterThan(0);
  }
  expect(entryOf(out, "bomb")?.exercises["1.3"]?.points).toBe(10);
  expect(entryOf(out, "torn")?.status).toBe("refused");
  expect(existsSync("/tmp/workbook-climbed")).toBe(false);
  expect(existsSync(path.join(place, "pwned"))).toBe(false);
  expect(stdout).not.toContain("\u001b[2J");
  const csv = readFileSync(path.join(out, "gradebook.csv"), "utf8");
  expect(csv).not.toContain("\u001b");
  expect(csv).toContain(`'=cmd|'calc'!A1`);
  expect(existsSync(path.join(out, ".scratch"))).toBe(false);
  rmSync(many, { recursive: true });
}, 120_000);

test.each([
  [["class"], /Say what to do/],
  [["class", "grade"], /Say which submissions/],
  [["class", "grade", "/nowhere/at/all"], /no such folder or file/],
  [["class", "grade", ".", "--shard", "3/2"], /expected i\/N/],
  [["class", "grade", ".", "--shard", "1/2", "--out", "/tmp/none-at-all"], /All shards need one seed/],
  [["class", "grade", ".", "--due", "soon"], /--due soon: expected a date/],
  [["class", "grade", ".", "--jobs", "0"], /--jobs 0: expected a whole number/],
  [["class", "grade", ".", "--exercises", "9.9"], /9\.9/],
  [["class", "merge"], /--out DIR/],
  [["class", "merge", "--out", "x"], /Say which parts/],
  [["class", "worker"], /Say what to do/],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await run(words);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test("as steps of a workflow: plan, shards and merge, by their environment", async () => {
  const folder = newFolder();
  const submissions = ["a", "b", "c"].map((id) =>
    write(path.join(folder, id), { [`exercises/${placeOf("1.1")}.ts`]: solution(SOFTMAX) }),
  );
  const roster = path.join(folder, "roster.csv");
  writeFileSync(roster, `student,submission\n${submissions.map((at) => `${path.basename(at)},${at}`).join("\n")}\n`);
  const output = path.join(folder, "output");
  const common = {
    CLASS_ROSTER: roster,
    CLASS_SHARDS: "2",
    CLASS_LATE_DAYS: "0",
    CLASS_DUE: "",
    GITHUB_OUTPUT: output,
  };
  expect((await run(["class", "plan", "--ci"], { env: common })).code).toBe(0);
  const [seed = "", shards = ""] = readFileSync(output, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\w+=/, ""));
  expect(JSON.parse(shards)).toEqual(["1/2", "2/2"]);
  // Each job has a folder of its own; the artifacts meet in `parts`.
  const at = (name: string, words: string[], env: Record<string, string>) => {
    const place = path.join(folder, name);
    mkdirSync(place, { recursive: true });
    return execFileSync(process.execPath, [path.join(root, "grader/start.mjs"), ...words], {
      cwd: place,
      env: { ...process.env, ...common, ...env, WORKBOOK_ROOT: root },
      stdio: "pipe",
    });
  };
  for (const [i, shard] of ["1/2", "2/2"].entries()) {
    at(`job-${i}`, ["class", "grade", "--ci"], { CLASS_SHARD: shard, CLASS_SEED: seed });
    mkdirSync(path.join(folder, "merge", "parts"), { recursive: true });
    symlinkSync(path.join(folder, `job-${i}`, "part"), path.join(folder, "merge", "parts", `part-${i}`));
  }
  at("merge", ["class", "merge", "--ci"], {});
  const book = bookIn(path.join(folder, "merge", "gradebook"));
  expect(book.students.map(({ student, exercises }) => [student, exercises["1.1"]?.points])).toEqual([
    ["a", 5],
    ["b", 5],
    ["c", 5],
  ]);
  expect(String(book.run.seed)).toBe(seed);
}, 120_000);
