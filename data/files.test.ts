/** The committed files are what the scripts make, and hold what the README says of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dateWords, daysIn, MONTHS, WEEKDAYS, weekdayOf } from "./dates.js";
import { makeFiles, readColors, readDates, readDigits, readTranslation } from "./files.js";
import { makeTranslation, translationWords } from "./translation.js";

const folder = import.meta.dirname;
const files = makeFiles();

test.each([...files])("%s is what npm run data makes", (name, lines) => {
  expect(readFileSync(path.join(folder, name), "utf8")).toBe(`${lines.join("\n")}\n`);
});

test.each(["digits", "dates", "translation", "colors"])("no example of %s is in two splits, or twice in one", (set) => {
  const names = [...files.keys()].filter((name) => name.startsWith(`${set}/`));
  const sources = names.flatMap((name) => (files.get(name) ?? []).map((line) => line.split("\t")[0]));
  // Small graphs may have the same colours; they differ in their edges.
  const all = set === "colors" ? names.flatMap((name) => files.get(name) ?? []) : sources;
  expect(new Set(all).size).toBe(all.length);
});

describe("digits", () => {
  test("each digit of the target stands in its place of the source", () => {
    for (const { source, target, alignment } of readDigits(folder, "test", "reverse")) {
      expect(target).toEqual(source.toReversed());
      expect(alignment?.map((place) => source[place])).toEqual(target);
    }
    for (const { source, target } of readDigits(folder, "test", "sort")) expect(target).toEqual(source.toSorted());
  });

  test("all lengths from 4 to 10 are there alike", () => {
    const lengths = readDigits(folder, "train", "reverse").map(({ source }) => source.length);
    for (let length = 4; length <= 10; length++) {
      expect(lengths.filter((one) => one === length).length).toBeCloseTo(8000 / 7, -1);
    }
  });
});

describe("dates", () => {
  test.each([
    [1900, 1, 1, "lunes"],
    [2000, 2, 29, "martes"],
    [2019, 1, 3, "jueves"],
    [2099, 12, 31, "jueves"],
  ])("%i-%i-%i is a %s", (year, month, day, name) => {
    expect(WEEKDAYS[weekdayOf({ year, month, day })]).toBe(name);
  });

  test("weekdays and lengths of months agree with the platform's calendar", () => {
    for (const [year, month] of [1900, 1904, 1999, 2000, 2024, 2096].flatMap((y) => MONTHS.map((_, m) => [y, m + 1]))) {
      const [y, m] = [year ?? 0, month ?? 0];
      expect(daysIn(y, m)).toBe(new Date(Date.UTC(y, m, 0)).getUTCDate());
      expect((weekdayOf({ year: y, month: m, day: 1 }) + 1) % 7).toBe(new Date(Date.UTC(y, m - 1, 1)).getUTCDay());
    }
  });

  test("weekdays that are written are right, and two digits of a year mean 1950 to 2049", () => {
    for (const { source, target } of readDates(folder, "train")) {
      const [year = 0, month = 0, day = 0] = target.join("").split("-").map(Number);
      const named = WEEKDAYS.findIndex((name) => source.includes(name));
      if (named >= 0) expect(named).toBe(weekdayOf({ year, month, day }));
      const digits = source.filter((word) => /\d/.test(word)).join("");
      if (!digits.includes(String(year))) expect(year >= 1950 && year <= 2049).toBe(true);
    }
  });

  test("dates are read in pieces", () => {
    expect(dateWords("El Miércoles, 3 de enero de 2019")).toEqual([
      ...["el", "miércoles", ",", "3", "de", "enero", "de", "2", "0", "1", "9"],
    ]);
    expect(dateWords(" miercoles 1º-ene-19 ")).toEqual(["miércoles", "1", "º", "-", "ene", "-", "1", "9"]);
    expect(dateWords("1ºde enero")).toEqual(["1", "º", "de", "enero"]);
    expect(dateWords("mie\u0301rcoles")).toEqual(["miércoles"]);
    expect(dateWords("")).toEqual([]);
  });
});

describe("translation", () => {
  const splits = makeTranslation();
  const train = splits.train;
  const translationOf = new Map(
    Object.values(splits)
      .flat()
      .map(({ spanish, english, alignment }) => [spanish.join(" "), `${english.join(" ")} | ${alignment.join(" ")}`]),
  );

  test("every word of every split occurs in training, and each often enough to be learned", () => {
    const counts = new Map<string, number>();
    for (const word of train.flatMap(({ spanish }) => spanish)) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const { spanish } of Object.values(splits).flat()) {
      for (const word of spanish) expect(counts.get(word) ?? 0, word).toBeGreaterThanOrEqual(8);
    }
    expect(counts.size).toBeGreaterThan(180);
    expect(counts.size).toBeLessThan(240);
    const english = new Set(train.flatMap((sentence) => sentence.english));
    for (const sentence of Object.values(splits).flat())
      for (const word of sentence.english) expect(english).toContain(word);
  });

  test("each English word comes from a word of its sentence", () => {
    for (const { spanish, english, alignment } of Object.values(splits).flat()) {
      expect(alignment.length).toBe(english.length);
      expect(alignment.every((place) => place >= 0 && place < spanish.length)).toBe(true);
      expect(spanish.length).toBeGreaterThanOrEqual(2);
      expect(spanish.length).toBeLessThanOrEqual(12);
    }
  });

  test("pairs of noun and adjective that are held out occur in their own split only", () => {
    const pairsOf = (split: keyof typeof splits) => new Set(splits[split].flatMap(({ pairs }) => pairs));
    const known = new Set([...pairsOf("train"), ...pairsOf("validation"), ...pairsOf("test")]);
    for (const [own, other] of [
      ["compositional", "compositional-validation"],
      ["compositional-validation", "compositional"],
    ] as const) {
      const elsewhere = pairsOf(other);
      for (const { pairs } of splits[own]) {
        const fresh = pairs.filter((pair) => !train.some((sentence) => sentence.pairs.includes(pair)));
        expect(fresh.length).toBeGreaterThanOrEqual(1);
        for (const pair of fresh) expect(known.has(pair) || elsewhere.has(pair)).toBe(false);
      }
    }
    // Both words of a new pair are known from other pairs.
    const words = new Set([...pairsOf("train")].flatMap((pair) => pair.split(" ")));
    for (const pair of pairsOf("compositional")) for (const word of pair.split(" ")) expect(words).toContain(word);
  });

  test("sentences with two adjectives are short in training, and half of the compositional ones are not", () => {
    expect(train.every(({ pairs, spanish }) => pairs.length < 2 || spanish.length <= 8)).toBe(true);
    const longer = splits.compositional.filter(({ pairs, spanish }) => pairs.length >= 2 && spanish.length > 8);
    expect(longer.length).toBe(150);
    const lengths = new Set(train.map(({ spanish }) => spanish.length));
    for (const { spanish } of splits.compositional) expect(lengths).toContain(spanish.length);
  });

  test("articles agree with their nouns", () => {
    const phrases = new Set(
      train.map(({ spanish }) => spanish.join(" ")).flatMap((text) => text.match(/\b(el|la|los|las) \S+/g) ?? []),
    );
    for (const phrase of phrases) {
      const [article = "", noun = ""] = phrase.split(" ");
      expect(noun.endsWith("s"), phrase).toBe(article === "los" || article === "las");
    }
    expect(phrases).toContain("la mujer");
    expect(phrases).toContain("los árboles");
    expect(phrases).not.toContain("el flor");
  });

  /** Read by hand: what makes the two languages differ, with its alignment. */
  test.each([
    ["no cantas", "you do not sing | 1 0 0 1"],
    ["mi niño despierta", "my boy wakes up | 0 1 2 2"],
    ["siempre canto", "i always sing | 1 0 1"],
    ["no eres alta", "you are not tall | 1 1 0 2"],
    ["siempre dormimos en ese coche", "we always sleep in that car | 1 0 1 2 3 4"],
    ["también ves al gato", "you also see the cat | 1 0 1 2 3"],
    ["un maestro no trabaja", "a teacher does not work | 0 1 2 2 3"],
    ["tengo un libro viejo del maestro aquí", "i have an old book of the teacher here | 0 0 1 3 2 4 4 5 6"],
    ["unas mujeres ven a nuestros gatos viejos aquí", "some women see our old cats here | 0 1 2 4 6 5 7"],
    [
      "el hombre y un ratón nunca buscan las casas del maestro",
      "the man and a mouse never look for the houses of the teacher | 0 1 2 3 4 5 6 6 7 8 9 9 10",
    ],
  ])("%s", (spanish, expected) => {
    expect(translationOf.get(spanish)).toBe(expected);
  });

  test("a and an, al and del, adjectives on the other side", () => {
    const all = [...translationOf];
    const of = (part: RegExp) => all.filter(([spanish]) => part.test(spanish));
    for (const [spanish, english] of all)
      expect(/\ban? [aeiou]/.test(english) && /\ba [aeiou]/.test(english), spanish).toBe(false);
    expect(of(/\ba el\b|\bde el\b/)).toEqual([]);
    expect(of(/\bal gato\b/).length).toBeGreaterThan(0);
    for (const [, english] of of(/ manzanas? roja/)) expect(english).toMatch(/red apple/);
  });

  test("punctuation and capital letters do not matter", () => {
    expect(translationWords("¿El perro negro, no come?")).toEqual(["el", "perro", "negro", "no", "come"]);
    expect(translationWords("")).toEqual([]);
  });
});

