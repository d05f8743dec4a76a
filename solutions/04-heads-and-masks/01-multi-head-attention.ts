import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "../02-self-attention/01-scaled-dot-product-attention.js";
import { linear } from "../support.js";
import type { Attention, MultiHeadParams } from "../types.js";

/**
 * The columns of each token shared out among h heads. Every head gets neighbouring columns, dk = d/h of them:
 *
 *     head i owns columns i·dk … (i + 1)·dk − 1
 *
 * @param x [B, T, d]
 * @param h number of heads, divides d
 * @returns [B, h, T, dk]
 * @throws RangeError when h does not divide d
 * @see Vaswani et al. 2017, §3.2.2
 */
export function splitHeads(x: tf.Tensor, h: number): tf.Tensor {
  // TODO: refuse an h that does not divide d, cut the columns of each token into heads, and bring the heads to the front.
  // #region solution
  const [B = 0, T = 0, d = 0] = x.shape;
  if (d % h !== 0) {
    throw new RangeError(`splitHeads: h is ${h} and d is ${d}, expected h to divide d; choose another number of heads`);
  }
  return x.reshape([B, T, h, d / h]).transpose([0, 2, 1, 3]);
  // #endregion
}

/**
 * The inverse of `splitHeads`: the heads of each token side by side, in order.
 *
 *     [head_0 ; head_1 ; … ; head_(h−1)]
 *
 * @param x [B, h, T, dk]
 * @returns [B, T, h·dk]
 * @see Vaswani et al. 2017, §3.2.2
 */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  // TODO: bring what the heads say of one token together, then make one row of it.
  // #region solution
  const [B = 0, h = 0, T = 0, dk = 0] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([B, T, h * dk]);
  // #endregion
}

/**
 * Multi-head attention: h attentions side by side, each on its own columns of the queries, keys and values.
 *
 *     Q = xq·wq + bq,   K = xkv·wk + bk,   V = xkv·wv + bv
 *     head_i = scaled dot-product attention of the columns of head i, whose scores are divided by √dk, dk = d/h
 *     output = [head_0 ; … ; head_(h−1)]·wo + bo
 *
 * A bias that is missing is not added. Self-attention passes the same tokens twice. The gradient is graded too: build the
 * result from tensor operations.
 *
 * @param xq [B, n, d] the tokens that ask
 * @param xkv [B, m, d] the tokens that are looked at
 * @param p weights: wq, wk, wv, wo [d, d], and, where present, bq, bk, bv, bo [d]
 * @param h number of heads, divides d
 * @param mask bool, broadcastable to [B, h, n, m], such as [n, m], [B, 1, 1, m] or [B, 1, n, m]: true where a query may
 *   attend to a key; all may without one
 * @returns the output [B, n, d] and the weights of every head [B, h, n, m]
 * @throws RangeError when h does not divide d
 * @see Vaswani et al. 2017, §3.2.2
 */
export function multiHeadAttention(
  xq: tf.Tensor,
  xkv: tf.Tensor,
  p: MultiHeadParams,
  h: number,
  mask?: tf.Tensor,
): Attention {
  // TODO: project, split into heads, let every head attend, merge what they found, and project once more.
  // #region solution
  const query = splitHeads(linear(xq, p.wq, p.bq), h); // [B, h, n, dk]
  const key = splitHeads(linear(xkv, p.wk, p.bk), h); // [B, h, m, dk]
  const value = splitHeads(linear(xkv, p.wv, p.bv), h); // [B, h, m, dk]
  const { output, weights } = scaledDotProductAttention(query, key, value, mask); // [B, h, n, dk], [B, h, n, m]
  return { output: linear(mergeHeads(output), p.wo, p.bo), weights };
  // #endregion
}
