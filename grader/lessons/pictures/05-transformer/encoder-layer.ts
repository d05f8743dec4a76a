import * as tf from "@tensorflow/tfjs";
import { encoderLayer, feedForward, layerNorm, multiHeadAttention } from "#reference";
import { heatMap, line, type Picture, text } from "../picture.js";

/** The example of 5.9: uniform attention, times 6; relu, times 5. The third word is padding. */
export const encoderLayerPicture: Picture = {
  title: {
    en: "From x to y in the example: norm, attention, sum, norm, feed-forward network, sum",
    es: "De x a y en el ejemplo: normalización, atención, suma, normalización, red prealimentada, suma",
  },
  draw: (language) => {
    const x = tf.tensor3d([
      [
        [0, 0, 2, 2],
        [3, 1, 3, 1],
        [7, 7, 7, 7],
      ],
    ]);
    const norm = { gamma: tf.ones([4]), beta: tf.zeros([4]) };
    const [zero, one] = [tf.zeros([4, 4]), tf.eye(4)];
    const p = {
      attention: { wq: zero, wk: zero, wv: one, wo: one.mul(6) },
      feedForward: { w1: one, b1: tf.zeros([4]), w2: one.mul(5), b2: tf.zeros([4]) },
      norm1: norm,
      norm2: norm,
    };
    const mask = tf.tensor4d([[[[1, 1, 0]]]]).cast("bool");
    const normed = layerNorm(x, norm, 1e-9);
    const { output: heard } = multiHeadAttention(normed, normed, p.attention, 2, mask);
    const between = x.add(heard);
    const again = layerNorm(between, norm, 1e-9);
    const thought = feedForward(again, p.feedForward);
    const { output } = encoderLayer(x, p, 2, mask, "pre");
    const columns = [
      [
        { name: "x", values: x, digits: 0 },
        { name: "LN₁(x)", values: normed, digits: 0 },
        { name: "MHA", values: heard, digits: 0 },
        { name: "x'", values: between, digits: 0 },
      ],
      [
        { name: "x'", values: between, digits: 0 },
        { name: "LN₂(x')", values: again, digits: 1 },
        { name: "FFN", values: thought, digits: 0 },
        { name: "y", values: output, digits: 0 },
      ],
    ];
    const cell = [38, 28] as const;
    const left = (j: number) => 108 + j * 192;
    const words = {
      en: ["word 0", "word 1", "padding"],
      es: ["palabra 0", "palabra 1", "relleno"],
    }[language];
    return {
      width: 870,
      height: 304,
      shapes: columns.map((row, i) => {
        const top = 56 + i * 138;
        return row.map(({ name, values, digits }, j) => [
          text([left(j) + 76, top - 14], name, { anchor: "middle", bold: true }),
          heatMap(values.squeeze([0]).slice([0, 0], [j === 0 && i === 0 ? 3 : 2, 4]), {
            at: [left(j), top],
            cell,
            digits,
            full: 18,
            ...(j === 0 && { rows: words.slice(0, i === 0 ? 3 : 2) }),
          }),
          j === 3
            ? []
            : line(
                [
                  [left(j) + 158, top + 28],
                  [left(j) + 184, top + 28],
                ],
                { arrow: true },
              ),
        ]);
      }),
    };
  },
};
