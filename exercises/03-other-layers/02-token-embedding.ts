import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";

/**
 * The vectors of words: row ids[b, t] of the table for each of them.
 *
 *     embed(ids) = onehot(ids) · table
 *
 * The gradient is graded too: build the result from tensor operations. A word that occurs more than once adds up the
 * gradients of all its places in its row of the table.
 *
 * @param ids [B, T] int32, each from 0 to V − 1
 * @param table [V, d], V ≥ 2
 * @returns [B, T, d]
 * @see Vaswani et al. 2017, §3.4
 */
export function embed(ids: tf.Tensor, table: tf.Tensor): tf.Tensor {
  // TODO: turn the ids into rows of zeros with a single one, and multiply them by the table.
  throw new Error("TODO 3.2: embed");
}

/**
 * What enters a transformer: the vectors of the words, with the vectors of their places added.
 *
 *     x[b, t] = √d · embed(ids)[b, t] + positions[t]   the factor √d only if scale
 *
 * The positions are not scaled. The gradient is graded too: build the result from tensor operations.
 *
 * @param ids [B, T] int32, each from 0 to V − 1
 * @param table [V, d], V ≥ 2
 * @param positions [L, d], L ≥ T: the first T rows are used, the same for every example
 * @param scale whether the vectors of the words are multiplied by √d
 * @returns [B, T, d]
 * @throws RangeError when the sentences are longer than there are positions (T > L)
 * @see Vaswani et al. 2017, §3.4–3.5
 */
export function inputEncoding(ids: tf.Tensor, table: tf.Tensor, positions: tf.Tensor, scale = true): tf.Tensor {
  // TODO: embed the words, multiply by √d if scale says so, and add the first T positions to every example.
  throw new Error("TODO 3.2: inputEncoding");
}
