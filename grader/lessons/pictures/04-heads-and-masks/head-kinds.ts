import { attentionToDelimiters, headEntropies, meanDistance, relativeFocus } from "#reference";
import type { Language } from "../../../language.js";
import { handMade, NAMES } from "../hand-made-heads.js";
import { heatMap, type Picture, round, text } from "../picture.js";

/** Four tokens, of which the first and the last are delimiters. */
const TOKENS: Record<Language, readonly string[]> = {
  en: ["[CLS]", "the", "house", "[SEP]"],
  es: ["[CLS]", "la", "casa", "[SEP]"],
};

/** The hand-made heads of 4.4, and under each what is measured of it. */
export const headKinds: Picture = {
  title: {
    en: "Five hand-made heads on four tokens, and under each its entropy, relative focus, attention to delimiters and distance",
    es: "Cinco cabezas hechas a mano en cuatro tokens y, debajo de cada una, su entropía, enfoque relativo, atención a delimitadores y distancia",
  },
  draw: (language) => {
    const words = {
      en: ["entropy", "previous", "current", "next", "delimiters", "distance"],
      es: ["entropía", "anterior", "actual", "siguiente", "delimitadores", "distancia"],
    }[language];
    const tokens = TOKENS[language];
    const weights = handMade(); // [1, 5, 4, 4]
    const { previous, current, next } = relativeFocus(weights);
    const delimiters = attentionToDelimiters(
      weights,
      tokens.map((token) => token.startsWith("[")),
    );
    const measures = [headEntropies(weights), previous, current, next, delimiters, meanDistance(weights)].map(
      (measure) => Array.from(measure.dataSync()),
    );
    const cell = 29;
    const [left, top, step] = [112, 96, 4 * cell + 26];
    const table = top + 4 * cell + 34;
    return {
      width: left + NAMES.length * step,
      height: table + measures.length * 24 + 6,
      shapes: [
        NAMES.map((name, k) => {
          const x = left + k * step;
          return [
            text([x + 2 * cell, 32], name, { anchor: "middle", bold: true }),
            tokens.map((token, j) => text([x + (j + 0.5) * cell + 4, top - 8], token, { turn: -55, size: 12 })),
            heatMap(weights.slice([0, k, 0, 0], [1, 1, -1, -1]).reshape([4, 4]), {
              at: [x, top],
              cell,
              ...(k === 0 ? { rows: tokens } : {}),
              full: 1.1,
            }),
            measures.map((measure, row) =>
              text([x + 2 * cell, table + row * 24], String(round(measure[k] ?? 0, 3)), {
                anchor: "middle",
                size: 13,
                colour: (measure[k] ?? 0) > 0 ? "ink" : "faint",
              }),
            ),
          ];
        }),
        words.map((word, row) =>
          text([left - 8, table + row * 24], word, { anchor: "end", size: 13, colour: "faint" }),
        ),
      ],
    };
  },
};
