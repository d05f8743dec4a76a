import * as tf from "@tensorflow/tfjs";
import { concatenationMixing } from "#reference";
import { heatMap, type Picture, text } from "../picture.js";

/** Rows of ones of different lengths, each beginning where the one above ends. */
const widths = (...lengths: number[]): number[][] => {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const start = (i: number) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0);
  return lengths.map((length, i) =>
    Array.from({ length: total }, (_, r) => Number(r >= start(i) && r < start(i) + length)),
  );
};

const SHARED = [
  [1, 1, 1, 1, 0.5, 0.5, 0, 0, 0, 0, 0, 0],
  [0, 0, 0.5, 0.5, 1, 1, 1, 1, 0, 0, -0.5, 0],
  [0, 0.5, 0, 0, 0, 0, 0.5, 0.5, 1, 1, 1, 1],
];
const FEWER = [
  [1, 0.8, 0, 0.3, 0, -0.4],
  [0, 0.5, 1, 0, 0.6, 0.2],
  [-0.6, 0, 0.4, 1, 0, 0.9],
];

/** Mixing matrices of three heads, from ordinary heads to few directions that all of them use. */
export const mixing: Picture = {
  title: {
    en: "Mixing matrices of three heads: one block each; blocks of different widths; rows that overlap; six directions in place of twelve",
    es: "Matrices de mezcla de tres cabezas: un bloque para cada una; bloques de anchos distintos; filas que se traslapan; seis direcciones en lugar de doce",
  },
  draw: (language) => {
    const words = {
      en: ["concatenation, D = h · dk", "heads of different widths", "heads that share", "fewer directions, D = 6"],
      es: [
        "concatenación, D = h · dk",
        "cabezas de anchos distintos",
        "cabezas que comparten",
        "menos direcciones, D = 6",
      ],
    }[language];
    const cell = 25;
    const matrices = [concatenationMixing(3, 4), tf.tensor2d(widths(6, 2, 4)), tf.tensor2d(SHARED), tf.tensor2d(FEWER)];
    return {
      width: 740,
      height: 276,
      shapes: matrices.map((matrix, k) => {
        const [x, y] = [54 + (k % 2) * 356, 58 + Math.floor(k / 2) * 128];
        return [
          text([x, y - 16], words[k] ?? "", { bold: true }),
          heatMap(matrix, { at: [x, y], cell, rows: ["m₀", "m₁", "m₂"], full: 1.1, size: 13 }),
        ];
      }),
    };
  },
};
