import * as tf from "@tensorflow/tfjs";
import type { LayerNormGradient, NormParams } from "../types.js";

/**
 * The gradient of layer normalisation, derived by hand (`tf.grad` and its like are not allowed here).
 *
 *     forward     x̂ = (x − μ)/√(σ² + ε),   y = γ ⊙ x̂ + β        μ and σ² of each token, over the last axis
 *     backward    g = dOut ⊙ γ
 *                 dx = (g − mean(g) − x̂·mean(g ⊙ x̂))/√(σ² + ε)    means over the last axis
 *                 dγ = Σ dOut ⊙ x̂,   dβ = Σ dOut                     over all other axes
 *
 * The two means are there because μ and σ depend on every entry of the token.
 *
 * @param x [..., d]
 * @param p gamma and beta [d]
 * @param dOut [..., d], the gradient of the loss by the output
 * @param eps ε, added to the variance
 * @returns dx [..., d], dgamma [d] and dbeta [d]
 */
export function layerNormGradient(x: tf.Tensor, p: NormParams, dOut: tf.Tensor, eps = 1e-5): LayerNormGradient {
  // TODO: normalise once more; take out of g its mean and its part along x̂; sum for gamma and beta.
  // #region solution
  const [d = 1] = x.shape.slice(-1);
  const { mean, variance } = tf.moments(x, -1, true); // [..., 1]
  const deviation = tf.sqrt(variance.add(eps)); // [..., 1]
  const normal = x.sub(mean).div(deviation); // x̂ [..., d]
  const g = dOut.mul(p.gamma); // [..., d]
  const along = g.mul(normal).mean(-1, true); // [..., 1]
  const dx = g.sub(g.mean(-1, true)).sub(normal.mul(along)).div(deviation); // [..., d]

  const rows = (tensor: tf.Tensor) => tensor.reshape([-1, d]); // every token a row
  return { dx, dgamma: rows(dOut.mul(normal)).sum(0), dbeta: rows(dOut).sum(0) };
  // #endregion
}