describe("colours", () => {
  test("graphs have the sizes that they should, and a green node at least", () => {
    for (const [split, least, most] of [
      ["train", 4, 25],
      ["test", 4, 25],
      ["large", 26, 100],
    ] as const) {
      for (const { colors, edges } of readColors(folder, split)) {
        expect(colors.length).toBeGreaterThanOrEqual(least);
        expect(colors.length).toBeLessThanOrEqual(most);
        expect(colors).toContain("g");
        expect(edges.every(([a, b]) => a < b && b < colors.length)).toBe(true);
      }
    }
  });
});

describe("files that are not as they should be", () => {
  const damaged = mkdtempSync(path.join(os.tmpdir(), "workbook-data-"));
  afterAll(() => rmSync(damaged, { recursive: true }));
  const put = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(damaged, name)), { recursive: true });
    writeFileSync(path.join(damaged, name), text);
  };

  test("a missing file is named, with what to do", () => {
    expect(() => readDigits(damaged, "train", "sort")).toThrow(/digits\/train\.txt cannot be read.*npm run data/);
  });
  test("a line with the wrong number of fields is named", () => {
    put("dates/test.tsv", "3/1/19\t2019-01-03\n4/1/19\n");
    expect(() => readDates(damaged, "test")).toThrow(/dates\/test\.tsv:2: 1 fields, expected 2/);
  });
  test("what are not digits, or not a date, is named", () => {
    put("digits/test.txt", "3 1 4 1\n3 14 1\n");
    expect(() => readDigits(damaged, "test", "sort")).toThrow(/digits\/test\.txt:2: "3 14 1", expected digits/);
    put("dates/validation.tsv", "3/1/19\t2019-1-3\n");
    expect(() => readDates(damaged, "validation")).toThrow(/validation\.tsv:1: "2019-1-3", expected a date/);
  });
  test("the ends of lines that Windows writes do no harm", () => {
    put("dates/train.tsv", "3/1/19\t2019-01-03\r\n4/1/19\t2019-01-04\r\n");
    expect(readDates(damaged, "train").map(({ target }) => target.join(""))).toEqual(["2019-01-03", "2019-01-04"]);
  });
  test("an alignment that does not fit is named", () => {
    put("translation/test.tsv", "no duermo\ti do not sleep\t1 0 0 7\n");
    expect(() => readTranslation(damaged, "test")).toThrow(/test\.tsv:1: the alignment "1 0 0 7"/);
  });
  test("edges to nodes that are not there are named", () => {
    put("colors/test.tsv", "rgb\t0-1 1-3\n");
    expect(() => readColors(damaged, "test")).toThrow(/colors\/test\.tsv:1/);
  });
});
