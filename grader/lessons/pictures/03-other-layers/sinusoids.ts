import { sinusoidalPositions } from "#reference";
import { box, type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const [POSITIONS, D] = [48, 16];
const [W, H] = [19, 6];
const [LEFT, TOP] = [72, 70];

export const sinusoids: Picture = {
  title: {
    en: "Matrix of 48 positions and 16 columns: the columns at the left swing fast from positive to negative, those at the right hardly change; beside it four of them as curves",
    es: "Matriz de 48 posiciones y 16 columnas: las columnas de la izquierda oscilan rápido entre positivo y negativo, las de la derecha apenas cambian; al lado, cuatro de ellas como curvas",
  },
  draw: (language) => {
    const matrix = sinusoidalPositions(POSITIONS, D).arraySync() as number[][];
    const curve = (column: number): Point[] => matrix.map((row, p) => [p, row[column] ?? 0] as const);
    return {
      width: 860,
      height: 410,
      shapes: [
        text([LEFT, 28], "PE, d = 16, base 10000", { bold: true }),
        matrix.map((row, p) =>
          row.map((value, c) =>
            box([LEFT + c * W, TOP + p * H], [W, H], {
              fill: value < 0 ? "second" : "accent",
              strength: Math.abs(value) * 0.85,
            }),
          ),
        ),
        box([LEFT, TOP], [D * W, POSITIONS * H], { outline: "faint" }),
        [0, 2, 4, 6, 8, 10, 12, 14].map((c) =>
          text([LEFT + (c + 0.5) * W, TOP - 7], String(c), { anchor: "middle", size: 12, colour: "faint" }),
        ),
        [0, 8, 16, 24, 32, 40].map((p) =>
          text([LEFT - 8, TOP + (p + 0.5) * H + 4], String(p), { anchor: "end", size: 12, colour: "faint" }),
        ),
        text([LEFT - 40, TOP + (POSITIONS * H) / 2], language === "en" ? "position" : "posición", {
          anchor: "middle",
          size: 13,
          turn: -90,
        }),
        text([LEFT + (D * W) / 2, TOP + POSITIONS * H + 26], language === "en" ? "column" : "columna", {
          anchor: "middle",
          size: 13,
        }),
        text([470, 28], language === "en" ? "some of its columns" : "algunas de sus columnas", { bold: true }),
        plot(
          [490, TOP],
          [250, POSITIONS * H - 12],
          {
            label: language === "en" ? "position" : "posición",
            from: 0,
            to: POSITIONS - 1,
            ticks: [0, 8, 16, 24, 32, 40],
          },
          { label: "", from: -1, to: 1, ticks: [-1, 0, 1] },
          [
            { points: curve(0), colour: "faint", label: "0" },
            { points: curve(2), colour: "second", label: "2" },
            { points: curve(4), colour: "accent", label: "4" },
            { points: curve(8), colour: "ink", dashed: true, label: "8" },
          ],
        ),
      ],
    };
  },
};
