import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, EXTREME } from "./compare.js";
import { digits } from "./excerpt.js";
import { toParcel } from "./trusted.js";

const difference = (got: unknown, expected: unknown) => compare(toParcel(got), toParcel(expected));
const english = (got: unknown, expected: unknown) => difference(got, expected)?.text.en;

describe("numbers", () => {
  test.each([
    [1 + 1.0e-5 + 0.99e-4, 1, true],
    [1 + 1.0e-5 + 1.01e-4, 1, false],
    [0.99e-5, 0, true],
    [1.01e-5, 0, false],
    [Number.NaN, Number.NaN, true],
    [Number.NaN, 1, false],
    [1, Number.NaN, false],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, true],
    [Number.POSITIVE_INFINITY, 1e300, false],
    [5, Number.NEGATIVE_INFINITY, false],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false],
    [-0, 0, true],
  ])("%d beside %d: agrees %s", (got, expected, agrees) => {
    expect(difference(got, expected) === undefined).toBe(agrees);
  });

  test("agree with themselves, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), (list) => {
        expect(difference(list, [...list])).toBeUndefined();
      }),
    );
  });

  test("another tolerance", () => {
    expect(compare(toParcel(1000.9), toParcel(1000), EXTREME)).toBeUndefined();
    expect(compare(toParcel(1002), toParcel(1000), EXTREME)).toBeDefined();
  });

  test("integers and masks must be equal", () => {
    expect(difference(tf.tensor([1, 2], [2], "int32"), tf.tensor([1, 3], [2], "int32"))).toBeDefined();
    expect(difference(tf.tensor([true], [1], "bool"), tf.tensor([true], [1], "bool"))).toBeUndefined();
  });
});

describe("the report", () => {
  test("says the shape first", () => {
    expect(english({ weights: tf.zeros([2, 3]) }, { weights: tf.ones([3, 2]) })).toBe(
      "weights has shape [2, 3], expected [3, 2]",
    );
  });

  test("then the type", () => {
    expect(english(tf.zeros([1], "int32"), tf.zeros([1]))).toBe("the result has dtype int32, expected float32");
    expect(english(3, tf.zeros([1]))).toBe("the result is a number where a tensor is due");
    expect(english(undefined, tf.zeros([1]))).toBe(
      "the result is undefined (is a return missing?) where a tensor is due",
    );
    expect(english({}, { context: tf.zeros([1]) })).toBe("the result has no `context`");
  });

  test("shows short lists of different length whole", () => {
    expect(english([5, 3, 8], [5, 3])).toBe(
      "the result has 3 entries, expected 2\n  got        [5, 3, 8]\n  expected   [5, 3]",
    );
    expect(english([{ ids: [] }], [{ ids: [12345, 0.25] }])).toBe(
      "[0].ids has 0 entries, expected 2\n  got        []\n  expected   [12345, 0.25]",
    );
    expect(difference([1], [1, 2])?.text.es).toContain("tiene 1 entradas, se esperaban 2\n");
    expect(english(Array(13).fill(1), [1])).toBe("the result has 13 entries, expected 1");
    expect(english([tf.ones([1])], [])).toBe("the result has 1 entries, expected 0");
  });

  test("then NaN", () => {
    expect(english(tf.tensor([1, Number.NaN, 7]), tf.tensor([1, 2, 3]))).toContain(
      "NaN in 1 of 3 places, first at [1], expected 2",
    );
  });

  test("then how many are off, the worst one, and a window of at most six by six around it", () => {
    const expected = tf.zeros([2, 10, 12]);
    const got = tf.buffer([2, 10, 12], "float32");
    got.set(0.5, 1, 8, 11);
    got.set(0.25, 0, 0, 0);
    const text = english(got.toTensor(), expected) ?? "";
    expect(text).toContain("[2, 10, 12]: 2 of 240 values off, worst at [1, 8, 11]: got 0.5, expected 0");
    const [, head, ...rows] = text.split("\n");
    expect(head).toMatch(/^ {2}got +expected$/);
    expect(rows.length).toBe(6);
    expect(rows.every((row) => row.trim().split(/\s+/).length === 12)).toBe(true);
    expect(rows[4]).toContain("0.5");
  });

  test("is in both languages", () => {
    const { en, es } = difference(tf.tensor([1]), tf.tensor([2]))?.text ?? { en: "", es: "" };
    expect(en).toContain("1 of 1 values off");
    expect(es).toContain("1 de 1 valores difieren");
  });
});

test("digits are four, and readable", () => {
  expect([0.41271, 1234567, 1e-9, -0.5, Number.NEGATIVE_INFINITY].map(digits)).toEqual([
    "0.4127",
    "1235000",
    "1e-9",
    "-0.5",
    "-∞",
  ]);
});
