/** Attention with several heads: each with all of its own, with one key and value for all, or with projections that they share. */
import * as tf from "@tensorflow/tfjs";
import type { Attention, CollaborativeParams, MultiHeadParams, MultiQueryParams } from "../exercises/types.js";
import { stableSoftmax } from "./attention.js";
import { scaledDotProductAttention } from "./self-attention.js";

/**
 * The columns of each token shared out among h heads: head i gets columns i·dk … (i+1)·dk − 1.
 *
 * @param x [B, T, d]
 * @param h number of heads, divides d
 * @returns [B, h, T, d/h]
 * @throws RangeError when h does not divide d
 * @see Vaswani et al. 2017, §3.2.2
 */
export function splitHeads(x: tf.Tensor, h: number): tf.Tensor {
  const [B = 0, T = 0, d = 0] = x.shape;
  if (d % h !== 0) {
    throw new RangeError(`splitHeads: d is ${d} and h is ${h}, expected h to divide d; choose another number of heads`);
  }
  return x.reshape([B, T, h, d / h]).transpose([0, 2, 1, 3]);
}

/**
 * The inverse of `splitHeads`: the heads of each token side by side, in order.
 *
 * @param x [B, h, T, dk]
 * @returns [B, T, h·dk]
 * @see Vaswani et al. 2017, §3.2.2
 */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [B = 0, h = 0, T = 0, dk = 0] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([B, T, h * dk]);
}

/**
 * Multi-head attention: h scaled dot-product attentions side by side, each on its own columns of the queries, keys and
 * values (dk = d/h); what they find is put side by side in order, and times wo.
 *
 * @param xq [B, n, d] the tokens that ask
 * @param xkv [B, m, d] the tokens that are looked at
 * @param p weights; biases that are missing are 0
 * @param h number of heads, divides d
 * @param mask bool, broadcastable to [B, h, n, m], true where a query may look at a key; all may without one
 * @returns the output [B, n, d] and the weights of each head [B, h, n, m]
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
  const query = splitHeads(affine(xq, p.wq, p.bq), h); // [B, h, n, dk]
  const key = splitHeads(affine(xkv, p.wk, p.bk), h); // [B, h, m, dk]
  const value = splitHeads(affine(xkv, p.wv, p.bv), h); // [B, h, m, dk]
  const { output, weights } = scaledDotProductAttention(query, key, value, mask);
  return { output: affine(mergeHeads(output), p.wo, p.bo), weights };
}

/**
 * Multi-query attention: h queries as in multi-head attention, and one key and one value of width dk = d/h that all heads
 * share.
 *
 * @param x [B, n, d]
 * @param p weights: wq and wo [d, d], wk and wv [d, dk]
 * @param h number of heads, divides d
 * @param mask bool, broadcastable to [B, h, n, n], true where a query may look at a key; all may without one
 * @returns the output [B, n, d] and the weights of each head [B, h, n, n]
 * @throws RangeError when h does not divide d
 * @see Shazeer 2019, §3; Chowdhery et al. 2022 (PaLM), §2
 */
export function multiQueryAttention(x: tf.Tensor, p: MultiQueryParams, h: number, mask?: tf.Tensor): Attention {
  const query = splitHeads(affine(x, p.wq), h); // [B, h, n, dk]
  const [key, value] = [p.wk, p.wv].map((w) => affine(x, w).expandDims(1).tile([1, h, 1, 1])) as [tf.Tensor, tf.Tensor];
  const { output, weights } = scaledDotProductAttention(query, key, value, mask);
  return { output: affine(mergeHeads(output), p.wo), weights };
}

/**
 * How many numbers one layer keeps of one sequence while it generates: a key and a value of width dk for each token, and
 * for each head where the heads do not share them.
 *
 * @param tokens how many tokens there are so far
 * @param h number of heads
 * @param dk width of a key, and of a value
 * @param kind whether each head has keys and values of its own
 * @see Shazeer 2019, §3; Chowdhery et al. 2022 (PaLM), §2
 */
export function kvCacheSize(tokens: number, h: number, dk: number, kind: "multi-head" | "multi-query"): number {
  const keys = { "multi-head": h, "multi-query": 1 }[kind]; // of each token
  return 2 * dk * keys * tokens;
}

/**
 * Heads that share one query and one key projection of width D; each weighs the D columns in its own way:
 * weights_i = softmax(x·wq·diag(mixing_i)·wkᵀ·yᵀ/√dk), head_i = weights_i·y·wv_i; the heads side by side, times wo.
 *
 * @param x [n, d] the tokens that ask
 * @param y [m, d] the tokens that are looked at
 * @param p weights: wq and wk [d, D], mixing [h, D], wv [h, d, dv], wo [h·dv, d]
 * @param dk the width whose root divides the scores, which need not be D
 * @returns the output [n, d] and the weights of each head [h, n, m]
 * @see Cordonnier, Loukas & Jaggi 2020
 */
export function collaborativeAttention(x: tf.Tensor, y: tf.Tensor, p: CollaborativeParams, dk: number): Attention {
  const [h = 0] = p.mixing.shape;
  const query = tf.matMul(x, p.wq); // [n, D]
  const key = tf.matMul(y, p.wk); // [m, D]
  const heads = Array.from({ length: h }, (_, i) => {
    const scores = tf.matMul(query.mul(p.mixing.slice(i, 1)), key, false, true).div(Math.sqrt(dk)); // [n, m]
    const weights = stableSoftmax(scores); // [n, m]
    return { weights, output: tf.matMul(weights, tf.matMul(y, p.wv.slice(i, 1).squeeze([0]))) }; // [n, dv]
  });
  const side = tf.concat(
    heads.map(({ output }) => output),
    1,
  ); // [n, h·dv]
  return { output: tf.matMul(side, p.wo), weights: tf.stack(heads.map(({ weights }) => weights)) };
}

/**
 * The mixing that makes collaborative heads the heads of multi-head attention: row i is 1 in columns i·dk … (i+1)·dk − 1
 * and 0 elsewhere.
 *
 * @param h number of heads
 * @param dk width of a head
 * @returns [h, h·dk]
 * @see Cordonnier, Loukas & Jaggi 2020
 */
export function concatenationMixing(h: number, dk: number): tf.Tensor {
  const rows = Array.from({ length: h }, (_, i) =>
    Array.from({ length: h * dk }, (_, column) => (column >= i * dk && column < (i + 1) * dk ? 1 : 0)),
  );
  return tf.tensor2d(rows, [h, h * dk], "float32");
}

/** x·w + b, token by token. */
function affine(x: tf.Tensor, w: tf.Tensor, b?: tf.Tensor): tf.Tensor {
  const [inner = 0, outer = 0] = w.shape;
  const product = tf.matMul(x.reshape([-1, inner]), w).reshape([...x.shape.slice(0, -1), outer]);
  return b === undefined ? product : product.add(b);
}
