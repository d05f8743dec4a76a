import type { Text } from "../../../language.js";
import { box, circle, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const ATTENTION: Text = { en: "attention", es: "atención" };
const NETWORK: Text = { en: "feed-forward", es: "prealimentada" };

const [BOX, TALL] = [104, 32];

/** A box whose middle is at the point. */
const stage = ([x, y]: Point, label: string, norm = false): Shapes => [
  box([x - BOX / 2, y - TALL / 2], [BOX, TALL], {
    fill: norm ? "second" : "accent",
    strength: norm ? 0.2 : 0.25,
    outline: "faint",
    round: 5,
  }),
  text([x, y + 5], label, { anchor: "middle", size: 13 }),
];

const plus = ([x, y]: Point): Shapes => [circle([x, y], 11), text([x, y + 5], "+", { anchor: "middle" })];
const way = (...points: Point[]): string => line(points, { arrow: true });

/** The residual way, at the left of the boxes. */
const skip = (x: number, from: number, to: number): string =>
  line(
    [
      [x, from],
      [x - 72, from],
      [x - 72, to],
      [x - 11, to],
    ],
    { arrow: true, colour: "ink", width: 2.5 },
  );

const letter = (point: Point, name: string): string => text(point, name, { anchor: "middle", italic: true });

function post(x: number): Shapes {
  return [
    letter([x, 60], "x"),
    way([x, 66], [x, 134]),
    skip(x, 84, 206),
    stage([x, 150], "f"),
    way([x, 166], [x, 195]),
    plus([x, 206]),
    way([x, 217], [x, 248]),
    stage([x, 264], "LN", true),
    way([x, 280], [x, 392]),
    letter([x, 410], "y"),
  ];
}

/** From `top` on: norm, layer, sum; what follows begins 156 lower. */
function branch(x: number, top: number, layer: string, norm: string): Shapes {
  return [
    skip(x, top + 8, top + 132),
    way([x, top], [x, top + 24]),
    stage([x, top + 40], norm, true),
    way([x, top + 56], [x, top + 70]),
    stage([x, top + 86], layer),
    way([x, top + 102], [x, top + 121]),
    plus([x, top + 132]),
  ];
}

const pre = (x: number): Shapes => [
  letter([x, 60], "x"),
  branch(x, 74, "f", "LN"),
  way([x, 217], [x, 392]),
  line([
    [x, 66],
    [x, 76],
  ]),
  letter([x, 410], "y"),
];

const serial = (x: number, attention: string, network: string): Shapes => [
  letter([x, 60], "x"),
  line([
    [x, 66],
    [x, 76],
  ]),
  branch(x, 74, attention, "LN₁"),
  line([
    [x, 217],
    [x, 232],
  ]),
  text([x + 10, 232], "x'", { italic: true }),
  branch(x, 230, network, "LN₂"),
  way([x, 373], [x, 392]),
  letter([x, 410], "y"),
];

function parallel(x: number, attention: string, network: string): Shapes {
  const [left, right] = [x - 58, x + 58];
  return [
    letter([x, 60], "x"),
    way([x, 66], [x, 112]),
    line(
      [
        [x, 84],
        [x - 130, 84],
        [x - 130, 290],
        [x - 11, 290],
      ],
      { arrow: true, width: 2.5 },
    ),
    stage([x, 128], "LN₁", true),
    way([x, 144], [x, 164], [left, 164], [left, 194]),
    way([x, 144], [x, 164], [right, 164], [right, 194]),
    stage([left, 210], attention),
    stage([right, 210], network),
    way([left, 226], [left, 256], [x - 8, 282]),
    way([right, 226], [right, 256], [x + 8, 282]),
    plus([x, 290]),
    way([x, 301], [x, 392]),
    letter([x, 410], "y"),
  ];
}

export const blocks: Picture = {
  title: {
    en: "Wiring from top to bottom. Post: f, sum, norm. Pre: norm, f, sum. Serial: two pre-norm branches in a row. Parallel: one norm, two branches side by side, one sum",
    es: "Conexiones de arriba abajo. Post: f, suma, normalización. Pre: normalización, f, suma. En serie: dos ramas con pre-normalización seguidas. En paralelo: una normalización, dos ramas lado a lado, una suma",
  },
  draw: (language) => ({
    width: 860,
    height: 430,
    shapes: [
      ...(["post", "pre", "serial", "parallel"] as const).map((mode, k) =>
        text([[110, 296, 486, 716][k] ?? 0, 32], mode, { anchor: "middle", bold: true }),
      ),
      post(110),
      pre(296),
      serial(486, ATTENTION[language], NETWORK[language]),
      parallel(716, ATTENTION[language], NETWORK[language]),
    ],
  }),
};
