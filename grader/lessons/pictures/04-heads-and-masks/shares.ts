import * as tf from "@tensorflow/tfjs";
import { multiHeadAttention } from "#reference";
import { box, type Colour, heatMap, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const X = [
  [1, 0, 1, 0],
  [0, 1, 1, 0],
  [1, 0, 0, 1],
];
const WO = [
  [1, 0, 1, 0],
  [0, 1, 0, 1],
  [1, 0, -1, 0],
  [0, 1, 0, -1],
];

const CELL = 30;
const WIDE = 46;
const hue = (head: number): Colour => (head === 0 ? "accent" : "second");

/** Two columns of a matrix that belong to a head, framed in its hue. */
const frame = ([x, y]: Point, [width, height]: Point, head: number): Shapes => [
  box([x - 2, y - 2], [width + 4, height + 4], { outline: hue(head), round: 3 }),
];

const way = (from: Point, to: Point): string => line([from, to], { arrow: true, colour: "faint" });

/** The example of 4.1: the columns of two heads, what each head does with them, and both together. */
export const shares: Picture = {
  title: {
    en: "The columns of Q, K and V are shared out between two heads; each has weights and an output of its own; side by side and times the last matrix they are Y",
    es: "Las columnas de Q, K y V se reparten entre dos cabezas; cada una tiene sus propios pesos y su salida; lado a lado y por la última matriz son Y",
  },
  draw: (language) => {
    const x = tf.tensor3d([X]);
    const weightsOf = (wo: tf.Tensor) => ({ wq: tf.eye(4).mul(2), wk: tf.eye(4), wv: tf.eye(4), wo });
    const { output: found, weights } = multiHeadAttention(x, x, weightsOf(tf.eye(4)), 2);
    const { output } = multiHeadAttention(x, x, weightsOf(tf.tensor2d(WO)), 2);
    const half = (matrix: tf.Tensor, head: number) => matrix.slice([0, 2 * head], [-1, 2]);
    const matrix = tf.tensor2d(X);
    const head = language === "en" ? "head" : "cabeza";
    const tops = [70, 244] as const; // of the two heads
    return {
      width: 860,
      height: 384,
      shapes: [
        [matrix.mul(2), matrix, matrix].map((projected, k) => {
          const y = 48 + k * 112;
          return [
            text([22, y + 50], ["Q", "K", "V"][k] ?? "", { bold: true }),
            [0, 1].map((i) => {
              const at: Point = [46 + i * (2 * CELL + 8), y];
              return [
                heatMap(half(projected, i), { at, cell: CELL, digits: 0, full: 3 }),
                frame(at, [2 * CELL, 3 * CELL], i),
              ];
            }),
          ];
        }),
        tops.map((top, i) => {
          const middle = top + 1.5 * CELL;
          const at: Point = [438, top];
          return [
            way([184, middle], [238, middle]),
            text([246 + 1.5 * WIDE, top - 14], `${head} ${i}`, { anchor: "middle", bold: true, colour: hue(i) }),
            heatMap(weights.squeeze([0]).slice([i, 0, 0], [1, -1, -1]).squeeze([0]), {
              at: [246, top],
              cell: [WIDE, CELL],
              digits: 3,
              full: 1,
            }),
            text([402, middle - 10], "· V", { anchor: "middle", size: 13 }),
            way([390, middle], [428, middle]),
            heatMap(half(found.squeeze([0]), i), { at, cell: [WIDE, CELL], digits: 3, full: 1.3 }),
            frame(at, [2 * WIDE, 3 * CELL], i),
            line(
              [
                [538, middle],
                [566, middle],
                [566, 192 + (i - 0.5) * 22],
                [590, 192 + (i - 0.5) * 22],
              ],
              { arrow: true, colour: "faint" },
            ),
          ];
        }),
        text([690, 118], "[head₀ ; head₁] · Wo", { anchor: "middle", bold: true }),
        heatMap(output.squeeze([0]), { at: [600, 147], cell: [WIDE, CELL], digits: 3, full: 2.4, size: 11.5 }),
        text([798, 196], "= Y", { bold: true }),
      ],
    };
  },
};
