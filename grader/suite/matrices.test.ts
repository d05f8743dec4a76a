import { expect, test } from "vitest";
import { matricesOf } from "./matrices.js";

const range = (length: number, from = 0) => Float32Array.from({ length }, (_, i) => from + i);
const of = (shape: readonly number[], at: number) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return matricesOf(range(size), range(size, 1000), shape, at, () => "weights");
};

test("a row is a matrix of one row; a matrix is itself", () => {
  expect(of([3], 1)).toMatchObject({ rows: 1, columns: 3, got: [0, 1, 2], expected: [1000, 1001, 1002], worst: 1 });
  expect(of([2, 2], 3)).toMatchObject({ rows: 2, columns: 2, worst: 3 });
  expect(of([2, 2], 3)?.subject.en).toBe("weights [2, 2]");
});

test("of more axes, the matrix that holds the entry farthest off", () => {
  const cut = of([2, 3, 2, 2], 4 * 4 + 2); // the fifth matrix
  expect(cut).toMatchObject({ rows: 2, columns: 2, got: [16, 17, 18, 19], worst: 2 });
  expect(cut?.subject.en).toBe("weights [2, 3, 2, 2] [1, 1, ·, ·]");
});

test("numbers alone, empty and large matrices are no pictures", () => {
  expect(of([], 0)).toBeUndefined();
  expect(of([0, 3], 0)).toBeUndefined();
  expect(of([21, 20], 0)).toBeUndefined();
  expect(of([20, 20], 0)).toBeDefined();
});

test("what is no finite number is nothing, others are rounded", () => {
  const cut = matricesOf([Number.NaN, Number.POSITIVE_INFINITY, 1 / 3], [1, 2, 2 / 3], [3], 0, () => "x");
  expect(cut?.got).toEqual([null, null, 0.333333]);
});
