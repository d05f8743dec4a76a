import * as tf from "@tensorflow/tfjs";
import { causalMask, combineMasks, paddingMask } from "#reference";
import type { Language } from "../../../language.js";
import { heatMap, type Picture, text } from "../picture.js";

const SENTENCES: Record<Language, readonly (readonly string[])[]> = {
  en: [
    ["the", "dog", "saw", "a", "cat"],
    ["she", "sleeps", "well", "[pad]", "[pad]"],
  ],
  es: [
    ["el", "perro", "vio", "un", "gato"],
    ["ella", "duerme", "bien", "[pad]", "[pad]"],
  ],
};

/** Four masks of a batch of two sentences, one of which has padding. */
export const masks: Picture = {
  title: {
    en: "A batch of two sentences. No mask: all cells. Padding: no column of padding. Causal: the lower triangle. Both: what is in the two",
    es: "Un lote de dos oraciones. Sin máscara: todas las celdas. Relleno: ninguna columna de relleno. Causal: el triángulo inferior. Las dos: lo que está en ambas",
  },
  draw: (language) => {
    const words = { en: ["none", "padding", "causal", "both"], es: ["ninguna", "relleno", "causal", "las dos"] }[
      language
    ];
    const sentences = SENTENCES[language];
    const n = 5;
    const ids = tf.tensor2d(
      sentences.map((sentence) => sentence.map((word) => Number(word !== "[pad]"))),
      [2, n],
      "int32",
    );
    const padding = paddingMask(ids, 0); // [2, 1, 1, n]
    const everything = tf.ones([2, 1, n, n], "bool");
    const kinds = [
      { mask: everything, shape: "" },
      { mask: padding, shape: "[B, 1, 1, n]" },
      { mask: causalMask(n), shape: "[n, n]" },
      { mask: combineMasks(causalMask(n), padding), shape: "[B, 1, n, n]" },
    ];
    const cell = 26;
    return {
      width: 748,
      height: 458,
      shapes: kinds.map(({ mask, shape }, k) => {
        const x = 88 + k * 164;
        const middle = x + (n * cell) / 2;
        const allowed = combineMasks(mask, everything).squeeze([1]).cast("float32"); // [2, n, n]
        return [
          text([middle, 30], words[k] ?? "", { anchor: "middle", bold: true }),
          text([middle, 50], shape, { anchor: "middle", size: 12, colour: "faint" }),
          sentences.map((sentence, b) => {
            const y = 112 + b * 190;
            return [
              sentence.map((word, j) => text([x + (j + 0.5) * cell + 4, y - 8], word, { turn: -55, size: 12 })),
              heatMap(allowed.slice([b, 0, 0], [1, -1, -1]).squeeze([0]), {
                at: [x, y],
                cell,
                ...(k === 0 ? { rows: sentence } : {}),
                full: 1.6,
              }),
            ];
          }),
        ];
      }),
    };
  },
};
