import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import { linear } from "../support.js";
import type { Attention, CollaborativeParams } from "../types.js";

/**
 * Collaborative heads: all heads share one query and one key projection of width D, and each weighs its columns in a way
 * of its own, by its row of `mixing`.
 *
 *     weights_i = softmax(x·wq · diag(mixing_i) · (y·wk)ᵀ / √dk), row by row
 *     head_i = weights_i · y·wv_i
 *     output = [head_0 ; … ; head_(h−1)]·wo
 *
 * diag(mixing_i) stands once between queries and keys: it multiplies the columns of one of them, not of both. Queries and
 * keys cost 2·d·D + h·D numbers. D is free: it need not be h·dk, and neither need dv be dk.
 *
 * @param x [n, d] the tokens that ask
 * @param y [m, d] the tokens that are looked at
 * @param p weights: wq and wk [d, D], mixing [h, D], wv [h, d, dv] with one matrix for each head, wo [h·dv, d]
 * @param dk the width whose root divides the scores: that of a head of the layer which this one stands in for, not D
 * @returns the output [n, d] and the weights of every head [h, n, m]
 * @see Cordonnier, Loukas & Jaggi 2020
 */
export function collaborativeAttention(x: tf.Tensor, y: tf.Tensor, p: CollaborativeParams, dk: number): Attention {
  // TODO: let each head weigh the columns of the shared queries, score, normalise, mix its own values; join and project.
  throw new Error("TODO 4.3: collaborativeAttention");
}

/**
 * The mixing that turns collaborative heads back into multi-head attention: every head gets columns for itself alone.
 *
 *     row i is 1 in columns i·dk … (i + 1)·dk − 1, and 0 elsewhere
 *
 * @param h number of heads
 * @param dk columns of a head, so that D = h·dk
 * @returns [h, h·dk] float32
 * @see Cordonnier, Loukas & Jaggi 2020
 */
export function concatenationMixing(h: number, dk: number): tf.Tensor {
  // TODO: put a block of dk ones into each row, one block further to the right than in the row above.
  throw new Error("TODO 4.3: concatenationMixing");
}
