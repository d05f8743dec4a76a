/** The repository for students, made and used as an instructor and a student would. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownHandout } from "../class/handout.js";
import { changesFrom } from "../class/intake/changes.js";
import { hiddenSources } from "../class/release/contents.js";
import { findLeaks } from "../class/release/leaks.js";
import { filesBelow, root } from "../store.js";
import { exerciseOf, placeOf, UNITS } from "../syllabus.js";
import { type Ran, run, runGrade } from "./run.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-release-test-"));
const students = path.join(folder, "students");
const KEY = "the key of this course, 42";
let made: Ran;

beforeAll(async () => {
  const words = ["--out", students, "--units", "1", "--due", "2026-12-01T23:59-06:00", "--lang", "es"];
  const git = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  made = await run(["release", ...words], { env: { WORKBOOK_KEY: KEY, ...git } });
  if (existsSync(students)) symlinkSync(path.join(root, "node_modules"), path.join(students, "node_modules"));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (id: string) => path.join(students, "exercises", `${placeOf(id)}.ts`);
const solution = (id: string) => readFileSync(path.join(root, "solutions", `${placeOf(id)}.ts`), "utf8");

test("it proves itself, and does not show the key that it was given", () => {
  expect(made.stderr).toBe("");
  expect(made.code).toBe(0);
  expect(made.stdout).toContain("plantillas: sin empezar, 0 de 70 puntos");
  expect(made.stdout).toContain("soluciones con los casos grabados: 70 de 70 puntos");
  expect(made.stdout).toContain("soluciones con la clave, en las pruebas completas: 70 de 70 puntos");
  expect(made.stdout).not.toContain(KEY);
});

test("it holds no solution, no reference, no suite, and its history is one commit", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: students }).toString().trim();
  const files = git("ls-files").split("\n");
  expect(files.filter((file) => /^(solutions|reference)\/|\.test\.ts$|class\/|fixtures/.test(file))).toEqual([]);
  expect(files).toContain("grader/suites/01-recurrent-attention/01-stable-softmax.cases");
  expect(readdirSync(path.join(students, "exercises"))).toEqual(["01-recurrent-attention", "support.ts", "types.ts"]);
  const suite = readFileSync(path.join(students, "grader/suites", `${placeOf("1.1")}.ts`), "utf8");
  expect(suite).not.toContain("mistakes");
  expect(git("rev-list", "--all", "--count")).toBe("1");
  expect(git("status", "--porcelain", "--", "exercises", "grader", "package.json")).toBe("");
});

test("handed in, it is recognised without a word of where it was made", async () => {
  const { formOf } = ownHandout();
  const files = execFileSync("git", ["ls-files"], { cwd: students }).toString().trim().split("\n");
  const digest = (file: string) =>
    createHash("sha256")
      .update(readFileSync(path.join(students, file)))
      .digest("hex");
  const found = new Map(files.map((file) => [file, digest(file)]));
  expect(changesFrom(await formOf(new Set(files)), found, files)).toEqual({ changed: [], changedMore: 0 });
  const more = [...files, "grader/suites/05-transformer/x.ts"];
  const odd = new Map(found).set(".github/workflows/classroom.yml", "0");
  const { changed } = changesFrom(await formOf(new Set(files)), odd, more);
  expect(changed).toEqual([".github/workflows/classroom.yml", "grader/suites/05-transformer/x.ts"]);
});

test("a leak would be found", () => {
  const line = "const carefullyHidden = reference.matMul(left, right);";
  const lines = solution("1.4").split("#region solution\n")[1]?.split("\n") ?? [];
  const contents = new Map([
    ["notes/a.md", Buffer.from(`  ${line}`)],
    ["grader/b.ts", Buffer.from(lines.join("\n"))],
  ]);
  const { leaks } = findLeaks(contents, new Map([["reference/x.ts", line]]));
  expect(leaks).toContainEqual({ file: "notes/a.md", of: "reference/x.ts", text: line.replace(/\s/g, "") });
  expect(leaks.some(({ file, of }) => file === "grader/b.ts" && of.startsWith("solutions/"))).toBe(true);
});

test("no lesson shows a line of a solution, of the reference or of a suite", () => {
  const lessons = filesBelow(path.join(root, "exercises")).filter((file) => file.endsWith(".md"));
  const contents = new Map(lessons.map((file) => [path.relative(root, file), readFileSync(file)]));
  expect(contents.size).toBeGreaterThanOrEqual(10);
  expect(findLeaks(contents, hiddenSources(UNITS.map(({ number }) => number))).leaks).toEqual([]);
});

test("the student's readme is in the course's language, with the deadline", () => {
  const readme = readFileSync(path.join(students, "README.md"), "utf8");
  expect(readme).toContain("Cuaderno de atención");
  expect(readme).toMatch(/Se entrega a más tardar el \*\*martes, 1 de diciembre de 2026.*23:59 \(UTC−06:00\)\*\*/);
  expect(readme).toContain("(exercises/01-recurrent-attention/README.es.md)");
  expect(readFileSync(path.join(students, "README.en.md"), "utf8")).toContain("[Español](README.md)");
  for (const text of [readme]) expect(text).not.toMatch(/\{\{|\}\}/);
});

