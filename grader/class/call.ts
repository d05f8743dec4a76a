/** What `npm run class` was asked for: its words and options, and how each option is read. */
import { UsageError } from "../errors.js";
import type { Language } from "../language.js";
import type { Screen } from "../publish/screen.js";
import { readDue } from "./due.js";
import type { ClassWords } from "./words.js";

/** What a command hands over. */
export interface Call {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly language: Language;
  readonly screen: Screen;
  /** The exercises that some words name; all of them without words. */
  readonly select: (words: readonly string[]) => readonly string[];
}

export const stringOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export function countOf(
  name: string,
  value: string | boolean | undefined,
  otherwise: number,
  words: ClassWords,
  least = 1,
): number {
  if (value === undefined) return otherwise;
  const count = Number(value);
  if (!/^\d{1,6}$/.test(String(value)) || count < least) throw new UsageError(words.badCount(name, String(value)));
  return count;
}

export function dueOf(value: string | boolean | undefined, words: ClassWords): string | undefined {
  if (value === undefined) return undefined;
  const due = readDue(String(value));
  if (due === undefined) throw new UsageError(words.badDue(String(value)));
  return due;
}

const SEEDS = 2 ** 32;
export const newSeed = (): number => Math.floor(Math.random() * SEEDS);

export function seedOf(word: string, words: ClassWords): number {
  if (!/^\d{1,10}$/.test(word) || Number(word) >= SEEDS) throw new UsageError(words.badCount("seed", word));
  return Number(word);
}
