/** Bad input gets a clear answer and nothing is lost: each fixture is named by its cause and runs through the real command. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Outcome } from "../grade.js";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { copyWorkbook } from "./copy.js";
import { run, runGrade } from "./run.js";

const fixtures = path.join(root, "grader/fixtures/bad-input");
const place = `${placeOf("1.1")}.ts`;
const solved = readFileSync(path.join(root, "solutions", place), "utf8");

const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-bad-input-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What a fixture comes to, and what its screen must say. */
const CAUSES: Readonly<Record<string, readonly [Outcome, number, ...RegExp[]]>> = {
  "missing-file": [
    "missing",
    0,
    /there is no file exercises\/01-recurrent-attention\/01-stable-softmax\.ts/,
    /npm run reset -- 1\.1/,
  ],
  "renamed-file": ["missing", 0, /is exercises\/01-recurrent-attention\/01-stable-sofmax\.ts the one\? Rename it/],
  "missing-export": ["missing", 0, /no function `stableSoftmax` is exported/],
  "renamed-export": ["missing", 0, /`stableSoftMax` is: rename it/],
  "syntax-error": ["does not compile", 0, /01-stable-softmax\.ts:4:13/, /4 \| {3}const e = ;/],
  "endless-loop": ["timed out", 0, /no answer within 5 s: does a loop never end\?/],
  "endless-recursion": ["threw", 0, /endless recursion/, /01-stable-softmax\.ts:4/],
  "allocation-without-end": ["out of memory", 0, /more memory than a call may take/],
  "typed-arrays-without-end": ["out of memory", 0, /more memory than a call may take/],
  "process-exit": ["threw", 0, /process\.exit was called/, /01-stable-softmax\.ts:4/],
  "throws-a-non-error": ["threw", 0, /threw a string \(just a text\) and not an Error/],
  "throws-at-load": ["threw", 0, /while it was loaded: Error: no luck today/, /01-stable-softmax\.ts:3/],
  "returns-a-promise": [
    "bad value",
    0,
    /a Promise \(exercises are synchronous: no async, no await\) where a tensor is due/,
  ],
  "returns-a-number": ["bad value", 0, /is a number where a tensor is due/],
  "returns-an-array": ["bad value", 0, /is an array where a tensor is due/],
  "returns-undefined": ["bad value", 0, /undefined \(is a return missing\?\) where a tensor is due/],
  "returns-a-disposed-tensor": ["bad value", 0, /a disposed tensor where a tensor is due/],
  nan: ["bad value", 0, /NaN in 7 of 7 places, first at \[0\]/],
  "wrong-dtype": ["bad value", 0, /has dtype int32, expected float32/],
  "wrong-shape": ["bad value", 0, /has shape \[\], expected \[7\]/],
  "disposes-its-input": ["partial", 1, /argument `x` was disposed of: inputs belong to the caller/],
  "changes-its-input": ["partial", 1, /argument `x` was changed: inputs belong to the caller/],
  "keeps-tensors": ["bad value", 0, /1 tensor outlives tf\.tidy/],
  "imports-node": [
    "breaks a rule",
    0,
    /"node:fs" may not be imported here; what may: @tensorflow\/tfjs/,
    /01-stable-softmax\.ts:1/,
  ],
  "imports-a-later-exercise": ["breaks a rule", 0, /"\.\/02-bidirectional-rnn\.js" may not be imported here/],
  "imports-dynamically": ["breaks a rule", 0, /import\(…\) is not available/, /01-stable-softmax\.ts:4/],
  "uses-softmax": ["breaks a rule", 0, /tf\.softmax may not be used in this exercise/, /01-stable-softmax\.ts:4:13/],
  "uses-softmax-by-a-computed-name": ["breaks a rule", 0, /tf\.softmax may not be used/, /01-stable-softmax\.ts:4/],
  "uses-softmax-as-a-method": ["breaks a rule", 0, /tf\.Tensor\.softmax may not be used/, /01-stable-softmax\.ts:4/],
  "uses-layers": ["breaks a rule", 0, /tf\.layers may not be used/],
  "answers-too-much": ["bad value", 0, /the answer is too large/],
  "prints-too-much": ["passed", 5, /│ a line that says nothing 19$/m, /│ … \(\+\d+\)/],
  "empty-file": ["missing", 0, /no function `stableSoftmax` is exported/],
  "exports-by-default": ["missing", 0, /no function `stableSoftmax` is exported/],
  "ends-too-early": ["does not compile", 0, /01-stable-softmax\.ts:7:1/],
  "forgets-to-declare": ["threw", 0, /ReferenceError: e is not defined/, /01-stable-softmax\.ts:4/],
  "awaits-at-the-top": ["does not compile", 0, /await/, /01-stable-softmax\.ts:3:1/, /3 \| await tf\.ready\(\);/],
  "endless-loop-at-load": ["timed out", 0, /no answer within 5 s: does a loop never end\?/],
  "returns-a-generator": ["bad value", 0, /is an? \S+.* where a tensor is due/],
  "throws-null": ["threw", 0, /threw .*null.* and not an Error/],
  "prints-and-passes": ["passed", 5, /your code printed:/, /│ shape \[ 7 \]/],
};

