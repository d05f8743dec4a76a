import * as tf from "@tensorflow/tfjs";
import { initTransformer, makeBatch, noamRate, train } from "#reference";
import { type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const STEPS = 80;
const CONFIG = {
  sourceSize: 6,
  targetSize: 11,
  d: 12,
  h: 3,
  ff: 24,
  layers: 1,
  mode: "pre",
  tied: false,
} as const;
const OPTIONS = { beta1: 0.9, beta2: 0.98, eps: 1e-9, warmup: 40, factor: 0.6, smoothing: 0, pad: 0 };

/** The two sentences of 5.8, learned by heart. */
export const training: Picture = {
  title: {
    en: "The loss on two sentences begins near ln 11 and falls to almost 0 within 80 steps, while the learning rate climbs for 40 steps and then falls",
    es: "La pérdida con dos oraciones empieza cerca de ln 11 y baja casi a 0 en 80 pasos, mientras la tasa de aprendizaje sube durante 40 pasos y luego baja",
  },
  draw: (language) => {
    const pairs = [
      { source: [3, 4], target: [6, 7, 8] },
      { source: [5], target: [9, 10] },
    ];
    const batch = makeBatch(pairs, { pad: 0, bos: 1, eos: 2 });
    const params = initTransformer(CONFIG, 1);
    const empty = (node: unknown): unknown =>
      node instanceof tf.Tensor
        ? tf.zerosLike(node)
        : Array.isArray(node)
          ? node.map(empty)
          : Object.fromEntries(Object.entries(node as object).map(([name, inner]) => [name, empty(inner)]));
    const start = { params, m: empty(params) as typeof params, v: empty(params) as typeof params, step: 0 };
    const { losses } = train(start, Array<typeof batch>(STEPS).fill(batch), CONFIG, OPTIONS);
    const axis = { label: language === "en" ? "step" : "paso", from: 0, to: STEPS, ticks: [0, 20, 40, 60, 80] };
    return {
      width: 860,
      height: 340,
      shapes: [
        text([56, 32], language === "en" ? "loss" : "pérdida", { bold: true }),
        plot([66, 62], [330, 216], axis, { label: "", from: 0, to: 2.6, ticks: [0, 0.5, 1, 1.5, 2, 2.5] }, [
          { points: losses.map((loss, i): Point => [i + 1, loss]) },
        ]),
        text([500, 32], language === "en" ? "learning rate" : "tasa de aprendizaje", { bold: true }),
        plot([520, 62], [300, 216], axis, { label: "", from: 0, to: 0.03, ticks: [0, 0.01, 0.02, 0.03] }, [
          {
            points: losses.map((_, i): Point => [i + 1, noamRate(i + 1, CONFIG.d, OPTIONS.warmup, OPTIONS.factor)]),
            colour: "second",
          },
        ]),
      ],
    };
  },
};
