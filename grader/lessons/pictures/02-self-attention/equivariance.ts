import * as tf from "@tensorflow/tfjs";
import { permuteRows, selfAttention } from "#reference";
import { heatMap, line, type Picture, text } from "../picture.js";

const PERMUTATION = [2, 0, 3, 1];

/** Tokens in two orders through one layer: the outputs, and the weights, are reordered the same way. */
export const equivariance: Picture = {
  title: {
    en: "Shuffling the tokens before the layer gives the same as shuffling its outputs; the weights become P α Pᵀ",
    es: "Barajar los tokens antes de la capa da lo mismo que barajar sus salidas; los pesos se vuelven P α Pᵀ",
  },
  draw: (language) => {
    const x = tf.tensor2d([
      [1, 0],
      [0, 1],
      [-1, 0.5],
      [0.5, -1],
    ]);
    const weights = {
      wq: tf.tensor2d([
        [2, 0],
        [0.5, 1.5],
      ]),
      wk: tf.tensor2d([
        [1, 0.5],
        [-0.5, 2],
      ]),
      wv: tf.tensor2d([
        [1, 0.5],
        [0, 1],
      ]),
    };
    const cell = 38;
    const row = (
      tokens: tf.Tensor,
      order: readonly number[],
      top: number,
      names: readonly [string, string, string],
    ) => {
      const { output, weights: alpha } = selfAttention(tokens, weights);
      const labels = order.map(String);
      const middle = top + 2 * cell;
      return [
        text([88, top - 30], names[0], { anchor: "middle", bold: true }),
        heatMap(tokens, { at: [50, top], cell, rows: labels, digits: 1, full: 1.6 }),
        line(
          [
            [140, middle],
            [222, middle],
          ],
          { arrow: true },
        ),
        text([322, top - 30], names[1], { anchor: "middle", bold: true }),
        heatMap(alpha, { at: [246, top], cell, rows: labels, columns: labels, digits: 2, full: 1.2 }),
        line(
          [
            [414, middle],
            [490, middle],
          ],
          { arrow: true },
        ),
        text([556, top - 30], names[2], { anchor: "middle", bold: true }),
        heatMap(output, { at: [518, top], cell, rows: labels, digits: 2, full: 1.6 }),
      ];
    };
    const down = (x: number) => [
      line(
        [
          [x, 216],
          [x, 252],
        ],
        { arrow: true, colour: "second" },
      ),
      text([x + 10, 239], "P", { bold: true, colour: "second" }),
    ];
    return {
      width: 640,
      height: 470,
      shapes: [
        row(x, [0, 1, 2, 3], 54, ["X", "α", "f(X)"]),
        down(88),
        down(556),
        text([322, 239], language === "en" ? "rows and columns" : "filas y columnas", {
          anchor: "middle",
          colour: "second",
        }),
        row(permuteRows(x, PERMUTATION), PERMUTATION, 304, ["P X", "P α Pᵀ", "f(P X) = P f(X)"]),
      ],
    };
  },
};
