import * as tf from "@tensorflow/tfjs";

/**
 * Cross-entropy against smoothed targets: a part ε of the probability is spread over all V classes, the right one
 * included, so that no logit has to grow without end.
 *
 *     q_nj = (1 − ε)·[j = target_n] + ε/V
 *     loss_n = −Σ_j q_nj · log softmax(logits_n)_j
 *     loss = mean of loss_n over the rows n whose target is not pad
 *
 * Padding only takes rows away; its class keeps its share ε/V in the other rows. The logarithm of softmax must stay
 * finite where softmax itself rounds to 0, as it does for logits of ±1000. When every row is padding, the loss is 0.
 *
 * The gradient by the logits is graded too: build the result from tensor operations. It is (softmax − q)/(rows that
 * count), and 0 in the rows of padding.
 *
 * @param logits [N, V]
 * @param targets [N] int32, the right class of each row, from 0 to V − 1
 * @param eps ε, from 0 (plain cross-entropy) to 1
 * @param pad the id that fills, which may be 0; without one all rows count
 * @returns a scalar
 * @see Vaswani et al. 2017, §5.4; Szegedy et al. 2016, §7
 */
export function smoothedCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, eps: number, pad?: number): tf.Tensor {
  // TODO: spread ε over the classes, weigh the log-probabilities with q, and average over the rows that are no padding.
  // #region solution
  const [, classes = 0] = logits.shape;
  const right = tf.oneHot(targets, classes).cast("float32"); // [N, V]
  const q = right.mul(1 - eps).add(eps / classes); // [N, V]
  const losses = q.mul(tf.logSoftmax(logits)).sum(1).neg(); // [N]
  if (pad === undefined) return losses.mean();

  const counts = tf.notEqual(targets, pad).cast("float32"); // [N]
  return losses.mul(counts).sum().div(counts.sum().maximum(1));
  // #endregion
}
