import type { Tensor } from "@tensorflow/tfjs";
import { makeBatch } from "#reference";
import { heatMap, type Picture, type Point, type Shapes, text } from "../picture.js";

const SOURCE = ["gracias", "[eos]", "[pad]"];
const TARGET = ["[bos]", "thank", "you", "[pad]"];

/** The masks of the second pair of 5.8, spread over all queries. */
export const threeMasks: Picture = {
  title: {
    en: "Three masks of one pair: in the encoder all words see the words of the source; in the decoder's self-attention each sees itself and those before it; in cross-attention all see the words of the source",
    es: "Tres máscaras de un par: en el codificador todas las palabras ven las del original; en la autoatención del decodificador cada una se ve a sí misma y a las anteriores; en la atención cruzada todas ven las del original",
  },
  draw: (language) => {
    const pairs = [
      { source: [3, 4], target: [6, 7, 8] },
      { source: [5], target: [9, 10] },
    ];
    const { sourceMask, targetMask } = makeBatch(pairs, { pad: 0, bos: 1, eos: 2 });
    const second = (mask: Tensor) => (mask.cast("float32").arraySync() as number[][][][])[1]?.[0] ?? [];
    const [over = []] = second(sourceMask);
    const names = {
      en: ["encoder", "decoder, self", "decoder, cross"],
      es: ["codificador", "decodificador, propia", "decodificador, cruzada"],
    }[language];
    const panel = ([x, y]: Point, i: number, values: number[][], rows: string[], columns: string[]): Shapes => [
      text([x, y - 44], names[i] ?? "", { bold: true }),
      heatMap(values, { at: [x, y], cell: [56, 34], rows, columns, digits: 0, full: 2.2 }),
    ];
    return {
      width: 860,
      height: 250,
      shapes: [
        panel(
          [86, 90],
          0,
          SOURCE.map(() => over),
          SOURCE,
          SOURCE,
        ),
        panel([340, 90], 1, second(targetMask), TARGET, TARGET),
        panel(
          [650, 90],
          2,
          TARGET.map(() => over),
          TARGET,
          SOURCE,
        ),
      ],
    };
  },
};
