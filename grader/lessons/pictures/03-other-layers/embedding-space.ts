import * as tf from "@tensorflow/tfjs";
import { queryKeyMatrix, valueOutputMatrix } from "#reference";
import { heatMap, type Picture, text } from "../picture.js";

/** Features: Peru, Cuba, Chile, country, capital. */
const TABLE = [
  [1, 0, 0, 1, 0],
  [1, 0, 0, 0, 1],
  [0, 1, 0, 1, 0],
  [0, 1, 0, 0, 1],
  [0, 0, 1, 1, 0],
  [0, 0, 1, 0, 1],
];

/** A capital asks for countries, anyone for the same name. */
const NAMES = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];
const WQ = [...NAMES, [0, 0, 0, 0], [0, 0, 0, 1]];
const WK = [...NAMES, [0, 0, 0, 1], [0, 0, 0, 0]];

/** The name passes, and a country becomes a capital. */
const WV = [...NAMES, [0, 0, 0, 1], [0, 0, 0, 0]];
const WO = [
  [1, 0, 0, 0, 0],
  [0, 1, 0, 0, 0],
  [0, 0, 1, 0, 0],
  [0, 0, 0, 0, 1],
];

export const embeddingSpace: Picture = {
  title: {
    en: "Two matrices of words by words: which word asks for which, strongest a capital for its country; and what the head writes, strongest the capital of a country",
    es: "Dos matrices de palabras por palabras: cuál busca a cuál, sobre todo una capital a su país; y qué escribe la cabeza, sobre todo la capital de un país",
  },
  draw: (language) => {
    const words =
      language === "en"
        ? ["Peru", "Lima", "Cuba", "Havana", "Chile", "Santiago"]
        : ["Perú", "Lima", "Cuba", "La Habana", "Chile", "Santiago"];
    const table = tf.tensor2d(TABLE);
    const style = { cell: [50, 34] as const, digits: 0, full: 3, size: 12 };
    const small = words.map((word) => word.replace("La Habana", "Habana"));
    return {
      width: 860,
      height: 322,
      shapes: [
        text([92, 28], "E wq wkᵀ Eᵀ", { bold: true }),
        text([92, 48], language === "en" ? "who asks (rows) for whom" : "quién (filas) busca a quién", {
          size: 12,
          colour: "faint",
        }),
        heatMap(queryKeyMatrix(tf.tensor2d(WQ), tf.tensor2d(WK), table), {
          at: [92, 88],
          rows: words,
          columns: small,
          ...style,
        }),
        text([520, 28], "E wv wo Eᵀ", { bold: true }),
        text(
          [520, 48],
          language === "en"
            ? "who is attended to (rows), and what is written"
            : "a quién se atiende (filas) y qué se escribe",
          { size: 12, colour: "faint" },
        ),
        heatMap(valueOutputMatrix(tf.tensor2d(WV), tf.tensor2d(WO), table), {
          at: [520, 88],
          rows: words,
          columns: small,
          ...style,
        }),
      ],
    };
  },
};
