import * as tf from "@tensorflow/tfjs";

/**
 * One vector for each position, of sines and cosines that are slower from pair to pair of columns.
 *
 *     PE[p, 2i]     = sin(p / base^(2i/d))
 *     PE[p, 2i + 1] = cos(p / base^(2i/d))   p = 0, …, n − 1
 *
 * A sine and the cosine beside it share an angle. When d is odd, the last column is a sine without its cosine.
 *
 * @param n positions, at least 1
 * @param d width, at least 1
 * @param base of the wavelengths, which grow from 2π towards base·2π
 * @returns [n, d]
 * @throws RangeError when n or d is not a positive integer
 * @see Vaswani et al. 2017, §3.5
 */
export function sinusoidalPositions(n: number, d: number, base = 10000): tf.Tensor {
  // TODO: make the angle of each position and pair of columns, and put its sine and its cosine side by side.
  // #region solution
  for (const [name, size] of Object.entries({ n, d })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(
        `sinusoidalPositions: ${name} is ${size}, expected a positive integer; ask for 1 or more, without decimals`,
      );
    }
  }
  const pairs = Math.ceil(d / 2); // of an odd d, the last pair is cut in half
  const rates = Array.from({ length: pairs }, (_, i) => base ** ((-2 * i) / d));
  const angles = tf.range(0, n).expandDims(1).mul(tf.tensor1d(rates)); // [n, pairs]
  const table = tf.stack([tf.sin(angles), tf.cos(angles)], 2).reshape([n, 2 * pairs]); // sin, cos, sin, cos, …
  return table.slice([0, 0], [n, d]);
  // #endregion
}
