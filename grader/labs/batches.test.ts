/** Which examples a step learns from. */
import { expect, test } from "vitest";
import { batches } from "./batches.js";

const examples = Array.from({ length: 103 }, (_, i) => i);
const of = (seed: number) => batches(examples, 10, seed);

test("a step's examples follow from seed and step alone, in whatever order they are asked for", () => {
  const forwards = Array.from({ length: 40 }, (_, i) => of(1)(i + 1));
  const again = of(1);
  const backwards = Array.from({ length: 40 }, (_, i) => again(40 - i)).toReversed();
  expect(backwards).toEqual(forwards);
  expect(of(2)(1)).not.toEqual(of(1)(1));
});

test("no example comes back before the others were there", () => {
  const epoch = Array.from({ length: 10 }, (_, i) => of(3)(i + 1)).flat();
  expect(new Set(epoch).size).toBe(100);
  const next = Array.from({ length: 10 }, (_, i) => of(3)(i + 11)).flat();
  expect(new Set(next).size).toBe(100);
  expect(next).not.toEqual(epoch);
});

test("fewer examples than a batch needs are a batch all the same", () => {
  expect(batches([1, 2, 3], 10, 1)(5).toSorted()).toEqual([1, 2, 3]);
});
