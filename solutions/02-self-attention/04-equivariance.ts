import * as tf from "@tensorflow/tfjs";

/**
 * The rows of x in another order: P·x with the permutation matrix P of perm.
 *
 *     row i of the result = row perm[i] of x
 *
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @returns [n, d]
 * @throws RangeError when perm is no permutation of 0, …, n − 1: an entry repeated, one missing, or another length
 * @see Bronstein et al. 2021, §4.1
 */
export function permuteRows(x: tf.Tensor, perm: number[]): tf.Tensor {
  // TODO: refuse what is no permutation of the rows, and gather the rows in its order.
  // #region solution
  const [n = 0] = x.shape;
  const sorted = [...perm].sort((a, b) => a - b); // of a permutation: 0, …, n − 1
  if (perm.length !== n || sorted.some((entry, i) => entry !== i)) {
    throw new RangeError(
      `permuteRows: perm is [${perm.join(", ")}], expected each of 0, …, ${n - 1} once; list every row one time`,
    );
  }
  return tf.gather(x, perm);
  // #endregion
}

/**
 * The matrix of a graph whose nodes take another order: node i of the new graph is node perm[i] of the old one.
 *
 *     (P·a·Pᵀ)_ij = a[perm[i], perm[j]]
 *
 * @param a [n, n] any numbers; it need not be symmetric
 * @param perm the integers 0, …, n − 1 in any order
 * @returns [n, n]
 * @throws RangeError when perm is no permutation of 0, …, n − 1: an entry repeated, one missing, or another length
 * @see Bronstein et al. 2021, §4.1
 */
export function permuteGraph(a: tf.Tensor, perm: number[]): tf.Tensor {
  // TODO: permute the rows, and then the columns, in the same way.
  // #region solution
  return permuteRows(permuteRows(a, perm).transpose(), perm).transpose(); // P·a·Pᵀ = (P·(P·a)ᵀ)ᵀ
  // #endregion
}

/**
 * How far a function is from being permutation equivariant, which means f(P·x) = P·f(x).
 *
 *     max |f(P·x) − P·f(x)|        over all entries
 *
 * @param f from [n, d] to [n, e], a row for each row
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @returns a plain number; for an equivariant f it is 0, or what rounding leaves
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1 and §5.3
 */
export function equivarianceError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, perm: number[]): number {
  // TODO: permute before f and after it, and return the greatest absolute difference as a number.
  // #region solution
  const difference = f(permuteRows(x, perm)).sub(permuteRows(f(x), perm)); // [n, e]
  return difference.abs().max().dataSync()[0] ?? 0;
  // #endregion
}

/**
 * How far a function is from being permutation invariant, which means f(P·x) = f(x).
 *
 *     max |f(P·x) − f(x)|        over all entries
 *
 * @param f from [n, d] to any shape
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @returns a plain number; for an invariant f it is 0, or what rounding leaves
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1 and §5.3
 */
export function invarianceError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, perm: number[]): number {
  // TODO: apply f to the permuted rows and to x itself, and return the greatest absolute difference as a number.
  // #region solution
  const difference = f(permuteRows(x, perm)).sub(f(x));
  return difference.abs().max().dataSync()[0] ?? 0;
  // #endregion
}
