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
  // #region solution
  if (k < 1) throw new RangeError(`windowMask: k is ${k}, expected at least 1; let each query see itself`);
  const positions = tf.range(0, n, 1, "int32");
  const distance = positions.expandDims(1).sub(positions); // [n, n], i − j
  return distance.greaterEqual(0).logicalAnd(distance.less(k));
  // #endregion
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
  // #region solution
  if (l < 1) throw new RangeError(`stridedMasks: l is ${l}, expected at least 1; choose a stride near √n`);
  const positions = tf.range(0, n, 1, "int32");
  const distance = positions.expandDims(1).sub(positions); // [n, n], i − j
  const causal = distance.greaterEqual(0);
  const near = distance.lessEqual(l);
  const everyLth = distance.mod(tf.scalar(l, "int32")).equal(0);
  return [causal.logicalAnd(near), causal.logicalAnd(everyLth)];
  // #endregion
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
  // #region solution
  if (l < 1) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; choose blocks of about √n positions`);
  if (c < 1 || c > l) throw new RangeError(`fixedMasks: c is ${c}, expected 1 to l = ${l}; choose fewer than a block`);
  const positions = tf.range(0, n, 1, "int32"); // [n]
  const causal = positions.expandDims(1).greaterEqual(positions); // [n, n]
  const block = positions.floorDiv(tf.scalar(l, "int32")); // [n]
  const sameBlock = block.expandDims(1).equal(block); // [n, n]
  const atTheEnd = positions.mod(tf.scalar(l, "int32")).greaterEqual(l - c); // [n], the same for every query
  return [causal.logicalAnd(sameBlock), causal.logicalAnd(atTheEnd)];
  // #endregion
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
  // #region solution
  const [first, ...others] = masks;
  if (first === undefined) {
    throw new RangeError("reach: masks is empty, expected one mask for each layer; give at least one");
  }
  let seen = first.cast("float32"); // [n, n]
  for (const mask of others) {
    const paths = tf.matMul(mask.cast("float32"), seen); // [n, n], how many keys of this layer see j
    seen = paths.greater(0).cast("float32"); // as 0 and 1 again: numbers of paths grow without end
  }
  return seen.cast("bool");
  // #endregion
}
