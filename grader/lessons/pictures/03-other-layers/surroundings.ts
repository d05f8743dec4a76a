import type { Text } from "../../../language.js";
import { box, circle, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const WORDS = {
  words: { en: "words", es: "palabras" },
  ids: { en: "ids", es: "ids" },
  vectors: { en: "vectors", es: "vectores" },
  positions: { en: "positions", es: "posiciones" },
  norm: { en: "normalise", es: "normalizar" },
  attention: { en: "attention", es: "atención" },
  feedForward: { en: "feed-forward", es: "prealimentada" },
  block: { en: "block, many times over", es: "bloque, muchas veces" },
  scores: { en: "next word", es: "palabra siguiente" },
} satisfies Record<string, Text>;

const MIDDLE = 110;
const HEIGHT = 40;

/** A box on the way, with the exercise that builds it below. */
function station(x: number, width: number, label: string, exercise: string, strong = false): Shapes {
  return [
    box([x, MIDDLE - HEIGHT / 2], [width, HEIGHT], { strength: strong ? 0.3 : 0.1, outline: "faint", round: 5 }),
    text([x + width / 2, MIDDLE + 5], label, { anchor: "middle", size: 13 }),
    text([x + width / 2, MIDDLE + HEIGHT / 2 + 18], exercise, { anchor: "middle", size: 12, colour: "faint" }),
  ];
}

const arrow = (from: number, to: number): string =>
  line(
    [
      [from, MIDDLE],
      [to, MIDDLE],
    ],
    { arrow: true },
  );

const plus = (x: number): Shapes => [
  circle([x, MIDDLE], 11, { outline: "ink" }),
  text([x, MIDDLE + 5], "+", { anchor: "middle" }),
];

/** The way of a residual connection, around the boxes. */
const around = (from: number, to: number): string => {
  const points: Point[] = [
    [from, MIDDLE],
    [from, MIDDLE - 44],
    [to, MIDDLE - 44],
    [to, MIDDLE - 11],
  ];
  return line(points, { colour: "second", width: 2, arrow: true });
};

export const surroundings: Picture = {
  title: {
    en: "Words become ids, ids become vectors, positions are added; in each block norm, attention and a feed-forward network add to them; a table leads back to words",
    es: "Las palabras se vuelven ids, los ids vectores, se suman posiciones; en cada bloque normalización, atención y red prealimentada les suman algo; una tabla lleva de regreso a las palabras",
  },
  draw: (language) => {
    const say = (key: keyof typeof WORDS) => WORDS[key][language];
    return {
      width: 924,
      height: 226,
      shapes: [
        box([262, 34], [504, 146], { strength: 0.04, outline: "faint", round: 8 }),
        text([758, 24], say("block"), { anchor: "end", size: 13, colour: "faint" }),
        station(12, 70, say("words"), ""),
        arrow(82, 98),
        station(98, 42, say("ids"), "3.1"),
        arrow(140, 156),
        station(156, 68, say("vectors"), "3.2"),
        arrow(224, 232),
        plus(243),
        line(
          [
            [243, 190],
            [243, MIDDLE + 11],
          ],
          { arrow: true },
        ),
        text([243, 206], `${say("positions")} 3.3`, { anchor: "middle", size: 12, colour: "faint" }),
        arrow(254, 290),
        around(273, 488),
        station(290, 78, say("norm"), "3.7, 3.8"),
        arrow(368, 384),
        station(384, 78, say("attention"), "2.3, 3.4, 3.5", true),
        arrow(462, 477),
        plus(488),
        text([488, MIDDLE + 38], "3.9", { anchor: "middle", size: 12, colour: "faint" }),
        arrow(499, 526),
        around(511, 746),
        station(526, 78, say("norm"), "3.7, 3.8"),
        arrow(604, 620),
        station(620, 100, say("feedForward"), "3.10", true),
        arrow(720, 735),
        plus(746),
        text([746, MIDDLE + 38], "3.9", { anchor: "middle", size: 12, colour: "faint" }),
        arrow(757, 790),
        station(790, 122, say("scores"), "3.6"),
      ],
    };
  },
};
