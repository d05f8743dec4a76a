import * as tf from "@tensorflow/tfjs";
import type { BatchNorm, BatchStatistics, NormParams } from "../types.js";

/**
 * Batch normalisation: each column gets the mean beta and the spread gamma, over the examples of a batch.
 *
 *     train: μ, σ² over the m examples (σ² with 1/m)
 *            y = gamma·(x − μ)/√(σ² + eps) + beta
 *            running.mean     ← momentum·old + (1 − momentum)·μ
 *            running.variance ← momentum·old + (1 − momentum)·σ²·m/(m − 1)
 *     eval:  y with running.mean and running.variance in place of μ and σ²; running comes back unchanged
 *
 * The momentum weighs the old value. What was given as `running` is left as it is: train returns new tensors.
 *
 * @param x [m, d]
 * @param p gamma and beta [d]
 * @param running mean and variance [d], gathered so far
 * @param mode "train" or "eval"
 * @param momentum how much of the old statistics stays
 * @param eps added to the variance, under the root
 * @returns the output [m, d] and the running statistics
 * @throws RangeError in train when m is 1, because one example has no variance; in eval it is fine
 * @see Ioffe & Szegedy 2015, algorithms 1 and 2; §3.1 for the moving averages
 */
export function batchNorm(
  x: tf.Tensor,
  p: NormParams,
  running: BatchStatistics,
  mode: "train" | "eval",
  momentum = 0.9,
  eps = 1e-5,
): BatchNorm {
  // TODO: take the statistics of the batch or the running ones, normalise with them, and in train update the running ones.
  throw new Error("TODO 3.7: batchNorm");
}
