/** Sparse attention: which keys each query looks at, and attention over those alone. */
import * as tf from "@tensorflow/tfjs";

/**
 * A causal sliding window: each position looks at itself and at the k − 1 before it.
 *
 * @param n length
 * @param k how many keys, at least 1
 * @returns [n, n] bool, true at [i, j] where i − k < j ≤ i
 * @throws RangeError when k is below 1
 * @see Child et al. 2019, §4.2
 */
export function windowMask(n: number, k: number): tf.Tensor {
  if (k < 1) throw new RangeError(`windowMask: k is ${k}, expected at least 1; give each query a key`);
  return maskWhere(n, (i, j) => j <= i && i - k < j);
}

/**
 * The two heads of strided attention: A1 looks at the l positions before, A2 at every l-th one.
 *
 * @param n length
 * @param l stride, at least 1
 * @returns A1, true where i − l ≤ j ≤ i, and A2, true where j ≤ i and (i − j) mod l = 0; each [n, n] bool
 * @throws RangeError when l is below 1
 * @see Child et al. 2019, §4.3
 */
export function stridedMasks(n: number, l: number): [tf.Tensor, tf.Tensor] {
  if (l < 1) throw new RangeError(`stridedMasks: l is ${l}, expected at least 1; take a stride near √n`);
  return [maskWhere(n, (i, j) => j <= i && j >= i - l), maskWhere(n, (i, j) => j <= i && (i - j) % l === 0)];
}

/**
 * The two heads of fixed attention: A1 looks back within a block of l positions, A2 at the last c of every block.
 *
 * @param n length
 * @param l length of a block, at least 1
 * @param c how many positions sum a block up, 1 to l
 * @returns A1, true where j ≤ i and ⌊j/l⌋ = ⌊i/l⌋, and A2, true where j ≤ i and j mod l ≥ l − c; each [n, n] bool
 * @throws RangeError when l is below 1 or c is outside 1..l
 * @see Child et al. 2019, §4.3
 */
export function fixedMasks(n: number, l: number, c: number): [tf.Tensor, tf.Tensor] {
  if (l < 1) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; take blocks of about √n positions`);
  if (c < 1 || c > l) {
    throw new RangeError(`fixedMasks: c is ${c}, expected 1 to l = ${l}; take a few of the positions of a block`);
  }
  const block = (position: number) => Math.floor(position / l);
  return [maskWhere(n, (i, j) => j <= i && block(i) === block(j)), maskWhere(n, (i, j) => j <= i && j % l >= l - c)];
}

/**
 * Who sees whom through several layers: the Boolean product AN · … · A2 · A1.
 *
 * @param masks A1, …, AN, each [n, n] bool, the first layer first
 * @returns [n, n] bool, true at [i, j] where a path leads from output i through one key of each layer to input j
 * @throws RangeError when there are no masks
 * @see Child et al. 2019, §4.2
 */
export function reach(masks: tf.Tensor[]): tf.Tensor {
  const [first, ...later] = masks;
  if (first === undefined)
    throw new RangeError("reach: masks is empty, expected one for each layer; give at least one");
  return later.reduce((seen, mask) => tf.matMul(mask.cast("float32"), seen.cast("float32")).greater(0), first);
}

/** A mask [n, n] bool that is true where the condition holds of query i and key j. */
function maskWhere(n: number, holds: (i: number, j: number) => boolean): tf.Tensor {
  const entries = Array.from({ length: n * n }, (_, at) => Number(holds(Math.floor(at / n), at % n)));
  return tf.tensor2d(entries, [n, n], "bool");
}

/**
 * Attention over a short list of keys for each query: softmax of q_i·k_j/√dk over the valid j of row i, and the mean of
 * their values. Memory and time are linear in n for a fixed w.
 *
 * @param q [n, dk]
 * @param k [n, dk]
 * @param v [n, dv]
 * @param indices [n, w] int32, the keys of each query
 * @param valid [n, w] bool, false where an index is filler
 * @returns [n, dv]
 * @see Child et al. 2019, §4
 */
export function sparseAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  indices: tf.Tensor,
  valid: tf.Tensor,
): tf.Tensor {
  const [n = 0, w = 0] = indices.shape;
  const [, dk = 1] = q.shape;
  const places = indices.flatten().toInt(); // [n·w]
  const pick = (rows: tf.Tensor) => tf.gather(rows, places).reshape([n, w, rows.shape[1] ?? 0]); // [n, w, ·]
  const scores = pick(k).mul(q.expandDims(1)).sum(2).div(Math.sqrt(dk)); // [n, w]
  const weights = tf.softmax(tf.where(valid, scores, -1e9)); // [n, w]
  return pick(v).mul(weights.expandDims(2)).sum(1); // [n, dv]
}
