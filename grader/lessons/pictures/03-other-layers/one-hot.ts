import * as tf from "@tensorflow/tfjs";
import { embed } from "#reference";
import { box, heatMap, type Picture, text } from "../picture.js";

const IDS = [2, 0, 2];
const TABLE = [
  [1, 0, 2, 0],
  [0, 1, 0, 1],
  [3, 1, 0, 2],
  [1, 1, 1, 1],
];
const CELL = 32;
const SIDE = 4 * CELL;

export const oneHot: Picture = {
  title: {
    en: "One-hot rows times the table: row 2, row 0 and row 2 of the table come out",
    es: "Filas one-hot por la tabla: salen la fila 2, la fila 0 y la fila 2 de la tabla",
  },
  draw: (language) => {
    const ids = tf.tensor2d([IDS], [1, 3], "int32");
    const table = tf.tensor2d(TABLE);
    const columns = ["0", "1", "2", "3"];
    return {
      width: 660,
      height: 230,
      shapes: [
        text([64, 30], "onehot(ids)", { bold: true }),
        heatMap(tf.oneHot(ids.squeeze([0]), 4), {
          at: [64, 62],
          cell: CELL,
          rows: IDS.map((id) => `id ${id}`),
          columns,
          digits: 0,
          full: 3,
        }),
        text([216, 62 + 54], "·", { anchor: "middle", size: 22 }),
        text([266, 30], language === "en" ? "table E" : "tabla E", { bold: true }),
        heatMap(table, { at: [266, 62], cell: CELL, rows: columns, digits: 0, full: 3 }),
        box([266, 62 + 2 * CELL], [SIDE, CELL], { outline: "ink" }),
        text([422, 62 + 54], "=", { anchor: "middle", size: 20 }),
        text([450, 30], "embed(ids)", { bold: true }),
        heatMap(embed(ids, table).squeeze([0]), { at: [450, 62], cell: CELL, digits: 0, full: 3 }),
        box([450, 62], [SIDE, CELL], { outline: "ink" }),
        box([450, 62 + 2 * CELL], [SIDE, CELL], { outline: "ink" }),
        text(
          [24, 212],
          language === "en"
            ? "The outlined row of the table is chosen twice; in the gradient both places add up in it."
            : "La fila marcada de la tabla se escoge dos veces; en el gradiente los dos lugares se suman en ella.",
          { size: 12, colour: "faint" },
        ),
      ],
    };
  },
};
