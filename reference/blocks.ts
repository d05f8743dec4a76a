/** What a block of a transformer is made of: residual connections around layers, and feed-forward networks. */
import * as tf from "@tensorflow/tfjs";
import type { FeedForwardParams, Layer, NormParams, SwiGluParams } from "../exercises/types.js";
import { batchNorm, layerNorm } from "./normalization.js";

/**
 * A layer with a residual connection: LN(x + f(x)) (post) or x + f(LN(x)) (pre), eps = 1e-5.
 *
 * @param x [..., n, d]
 * @param f keeps the shape; called once
 * @param norm gamma and beta [d]
 * @param mode where the normalisation stands
 * @returns [..., n, d]
 * @see Vaswani et al. 2017, §3.1 (post)
 */
export function sublayer(x: tf.Tensor, f: Layer, norm: NormParams, mode: "post" | "pre"): tf.Tensor {
  const before = mode === "pre" ? layerNorm(x, norm) : x;
  const sum = tf.addN([x, f(before)]);
  return mode === "post" ? layerNorm(sum, norm) : sum;
}

/**
 * A pre-norm block. Serial: x' = x + attention(LN1 x), y = x' + feedForward(LN2 x'); parallel:
 * y = x + attention(LN1 x) + feedForward(LN1 x), without norm2.
 *
 * @param x [..., n, d]
 * @param attention keeps the shape; called once
 * @param feedForward keeps the shape; called once
 * @param norm1 gamma and beta [d]
 * @param norm2 gamma and beta [d]
 * @param mode one layer after the other, or side by side
 * @returns [..., n, d]
 * @see Chowdhery et al. 2022 (PaLM), §2
 */
export function block(
  x: tf.Tensor,
  attention: Layer,
  feedForward: Layer,
  norm1: NormParams,
  norm2: NormParams,
  mode: "serial" | "parallel",
): tf.Tensor {
  const normalised = layerNorm(x, norm1);
  const attended = tf.addN([x, attention(normalised)]); // x'
  return tf.addN([attended, feedForward(mode === "parallel" ? normalised : layerNorm(attended, norm2))]);
}

/**
 * max(0, x·w1 + b1)·w2 + b2, token by token.
 *
 * @param x [..., d]
 * @param p weights
 * @returns [..., d]
 * @see Vaswani et al. 2017, eq. 2
 */
export function feedForward(x: tf.Tensor, p: FeedForwardParams): tf.Tensor {
  const tokens = rowsOf(x);
  const hidden = tf.maximum(tf.matMul(tokens, p.w1).add(p.b1), 0); // [rows, ff]
  return tf.matMul(hidden, p.w2).add(p.b2).reshape(x.shape);
}

/**
 * (swish(x·w) ⊙ x·v)·w2 with swish(z) = z·σ(z), token by token.
 *
 * @param x [..., d]
 * @param p weights
 * @returns [..., d]
 * @see Chowdhery et al. 2022 (PaLM), §2
 */
export function swiGlu(x: tf.Tensor, p: SwiGluParams): tf.Tensor {
  const tokens = rowsOf(x);
  const gate = tf.matMul(tokens, p.w); // [rows, ff]
  const swish = gate.div(tf.exp(gate.neg()).add(1)); // z·σ(z) = z/(1 + e^−z)
  return tf.matMul(swish.mul(tf.matMul(tokens, p.v)), p.w2).reshape(x.shape);
}

/** All tokens as the rows of one matrix: [..., d] → [rows, d]. */
const rowsOf = (x: tf.Tensor): tf.Tensor => x.reshape([-1, x.shape.at(-1) ?? 1]);

/**
 * The population standard deviation of all entries after each layer of x ← relu(N(x·weight)), where N is nothing, batch
 * normalisation in train mode or layer normalisation, with gamma = 1 and beta = 0.
 *
 * @param x [m, d]
 * @param weights one [d, d] for each layer
 * @param norm which N
 * @returns one number for each layer
 * @see Bjorck et al. 2018, section "Batch Normalization and Divergence"
 */
export function depthStatistics(x: tf.Tensor, weights: tf.Tensor[], norm: "none" | "batch" | "layer"): number[] {
  const [, d = 0] = x.shape;
  const p: NormParams = { gamma: tf.ones([d]), beta: tf.zeros([d]) };
  const normalisations = {
    none: (y: tf.Tensor) => y,
    batch: (y: tf.Tensor) => batchNorm(y, p, { mean: p.beta, variance: p.gamma }, "train").output,
    layer: (y: tf.Tensor) => layerNorm(y, p),
  };
  const deviations: number[] = [];
  weights.reduce((before, weight) => {
    const after = tf.maximum(normalisations[norm](tf.matMul(before, weight)), 0); // [m, d]
    const entries = [...after.dataSync()];
    const mean = entries.reduce((sum, entry) => sum + entry, 0) / entries.length;
    deviations.push(Math.sqrt(entries.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / entries.length));
    return after;
  }, x);
  return deviations;
}
