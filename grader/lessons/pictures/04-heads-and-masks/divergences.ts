import { headDivergences } from "#reference";
import { handMade, NAMES } from "../hand-made-heads.js";
import { heatMap, type Picture } from "../picture.js";

/** How much the hand-made heads of 4.4 differ from one another. */
export const divergences: Picture = {
  title: {
    en: "Jensen-Shannon divergences of the five hand-made heads: 0 on the diagonal, next and last closest to each other",
    es: "Divergencias de Jensen-Shannon de las cinco cabezas hechas a mano: 0 en la diagonal; las más cercanas entre sí, next y last",
  },
  draw: () => ({
    width: 470,
    height: 272,
    shapes: heatMap(headDivergences(handMade()), {
      at: [96, 48],
      cell: [70, 40],
      rows: NAMES,
      columns: NAMES,
      digits: 3,
      full: 1,
      size: 13,
    }),
  }),
};
