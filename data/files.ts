/** The files of the data sets: how they are made, and how they are read again. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type ColorSplit, makeColors } from "./colors.js";
import { type DateSplit, dateWords, makeDates } from "./dates.js";
import { makeDigits, reversed, sorted } from "./digits.js";
import { makeTranslation, type TranslationSplit, translationWords } from "./translation.js";

/** A pair of texts, word by word. */
export interface Example {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** For each word of the target, the place of the source word that it comes from, where that is known. */
  readonly alignment?: readonly number[];
}

/** A graph with coloured nodes. */
export interface ColorGraph {
  /** "r", "g" or "b" for each node. */
  readonly colors: readonly string[];
  /** Undirected, each once. */
  readonly edges: readonly (readonly [number, number])[];
}

export type DigitSplit = "train" | "validation" | "test";

/** Every file below this folder that a script makes, with its lines. */
export function makeFiles(): Map<string, readonly string[]> {
  const files = new Map<string, readonly string[]>();
  const add = <T>(set: string, ending: string, splits: Record<string, readonly T[]>, lineOf: (item: T) => string) => {
    for (const [split, items] of Object.entries(splits)) files.set(`${set}/${split}.${ending}`, items.map(lineOf));
  };
  add("digits", "txt", makeDigits(), (line) => line);
  add("dates", "tsv", makeDates(), ({ spanish, iso }) => `${spanish}\t${iso}`);
  add("translation", "tsv", makeTranslation(), ({ spanish, english, alignment }) =>
    [spanish, english, alignment].map((words) => words.join(" ")).join("\t"),
  );
  add("colors", "tsv", makeColors(), (line) => line);
  return files;
}

/** @param folder where the files lie: `data` of the workbook */
export function readDigits(folder: string, split: DigitSplit, task: "reverse" | "sort"): Example[] {
  const answer = task === "reverse" ? reversed : sorted;
  return rows(folder, `digits/${split}.txt`, 1).map(({ fields: [line = ""], at }) => {
    if (!/^\d( \d)*$/.test(line)) throw new Error(`${at}: "${line}", expected digits such as "3 1 4 1"; ${AGAIN}`);
    const source = line.split(" ");
    return { source, ...answer(source) };
  });
}

export function readDates(folder: string, split: DateSplit): Example[] {
  return rows(folder, `dates/${split}.tsv`, 2).map(({ fields: [spanish = "", iso = ""], at }) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(iso))
      throw new Error(`${at}: "${iso}", expected a date such as 2019-01-03; ${AGAIN}`);
    return { source: dateWords(spanish), target: [...iso] };
  });
}

export function readTranslation(folder: string, split: TranslationSplit): Example[] {
  return rows(folder, `translation/${split}.tsv`, 3).map(
    ({ fields: [spanish = "", english = "", places = ""], at }) => {
      const example = {
        source: translationWords(spanish),
        target: translationWords(english),
        alignment: places.split(" ").map(Number),
      };
      const fits = example.alignment.every(
        (place) => Number.isInteger(place) && place >= 0 && place < example.source.length,
      );
      if (!fits || example.alignment.length !== example.target.length)
        throw new Error(`${at}: the alignment "${places}" does not fit its sentences; ${AGAIN}`);
      return example;
    },
  );
}

export function readColors(folder: string, split: ColorSplit): ColorGraph[] {
  return rows(folder, `colors/${split}.tsv`, 2).map(({ fields: [colors = "", edges = ""], at }) => {
    const pairs = edges.split(" ").map((edge) => edge.split("-").map(Number));
    const known = (node: number | undefined) => Number.isInteger(node) && Number(node) < colors.length;
    if (!/^[rgb]+$/.test(colors) || !pairs.every(([a, b, ...more]) => known(a) && known(b) && more.length === 0))
      throw new Error(`${at}: expected colours and edges such as "rgb<tab>0-1 1-2"; ${AGAIN}`);
    return { colors: [...colors], edges: pairs.map(([a = 0, b = 0]) => [a, b] as const) };
  });
}

const AGAIN = "npm run data makes the files again";

/** The lines of a file, each of so many fields. */
function rows(folder: string, name: string, fields: number): { readonly fields: string[]; readonly at: string }[] {
  const file = path.join(folder, name);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as Error).message}); ${AGAIN}`);
  }
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/) // git may have written them so on Windows
    .map((line, i) => {
      const row = { fields: line.split("\t"), at: `${file}:${i + 1}` };
      if (row.fields.length !== fields || line === "")
        throw new Error(`${row.at}: ${row.fields.length} fields, expected ${fields}; ${AGAIN}`);
      return row;
    });
}
