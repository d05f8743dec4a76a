/** A mistake is named where nothing contradicts it: code that is wrong in another way gets no name that is false. */
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { graphConvolution, noamRate, sinusoidalPositions, smoothedCrossEntropy } from "#reference";
import { loadSuite } from "../suites/index.js";
import type { Functions } from "./definition.js";
import { connectInProcess } from "./in-process.js";
import { runSuite } from "./run.js";

type Wrong = readonly [id: string, what: string, functions: Record<string, (...args: never[]) => unknown>];

const wrong = <F extends (...args: never[]) => unknown>(id: string, what: string, name: string, f: F): Wrong => [
  id,
  what,
  { [name]: f },
];

/** Each was once taken for a mistake that it is not, because that mistake explains most of one check. */
const OTHERWISE: readonly Wrong[] = [
  wrong("1.1", "half of the weights", "stableSoftmax", (x: tf.Tensor) => tf.softmax(x).div(2)),
  wrong("2.5", "degrees of columns", "graphConvolution", (x: tf.Tensor, a: tf.Tensor, w: tf.Tensor) =>
    graphConvolution(x, a.transpose(), w).add(0.01),
  ),
  wrong("3.3", "the default of base is 100", "sinusoidalPositions", (n: number, d: number, base = 100) =>
    sinusoidalPositions(n, d, base),
  ),
  wrong("4.6", "x − min", "maskedSoftmax", (x: tf.Tensor, mask: tf.Tensor) => {
    const e = tf.exp(x.sub(x.min(-1, true))).mul(mask.cast("float32"));
    return tf.divNoNan(e, e.sum(-1, true));
  }),
  wrong("5.6", "step/warmup", "noamRate", (step: number, d: number, warmup = 4000, factor = 1) => {
    noamRate(step, d, warmup, factor); // refuses what is to be refused
    return (factor * Math.min(step ** -0.5, step / warmup)) / Math.sqrt(d);
  }),
  wrong(
    "5.7",
    "divided by one row more",
    "smoothedCrossEntropy",
    (logits: tf.Tensor, targets: tf.Tensor, eps: number, pad?: number) => {
      const rows = pad === undefined ? targets.size : (tf.notEqual(targets, pad).sum().dataSync()[0] ?? 0);
      return smoothedCrossEntropy(logits, targets, eps, pad).mul(rows / (rows + 1));
    },
  ),
];

test.each(OTHERWISE)("%s, %s: it fails, and no known mistake is named", async (id, _, functions) => {
  const suite = await loadSuite(id);
  const connection = connectInProcess({ ...suite.functions, ...functions } as Functions);
  const failures = (await runSuite(suite, 1, connection)).flatMap(({ failure }) => failure ?? []);
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.flatMap(({ mistake }) => mistake?.id ?? [])).toEqual([]);
});
