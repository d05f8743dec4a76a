import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "../02-self-attention/01-scaled-dot-product-attention.js";
import { linear } from "../support.js";
import type { Attention, MultiQueryParams } from "../types.js";
import { mergeHeads, splitHeads } from "./01-multi-head-attention.js";

/**
 * Multi-query attention: every head asks with a query of its own, and all of them look at the same keys and values.
 *
 *     Q_i = columns i·dk … (i + 1)·dk − 1 of x·wq,   K = x·wk,   V = x·wv        dk = d/h
 *     weights_i = softmax(Q_i·Kᵀ / √dk),             head_i = weights_i·V
 *     output = [head_0 ; … ; head_(h−1)]·wo
 *
 * The gradient is graded too, and here `tf.matMul` sets a trap: of [B, h, n, dk] against [B, 1, n, dk] the values are wrong
 * as soon as B > 1, without an error, and there is no gradient. Fold the heads into the rows, [B, h·n, dk] against [B, n, dk] (a mask follows the same way), or repeat keys and
 * values with `tile`, which costs the memory that sharing them saves.
 *
 * @param x [B, n, d]
 * @param p weights: wq and wo [d, d], wk and wv [d, dk]
 * @param h number of heads, divides d
 * @param mask bool, broadcastable to [B, h, n, n], such as [n, n], [B, 1, 1, n] or [B, 1, n, n]: true where a query may
 *   attend to a key; all may without one
 * @returns the output [B, n, d] and the weights of every head [B, h, n, n]
 * @throws RangeError when h does not divide d, which `splitHeads` says already
 * @see Shazeer 2019, §3; Chowdhery et al. 2022 (PaLM), §2
 */
export function multiQueryAttention(x: tf.Tensor, p: MultiQueryParams, h: number, mask?: tf.Tensor): Attention {
  // TODO: split the queries alone, let the heads meet the one key and value, merge what they found, and project once more.
  // #region solution
  const [B = 0, n = 0] = x.shape;
  const query = splitHeads(linear(x, p.wq), h); // [B, h, n, dk]
  const dk = query.shape[3] ?? 0;

  // To keys and values that are shared, the queries of h heads are no more than h·n rows.
  const rows = query.reshape([B, h * n, dk]);
  const allowed = mask?.logicalAnd(tf.ones([B, h, n, n], "bool")).reshape([B, h * n, n]);
  const { output, weights } = scaledDotProductAttention(rows, linear(x, p.wk), linear(x, p.wv), allowed);

  const heads = output.reshape([B, h, n, dk]);
  return { output: linear(mergeHeads(heads), p.wo), weights: weights.reshape([B, h, n, n]) };
  // #endregion
}

/**
 * How many numbers one layer stores of one sequence while it writes: a model that generates word by word keeps the keys
 * and the values of all words so far. Each is dk numbers wide, and in multi-head attention every head has its own.
 *
 *     multi-head: tokens · 2 · h · dk        multi-query: tokens · 2 · dk
 *
 * @param tokens length of the sequence so far
 * @param h number of heads
 * @param dk width of a key, and of a value
 * @param kind which attention the layer has
 * @returns a plain number: how many numbers, not how many bytes
 * @see Shazeer 2019, §3; Chowdhery et al. 2022 (PaLM), §2
 */
export function kvCacheSize(tokens: number, h: number, dk: number, kind: "multi-head" | "multi-query"): number {
  // TODO: count keys and values, for as many heads as have their own.
  // #region solution
  const owners = kind === "multi-head" ? h : 1;
  return tokens * 2 * owners * dk;
  // #endregion
}
