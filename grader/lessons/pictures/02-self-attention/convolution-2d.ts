import { convolutionMatrix2d } from "#reference";
import { box, heatMap, line, type Picture, type Point, text } from "../picture.js";

const HEIGHT = 4;
const WIDTH = 5;
const PIXEL = 7; // row 1, column 2
const KERNEL = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

/** Pixels of a grid under the kernel, and the matrix of the convolution with the row of one pixel framed. */
export const convolution2d: Picture = {
  title: {
    en: "A 3 × 3 kernel over pixel 7 of a grid of 4 × 5 pixels, and the 20 × 20 matrix, a band of bands, with row 7 framed",
    es: "Un kernel de 3 × 3 sobre el píxel 7 de una cuadrícula de 4 × 5, y la matriz de 20 × 20, una banda de bandas, con la fila 7 marcada",
  },
  draw: (language) => {
    const words = { en: { pixels: "pixels", row: "row 7" }, es: { pixels: "píxeles", row: "fila 7" } }[language];
    const matrix = convolutionMatrix2d(KERNEL, HEIGHT, WIDTH);
    const row = (matrix.arraySync() as number[][])[PIXEL] ?? [];
    const side = 46;
    const [left, top]: Point = [34, 88];
    const cell = 19;
    const [x, y]: Point = [390, 60];
    const size = HEIGHT * WIDTH * cell;
    return {
      width: 800,
      height: 470,
      shapes: [
        text([left + 2.5 * side, 34], words.pixels, { anchor: "middle", bold: true }),
        row.map((weight, pixel) => {
          const at: Point = [left + (pixel % WIDTH) * side, top + Math.floor(pixel / WIDTH) * side];
          return [
            box(at, [side, side], { strength: (weight / 9) * 0.6, outline: "faint" }),
            text([at[0] + 5, at[1] + 14], String(pixel), { size: 11, colour: "faint" }),
            weight === 0
              ? []
              : [text([at[0] + side / 2, at[1] + 32], String(weight), { anchor: "middle", bold: true })],
          ];
        }),
        box([left + 2 * side, top + side], [side, side], { outline: "second" }),
        box([left + 2 * side + 1, top + side + 1], [side - 2, side - 2], { outline: "second" }),
        text([x + size / 2, 34], "M", { anchor: "middle", bold: true }),
        heatMap(matrix, { at: [x, y], cell, digits: 0, full: 15, size: 10 }),
        [1, 2, 3].map((block) => [
          line([
            [x + block * WIDTH * cell, y],
            [x + block * WIDTH * cell, y + size],
          ]),
          line([
            [x, y + block * WIDTH * cell],
            [x + size, y + block * WIDTH * cell],
          ]),
        ]),
        box([x, y + PIXEL * cell], [size, cell], { outline: "second" }),
        box([x - 1, y + PIXEL * cell - 1], [size + 2, cell + 2], { outline: "second" }),
        text([x - 10, y + (PIXEL + 0.5) * cell + 4], words.row, { anchor: "end", size: 13, colour: "second" }),
      ],
    };
  },
};
