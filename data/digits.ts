/** Sequences of digits, to be reversed or sorted. */
import { choices, distinct } from "./random.js";

const SEED = 1;
const SHORTEST = 4;
const LONGEST = 10;
const SIZES = { train: 8000, validation: 500, test: 500 } as const;

/** One file for each split, a line for each sequence: "3 1 4 1 5". */
export function makeDigits(): Record<keyof typeof SIZES, string[]> {
  const { integer } = choices(SEED);
  const taken = new Set<string>();
  const lines = (count: number) =>
    distinct(
      count,
      (index) => {
        const length = SHORTEST + (index % (LONGEST - SHORTEST + 1)); // all lengths alike
        return Array.from({ length }, () => integer(0, 9)).join(" ");
      },
      (line) => line,
      taken,
    );
  return { train: lines(SIZES.train), validation: lines(SIZES.validation), test: lines(SIZES.test) };
}

/** The sequence from its end; each digit comes from the other end. */
export function reversed(digits: readonly string[]): { target: string[]; alignment: number[] } {
  return { target: digits.toReversed(), alignment: digits.map((_, i) => digits.length - 1 - i) };
}

/** The digits in order. */
export function sorted(digits: readonly string[]): { target: string[] } {
  return { target: digits.toSorted() };
}
