import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { studentsOf } from "./students.js";
import { classWords } from "./words.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-students-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = classWords("en");
const fileOf = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const classOf = (name: string, ...entries: string[]): string => {
  const place = path.join(folder, name);
  for (const entry of entries) {
    if (/\.\w+$/.test(entry)) writeFileSync(path.join(place, entry), "");
    else mkdirSync(path.join(place, entry), { recursive: true });
  }
  return place;
};

test("each folder and archive of a folder is a submission; hidden entries and other files are none", () => {
  const place = classOf("plain", "b", "a", ".git", "c.zip", "d.tar.gz", "notes.txt");
  expect(studentsOf(place, undefined, words).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
});

test("a roster says who is in the class, in its order; who handed in nothing has no place", () => {
  const place = classOf("rostered", "zoe", "ada");
  const roster = fileOf("r1.csv", "\ufeffstudent,name\nzoe,Zoé\nbob,Bob\nada,Ada\n");
  const students = studentsOf(place, roster, words);
  expect(students.map(({ id, place: at }) => [id, at === undefined])).toEqual([
    ["zoe", false],
    ["bob", true],
    ["ada", false],
  ]);
  expect(students[0]?.name).toBe("Zoé");
});

test("semicolons between columns, as spreadsheets write them where commas are for decimals", () => {
  const list = fileOf("semicolons.csv", "\ufeffstudent;name\r\nzoe;Zoé, la primera\r\n");
  expect(studentsOf(list, undefined, words).map(({ id, name }) => [id, name])).toEqual([["zoe", "Zoé, la primera"]]);
});

test("names of platforms are matched by their end, when only one ends so; strangers are kept and marked", () => {
  const place = classOf("prefixed", "unit-1-ada", "unit-1-bob", "unit-2-bob", "eve");
  const roster = fileOf("r2.csv", "student\nada\nbob\n");
  const students = studentsOf(place, roster, words);
  expect(students.find(({ id }) => id === "ada")?.place).toBe(path.join(place, "unit-1-ada"));
  expect(students.find(({ id }) => id === "bob")?.place).toBeUndefined(); // there are two
  expect(students.find(({ id }) => id === "bob")?.called).toEqual({
    ...{ is: "unclear", names: ["unit-1-bob", "unit-2-bob"] },
  });
  expect(students.filter(({ unknown }) => unknown).map(({ id }) => id)).toEqual(["eve", "unit-1-bob", "unit-2-bob"]);
});

/** Of each student of a roster: what is taken for theirs, "?" where that is unclear, with "~" where it is only likely. */
const matched = (name: string, ids: readonly string[], entries: readonly string[]): Record<string, string> => {
  const place = classOf(name, ...entries);
  const roster = fileOf(`${name}.csv`, `student\n${ids.join("\n")}\n`);
  const shown = studentsOf(place, roster, words).filter(({ unknown }) => !unknown);
  return Object.fromEntries(
    shown.map(({ id, place: at, called }) => {
      if (called?.is === "unclear") return [id, "?"];
      return [id, `${called?.is === "likely" ? "~" : ""}${at === undefined ? "" : path.basename(at)}`];
    }),
  );
};

test.each([
  ["who handed in nothing gets nobody's", ["ada", "ana-ada"], ["ana-ada"], { ada: "", "ana-ada": "ana-ada" }],
  ["whatever the order of the roster", ["ana-ada", "ada"], ["ana-ada"], { ada: "", "ana-ada": "ana-ada" }],
  ["two ids in one ending", ["ada", "ana-ada"], ["unit-1-ana-ada"], { ada: "?", "ana-ada": "?" }],
  [
    "two ids in one ending, and what stands in front of all others",
    ["ada", "ana-ada", "bob"],
    ["unit-1-ana-ada", "unit-1-bob"],
    { ada: "", "ana-ada": "unit-1-ana-ada", bob: "unit-1-bob" },
  ],
  [
    "both handed in as a platform calls them",
    ["ada", "ana-ada"],
    ["unit-1-ada", "unit-1-ana-ada"],
    { ada: "unit-1-ada", "ana-ada": "unit-1-ana-ada" },
  ],
  [
    "a second time with something in front",
    ["ada", "ana-ada", "bob"],
    ["ana-ada", "unit-1-ana-ada", "unit-2-bob", "unit-1-eve"],
    { ada: "?", "ana-ada": "ana-ada", bob: "~unit-2-bob" },
  ],
  ["in front of one alone", ["ada", "bob"], ["ana-ada", "bob"], { ada: "~ana-ada", bob: "bob" }],
  ["an end without a hyphen", ["ada", "da"], ["yada", "x_ada"], { ada: "", da: "" }],
])("nobody gets another's submission: %s", (name, ids, entries, expected) => {
  expect(matched(name, ids, entries)).toEqual(expected);
});

test("what the roster names is not looked for among what was handed in", () => {
  const place = classOf("named", "ada", "unit-1-bob");
  const roster = fileOf("named.csv", "student,submission\nada,elsewhere\nbob,there\n");
  expect(studentsOf(place, roster, words).map(({ id, place: at, unknown }) => [id, at, unknown ?? false])).toEqual([
    ["ada", path.join(folder, "elsewhere"), false],
    ["bob", path.join(folder, "there"), false],
    ["unit-1-bob", path.join(place, "unit-1-bob"), true],
  ]);
});

test("composed and decomposed letters are the same", () => {
  const place = classOf("letters", "jose\u0301");
  const roster = fileOf("r3.csv", "student\njos\u00e9\n");
  expect(studentsOf(place, roster, words)[0]?.place).toBe(path.join(place, "jose\u0301"));
});

test("a list has places beside it, URLs, deadlines and late days", () => {
  const list = fileOf(
    "list.csv",
    'student,submission,due,late_days,submitted\na,one,2026-12-01T23:59-06:00,2,2026-12-02\nb,https://github.com/x/b.git,,,\nc,git@github.com:x/c.git,,,\n"d, e","../d e",,0,\n',
  );
  const [a, b, c, d] = studentsOf(list, undefined, words);
  expect(a).toEqual({
    ...{ id: "a", place: path.join(folder, "one"), due: "2026-12-01T23:59-06:00", lateDays: 2 },
    submitted: "2026-12-02T23:59Z",
  });
  expect([b?.place, c?.place]).toEqual(["https://github.com/x/b.git", "git@github.com:x/c.git"]);
  expect(d).toEqual({ id: "d, e", place: path.join(path.dirname(folder), "d e"), lateDays: 0 });
});

test("ids are texts: none of them is a path or a formula to anybody", () => {
  const list = fileOf(
    "hostile.csv",
    'student,submission\n=cmd(),a\n../../etc/passwd,b\n"a\u0000b\u001b[31m",c\n__proto__,d\n',
  );
  expect(studentsOf(list, undefined, words).map(({ id }) => id)).toEqual([
    ...["=cmd()", "../../etc/passwd", "a\u0000b\u001b[31m", "__proto__"],
  ]);
});

test.each([
  ["who stands there twice", "student,submission\na,x\na,y\n", /a stands there twice/],
  ["a line without an id", "student,submission\n,x\n", /line 2: the student has no id/],
  ["a deadline that is none", "student,due\na,tomorrow\n", /line 2: due is "tomorrow", expected a date/],
  ["late days that are none", "student,late_days\na,x\nb,-1\n", /line 2: late_days is "x"/],
  ["no column of students", "name\nAda\n", /no column `student`/],
  ["nobody", "student\n", /no students in it/],
  ["lines of different length", "student,submission\na,b,c\n", /Invalid Record Length/],
  ["an open quote", 'student\n"a\n', /Quote Not Closed/],
])("refuses %s, and says where", (name, text, message) => {
  expect(() => studentsOf(fileOf(`${name}.csv`, text), undefined, words)).toThrow(message);
});

test("refuses what is not there, and a folder without submissions", () => {
  expect(() => studentsOf(path.join(folder, "nowhere"), undefined, words)).toThrow(/no such folder or file/);
  mkdirSync(path.join(folder, "empty"));
  expect(() => studentsOf(path.join(folder, "empty"), undefined, words)).toThrow(/no submissions in it/);
});
