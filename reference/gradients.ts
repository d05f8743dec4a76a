/** Gradients derived by hand: of softmax, of attention, of self-attention and of layer normalisation. */
import * as tf from "@tensorflow/tfjs";
import type {
  AttentionGradient,
  AttentionParams,
  LayerNormGradient,
  NormParams,
  SelfAttentionGradient,
} from "../exercises/types.js";
import { scaledDotProductAttention } from "./self-attention.js";

/**
 * How each output of softmax changes with each input: diag(p) − p·pᵀ.
 *
 * @param p [n], an output of softmax
 * @returns [n, n]
 */
export function softmaxJacobian(p: tf.Tensor): tf.Tensor {
  const [n = 0] = p.shape;
  const column = p.reshape([n, 1]);
  return tf
    .eye(n)
    .mul(column)
    .sub(tf.matMul(column, column, false, true));
}

/**
 * The gradient that flows back through softmax: p ⊙ (g − Σ_k g_k p_k), row by row.
 *
 * @param p [..., n], an output of softmax
 * @param g [..., n], the gradient that comes from behind it
 * @returns [..., n]
 */
export function softmaxVjp(p: tf.Tensor, g: tf.Tensor): tf.Tensor {
  const weighted = p.mul(g);
  return weighted.sub(p.mul(weighted.sum(-1, true)));
}

/**
 * The gradient of a function by central differences: (f(x + εe_i) − f(x − εe_i))/(2ε).
 *
 * @param f called twice for each entry of x
 * @param x where; left as it is
 * @param eps ε
 */
export function centralDifference(f: (x: number[]) => number, x: number[], eps = 1e-5): number[] {
  const moved = (i: number, by: number) => f(x.map((entry, j) => (j === i ? entry + by : entry)));
  return x.map((_, i) => (moved(i, eps) - moved(i, -eps)) / (2 * eps));
}

/**
 * The gradient of scaled dot-product attention by queries, keys and values.
 *
 * @param q [..., n, dk]
 * @param k [..., m, dk]
 * @param v [..., m, dv]
 * @param dOut [..., n, dv], the gradient that comes from behind
 * @param mask bool, broadcastable to [..., n, m]
 * @returns dq, dk and dv, of the shapes of q, k and v
 */
export function attentionGradient(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  dOut: tf.Tensor,
  mask?: tf.Tensor,
): AttentionGradient {
  const [width = 1] = q.shape.slice(-1);
  const { weights } = scaledDotProductAttention(q, k, v, mask);
  const slopes = softmaxVjp(weights, tf.matMul(dOut, v, false, true)); // [..., n, m]
  const dScores = (mask === undefined ? slopes : tf.where(mask, slopes, 0)).div(Math.sqrt(width)); // [..., n, m]
  return {
    dq: tf.matMul(dScores, k),
    dk: tf.matMul(dScores, q, true),
    dv: tf.matMul(weights, dOut, true),
  };
}

/**
 * The gradient of a head of self-attention by tokens and weights, as sums over pairs of a query t and a key s.
 *
 * @param x [n, d]
 * @param p weights
 * @param dOut [n, dv], the gradient that comes from behind
 * @returns of the shapes of x, wq, wk and wv
 */
export function selfAttentionGradient(x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor): SelfAttentionGradient {
  const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => tf.matMul(x, w)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const { output, weights } = scaledDotProductAttention(q, k, v);
  const [, dk = 1] = q.shape;
  // c_ts = α_ts·(v_s − o_t)·dO_t/√dk
  const heard = tf.matMul(dOut, v, false, true).sub(dOut.mul(output).sum(1, true)); // [n, n]
  const c = weights.mul(heard).div(Math.sqrt(dk)); // [n, n]
  const dwq = tf.matMul(x, c.matMul(k), true); // Σ c_ts·x_tᵀ·k_s
  const dwk = tf.matMul(c.matMul(x), q, true); // Σ c_ts·x_sᵀ·q_t
  const dwv = tf.matMul(weights.matMul(x), dOut, true); // Σ α_ts·x_sᵀ·dO_t
  const dx = tf.addN([
    tf.matMul(c.matMul(k), p.wq, false, true),
    tf.matMul(tf.matMul(c, q, true), p.wk, false, true),
    tf.matMul(tf.matMul(weights, dOut, true), p.wv, false, true),
  ]);
  return { dx, dwq, dwk, dwv };
}

/**
 * The gradient of layer normalisation by its input, gamma and beta.
 *
 * @param x [..., d]
 * @param p gamma and beta [d]
 * @param dOut [..., d], the gradient that comes from behind
 * @param eps added to the variance
 * @returns of the shapes of x, gamma and beta
 */
export function layerNormGradient(x: tf.Tensor, p: NormParams, dOut: tf.Tensor, eps = 1e-5): LayerNormGradient {
  const { mean, variance } = tf.moments(x, -1, true);
  const deviation = variance.add(eps).sqrt();
  const standard = x.sub(mean).div(deviation); // x̂
  const g = dOut.mul(p.gamma);
  const along = standard.mul(g.mul(standard).mean(-1, true));
  const others = x.shape.slice(0, -1).map((_, axis) => axis);
  return {
    dx: g.sub(g.mean(-1, true)).sub(along).div(deviation),
    dgamma: dOut.mul(standard).sum(others),
    dbeta: dOut.sum(others),
  };
}
