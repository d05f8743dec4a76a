/** What training makes small. */
import * as tf from "@tensorflow/tfjs";

/**
 * Cross-entropy against smoothed targets: the mean over the rows that count of −Σ q·log softmax(logits), where
 * q = (1 − ε)·onehot(target) + ε/V.
 *
 * @param logits [N, V]
 * @param targets [N] int32
 * @param eps how much of the probability is spread over all V classes
 * @param pad rows with this target do not count; without it all do
 * @returns a scalar; 0 when no row counts
 * @see Vaswani et al. 2017, §5.4; Szegedy et al. 2016, §7
 */
export function smoothedCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, eps: number, pad?: number): tf.Tensor {
  const [, classes = 0] = logits.shape;
  const logs = tf.logSoftmax(logits); // [N, V]
  const ofTarget = logs.mul(tf.oneHot(targets, classes)).sum(1); // [N]
  const losses = ofTarget.mul(eps - 1).sub(logs.mean(1).mul(eps)); // [N]
  const counts = (pad === undefined ? tf.onesLike(targets) : targets.notEqual(tf.scalar(pad, "int32"))).cast("float32"); // [N]
  return losses.mul(counts).sum().div(counts.sum().maximum(1));
}
