import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { FeedForwardParams, NormParams, SwiGluParams } from "../types.js";
import { batchNorm } from "./07-batch-norm.js";
import { layerNorm } from "./08-layer-norm.js";

/**
 * The feed-forward network of a transformer, the same for every token:
 *
 *     max(0, x·w1 + b1)·w2 + b2
 *
 * @param x [..., d], any number of leading axes, also none
 * @param p weights: w1 [d, ff], b1 [ff], w2 [ff, d], b2 [d]
 * @returns [..., d]
 * @see Vaswani et al. 2017, eq. 2
 */
export function feedForward(x: tf.Tensor, p: FeedForwardParams): tf.Tensor {
  // TODO: widen, keep what is positive, and narrow again.
  // #region solution
  return linear(tf.relu(linear(x, p.w1, p.b1)), p.w2, p.b2); // [..., d]
  // #endregion
}

/**
 * A feed-forward network whose hidden layer is the product of two branches, one of them a gate:
 *
 *     (swish(x·w) ⊙ x·v)·w2        swish(z) = z·σ(z),  no biases
 *
 * @param x [..., d], any number of leading axes, also none
 * @param p weights: w [d, ff] of the gate, v [d, ff], w2 [ff, d]
 * @returns [..., d]
 * @see Chowdhery et al. 2022 (PaLM), §2
 */
export function swiGlu(x: tf.Tensor, p: SwiGluParams): tf.Tensor {
  // TODO: compute both branches, swish the one with w, multiply them entry by entry, and narrow.
  // #region solution
  const gate = linear(x, p.w); // [..., ff]
  return linear(gate.mul(tf.sigmoid(gate)).mul(linear(x, p.v)), p.w2); // [..., d]
  // #endregion
}

/**
 * How large activations are, layer by layer, in a deep network with a normalisation N or without one:
 *
 *     x ← relu(N(x·weight)) for each weight in turn; the standard deviation of all entries of x is noted after each
 *
 * N is nothing, batch normalisation (3.7 in train mode) or layer normalisation (3.8), with gamma = 1 and beta = 0. The
 * running statistics that batch normalisation asks for play no part: let them start at mean 0 and variance 1.
 *
 * @param x [m, d]
 * @param weights one [d, d] for each layer
 * @param norm which normalisation
 * @returns one plain number for each layer: the population standard deviation over all m·d entries
 * @see Bjorck et al. 2018, section "Batch Normalization and Divergence", for the experiment
 */
export function depthStatistics(x: tf.Tensor, weights: tf.Tensor[], norm: "none" | "batch" | "layer"): number[] {
  // TODO: layer by layer, multiply, normalise as asked, apply relu, and take the standard deviation of the result.
  // #region solution
  const [, d = 0] = x.shape;
  const plain: NormParams = { gamma: tf.ones([d]), beta: tf.zeros([d]) };
  const normalise = (y: tf.Tensor): tf.Tensor => {
    if (norm === "layer") return layerNorm(y, plain);
    if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.ones([d]) }, "train").output;
    return y;
  };
  let state = x; // [m, d]
  return weights.map((weight) => {
    state = tf.relu(normalise(tf.matMul(state, weight))); // [m, d]
    return Math.sqrt(tf.moments(state).variance.dataSync()[0] ?? 0);
  });
  // #endregion
}
