/** A class by the real command: whose submission is whose, when it was handed in, and what is said of it. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { afterAll, describe, expect, test } from "vitest";
import { type Gradebook, gradebookSchema } from "../class/gradebook.js";
import { commit, forgetFolders, gitIn, newFolder, newRepository, SOFTMAX, write } from "../class/intake/for-tests.js";
import { root } from "../store.js";
import { run, runGrade } from "./run.js";

afterAll(forgetFolders);

const SOLVED = readFileSync(path.join(root, "solutions", SOFTMAX), "utf8");
const WRONG =
  'import * as tf from "@tensorflow/tfjs";\nexport function stableSoftmax(x: tf.Tensor) { return tf.sigmoid(x); }\n';
const file = `exercises/${SOFTMAX}`;

const gradeClass = (place: string, out: string, ...more: string[]) =>
  run(["class", "grade", place, "--out", out, "--exercises", "1.1", "--seed", "11", ...more]);
const bookIn = (out: string): Gradebook =>
  v.parse(gradebookSchema, JSON.parse(readFileSync(path.join(out, "gradebook.json"), "utf8")));
const entryOf = (out: string, id: string) => bookIn(out).students.find(({ student }) => student === id);
const newOut = (): string => path.join(newFolder(), "out");

function rosterOf(...lines: readonly string[]): string {
  const roster = path.join(newFolder(), "roster.csv");
  writeFileSync(roster, `${lines.join("\n")}\n`);
  return roster;
}

test("who handed in nothing gets nobody's points, and a submission that may be another's is taken by nobody", async () => {
  const place = newFolder();
  write(path.join(place, "ana-ada"), { [file]: SOLVED });
  for (const name of ["unit-1-eve", "unit-2-eve"]) write(path.join(place, name), { [file]: SOLVED });
  const out = newOut();
  const { code, stdout } = await gradeClass(place, out, "--roster", rosterOf("student", "ada", "ana-ada", "eve"));
  expect(code).toBe(0);
  expect(entryOf(out, "ada")).toMatchObject({ status: "nothing handed in", points: 0 });
  expect(entryOf(out, "ana-ada")).toMatchObject({ status: "graded", points: 5 });
  expect(entryOf(out, "eve")).toMatchObject({ status: "refused", points: 0 });
  expect(stdout).toMatch(/eve: not graded: whose these are is not clear: unit-1-eve, unit-2-eve/);
  expect(entryOf(out, "unit-1-eve")).toMatchObject({ unknown: true, points: 5 });
});

describe("late days", () => {
  const DUE = ["--due", "2026-03-02T12:00Z", "--late-days", "3"];
  const [IN_TIME, DAY_AFTER, TWO_AFTER, MUCH_LATER] = [
    ...["2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z", "2026-03-04T10:00:00Z", "2026-03-20T10:00:00Z"],
  ] as const;

  /** Repositories of students, as a class hands them in. */
  function classOf(students: Readonly<Record<string, string>>): string {
    const place = newFolder();
    for (const [name, folder] of Object.entries(students)) symlinkSync(folder, path.join(place, name));
    return place;
  }

  test("what changes no exercise costs none; what is dated backwards hides none, and is marked in the gradebook", async () => {
    const notes = newRepository();
    commit(write(notes, { [file]: SOLVED }), IN_TIME);
    commit(write(notes, { "README.md": "notes" }), TWO_AFTER);

    const merged = newRepository();
    commit(write(merged, { [file]: WRONG }), IN_TIME);
    gitIn(merged, ["checkout", "-q", "-b", "side"]);
    commit(write(merged, { [file]: SOLVED }), TWO_AFTER);
    gitIn(merged, ["checkout", "-q", "main"]);
    const dates = { GIT_AUTHOR_DATE: IN_TIME, GIT_COMMITTER_DATE: IN_TIME };
    gitIn(merged, ["merge", "-q", "--no-ff", "-m", "merge", "side"], dates);

    const forged = newRepository();
    commit(write(forged, { [file]: WRONG }), IN_TIME);
    commit(write(forged, { "notes.md": "x" }), MUCH_LATER);
    commit(write(forged, { [file]: SOLVED }), IN_TIME);

    const out = newOut();
    await gradeClass(classOf({ notes, merged, forged }), out, ...DUE);
    expect(entryOf(out, "notes")).toMatchObject({
      ...{ points: 5, daysLate: 0, lateDaysLeft: 3, problems: [] },
      submitted: new Date(IN_TIME).toISOString(),
    });
    expect(entryOf(out, "merged")).toMatchObject({
      ...{ points: 5, daysLate: 2, lateDaysLeft: 1 },
      problems: [{ en: expect.stringMatching(/^Merge \w{12} is dated/), es: expect.stringMatching(/^El merge/) }],
    });
    expect(entryOf(out, "forged")).toMatchObject({ daysLate: 0, problems: [{ en: expect.stringMatching(/^Commit/) }] });
    expect(entryOf(out, "forged")?.points).toBeLessThan(5);
    expect(readFileSync(path.join(out, "overview.html"), "utf8")).toContain("which it builds on");
  });

  test("another deadline, or another bank, is told where it changes late days and no grade", async () => {
    const folder = newRepository();
    commit(write(folder, { [file]: SOLVED }), DAY_AFTER);
    const place = classOf({ ada: folder });
    const out = newOut();
    await gradeClass(place, out, ...DUE);
    expect(entryOf(out, "ada")).toMatchObject({ points: 5, daysLate: 1, lateDaysLeft: 2 });

    const later = ["--due", "2026-03-03T12:00Z", "--late-days", "3"];
    const shown = await gradeClass(place, out, ...later);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain("ada: late days used 1 → 0, left 2 → 3 (other terms of handing in)");
    expect(shown.stdout).not.toContain("No grade changes");
    expect(entryOf(out, "ada")).toMatchObject({ daysLate: 1, lateDaysLeft: 2 });
    expect((await gradeClass(place, out, ...later, "--yes")).code).toBe(0);
    expect(entryOf(out, "ada")).toMatchObject({ points: 5, daysLate: 0, lateDaysLeft: 3 });

    const more = await gradeClass(place, out, "--due", "2026-03-03T12:00Z", "--late-days", "5", "--lang", "es");
    expect([more.code, more.stdout.includes("ada: días de retraso usados 0 → 0, le quedan 3 → 5")]).toEqual([1, true]);
    // Of the roster alone.
    const roster = rosterOf("student,late_days", "ada,4");
    const own = await gradeClass(place, out, ...later, "--roster", roster);
    expect([own.code, own.stdout.includes("ada: late days used 0 → 0, left 3 → 4")]).toEqual([1, true]);
    expect((await gradeClass(place, out, ...later)).stdout).toContain("No grade changes.");
  });
});

