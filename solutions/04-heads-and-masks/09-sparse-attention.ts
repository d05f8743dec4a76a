import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";

/**
 * Attention of each query to a short list of keys, without ever making a matrix of n·n scores: memory and time grow
 * with n·w.
 *
 *     score_ij = q_i·k_j / √dk    for the keys j in row i of indices that are valid
 *     weights_i = softmax over these j alone
 *     output_i = Σ_j weights_ij · v_j
 *
 * Rows have lists of different length. The rest of a row is filler: valid is false there and the index is 0. The score
 * of filler is replaced by −1e9. Valid indices of a row are distinct. A row without any valid key gets finite numbers,
 * whichever they are.
 *
 * Nothing on the way may hold n·n numbers or take n·n steps: it is asked about 36 864 positions as well, for which there is
 * neither the memory nor the time. n is much larger than w, dk and dv.
 *
 * @param q [n, dk]
 * @param k [n, dk]
 * @param v [n, dv]
 * @param indices [n, w] int32, which keys each query looks at
 * @param valid [n, w] bool, false where an index is filler
 * @returns [n, dv]
 * @see Child et al. 2019, §4
 */
export function sparseAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  indices: tf.Tensor,
  valid: tf.Tensor,
): tf.Tensor {
  // TODO: fetch the w keys and values of each query, score them, hide the filler, normalise over w, mix the values.
  // #region solution
  const [, dk = 1] = q.shape;
  const keys = tf.gather(k, indices); // [n, w, dk]
  const values = tf.gather(v, indices); // [n, w, dv]
  const scores = tf.matMul(q.expandDims(1), keys, false, true).squeeze([1]).div(Math.sqrt(dk)); // [n, w]
  const weights = stableSoftmax(tf.where(valid, scores, -1e9)); // [n, w]
  return tf.matMul(weights.expandDims(1), values).squeeze([1]); // [n, dv]
  // #endregion
}
