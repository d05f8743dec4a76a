import * as tf from "@tensorflow/tfjs";
import { layerNorm, layerNormGradient } from "#reference";
import { circle, line, type Picture, type Point, text } from "../picture.js";

const SCALE = 92;
const MIDDLE: Point = [250, 226];
/** Two directions in the plane of rows that sum to zero. */
const BASIS = [
  [1 / Math.SQRT2, -1 / Math.SQRT2, 0],
  [1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)],
] as const;

/** Where a row of three numbers falls on the plane in which entries sum to zero. */
function project(row: readonly number[]): Point {
  const [a = 0, b = 0] = BASIS.map((direction) => direction.reduce((sum, part, i) => sum + part * (row[i] ?? 0), 0));
  return [a, b];
}

const at = ([a, b]: Point): Point => [MIDDLE[0] + a * SCALE, MIDDLE[1] - b * SCALE];
const plus = ([a, b]: Point, [c, d]: Point): Point => [a + c, b + d];

export const normGradient: Picture = {
  title: {
    en: "In the plane of rows that sum to zero, normalised rows lie on a circle. The gradient that leaves the norm is the part of the incoming one that is tangent to it",
    es: "En el plano de las filas que suman cero, las filas normalizadas están en un círculo. El gradiente que sale de la normalización es la parte del que llega que es tangente a él",
  },
  draw: (language) => {
    const row = [1.75, -0.6, -0.4];
    const incoming = [0.9, 0.5, -0.5];
    const x = tf.tensor1d(row);
    const p = { gamma: tf.ones([3]), beta: tf.zeros([3]) };
    const list = (t: tf.Tensor) => Array.from(t.dataSync());
    const normalised = project(list(layerNorm(x, p)));
    const g = project(incoming);
    const dx = project(list(layerNormGradient(x, p, tf.tensor1d(incoming)).dx));
    const deviation = Math.sqrt(tf.moments(x).variance.dataSync()[0] ?? 1);
    const tangent: Point = [dx[0] * deviation, dx[1] * deviation]; // before the division by s
    const start = at(normalised);
    const notes = {
      en: [
        "x̂, the normalised row",
        "g, as it arrives (in the plane)",
        "s · dx, what is left of it",
        "along x̂: length, which the norm ignores",
      ],
      es: [
        "x̂, la fila normalizada",
        "g, tal como llega (en el plano)",
        "s · dx, lo que queda de él",
        "a lo largo de x̂: longitud, que no cuenta",
      ],
    }[language];
    const key = (i: number, colour: "ink" | "accent" | "second" | "faint", dashed = false) => [
      line(
        [
          [500, 130 + i * 44],
          [546, 130 + i * 44],
        ],
        { colour, arrow: !dashed, dashed, width: 2.5 },
      ),
      text([560, 135 + i * 44], notes[i] ?? "", { size: 14 }),
    ];
    return {
      width: 860,
      height: 410,
      shapes: [
        circle(MIDDLE, Math.sqrt(3) * SCALE, { strength: 0.05, outline: "faint" }),
        circle(MIDDLE, 3, { fill: "accent", strength: 1, outline: "faint" }),
        line([MIDDLE, start], { arrow: true, width: 2 }),
        line([start, at(plus(normalised, g))], { arrow: true, colour: "second", width: 2.5 }),
        line([start, at(plus(normalised, tangent))], { arrow: true, colour: "accent", width: 3 }),
        line([at(plus(normalised, tangent)), at(plus(normalised, g))], { dashed: true, colour: "faint", width: 2 }),
        text([MIDDLE[0] - 14, MIDDLE[1] + 18], "0", { anchor: "end", size: 13 }),
        key(0, "ink"),
        key(1, "second"),
        key(2, "accent"),
        key(3, "faint", true),
        text([MIDDLE[0], 30], language === "en" ? "d = 3, radius √3" : "d = 3, radio √3", {
          anchor: "middle",
          bold: true,
        }),
      ],
    };
  },
};