test("a misnamed file is named by a class as by a grade; changed files are marked where the units lie at the top", async () => {
  const handedOut = write(newFolder(), { "package.json": "{}", "grader/a.ts": "a", [file]: WRONG });
  const place = newFolder();
  const copy = write(path.join(place, "copy"), { [file.replace(/\.ts$/, " (1).ts")]: SOLVED });
  write(path.join(place, "top"), { "package.json": "{}", "grader/a.ts": "process.exit(0)", [SOFTMAX]: SOLVED });
  const out = newOut();
  const { stdout } = await gradeClass(place, out, "--release", handedOut);
  const { grade } = await runGrade(["1.1", "--submission", copy, "--fresh"]);
  const [exercise] = grade?.exercises ?? [];
  const said = exercise?.outcome === "missing" ? exercise.message : undefined;
  expect(said).toContain("01-stable-softmax (1).ts the one? Rename it");
  expect(entryOf(out, "copy")?.problems.map(({ en }) => en)).toEqual([said]);
  expect(stdout).toMatch(/copy: 0 of 5 points · 1 remark/);
  expect(entryOf(out, "top")).toMatchObject({ points: 5, changed: ["grader/a.ts"] });
});

test("an id that another country's spreadsheet would take for two cells stands in quotes", async () => {
  const place = newFolder();
  write(path.join(place, "a;=1"), { [file]: SOLVED });
  const out = newOut();
  await gradeClass(place, out);
  expect(readFileSync(path.join(out, "gradebook.csv"), "utf8")).toMatch(/^"a;=1",,graded,5,5,/m);
});
