/** Self-attention: scaled dot-product attention, how its scores spread, and attention of a sequence to itself. */
import * as tf from "@tensorflow/tfjs";
import type { Attention, AttentionParams, ScoreStatistics } from "../exercises/types.js";
import { stableSoftmax } from "./attention.js";

/**
 * Scaled dot-product attention: weights = softmax(q·kᵀ/√dk) over the keys, output = weights·v; masked scores become
 * −1e9.
 *
 * @param q [..., n, dk]
 * @param k [..., m, dk]
 * @param v [..., m, dv]
 * @param mask bool, broadcastable to [..., n, m], true where a query may attend to a key; all may without one
 * @returns the output [..., n, dv] and the weights [..., n, m] that mixed it
 * @see Vaswani et al. 2017, eq. 1
 */
export function scaledDotProductAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): Attention {
  const width = k.shape[k.rank - 1] ?? 0; // dk
  const scores = tf.matMul(q.mul(width ** -0.5), k, false, true); // [..., n, m]
  const keep = mask?.cast("float32") ?? tf.scalar(1); // 1 where allowed
  const weights = stableSoftmax(scores.mul(keep).add(keep.sub(1).mul(1e9))); // [..., n, m]
  return { output: tf.matMul(weights, v), weights };
}

/**
 * How large the scores S = q·kᵀ are, divided by √d or not, and what softmax makes of them: the variance of all n·m
 * scores; the mean over the rows p of softmax(S) of the entropy −Σ_j p_j ln p_j; the mean over the rows of the norm of
 * the Jacobian, ‖diag(p) − p pᵀ‖_F.
 *
 * @param q [n, d]
 * @param k [m, d]
 * @param scaled whether the scores are divided by √d
 * @returns variance, entropy in nats and jacobianNorm, in plain numbers
 * @see Vaswani et al. 2017, §3.2.1, the footnote on the variance of q·k
 */
export function scoreStatistics(q: tf.Tensor, k: tf.Tensor, scaled: boolean): ScoreStatistics {
  const divisor = scaled ? Math.sqrt(q.shape[1] ?? 1) : 1;
  const products = tf.matMul(k, q, false, true).transpose().arraySync() as number[][]; // [n][m]
  const scores = products.map((row) => row.map((product) => product / divisor)); // [n][m]
  const all = scores.flat();
  const center = mean(all);
  const rows = scores.map(softmaxOf); // [n][m]
  return {
    variance: mean(all.map((score) => (score - center) ** 2)),
    entropy: mean(rows.map((p) => -sum(p.map((x) => (x > 0 ? x * Math.log(x) : 0))))),
    jacobianNorm: mean(rows.map(normOfJacobian)),
  };
}

/** Softmax of one row of scores, in float64. */
function softmaxOf(row: readonly number[]): number[] {
  const greatest = Math.max(...row);
  const powers = row.map((score) => Math.exp(score - greatest));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** ‖diag(p) − p pᵀ‖_F: p_i(1 − p_i) on the diagonal, −p_i p_j beside it. */
function normOfJacobian(p: readonly number[]): number {
  const squares = sum(p.map((x) => x ** 2));
  const diagonal = sum(p.map((x) => (x * (1 - x)) ** 2));
  const beside = sum(p.map((x) => x ** 2 * (squares - x ** 2)));
  return Math.sqrt(Math.max(diagonal + beside, 0));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

/**
 * Attention of a sequence to itself: queries x·wq, keys x·wk and values x·wv into scaled dot-product attention.
 *
 * @param x [..., n, d]
 * @param p weights
 * @returns the output [..., n, dv] and the weights [..., n, n]
 * @see Vaswani et al. 2017, §3.2
 */
export function selfAttention(x: tf.Tensor, p: AttentionParams): Attention {
  return scaledDotProductAttention(timesMatrix(x, p.wq), timesMatrix(x, p.wk), timesMatrix(x, p.wv));
}

/** x [..., n, a] · w [a, b] → [..., n, b], with a copy of w for each example so that its gradient is summed over them. */
function timesMatrix(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const leading = x.shape.slice(0, -2);
  const copies = w.reshape([...leading.map(() => 1), ...w.shape]).tile([...leading, 1, 1]); // [..., a, b]
  return tf.matMul(x, copies);
}

/**
 * The matrix B = wq·wkᵀ, by which the scores of self-attention are x·B·xᵀ/√dk.
 *
 * @param wq [d, dk]
 * @param wk [d, dk]
 * @returns [d, d]
 * @see Vaswani et al. 2017, §3.2
 */
export function bilinearForm(wq: tf.Tensor, wk: tf.Tensor): tf.Tensor {
  return tf.matMul(wq, wk, false, true);
}
