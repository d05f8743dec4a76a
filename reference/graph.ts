/** Layers on graphs: convolution, attention and messages along edges, graph attention networks, attention pooling. */
import * as tf from "@tensorflow/tfjs";
import type {
  AttentionParams,
  AttentionPool,
  GatHead,
  GatHeadParams,
  MessageParams,
  Selection,
} from "../exercises/types.js";
import { stableSoftmax } from "./attention.js";
import { scaledDotProductAttention } from "./self-attention.js";

/**
 * A convolutional layer: relu(C·x·w) with C = D^(−1/2)·Â·D^(−1/2), Â = a + I, D the row sums of Â.
 *
 * @param x [n, d]
 * @param a [n, n], 0 or 1, a[u][v] = 1 when u listens to v, zeros on the diagonal
 * @param w [d, dOut]
 * @returns [n, dOut]
 * @see Kipf & Welling 2017, eq. 2; Bronstein et al. 2021, §5.3
 */
export function graphConvolution(x: tf.Tensor, a: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const closed = withSelf(a); // [n, n]
  const root = closed.sum(1, true).pow(-0.5); // [n, 1], 1/√deg
  const gathered = tf.matMul(closed, x.mul(root)).mul(root); // [n, d]
  return tf.relu(tf.matMul(gathered, w));
}

/**
 * An attentional layer: relu of scaled dot-product attention in which u attends to itself and to those it listens to.
 *
 * @param x [n, d]
 * @param a [n, n], 0 or 1, a[u][v] = 1 when u listens to v, zeros on the diagonal
 * @param p weights
 * @returns [n, dv]
 * @see Bronstein et al. 2021, §5.3; Vaswani et al. 2017, eq. 1
 */
export function graphSelfAttention(x: tf.Tensor, a: tf.Tensor, p: AttentionParams): tf.Tensor {
  const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => tf.matMul(x, w)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return tf.relu(scaledDotProductAttention(q, k, v, withSelf(a).cast("bool")).output);
}

/**
 * A layer that passes messages: m_uv = relu([x_u ; x_v]·wm), h_u = relu([x_u ; Σ_v a_uv m_uv]·wu).
 *
 * @param x [n, d]
 * @param a [n, n], 0 or 1, a[u][v] = 1 when u listens to v, zeros on the diagonal
 * @param p weights
 * @returns [n, dOut]
 * @see Bronstein et al. 2021, §5.3
 */
export function messagePassing(x: tf.Tensor, a: tf.Tensor, p: MessageParams): tf.Tensor {
  const d = x.shape[1] ?? 0;
  const [listener, heard] = tf.split(p.wm, 2) as [tf.Tensor, tf.Tensor]; // [d, dm] twice
  const messages = tf.relu(tf.matMul(x, listener).expandDims(1).add(tf.matMul(x, heard))); // [n, n, dm]
  const sums = messages.mul(a.expandDims(2)).sum(1); // [n, dm]
  return tf.relu(tf.matMul(x, p.wu.slice(0, d)).add(tf.matMul(sums, p.wu.slice(d)))); // [n, dOut]
}

/** a + I → [n, n], float32 */
function withSelf(a: tf.Tensor): tf.Tensor {
  return a.cast("float32").add(tf.eye(a.shape[0] ?? 0));
}

/**
 * One head of a graph attention network: z = x·w, e_ij = LeakyReLU(a1·z_i + a2·z_j) with slope 0.2, α = softmax over i
 * and those that i listens to, aggregated_i = Σ_j α_ij z_j, output = ELU(aggregated).
 *
 * @param x [n, d]
 * @param a [n, n], 0 or 1, a[i][j] = 1 when i listens to j, zeros on the diagonal
 * @param head weights
 * @returns aggregated [n, dOut], output [n, dOut] and the weights α [n, n]
 * @see Veličković et al. 2018, eq. 1–4
 */
