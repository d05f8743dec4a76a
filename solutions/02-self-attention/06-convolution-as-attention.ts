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
  // #region solution
  if (kernel.length % 2 === 0) {
    throw new RangeError(
      `convolutionMatrix1d: kernel has ${kernel.length} entries, expected an odd number; ` +
        "one has to stand in the middle (add a zero at one end)",
    );
  }
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`convolutionMatrix1d: n is ${n}, expected an integer from 1 on; count the positions`);
  }
  const r = (kernel.length - 1) / 2;
  const positions = Array.from({ length: n }, (_, i) => i);
  // Farther than r the index leaves the array: undefined, and so 0.
  return tf.tensor2d(positions.map((i) => positions.map((j) => kernel[j - i + r] ?? 0))); // [n, n]
  // #endregion
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
  // #region solution
  if (kernel.length !== 3 || kernel.some((row) => row.length !== 3)) {
    throw new RangeError(
      `convolutionMatrix2d: kernel has rows of lengths [${kernel.map((row) => row.length).join(", ")}], ` +
        "expected [3, 3, 3]; put zeros around a smaller one",
    );
  }
  for (const [name, side] of Object.entries({ height, width })) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(
        `convolutionMatrix2d: ${name} is ${side}, expected an integer from 1 on; count the rows and columns`,
      );
    }
  }
  const pixels = Array.from({ length: height * width }, (_, p) => ({ row: Math.floor(p / width), column: p % width }));
  const weight = (from: (typeof pixels)[number], to: (typeof pixels)[number]): number =>
    kernel[to.row - from.row + 1]?.[to.column - from.column + 1] ?? 0;
  return tf.tensor2d(pixels.map((from) => pixels.map((to) => weight(from, to)))); // [height·width, height·width]
  // #endregion
}
