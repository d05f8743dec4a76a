/** The part of two tensors that can be looked at: a matrix around the entry that is farthest off. */
import type { Dictionary } from "../text/en.js";
import { textOf } from "../text/index.js";
import { indexOf } from "./excerpt.js";
import type { Matrices } from "./failure.js";

/** As many entries are still a picture. */
const MOST = 400;

/** Rounded so far, a number is as near as the eye sees. */
const DIGITS = 6;

/**
 * @param shape of both; of more than two axes the last two are shown, at the place of the entry `at`
 * @returns nothing for single numbers, and for matrices that are too large
 */
export function matricesOf(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  at: number,
  subject: (words: Dictionary) => string,
): Matrices | undefined {
  const columns = shape.at(-1) ?? 0;
  const rows = shape.at(-2) ?? 1;
  const entries = rows * columns;
  if (shape.length === 0 || entries === 0 || entries > MOST || expected.length < 2) return undefined;
  const start = Math.floor(at / entries) * entries;
  const cut = (numbers: ArrayLike<number>) => Array.from({ length: entries }, (_, i) => rounded(numbers[start + i]));
  const leading = indexOf(at, shape).slice(0, -2);
  const where = leading.length > 0 ? ` [${[...leading, "·", "·"].join(", ")}]` : "";
  return {
    subject: textOf((words) => `${subject(words)} [${shape.join(", ")}]${where}`),
    ...{ rows, columns, got: cut(got), expected: cut(expected), worst: at - start },
  };
}

const rounded = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
