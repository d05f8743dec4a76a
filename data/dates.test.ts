/** Dates: what is written is the date that it stands for, and no day is in two splits. */
import { expect, test } from "vitest";
import { MONTHS, makeDates } from "./dates.js";

const splits = makeDates();
const pairs = Object.values(splits).flat();

test("no day of one split is written in another, in whatever form", () => {
  expect(new Set(pairs.map(({ iso }) => iso)).size).toBe(pairs.length);
});

test("day, month and year are in the text, the day before the month in figures", () => {
  for (const { spanish, iso } of pairs) {
    const [year = 0, month = 0, day = 0] = iso.split("-").map(Number);
    const numbers = (spanish.match(/\d+/g) ?? []).map(Number);
    const written = numbers.at(-1) ?? 0;
    expect(numbers[0], spanish).toBe(day);
    expect(written === year || (written === year % 100 && year >= 1950 && year <= 2049), spanish).toBe(true);
    if (numbers.length === 3) expect(numbers[1], spanish).toBe(month);
    else expect(spanish.toLowerCase(), spanish).toContain((MONTHS[month - 1] ?? "?").slice(0, 3));
  }
});

test("the years of both ends are there", () => {
  const years = new Set(splits.train.map(({ iso }) => Number(iso.slice(0, 4))));
  expect(years.size).toBe(200);
});
