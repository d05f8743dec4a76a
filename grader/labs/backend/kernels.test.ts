/** Every kernel that replaces one of the wasm backend equals that of the cpu backend. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomOf } from "../../suite/random.js";
import { borrowKernels } from "./borrowed.js";
import { compiledProducts } from "./compile.js";
import { registerKernels, restoreKernels } from "./kernels.js";

beforeAll(async () => {
  await tf.setBackend("wasm");
  registerKernels();
  borrowKernels();
});
afterAll(async () => {
  restoreKernels();
  await tf.setBackend("cpu");
});

const random = randomOf(1, "kernels");

/** The result of `f` on a backend, as plain numbers. */
async function on(backend: string, f: () => tf.Tensor) {
  await tf.setBackend(backend);
  const result = tf.tidy(f);
  const { shape, dtype } = result;
  return { shape, dtype, values: [...result.dataSync()] };
}

/** Holds the wasm backend against the cpu backend; inputs are made anew on each. */
async function expectEqual(f: () => tf.Tensor): Promise<void> {
  const [got, expected] = [await on("wasm", f), await on("cpu", f)];
  expect([got.shape, got.dtype]).toEqual([expected.shape, expected.dtype]);
  expect(got.values.length).toBe(expected.values.length);
  for (const [i, value] of expected.values.entries()) expect(got.values[i]).toBeCloseTo(value, 4);
}

/** Numbers that are the same on each backend. */
const numbers = (shape: readonly number[]) => [...random.normal(shape).dataSync()];

const shapes: readonly (readonly [string, number[], number[]])[] = [
  ["matrices", [5, 3], [3, 7]],
  ["a batch", [4, 5, 3], [4, 3, 7]],
  ["a long sum of few columns", [3, 40], [40, 2]], // aᵀb = (bᵀa)ᵀ
  ["a batch of them", [2, 3, 40], [2, 40, 2]],
  ["heads", [2, 3, 5, 4], [2, 3, 4, 6]],
  ["a batch against one matrix", [4, 5, 3], [1, 3, 7]],
  ["one matrix against a batch", [1, 5, 3], [4, 3, 7]],
  ["batches of which each broadcasts", [2, 1, 5, 3], [1, 3, 3, 7]], // by the stock kernel
  ["more rows and columns than tiles", [9, 3], [3, 13]],
  ["large, packed", [40, 300], [300, 43]],
  ["large, nothing beyond the tiles", [32, 512], [512, 16]],
  ["a large batch against one matrix", [2, 17, 260], [1, 260, 35]],
  ["one sum", [1, 5], [5, 1]],
  ["no rows", [0, 3], [3, 7]],
  ["nothing to sum", [5, 0], [0, 7]],
  ["an empty batch", [0, 5, 3], [0, 3, 7]],
];
const turns = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;
const turn = (shape: readonly number[], turned: boolean): number[] =>
  turned ? [...shape.slice(0, -2), shape.at(-1) ?? 0, shape.at(-2) ?? 0] : [...shape];

test.each(shapes.flatMap(([name, a, b]) => turns.map(([ta, tb]) => [name, ta, tb, a, b] as const)))(
  "matMul: %s, transposed %s and %s",
  async (_, transposeA, transposeB, a, b) => {
    const [left, right] = [numbers(turn(a, transposeA)), numbers(turn(b, transposeB))];
    await expectEqual(() =>
      tf.matMul(tf.tensor(left, turn(a, transposeA)), tf.tensor(right, turn(b, transposeB)), transposeA, transposeB),
    );
  },
);

test("products.wasm.ts is what npm run wasm makes of products.wat", async () => {
  expect(readFileSync(path.join(import.meta.dirname, "products.wasm.ts"), "utf8")).toBe(await compiledProducts());
});

test("matMul leaves no tensor and no memory of its transposed copies", async () => {
  await tf.setBackend("wasm");
  const [a, b] = [tf.ones([4, 5, 3]), tf.ones([4, 5, 3])];
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers];
  tf.matMul(a, b, true, false).dispose();
  tf.matMul(a, b, false, true).dispose();
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before);
});

test.each([
  ["rows of a table", [3, 0, 3, 1], [4, 2], 5],
  ["ids below zero", [-1, 0, -1, 2], [4, 2], 3],
  ["no rows", [], [0, 2], 3],
] as const)("unsortedSegmentSum: %s", async (_, ids, shape, segments) => {
  const values = numbers(shape);
  await expectEqual(() =>
    tf.unsortedSegmentSum(tf.tensor(values, [...shape]), tf.tensor1d([...ids], "int32"), segments),
  );
});

test("the gradient of gather, with rows that are taken twice", async () => {
  const [table, weights] = [numbers([5, 3]), numbers([4, 3])];
  await expectEqual(() => {
    const ids = tf.tensor1d([4, 1, 4, 0], "int32");
    return tf.grad((t: tf.Tensor) =>
      tf
        .gather(t, ids)
        .mul(tf.tensor(weights, [4, 3]))
        .sum(),
    )(tf.tensor(table, [5, 3]));
  });
});

test.each([
  ["one shape", [2, 3], [2, 3], [2, 3]],
  ["a scalar", [2, 3], [2, 3], []],
  ["a mask for all heads", [2, 1, 4], [2, 3, 4], []],
  ["a condition for each row", [3], [3], [3]],
  ["nothing", [0, 3], [0, 3], []],
] as const)("where: %s", async (_, condition, yes, no) => {
  const [c, y, n] = [numbers(condition), numbers(yes), numbers(no)];
  await expectEqual(() =>
    tf.where(tf.tensor(c, [...condition]).greater(0), tf.tensor(y, [...yes]), tf.tensor(n, [...no])),
  );
});