test("every fixture is expected to come to something", () => {
  expect(readdirSync(fixtures).sort()).toEqual(Object.keys(CAUSES).sort());
});

describe.concurrent("a submission", () => {
  test.for(Object.entries(CAUSES))("%s", async ([cause, [outcome, points, ...texts]], { expect }) => {
    const { code, stdout, stderr, grade } = await runGrade([
      "1.1",
      "--submission",
      path.join(fixtures, cause),
      "--fresh",
    ]);
    expect(stderr).toBe("");
    for (const text of texts) expect(`${stdout}\n${flat(stdout)}`).toMatch(text);
    const [exercise] = grade?.exercises ?? [];
    expect([exercise?.outcome, exercise?.points, code]).toEqual([outcome, points, outcome === "passed" ? 0 : 1]);
    expect(exercise?.printed?.length ?? 0).toBeLessThan(65 * 1024);
  });
});

test("a syntax error in one exercise leaves the others graded", async () => {
  const { grade } = await runGrade(["1.1", "1.3", "--submission", path.join(fixtures, "syntax-error"), "--fresh"]);
  expect(grade?.exercises.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["1.1", "does not compile"],
    ["1.3", "passed"],
  ]);
});

test.each([
  ["missing-file", /no existe el archivo exercises\/01-recurrent-attention\/01-stable-softmax\.ts/],
  ["imports-node", /aquí no se puede importar "node:fs"; sí se puede: @tensorflow\/tfjs/],
  ["changes-its-input", /se modificó el argumento `x`: las entradas son de quien llama/],
  ["throws-at-load", /el archivo lanzó un error al cargarse: Error: no luck today/],
])("%s, in Spanish", async (cause, text) => {
  const { stdout, grade } = await runGrade(["1.1", "--submission", path.join(fixtures, cause), "--lang", "es"]);
  expect(flat(stdout)).toMatch(text);
  expect(stdout).toContain("sigue:");
  expect(grade?.language).toBe("es");
});

test("in Spanish as well", async () => {
  const { stdout } = await run([
    "grade",
    "1.1",
    "--submission",
    path.join(fixtures, "returns-undefined"),
    "--lang",
    "es",
  ]);
  expect(stdout).toContain("el resultado es undefined (¿falta un return?); se esperaba un tensor");
  expect(stdout).toContain("sigue: exercises/01-recurrent-attention/01-stable-softmax.ts:3 · npm run hint -- 1.1");
});

