/** A window of numbers, for reports. */
import type { Dictionary } from "../text/en.js";

type Numbers = ArrayLike<number>;

const WINDOW = 6;

/** What came beside what was expected, at most 6 × 6 numbers around an index. */
export function excerpt(
  got: Numbers,
  expected: Numbers,
  shape: readonly number[],
  at: number,
  words: Dictionary,
): string {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length > 1 ? (shape.at(-2) ?? 1) : 1;
  const index = indexOf(at, shape);
  const [row, column] = [shape.length > 1 ? (index.at(-2) ?? 0) : 0, index.at(-1) ?? 0];
  const start = at - row * columns - column; // where this matrix begins
  const span = (center: number, length: number): number[] => {
    const from = Math.max(0, Math.min(center - WINDOW / 2, length - WINDOW));
    return Array.from({ length: Math.min(WINDOW, length) }, (_, i) => from + i);
  };
  const [shownRows, shownColumns] = [span(row, rows), span(column, columns)];
  const cells = (source: Numbers) =>
    shownRows.map((r) => shownColumns.map((c) => digits(source[start + r * columns + c] as number)));
  const [left, right] = [cells(got), cells(expected)];
  const width = Math.max(...[...left, ...right].flat().map((cell) => cell.length));
  const line = (row: string[]) => row.map((cell) => cell.padStart(width)).join(" ");
  const gap = Math.max(line(left[0] ?? []).length, words.got.length);
  const body = left.map((row, i) => `  ${line(row).padEnd(gap)}   ${line(right[i] ?? [])}`);
  return [`  ${words.got.padEnd(gap)}   ${words.expected}`, ...body].join("\n");
}

/** Four significant digits, without trailing zeros. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞");
  return Number(value.toPrecision(4)).toString();
}

/** The index of an element that lies at place `flat`. */
export function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const side of [...shape].reverse()) {
    index.unshift(rest % side);
    rest = Math.floor(rest / side);
  }
  return index;
}
