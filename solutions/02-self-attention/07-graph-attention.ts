import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import { linear } from "../support.js";
import type { GatHead, GatHeadParams } from "../types.js";

/**
 * One head of a graph attention network: additive attention of each node to itself and to those it listens to.
 *
 *     z = x·w        e_ij = LeakyReLU(a1·z_i + a2·z_j), slope 0.2 below zero
 *     α_i = softmax of e_ij over the j with A_ij = 1 or j = i        aggregated_i = Σ_j α_ij z_j
 *
 * Scores outside of the graph are replaced by −1e9 before the softmax.
 *
 * @param x [n, d] the features of the nodes
 * @param a [n, n] the graph A: 1 at [i, j] when i listens to j, else 0; it need not be symmetric; zeros on the diagonal,
 *   but a node that listens to nobody else may have a 1 there, which changes nothing
 * @param head weights: w [d, dOut], a1 [dOut] for the node that listens, a2 [dOut] for the one that is heard
 * @returns aggregated [n, dOut], output = ELU(aggregated) [n, dOut], and the weights α [n, n]
 * @see Veličković et al. 2018, eq. 1–4
 */
export function gatHead(x: tf.Tensor, a: tf.Tensor, head: GatHeadParams): GatHead {
  // TODO: project the nodes, score each pair, mask those not linked, normalise each row, mix the projections, take ELU.
  // #region solution
  const [n = 0] = x.shape;
  const z = linear(x, head.w); // [n, dOut]
  const listening = linear(z, head.a1.expandDims(1)); // [n, 1], a1·z_i
  const heard = linear(z, head.a2.expandDims(1)).squeeze([1]); // [n], a2·z_j
  const scores = tf.leakyRelu(listening.add(heard), 0.2); // [n, n]
  const linked = a.add(tf.eye(n)).cast("bool"); // [n, n]
  const weights = stableSoftmax(tf.where(linked, scores, -1e9)); // [n, n]
  const aggregated = tf.matMul(weights, z); // [n, dOut]
  return { aggregated, output: tf.elu(aggregated), weights };
  // #endregion
}

/**
 * A layer of several heads. Inside a network they are joined; in its last layer they are averaged, and the activation
 * waits until after the mean.
 *
 *     concat: [output_1 ; … ; output_h]        mean: ELU of the mean of aggregated_1, …, aggregated_h
 *
 * @param x [n, d] the features of the nodes
 * @param a [n, n] the graph, as for one head
 * @param heads weights of each head, all of the same shapes
 * @param mode "concat" or "mean"
 * @returns [n, h·dOut] for concat, the heads in order; [n, dOut] for mean
 * @throws RangeError when there is no head
 * @see Veličković et al. 2018, eq. 5 and 6
 */
export function gat(x: tf.Tensor, a: tf.Tensor, heads: GatHeadParams[], mode: "concat" | "mean"): tf.Tensor {
  // TODO: refuse an empty list, run every head, and join their outputs or take ELU of the mean of what they aggregated.
  // #region solution
  if (heads.length === 0) {
    throw new RangeError("gat: heads is empty, expected at least one head (pass the weights of one)");
  }
  const results = heads.map((head) => gatHead(x, a, head));
  if (mode === "mean") return tf.elu(tf.addN(results.map(({ aggregated }) => aggregated)).div(heads.length)); // [n, dOut]
  const outputs = results.map(({ output }) => output); // h of [n, dOut]
  return tf.concat(outputs, 1);
  // #endregion
}
