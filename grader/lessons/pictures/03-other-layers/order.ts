import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention, sinusoidalPositions } from "#reference";
import { box, heatMap, type Picture, text } from "../picture.js";

const VECTORS: Record<string, readonly number[]> = { "5": [2, 0], "−": [1, 1], "2": [0, 1] };
const ORDERS = [
  ["5", "−", "2"],
  ["2", "−", "5"],
] as const;
const CELL = 46;
const [LEFT, RIGHT] = [186, 440];
const ROWS = [82, 318];

const shown = (value: number): string => value.toFixed(3).replace("-", "−");

export const order: Picture = {
  title: {
    en: "Attention weights of 5 − 2 and of 2 − 5: without positions the minus sign gets the same output in both orders, with positions it does not",
    es: "Pesos de atención de 5 − 2 y de 2 − 5: sin posiciones el signo menos recibe la misma salida en los dos órdenes; con posiciones, no",
  },
  draw: (language) => ({
    width: 640,
    height: 500,
    shapes: [
      ...ROWS.map((top, k) =>
        (language === "en" ? [k === 0 ? "without" : "with", "positions"] : [k === 0 ? "sin" : "con", "posiciones"]).map(
          (word, line) => text([28, top + 58 + 20 * line], word, { bold: true }),
        ),
      ),
      ...ROWS.flatMap((top, k) =>
        ORDERS.map((tokens, column) => {
          const x = [LEFT, RIGHT][column] ?? 0;
          const words = tf.tensor2d(tokens.map((token) => [...(VECTORS[token] ?? [])]));
          const vectors = k === 0 ? words : words.add(sinusoidalPositions(3, 2));
          const { output, weights } = scaledDotProductAttention(vectors, vectors, vectors);
          const [first = 0, second = 0] = output.slice([1, 0], [1, 2]).dataSync();
          return [
            text([x + 1.5 * CELL, top - 34], tokens.join(" "), { anchor: "middle", bold: true }),
            heatMap(weights, { at: [x, top], cell: CELL, rows: tokens, columns: tokens, digits: 2, full: 1 }),
            box([x, top + CELL], [3 * CELL, CELL], { outline: "ink" }),
            text([x + (3 * CELL) / 2, top + 3 * CELL + 24], `− → (${shown(first)}, ${shown(second)})`, {
              anchor: "middle",
              size: 13,
              colour: k === 0 ? "ink" : "second",
            }),
          ];
        }),
      ),
    ],
  }),
};
