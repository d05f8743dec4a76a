/** Dates as they are written in Spanish, and their ISO form. The day comes before the month, as in Mexico. */
import { type Choices, choices } from "./random.js";

const SEED = 2;
const SIZES = { train: 8000, validation: 500, test: 500 } as const;
export type DateSplit = keyof typeof SIZES;

const FIRST_YEAR = 1900;
const LAST_YEAR = 2099;
/** Years of two digits: 50 to 99 are of the last century, 00 to 49 of this one. */
const SHORT_YEARS = { from: 1950, to: 2049 } as const;

export const MONTHS = [
  ...["enero", "febrero", "marzo", "abril", "mayo", "junio"],
  ...["julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
] as const;
export const WEEKDAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"] as const;

export interface DatePair {
  readonly spanish: string;
  readonly iso: string;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const two = (number: number): string => String(number).padStart(2, "0");

const isoOf = ({ year, month, day }: Day): string => `${year}-${two(month)}-${two(day)}`;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** 0 for Monday to 6 for Sunday, by counting the days since Monday, 1 January 1900. */
export function weekdayOf({ year, month, day }: Day): number {
  let days = day - 1;
  for (let y = FIRST_YEAR; y < year; y++) days += isLeap(y) ? 366 : 365;
  for (let m = 1; m < month; m++) days += daysIn(year, m);
  return days % 7;
}

type Template = (day: Day, words: { readonly month: string; readonly weekday: string }) => string;

const first = (day: number): string => (day === 1 ? "1º" : String(day));
const short = (name: string): string => name.slice(0, 3);
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The ways of writing a date; those of `SHORT` write two digits of the year. */
const LONG: readonly Template[] = [
  ({ day, year }, { month, weekday }) => `el ${weekday} ${day} de ${month} de ${year}`,
  ({ day, year }, { month, weekday }) => `${weekday} ${day} de ${month} de ${year}`,
  ({ day, year }, { month, weekday }) => `${capital(weekday)}, ${day} de ${month} de ${year}`,
  ({ day, year }, { month }) => `el ${day} de ${month} de ${year}`,
  ({ day, year }, { month }) => `${day} de ${month} de ${year}`,
  ({ day, year }, { month }) => `${first(day)} de ${month} de ${year}`,
  ({ day, year }, { month }) => `a ${day} de ${month} de ${year}`,
  ({ day, year }, { month }) => `${day} de ${month} del ${year}`,
  ({ day, year }, { month }) => `${day} de ${capital(month)} de ${year}`,
  ({ day, year }, { month }) => `${capital(month)} ${day}, ${year}`,
  ({ day, year }, { month }) => `${day} ${short(month)} ${year}`,
  ({ day, year }, { month }) => `${day} ${month} ${year}`,
  ({ day, year }, { month, weekday }) => `${short(weekday)} ${day} ${short(month)} ${year}`,
  ({ day, year }, { month }) => `${day}-${short(month)}-${year}`,
  ({ day, month, year }) => `${day}/${month}/${year}`,
  ({ day, month, year }) => `${two(day)}/${two(month)}/${year}`,
  ({ day, month, year }) => `${two(day)}-${two(month)}-${year}`,
  ({ day, month, year }) => `${day}.${month}.${year}`,
];
const SHORT: readonly Template[] = [
  ({ day, month, year }) => `${day}/${month}/${two(year % 100)}`,
  ({ day, month, year }) => `${two(day)}-${two(month)}-${two(year % 100)}`,
  ({ day, year }, { month }) => `${day} ${short(month)} ${two(year % 100)}`,
];

/** All splits: no day of one is written in another, in whatever form. */
export function makeDates(): Record<DateSplit, DatePair[]> {
  const random = choices(SEED);
  const days: Day[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (let month = 1; month <= 12; month++) {
      for (let day = 1; day <= daysIn(year, month); day++) days.push({ year, month, day });
    }
  }
  const order = random.shuffled(days);
  const pairs = (from: number, count: number) => order.slice(from, from + count).map((day) => writtenDate(random, day));
  const { train, validation, test } = SIZES;
  return {
    train: pairs(0, train),
    validation: pairs(train, validation),
    test: pairs(train + validation, test),
  };
}

function writtenDate({ pick }: Choices, day: Day): DatePair {
  const isShort = day.year >= SHORT_YEARS.from && day.year <= SHORT_YEARS.to;
  const template = pick(isShort ? [...LONG, ...SHORT, ...SHORT] : LONG);
  const words = { month: MONTHS[day.month - 1] ?? "", weekday: WEEKDAYS[weekdayOf(day)] ?? "" };
  return { spanish: template(day, words), iso: isoOf(day) };
}

/** What is often written without its accent. */
const ACCENTS: Readonly<Record<string, string>> = { miercoles: "miércoles", sabado: "sábado", mie: "mié", sab: "sáb" };

/** The pieces that a model reads: words in lower case, each digit by itself, and each sign. */
export function dateWords(text: string): string[] {
  const pieces =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/º|[^º\P{L}]+|\p{N}|[^\s\p{L}\p{N}]/gu) ?? []; // º counts as a letter: "1ºde" is three pieces
  return pieces.map((piece) => ACCENTS[piece] ?? piece);
}
