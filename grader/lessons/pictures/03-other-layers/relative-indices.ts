import { relativeIndices } from "#reference";
import type { Language } from "../../../language.js";
import { box, line, type Picture, type Point, text } from "../picture.js";

const TOKENS = 7;
const K = 2;
const CELL = 34;
const [LEFT, TOP] = [50, 66];
const TABLE_LEFT = 400;

/** The colour tells left from right, its strength the distance. */
const cell = ([x, y]: Point, width: number, index: number) =>
  box([x, y], [width, CELL], {
    fill: index < K ? "second" : "accent",
    strength: index === K ? 0.05 : (0.65 * Math.abs(index - K)) / K,
    outline: "faint",
  });

function meaning(offset: number, language: Language): string {
  if (offset === 0) return language === "en" ? "itself" : "él mismo";
  const far = Math.abs(offset) === K;
  const side =
    language === "en" ? (offset < 0 ? "to the left" : "to the right") : offset < 0 ? "a la izquierda" : "a la derecha";
  const more = language === "en" ? " or more" : " o más";
  return `${Math.abs(offset)}${far ? more : ""} ${side}`;
}

export const relativeIndicesPicture: Picture = {
  title: {
    en: "Index matrix of seven tokens with k = 2: constant along diagonals, clipped to 0 and 4 in the corners, beside the table of five rows",
    es: "Matriz de índices de siete tokens con k = 2: constante en las diagonales, recortada a 0 y 4 en las esquinas, junto a la tabla de cinco filas",
  },
  draw: (language) => {
    const indices = relativeIndices(TOKENS, TOKENS, K);
    return {
      width: 700,
      height: 330,
      shapes: [
        text([LEFT, 28], language === "en" ? "index, k = 2" : "índice, k = 2", { bold: true }),
        Array.from({ length: TOKENS }, (_, i) => [
          text([LEFT - 12, TOP + (i + 0.65) * CELL], String(i), { anchor: "end", size: 12, colour: "faint" }),
          text([LEFT + (i + 0.5) * CELL, TOP - 8], String(i), { anchor: "middle", size: 12, colour: "faint" }),
        ]),
        text([LEFT - 30, TOP + 3.7 * CELL], "i", { anchor: "middle", italic: true, colour: "faint" }),
        text([LEFT + 3.5 * CELL, TOP - 24], "j", { anchor: "middle", italic: true, colour: "faint" }),
        indices.map((row, i) =>
          row.map((index, j) => [
            cell([LEFT + j * CELL, TOP + i * CELL], CELL, index),
            text([LEFT + (j + 0.5) * CELL, TOP + (i + 0.64) * CELL], String(index), { anchor: "middle", size: 13 }),
          ]),
        ),
        text([TABLE_LEFT, 28], language === "en" ? "rows of the two tables" : "filas de las dos tablas", {
          bold: true,
        }),
        Array.from({ length: 2 * K + 1 }, (_, index) => {
          const y = TOP + (index + 1) * CELL;
          return [
            text([TABLE_LEFT - 10, y + 0.64 * CELL], String(index), { anchor: "end", size: 13 }),
            cell([TABLE_LEFT, y], 84, index),
            text([TABLE_LEFT + 96, y + 0.64 * CELL], meaning(index - K, language), { size: 13 }),
          ];
        }),
        line(
          [
            [LEFT + TOKENS * CELL + 14, TOP + 3.5 * CELL],
            [TABLE_LEFT - 34, TOP + 3.5 * CELL],
          ],
          { colour: "faint", arrow: true },
        ),
      ],
    };
  },
};
