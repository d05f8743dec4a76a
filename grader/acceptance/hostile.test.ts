/** Names and code that would command whoever reads of them: the real command, real files, everything that it writes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { FORMATS } from "../publish/formats/index.js";
import { COMMANDS, CONTROLS } from "./hostile.js";
import { type Ran, run, runGrade } from "./run.js";
import { place, solved, submission, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();

/** A name that a file may have: new lines, a heading, commands of two kinds, a terminal's, one that turns the writing. */
const HOSTILE = "a\n# 610 of 610 points\r\n::error::stolen\u001b[2J\u001b]0;x\u0007\n##[error]y\u202ez\u2028# b";

/** Nothing commands. */
function expectHarmless(text: string): void {
  expect(text.replaceAll("\n", "")).not.toMatch(CONTROLS);
  expect(text).not.toMatch(COMMANDS);
}

/** And no line is another's. */
function expectQuiet(text: string): void {
  expectHarmless(text);
  expect(text).not.toMatch(/^\s*(#+ (610|b)|\[error\]|stolen)/m);
}

function expectQuietRun({ stdout, stderr }: Ran): void {
  expectQuiet(stdout);
  expectQuiet(stderr);
}

/** All formats, into files of a folder. */
function formatsIn(folder: string): { readonly words: readonly string[]; readonly read: () => Map<string, string> } {
  mkdirSync(folder, { recursive: true });
  const list = FORMATS.map(({ name }) => `${name}=${path.join(folder, name)}`);
  return {
    words: ["--format", list.join(",")],
    read: () => new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")])),
  };
}

/** What the steps of a workflow make of a grade: its summary, and the log. */
async function publishIn(folder: string, grade: string): Promise<Ran & { readonly summary: string }> {
  const [summary, output] = [path.join(folder, "summary"), path.join(folder, "output")];
  const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
  const ran = await run(["publish", "--grade", grade, "--github", "--runner"], { env });
  expect(readFileSync(output, "utf8")).toMatch(/^points=\d+\/\d+\nresult=[\w+/=]+\n$/);
  return { ...ran, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
}

/** The commands of a log, all of which are to be of the publisher's own form. */
function expectAnnotations(log: string): void {
  const lines = log.split("\n").filter((line) => line !== "");
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatch(/^::(error|warning|notice) ((file|line|col|title)=[^:,]*,?)+::(?!.*::)/);
    expect(line).not.toMatch(CONTROLS);
  }
}

const headingsOf = (markdown: string) => markdown.split("\n").filter((line) => /^ {0,3}#/.test(line));

const SOURCES: Readonly<Record<string, string>> = {
  "a syntax error in a line that commands": `const text = "\u001b[2J\u202e ::error::stolen ##[error]y"; const = 1; // \u2028# 610 of 610 points\n`,
  "a syntax error after a carriage return": "const a = ;\r::error::stolen\r# 610 of 610 points\r",
  "a module in an address": `import x = require("data:text/javascript,{{{\u001b[2J\\r::error::stolen\\n# 610 of 610 points\\n##[error]y");\n${solved}\nx;`,
  "an import of what cannot be": `import { a } from "\u001b[2J\\n::error::stolen\\n# 610 of 610 points";\n${solved}\na;`,
  "an error and a print that command": `console.log("\\u001b[2J\\r\\n::error::stolen\\n# 610 of 610 points\\n##[error]y");
export function stableSoftmax() { throw new Error("\\r\\n::error::stolen\\n# 610 of 610 points\\n##[error]y\\u202e"); }\n`,
  "keys of an answer that command": `export const stableSoftmax = () => ({ "\\u001b[2J\\n::error::stolen\\n# 610 of 610 points": 1 });\n`,
};

describe.concurrent("what is graded", () => {
  test.each(Object.entries(SOURCES))("%s", async (name, source) => {
    const folder = submission(path.join(temporary, name), place, source);
    const { words, read } = formatsIn(path.join(temporary, `${name} formats`));
    const graded = await runGrade(["1.1", "--fresh", "--submission", folder, ...words]);
    expect(graded.code).toBe(1);
    expectQuietRun(graded);
    // In a page, what code printed stands in lines of its own.
    for (const [format, text] of read()) format === "html" ? expectHarmless(text) : expectQuiet(text);
    expect(headingsOf(read().get("markdown") ?? "").length).toBe(2);
    const published = await publishIn(folder, path.join(temporary, `${name} formats`, "json"));
    expectAnnotations(published.stdout);
    expectQuiet(published.summary);
    expect(headingsOf(published.summary)).toEqual(headingsOf(read().get("markdown") ?? ""));
  });

  test.skipIf(process.platform === "win32")("a folder of units with a name that commands", async () => {
    const folder = path.join(temporary, HOSTILE);
    mkdirSync(path.join(folder, path.dirname(place)), { recursive: true });
    writeFileSync(path.join(folder, place), "const = 1;\n");
    const other = path.join(folder, path.dirname(place), `02-bidirectional-rnn${HOSTILE}.ts`);
    writeFileSync(other, solved);
    const { words, read } = formatsIn(path.join(temporary, "units formats"));
    const graded = await runGrade(["1.1", "1.2", "--fresh", "--submission", folder, ...words]);
    expect(graded.grade?.exercises.map(({ outcome }) => outcome)).toEqual(["does not compile", "missing"]);
    expectQuietRun(graded);
    for (const text of read().values()) expectQuiet(text);
    const published = await publishIn(temporary, path.join(temporary, "units formats", "json"));
    expectAnnotations(published.stdout);
    expectQuiet(published.summary);
    expect(headingsOf(published.summary).length).toBe(2);
  });

  test("a grade that somebody else has written", async () => {
    const folder = submission(path.join(temporary, "forged"), place, "const = 1;\n");
    const file = path.join(folder, "grade.json");
    await run(["grade", "1.1", "--fresh", "--submission", folder, "--json", file]);
    const grade = JSON.parse(readFileSync(file, "utf8"));
    for (const key of ["slug", "title", "file", "message", "line", "printed"]) grade.exercises[0][key] = HOSTILE;
    grade.exercises[0].place.file = HOSTILE;
    writeFileSync(file, JSON.stringify(grade));
    const published = await publishIn(folder, file);
    expectAnnotations(published.stdout);
    expectQuiet(published.summary);
    expect(headingsOf(published.summary).length).toBe(2);
    grade.exercises[0].id = HOSTILE;
    writeFileSync(file, JSON.stringify(grade));
    const refused = await run(["publish", "--grade", file, "--format", "ctrf"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("is no grade");
    expectQuietRun(refused);
  });
});

const given: readonly (readonly string[])[] = [
  [HOSTILE],
  ["grade", HOSTILE],
  ["grade", `--${HOSTILE}`],
  ["grade", "--seed", HOSTILE],
  ["grade", "--lang", HOSTILE],
  ["grade", "--format", HOSTILE],
  ["grade", "1.1", "--submission", path.join(temporary, HOSTILE, "nowhere")],
  ["grade", "1.1", "--submission", path.join(temporary, "not there", HOSTILE)],
  ["publish", "--grade", HOSTILE],
  ["train", HOSTILE],
  ["train", "karate", "--solutions", "--use", HOSTILE],
  ["train", "karate", "--solutions", "--resume", "--out", path.join(temporary, HOSTILE)],
  ["translate", "x", "--out", path.join(temporary, HOSTILE)],
  ["release", "--out", path.join("grader", HOSTILE)],
  ["class", "grade", HOSTILE],
  ["class", "plan", HOSTILE, "--shards", HOSTILE],
  ["class", "merge", HOSTILE, "--out", path.join(temporary, HOSTILE)],
];

test.concurrent.each(given)("words that command: %j %j %j %j", async (...words) => {
  const ran = await run(words);
  expect(ran.code).toBe(2);
  expect(ran.stderr).not.toBe("");
  expectQuietRun(ran);
});

test.skipIf(process.platform === "win32")("students whose names command, and their archives", async () => {
  const [all, out] = [path.join(temporary, "class"), path.join(temporary, `book${HOSTILE}`)];
  submission(path.join(all, `ada${HOSTILE}`), place, SOURCES["a syntax error in a line that commands"] ?? "");
  writeFileSync(path.join(all, `berta${HOSTILE}.zip`), "no archive");
  submission(path.join(all, "carla"), `${path.dirname(place)}/${HOSTILE}.ts`, solved);
  const roster = path.join(temporary, `roster${HOSTILE}.csv`);
  writeFileSync(roster, `student,name\ncarla,"${HOSTILE.replaceAll('"', "")}"\n`);
  const words = ["class", "grade", all, "--exercises", "1.1", "--jobs", "1", "--seed", "1", "--out", out];
  const graded = await run([...words, "--roster", roster]);
  expect([graded.code, graded.stderr]).toEqual([0, ""]);
  expectQuietRun(graded);
  expectQuiet(readFileSync(path.join(out, "overview.html"), "utf8"));
  expectQuiet(readFileSync(path.join(out, "gradebook.json"), "utf8"));
});
