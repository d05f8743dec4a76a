import { windowMask } from "#reference";
import { box, heatMap, line, type Picture, text } from "../picture.js";

const [N, W] = [8, 3];
const CELL = 30;

/** All scores with most of them masked, and only the scores that are wanted. */
export const gather: Picture = {
  title: {
    en: "A window of three keys on eight tokens: 64 scores of which 21 are used, or a table of 24 scores with the numbers of their keys",
    es: "Una ventana de tres claves en ocho tokens: 64 puntuaciones de las que se usan 21, o una tabla de 24 puntuaciones con los números de sus claves",
  },
  draw: (language) => {
    const allowed = windowMask(N, W).cast("float32").arraySync() as number[][];
    const lists = allowed.map((row) => row.flatMap((seen, j) => (seen > 0 ? [j] : [])));
    const used = lists.flat().length;
    const words = {
      en: {
        dense: "scores with a mask",
        gathered: "indices",
        counts: [`${N * N} scores, ${used} used`, `${N * W} scores`],
        filler: "filler",
      },
      es: {
        dense: "puntuaciones con máscara",
        gathered: "indices",
        counts: [`${N * N} puntuaciones, se usan ${used}`, `${N * W} puntuaciones`],
        filler: "relleno",
      },
    }[language];
    const places = Array.from({ length: N }, (_, i) => String(i));
    const [left, right, top] = [60, 410, 76];
    const bottom = top + N * CELL + 28;
    return {
      width: 640,
      height: bottom + 18,
      shapes: [
        text([left + (N * CELL) / 2, 34], words.dense, { anchor: "middle", bold: true }),
        heatMap(allowed, { at: [left, top], cell: CELL, rows: places, columns: places, full: 1.6, size: 13 }),
        text([left + (N * CELL) / 2, bottom], words.counts[0] ?? "", { anchor: "middle", colour: "faint" }),
        line(
          [
            [left + N * CELL + 20, top + (N * CELL) / 2],
            [right - 36, top + (N * CELL) / 2],
          ],
          { arrow: true },
        ),
        text([right + (W * CELL) / 2, 34], words.gathered, { anchor: "middle", bold: true }),
        lists.map((list, i) => [
          text([right - 8, top + (i + 0.5) * CELL + 5], String(i), { anchor: "end", size: 13 }),
          Array.from({ length: W }, (_, j) => {
            const key = list[j];
            return [
              box([right + j * CELL, top + i * CELL], [CELL, CELL], {
                fill: key === undefined ? "second" : "accent",
                strength: key === undefined ? 0.2 : 0.53,
                outline: "faint",
              }),
              text([right + (j + 0.5) * CELL, top + (i + 0.5) * CELL + 5], String(key ?? 0), {
                anchor: "middle",
                size: 13,
              }),
            ];
          }),
        ]),
        text([right + (W * CELL) / 2, bottom], words.counts[1] ?? "", { anchor: "middle", colour: "faint" }),
        box([right + W * CELL + 24, top + 8], [16, 16], { fill: "second", strength: 0.2, outline: "faint" }),
        text([right + W * CELL + 48, top + 21], words.filler, { size: 13 }),
      ],
    };
  },
};