test("an earlier exercise that does not pass is stood in for by its solution", async () => {
  const folder = submission("stand-in", place, readFileSync(path.join(fixtures, "nan/exercises", place), "utf8"));
  const context = `${placeOf("1.5")}.ts`;
  writeFileSync(path.join(folder, "exercises", context), readFileSync(path.join(root, "solutions", context), "utf8"));
  const { grade } = await runGrade(["1.5", "--submission", folder, "--fresh"]);
  expect(grade?.exercises.map(({ id, outcome }) => [id, outcome])).toEqual([["1.5", "passed"]]);
});

test("without solutions, an exercise waits for those that it imports", async () => {
  const workbook = copyWorkbook(path.join(temporary, "without-solutions"));
  rmSync(path.join(workbook, "solutions"), { recursive: true });
  const context = `${placeOf("1.5")}.ts`;
  writeFileSync(path.join(workbook, "exercises", context), readFileSync(path.join(root, "solutions", context), "utf8"));
  const { grade, stdout, code } = await runGrade(["1.5", "--fresh"], { workbook });
  expect(grade?.exercises).toMatchObject([{ outcome: "waiting", waitingFor: ["1.1"] }]);
  expect(stdout).toContain("waiting for 1.1: pass it first");
  expect(code).toBe(1);
});

/** What a terminal or the log of a workflow would act on. */
const COMMANDS = /(?!\n)\p{Cc}|^\s*::|##\[/mu;

/** A screen without its line breaks, which fall anywhere. */
const flat = (screen: string): string => screen.replace(/\s+/g, " ");

/** A submission with one file. */
function submission(name: string, file: string, source: string): string {
  const folder = path.join(temporary, name);
  mkdirSync(path.dirname(path.join(folder, "exercises", file)), { recursive: true });
  writeFileSync(path.join(folder, "exercises", file), source);
  return folder;
}

