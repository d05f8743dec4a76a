import * as tf from "@tensorflow/tfjs";
import { greedyDecode } from "#reference";
import type { DecodingModel } from "../../../../exercises/types.js";
import { box, heatMap, line, type Picture, type Point, type Shapes, text } from "../picture.js";

/** Logits after one, two and three ids. */
const LOGITS = [
  [0, 0, 1, 5, 2, 0],
  [0, 0, 2, 1, 4, 3],
  [0, 0, 6, 1, 1, 2],
];
const NAMES = ["pad", "bos", "eos", "3", "4", "5"];

const model: DecodingModel = {
  encode: () => tf.zeros([1]),
  decode: (_, ids) => {
    const length = ids.shape[1] ?? 1;
    return tf.tensor3d([Array.from({ length }, (_, t) => LOGITS[t] ?? [])]);
  },
};

const cells = ([x, y]: Point, ids: readonly number[]): Shapes =>
  ids.map((id, i) => [
    box([x + i * 44, y], [40, 32], { fill: id <= 2 ? "second" : "accent", strength: 0.25, outline: "faint", round: 4 }),
    text([x + i * 44 + 20, y + 21], NAMES[id] ?? "", { anchor: "middle", size: 13 }),
  ]);

/** The example of 5.13, a line for each time that the decoder is asked. */
export const greedy: Picture = {
  title: {
    en: "Three rounds: the prefix bos gives the word 3, bos 3 gives 4, bos 3 4 gives eos, and decoding stops with 3 4",
    es: "Tres rondas: el prefijo bos da la palabra 3, bos 3 da 4, bos 3 4 da eos, y la decodificación se detiene con 3 4",
  },
  draw: (language) => {
    const said = greedyDecode(model, [3], { bos: 1, eos: 2, maxLength: 9 });
    const words = {
      en: ["prefix", "logits of the last place", "largest", "append, and ask again", "stop"],
      es: ["prefijo", "logits del último lugar", "mayor", "agregar y volver a preguntar", "detenerse"],
    }[language];
    return {
      width: 860,
      height: 286,
      shapes: [
        text([40, 34], words[0] ?? "", { bold: true }),
        text([380, 34], words[1] ?? "", { anchor: "middle", bold: true }),
        text([592, 34], words[2] ?? "", { anchor: "middle", bold: true }),
        [1, ...said].map((_, round) => {
          const y = 80 + round * 70;
          const next = said[round] ?? 2;
          return [
            cells([40, y], [1, ...said.slice(0, round)]),
            line(
              [
                [44 + (round + 1) * 44, y + 16],
                [234, y + 16],
              ],
              { arrow: true },
            ),
            heatMap([LOGITS[round] ?? []], {
              at: [242, y],
              cell: [46, 32],
              digits: 0,
              full: 7,
              ...(round === 0 && { columns: NAMES }),
            }),
            line(
              [
                [524, y + 16],
                [566, y + 16],
              ],
              { arrow: true },
            ),
            cells([572, y], [next]),
            text([632, y + 21], words[next === 2 ? 4 : 3] ?? "", { size: 13, colour: next === 2 ? "second" : "ink" }),
          ];
        }),
      ],
    };
  },
};
