import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "#reference";
import { heatMap, line, type Picture, text } from "../picture.js";

/** The example of 2.1: scores, weights, outputs. */
export const attention: Picture = {
  title: {
    en: "Scores of two queries for three keys, their weights, and the outputs",
    es: "Puntuaciones de dos consultas con tres claves, sus pesos y las salidas",
  },
  draw: () => {
    const q = tf.tensor2d([
      [1, 1, 1, 1],
      [2, 0, -2, 0],
    ]);
    const k = tf.tensor2d([
      [1, 1, 0, 0],
      [1, 1, 1, 1],
      [2, 2, 1, 1],
    ]);
    const v = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const { output, weights } = scaledDotProductAttention(q, k, v);
    const scores = tf.matMul(q, k, false, true).div(2);
    const cell = [54, 40] as const;
    const keys = ["k₀", "k₁", "k₂"];
    return {
      width: 720,
      height: 178,
      shapes: [
        text([139, 32], "Q Kᵀ / √4", { anchor: "middle", bold: true }),
        heatMap(scores, { at: [58, 72], cell, rows: ["q₀", "q₁"], columns: keys, digits: 0, full: 5, size: 14 }),
        line(
          [
            [232, 112],
            [304, 112],
          ],
          { arrow: true },
        ),
        text([266, 102], "softmax", { anchor: "middle", size: 13 }),
        text([393, 32], "α", { anchor: "middle", bold: true }),
        heatMap(weights, { at: [312, 72], cell, columns: ["v₀", "v₁", "v₂"], digits: 3, full: 1.2, size: 14 }),
        line(
          [
            [486, 112],
            [550, 112],
          ],
          { arrow: true },
        ),
        text([516, 102], "· V", { anchor: "middle", size: 13 }),
        text([612, 32], "Y", { anchor: "middle", bold: true }),
        heatMap(output, { at: [558, 72], cell, digits: 3, full: 2.4, size: 14 }),
        text([678, 97], "y₀", { size: 14 }),
        text([678, 137], "y₁", { size: 14 }),
      ],
    };
  },
};
