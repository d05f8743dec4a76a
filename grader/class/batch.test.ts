/** What the code of a submission may take: bounded for all exercises together, whoever else hands in the same. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { gradeClass } from "./batch.js";
import { gradebookOf, type Run, type StudentGrade } from "./gradebook.js";
import { overviewOf } from "./overview.js";
import { openResults } from "./results.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-batch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const IDS = ["1.1", "1.2", "1.3"];
const RUN: Run = { seed: 1, lateDays: 0, grader: "g", suites: {}, exercises: IDS };
const solved = (id: string) => readFileSync(path.join(root, "solutions", `${placeOf(id)}.ts`), "utf8");
const stub = (id: string) => readFileSync(path.join(root, "exercises", `${placeOf(id)}.ts`), "utf8");

/** @param seconds what the code of each submission may take, less than a single call */
async function graded(
  students: Readonly<Record<string, Readonly<Record<string, string>>>>,
  seconds: number,
  out = mkdtempSync(path.join(folder, "out-")),
): Promise<Record<string, StudentGrade>> {
  const place = mkdtempSync(path.join(folder, "class-"));
  for (const [id, files] of Object.entries(students)) {
    for (const [exercise, source] of Object.entries(files)) {
      const file = path.join(place, id, "exercises", `${placeOf(exercise)}.ts`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
  }
  const results = openResults(out);
  const grades: Record<string, StudentGrade> = {};
  await gradeClass({
    ...{ students: Object.keys(students).map((id) => ({ id, place: path.join(place, id) })), run: RUN, results },
    ...{ terms: { lateDays: 0 }, language: "en", jobs: 1, seconds, scratch: path.join(out, ".scratch") },
    handout: async () => new Map(),
    onGraded: (grade) => {
      grades[grade.student] = grade;
    },
  });
  results.close();
  return grades;
}

const outcomes = ({ exercises }: StudentGrade) => IDS.map((id) => exercises[id]?.outcome);

test("what uses up the time of all exercises is timed out, and so is what comes after it; nobody else loses by it", async () => {
  const endless = stub("1.2").replace(/throw new Error\(.*\);/, "for (;;) {}");
  const { ada, bob } = await graded(
    { ada: { "1.1": solved("1.1"), "1.2": endless, "1.3": solved("1.3") }, bob: { "1.3": solved("1.3") } },
    3,
  );
  if (ada === undefined || bob === undefined) throw new Error("not graded");
  expect(outcomes(ada)).toEqual(["passed", "timed out", "timed out"]);
  expect([ada.status, ada.points]).toEqual(["graded", 5]);
  const [said] = ada.problems;
  expect(said?.en).toBe(
    "its code used up 3 s of processor time, all that a submission has: 1.2, 1.3 timed out for that",
  );
  expect(overviewOf(gradebookOf(RUN, [ada, bob]), "en")).toContain(said?.en);
  // The same file, graded after it: what was not asked of another is no result.
  expect([outcomes(bob), bob.points, bob.problems]).toEqual([["missing", "missing", "passed"], 10, []]);
});

test("what a classmate's equal file took counts as if it had run again", async () => {
  const out = mkdtempSync(path.join(folder, "out-"));
  const slow = `${solved("1.1")}\nlet sum = 0;\nfor (let i = 0; i < 3e8; i++) sum += i % 7;\nexport const total = sum;\n`;
  const { first } = await graded({ first: { "1.1": slow } }, 100, out);
  expect(first && outcomes(first)[0]).toBe("passed");
  const { second } = await graded({ second: { "1.1": slow, "1.3": solved("1.3") } }, 0.05, out);
  expect(second && outcomes(second)).toEqual(["timed out", "missing", "timed out"]);
  const { third } = await graded({ third: { "1.1": slow } }, 100, out);
  expect(third?.exercises["1.1"]).toEqual(first?.exercises["1.1"]);
});
