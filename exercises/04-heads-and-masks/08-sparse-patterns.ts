import * as tf from "@tensorflow/tfjs";

/**
 * A causal sliding window: each position looks at itself and at the k − 1 positions before it.
 *
 *     mask[i, j] = i − k < j ≤ i
 *
 * @param n length
 * @param k how many keys a query looks at (fewer at the start), at least 1
 * @returns [n, n] bool
 * @throws RangeError when k is below 1
 * @see Child et al. 2019, §4.2
 */
export function windowMask(n: number, k: number): tf.Tensor {
  // TODO: compare the position of every query with that of every key: how far back may it lie?
  throw new Error("TODO 4.8: windowMask");
}

/**
 * The two heads of strided attention. A1 looks at the l positions before each query (and at itself: up to l + 1 keys),
 * A2 at every l-th position, counted back from the query.
 *
 *     A1[i, j] = i − l ≤ j ≤ i
 *     A2[i, j] = j ≤ i and (i − j) mod l = 0
 *
 * @param n length, which l need not divide
 * @param l stride, at least 1; near √n the two together have O(n·√n) entries
 * @returns A1 and A2, each [n, n] bool
 * @throws RangeError when l is below 1
 * @see Child et al. 2019, §4.3
 */
export function stridedMasks(n: number, l: number): [tf.Tensor, tf.Tensor] {
  // TODO: one mask for the distances 0 to l, one for the distances that l divides, both causal.
  throw new Error("TODO 4.8: stridedMasks");
}

/**
 * The two heads of fixed attention. The sequence is cut into blocks of l positions: A1 looks back within the block of
 * the query, A2 at the last c positions of every block, which sum it up for all that come later.
 *
 *     A1[i, j] = j ≤ i and ⌊j/l⌋ = ⌊i/l⌋
 *     A2[i, j] = j ≤ i and j mod l ≥ l − c
 *
 * @param n length, which l need not divide
 * @param l length of a block, at least 1
 * @param c how many positions sum up a block, 1 to l
 * @returns A1 and A2, each [n, n] bool
 * @throws RangeError when l is below 1, or c is outside 1..l
 * @see Child et al. 2019, §4.3
 */
export function fixedMasks(n: number, l: number, c: number): [tf.Tensor, tf.Tensor] {
  // TODO: number the blocks and compare those of query and key; find the keys at the end of their block; both causal.
  throw new Error("TODO 4.8: fixedMasks");
}

/**
 * Who sees whom through several layers of masked attention, as a Boolean product: output i sees input j when some path
 * leads from i down to j through one allowed key in each layer. What the last layer looks at comes first in the product.
 *
 *     reach([A1, A2, …, AN]) = AN · … · A2 · A1
 *
 * @param masks A1, A2, …, AN, the first layer first, each [n, n] bool; at least one
 * @returns [n, n] bool
 * @throws RangeError when there are no masks
 * @see Child et al. 2019, §4.2: what makes a factorisation of attention valid
 */
export function reach(masks: tf.Tensor[]): tf.Tensor {
  // TODO: multiply the masks as matrices of 0 and 1, in the right order; true is where the product is not 0.
  throw new Error("TODO 4.8: reach");
}
