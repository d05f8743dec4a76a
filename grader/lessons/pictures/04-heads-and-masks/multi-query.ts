import { kvCacheSize } from "#reference";
import { box, line, type Picture, type Shapes, text } from "../picture.js";

const HEADS = 4;
const DK = 64;
const [BOX, GAP] = [42, 14];

/** Queries above, keys and values below, each key and value in the middle of the queries that share it. */
function sharing(left: number, owners: number): Shapes {
  const middle = (i: number, count: number) => left - GAP / 2 + ((i + 0.5) / count) * HEADS * (BOX + GAP);
  const row = (y: number, count: number, letter: string, fill: "accent" | "second", strength: number): Shapes =>
    Array.from({ length: count }, (_, i) => [
      box([middle(i, count) - BOX / 2, y], [BOX, 30], { fill, strength, outline: "faint", round: 4 }),
      text([middle(i, count), y + 20], letter, { anchor: "middle", size: 13 }),
    ]);
  return [
    Array.from({ length: HEADS }, (_, i) => {
      const owner = middle(Math.floor((i * owners) / HEADS), owners);
      return line(
        [
          [middle(i, HEADS), 100],
          [owner, 138],
        ],
        { colour: "faint" },
      );
    }),
    row(70, HEADS, "Q", "accent", 0.3),
    row(138, owners, "K", "second", 0.3),
    row(174, owners, "V", "second", 0.15),
  ];
}

/** How many queries, keys and values three kinds of attention have, and what they leave in the cache. */
export const multiQuery: Picture = {
  title: {
    en: "Four heads: with a key and a value each, with one for every two heads, with one for all; 512, 256 and 128 numbers per token",
    es: "Cuatro cabezas: con una clave y un valor cada una, con uno por cada dos cabezas, con uno para todas; 512, 256 y 128 números por token",
  },
  draw: (language) => {
    const words = {
      en: { kinds: ["multi-head", "grouped-query", "multi-query"], numbers: "numbers per token" },
      es: { kinds: ["varias cabezas", "consultas por grupos", "varias consultas"], numbers: "números por token" },
    }[language];
    const sizes = [
      kvCacheSize(1, HEADS, DK, "multi-head"),
      kvCacheSize(1, HEADS / 2, DK, "multi-head"),
      kvCacheSize(1, HEADS, DK, "multi-query"),
    ];
    return {
      width: 800,
      height: 258,
      shapes: [HEADS, HEADS / 2, 1].map((owners, k) => {
        const left = 36 + k * 258;
        const middle = left + (HEADS * (BOX + GAP) - GAP) / 2;
        return [
          text([middle, 36], words.kinds[k] ?? "", { anchor: "middle", bold: true }),
          sharing(left, owners),
          text([middle, 234], `2 · ${owners} · ${DK} = ${sizes[k]} ${words.numbers}`, {
            anchor: "middle",
            size: 13,
            colour: "faint",
          }),
        ];
      }),
    };
  },
};
