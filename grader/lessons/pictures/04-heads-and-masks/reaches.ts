import * as tf from "@tensorflow/tfjs";
import { causalMask, fixedMasks, reach, stridedMasks, windowMask } from "#reference";
import { heatMap, type Picture, text } from "../picture.js";

const [N, L, C, K] = [16, 4, 1, 4];
const CELL = 10.5;

/** Who hears of whom after several layers, and what of the past nobody told. */
export const reaches: Picture = {
  title: {
    en: "Reach of a window of four keys after one, two, three and five layers, and of the strided and the fixed patterns after two; cells of the past that are out of reach in the other hue",
    es: "Alcance de una ventana de cuatro claves después de una, dos, tres y cinco capas, y de los patrones a saltos y fijos después de dos; las celdas del pasado fuera de alcance, en el otro tono",
  },
  draw: (language) => {
    const words = {
      en: { window: (layers: number) => `window, N = ${layers}`, strided: "strided A₂ A₁", fixed: "fixed", or: "or" },
      es: { window: (layers: number) => `ventana, N = ${layers}`, strided: "a saltos A₂ A₁", fixed: "fijo", or: "o" },
    }[language];
    const window = windowMask(N, K);
    const [strided1, strided2] = stridedMasks(N, L);
    const [fixed1, fixed2] = fixedMasks(N, L, C);
    const there = reach([fixed1, fixed2]);
    const panels: readonly (readonly [string, tf.Tensor])[] = [
      ...[1, 2, 3, 5].map(
        (layers) => [words.window(layers), reach(Array.from({ length: layers }, () => window))] as const,
      ),
      [words.strided, reach([strided1, strided2])],
      [`${words.fixed} A₂ A₁`, there],
      [`${words.fixed} A₂ A₁ ${words.or} A₁`, tf.logicalOr(there, fixed1)],
      [`${words.fixed} A₁ A₂`, reach([fixed2, fixed1])],
    ];
    const past = causalMask(N).cast("float32");
    const step = N * CELL + 26;
    return {
      width: 26 + 4 * step,
      height: 2 * (N * CELL + 52) + 12,
      shapes: panels.map(([title, seen], k) => {
        const [x, y] = [26 + (k % 4) * step, 46 + Math.floor(k / 4) * (N * CELL + 52)];
        const heard = seen.cast("float32");
        return [
          text([x + (N * CELL) / 2, y - 14], title, { anchor: "middle", bold: true, size: 13 }),
          // Out of reach counts negative, which is the other hue.
          heatMap(heard.sub(past.sub(heard).mul(0.25)), { at: [x, y], cell: CELL, full: 1.2 }),
        ];
      }),
    };
  },
};