describe.concurrent("files", () => {
  test("a path with spaces and other letters", async () => {
    const { grade } = await runGrade(["1.1", "--submission", submission("mi tarea ñ 1 – α", place, solved)]);
    expect(grade?.points).toBe(5);
  });

  test("line ends of Windows and a byte order mark", async () => {
    const folder = submission("windows", place, `\ufeff${solved.replaceAll("\n", "\r\n")}`);
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });

  test("a symbolic link out of the submission is not followed", async () => {
    const folder = submission("linked", place, "");
    const file = path.join(folder, "exercises", place);
    rmSync(file);
    symlinkSync(path.join(root, "solutions", place), file);
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("breaks a rule");
    expect(flat(stdout)).toContain("is a link to a place outside of the submission");
  });

  test("a link within the submission is", async () => {
    const folder = submission("linked-within", "01-recurrent-attention/mine.ts", solved);
    symlinkSync("mine.ts", path.join(folder, "exercises", place));
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });

  test("a folder where a file is due", async () => {
    const folder = submission("folder", `${place}/index.ts`, solved);
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("missing");
    expect(stdout).toContain("is not a file");
  });

  test("a link in place of the whole folder is not followed either", async () => {
    const folder = path.join(temporary, "linked-folder");
    mkdirSync(folder);
    symlinkSync(path.join(root, "solutions"), path.join(folder, "exercises"));
    const { code, grade } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.points ?? 0).toBe(0);
    expect([1, 2]).toContain(code);
  });

  test.skipIf(process.platform === "win32")("a pipe where a file is due is not waited for", async () => {
    const folder = submission("pipe", place, "");
    const file = path.join(folder, "exercises", place);
    rmSync(file);
    execFileSync("mkfifo", [file]);
    expect((await runGrade(["1.1", "--submission", folder])).stdout).toContain("is not a file");
  });

  test.skipIf(process.platform === "win32")("a file name that holds commands is shown without them", async () => {
    const name = "01-recurrent-attention/01-stable-softmax\u001b[2J\n::error::pwned.ts";
    const { grade, stdout } = await runGrade(["1.1", "--submission", submission("commands", name, solved)]);
    expect(grade?.exercises[0]?.outcome).toBe("missing");
    expect(stdout).not.toMatch(COMMANDS);
  });

  test("letters of an old encoding", async () => {
    const folder = submission("latin", place, "");
    writeFileSync(path.join(folder, "exercises", place), Buffer.from(`// a\u00f1o\n${solved}`, "latin1"));
    const { grade } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.points).toBe(5);
  });

  test("of a very long line with an error, the part with the error is shown", async () => {
    const folder = submission("long-line", place, `const text = "${"x".repeat(200_000)}"; const broken = ;\n${solved}`);
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("does not compile");
    expect(stdout.length).toBeLessThan(4000);
  });

  test("a file of two megabytes", async () => {
    const folder = submission("large", place, `${solved}// ${"x".repeat(2 ** 21)}`);
    expect((await runGrade(["1.1", "--submission", folder])).stdout).toContain("is larger than 256 KiB");
  });

  test.each([
    ["brackets", "[".repeat(100_000) + "]".repeat(100_000)],
    ["negations", `${"!".repeat(100_000)}1`],
    ["members", `tf${".b".repeat(50_000)}`],
    ["sums", `${"1+".repeat(50_000)}1`],
    ["functions", `${"(() => {".repeat(20_000)}${"})".repeat(20_000)}`],
    ["types", `0 as ${"A<".repeat(50_000)}B${">".repeat(50_000)}`],
    ["brackets that are not closed", "(".repeat(50_000)],
  ])("code that is nested too deeply for any parser costs its own exercise only: %s", async (name, code) => {
    const folder = submission(`deep ${name}`, place, `${solved}\nconst deep: unknown = ${code};\n`);
    const gru = `${placeOf("1.3")}.ts`;
    writeFileSync(path.join(folder, "exercises", gru), readFileSync(path.join(root, "solutions", gru), "utf8"));
    const { grade, code: exit } = await runGrade(["1.1", "1.3", "--submission", folder, "--fresh"]);
    expect(grade?.exercises.map(({ outcome }) => outcome)).toEqual(["does not compile", "passed"]);
    expect(exit).toBe(1);
  });

  test("a long file is no deep one", async () => {
    const long = `${solved}${Array.from({ length: 2000 }, (_, i) => `export const a${i} = [${i}, { b: ${i} }];`).join("\n")}`;
    const { grade } = await runGrade(["1.1", "--submission", submission("long", place, long), "--fresh"]);
    expect(grade?.exercises[0]?.outcome).toBe("passed");
  });

  test("types.ts and support.ts are always the grader's own", async () => {
    const folder = submission(
      "own-support",
      place,
      `import { linear } from "../support.js";\n${solved.replace("tf.exp(", "(linear as never, tf.exp)(")}`,
    );
    writeFileSync(path.join(folder, "exercises/support.ts"), 'throw new Error("mine");');
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });
});

