import { box, circle, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const LANES = [
  { y: 90, name: "Q", weight: "Wq", back: "dQ Wqᵀ" },
  { y: 180, name: "K", weight: "Wk", back: "dK Wkᵀ" },
  { y: 270, name: "V", weight: "Wv", back: "dV Wvᵀ" },
] as const;

const tile = ([x, y]: Point, [w, h]: Point, label: string, strength = 0.18): Shapes => [
  box([x - w / 2, y - h / 2], [w, h], { strength, outline: "faint", round: 5 }),
  text([x, y + 6], label, { anchor: "middle", size: 16, italic: label.length === 1 }),
];

const forth = (...points: Point[]): string => line(points, { arrow: true });
const back = (...points: Point[]): string => line(points, { arrow: true, colour: "second", width: 2 });

export const threePaths: Picture = {
  title: {
    en: "The tokens go through three matrices to queries, keys and values, and on to attention. Three gradients come back and are summed",
    es: "Los tokens pasan por tres matrices a consultas, claves y valores, y de ahí a la atención. Regresan tres gradientes y se suman",
  },
  draw: (language) => ({
    width: 860,
    height: 336,
    shapes: [
      tile([90, 180], [56, 44], "X"),
      circle([168, 180], 11, { outline: "second" }),
      text([168, 185], "+", { anchor: "middle", colour: "second" }),
      back([156, 188], [120, 188]),
      text([90, 222], "dX", { anchor: "middle", colour: "second" }),
      forth([118, 170], [200, 170]),
      LANES.map(({ y, name, weight, back: label }) => [
        forth([200, 170], [200, y - 9], [298, y - 9]),
        tile([330, y], [60, 40], weight, 0.08),
        forth([362, y - 9], [458, y - 9]),
        tile([486, y], [52, 40], name),
        back([458, y + 9], [363, y + 9]),
        text([410, y + 27], `d${name}`, { anchor: "middle", size: 13, colour: "second" }),
        back(
          [298, y + 9],
          [212, y + 9],
          ...(y === 180
            ? ([[180, 189]] as Point[])
            : ([
                [212, 188],
                [180, 188],
              ] as Point[])),
        ),
        text([252, y + 27], label, { anchor: "middle", size: 13, colour: "second" }),
        forth([514, y - 9], [594, y - 9]),
        back([594, y + 9], [516, y + 9]),
      ]),
      tile([660, 180], [126, 230], "", 0.12),
      text([660, 176], language === "en" ? "attention" : "atención", { anchor: "middle", size: 15 }),
      text([660, 198], "5.2", { anchor: "middle", size: 14, colour: "faint" }),
      forth([725, 171], [780, 171]),
      back([780, 189], [727, 189]),
      tile([806, 180], [46, 44], "O"),
      text([806, 222], "dO", { anchor: "middle", colour: "second" }),
    ],
  }),
};
