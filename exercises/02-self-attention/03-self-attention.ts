import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { Attention, AttentionParams } from "../types.js";
import { scaledDotProductAttention } from "./01-scaled-dot-product-attention.js";

/**
 * Attention of a sequence to itself: each token asks with a query, is found by a key, and gives a value.
 *
 *     Q = x·wq,   K = x·wk,   V = x·wv        and scaled dot-product attention of the three
 *
 * @param x [..., n, d], any number of leading axes; the examples of a batch do not see each other
 * @param p weights: wq [d, dk], wk [d, dk], wv [d, dv]
 * @returns the output [..., n, dv] and the weights [..., n, n], row i those of the token that asks
 * @see Vaswani et al. 2017, §3.2
 */
export function selfAttention(x: tf.Tensor, p: AttentionParams): Attention {
  // TODO: project the tokens to queries, keys and values, and let them attend.
  throw new Error("TODO 2.3: selfAttention");
}

/**
 * The one matrix that wq and wk make together: the scores of self-attention are a bilinear form of the tokens.
 *
 *     B = wq·wkᵀ        scores = x·B·xᵀ / √dk
 *
 * @param wq [d, dk]
 * @param wk [d, dk]
 * @returns B [d, d], not divided by √dk
 * @see Vaswani et al. 2017, §3.2
 */
export function bilinearForm(wq: tf.Tensor, wk: tf.Tensor): tf.Tensor {
  // TODO: multiply the two so that their width dk disappears.
  throw new Error("TODO 2.3: bilinearForm");
}
