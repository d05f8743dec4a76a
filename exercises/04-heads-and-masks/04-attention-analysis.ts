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
  throw new Error("TODO 4.4: headEntropies");
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
  throw new Error("TODO 4.4: relativeFocus");
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
  throw new Error("TODO 4.4: attentionToDelimiters");
}

/**
 * How far each head looks: mean_i Σ_j α_ij·|i − j|.
 *
 * @param weights [L, h, n, n]
 * @returns [L, h], in tokens
 */
export function meanDistance(weights: tf.Tensor): tf.Tensor {
  // TODO: weigh each distance with the attention it gets, then take the mean over the queries.
  throw new Error("TODO 4.4: meanDistance");
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
  throw new Error("TODO 4.4: headDivergences");
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
  throw new Error("TODO 4.4: wordAttention");
}
