import * as tf from "@tensorflow/tfjs";
import { multiHeadAttention } from "#reference";
import type { Language, Text } from "../../../language.js";
import { heatMap, type Picture, text } from "../picture.js";

/** Where some words look in a head; the others look at themselves. */
type Looks = Readonly<Record<number, readonly number[]>>;

interface Sentence {
  readonly words: readonly string[];
  /** From verbs to those who take part, and from pronouns to what they stand for. */
  readonly verbs: Looks;
  readonly pronouns: Looks;
}

const SENTENCES: Record<Language, Sentence> = {
  en: {
    words: ["Ana", "lent", "Luis", "her", "book", "because", "he", "needed", "it"],
    verbs: { 1: [0, 2, 4], 7: [6, 8] },
    pronouns: { 3: [0], 6: [2], 8: [4] },
  },
  es: {
    words: ["Ana", "le", "prestó", "su", "libro", "a", "Luis", "porque", "él", "lo", "necesitaba"],
    verbs: { 2: [0, 4, 6], 10: [8, 9] },
    pronouns: { 1: [6], 3: [0], 8: [6], 9: [4] },
  },
};

const TITLES: readonly Text[] = [
  { en: "head 0: verbs", es: "cabeza 0: verbos" },
  { en: "head 1: pronouns", es: "cabeza 1: pronombres" },
  { en: "head 2: the word before", es: "cabeza 2: la palabra anterior" },
];

/** How much more a word wants those that it looks for than the rest. */
const WANTS = 4;

/** One layer with three heads, each with a task of its own. */
export const heads: Picture = {
  title: {
    en: "Three heads on “Ana lent Luis her book because he needed it”: verbs look at those who take part, pronouns at what they stand for, every word at the one before it",
    es: "Tres cabezas en “Ana le prestó su libro a Luis porque él lo necesitaba”: los verbos miran a quienes participan, los pronombres a lo que representan, cada palabra a la anterior",
  },
  draw: (language) => {
    const { words, verbs, pronouns } = SENTENCES[language];
    const n = words.length;
    const before: Looks = Object.fromEntries(words.map((_, i) => [i, [Math.max(0, i - 1)]]));
    const queries = [verbs, pronouns, before].map((looks) =>
      words.map((_, i) => words.map((_, j) => ((looks[i] ?? [i]).includes(j) ? WANTS * Math.sqrt(n) : 0))),
    );
    const d = 3 * n;
    // Each word is a row with a single 1, so that the first n rows of the weights hold its queries and keys.
    const rows = (matrix: tf.Tensor) =>
      tf.pad(matrix as tf.Tensor2D, [
        [0, d - n],
        [0, 0],
      ]);
    const { weights } = multiHeadAttention(
      tf.eye(n, d).expandDims(0),
      tf.eye(n, d).expandDims(0),
      {
        wq: rows(
          tf.concat(
            queries.map((table) => tf.tensor2d(table)),
            1,
          ),
        ),
        wk: rows(tf.tile(tf.eye(n), [1, 3])),
        wv: tf.eye(d),
        wo: tf.eye(d),
      },
      3,
    ); // [1, 3, n, n]
    const cell = language === "en" ? 26 : 21;
    const [left, top, step] = [92, 118, n * cell + (language === "en" ? 22 : 18)];
    return {
      width: left + 3 * step + (language === "en" ? 0 : 34),
      height: top + n * cell + 22,
      shapes: TITLES.map((title, head) => {
        const x = left + head * step;
        return [
          text([x + (n * cell) / 2, 30], title[language], { anchor: "middle", bold: true }),
          words.map((word, j) => text([x + (j + 0.5) * cell + 4, top - 8], word, { turn: -55, size: 12.5 })),
          heatMap(weights.squeeze([0]).slice([head, 0, 0], [1, -1, -1]).squeeze([0]), {
            at: [x, top],
            cell,
            ...(head === 0 ? { rows: words } : {}),
            full: 1,
            size: 12.5,
          }),
        ];
      }),
    };
  },
};
