/** Normalisation: over the examples of a batch, and over the features of a token. */
import type * as tf from "@tensorflow/tfjs";
import type { BatchNorm, BatchStatistics, NormParams } from "../exercises/types.js";

/**
 * Batch normalisation: gamma·(x − μ)/√(σ² + eps) + beta, column by column, with the statistics of the batch (train) or
 * the running ones (eval).
 *
 * @param x [m, d]
 * @param p gamma and beta [d]
 * @param running mean and variance [d]; train returns momentum·old + (1 − momentum)·new, where the new variance is the
 *   unbiased one, σ²·m/(m − 1); eval returns them as they are
 * @param mode train or eval
 * @param momentum the share of the old statistics
 * @param eps added to the variance
 * @returns the output [m, d] and the running statistics
 * @throws RangeError for a single example in train
 * @see Ioffe & Szegedy 2015, algorithms 1 and 2, §3.1 for the moving averages
 */
export function batchNorm(
  x: tf.Tensor,
  p: NormParams,
  running: BatchStatistics,
  mode: "train" | "eval",
  momentum = 0.9,
  eps = 1e-5,
): BatchNorm {
  if (mode === "eval") return { output: affine(x, running.mean, running.variance, p, eps), running };
  const [m = 0] = x.shape;
  if (m < 2) {
    throw new RangeError(
      `batchNorm: x has ${m} example, expected at least 2 in train; its variance is unknown (use eval for one example)`,
    );
  }
  const mean = x.sum(0).div(m); // [d]
  const variance = x.sub(mean).square().sum(0).div(m); // [d]
  const blend = (old: tf.Tensor, now: tf.Tensor) => now.add(old.sub(now).mul(momentum));
  return {
    output: affine(x, mean, variance, p, eps),
    running: {
      mean: blend(running.mean, mean),
      variance: blend(running.variance, variance.mul(m / (m - 1))),
    },
  };
}

/**
 * Layer normalisation: gamma·(x − μ)/√(σ² + eps) + beta with mean and population variance over the last axis.
 *
 * @param x [..., d]
 * @param p gamma and beta [d]
 * @param eps added to the variance
 * @returns [..., d]
 * @see Ba, Kiros & Hinton 2016; Vaswani et al. 2017, §3.1
 */
export function layerNorm(x: tf.Tensor, p: NormParams, eps = 1e-5): tf.Tensor {
  const d = x.shape.at(-1) ?? 1;
  const mean = x.sum(-1, true).div(d); // [..., 1]
  const variance = x.sub(mean).square().sum(-1, true).div(d); // [..., 1]
  return affine(x, mean, variance, p, eps);
}

/** gamma·(x − mean)/√(variance + eps) + beta, the statistics broadcast. */
function affine(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, p: NormParams, eps: number): tf.Tensor {
  return x.sub(mean).mul(variance.add(eps).rsqrt()).mul(p.gamma).add(p.beta);
}
