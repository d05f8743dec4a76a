import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import { linear } from "../support.js";
import type { Attention, AttentionParams } from "../types.js";
import { causalMask } from "./05-masks.js";

/**
 * Softmax over the keys that a mask allows.
 *
 *     s'_ij = s_ij where the mask is true, −1e9 where it is false
 *     weights = softmax(s') over the keys j
 *
 * The weights of forbidden keys are exactly 0. A row that may look nowhere gets finite numbers, whichever they are.
 *
 * @param scores [..., n, m]
 * @param mask bool, broadcastable to the scores: true where a query may look at a key
 * @returns [..., n, m], each row that may look somewhere sums to 1
 * @see Vaswani et al. 2017, §3.2.3
 */
export function maskedSoftmax(scores: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  // TODO: replace the forbidden scores, then take the softmax over the keys.
  // #region solution
  return stableSoftmax(tf.where(mask, scores, -1e9));
  // #endregion
}

/**
 * Self-attention of a model that writes from left to right: token i looks at the tokens 0 to i.
 *
 *     Q = x·wq,   K = x·wk,   V = x·wv
 *     weights = masked softmax of Q·Kᵀ/√dk with the causal mask,   output = weights·V
 *
 * The gradient of this function is graded too: build the result, and that of maskedSoftmax, from tensor operations.
 *
 * @param x [..., n, d]
 * @param p weights: wq [d, dk], wk [d, dk], wv [d, dv]
 * @returns the output [..., n, dv] and the weights [..., n, n]
 * @see Vaswani et al. 2017, §3.2.3
 */
export function causalSelfAttention(x: tf.Tensor, p: AttentionParams): Attention {
  // TODO: project the tokens, scale the scores, hide the future, and mix the values.
  // #region solution
  const [n = 0] = x.shape.slice(-2);
  const [, dk = 1] = p.wq.shape;
  const scores = tf.matMul(linear(x, p.wq), linear(x, p.wk), false, true).div(Math.sqrt(dk)); // [..., n, n]
  const weights = maskedSoftmax(scores, causalMask(n)); // [..., n, n]
  return { output: tf.matMul(weights, linear(x, p.wv)), weights };
  // #endregion
}