export function gatHead(x: tf.Tensor, a: tf.Tensor, head: GatHeadParams): GatHead {
  const z = tf.matMul(x, head.w); // [n, dOut]
  const scores = z.mul(head.a1).sum(1, true).add(z.mul(head.a2).sum(1)); // [n, n]
  const bent = tf.maximum(scores, scores.mul(0.2)); // LeakyReLU
  const allowed = withSelf(a);
  const weights = stableSoftmax(bent.mul(allowed).add(allowed.sub(1).mul(1e9))); // [n, n]
  const aggregated = tf.matMul(weights, z); // [n, dOut]
  return { aggregated, output: tf.elu(aggregated), weights };
}

/**
 * Several heads: their outputs joined in order, or the ELU of the mean of what they aggregated.
 *
 * @param x [n, d]
 * @param a [n, n], 0 or 1, a[i][j] = 1 when i listens to j, zeros on the diagonal
 * @param heads weights of each head, at least one
 * @param mode how the heads are put together
 * @returns [n, h·dOut] for concat, [n, dOut] for mean
 * @throws RangeError when there is no head
 * @see Veličković et al. 2018, eq. 5 and 6
 */
export function gat(x: tf.Tensor, a: tf.Tensor, heads: GatHeadParams[], mode: "concat" | "mean"): tf.Tensor {
  if (heads.length === 0) {
    throw new RangeError("gat: heads is empty, expected at least one head (pass the weights of one)");
  }
  const all = heads.map((head) => gatHead(x, a, head).aggregated); // h of [n, dOut]
  return tf.elu(mode === "concat" ? tf.concat(all, 1) : tf.addN(all).div(all.length));
}

/**
 * Attention over nodes that also drops some: α = softmax(x·p); nodes with α above a threshold, or the topK largest,
 * stay with their rows times α.
 *
 * @param x [n, f]
 * @param p [f]
 * @param select α > threshold, strictly, or the topK largest; of equal ones those with the lower index
 * @returns the weights α [n] of all nodes, the indices of those kept, ascending, and pooled [kept, f] = α_i x_i
 * @throws RangeError when topK is not an integer from 1 to n
 * @see Knyazev et al. 2019, §1
 */
export function attentionPool(x: tf.Tensor, p: tf.Tensor, select: Selection): AttentionPool {
  const [n = 0, f = 0] = x.shape;
  if ("topK" in select && !(Number.isInteger(select.topK) && select.topK >= 1 && select.topK <= n)) {
    throw new RangeError(
      `attentionPool: topK is ${select.topK}, expected an integer from 1 to ${n}; ` +
        "the graph has no more nodes, and one must stay (change topK)",
    );
  }
  const weights = stableSoftmax(x.mul(p).sum(1)); // [n]
  const indices = chosen(Array.from(weights.dataSync()), select);
  const rows = indices.map((i) => x.slice(i, 1).mul(weights.slice(i, 1))); // kept of [1, f]
  return { weights, indices, pooled: rows.length === 0 ? tf.zeros([0, f]) : tf.concat(rows) };
}

/** The indices that a selection keeps, ascending. */
function chosen(weights: readonly number[], select: Selection): number[] {
  const indices = weights.map((_, i) => i);
  const weight = (i: number) => weights[i] ?? 0;
  if ("threshold" in select) return indices.filter((i) => weight(i) > select.threshold);
  const ranked = indices.sort((i, j) => weight(j) - weight(i) || i - j);
  return ranked.slice(0, select.topK).sort((i, j) => i - j);
}

/**
 * A graph as one vector: the sum of its pooled rows, zeros when there are none.
 *
 * @param z [kept, f]
 * @returns [f]
 * @see Knyazev et al. 2019, §1
 */
export function readout(z: tf.Tensor): tf.Tensor {
  const [kept = 0, f = 0] = z.shape;
  return kept === 0 ? tf.zeros([f]) : z.sum(0);
}
