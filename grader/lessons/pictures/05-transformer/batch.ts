import type { Tensor } from "@tensorflow/tfjs";
import { makeBatch } from "#reference";
import { box, heatMap, type Picture, type Point, type Shapes, text } from "../picture.js";

const WORDS = ["[pad]", "[bos]", "[eos]", "hace", "frío", "gracias", "it", "is", "cold", "thank", "you"];
const PAIRS = [
  { source: [3, 4], target: [6, 7, 8] },
  { source: [5], target: [9, 10] },
];
const [WIDE, TALL] = [62, 34];

/** Rows of words, a cell for each; padding is empty, frames are of the second hue. */
function table([x, y]: Point, name: string, ids: Tensor): Shapes {
  const rows = ids.arraySync() as number[][];
  return [
    text([x, y - 12], name, { bold: true }),
    rows.map((row, i) =>
      row.map((id, j) => [
        box([x + j * WIDE, y + i * TALL], [WIDE, TALL], {
          fill: id <= 2 ? "second" : "accent",
          strength: id === 0 ? 0 : id <= 2 ? 0.25 : 0.22,
          outline: "faint",
        }),
        text([x + (j + 0.5) * WIDE, y + i * TALL + 22], WORDS[id] ?? "", {
          anchor: "middle",
          size: 13,
          colour: id === 0 ? "faint" : "ink",
        }),
      ]),
    ),
  ];
}

export const batch: Picture = {
  title: {
    en: "Two pairs of sentences as source, targetIn and targetOut: targetIn begins with bos, targetOut is the same one place earlier and ends with eos. Below, the masks of the second pair",
    es: "Dos pares de oraciones como source, targetIn y targetOut: targetIn empieza con bos, targetOut es lo mismo un lugar antes y termina con eos. Abajo, las máscaras del segundo par",
  },
  draw: (language) => {
    const { source, targetIn, targetOut, sourceMask, targetMask } = makeBatch(PAIRS, { pad: 0, bos: 1, eos: 2 });
    const second = (ids: Tensor) => ((ids.arraySync() as number[][])[1] ?? []).map((id) => WORDS[id] ?? "");
    const maskOf = (mask: Tensor) => (mask.cast("float32").arraySync() as number[][][][])[1]?.[0] ?? [];
    const cell = [56, 28] as const;
    return {
      width: 860,
      height: 396,
      shapes: [
        table([30, 56], "source", source),
        table([250, 56], "targetIn", targetIn),
        table([560, 56], "targetOut", targetOut),
        text([30, 176], language === "en" ? "masks of the second pair" : "máscaras del segundo par", { bold: true }),
        text([110, 210], "sourceMask", { size: 13 }),
        heatMap(maskOf(sourceMask), { at: [110, 244], cell, columns: second(source), digits: 0, full: 2.2 }),
        text([430, 210], "targetMask", { size: 13 }),
        heatMap(maskOf(targetMask), {
          at: [430, 244],
          cell,
          rows: second(targetIn),
          columns: second(targetIn),
          digits: 0,
          full: 2.2,
        }),
      ],
    };
  },
};
