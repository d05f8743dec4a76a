import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { AttentionParams, MessageParams } from "../types.js";
import { scaledDotProductAttention } from "./01-scaled-dot-product-attention.js";

/**
 * A convolution on a graph: each node takes a mix of itself and of those it listens to, with weights that the graph
 * alone decides.
 *
 *     Â = A + I,   deg_u = Σ_v Â_uv,   C_uv = Â_uv / √(deg_u·deg_v)        h = relu(C·x·w)
 *
 * The degrees are the sums of the rows of Â, for u and for v, also where the graph is directed.
 *
 * @param x [n, d] the features of the nodes
 * @param a [n, n] the graph A: 1 at [u, v] when u listens to v, else 0; zeros on the diagonal; it need not be symmetric
 * @param w [d, dOut]
 * @returns [n, dOut]; of a node that listens to nobody relu(x_u·w)
 * @see Kipf & Welling 2017, eq. 2; Bronstein et al. 2021, §5.3
 */
export function graphConvolution(x: tf.Tensor, a: tf.Tensor, w: tf.Tensor): tf.Tensor {
  // TODO: add the self-loops, divide each entry by the root of both degrees, mix the rows of x·w, and take relu.
  // #region solution
  const [n = 0] = x.shape;
  const closed = a.add(tf.eye(n)); // [n, n]
  const root = tf.rsqrt(closed.sum(1)); // [n], 1/√deg
  const coefficients = closed.mul(root.expandDims(1)).mul(root); // [n, n]
  return tf.relu(tf.matMul(coefficients, tf.matMul(x, w)));
  // #endregion
}

/**
 * Self-attention on a graph: the weights of the mix now depend on the features, and the graph is the mask.
 *
 *     h = relu(output of attention)  with  Q = x·wq, K = x·wk, V = x·wv  and u attending to v where Â_uv = 1, Â = A + I
 *
 * @param x [n, d] the features of the nodes
 * @param a [n, n] the graph A: 1 at [u, v] when u listens to v, else 0; zeros on the diagonal, but a node that listens
 *   to nobody else may have a 1 there, which changes nothing
 * @param p weights: wq [d, dk], wk [d, dk], wv [d, dv]
 * @returns [n, dv]; of a node that listens to nobody relu(x_u·wv)
 * @see Bronstein et al. 2021, §5.3; Vaswani et al. 2017, eq. 1
 */
export function graphSelfAttention(x: tf.Tensor, a: tf.Tensor, p: AttentionParams): tf.Tensor {
  // TODO: make a mask of the graph and its self-loops, attend with queries, keys and values of x, and take relu.
  // #region solution
  const [n = 0] = x.shape;
  const mask = a.add(tf.eye(n)).cast("bool"); // [n, n]
  const { output } = scaledDotProductAttention(linear(x, p.wq), linear(x, p.wk), linear(x, p.wv), mask);
  return tf.relu(output); // [n, dv]
  // #endregion
}

/**
 * Messages on a graph: each edge carries a vector of its own, computed from both of its ends.
 *
 *     m_uv = relu([x_u ; x_v]·wm)        h_u = relu([x_u ; Σ_v A_uv m_uv]·wu)
 *
 * There is no self-loop: x_u itself is in the update already.
 *
 * @param x [n, d] the features of the nodes
 * @param a [n, n] the graph A: 1 at [u, v] when u listens to v, else 0; zeros on the diagonal
 * @param p weights: wm [2·d, dm], wu [d + dm, dOut]
 * @returns [n, dOut]; of a node that listens to nobody relu([x_u ; 0]·wu)
 * @see Bronstein et al. 2021, §5.3
 */
export function messagePassing(x: tf.Tensor, a: tf.Tensor, p: MessageParams): tf.Tensor {
  // TODO: pair every u with every v, compute the messages, sum those that the graph lets through, and update each node.
  // #region solution
  const [n = 0] = x.shape;
  const listeners = x.expandDims(1).tile([1, n, 1]); // [n, n, d], x_u at [u, v]
  const heard = x.expandDims(0).tile([n, 1, 1]); // [n, n, d], x_v at [u, v]
  const messages = tf.relu(linear(tf.concat([listeners, heard], 2), p.wm)); // [n, n, dm]
  const sums = messages.mul(a.expandDims(2)).sum(1); // [n, dm]
  return tf.relu(linear(tf.concat([x, sums], 1), p.wu)); // [n, dOut]
  // #endregion
}
