import * as tf from "@tensorflow/tfjs";
import { rotary } from "#reference";
import { circle, heatMap, line, type Picture, type Shapes, text } from "../picture.js";

const QUERY = [1, 2, 3, 4];
const KEY = [2, 0, 1, 1];
const BASE = 100;
const POSITIONS = [0, 1, 2, 3, 4, 5, 6, 7];
const SCALE = 34;

/** The first pair of the query at position a and of the key at position b, turned. */
function dial(x: number, y: number, a: number, b: number): Shapes {
  const hand = (vector: readonly number[], position: number, colour: "accent" | "second", name: string): Shapes => {
    const [across = 0, up = 0] = rotary(tf.tensor2d([[...vector]]), [position], BASE).dataSync();
    const end = [x + SCALE * across, y - SCALE * up] as const;
    const length = Math.hypot(across, up);
    return [
      line([[x, y], end], { colour, width: 2.5, arrow: true }),
      text([x + (SCALE + 14 / length) * across, y - (SCALE + 14 / length) * up + 5], name, {
        anchor: "middle",
        italic: true,
        colour,
      }),
    ];
  };
  return [
    circle([x, y], SCALE * 2, { strength: 0.04, outline: "faint" }),
    hand(QUERY, a, "accent", "q"),
    hand(KEY, b, "second", "k"),
    text([x, y + 108], `a = ${a}, b = ${b}`, { anchor: "middle", size: 13 }),
  ];
}

export const rotaryScores: Picture = {
  title: {
    en: "Query and key at the places 1 and 3 and at 8 and 10: both hands have moved, the angle between them is the same. Beside it the scores of all places, constant along diagonals",
    es: "Consulta y clave en los lugares 1 y 3 y en 8 y 10: las dos manecillas se movieron, el ángulo entre ellas es el mismo. Al lado, las puntuaciones de todos los lugares, constantes en las diagonales",
  },
  draw: (language) => {
    const repeat = (vector: readonly number[]) => tf.tensor2d(POSITIONS.map(() => [...vector]));
    const scores = tf.matMul(rotary(repeat(QUERY), POSITIONS, BASE), rotary(repeat(KEY), POSITIONS, BASE), false, true);
    return {
      width: 860,
      height: 390,
      shapes: [
        text([28, 32], language === "en" ? "the first pair, turned" : "la primera pareja, girada", { bold: true }),
        dial(120, 200, 1, 3),
        dial(324, 200, 8, 10),
        text([496, 32], language === "en" ? "scores of q at a, k at b" : "puntuaciones de q en a, k en b", {
          bold: true,
        }),
        text([478, 62], "a \\ b", { anchor: "end", size: 12, italic: true, colour: "faint" }),
        heatMap(scores, {
          at: [496, 72],
          cell: [42, 36],
          rows: POSITIONS.map(String),
          columns: POSITIONS.map(String),
          digits: 1,
        }),
      ],
    };
  },
};
