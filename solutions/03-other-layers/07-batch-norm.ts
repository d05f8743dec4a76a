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
  // #region solution
  const normalise = ({ mean, variance }: BatchStatistics): tf.Tensor =>
    x.sub(mean).div(variance.add(eps).sqrt()).mul(p.gamma).add(p.beta); // [m, d]
  if (mode === "eval") return { output: normalise(running), running };

  const [m = 0] = x.shape;
  if (m < 2) {
    throw new RangeError(
      `batchNorm: x has ${m} example, expected at least 2 in train, since one has no variance; use eval or a larger batch`,
    );
  }
  const mean = x.mean(0); // [d]
  const variance = x.sub(mean).square().mean(0); // [d]
  const mix = (old: tf.Tensor, now: tf.Tensor): tf.Tensor => old.mul(momentum).add(now.mul(1 - momentum));
  const unbiased = variance.mul(m / (m - 1)); // [d]
  return {
    output: normalise({ mean, variance }),
    running: { mean: mix(running.mean, mean), variance: mix(running.variance, unbiased) },
  };
  // #endregion
}
