import * as tf from "@tensorflow/tfjs";
import { convolutionMatrix1d, selfAttention } from "#reference";
import { box, circle, heatMap, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const WORDS = {
  en: {
    search: "similarity search",
    bilinear: "bilinear form",
    messages: "message passing",
    convolution: "convolution with learned weights",
    query: "query",
    keys: "keys",
    weights: "weights",
    values: "values",
    fixed: "by position",
    learned: "by content",
  },
  es: {
    search: "búsqueda por similitud",
    bilinear: "forma bilineal",
    messages: "paso de mensajes",
    convolution: "convolución con pesos aprendidos",
    query: "consulta",
    keys: "claves",
    weights: "pesos",
    values: "valores",
    fixed: "por posición",
    learned: "por contenido",
  },
} as const;

/** One layer with five tokens, seen in four ways; all numbers are those of its weights. */
export const readings: Picture = {
  title: {
    en: "Attention as a similarity search, a bilinear form, message passing on a complete graph, and a convolution with learned weights",
    es: "La atención como búsqueda por similitud, forma bilineal, paso de mensajes en un grafo completo y convolución con pesos aprendidos",
  },
  draw: (language) => {
    const words = WORDS[language];
    const x = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
      [-1, 0.5],
      [0.5, -1],
    ]);
    const wq = tf.tensor2d([
      [1.5, 0],
      [0.5, 1],
    ]);
    const wk = tf.tensor2d([
      [1, 0.5],
      [-0.5, 1.5],
    ]);
    const { weights } = selfAttention(x, { wq, wk, wv: tf.eye(2) });
    const alpha = weights.arraySync() as number[][];
    return {
      width: 820,
      height: 500,
      shapes: [
        line(
          [
            [410, 20],
            [410, 480],
          ],
          { colour: "faint", strength: 0.5 },
        ),
        line(
          [
            [20, 250],
            [800, 250],
          ],
          { colour: "faint", strength: 0.5 },
        ),
        search(alpha[2] ?? [], words),
        form(tf.matMul(wq, wk, false, true), words),
        messages(alpha, words),
        convolution(weights, words),
      ],
    };
  },
};

type Words = (typeof WORDS)["en" | "es"];

/** Every key with the weight that the query of token 2 gives it. */
function search(weights: readonly number[], words: Words): Shapes {
  return [
    text([30, 36], words.search, { bold: true }),
    box([34, 128], [70, 34], { strength: 0.25, outline: "ink", round: 6 }),
    text([69, 150], "q₂", { anchor: "middle" }),
    text([69, 112], words.query, { anchor: "middle", size: 12, colour: "faint" }),
    text([200, 62], words.keys, { anchor: "middle", size: 12, colour: "faint" }),
    text([280, 62], words.weights, { anchor: "middle", size: 12, colour: "faint" }),
    text([360, 62], words.values, { anchor: "middle", size: 12, colour: "faint" }),
    weights.map((weight, j) => {
      const y = 74 + j * 33;
      return [
        line(
          [
            [106, 145],
            [172, y + 12],
          ],
          { strength: 0.2 + 0.8 * weight, width: 1 + 4 * weight },
        ),
        box([174, y], [52, 24], { outline: "faint", round: 4 }),
        text([200, y + 17], `k${"₀₁₂₃₄"[j]}`, { anchor: "middle", size: 13 }),
        box([246, y + 4], [Math.max(1, 70 * weight), 16], { strength: 0.7 }),
        box([334, y], [52, 24], { strength: 0.75 * weight, outline: "faint", round: 4 }),
        text([360, y + 17], `v${"₀₁₂₃₄"[j]}`, { anchor: "middle", size: 13 }),
      ];
    }),
  ];
}

/** A score as a product of three: the row of the token that asks, the form, the column of the one that answers. */
function form(matrix: tf.Tensor, words: Words): Shapes {
  const cell = 46;
  return [
    text([440, 36], words.bilinear, { bold: true }),
    heatMap([[1, 1]], { at: [448, 122], cell: [38, 38], digits: 0, full: 2.4, size: 14 }),
    text([486, 108], "xᵢ", { anchor: "middle" }),
    text([546, 147], "·", { anchor: "middle", bold: true }),
    heatMap(matrix, { at: [568, 95], cell, digits: 2, size: 13 }),
    text([614, 80], "B", { anchor: "middle" }),
    text([680, 147], "·", { anchor: "middle", bold: true }),
    heatMap([[-1], [0.5]], { at: [700, 103], cell: [44, 38], digits: 1, full: 2.4, size: 14 }),
    text([722, 88], "xⱼᵀ", { anchor: "middle" }),
    text([614, 222], "sᵢⱼ = xᵢ B xⱼᵀ / √dₖ", { anchor: "middle" }),
  ];
}

/** Every node hears every other, some more than others. */
function messages(alpha: readonly (readonly number[])[], words: Words): Shapes {
  const at = (node: number): Point => {
    const angle = ((node / 5) * 2 - 0.5) * Math.PI;
    return [215 + 96 * Math.cos(angle), 388 + 80 * Math.sin(angle)];
  };
  const between = (u: number, v: number): readonly Point[] => {
    const [[ux, uy], [vx, vy]] = [at(v), at(u)]; // a message goes from the one that is heard to the one that listens
    const length = Math.hypot(vx - ux, vy - uy);
    const [dx, dy] = [(vx - ux) / length, (vy - uy) / length];
    return [
      [ux + dx * 15 - dy * 4, uy + dy * 15 + dx * 4],
      [vx - dx * 17 - dy * 4, vy - dy * 17 + dx * 4],
    ];
  };
  return [
    text([30, 282], words.messages, { bold: true }),
    alpha.flatMap((row, u) =>
      row.map((weight, v) =>
        u === v ? [] : [line(between(u, v), { arrow: true, width: 0.8 + 4 * weight, strength: 0.15 + 0.85 * weight })],
      ),
    ),
    alpha.map((_, node) => [
      circle(at(node), 13, { strength: 0.3 }),
      text([at(node)[0], at(node)[1] + 5], String(node), { anchor: "middle", size: 13 }),
    ]),
  ];
}

/** A matrix times the tokens, in both. */
function convolution(weights: tf.Tensor, words: Words): Shapes {
  const cell = 28;
  return [
    text([440, 282], words.convolution, { bold: true }),
    heatMap(convolutionMatrix1d([0.25, 0.5, 0.25], 5), { at: [448, 308], cell, full: 0.9 }),
    text([518, 472], words.fixed, { anchor: "middle", size: 13, colour: "faint" }),
    line(
      [
        [602, 378],
        [626, 378],
      ],
      { arrow: true },
    ),
    heatMap(weights, { at: [640, 308], cell, full: 0.9 }),
    text([710, 472], words.learned, { anchor: "middle", size: 13, colour: "faint" }),
  ];
}