test("where: integers and a mask's gradient", async () => {
  const [c, x] = [numbers([3, 4]), numbers([2, 3, 4])];
  await expectEqual(() => tf.where(tf.tensor(c, [3, 4]).greater(0), tf.range(0, 12, 1, "int32").reshape([3, 4]), 7));
  await expectEqual(() =>
    tf.grad((s: tf.Tensor) =>
      tf
        .where(tf.tensor(c, [3, 4]).greater(0), s, -1e9)
        .square()
        .maximum(-9)
        .minimum(9)
        .sum(),
    )(tf.tensor(x, [2, 3, 4])),
  );
});

test.each([
  ["a row", [4], [3]],
  ["rows and columns", [2, 3], [2, 4]],
  ["the outer axis", [2, 3, 4], [3, 1, 1]],
  ["the middle axis", [2, 3, 4], [1, 2, 1]],
  ["single numbers", [2, 1, 1], [1, 3, 4]],
  ["all axes", [2, 3, 2], [2, 3, 2]],
  ["not at all", [2, 3], [1, 1]],
  ["nothing", [0, 3], [2, 2]],
] as const)("tile: %s", async (_, shape, reps) => {
  const values = numbers(shape);
  await expectEqual(() => tf.tile(tf.tensor(values, [...shape]), [...reps]));
});

test("tile: integers and booleans", async () => {
  await expectEqual(() => tf.tile(tf.tensor2d([[1, 2]], [1, 2], "int32"), [2, 3]));
  await expectEqual(() => tf.tile(tf.tensor2d([[true, false]], [1, 2], "bool"), [3, 2]));
});

test("the stock kernels come back", async () => {
  await tf.setBackend("wasm");
  restoreKernels();
  expect(() => tf.unsortedSegmentSum(tf.ones([1, 2]), tf.tensor1d([0], "int32"), 1)).toThrow("UnsortedSegmentSum");
  registerKernels();
  expect(tf.unsortedSegmentSum(tf.ones([1, 2]), tf.tensor1d([0], "int32"), 1).arraySync()).toEqual([[1, 1]]);
});

test.each(["ij,jk->ik", "ij,kj->ik", "ij->ji"])("einsum, borrowed from the cpu backend: %s", async (equation) => {
  const [left, right] = [numbers([3, 4]), numbers([4, 3])];
  const factors = () => {
    const [a, b] = [tf.tensor2d(left, [3, 4]), tf.tensor2d(right, equation === "ij,kj->ik" ? [3, 4] : [4, 3])];
    return equation.includes(",") ? [a, b] : [a];
  };
  await expectEqual(() => tf.einsum(equation, ...factors()));
});

test("what is borrowed leaves nothing behind on the cpu backend", async () => {
  await tf.setBackend("wasm");
  const cpu = tf.engine().findBackend("cpu");
  const before = cpu.numDataIds();
  tf.tidy(() => tf.einsum("ij->ji", tf.ones([2, 3])).dataSync());
  expect(cpu.numDataIds()).toBe(before);
});

const COMPARISONS = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};

const PAIRS: readonly (readonly [string, number[], number[]])[] = [
  ["one shape", [3, 4], [3, 4]],
  ["a row for each", [2, 3, 4], [2, 3, 1]],
  ["a column for each", [2, 3, 4], [2, 1, 4]],
  ["an axis in the middle", [2, 1, 4], [2, 3, 4]],
  ["fewer axes", [4], [2, 3, 4]],
  ["both broadcast", [3, 1], [1, 5]],
  ["a scalar", [], [3, 2]],
  ["two scalars", [], []],
  ["an empty axis", [0, 3], [1, 3]],
];

for (const [name, comparison] of Object.entries(COMPARISONS)) {
  test.each(PAIRS)(`${name}: %s`, async (_, left, right) => {
    // Few different numbers, so that some are equal.
    const few = (shape: readonly number[]) =>
      Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.integer(0, 2));
    const [a, b] = [few(left), few(right)];
    await expectEqual(() => comparison(tf.tensor(a, left), tf.tensor(b, right)));
  });
}

test.each(PAIRS)("logicalAnd and logicalOr: %s", async (_, left, right) => {
  const truths = (shape: readonly number[]) =>
    Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.integer(0, 1) === 1);
  const [a, b] = [truths(left), truths(right)];
  for (const both of [tf.logicalAnd, tf.logicalOr]) {
    await expectEqual(() => both(tf.tensor(a, left, "bool"), tf.tensor(b, right, "bool")));
  }
});

test("NaN equals nothing", async () => {
  await expectEqual(() => tf.equal(tf.tensor1d([Number.NaN, 1]), tf.tensor1d([Number.NaN, 1])));
});

const DTYPES = ["float32", "int32", "bool"] as const;

test.each(DTYPES.flatMap((from) => DTYPES.map((to) => [from, to] as const)))("cast from %s to %s", async (from, to) => {
  const values = from === "bool" ? [0, 1, 1, 0] : from === "int32" ? [-2, 0, 1, 7] : [-1.5, 0, 0.5, 2];
  await expectEqual(() => tf.cast(tf.tensor2d(values, [2, 2], from), to));
});

test("a clone shares its memory, and outlives what it was made of", async () => {
  await tf.setBackend("wasm");
  const before = tf.memory().numTensors;
  const original = tf.tensor1d([1, 2, 3]);
  const clone = original.clone();
  original.dispose();
  expect([...clone.dataSync()]).toEqual([1, 2, 3]);
  clone.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
