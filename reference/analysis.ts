/** What the heads of a trained model look at, in numbers. All weights are [L, h, n, n], and their rows sum to 1. */
import * as tf from "@tensorflow/tfjs";
import type { RelativeFocus } from "../exercises/types.js";

/**
 * How widely each head looks: the mean over the queries of the entropy −Σ α ln α, with 0·ln 0 = 0.
 *
 * @param weights [L, h, n, n]
 * @returns [L, h], in nats
 * @see Clark et al. 2019, §3.3
 */
export function headEntropies(weights: tf.Tensor): tf.Tensor {
  return xLogX(weights).sum(-1).neg().mean(-1);
}

/**
 * The mean weight on the token before, on the token itself and on the one after it; always divided by n.
 *
 * @param weights [L, h, n, n]
 * @returns each [L, h]
 * @see Clark et al. 2019, §3.1
 */
export function relativeFocus(weights: tf.Tensor): RelativeFocus {
  const at = (shift: number) => weights.mul(where(weights, (i, j) => j === i + shift)).sum([-2, -1]);
  const n = weights.shape.at(-1) ?? 1;
  return { previous: at(-1).div(n), current: at(0).div(n), next: at(1).div(n) };
}

/**
 * The mean weight on delimiters.
 *
 * @param weights [L, h, n, n]
 * @param isDelimiter one for each of the n tokens
 * @returns [L, h]
 * @see Clark et al. 2019, §3.2
 */
export function attentionToDelimiters(weights: tf.Tensor, isDelimiter: boolean[]): tf.Tensor {
  return weights
    .mul(tf.tensor1d(isDelimiter.map(Number)))
    .sum(-1)
    .mean(-1);
}

/**
 * How far each head looks: the mean over the queries of Σ_j α_ij·|i − j|.
 *
 * @param weights [L, h, n, n]
 * @returns [L, h], in tokens
 */
export function meanDistance(weights: tf.Tensor): tf.Tensor {
  return weights
    .mul(where(weights, (i, j) => Math.abs(i - j)))
    .sum(-1)
    .mean(-1);
}

/**
 * How differently heads look: for each pair of them the mean over the queries of the Jensen–Shannon divergence.
 *
 * @param weights [L, h, n, n]
 * @returns [L·h, L·h] in nats, head (l, i) at index l·h + i
 * @see Clark et al. 2019, §6
 */
export function headDivergences(weights: tf.Tensor): tf.Tensor {
  const [L = 0, h = 0, n = 0] = weights.shape;
  const p = weights.reshape([L * h, 1, n, n]);
  const q = weights.reshape([1, L * h, n, n]);
  const mean = p.add(q).div(2); // [L·h, L·h, n, n]
  const halves = xLogX(p).add(xLogX(q)).div(2); // [L·h, L·h, n, n]
  return halves.sub(xLogX(mean)).sum(-1).mean(-1);
}

/**
 * Attention between words of several pieces: the sum over the pieces that are looked at, the mean over those that look.
 *
 * @param weights [n, n]
 * @param groups the word of each of the n tokens: 0..w−1, non-decreasing
 * @returns [w, w], rows sum to 1
 * @see Clark et al. 2019, §4.1
 */
export function wordAttention(weights: tf.Tensor, groups: number[]): tf.Tensor {
  const words = 1 + Math.max(...groups);
  const member = tf.tensor2d(
    Array.from({ length: words }, (_, word) => groups.map((own) => Number(own === word))),
    [words, groups.length],
  ); // [w, n]
  const looking = member.div(member.sum(1, true)); // [w, n], rows sum to 1
  return tf.matMul(looking.matMul(weights), member, false, true);
}

/** x·ln x, and 0 where x is 0. */
const xLogX = (x: tf.Tensor): tf.Tensor => x.mul(tf.log(tf.where(x.greater(0), x, 1)));

/** A matrix [n, n] of what `f` says of each query i and key j. */
function where(weights: tf.Tensor, f: (i: number, j: number) => number | boolean): tf.Tensor {
  const n = weights.shape.at(-1) ?? 0;
  const entry = (i: number) => Array.from({ length: n }, (_, j) => Number(f(i, j)));
  return tf.tensor2d(
    Array.from({ length: n }, (_, i) => entry(i)),
    [n, n],
  );
}
