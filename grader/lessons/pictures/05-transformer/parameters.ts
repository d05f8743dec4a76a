import * as tf from "@tensorflow/tfjs";
import { countParameters } from "#reference";
import { box, type Picture, type Shapes, text } from "../picture.js";

const [D, FF, LAYERS, WORDS] = [512, 2048, 6, 37000];

/** The base model of Vaswani et al., with one table for both languages and the output. */
export const parameters: Picture = {
  title: {
    en: "The 63 million weights of the base model: a table of words, and in six layers each the attentions and the feed-forward networks of encoder and decoder",
    es: "Los 63 millones de pesos del modelo base: una tabla de palabras y, en seis capas cada uno, las atenciones y las redes prealimentadas del codificador y del decodificador",
  },
  draw: (language) => {
    const square = () => tf.zeros([D, D]);
    const bias = () => tf.zeros([D]);
    const attention = countParameters({ w: [1, 2, 3, 4].map(square), b: [1, 2, 3, 4].map(bias) });
    const network = countParameters({ w1: tf.zeros([D, FF]), b1: tf.zeros([FF]), w2: tf.zeros([FF, D]), b2: bias() });
    const norms = countParameters([1, 2, 3, 4, 5].map(() => ({ gamma: bias(), beta: bias() })));
    const names = {
      en: [
        "table of words",
        "attention",
        "feed-forward",
        "attention, self",
        "attention, cross",
        "feed-forward",
        "norms",
        "encoder",
        "decoder",
        "million",
      ],
      es: [
        "tabla de palabras",
        "atención",
        "prealimentadas",
        "atención, propia",
        "atención, cruzada",
        "prealimentadas",
        "normalizaciones",
        "codificador",
        "decodificador",
        "millones",
      ],
    }[language];
    const rows: readonly (readonly [group: string, name: string, count: number])[] = [
      ["", names[0] ?? "", WORDS * D],
      [names[7] ?? "", names[1] ?? "", LAYERS * attention],
      [names[7] ?? "", names[2] ?? "", LAYERS * network],
      [names[8] ?? "", names[3] ?? "", LAYERS * attention],
      [names[8] ?? "", names[4] ?? "", LAYERS * attention],
      [names[8] ?? "", names[5] ?? "", LAYERS * network],
      ["", names[6] ?? "", LAYERS * norms],
    ];
    const total = rows.reduce((sum, [, , count]) => sum + count, 0);
    const millions = (count: number) => (count / 1e6).toFixed(count < 1e6 ? 2 : 1);
    return {
      width: 860,
      height: 318,
      shapes: [
        text([40, 34], `d = ${D}, ff = ${FF}, L = ${LAYERS}, V = ${WORDS}: ${millions(total)} ${names[9]}`, {
          bold: true,
        }),
        rows.map(([group, name, count], i): Shapes => {
          const y = 60 + i * 34;
          return [
            text([40, y + 18], group, { size: 13, colour: "faint" }),
            text([270, y + 18], name, { size: 13, anchor: "end" }),
            box([284, y], [(count / 2e7) * 460, 26], {
              strength: group === "" ? 0.3 : 0.55,
              outline: "faint",
              round: 3,
            }),
            text([292 + (count / 2e7) * 460, y + 18], millions(count), { size: 13 }),
          ];
        }),
      ],
    };
  },
};
