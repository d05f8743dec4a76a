import * as tf from "@tensorflow/tfjs";

/**
 * Vectors turned by their positions: each pair of neighbouring coordinates by an angle of its own.
 *
 *     θ = p · base^(−2i/d),   p = positions[t]
 *     y_{2i}     = x_{2i} cos θ − x_{2i+1} sin θ
 *     y_{2i + 1} = x_{2i} sin θ + x_{2i+1} cos θ
 *
 * Queries and keys that are turned this way meet in inner products that depend on the distance of their positions only.
 * Other programs pair x_i with x_{i + d/2}: that works as well, but the numbers are others. The gradient is graded too:
 * build the result from tensor operations.
 *
 * @param x [..., T, d], d even; all leading axes share the positions
 * @param positions where each of the T vectors stands; in any order, repeated or below 0 if need be
 * @param base of the wavelengths, which grow from 2π towards base·2π
 * @returns [..., T, d]
 * @throws RangeError when d is odd, or when there is not one position for each vector
 * @see Su et al. 2021, eq. 13–16 and 34
 */
export function rotary(x: tf.Tensor, positions: number[], base = 10000): tf.Tensor {
  // TODO: make the angle of each position and pair, split the coordinates into pairs, turn them, and join them again.
  throw new Error("TODO 3.5: rotary");
}
