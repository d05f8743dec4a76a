/** Attention: softmax, alignment scores, contexts. */
import * as tf from "@tensorflow/tfjs";

/**
 * Softmax over the last axis, the maximum taken per row.
 *
 * @param x [..., n]
 * @returns [..., n]
 * @see Vaswani et al. 2017, eq. 1; Bahdanau et al. 2014, eq. 6
 */
export function stableSoftmax(x: tf.Tensor): tf.Tensor {
  return tf.softmax(x, -1);
}
