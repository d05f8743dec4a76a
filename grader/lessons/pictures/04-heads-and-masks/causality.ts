import * as tf from "@tensorflow/tfjs";
import { causalMask, scaledDotProductAttention } from "#reference";
import { circle, heatMap, line, type Picture, type Shapes, text } from "../picture.js";

const X = [
  [1, 0],
  [-1, 1],
  [0.5, 1],
  [1, 0.5],
  [0, -1],
  [1, -1],
];
const STEP = 48;

/** Inputs below, outputs above, and a line wherever there is a weight. */
function wires(left: number, weights: number[][]): Shapes {
  const at = (i: number) => left + i * STEP;
  const subscript = (i: number) => "₀₁₂₃₄₅"[i] ?? "";
  return [
    weights.map((row, i) =>
      row.map((weight, j) =>
        weight > 0
          ? line(
              [
                [at(j), 414],
                [at(i), 334],
              ],
              { strength: 0.15 + 0.85 * weight, colour: "accent" },
            )
          : [],
      ),
    ),
    weights.map((_, i) => [
      circle([at(i), 425], 11, { outline: "faint" }),
      circle([at(i), 323], 11, { outline: "faint", strength: 0.25 }),
      text([at(i), 456], `x${subscript(i)}`, { anchor: "middle", size: 13 }),
      text([at(i), 304], `y${subscript(i)}`, { anchor: "middle", size: 13 }),
    ]),
  ];
}

/** The same scores without a mask and with the causal one, and what each output can know. */
export const causality: Picture = {
  title: {
    en: "Weights of six tokens without a mask and with the causal one: zeros above the diagonal, and no line from a later input to an earlier output",
    es: "Pesos de seis tokens sin máscara y con la causal: ceros arriba de la diagonal, y ninguna línea de una entrada posterior a una salida anterior",
  },
  draw: (language) => {
    const words = { en: ["no mask", "causal mask"], es: ["sin máscara", "máscara causal"] }[language];
    const x = tf.tensor2d(X);
    const n = X.length;
    const query = tf.matMul(
      x,
      tf.tensor2d([
        [1.5, 0],
        [1, 1],
      ]),
    );
    const both = [undefined, causalMask(n)].map((mask) => scaledDotProductAttention(query, x, x, mask).weights);
    const places = X.map((_, i) => String(i));
    return {
      width: 720,
      height: 476,
      shapes: both.map((weights, k) => {
        const left = 60 + k * 350;
        return [
          text([left + 120, 32], words[k] ?? "", { anchor: "middle", bold: true }),
          heatMap(weights, {
            at: [left, 68],
            cell: [42, 32],
            rows: places,
            columns: places,
            digits: 2,
            full: 1,
            size: 12,
          }),
          wires(left + 6, weights.arraySync() as number[][]),
        ];
      }),
    };
  },
};
