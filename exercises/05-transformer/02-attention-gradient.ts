import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "../02-self-attention/01-scaled-dot-product-attention.js";
import type { AttentionGradient } from "../types.js";
import { softmaxVjp } from "./01-softmax-jacobian.js";

/**
 * The gradient of scaled dot-product attention, derived by hand (`tf.grad` and its like are not allowed here).
 *
 *     forward     S = q·kᵀ/√dk,   A = softmax(S),   O = A·v
 *     backward    dV = Aᵀ·dO
 *                 dA = dO·vᵀ
 *                 dS = A ⊙ (dA − rowsum(dA ⊙ A)), and 0 where the mask forbids
 *                 dQ = dS·k/√dk,   dK = dSᵀ·q/√dk
 *
 * A query that may look nowhere has uniform weights in 2.1, so its dS is not 0 by itself: there too it is to be set to 0,
 * since scores of −1e9 do not depend on q and k. What such a query sends to dv is not graded, but must be finite.
 *
 * @param q [..., n, dk]
 * @param k [..., m, dk]
 * @param v [..., m, dv]
 * @param dOut dO [..., n, dv], the gradient of the loss by the output O
 * @param mask bool, broadcastable to [..., n, m], true where a query may look at a key; all may without one
 * @returns dq, dk and dv, of the shapes of q, k and v
 */
export function attentionGradient(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  dOut: tf.Tensor,
  mask?: tf.Tensor,
): AttentionGradient {
  // TODO: get the weights once more, and follow the gradient back: to the values, through softmax, to queries and keys.
  throw new Error("TODO 5.2: attentionGradient");
}
