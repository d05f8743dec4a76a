import * as tf from "@tensorflow/tfjs";
import { attentionPool } from "#reference";
import { acquaintances, drawClub, EDGES, sideOf } from "../club.js";
import { circle, line, type Picture, type Point, text } from "../picture.js";

/** Where the kept members stand in the small graph. */
const PLACES: Readonly<Record<number, Point>> = {
  0: [568, 140],
  1: [590, 262],
  2: [662, 206],
  32: [742, 250],
  33: [768, 132],
};

/** The club pooled to the five members with the largest weights; the score is the degree. */
export const pooling: Picture = {
  title: {
    en: "Pooling keeps the members 0, 1, 2, 32 and 33 of the club, with their weights and the edges among them",
    es: "La agrupación conserva a los miembros 0, 1, 2, 32 y 33 del club, con sus pesos y las aristas entre ellos",
  },
  draw: (language) => {
    const degrees = acquaintances().sum(1, true); // [34, 1]
    const { weights, indices } = attentionPool(degrees, tf.tensor1d([0.2]), { topK: 5 });
    const alpha = Array.from(weights.dataSync());
    const kept = new Set(indices);
    const size = (member: number) => 6 + 58 * (alpha[member] ?? 0);
    return {
      width: 830,
      height: 400,
      shapes: [
        text([30, 32], language === "en" ? "size: α, n = 34" : "tamaño: α, n = 34", { bold: true }),
        drawClub({
          at: [30, 56],
          radius: size,
          fill: (member) => ({ fill: sideOf(member), strength: kept.has(member) ? 0.55 : 0.08 }),
          label: (member) => kept.has(member),
          outline: (member) => (kept.has(member) ? "ink" : "faint"),
        }),
        line(
          [
            [482, 200],
            [526, 200],
          ],
          { arrow: true },
        ),
        text([665, 32], "topK = 5", { anchor: "middle", bold: true }),
        EDGES.filter(([u, v]) => kept.has(u) && kept.has(v)).map(([u, v]) =>
          line([PLACES[u] ?? [0, 0], PLACES[v] ?? [0, 0]], { colour: "faint", width: 1.5 }),
        ),
        indices.map((member) => {
          const [x, y] = PLACES[member] ?? [0, 0];
          const radius = 8 + 70 * (alpha[member] ?? 0);
          return [
            circle([x, y], radius, { fill: sideOf(member), strength: 0.55 }),
            text([x, y + 4], String(member), { anchor: "middle", size: 12 }),
            text([x, y < 150 ? y - radius - 8 : y + radius + 18], (alpha[member] ?? 0).toFixed(3), {
              anchor: "middle",
              size: 13,
            }),
          ];
        }),
      ],
    };
  },
};
