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
  throw new Error("TODO 5.4: layerNormGradient");
}
