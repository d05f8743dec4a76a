import * as tf from "@tensorflow/tfjs";
import { feedForward, swiGlu } from "#reference";
import { circle, line, type Picture, type Point, type Shapes, text } from "../picture.js";
import { plot } from "../plot.js";

const [D, FF] = [3, 6];
const MIDDLE = 168;

const column = (x: number, count: number, gap: number): Point[] =>
  Array.from({ length: count }, (_, i) => [x, MIDDLE + (i - (count - 1) / 2) * gap] as const);

const every = (from: readonly Point[], to: readonly Point[]): Shapes =>
  from.flatMap((start) => to.map((end) => line([start, end], { colour: "faint", strength: 0.6, width: 1 })));

export const feedForwardPicture: Picture = {
  title: {
    en: "A network from width d to width ff and back to d; and two curves, relu and swish, which dips below zero before it rises",
    es: "Una red del ancho d al ancho ff y de regreso a d; y dos curvas, relu y swish, que baja de cero antes de subir",
  },
  draw: (language) => {
    const [input, hidden, output] = [column(70, D, 44), column(190, FF, 36), column(310, D, 44)];
    const grid = Array.from({ length: 65 }, (_, i) => -4 + i / 8);
    const z = tf.tensor2d(grid, [grid.length, 1]); // one token of width 1 for each value
    const one = tf.ones([1, 1]);
    const relu = feedForward(z, { w1: one, b1: tf.zeros([1]), w2: one, b2: tf.zeros([1]) });
    const gate = swiGlu(tf.concat([z, tf.onesLike(z)], 1), {
      w: tf.tensor2d([[1], [0]]),
      v: tf.tensor2d([[0], [1]]),
      w2: tf.tensor2d([[1, 0]]),
    }).slice([0, 0], [-1, 1]);
    const curve = (values: tf.Tensor): Point[] => [...values.dataSync()].map((y, i) => [grid[i] ?? 0, y] as const);
    return {
      width: 800,
      height: 340,
      shapes: [
        text([24, 30], language === "en" ? "one token at a time" : "un token a la vez", { bold: true }),
        every(input, hidden),
        every(hidden, output),
        [...input, ...output].map((point) => circle(point, 10, { strength: 0.15, outline: "faint" })),
        hidden.map((point) => circle(point, 10, { strength: 0.45, outline: "faint" })),
        text([70, 300], "x [d]", { anchor: "middle", size: 13 }),
        text([190, 300], "[ff]", { anchor: "middle", size: 13 }),
        text([310, 300], "y [d]", { anchor: "middle", size: 13 }),
        text([130, 66], "w1, b1", { anchor: "middle", size: 12, colour: "faint" }),
        text([250, 66], "w2, b2", { anchor: "middle", size: 12, colour: "faint" }),
        text([440, 30], language === "en" ? "what the hidden layer lets through" : "lo que deja pasar la capa oculta", {
          bold: true,
        }),
        plot(
          [460, 62],
          [250, 216],
          { label: "z", from: -4, to: 4, ticks: [-4, -2, 0, 2, 4] },
          { label: "", from: -1, to: 4, ticks: [-1, 0, 1, 2, 3, 4] },
          [
            { points: curve(relu), colour: "accent", label: "relu", shift: -4 },
            { points: curve(gate), colour: "second", label: "swish", shift: 8 },
          ],
        ),
      ],
    };
  },
};
