/** Bad submissions get a clear answer: each fixture is named by its cause and runs through the real command. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import type { Outcome } from "../grade.js";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { copyWorkbook } from "./copy.js";
import { run, runGrade } from "./run.js";
import { fixtures, flat, place, submission, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();

/** The name of a fixture, its outcome, its points, and what its screen must say. */
type Case = [string, readonly [Outcome, number, ...RegExp[]]];

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
  "throws-a-non-error": ["threw", 0, /threw "just a text", which is no Error/],
  "throws-an-empty-error": ["threw", 0, /the call threw Error without a message/, /01-stable-softmax\.ts:4/],
  "throws-an-object": ["threw", 0, /the call threw an object, which is no Error/],
  "is-a-generator": ["bad value", 0, /a generator \(no function\*: return the value itself\) where a tensor is due/],
  "top-level-await": ["does not compile", 0, /await outside of a function/, /01-stable-softmax\.ts:3/],
  "default-export": ["missing", 0, /`export default` gives it no name; write `export function stableSoftmax`/],
  "a-disguised-require": ["breaks a rule", 0, /require\(…\) is not available/, /01-stable-softmax\.ts:3/],
  "an-enum": ["breaks a rule", 0, /enum is not available in exercises/, /01-stable-softmax\.ts:3:1/],
  "an-import-by-require": ["breaks a rule", 0, /import … = is not available in exercises/, /01-stable-softmax\.ts:2:1/],
  "arrows-in-conditions": ["passed", 5],
  "nested-too-deeply": ["does not compile", 0, /nested too deeply to be read/, /01-stable-softmax\.ts:1:1/],
  "only-extreme-inputs": ["partial", 4, /With ordinary inputs the numbers are right: near ±1000 float32 overflows/],
  "the-same-for-all": ["wrong", 0, /stableSoftmax answers the same whatever it is given/],
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
  "disposes-its-input": ["bad value", 0, /argument `x` was disposed of: inputs belong to the caller/],
  "changes-its-input": ["bad value", 0, /argument `x` was changed: inputs belong to the caller/],
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
  "uses-log-sum-exp": ["breaks a rule", 0, /tf\.logSumExp may not be used/, /01-stable-softmax\.ts:4:26/],
  "uses-log-sum-exp-as-a-method": [
    "breaks a rule",
    0,
    /tf\.Tensor\.logSumExp may not be used/,
    /01-stable-softmax\.ts:4/,
  ],
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
  "throws-null": ["threw", 0, /threw null, which is no Error/],
  "prints-and-passes": ["passed", 5, /your code printed:/, /│ shape \[ 7 \]/],
};

test("every fixture is expected to come to something", () => {
  expect(readdirSync(fixtures).sort()).toEqual(Object.keys(CAUSES).sort());
});

// What races with the limit of five seconds has the machine to itself.
const [alone, sideBySide] = [true, false].map((wanted) =>
  Object.entries(CAUSES).filter(([, [outcome]]) => (outcome === "out of memory") === wanted),
) as [Case[], Case[]];

describe("a submission", () => {
  test.for(alone)("%s", comesToWhatIsExpected);
  test.concurrent.for(sideBySide)("%s", comesToWhatIsExpected);
});

async function comesToWhatIsExpected([cause, [outcome, points, ...texts]]: Case, { expect }: TestContext) {
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
}

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
  const folder = submission(
    path.join(temporary, "stand-in"),
    place,
    readFileSync(path.join(fixtures, "nan/exercises", place), "utf8"),
  );
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

test("a mixed submission: what passes passes, what is wrong is named, what is not started says so", async () => {
  const { grade, code } = await runGrade(["1", "--submission", path.join(root, "grader/fixtures/mixed"), "--fresh"]);
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

test("what tfjs cannot do costs no points, and is said with the way out", async () => {
  const folder = path.join(root, "grader/fixtures/tfjs-limits");
  const { grade, stdout, code } = await runGrade(["2.1", "3.2", "--submission", folder, "--fresh"]);
  expect(grade?.exercises.map(({ outcome, points }) => [outcome, points])).toEqual([
    ["passed", 10],
    ["passed", 10],
  ]);
  const [einsum = [], gather = []] = grade?.exercises.map(({ remarks = [] }) => remarks) ?? [];
  expect(einsum.join()).toMatch(/tfjs has no gradient for the operation Einsum: write this step with others/);
  expect(gather.join()).toMatch(/tf\.gather has no gradient on the wasm backend/);
  expect(flat(stdout)).toContain("worth knowing: tfjs has no gradient for the operation Einsum");
  expect(code).toBe(0);
});