describe.concurrent("words on the command line", () => {
  test.each([
    [["grade", "1.11"], /there is no exercise or unit "1\.11"; did you mean 1\.1\?/],
    [["grade", "stable-sofmax"], /did you mean stable-softmax\?/],
    [["grade", "--sed", "1"], /Unknown option '--sed'\nnpm run grade -- --help/],
    [["grade", "--seed", "many"], /--seed takes a whole number from 0 to 4294967295, not "many"/],
    [["grade", "--seed", "4294967296"], /--seed takes a whole number/],
    [["grade", "--lang", "fr"], /--lang takes en or es, not "fr"/],
    [["grade", "--submission", "data"], /holds no exercises/],
    [["grade", "--submission", "/nowhere"], /holds no exercises/],
    [["graed"], /there is no command "graed"; did you mean grade\?/],
    [["hint"], /npm run hint -- 1\.1: name one exercise/],
    [["hint", "1"], /name one exercise/],
    [["reset", "9.9"], /there is no exercise or unit "9\.9"/],
    [["watch"], /needs a terminal/],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await run(words);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("help is everywhere, in both languages", async () => {
    for (const command of ["grade", "watch", "hint", "list", "reset", "doctor", "stubs", "bench"]) {
      const [english, spanish] = await Promise.all(
        ["en", "es"].map((language) => run([command, "--help", "--lang", language])),
      );
      expect([english?.code, spanish?.code]).toEqual([0, 0]);
      expect(english?.stdout).toContain(`usage: npm run ${command}`);
      expect(spanish?.stdout).toContain(`uso: npm run ${command}`);
      expect(spanish?.stdout).not.toBe(english?.stdout);
    }
  });
});

describe("repeating and remembering", () => {
  const folder = submission("remembered", place, readFileSync(path.join(fixtures, "nan/exercises", place), "utf8"));
  const grade = (...options: string[]) => runGrade(["1.1", "--submission", folder, ...options]);

  test("a seed repeats a run exactly", async () => {
    const [first, second, other] = [
      await grade("--seed", "11"),
      await grade("--seed", "11"),
      await grade("--seed", "12"),
    ];
    const checks = (ran: typeof first) => ran.grade?.exercises[0]?.checks;
    expect(checks(second)).toEqual(checks(first));
    expect(checks(other)).not.toEqual(checks(first));
  });

  test("what did not change is not graded again; a damaged memory is no memory", async () => {
    const cached = async () => (await grade()).grade?.exercises[0]?.cached;
    await grade();
    expect(await cached()).toBe(true);
    expect((await grade("--fresh")).grade?.exercises[0]?.cached).toBe(false);
    expect((await runGrade(["1.1", "--submission", folder], { env: { CI: "true" } })).grade?.exercises[0]?.cached).toBe(
      false,
    );
    const results = path.join(root, "node_modules/.cache/workbook/results");
    for (const name of readdirSync(results)) {
      const file = path.join(results, name, "1.1.json");
      if (existsSync(file)) writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    }
    expect(await cached()).toBe(false);
    expect(await cached()).toBe(true);
    writeFileSync(path.join(folder, "exercises", place), solved);
    expect((await grade()).grade?.exercises[0]).toMatchObject({ cached: false, outcome: "passed" });
  });

  test("--bail stops at the first exercise that does not pass", async () => {
    const { grade: stopped, stdout } = await runGrade([
      "--submission",
      path.join(root, "grader/fixtures/mixed"),
      "--bail",
      "--fresh",
    ]);
    const outcomes = stopped?.exercises.map(({ outcome }) => outcome) ?? [];
    expect(outcomes.filter((outcome) => outcome !== "passed" && outcome !== "not started").length).toBeLessThanOrEqual(
      1,
    );
    expect(outcomes.length).toBeLessThan(7);
    expect(stdout).toContain("(--bail)");
  });

  test("--json - gives the grade alone on standard output", async () => {
    const { stdout, stderr } = await run(["grade", "1.1", "--submission", folder, "--json", "-"]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "workbook/grade/v1", language: "en" });
    expect(stderr).toContain("stable softmax");
  });
});

test("a mixed submission: what passes passes, what is wrong is named, what is not started says so", async () => {
  const { grade, code } = await runGrade(["--submission", path.join(root, "grader/fixtures/mixed"), "--fresh"]);
  expect(grade?.exercises.map(({ outcome }) => outcome)).toEqual([
    "passed",
    "passed",
    "partial",
    "not started",
    "not started",
    "not started",
    "not started",
  ]);
  expect(grade?.exercises[2]?.checks[0]).toMatchObject({ mistake: "gate-swapped", passed: false });
  expect([grade?.points, grade?.maxPoints, code]).toEqual([17, 70, 1]);
});

describe("a workbook in poor shape", () => {
  const workbook = copyWorkbook(path.join(temporary, "cuaderno ñ"));

  test("reset puts the stub back, keeps the file, and asks first", async () => {
    const file = path.join(workbook, "exercises", place);
    writeFileSync(file, "// mine\n");
    expect((await run(["reset", "1.1"], { workbook })).stderr).toContain("say --yes");
    expect(readFileSync(file, "utf8")).toBe("// mine\n");
    const { code, stdout } = await run(["reset", "1.1", "--yes"], { workbook });
    expect(code).toBe(0);
    expect(stdout).toContain("what you wrote is in exercises/01-recurrent-attention/01-stable-softmax.ts.1.bak");
    expect(readFileSync(`${file}.1.bak`, "utf8")).toBe("// mine\n");
    expect(readFileSync(file, "utf8")).toContain('throw new Error("TODO 1.1: stableSoftmax");');
  });

  test("list shows the syllabus with the progress, stubs writes nothing when nothing changed", async () => {
    const { stdout } = await run(["list", "1"], { workbook });
    expect(stdout).toMatch(/· 1\.6 {2}★★★ {3}0\/15 {2}a step of Bahdanau's decoder · needs 1\.3, 1\.4, 1\.5/);
    expect((await run(["stubs"], { workbook })).stdout).toContain("7 stubs, 0 written");
  });

  test("doctor finds everything in order", async () => {
    const { code, stdout } = await run(["doctor"], { workbook });
    expect(stdout).toContain("Everything is in order.");
    expect(code).toBe(0);
  });

  test("a suite that fails is the grader's fault: no points lost, exit code 3", async () => {
    const broken = copyWorkbook(path.join(temporary, "broken suite"));
    const suite = path.join(broken, "grader/suites", place);
    writeFileSync(
      suite,
      readFileSync(suite, "utf8").replace(
        "async (student, [x], random) => {",
        'async (student, [x], random) => {\n        throw new TypeError("the suite is broken");',
      ),
    );
    const { code, grade, stdout } = await runGrade(["1.1", "--submission", "solutions"], { workbook: broken });
    expect([code, grade?.exercises[0]?.outcome, grade?.maxPoints]).toEqual([3, "grader error", 0]);
    expect(stdout).toContain("the suite is broken");
    expect(stdout).toContain("it costs no points");
  });

  test("a suite with another number of checks than the syllabus says is one as well", async () => {
    const fewer = copyWorkbook(path.join(temporary, "fewer checks"));
    const syllabus = path.join(fewer, "grader/syllabus.ts");
    writeFileSync(syllabus, readFileSync(syllabus, "utf8").replace("checks: 5", "checks: 6"));
    const { code, grade } = await runGrade(["1.1", "--submission", "solutions"], { workbook: fewer });
    expect(code).toBe(3);
    expect(grade?.exercises[0]).toMatchObject({
      outcome: "grader error",
      message: "the suite ran 5 checks, the syllabus says 6",
    });
  });

  test("a damaged snapshot is built again", async () => {
    const cache = path.join(root, "node_modules/.cache/workbook");
    const copy = path.join(temporary, "snapshots");
    cpSync(cache, copy, { recursive: true, filter: (source) => source === cache || source.includes("sandbox-") });
    for (const name of readdirSync(copy).filter((file) => file.endsWith(".blob"))) {
      const file = path.join(cache, name);
      writeFileSync(file, readFileSync(file).subarray(0, 1_000_000));
    }
    expect((await runGrade(["1.1", "--submission", "solutions", "--fresh"])).grade?.points).toBe(5);
  });

  test("a checkout that cannot be written to", async () => {
    const locked = copyWorkbook(path.join(temporary, "read only"));
    rmSync(path.join(locked, "node_modules"));
    mkdirSync(path.join(locked, "node_modules"));
    for (const name of readdirSync(path.join(root, "node_modules"))) {
      if (name !== ".cache")
        symlinkSync(path.join(root, "node_modules", name), path.join(locked, "node_modules", name));
    }
    writeFileSync(path.join(locked, "node_modules/.cache"), "no folder can be made here");
    const { grade, code, stderr } = await runGrade(["1.1", "--submission", "solutions"], {
      workbook: locked,
      env: { TMPDIR: temporary },
    });
    expect(stderr).toBe("");
    expect([grade?.points, code]).toEqual([5, 0]);
  });
});
