import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import { linear } from "../support.js";
import type { AttentionPool, Selection } from "../types.js";

/**
 * Attention over the nodes of a graph, which also decides which of them stay.
 *
 *     α = softmax(x·p) over all nodes        kept: α_i > threshold, or the topK nodes of largest α
 *     pooled: the rows α_i x_i of the nodes that are kept, by ascending index
 *
 * The weights are not normalised again after the selection. Of equal weights the lower index comes first. A node
 * whose weight is exactly the threshold is not kept, and it may be that none is.
 *
 * The gradient is graded too, by x and by p: build weights and pooled rows from tensor operations. The choice itself has
 * no gradient, and comparisons of tfjs break the way back: choose the indices in plain numbers (dataSync).
 *
 * @param x [n, f] the features of the nodes
 * @param p [f] what makes a node important
 * @param select { threshold } or { topK }
 * @returns the weights α [n] of all nodes, the indices that are kept, ascending, and pooled [kept, f]
 * @throws RangeError when topK is not an integer from 1 to n
 * @see Knyazev et al. 2019, §1
 */
export function attentionPool(x: tf.Tensor, p: tf.Tensor, select: Selection): AttentionPool {
  // TODO: weigh the nodes, choose the indices in plain numbers, and gather the weighted rows; none may be left.
  throw new Error("TODO 2.8: attentionPool");
}

/**
 * A graph as one vector: the sum of its pooled rows. The gradient is graded too.
 *
 * @param z [kept, f]
 * @returns [f]; zeros when no row is left
 * @see Knyazev et al. 2019, §1
 */
export function readout(z: tf.Tensor): tf.Tensor {
  // TODO: add the rows up; without any, tf.sum is not to be trusted on every backend.
  throw new Error("TODO 2.8: readout");
}
