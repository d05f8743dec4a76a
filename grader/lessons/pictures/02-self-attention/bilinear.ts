import * as tf from "@tensorflow/tfjs";
import { bilinearForm, selfAttention } from "#reference";
import { heatMap, line, type Picture, text } from "../picture.js";

/** The example of 2.3: the form, the scores that it gives, and their weights. */
export const bilinear: Picture = {
  title: {
    en: "The form B, the scores X B Xᵀ and the weights: what token 1 asks of token 0 is not what 0 asks of 1",
    es: "La forma B, las puntuaciones X B Xᵀ y los pesos: lo que 1 le pide a 0 no es lo que 0 le pide a 1",
  },
  draw: () => {
    const x = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const wq = tf.tensor2d([[1], [2]]);
    const wk = tf.tensor2d([[1], [0]]);
    const form = bilinearForm(wq, wk);
    const scores = tf.matMul(tf.matMul(x, form), x, false, true);
    const { weights } = selfAttention(x, { wq, wk, wv: tf.eye(2) });
    const cell = [54, 40] as const;
    const tokens = ["0", "1", "2"];
    return {
      width: 720,
      height: 216,
      shapes: [
        text([122, 32], "B = wq·wkᵀ", { anchor: "middle", bold: true }),
        heatMap(form, {
          at: [68, 92],
          cell,
          rows: ["a = 0", "1"],
          columns: ["b = 0", "1"],
          digits: 0,
          full: 4,
          size: 14,
        }),
        line(
          [
            [190, 132],
            [254, 132],
          ],
          { arrow: true },
        ),
        text([219, 122], "X · Xᵀ", { anchor: "middle", size: 13 }),
        text([361, 32], "X B Xᵀ", { anchor: "middle", bold: true }),
        heatMap(scores, { at: [280, 72], cell, rows: tokens, columns: tokens, digits: 0, full: 4, size: 14 }),
        line(
          [
            [454, 132],
            [522, 132],
          ],
          { arrow: true },
        ),
        text([484, 122], "softmax", { anchor: "middle", size: 13 }),
        text([617, 32], "α", { anchor: "middle", bold: true }),
        heatMap(weights, { at: [536, 72], cell, columns: tokens, digits: 3, full: 1.2, size: 14 }),
      ],
    };
  },
};
