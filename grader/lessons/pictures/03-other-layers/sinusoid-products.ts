import * as tf from "@tensorflow/tfjs";
import { sinusoidalPositions } from "#reference";
import { box, type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const [POSITIONS, D] = [20, 24];
const CELL = 14;
const [LEFT, TOP] = [72, 70];
const FAR = 60;

export const sinusoidProducts: Picture = {
  title: {
    en: "Products of all pairs of positions: constant along each diagonal, largest on the main one; and the product against the distance, falling quickly at first and then in waves",
    es: "Productos de todas las parejas de posiciones: constantes en cada diagonal, máximos en la principal; y el producto según la distancia, que primero cae rápido y luego en ondas",
  },
  draw: (language) => {
    const pe = sinusoidalPositions(POSITIONS, D);
    const products = tf.matMul(pe, pe, false, true).arraySync() as number[][];
    const long = sinusoidalPositions(FAR + 1, D);
    const [first = []] = tf.matMul(long.slice([0, 0], [1, D]), long, false, true).arraySync() as number[][];
    const curve: Point[] = first.map((value, distance) => [distance, value] as const);
    const word = language === "en" ? "position" : "posición";
    return {
      width: 800,
      height: 400,
      shapes: [
        text([LEFT, 28], "PE·PEᵀ, d = 24", { bold: true }),
        products.map((row, p) =>
          row.map((value, q) =>
            box([LEFT + q * CELL, TOP + p * CELL], [CELL, CELL], {
              fill: value < 0 ? "second" : "accent",
              strength: (Math.abs(value) / (D / 2)) ** 2 * 0.9, // squared: the differences are at the top
            }),
          ),
        ),
        box([LEFT, TOP], [POSITIONS * CELL, POSITIONS * CELL], { outline: "faint" }),
        [0, 5, 10, 15].map((p) => [
          text([LEFT - 8, TOP + (p + 0.5) * CELL + 4], String(p), { anchor: "end", size: 12, colour: "faint" }),
          text([LEFT + (p + 0.5) * CELL, TOP - 7], String(p), { anchor: "middle", size: 12, colour: "faint" }),
        ]),
        text([LEFT - 40, TOP + (POSITIONS * CELL) / 2], word, { anchor: "middle", size: 13, turn: -90 }),
        text([LEFT + (POSITIONS * CELL) / 2, TOP + POSITIONS * CELL + 26], word, { anchor: "middle", size: 13 }),
        text(
          [440, 28],
          language === "en" ? "the same products against the distance" : "los mismos productos según la distancia",
          {
            bold: true,
          },
        ),
        plot(
          [460, TOP],
          [300, POSITIONS * CELL - 12],
          {
            label: language === "en" ? "distance" : "distancia",
            from: 0,
            to: FAR,
            ticks: [0, 10, 20, 30, 40, 50, 60],
          },
          { label: "", from: 0, to: 12, ticks: [0, 2, 4, 6, 8, 10, 12] },
          [{ points: curve }],
        ),
      ],
    };
  },
};
