import * as tf from "@tensorflow/tfjs";
import { encoderLayer, initTransformer, layerNorm } from "#reference";
import { type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const [B, N, D, H, FF, V] = [4, 8, 32, 4, 128, 10];
const DEPTHS = [2, 4, 8, 16, 24];
const SEEDS = [1, 2, 3, 4];

/** The norm of the gradient by the second matrix of the last feed-forward network, at the start of training. */
function gradient(layers: number, mode: "pre" | "post", seed: number): number {
  const config = { sourceSize: 2, targetSize: 2, d: D, h: H, ff: FF, layers, mode, tied: true };
  const { encoder, encoderNorm } = initTransformer(config, seed);
  const mask = tf.ones([B, 1, 1, N]).cast("bool");
  const head = tf.randomNormal([D, V], 0, 1 / Math.sqrt(D), "float32", 100 + seed);
  const targets = tf.oneHot(tf.randomUniform([B * N], 0, V, "int32", 200 + seed), V);
  let x: tf.Tensor = tf.randomNormal([B, N, D], 0, 1, "float32", 300 + seed);
  for (const layer of encoder.slice(0, -1)) x = encoderLayer(x, layer, H, mask, mode).output;
  const [last] = encoder.slice(-1);
  if (last === undefined) return 0;
  const loss = (w2: tf.Tensor) => {
    const { output } = encoderLayer(x, { ...last, feedForward: { ...last.feedForward, w2 } }, H, mask, mode);
    const y = encoderNorm === undefined ? output : layerNorm(output, encoderNorm);
    return tf
      .logSoftmax(tf.matMul(y.reshape([B * N, D]), head))
      .mul(targets)
      .sum(1)
      .mean()
      .neg()
      .asScalar();
  };
  return tf.grad(loss)(last.feedForward.w2).norm().dataSync()[0] ?? 0;
}

const mean = (mode: "pre" | "post"): Point[] =>
  DEPTHS.map((layers) => {
    const sum = SEEDS.reduce((total, seed) => total + tf.tidy(() => gradient(layers, mode, seed)), 0);
    return [layers, sum / SEEDS.length];
  });

export const prePost: Picture = {
  title: {
    en: "The gradient of the last layer: with post-norm it is large at any depth, with pre-norm it falls like one over the root of the number of layers",
    es: "El gradiente de la última capa: con post-normalización es grande a cualquier profundidad, con pre-normalización baja como uno entre la raíz del número de capas",
  },
  draw: (language) => {
    const pre = mean("pre");
    const [deepest = 1, last = 1] = pre.at(-1) ?? [];
    return {
      width: 760,
      height: 350,
      shapes: [
        text(
          [70, 32],
          language === "en"
            ? "gradient of the last layer's w2, at the start"
            : "gradiente de la w2 de la última capa, al inicio",
          { bold: true },
        ),
        plot(
          [70, 62],
          [540, 224],
          { label: language === "en" ? "layers" : "capas", from: 0, to: 24, ticks: [0, 4, 8, 12, 16, 20, 24] },
          { label: "", from: 0, to: 1.6, ticks: [0, 0.5, 1, 1.5] },
          [
            { points: mean("post"), colour: "second", label: "post" },
            { points: pre, label: "pre", shift: -8 },
            {
              points: Array.from({ length: 45 }, (_, i): Point => [2 + i / 2, last * Math.sqrt(deepest / (2 + i / 2))]),
              colour: "faint",
              dashed: true,
              label: "1 / √L",
              shift: 10,
            },
          ],
        ),
      ],
    };
  },
};
