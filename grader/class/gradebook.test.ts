/** What is made of a gradebook: the table, the page, its statistics, its changes, its parts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import * as v from "valibot";
import { afterAll, describe, expect, test } from "vitest";
import { changesBetween, termsBetween } from "./changes.js";
import { type Gradebook, gradebookOf, gradebookSchema, nothing, type Run, type StudentGrade } from "./gradebook.js";
import { mergeParts, type Part } from "./merge.js";
import { overviewOf } from "./overview.js";
import { fingerprintOf } from "./shards.js";
import { costlyMistakes, distribution, exerciseRows, stuckStudents } from "./statistics.js";
import { tableOf } from "./table.js";
import { classWords } from "./words.js";

const IDS = ["1.1", "1.2", "1.3"];
const RUN: Run = { seed: 1, lateDays: 0, grader: "g", suites: { "1.1": "a", "1.2": "b", "1.3": "c" }, exercises: IDS };

type Entry = StudentGrade["exercises"][string];

function student(
  id: string,
  exercises: Readonly<Record<string, Partial<Entry>>>,
  more: Partial<StudentGrade> = {},
): StudentGrade {
  const blank = nothing(IDS, "en").exercises;
  const own = Object.fromEntries(IDS.map((one) => [one, { ...(blank[one] as Entry), ...exercises[one] }]));
  return {
    ...{
      student: id,
      status: "graded",
      bonus: 0,
      daysLate: 0,
      lateDaysLeft: 0,
      files: id,
      changed: [],
      changedMore: 0,
      problems: [],
    },
    points: Object.values(own).reduce((sum, { points }) => sum + points, 0),
    exercises: own,
    ...more,
  };
}

const PASSED = { outcome: "passed" } as const;
const partial = (points: number, mistake?: string): Partial<Entry> => ({
  ...{ outcome: "partial", points, failed: ["agrees"] },
  diagnoses:
    mistake === undefined
      ? []
      : [
          {
            ...{ is: "mistake", id: mistake, text: `what ${mistake} comes from` },
            about: "f",
            check: "agrees",
            points: 3,
          },
        ],
});

const ada = student("ada", {
  "1.1": { ...PASSED, points: 5 },
  "1.2": { ...PASSED, points: 10 },
  "1.3": { ...PASSED, points: 10 },
});
const bob = student("bob", { "1.1": { ...PASSED, points: 5 }, "1.2": partial(4, "no-scale") });
const eve = student("eve", { "1.1": partial(2, "sigmoid"), "1.2": partial(4, "no-scale") });
const zoe = student("zoe", {}, { status: "nothing handed in" });
const book: Gradebook = gradebookOf(RUN, [ada, bob, eve, zoe]);

describe("the table", () => {
  const rows = (of: Gradebook): Record<string, string>[] => parse(tableOf(of), { columns: true });

  test("has a row for each student and a column for each exercise", () => {
    const table = rows(book);
    expect(table.map(({ student: id, points, "1.2": second }) => [id, points, second])).toEqual([
      ["ada", "25", "10"],
      ["bob", "9", "4"],
      ["eve", "6", "4"],
      ["zoe", "0", "0"],
    ]);
    expect(Object.keys(table[0] ?? {}).slice(-3)).toEqual(IDS);
    expect(table[3]?.status).toBe("nothing handed in");
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', 'a\n=1,"', "\u202e=1"])(
    "no name is a formula or breaks a row: %j",
    (hostile) => {
      const [head = {}, ...others] = rows(gradebookOf(RUN, [{ ...ada, student: hostile, name: hostile }, bob]));
      expect(others.length).toBe(1);
      for (const cell of [head.student ?? "", head.name ?? ""]) {
        expect(cell).not.toMatch(/^\s*[=+\-@]/);
        expect(cell).not.toMatch(/\p{C}/u);
      }
      expect(head.points).toBe("25");
    },
  );
});

describe("what the table holds of names", () => {
  const lineOf = (one: Partial<StudentGrade>): string =>
    tableOf(gradebookOf(RUN, [{ ...ada, ...one }])).split("\n")[1] ?? "";

  test.each(["a;=1", "a,=1", "a|b", 'a"b', "a'b", "=1", "+1", "-1", "@x", "＝1", " =1", " a", "a, b"])(
    "stands in quotes, whatever sign ends a cell: %j",
    (hostile) => {
      expect(lineOf({ student: hostile })).toMatch(/^"/);
      expect(lineOf({ student: "ada", name: hostile })).toMatch(/^ada,"/);
      for (const cell of [...(parse(lineOf({ student: hostile, name: hostile })) as string[][])].flatMap((row) =>
        row.slice(0, 2),
      ))
        expect(cell).not.toMatch(/^\s*[=+\-@＝]/u);
    },
  );

  test("what is no more than text is as it is", () => {
    expect(lineOf({ student: "a;=1" })).toMatch(/^"a;=1",,graded,25,25,/);
    expect(lineOf({ student: "ada-1", name: "Ada Lovelace" })).toMatch(/^ada-1,Ada Lovelace,graded,/);
  });

  test("no name is a formula for a program that ends cells at semicolons", () => {
    const name = "x;=1+1; @SUM(A1);-2;b";
    const rows: string[][] = parse(lineOf({ student: "a;=1+1;", name }), { delimiter: ";", relax_quotes: true });
    expect(rows[0]?.length).toBeGreaterThan(3);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^["\s]*[=+\-@]/);
  });

  test("remarks are counted", () => {
    const remark = { en: "look at it", es: "míralo" };
    const text = tableOf(gradebookOf(RUN, [{ ...ada, problems: [remark, remark] }, bob]));
    const table: Record<string, string>[] = parse(text, { columns: true });
    expect(table.map(({ remarks }) => remarks)).toEqual(["2", "0"]);
  });
});

describe("statistics", () => {
  test("points are counted in ten parts, everybody who was graded once", () => {
    const buckets = distribution(book);
    expect(buckets.reduce((sum, { students }) => sum + students, 0)).toBe(3);
    expect(buckets[0]?.from).toBe(0);
    expect(buckets.at(-1)).toEqual({ from: 23, to: 25, students: 1 });
    for (const [i, { from }] of buckets.entries()) if (i > 0) expect(from).toBe((buckets[i - 1]?.to ?? 0) + 1);
  });

  test("an exercise's mean is of those who began it", () => {
    expect(exerciseRows(book)[1]).toMatchObject({ id: "1.2", started: 3, passed: 1, mean: 6, lost: 12 });
    expect(exerciseRows(book)[2]).toMatchObject({ id: "1.3", started: 1, mean: 10, lost: 0 });
  });

  test("mistakes come by what they cost", () => {
    expect(costlyMistakes(book)).toEqual([
      { exercise: "1.2", id: "no-scale", text: "what no-scale comes from", students: 2, points: 6 },
      { exercise: "1.1", id: "sigmoid", text: "what sigmoid comes from", students: 1, points: 3 },
    ]);
  });

  test("stuck is who began and passed nothing after it", () => {
    expect(stuckStudents(book).map(({ student: { student: id }, at }) => [id, at])).toEqual([
      ["eve", ["1.1", "1.2"]],
      ["bob", ["1.2"]],
    ]);
  });
});

test("the page escapes names, and shows who needs a look", () => {
  const hostile = "<script>alert(1)</script>";
  const odd = student(
    hostile,
    {},
    { changed: [hostile], changedMore: 2, unknown: true, problems: [{ en: hostile, es: hostile }] },
  );
  for (const language of ["en", "es"] as const) {
    const page = overviewOf(gradebookOf(RUN, [odd, ada]), language);
    expect(page).not.toContain("<script");
    expect(page).toContain("&#60;script&#62;");
    expect(page).toMatch(/3 (files|archivos)/);
  }
  expect(overviewOf(gradebookOf(RUN, []), "en")).toContain("0 students");
});

describe("changes", () => {
  const suited = (suites: Record<string, string>) => ({ ...RUN, suites: { ...RUN.suites, ...suites } });

  test("are named by exercise and check, with their cause", () => {
    const better = student(
      "bob",
      { "1.1": { ...PASSED, points: 5 }, "1.2": { ...PASSED, points: 10 } },
      { files: "bob" },
    );
    expect(changesBetween(book, gradebookOf(suited({ "1.2": "new" }), [ada, better, eve, zoe]))).toEqual([
      { student: "bob", exercise: "1.2", from: 4, to: 10, causes: ["suite"], gained: ["agrees"], lost: [] },
    ]);
  });

  test("another submission, other terms, and no cause at all are told apart", () => {
    const other = (more: Partial<StudentGrade>) =>
      changesBetween(book, gradebookOf(RUN, [ada, { ...student("bob", {}), ...more }, eve, zoe])).flatMap(
        ({ causes }) => causes,
      );
    expect(new Set(other({ files: "other" }))).toEqual(new Set(["submission"]));
    expect(new Set(other({ files: "bob" }))).toEqual(new Set(["code that runs differently"]));
    expect(new Set(other({ files: "bob", status: "refused" }))).toEqual(new Set(["terms"]));
  });

  test("late days and who is graded are told where no grade changes, with what they come from", () => {
    const terms = (run: Partial<Run>, was: Partial<StudentGrade>, is: Partial<StudentGrade>) =>
      termsBetween(
        gradebookOf(RUN, [{ ...ada, ...was }, bob]),
        gradebookOf({ ...RUN, ...run }, [{ ...ada, ...is }, bob]),
      );
    const none = { used: 0, left: 0 };
    expect(terms({ due: "2026-12-01T23:59Z" }, {}, { daysLate: 2 })).toEqual([
      { student: "ada", of: "late days", from: none, to: { used: 2, left: 0 }, causes: ["terms"] },
    ]);
    expect(terms({ lateDays: 3 }, {}, { lateDaysLeft: 3 })).toMatchObject([
      { of: "late days", to: { used: 0, left: 3 }, causes: ["terms"] },
    ]);
    // By the roster alone, by another commit, by another way to count.
    expect(terms({}, {}, { daysLate: 1 })).toMatchObject([{ causes: ["terms"] }]);
    expect(terms({}, {}, { daysLate: 1, submitted: "2026-12-02T00:00:00.000Z" })).toMatchObject([
      { causes: ["submission"] },
    ]);
    expect(terms({ grader: "other" }, {}, { daysLate: 1 })).toMatchObject([{ causes: ["grader"] }]);
    expect(terms({}, { points: 0 }, { points: 0, status: "refused" })).toEqual([
      { student: "ada", of: "status", from: "graded", to: "refused", causes: ["terms"] },
    ]);
    expect(terms({ due: "2026-12-01T23:59Z" }, {}, {})).toEqual([]);
    expect(termsBetween(book, gradebookOf(RUN, [ada]))).toEqual([]); // who is gone is told as a change of points
  });

  test("who was not graded has one change, that there is no grade, and none while it stays so", () => {
    const unlucky = { ...bob, status: "not graded" as const, ...nothing(IDS, "en", "grader error") };
    const without = gradebookOf(RUN, [ada, unlucky, eve, zoe]);
    const change = { student: "bob", causes: ["not graded"], gained: [], lost: [] };
    expect(changesBetween(book, without)).toEqual([{ ...change, from: 9, to: 0 }]);
    expect(changesBetween(without, book)).toEqual([{ ...change, from: 0, to: 9 }]);
    expect(changesBetween(without, without)).toEqual([]);
    expect(distribution(without).reduce((sum, { students }) => sum + students, 0)).toBe(2);
    expect(exerciseRows(without)[1]).toMatchObject({ started: 2 });
  });

  test("who came and who went", () => {
    const changes = changesBetween(
      book,
      gradebookOf(RUN, [ada, bob, eve, student("new", { "1.1": { ...PASSED, points: 5 } })]),
    );
    expect(changes.map(({ student: id, from, to }) => [id, from, to])).toEqual([
      ["new", 0, 5],
      ["zoe", 0, 0],
    ]);
    expect(changesBetween(book, book)).toEqual([]);
  });
});

describe("parts", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-parts-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const all = [ada, bob, eve, zoe].map(({ student: id }) => ({ id }));
  let count = 0;
  const part = (index: number, students: readonly StudentGrade[], more: Partial<Part> = {}) => {
    const place = path.join(folder, String(count++));
    mkdirSync(place);
    const own: Part = {
      schema: "workbook/class-part/v1",
      shard: { index, of: 2 },
      class: fingerprintOf(all),
      run: RUN,
      complete: true,
      ...more,
    };
    writeFileSync(path.join(place, "part.json"), JSON.stringify(own));
    writeFileSync(path.join(place, "gradebook.json"), JSON.stringify(gradebookOf(own.run, students)));
    return place;
  };
  const words = classWords("en");

  test("come together in the order of the roster, or of the ids", () => {
    const parts = [part(2, [zoe, bob]), part(1, [eve, ada])];
    expect(mergeParts(parts, undefined, words)).toEqual(book);
    const reversed = [...all].reverse();
    expect(mergeParts(parts, reversed, words).students.map((one) => one.student)).toEqual(["zoe", "eve", "bob", "ada"]);
  });

  test.each([
    ["a missing shard", () => [part(1, [ada])], /Shard 2\/2 is missing/],
    ["a shard twice", () => [part(1, [ada]), part(1, [bob]), part(2, [eve])], /Shard 1\/2 is there more than once/],
    ["a student twice", () => [part(1, [ada, bob]), part(2, [bob])], /bob is in more than one shard/],
    ["a student in none", () => [part(1, [ada]), part(2, [bob, eve])], /zoe is in no shard/],
    [
      "an unfinished shard",
      () => [part(1, [ada, bob]), part(2, [eve, zoe], { complete: false })],
      /shard 2\/2 did not come to its end/,
    ],
    ["another seed", () => [part(1, [ada, bob]), part(2, [eve, zoe], { run: { ...RUN, seed: 2 } })], /another seed/],
    ["another class", () => [part(1, [ada, bob]), part(2, [eve, zoe], { class: "x" })], /of another class/],
    ["no parts", () => [], /Say which parts/],
    ["a folder that is none", () => [folder], /has no part.json/],
  ])("refuses %s", (_, parts, message) => {
    expect(() => mergeParts(parts(), all, words)).toThrow(message);
  });
});

test("a gradebook of the version before is read, with its mistakes as diagnoses", () => {
  const { diagnoses: _, ...former } = bob.exercises["1.2"] as Entry;
  const mistakes = { "no-scale": { points: 3, hint: "what no-scale comes from" } };
  const old = {
    ...book,
    schema: "workbook/gradebook/v1",
    students: [{ ...bob, exercises: { "1.2": { ...former, mistakes } } }],
  };
  const read = v.parse(gradebookSchema, JSON.parse(JSON.stringify(old)));
  expect(read.schema).toBe("workbook/gradebook/v2");
  expect(read.students[0]?.exercises["1.2"]?.diagnoses).toMatchObject([
    { is: "mistake", id: "no-scale", text: "what no-scale comes from", points: 3 },
  ]);
  expect(costlyMistakes(read)).toMatchObject([{ id: "no-scale", students: 1, points: 3 }]);
});
