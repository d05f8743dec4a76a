import * as tf from "@tensorflow/tfjs";
import type { NormParams } from "../types.js";

/**
 * Layer normalisation: each token gets the mean beta and the spread gamma, over its own features.
 *
 *     y = gamma·(x − μ)/√(σ² + eps) + beta,   μ and σ² over the last axis, σ² with 1/d
 *
 * Subtract the mean before you square: σ² = E[x²] − μ² is the same on paper, but loses its digits in float32 when the
 * mean is large. The gradient is graded too: build the result from tensor operations.
 *
 * @param x [..., d], any number of leading axes, also none
 * @param p gamma and beta [d]
 * @param eps added to the variance, under the root; a constant row therefore gives beta
 * @returns [..., d]
 * @see Ba, Kiros & Hinton 2016; used in Vaswani et al. 2017, §3.1
 */
export function layerNorm(x: tf.Tensor, p: NormParams, eps = 1e-5): tf.Tensor {
  // TODO: take mean and variance of each token, centre it and divide by the root, then scale and shift.
  // #region solution
  const { mean, variance } = tf.moments(x, -1, true); // [..., 1]
  return x.sub(mean).div(variance.add(eps).sqrt()).mul(p.gamma).add(p.beta); // [..., d]
  // #endregion
}
