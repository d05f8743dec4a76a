import { fixedMasks, stridedMasks, windowMask } from "#reference";
import { heatMap, type Picture, text } from "../picture.js";

const [N, L, C, K] = [16, 4, 1, 4];
const CELL = 9.5;

/** The patterns of 4.8 on sixteen tokens. */
export const patterns: Picture = {
  title: {
    en: "Sixteen tokens. Window: four cells per row. Strided: five cells up to the diagonal; every fourth. Fixed: triangles along the diagonal; every fourth column below it",
    es: "Dieciséis tokens. Ventana: cuatro celdas por fila. A saltos: cinco celdas hasta la diagonal; una de cada cuatro. Fijo: triángulos a lo largo de la diagonal; una columna de cada cuatro debajo de ella",
  },
  draw: (language) => {
    const words = {
      en: ["window, k = 4", "strided A₁", "strided A₂", "fixed A₁", "fixed A₂"],
      es: ["ventana, k = 4", "a saltos A₁", "a saltos A₂", "fijo A₁", "fijo A₂"],
    }[language];
    const masks = [windowMask(N, K), ...stridedMasks(N, L), ...fixedMasks(N, L, C)];
    const step = N * CELL + 18;
    return {
      width: 24 + masks.length * step + 6,
      height: 54 + N * CELL + 22,
      shapes: masks.map((mask, k) => {
        const x = 24 + k * step;
        return [
          text([x + (N * CELL) / 2, 34], words[k] ?? "", { anchor: "middle", bold: true, size: 13 }),
          heatMap(mask.cast("float32"), { at: [x, 50], cell: CELL, full: 1.2 }),
        ];
      }),
    };
  },
};
