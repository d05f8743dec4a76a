import { describe, expect, test } from "vitest";
import { exerciseOf } from "../syllabus.js";
import { resolveImport, vet } from "./vet.js";

const HEAD = 'import * as tf from "@tensorflow/tfjs";\n';
const softmax = (body: string) =>
  vet(exerciseOf("1.1"), "file.ts", `${HEAD}export function stableSoftmax(x: tf.Tensor): tf.Tensor {\n${body}\n}\n`);

describe("what may be imported", () => {
  test.each([
    ["@tensorflow/tfjs", { is: "tfjs" }],
    ["../types.js", { is: "shared", name: "types" }],
    ["../support", { is: "shared", name: "support" }],
    ["./01-stable-softmax.js", { is: "exercise", id: "1.1" }],
    ["../01-recurrent-attention/01-stable-softmax.ts", { is: "exercise", id: "1.1" }],
    ["./02-bidirectional-rnn.js", "refused"],
    ["node:fs", "refused"],
    ["@tensorflow/tfjs-core", "refused"],
    ["#reference", "refused"],
    ["../../solutions/01-recurrent-attention/01-stable-softmax.js", "refused"],
    ["../../grader/suites/index.js", "refused"],
    ["/etc/passwd", "refused"],
  ])("%s", (name, meaning) => {
    expect(resolveImport(exerciseOf("1.5"), name)).toEqual(meaning);
  });

  test("also what is handed on", () => {
    expect(vet(exerciseOf("1.1"), "file.ts", 'export * from "node:fs";')).toMatchObject({
      is: "refused",
      place: { line: 1 },
    });
    expect(vet(exerciseOf("1.1"), "file.ts", 'export { readFile } from "fs";')).toMatchObject({ is: "refused" });
  });
});

describe("what may be used", () => {
  test.each([
    "return tf.softmax(x);",
    'return tf["softmax"](x);',
    "return tf.layers.softmax().apply(x) as tf.Tensor;",
    'require("fs"); return x;',
    'import("fs"); return x;',
  ])("not %s", (body) => {
    expect(softmax(body)).toMatchObject({ is: "refused", place: { file: "file.ts", line: 3 } });
  });

  test.each([
    "const softmax = (y: tf.Tensor) => y; return softmax(x);",
    "const my = { softmax: tf.exp }; return my.softmax(x);",
    'return x; // tf.softmax("no")',
  ])("but %s", (body) => {
    expect(softmax(body)).toMatchObject({ is: "fine" });
  });

  test("names are followed through named imports", () => {
    expect(
      vet(
        exerciseOf("1.1"),
        "file.ts",
        'import { softmax as s } from "@tensorflow/tfjs";\nexport const stableSoftmax = s;',
      ),
    ).toMatchObject({ is: "refused" });
  });
});

test.each([
  ['throw new Error("TODO 1.1: stableSoftmax");', true],
  ['const y = x; throw new Error("TODO 1.1: stableSoftmax");', false],
  ['throw new Error("what?");', false],
  ["return x;", false],
])("%s is untouched: %s", (body, untouched) => {
  expect(softmax(body)).toMatchObject({ untouched });
});

test("a syntax error is placed", () => {
  expect(softmax("  const y = ;")).toMatchObject({
    is: "broken",
    place: { line: 3, column: 13 },
    line: "  const y = ;",
  });
});

test("parameters and places of functions are known, however they are written", () => {
  const vetted = vet(
    exerciseOf("1.1"),
    "file.ts",
    "export const stableSoftmax = (x: number, y = 2) => x;\nfunction other(z: number) {}",
  );
  expect(vetted).toMatchObject({
    parameters: { stableSoftmax: ["x", "y"], other: ["z"] },
    lines: { stableSoftmax: 1, other: 2 },
  });
});