test("npm would install it: package.json and its lock agree", () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(students, name), "utf8"));
  const [manifest, lock] = [read("package.json"), read("package-lock.json")];
  expect(manifest.devDependencies).toBeUndefined();
  expect(Object.keys(manifest.scripts)).not.toContain("release");
  expect(lock.packages[""].dependencies).toEqual(manifest.dependencies);
  expect(lock.packages[""].devDependencies).toBeUndefined();
  execFileSync("npm", ["ci", "--dry-run", "--ignore-scripts", "--offline", "--no-audit"], {
    cwd: cpManifest(),
    stdio: "ignore",
  });
});

function cpManifest(): string {
  const copy = mkdtempSync(path.join(folder, "manifest-"));
  for (const name of ["package.json", "package-lock.json"]) cpSync(path.join(students, name), path.join(copy, name));
  return copy;
}

test("a mistake is named there without any suite", async () => {
  writeFileSync(
    place("1.1"),
    solution("1.1").replace(/\/\/ #region[\s\S]*#endregion/, "return tf.exp(x).div(tf.exp(x).sum(-1, true));"),
  );
  const { code, stdout, grade } = await runGrade(["1.1", "--fresh", "--lang", "en"], { workbook: students });
  expect(code).toBe(1);
  expect(grade?.cases).toBe("recorded");
  expect(stdout).toContain("without subtracting the maximum");
  expect(stdout).toContain("Graded on recorded cases");
});

test("with the key the full suites grade it; with another one it says so", async () => {
  writeFileSync(place("1.1"), solution("1.1"));
  const graded = await runGrade(["1.1", "--fresh"], { workbook: students, env: { WORKBOOK_KEY: KEY } });
  expect([graded.code, graded.grade?.cases, graded.grade?.points]).toEqual([0, "fresh", 5]);
  expect(graded.stdout).not.toContain("casos grabados");
  const other = await runGrade(["1.1", "--fresh"], { workbook: students, env: { WORKBOOK_KEY: "not the key at all" } });
  expect(other.code).toBe(3);
  expect(other.stderr).toContain("WORKBOOK_KEY does not open grader/suites/suites.sealed");
  const none = await runGrade(["1.1", "--fresh"], { workbook: students, env: { WORKBOOK_KEY: "" } });
  expect([none.code, none.grade?.cases]).toEqual([0, "recorded"]);
});

test("with the key, pictures are of public cases only, and say so", async () => {
  writeFileSync(place("1.1"), solution("1.1").replace(/\/\/ #region[\s\S]*#endregion/, "return tf.sigmoid(x);"));
  const words = ["1.1", "--fresh", "--seed", "4"];
  const [hidden, open] = await Promise.all([
    runGrade(words, { workbook: students, env: { WORKBOOK_KEY: KEY } }),
    runGrade(words, { workbook: students }),
  ]);
  const all = ({ grade }: typeof open) => grade?.exercises[0]?.checks.map(({ figure }) => figure) ?? [];
  const figures = (ran: typeof open) => all(ran).map((figure) => figure && { ...figure, inPlaceOf: undefined });
  expect([hidden.grade?.cases, open.grade?.cases]).toEqual(["fresh", "recorded"]);
  expect(figures(hidden)?.[0]?.got.length).toBeGreaterThan(1);
  expect(figures(hidden)).toEqual(figures(open));
  const saidOf = (ran: typeof open) => new Set(all(ran).flatMap((figure) => (figure ? [figure.inPlaceOf] : [])));
  expect([saidOf(hidden), saidOf(open)]).toEqual([new Set(["hidden case"]), new Set([undefined])]);
  writeFileSync(place("1.1"), solution("1.1"));
});

test("with the key, no clear text of a suite is written to any file, not even for a moment", async () => {
  const log = path.join(folder, "written.log");
  const hook = path.join(folder, "hook.cjs");
  writeFileSync(hook, LOGS_WRITES);
  writeFileSync(place("1.1"), solution("1.1").replace(/\/\/ #region[\s\S]*#endregion/, "return tf.sigmoid(x);"));
  const env = { WORKBOOK_KEY: KEY, WRITTEN_LOG: log, NODE_OPTIONS: `--require ${hook}`, TMPDIR: mkTemporary() };
  const { grade } = await runGrade(["1.1", "--fresh"], { workbook: students, env });
  writeFileSync(place("1.1"), solution("1.1"));
  expect(grade?.cases).toBe("fresh");
  const written = readFileSync(log, "utf8");
  expect(written).toContain('"workbook/grade/v2"'); // the log sees what is written
  const left = filesBelow(env.TMPDIR).map((file) => readFileSync(file, "latin1"));
  const suite = readFileSync(path.join(root, "grader/suites", `${placeOf("1.1")}.ts`), "utf8");
  const lines = suite.split("\n").map((line) => line.trim());
  const code = lines.filter((line) => /^(random|const|student|expect)[^"]{25,}$/.test(line));
  expect(code.length).toBeGreaterThan(2);
  for (const text of [written, ...left]) for (const line of code) expect(text).not.toContain(line.replace(/[;,]$/, ""));
});

/** Loaded into every process of Node.js: copies whatever is written to a file to a log. */
const LOGS_WRITES = `
const fs = require("node:fs");
const { appendFileSync } = fs;
let logging = false;
const log = (data) => {
  if (logging || (typeof data !== "string" && !ArrayBuffer.isView(data))) return;
  logging = true;
  try { appendFileSync(process.env.WRITTEN_LOG, Buffer.from(data.buffer ?? data)); } catch {}
  logging = false;
};
for (const [owner, names] of [
  [fs, ["writeFileSync", "writeFile", "appendFileSync", "appendFile", "writeSync", "write"]],
  [fs.promises, ["writeFile", "appendFile"]],
]) {
  for (const name of names) {
    const original = owner[name];
    owner[name] = function (...args) { log(args[1]); return original.apply(this, args); };
  }
}
require("node:module").syncBuiltinESMExports();
`;

function mkTemporary(): string {
  return mkdtempSync(path.join(folder, "tmp-"));
}

test("the grader's helpers are used, whatever is done to the student's: they bring nothing in", async () => {
  const support = path.join(students, "exercises/support.ts");
  const original = readFileSync(support, "utf8");
  writeFileSync(place("1.3"), solution("1.3"));
  const reads = 'import environment from "/proc/self/environ" with { type: "text" };\nthrow new Error(environment);\n';
  writeFileSync(support, `${reads}${original}`);
  const ran = await Promise.all(
    [KEY, ""].map((key) => runGrade(["1.3", "--fresh"], { workbook: students, env: { WORKBOOK_KEY: key } })),
  );
  writeFileSync(support, original);
  expect(ran.map(({ grade }) => [grade?.cases, grade?.exercises[0]?.outcome])).toEqual([
    ["fresh", "passed"],
    ["recorded", "passed"],
  ]);
});

test("without the sealed suites a grade says that it is of recorded cases, and the key is of no use", async () => {
  const sealed = path.join(students, "grader/suites/suites.sealed");
  const content = readFileSync(sealed);
  rmSync(sealed);
  const none = await runGrade(["1.1", "--fresh"], { workbook: students });
  const keyed = await runGrade(["1.1", "--lang", "es"], { workbook: students, env: { WORKBOOK_KEY: KEY } });
  const doctor = await run(["doctor"], { workbook: students });
  writeFileSync(sealed, content);
  expect(none.grade?.cases).toBe("recorded");
  expect(none.stdout).toContain("Graded on recorded cases");
  expect([keyed.code, keyed.stderr]).toEqual([3, expect.stringMatching(/^Falta grader\/suites\/suites.sealed.*\n$/)]);
  expect([doctor.code, doctor.stdout]).toEqual([3, expect.stringContaining("suites.sealed")]);
});

test("its language is the course's, where nobody chose another", async () => {
  const saidIn = async (env: Record<string, string>) =>
    (await run(["doctor"], { workbook: students, env: { WORKBOOK_LANG: "", LC_ALL: "", LC_MESSAGES: "", ...env } }))
      .stdout;
  const [spanish, english] = [await saidIn({ LANG: "en_US.UTF-8" }), await saidIn({ WORKBOOK_LANG: "en" })];
  expect([spanish.includes("Todo está en orden."), english.includes("Everything is in order.")]).toEqual([true, true]);
});

test("commands there: a stub comes back, hints are given, and there is none for instructors", async () => {
  const reset = await run(["reset", "1.1", "--yes"], { workbook: students });
  expect(reset.code).toBe(0);
  expect(readFileSync(place("1.1"), "utf8")).toContain(`TODO 1.1: ${exerciseOf("1.1").exports[0]}`);
  expect((await run(["hint", "1.1"], { workbook: students })).code).toBe(0);
  expect((await run(["release", "--out", "x"], { workbook: students })).code).toBe(2);
  const waiting = await runGrade(["1.6", "--fresh"], { workbook: students });
  expect(waiting.grade?.exercises[0]?.outcome).toBe("not started");
});

test("an exercise waits for one that does not pass, since nothing stands in for it", async () => {
  writeFileSync(place("1.6"), solution("1.6"));
  const { grade } = await runGrade(["1.6", "--fresh"], { workbook: students });
  expect(grade?.exercises[0]).toMatchObject({ outcome: "waiting" });
});

test.each([
  [["--out", "."], /choose a folder outside/],
  [[], /--out/],
  [["--out", "/tmp/nowhere-at-all", "--units", "9"], /expected numbers of units/],
  [["--out", "/tmp/nowhere-at-all", "--units", "5"], /builds on unit/],
  [["--out", "/tmp/nowhere-at-all", "--due", "tomorrow"], /expected a date/],
  [["--out", "/tmp/nowhere-at-all", "--due", "2026-02-30"], /expected a date/],
  [["--out", "/"], /is not empty/],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await run(["release", ...words]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test("no file of a release is larger than GitHub takes, and all are named plainly", () => {
  for (const file of filesBelow(path.join(students, "grader"))) {
    expect(readFileSync(file).length).toBeLessThan(50e6);
    expect(path.relative(students, file)).toMatch(/^[\w./-]+$/);
  }
});
