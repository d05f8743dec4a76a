/** The four tasks of sequences, with the settings that were chosen on the validation splits. */
import path from "node:path";
import { dateWords } from "../../../data/dates.js";
import { readDates, readDigits, readTranslation } from "../../../data/files.js";
import { translationWords } from "../../../data/translation.js";
import { root } from "../../store.js";
import type { SequenceSettings, SequenceTask } from "./task.js";

const DATA = path.join(root, "data");

const SMALL: SequenceSettings = {
  ...{ d: 32, h: 4, ff: 64, layers: 1 },
  ...{ steps: 1500, batch: 64, warmup: 100, factor: 0.15, smoothing: 0.1 },
};

const UNSEEN = { en: "unseen", es: "sin ver" };

/** Digits one by one: what was said is what is shown. */
const digitsOf = (text: string): string[] => text.match(/\d/g) ?? [];

export const reverse: SequenceTask = {
  name: "reverse",
  title: { en: "Digits from the end", es: "Cifras al revés" },
  summary: {
    en: "turns 4 to 10 digits round; the attention that it needs is a diagonal",
    es: "invierte de 4 a 10 cifras; la atención que necesita es una diagonal",
  },
  training: () => readDigits(DATA, "train", "reverse"),
  tests: [{ id: "test", name: UNSEEN, examples: () => readDigits(DATA, "test", "reverse"), due: { exact: 0.99 } }],
  validation: [() => readDigits(DATA, "validation", "reverse")],
  wordsOf: digitsOf,
  textOf: (words) => words.join(" "),
  settings: SMALL,
};

export const sort: SequenceTask = {
  name: "sort",
  title: { en: "Digits in order", es: "Cifras en orden" },
  summary: {
    en: "sorts 4 to 10 digits; it has to look at what they are, not at where they stand",
    es: "ordena de 4 a 10 cifras; tiene que mirar cuáles son, no dónde están",
  },
  training: () => readDigits(DATA, "train", "sort"),
  tests: [{ id: "test", name: UNSEEN, examples: () => readDigits(DATA, "test", "sort"), due: { exact: 0.97 } }],
  validation: [() => readDigits(DATA, "validation", "sort")],
  wordsOf: digitsOf,
  textOf: (words) => words.join(" "),
  settings: { ...SMALL, steps: 1300 },
};

export const dates: SequenceTask = {
  name: "dates",
  title: { en: "Spanish dates to ISO", es: "Fechas en español a ISO" },
  summary: {
    en: "«el martes 3 de enero de 2019», «3/1/19» and «3 ene 2019» become 2019-01-03",
    es: "«el martes 3 de enero de 2019», «3/1/19» y «3 ene 2019» se vuelven 2019-01-03",
  },
  training: () => readDates(DATA, "train"),
  tests: [{ id: "test", name: UNSEEN, examples: () => readDates(DATA, "test"), due: { exact: 0.98 } }],
  validation: [() => readDates(DATA, "validation")],
  wordsOf: dateWords,
  textOf: (words) => words.join(""),
  settings: { ...SMALL, ff: 128 },
};

export const translate: SequenceTask = {
  name: "translate",
  title: { en: "Spanish to English", es: "Del español al inglés" },
  summary: {
    en: "translates short sentences, and tells which word each word comes from",
    es: "traduce oraciones cortas y muestra de qué palabra viene cada una",
  },
  training: () => readTranslation(DATA, "train"),
  tests: [
    {
      id: "test",
      name: UNSEEN,
      examples: () => readTranslation(DATA, "test"),
      due: { exact: 0.85, bleu: 0.95, alignment: 0.85 },
    },
    {
      id: "compositional",
      name: { en: "new pairs of noun and adjective", es: "pares nuevos de sustantivo y adjetivo" },
      examples: () => readTranslation(DATA, "compositional"),
      due: { exact: 0.6 },
    },
  ],
  validation: [() => readTranslation(DATA, "validation"), () => readTranslation(DATA, "compositional-validation")],
  wordsOf: translationWords,
  textOf: (words) => words.join(" "),
  settings: { ...SMALL, d: 64, ff: 128, steps: 1200, batch: 32, warmup: 300, factor: 0.5 },
};

export const TASKS: readonly SequenceTask[] = [reverse, sort, dates, translate];
