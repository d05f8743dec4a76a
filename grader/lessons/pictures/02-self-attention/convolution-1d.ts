import * as tf from "@tensorflow/tfjs";
import { convolutionMatrix1d, selfAttention } from "#reference";
import { heatMap, type Picture, text } from "../picture.js";

/** A band that is the same for every input, beside the weights that attention computes for one of them. */
export const convolution1d: Picture = {
  title: {
    en: "The matrix of a convolution is a band, the same for every input; that of attention is full and made from the input",
    es: "La matriz de una convolución es una banda, igual para toda entrada; la de la atención está llena y sale de la entrada",
  },
  draw: (language) => {
    const words = {
      en: { convolution: "convolution (1, 2, 3)", attention: "attention", fixed: "for every X", made: "for this X" },
      es: { convolution: "convolución (1, 2, 3)", attention: "atención", fixed: "para toda X", made: "para esta X" },
    }[language];
    const n = 8;
    const x = tf.tensor2d([
      [1, 0],
      [-1, 1],
      [0.5, 1],
      [1, 0.5],
      [0, -1],
      [1, -1],
      [-1, 0],
      [0, 1],
    ]);
    const { weights } = selfAttention(x, {
      wq: tf.tensor2d([
        [1.5, 0],
        [1, 1],
      ]),
      wk: tf.tensor2d([
        [1, 1],
        [-1, 1],
      ]),
      wv: tf.eye(2),
    });
    const cell = 32;
    const places = Array.from({ length: n }, (_, i) => String(i));
    return {
      width: 680,
      height: 372,
      shapes: [
        text([178, 32], words.convolution, { anchor: "middle", bold: true }),
        text([178, 352], words.fixed, { anchor: "middle", colour: "faint" }),
        heatMap(convolutionMatrix1d([1, 2, 3], n), {
          at: [50, 74],
          cell,
          rows: places,
          columns: places,
          digits: 0,
          full: 4,
        }),
        text([518, 32], words.attention, { anchor: "middle", bold: true }),
        text([518, 352], words.made, { anchor: "middle", colour: "faint" }),
        heatMap(weights, { at: [390, 74], cell, rows: places, columns: places, digits: 2, full: 0.8, size: 10.5 }),
      ],
    };
  },
};
