import * as tf from "@tensorflow/tfjs";
import type { RelativeFocus } from "../types.js";

/**
 * How widely each head looks: the mean over its queries of the entropy of their weights.
 *
 *     H_i = −Σ_j α_ij·ln α_ij,   with 0·ln 0 = 0        0 for one token, ln n for all alike
 *
 * @param weights [L, h, n, n] of all heads of all layers; rows sum to 1 and may hold zeros
 * @returns [L, h], in nats
 * @see Clark et al. 2019, §3.3
 */
export function headEntropies(weights: tf.Tensor): tf.Tensor {
  // TODO: the entropy of each row, without NaN where a weight is 0, then the mean over the rows.
  // #region solution
  const logs = tf.log(tf.where(weights.greater(0), weights, 1)); // ln 1 = 0 in place of ln 0
  return weights.mul(logs).sum(-1).neg().mean(-1);
  // #endregion
}

/**
 * How much each head looks at the token before, at the token itself, and at the one after it.
 *
 *     previous = (1/n)·Σ_i α[i, i−1],   current = (1/n)·Σ_i α[i, i],   next = (1/n)·Σ_i α[i, i+1]
 *
 * The first token has none before it and the last none after it, but all three sums are divided by n.
 *
 * @param weights [L, h, n, n]
 * @returns each [L, h]
 * @see Clark et al. 2019, §3.1
 */
export function relativeFocus(weights: tf.Tensor): RelativeFocus {
  // TODO: sum the diagonal and its two neighbours, and divide by n.
  // #region solution
  const [n = 1] = weights.shape.slice(-1);
  const shift = tf.range(0, n).expandDims(0).sub(tf.range(0, n).expandDims(1)); // [n, n], j − i
  const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([-2, -1]).div(n); // [L, h]
  return { previous: at(-1), current: at(0), next: at(1) };
  // #endregion
}

/**
 * How much each head looks at delimiters, such as [SEP] and the full stop: mean_i Σ_{j delimiter} α_ij.
 *
 * @param weights [L, h, n, n]
 * @param isDelimiter whether each of the n tokens is one
 * @returns [L, h]
 * @see Clark et al. 2019, §3.2
 */
export function attentionToDelimiters(weights: tf.Tensor, isDelimiter: boolean[]): tf.Tensor {
  // TODO: for each query sum the weights of the delimiters, then take the mean over the queries.
  // #region solution
  const columns = tf.tensor1d(isDelimiter, "bool").cast("float32"); // [n]
  return weights.mul(columns).sum(-1).mean(-1);
  // #endregion
}

/**
 * How far each head looks: mean_i Σ_j α_ij·|i − j|.
 *
 * @param weights [L, h, n, n]
 * @returns [L, h], in tokens
 */
export function meanDistance(weights: tf.Tensor): tf.Tensor {
  // TODO: weigh each distance with the attention it gets, then take the mean over the queries.
  // #region solution
  const [n = 0] = weights.shape.slice(-1);
  const distance = tf.range(0, n).expandDims(1).sub(tf.range(0, n)).abs(); // [n, n]
  return weights.mul(distance).sum(-1).mean(-1);
  // #endregion
}

/**
 * How differently two heads look, for all pairs: the mean over the queries of the Jensen–Shannon divergence.
 *
 *     m = (p + q)/2,   JS(p, q) = ½·KL(p ‖ m) + ½·KL(q ‖ m),   KL(p ‖ m) = Σ_j p_j·ln(p_j/m_j), with 0·ln 0 = 0
 *
 * It is symmetric, 0 for equal heads, and at most ln 2.
 *
 * @param weights [L, h, n, n]
 * @returns [L·h, L·h], in nats; head i of layer l stands at index l·h + i
 * @see Clark et al. 2019, §6
 */
export function headDivergences(weights: tf.Tensor): tf.Tensor {
  // TODO: compare the rows of each pair of heads with their mean, without NaN where both are 0.
  // #region solution
  const [L = 0, h = 0, n = 0] = weights.shape;
  const heads = weights.reshape([L * h, n, n]);
  const [p, q] = [heads.expandDims(1), heads.expandDims(0)]; // [L·h, 1, n, n] and [1, L·h, n, n]
  const m = p.add(q).div(2); // [L·h, L·h, n, n]
  const log = (x: tf.Tensor) => tf.log(tf.where(x.greater(0), x, 1));
  const divergence = (x: tf.Tensor) => x.mul(log(x).sub(log(m))).sum(-1); // [L·h, L·h, n]
  return divergence(p).add(divergence(q)).div(2).mean(-1);
  // #endregion
}

/**
 * Attention between whole words, where a tokenizer has cut some into pieces.
 *
 *     W[a, b] = mean over the pieces i of a of Σ_{j piece of b} α_ij
 *
 * Sum over the pieces that are looked at, mean over the pieces that look: so the rows of W sum to 1 again.
 *
 * @param weights [n, n] of one head
 * @param groups the word of each of the n tokens: 0 … w−1, each at least once, non-decreasing
 * @returns [w, w]
 * @see Clark et al. 2019, §4.1
 */
export function wordAttention(weights: tf.Tensor, groups: number[]): tf.Tensor {
  // TODO: put the columns of each word together by their sum, and the rows by their mean.
  // #region solution
  const w = (groups.at(-1) ?? -1) + 1;
  const pieces = Array.from({ length: w }, (_, word) => groups.map((group) => (group === word ? 1 : 0)));
  const member = tf.tensor2d(pieces, [w, groups.length]); // [w, n]
  const sums = tf.matMul(weights, member, false, true); // [n, w]
  return tf.matMul(member, sums).div(member.sum(1, true)); // [w, w]
  // #endregion
}
