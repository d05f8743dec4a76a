import * as tf from "@tensorflow/tfjs";
import { graphConvolution, scaledDotProductAttention } from "#reference";
import { circle, heatMap, line, type Picture, type Point, text } from "../picture.js";

const PLACES: readonly Point[] = [
  [46, 150],
  [116, 80],
  [116, 220],
  [186, 150],
];
const RADIUS = 17;

/** The example of 2.5: who listens to whom, and how much, in a convolution and in attention. */
export const graph: Picture = {
  title: {
    en: "A graph of four nodes, its adjacency matrix, the coefficients of the convolution and the attention weights",
    es: "Un grafo de cuatro nodos, su matriz de adyacencia, los coeficientes de la convolución y los pesos de la atención",
  },
  draw: (language) => {
    const words = {
      en: { who: "u → v: u listens to v", convolution: "convolution: C", attention: "attention: α" },
      es: { who: "u → v: u escucha a v", convolution: "convolución: C", attention: "atención: α" },
    }[language];
    const rows = [
      [0, 1, 1, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 0],
    ];
    const a = tf.tensor2d(rows);
    const x = tf.tensor2d([[4], [6], [-2], [8]]);
    const coefficients = graphConvolution(tf.eye(4), a, tf.eye(4)); // relu(C·I·I) = C
    const { weights } = scaledDotProductAttention(x.div(8), x, x, a.add(tf.eye(4)).greater(0));
    const nodes = ["0", "1", "2", "3"];
    const cell = 40;
    const matrix = (values: tf.Tensor, left: number, title: string, digits: number) => [
      text([left + 2 * cell, 34], title, { anchor: "middle", bold: true }),
      heatMap(values, { at: [left, 74], cell, rows: nodes, columns: nodes, digits, full: 1.3, size: 13 }),
    ];
    return {
      width: 820,
      height: 280,
      shapes: [
        text([116, 34], words.who, { anchor: "middle", size: 13 }),
        rows.flatMap((row, u) => row.flatMap((listens, v) => (listens ? [arrow(u, v)] : []))),
        PLACES.map(([px, py], node) => [
          circle([px, py], RADIUS, { fill: "accent", strength: 0.25 }),
          text([px, py + 5], String(node), { anchor: "middle" }),
        ]),
        matrix(a, 250, "A", 0),
        matrix(coefficients, 446, words.convolution, 2),
        matrix(weights, 642, words.attention, 2),
      ],
    };
  },
};

/** From rim to rim; where both listen the two arrows keep apart. */
function arrow(u: number, v: number) {
  const [[ux, uy], [vx, vy]] = [PLACES[u] ?? [0, 0], PLACES[v] ?? [0, 0]];
  const length = Math.hypot(vx - ux, vy - uy);
  const [dx, dy] = [(vx - ux) / length, (vy - uy) / length];
  const aside = (u === 0 && v === 3) || (u === 3 && v === 0) ? 6 : 0;
  const at = (x: number, y: number, along: number): Point => [x + dx * along - dy * aside, y + dy * along + dx * aside];
  return line([at(ux, uy, RADIUS + 1), at(vx, vy, -RADIUS - 3)], { arrow: true, colour: "faint" });
}
