import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import type { Attention } from "../types.js";

/**
 * Scaled dot-product attention: every query is compared with every key, and takes an average of the values.
 *
 *     weights = softmax(q·kᵀ / √dk), row by row      output = weights·v
 *
 * Masked scores are replaced by −1e9 before the softmax. The fill is finite, so a query that may attend nowhere gets
 * uniform weights; with −Infinity they would be NaN.
 *
 * The leading axes `...` may be none, [B] or [B, h]; q, k and v have the same ones. The gradient is graded too: build
 * the result from tensor operations.
 *
 * @param q [..., n, dk]
 * @param k [..., m, dk]
 * @param v [..., m, dv]
 * @param mask bool, broadcastable to [..., n, m], such as [n, m], [B, 1, 1, m] or [B, 1, n, m]: true where a query may
 *   attend to a key; all may without one
 * @returns the output [..., n, dv] and the weights [..., n, m] that mixed it
 * @see Vaswani et al. 2017, eq. 1
 */
export function scaledDotProductAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): Attention {
  // TODO: score every query against every key, scale, replace what is masked, normalise over the keys, mix the values.
  // #region solution
  const dk = q.shape.at(-1) ?? 1;
  const scores = tf.matMul(q, k, false, true).div(Math.sqrt(dk)); // [..., n, m]
  const allowed = mask === undefined ? scores : tf.where(mask, scores, -1e9); // [..., n, m]
  const weights = stableSoftmax(allowed); // [..., n, m]
  return { output: tf.matMul(weights, v), weights };
  // #endregion
}
