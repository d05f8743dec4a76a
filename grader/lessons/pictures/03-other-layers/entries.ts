import type { Text } from "../../../language.js";
import { box, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const WORDS = {
  words: { en: "words x", es: "palabras x" },
  queries: { en: "queries", es: "consultas" },
  keys: { en: "keys", es: "claves" },
  values: { en: "values", es: "valores" },
  scores: { en: "scores", es: "puntuaciones" },
  mix: { en: "mix", es: "mezcla" },
  once: { en: "once, before the first layer", es: "una vez, antes de la primera capa" },
  each: { en: "in every layer", es: "en cada capa" },
  sinusoidal: { en: "+ sinusoidal", es: "+ sinusoidal" },
  learned: { en: "+ learned", es: "+ aprendido" },
  relative: { en: "+ relative", es: "+ relativo" },
  rotary: { en: "↻ rotary", es: "↻ rotatorio" },
} satisfies Record<string, Text>;

const LANES = [74, 146, 218] as const;

const stage = ([x, y]: Point, width: number, label: string): Shapes => [
  box([x, y - 18], [width, 36], { strength: 0.1, outline: "faint", round: 5 }),
  text([x + width / 2, y + 5], label, { anchor: "middle", size: 13 }),
];

/** What comes in at a place: a name in a frame. */
const mark = ([x, y]: Point, label: string, kind: "accent" | "second"): Shapes => [
  box([x, y - 13], [96, 26], { fill: kind, strength: 0.25, outline: kind, round: 13 }),
  text([x + 48, y + 4.5], label, { anchor: "middle", size: 12 }),
];

const way = (...points: Point[]): string => line(points, { arrow: true });

export const entries: Picture = {
  title: {
    en: "Sinusoidal and learned positions are added to the words once; relative ones to keys and values, rotary ones turn queries and keys, in every layer",
    es: "Las posiciones sinusoidales y las aprendidas se suman una vez a las palabras; las relativas a claves y valores, y las rotatorias giran consultas y claves, en cada capa",
  },
  draw: (language) => {
    const say = (key: keyof typeof WORDS) => WORDS[key][language];
    const [first, second, third] = LANES;
    return {
      width: 800,
      height: 270,
      shapes: [
        box([262, 40], [522, 212], { strength: 0.04, outline: "faint", round: 8 }),
        text([776, 30], say("each"), { anchor: "end", size: 13, colour: "second" }),
        text([20, 30], say("once"), { size: 13, colour: "accent" }),
        stage([20, second], 84, say("words")),
        mark([128, second - 17], say("sinusoidal"), "accent"),
        mark([128, second + 17], say("learned"), "accent"),
        way([104, second], [128, second]),
        line([
          [224, second],
          [246, second],
        ]),
        ...LANES.map((lane) => way([246, second], [246, lane], [280, lane])),
        stage([280, first], 84, say("queries")),
        stage([280, second], 84, say("keys")),
        stage([280, third], 84, say("values")),
        way([364, first], [386, first]),
        mark([386, first], say("rotary"), "second"),
        way([364, second], [386, second]),
        mark([386, second - 17], say("rotary"), "second"),
        mark([386, second + 17], say("relative"), "second"),
        way([364, third], [386, third]),
        mark([386, third], say("relative"), "second"),
        way([482, first], [528, first], [528, second - 36 - 6], [546, second - 36 - 6]),
        way([482, second], [528, second], [528, second - 24], [546, second - 24]),
        stage([546, second - 33], 108, say("scores")),
        way([654, second - 33], [674, second - 33]),
        stage([674, second - 33], 74, "softmax"),
        way([482, third], [674, third]),
        stage([674, third], 74, say("mix")),
        way([711, second - 15], [711, third - 18]),
        way([748, third], [776, third]),
      ],
    };
  },
};
