import * as tf from "@tensorflow/tfjs";

/**
 * Softmax over the last axis that neither overflows nor underflows: exp(x − max x) / Σ exp(x − max x), by rows.
 *
 * `tf.softmax`, `tf.logSoftmax` and `tf.logSumExp` are what this exercise builds, or nearly, so they are not allowed here.
 *
 * @param x [..., n] scores
 * @returns [..., n] weights: positive, and each row sums to one
 * @see Vaswani et al. 2017, eq. 1; Bahdanau et al. 2014, eq. 6
 */
export function stableSoftmax(x: tf.Tensor): tf.Tensor {
  // TODO: subtract each row's own maximum, exponentiate, divide by the row's sum.
  // #region solution
  const exponentials = tf.exp(x.sub(x.max(-1, true))); // [..., n]
  return exponentials.div(exponentials.sum(-1, true)); // [..., n]
  // #endregion
}
