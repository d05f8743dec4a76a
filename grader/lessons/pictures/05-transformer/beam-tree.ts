import { beamSearch } from "#reference";
import { box, line, type Picture, type Point, type Shapes, text } from "../picture.js";

/** Tokens: a, b, the end; the beginning is 3 and is never said. */
const NAMES = ["a", "b", "■"];
const [EOS, BOS] = [2, 3];
const AFTER: Readonly<Record<number, readonly number[]>> = {
  0: [0.25, 0.4, 0.35],
  1: [0.06, 0.04, 0.9],
  3: [0.5, 0.4, 0.1],
};
const chances = (prefix: readonly number[]): readonly number[] => AFTER[prefix.at(-1) ?? BOS] ?? [];

interface Leaf {
  readonly prefix: readonly number[];
  readonly chance: number;
}

/** The candidates of each round, and those that a width keeps. */
function rounds(width: number, count: number): { candidates: Leaf[]; kept: Leaf[] }[] {
  const shown: { candidates: Leaf[]; kept: Leaf[] }[] = [];
  let live: Leaf[] = [{ prefix: [BOS], chance: 1 }];
  for (let round = 1; round <= count && live.length > 0; round += 1) {
    const candidates = live.flatMap(({ prefix, chance }) =>
      chances(prefix).map((p, id) => ({ prefix: [...prefix, id], chance: chance * p })),
    );
    const kept = candidates.toSorted((a, b) => b.chance - a.chance).slice(0, width);
    shown.push({ candidates, kept });
    live = kept.filter(({ prefix }) => prefix.at(-1) !== EOS);
  }
  return shown;
}

const key = ({ prefix }: Leaf): string => prefix.join(" ");
const [CHIP, TALL] = [54, 26];

function tree([left, top]: Point, width: number, height: number): Shapes {
  const places = new Map<string, Point>([[String(BOS), [left, top + height / 2]]]);
  const levels = rounds(width, 3);
  const chip = ([x, y]: Point, name: string, chance: string, how: "kept" | "ended" | "dropped"): Shapes => [
    box([x - CHIP / 2, y - TALL / 2], [CHIP, TALL], {
      fill: how === "ended" ? "second" : "accent",
      strength: how === "dropped" ? 0 : 0.35,
      outline: "faint",
      round: 5,
    }),
    text([x, y + 5], name, { anchor: "middle", size: 14, colour: how === "dropped" ? "faint" : "ink" }),
    text([x + CHIP / 2 + 6, y + 4], chance, { size: 12, colour: how === "dropped" ? "faint" : "ink" }),
  ];
  const shapes = levels.map(({ candidates, kept }, level) => {
    const step = height / candidates.length;
    return candidates.map((leaf, i): Shapes => {
      const at: Point = [left + (level + 1) * 132, top + (i + 0.5) * step];
      places.set(key(leaf), at);
      const [fromX, fromY] = places.get(key({ ...leaf, prefix: leaf.prefix.slice(0, -1) })) ?? [left, top];
      const stays = kept.some((other) => key(other) === key(leaf));
      const id = leaf.prefix.at(-1) ?? BOS;
      return [
        line(
          [
            [fromX + CHIP / 2 + (level === 0 ? 0 : 38), fromY],
            [at[0] - CHIP / 2, at[1]],
          ],
          { colour: stays ? "accent" : "faint", width: stays ? 2.5 : 1, strength: stays ? 1 : 0.6 },
        ),
        chip(
          at,
          NAMES[id] ?? "",
          String(Number(leaf.chance.toFixed(3))),
          stays ? (id === EOS ? "ended" : "kept") : "dropped",
        ),
      ];
    });
  });
  return [chip([left, top + height / 2], "■", "", "kept"), shapes];
}

export const beamTree: Picture = {
  title: {
    en: "Greedy decoding keeps a, then a b, then ends with probability 0.18. A beam of width 2 also keeps b, whose end has probability 0.36",
    es: "La decodificación voraz conserva a, luego a b, y termina con probabilidad 0.18. Un haz de ancho 2 conserva también b, cuyo final tiene probabilidad 0.36",
  },
  draw: (language) => {
    const found = (width: number): string => {
      const step = (prefix: number[]) => [...chances(prefix).map(Math.log), Number.NEGATIVE_INFINITY];
      const [best] = beamSearch(step, { width, alpha: 0, bos: BOS, eos: EOS, maxLength: 3 });
      const ids = best?.ids.map((id) => NAMES[id]).join(" ") ?? "";
      return `${ids} ■   ${Math.exp(best?.score ?? 0).toFixed(2)}`;
    };
    const panel = (y: number, width: number, name: string, height: number): Shapes => [
      text([40, y], name, { bold: true }),
      text([40, y + 24], found(width), { size: 14, colour: "second" }),
      tree([210, y + 18], width, height),
    ];
    return {
      width: 760,
      height: 436,
      shapes: [
        [1, 2, 3].map((round) =>
          text([210 + round * 132, 30], `${language === "en" ? "round" : "ronda"} ${round}`, {
            anchor: "middle",
            size: 13,
            colour: "faint",
          }),
        ),
        panel(56, 1, language === "en" ? "greedy" : "voraz", 112),
        panel(216, 2, language === "en" ? "width 2" : "ancho 2", 190),
      ],
    };
  },
};
