import * as tf from "@tensorflow/tfjs";
import { batchNorm, layerNorm } from "#reference";
import { box, heatMap, line, type Picture, text } from "../picture.js";

/** The sum of something that belongs to the example and something that belongs to the feature. */
const EXAMPLES = [0, 4, 6, 2];
const FEATURES = [0, 3, 1, 6, 2];
const D = FEATURES.length;
const M = EXAMPLES.length;
const [W, H] = [46, 34];
const [FROM, TO] = [96, 480];
const ROWS = [84, 302];

export const normalisations: Picture = {
  title: {
    en: "A matrix of examples and features: batch normalisation averages over a column, layer normalisation over a row, and what comes out of each",
    es: "Una matriz de ejemplos y rasgos: la normalización por lote promedia sobre una columna, la normalización por capa sobre una fila, y lo que sale de cada una",
  },
  draw: (language) => {
    const x = tf.tensor2d(EXAMPLES.map((example) => FEATURES.map((feature) => example + feature)));
    const p = { gamma: tf.ones([D]), beta: tf.zeros([D]) };
    const { output } = batchNorm(x, p, { mean: tf.zeros([D]), variance: tf.ones([D]) }, "train");
    const [first = 0, second = 0] = ROWS;
    const examples = EXAMPLES.map((_, i) => (language === "en" ? `example ${i}` : `ejemplo ${i}`));
    const features = FEATURES.map((_, j) => String(j));
    const pairs = [
      { y: first, name: "batchNorm", result: output, group: [W, M * H] as const, at: [FROM + 3 * W, first] as const },
      {
        y: second,
        name: "layerNorm",
        result: layerNorm(x, p),
        group: [D * W, H] as const,
        at: [FROM, second + 2 * H] as const,
      },
    ];
    const labels =
      language === "en"
        ? ["one mean per column: over all examples", "one mean per row: over all features"]
        : ["una media por columna: sobre los ejemplos", "una media por fila: sobre los rasgos"];
    return {
      width: 740,
      height: 460,
      shapes: pairs.map(({ y, name, result, group, at: [x0, y0] }, k) => [
        text([FROM, y - 44], labels[k] ?? "", { bold: true }),
        text([TO, y - 44], name, { bold: true }),
        heatMap(x, { at: [FROM, y], cell: [W, H], rows: examples, columns: features, digits: 0, full: 16 }),
        box([x0, y0], group, { outline: "ink" }),
        box([x0 + 1.5, y0 + 1.5], [group[0] - 3, group[1] - 3], { outline: "ink" }),
        line(
          [
            [FROM + D * W + 34, y + (M * H) / 2],
            [TO - 34, y + (M * H) / 2],
          ],
          { colour: "faint", arrow: true },
        ),
        heatMap(result, { at: [TO, y], cell: [W, H], columns: features, digits: 2, full: 2 }),
      ]),
    };
  },
};
