import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "#reference";
import type { Language } from "../../../language.js";
import { heatMap, type Picture, text } from "../picture.js";

/** A word, what it offers to those who look for it, and what it looks for itself, with how much it wants it. */
type Word = readonly [word: string, offers: readonly Tag[], seeks: Partial<Record<Tag, number>>];
type Tag = (typeof TAGS)[number];
const TAGS = ["person", "feminine", "masculine", "thing", "verb", "pronoun"] as const;

const SENTENCES: Record<Language, readonly Word[]> = {
  en: [
    ["Ana", ["person", "feminine"], {}],
    ["lent", ["verb"], { person: 2, thing: 2 }],
    ["Luis", ["person", "masculine"], {}],
    ["her", [], { feminine: 3.5 }],
    ["book", ["thing"], {}],
    ["because", [], { verb: 2 }],
    ["he", ["pronoun"], { masculine: 3.5 }],
    ["needed", ["verb"], { pronoun: 2.5 }],
    ["it", ["pronoun"], { thing: 3.5 }],
  ],
  es: [
    ["Ana", ["person", "feminine"], {}],
    ["le", [], { masculine: 3.5 }],
    ["prestó", ["verb"], { person: 2, thing: 2 }],
    ["su", [], { feminine: 3.5 }],
    ["libro", ["thing"], {}],
    ["a", [], { masculine: 2 }],
    ["Luis", ["person", "masculine"], {}],
    ["porque", [], { verb: 2 }],
    ["él", ["pronoun"], { masculine: 3.5 }],
    ["lo", ["pronoun"], { thing: 3.5 }],
    ["necesitaba", ["verb"], { pronoun: 2.5 }],
  ],
};

/** Besides what it looks for, every word looks a little for itself. */
const SELF = 1.5;

/** Which word looks where: pronouns for what they stand for, verbs for those who take part. */
export const sentence: Picture = {
  title: {
    en: "Attention in “Ana lent Luis her book because he needed it”: he looks at Luis, it at book, her at Ana",
    es: "Atención en “Ana le prestó su libro a Luis porque él lo necesitaba”: él mira a Luis, lo a libro, su a Ana",
  },
  draw: (language) => {
    const words = SENTENCES[language];
    const names = words.map(([name]) => name);
    const scale = Math.sqrt(TAGS.length + words.length); // what the formula divides by
    const own = (i: number, value: number) => words.map((_, j) => (i === j ? value : 0));
    const keys = words.map(([, offers], i) => [...TAGS.map((tag) => Number(offers.includes(tag))), ...own(i, 1)]);
    const queries = words.map(([, , seeks], i) => [...TAGS.map((tag) => seeks[tag] ?? 0), ...own(i, SELF)]);
    const { weights } = scaledDotProductAttention(
      tf.tensor2d(queries).mul(scale),
      tf.tensor2d(keys),
      tf.tensor2d(keys),
    );
    const cell = [language === "en" ? 62 : 60, 30] as const;
    const left = 124;
    return {
      width: left + cell[0] * words.length + 20,
      height: 74 + cell[1] * words.length + 16,
      shapes: [
        text([left + (cell[0] * words.length) / 2, 26], language === "en" ? "answers" : "responde", {
          anchor: "middle",
          colour: "faint",
        }),
        text([22, 74 + (cell[1] * words.length) / 2], language === "en" ? "asks" : "pregunta", {
          anchor: "middle",
          colour: "faint",
          turn: -90,
        }),
        heatMap(weights, { at: [left, 64], cell, rows: names, columns: names, digits: 2, full: 1.2, size: 13 }),
      ],
    };
  },
};
