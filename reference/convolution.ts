/** Convolutions on a line and on a grid, as the matrices that they are. */
import * as tf from "@tensorflow/tfjs";

/**
 * The matrix of a convolution on a line: M[i, i + t] = kernel[t + r] for |t| ≤ r, and 0 elsewhere, so that M·x is the
 * cross-correlation of x with the kernel under zero padding.
 *
 * @param kernel 2r + 1 numbers
 * @param n number of positions, at least 1; fewer than the kernel has numbers will do
 * @returns [n, n]
 * @throws RangeError when the kernel has an even length, or n is not an integer from 1 on
 * @see Bronstein et al. 2021, §4.2 and §5.1
 */
export function convolutionMatrix1d(kernel: number[], n: number): tf.Tensor {
  if (kernel.length % 2 === 0) {
    throw new RangeError(
      `convolutionMatrix1d: kernel has ${kernel.length} entries, expected an odd number 2r + 1; ` +
        "it needs one in the middle (add a zero at one end)",
    );
  }
  refuseBadSide("convolutionMatrix1d", "n", n);
  const margin = new Array<number>(n).fill(0);
  const long = tf.tensor1d([...margin, ...kernel, ...margin]); // [n + 2r + 1 + n]
  const middle = n + (kernel.length - 1) / 2; // where M[i, i] is in it
  return tf.stack(Array.from(margin, (_, i) => long.slice(middle - i, n))); // [n, n], the kernel one step on in each row
}

/**
 * The matrix of a convolution on a grid, whose pixel (i, j) is row i·width + j: M[(i, j), (i + a, j + b)] =
 * kernel[a + 1][b + 1] for a and b in −1, 0, 1, and 0 elsewhere.
 *
 * It is a matrix of blocks [width, width]: each says what a row of the grid takes from another one, and a row of the
 * grid takes from the row a below it what a convolution on a line takes, with row a + 1 of the kernel.
 *
 * @param kernel 3 × 3 numbers
 * @param height rows of the grid, at least 1
 * @param width columns of the grid, at least 1
 * @returns [height·width, height·width]
 * @throws RangeError when the kernel is not 3 × 3, or a side is not an integer from 1 on
 * @see Bronstein et al. 2021, §4.2 and §5.1
 */
export function convolutionMatrix2d(kernel: number[][], height: number, width: number): tf.Tensor {
  if (kernel.length !== 3 || kernel.some((row) => row.length !== 3)) {
    throw new RangeError(
      `convolutionMatrix2d: kernel has rows of ${kernel.map((row) => row.length).join(", ") || "nothing"} entries, ` +
        "expected 3 × 3; frame a smaller one with zeros",
    );
  }
  refuseBadSide("convolutionMatrix2d", "height", height);
  refuseBadSide("convolutionMatrix2d", "width", width);
  const none = tf.zeros([width, width]);
  const byDistance = kernel.map((row) => convolutionMatrix1d(row, width)); // 3 of [width, width]
  const places = Array.from({ length: height }, (_, i) => i);
  const rows = places.map((i) => places.map((k) => byDistance[k - i + 1] ?? none)); // height · height blocks
  return tf.concat(
    rows.map((blocks) => tf.concat(blocks, 1)), // height of [width, height·width]
    0,
  );
}

/** Throws unless a side has at least one position. */
function refuseBadSide(name: string, argument: string, side: number): void {
  if (Number.isInteger(side) && side >= 1) return;
  throw new RangeError(
    `${name}: ${argument} is ${side}, expected an integer from 1 on; a signal has at least one position`,
  );
}
