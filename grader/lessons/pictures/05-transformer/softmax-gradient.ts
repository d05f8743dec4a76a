import * as tf from "@tensorflow/tfjs";
import { softmaxVjp } from "#reference";
import { bars } from "../bars.js";
import { box, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const P = [0.5, 0.25, 0.25];
const G = [4, 0, 8];

/** Bars as wide as their weights and as high as g: what lies between a bar and the average is the gradient. */
function market([left, top]: Point, unit: Point, language: "en" | "es"): Shapes {
  const [across, up] = unit;
  const mean = P.reduce((sum, p, i) => sum + p * (G[i] ?? 0), 0);
  const ground = top + 8 * up;
  const from = (i: number) => left + P.slice(0, i).reduce((sum, p) => sum + p, 0) * across;
  return [
    P.map((p, i) => [
      box([from(i), ground - (G[i] ?? 0) * up], [p * across, (G[i] ?? 0) * up], { strength: 0.22, outline: "faint" }),
      text([from(i) + (p * across) / 2, ground + 18], `p = ${p}`, { anchor: "middle", size: 12 }),
      text([from(i) + (p * across) / 2, ground - (G[i] ?? 0) * up - 7], `g = ${G[i]}`, { anchor: "middle", size: 12 }),
    ]),
    box([from(1), ground - mean * up], [0.25 * across, mean * up], { fill: "second", strength: 0.45 }),
    box([from(2), ground - 8 * up], [0.25 * across, (8 - mean) * up], { strength: 0.55 }),
    text([from(1) + 0.125 * across, ground - 2 * up + 5], "−1", { anchor: "middle", bold: true }),
    text([from(2) + 0.125 * across, ground - 6 * up + 5], "+1", { anchor: "middle", bold: true }),
    line(
      [
        [left - 8, ground - mean * up],
        [left + across + 8, ground - mean * up],
      ],
      { dashed: true },
    ),
    text([left + across + 14, ground - mean * up + 4], `ḡ = ${mean}`, { size: 13 }),
    line(
      [
        [left, ground],
        [left + across, ground],
      ],
      { colour: "faint" },
    ),
    text([left + across / 2, ground + 42], language === "en" ? "area = p · (g − ḡ)" : "área = p · (g − ḡ)", {
      anchor: "middle",
      size: 13,
    }),
  ];
}

const NODES: readonly (readonly [number, string])[] = [
  [60, "s"],
  [260, "p"],
  [440, "L"],
];

export const softmaxGradient: Picture = {
  title: {
    en: "A gradient g of 4, 0, 8 arrives at the weights 1/2, 1/4, 1/4. Their average is 4. What leaves for the scores is weight times difference from it: 0, −1, 1",
    es: "Un gradiente g de 4, 0, 8 llega a los pesos 1/2, 1/4, 1/4. Su promedio es 4. Lo que sale hacia las puntuaciones es el peso por la diferencia con él: 0, −1, 1",
  },
  draw: (language) => {
    const leaves = Array.from(softmaxVjp(tf.tensor1d(P), tf.tensor1d(G)).dataSync());
    return {
      width: 860,
      height: 372,
      shapes: [
        NODES.map(([x, name]) => [
          box([x - 24, 30], [48, 40], { strength: 0.18, outline: "faint", round: 5 }),
          text([x, 55], name, { anchor: "middle", italic: true, size: 16 }),
        ]),
        [[NODES[0], NODES[1], "softmax", "p ⊙ (g − ḡ)"] as const, [NODES[1], NODES[2], "", "g"] as const].map(
          ([from, to, forth, back]) => {
            const [a, b] = [(from?.[0] ?? 0) + 26, (to?.[0] ?? 0) - 26];
            return [
              line(
                [
                  [a, 42],
                  [b, 42],
                ],
                { arrow: true },
              ),
              text([(a + b) / 2, 32], forth, { anchor: "middle", size: 13 }),
              line(
                [
                  [b, 60],
                  [a, 60],
                ],
                { arrow: true, colour: "second", width: 2 },
              ),
              text([(a + b) / 2, 80], back, { anchor: "middle", size: 13, colour: "second" }),
            ];
          },
        ),
        market([60, 140], [360, 20], language),
        text([690, 118], language === "en" ? "what leaves: p ⊙ (g − ḡ)" : "lo que sale: p ⊙ (g − ḡ)", {
          anchor: "middle",
          bold: true,
        }),
        bars([580, 150], [220, 70], { values: leaves, digits: 0 }),
        ["s₀", "s₁", "s₂"].map((name, i) =>
          text([580 + (i + 0.5) * (220 / 3), 342], name, { anchor: "middle", size: 13 }),
        ),
      ],
    };
  },
};
