import * as tf from "@tensorflow/tfjs";
import { rotary } from "#reference";
import { circle, line, type Picture, text } from "../picture.js";

const POSITIONS = [0, 1, 2, 3, 4, 5, 6];
const D = 6;
const BASE = 100;
const [LEFT, TOP, STEP, DOWN, RADIUS] = [212, 94, 84, 96, 30];

export const rotaryPairs: Picture = {
  title: {
    en: "Three rows of dials, one for each pair of coordinates, at the positions 0 to 6: the hand of the first row turns fast, that of the last hardly moves",
    es: "Tres filas de carátulas, una por pareja de coordenadas, en las posiciones 0 a 6: la manecilla de la primera gira rápido, la de la última apenas se mueve",
  },
  draw: (language) => {
    const start = tf.tensor2d(POSITIONS.map(() => [1, 0, 1, 0, 1, 0]));
    const turned = rotary(start, POSITIONS, BASE).arraySync() as number[][];
    return {
      width: 780,
      height: 358,
      shapes: [
        text([28, 32], "rotary, d = 6, base 100", { bold: true }),
        POSITIONS.map((p, k) =>
          text([LEFT + k * STEP, TOP - 42], `p = ${p}`, { anchor: "middle", size: 12, colour: "faint" }),
        ),
        Array.from({ length: D / 2 }, (_, i) => {
          const y = TOP + i * DOWN;
          const speed = BASE ** ((-2 * i) / D);
          const unit = language === "en" ? "per position" : "por posición";
          return [
            text([28, y - 2], `(y${2 * i}, y${2 * i + 1})`, { size: 13 }),
            text([28, y + 18], `${speed.toFixed(3)} rad ${unit}`, { size: 12, colour: "faint" }),
            turned.map((row, k) => {
              const [x0, y0] = [LEFT + k * STEP, y];
              const [a, b] = [row[2 * i] ?? 0, row[2 * i + 1] ?? 0];
              return [
                circle([x0, y0], RADIUS, { strength: 0.06, outline: "faint" }),
                line(
                  [
                    [x0, y0],
                    [x0 + RADIUS, y0],
                  ],
                  { colour: "faint", dashed: true, width: 1 },
                ),
                line(
                  [
                    [x0, y0],
                    [x0 + RADIUS * a, y0 - RADIUS * b],
                  ],
                  { colour: "accent", width: 2, arrow: true },
                ),
              ];
            }),
          ];
        }),
      ],
    };
  },
};
