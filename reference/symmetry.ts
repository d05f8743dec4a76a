/** Permutations of rows and of nodes, and how far a function is from respecting them. */
import * as tf from "@tensorflow/tfjs";

/**
 * P·x: row i of the result is row perm[i] of x.
 *
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @returns [n, d]
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1
 */
export function permuteRows(x: tf.Tensor, perm: number[]): tf.Tensor {
  return tf.matMul(permutationMatrix("permuteRows", perm, x.shape[0] ?? 0), x);
}

/**
 * P·a·Pᵀ, the graph with its nodes in another order: entry [i, j] of the result is a[perm[i], perm[j]].
 *
 * @param a [n, n]
 * @param perm the integers 0, …, n − 1 in any order
 * @returns [n, n]
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1
 */
export function permuteGraph(a: tf.Tensor, perm: number[]): tf.Tensor {
  const p = permutationMatrix("permuteGraph", perm, a.shape[0] ?? 0); // [n, n]
  return tf.matMul(tf.matMul(p, a), p, false, true);
}

/**
 * max |f(P·x) − P·f(x)|, which is 0 for a function that is permutation equivariant.
 *
 * @param f from [n, d] to [n, e]
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1 and §5.3
 */
export function equivarianceError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, perm: number[]): number {
  const p = permutationMatrix("equivarianceError", perm, x.shape[0] ?? 0); // [n, n]
  return greatest(tf.sub(f(tf.matMul(p, x)), tf.matMul(p, f(x))));
}

/**
 * max |f(P·x) − f(x)|, which is 0 for a function that is permutation invariant.
 *
 * @param f from [n, d] to any shape
 * @param x [n, d]
 * @param perm the integers 0, …, n − 1 in any order
 * @throws RangeError when perm is no permutation of 0, …, n − 1
 * @see Bronstein et al. 2021, §4.1 and §5.3
 */
export function invarianceError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, perm: number[]): number {
  const p = permutationMatrix("invarianceError", perm, x.shape[0] ?? 0); // [n, n]
  return greatest(tf.sub(f(tf.matMul(p, x)), f(x)));
}

/**
 * P [n, n], with a 1 at [i, perm[i]].
 *
 * @throws RangeError, in the name of the caller, when perm is no permutation of 0, …, n − 1
 */
function permutationMatrix(caller: string, perm: readonly number[], n: number): tf.Tensor {
  const columns = Array.from({ length: n }, (_, j) => j);
  if (perm.length !== n || columns.some((j) => !perm.includes(j))) {
    throw new RangeError(
      `${caller}: perm is [${perm.join(", ")}], expected each of 0, …, ${n - 1} once, in any order; ` +
        "give it one entry for each row",
    );
  }
  return tf.tensor2d(
    perm.map((from) => columns.map((j) => (j === from ? 1 : 0))),
    [n, n],
  );
}

/** The greatest absolute value. */
function greatest(x: tf.Tensor): number {
  return x.abs().max().dataSync()[0] ?? 0;
}
