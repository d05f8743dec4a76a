import * as tf from "@tensorflow/tfjs";
import type { AttentionParams, SelfAttentionGradient } from "../types.js";
import { attentionGradient } from "./02-attention-gradient.js";

/**
 * The gradient of a head of self-attention by its tokens and weights, derived by hand (`tf.grad` and its like are not
 * allowed here).
 *
 *     forward     Q = x·wq,   K = x·wk,   V = x·wv,   O = attention of the three
 *     backward    dQ, dK, dV from dO, as in 5.2
 *                 dwq = xᵀ·dQ,   dwk = xᵀ·dK,   dwv = xᵀ·dV
 *                 dx = dQ·wqᵀ + dK·wkᵀ + dV·wvᵀ        each token asks, is found and gives a value
 *
 * @param x [n, d]
 * @param p weights: wq [d, dk], wk [d, dk], wv [d, dv]
 * @param dOut dO [n, dv], the gradient of the loss by the output
 * @returns dx [n, d], dwq [d, dk], dwk [d, dk] and dwv [d, dv]
 */
export function selfAttentionGradient(x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor): SelfAttentionGradient {
  // TODO: project the tokens, take the gradient of attention, and lead it back to the weights and, by three ways, to x.
  throw new Error("TODO 5.3: selfAttentionGradient");
}
