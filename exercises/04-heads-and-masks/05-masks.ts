import * as tf from "@tensorflow/tfjs";

/**
 * The mask of a model that writes from left to right: each position may look at itself and at those before it.
 *
 *     causal[i, j] = (j ≤ i)
 *
 * @param n length, at least 1
 * @returns [n, n] bool, true where query i may look at key j
 * @see Vaswani et al. 2017, §3.2.3
 */
export function causalMask(n: number): tf.Tensor {
  // TODO: compare the position of each key with that of each query.
  throw new Error("TODO 4.5: causalMask");
}

/**
 * The mask of a batch of sentences that were filled up to one length: nobody looks at the padding.
 *
 *     padding[b, 0, 0, j] = (ids[b, j] ≠ pad)
 *
 * The two axes of length 1 let it broadcast over heads and queries.
 *
 * @param ids [B, m] int32
 * @param pad the id that fills; it may be any id
 * @returns [B, 1, 1, m] bool, true where there is a word
 */
export function paddingMask(ids: tf.Tensor, pad: number): tf.Tensor {
  // TODO: find the words, and give the result the axes of heads and queries.
  throw new Error("TODO 4.5: paddingMask");
}

/**
 * What both masks allow.
 *
 * @param a bool, such as [n, n]
 * @param b bool, such as [B, 1, 1, n]
 * @returns bool, of the broadcast shape of the two, such as [B, 1, n, n]
 */
export function combineMasks(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  // TODO: a query may look at a key only where both masks say so.
  throw new Error("TODO 4.5: combineMasks");
}
