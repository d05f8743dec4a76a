import * as tf from "@tensorflow/tfjs";

/**
 * The matrix of a convolution on a line. What is left of attention when the weights look at the distance alone:
 *
 *     M[i, i + t] = kernel[t + r]   for |t| ≤ r, 0 elsewhere        Y = M·x
 *
 * Where i + t lies outside 0, …, n − 1, the entry is left out, as if the signal went on with zeros. The kernel is not
 * flipped: kernel[0] meets what comes before position i, as in `tf.conv1d`.
 *
 * @param kernel 2r + 1 numbers of any sign
 * @param n number of positions; it may be smaller than the kernel
 * @returns M [n, n]
 * @throws RangeError when the kernel has an even length (0 included), or n is not an integer from 1 on
 * @see Bronstein et al. 2021, §4.2 (grids) and §5.1 (convolutional networks)
 */
export function convolutionMatrix1d(kernel: number[], n: number): tf.Tensor {
  // TODO: refuse an even kernel and an n below 1; at row i and column j put the kernel's number for the distance j − i.
  throw new Error("TODO 2.6: convolutionMatrix1d");
}

/**
 * The matrix of a convolution on a grid. Its pixels are numbered row by row: pixel (i, j) is row i·width + j of x.
 *
 *     M[(i, j), (i + a, j + b)] = kernel[a + 1][b + 1]   for a, b in −1, 0, 1, and 0 elsewhere        Y = M·x
 *
 * Neighbours outside the grid are left out. In particular, the last pixel of a row of the grid and the first one of
 * the next have neighbouring numbers, but they are no neighbours.
 *
 * @param kernel 3 rows of 3 numbers of any sign; kernel[0] meets the row above, kernel[…][0] the column to the left
 * @param height rows of the grid
 * @param width columns of the grid
 * @returns M [height·width, height·width]
 * @throws RangeError when the kernel is not 3 × 3, or height or width is not an integer from 1 on
 * @see Bronstein et al. 2021, §4.2 (grids) and §5.1 (convolutional networks)
 */
export function convolutionMatrix2d(kernel: number[][], height: number, width: number): tf.Tensor {
  // TODO: refuse other kernels and sides below 1; find row and column of both pixels, and look up their distances.
  throw new Error("TODO 2.6: convolutionMatrix2d");
}
