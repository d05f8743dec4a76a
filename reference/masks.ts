/** Masks: true where a query may look at a key. */
import * as tf from "@tensorflow/tfjs";

/**
 * Each position may look at itself and at those before it.
 *
 * @param n length
 * @returns [n, n] bool, true at [i, j] where j ≤ i
 * @see Vaswani et al. 2017, §3.2.3
 */
export function causalMask(n: number): tf.Tensor {
  const positions = tf.range(0, n, 1, "int32");
  return tf.lessEqual(positions.expandDims(0), positions.expandDims(1));
}

/**
 * Every query may look at the words, none at the padding.
 *
 * @param ids [B, m] int32
 * @param pad the id that fills
 * @returns [B, 1, 1, m] bool, true where there is a word
 */
export function paddingMask(ids: tf.Tensor, pad: number): tf.Tensor {
  return tf.notEqual(ids, tf.scalar(pad, "int32")).expandDims(1).expandDims(1);
}

/**
 * What both masks allow.
 *
 * @param a bool
 * @param b bool
 * @returns bool, the broadcast shape of the two
 */
export function combineMasks(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.logicalAnd(a, b);
}
