/** Where a token stands: sinusoidal encodings, relative positions, rotations. */
import * as tf from "@tensorflow/tfjs";
import type { Attention, RelativeAttentionParams } from "../exercises/types.js";
import { stableSoftmax } from "./attention.js";

/**
 * One vector for each position p: sin(p / base^(2i/d)) in column 2i and cos of the same angle in column 2i + 1; the
 * last column of an odd d is a sine.
 *
 * @param n positions, from 0
 * @param d width
 * @param base of the wavelengths, which grow from 2π towards base·2π
 * @returns [n, d]
 * @throws RangeError when n or d is not a positive integer
 * @see Vaswani et al. 2017, §3.5
 */
export function sinusoidalPositions(n: number, d: number, base = 10000): tf.Tensor {
  for (const [name, size] of Object.entries({ n, d })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(
        `sinusoidalPositions: ${name} is ${size}, expected a positive integer; give at least 1 of each`,
      );
    }
  }
  const rows = Array.from({ length: n }, (_, p) =>
    Array.from({ length: d }, (_, j) => {
      const angle = p * rate(Math.floor(j / 2), d, base);
      return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  );
  return tf.tensor2d(rows, [n, d]);
}

/** The angle by which pair i of d coordinates turns from one position to the next. */
function rate(i: number, d: number, base: number): number {
  return base ** ((-2 * i) / d);
}

/**
 * Which row of a table with 2k + 1 rows belongs to query i and key j: clip(j − i, −k, k) + k.
 *
 * @param n queries
 * @param m keys
 * @param k the farthest distance that has a row of its own
 * @returns n × m, entries 0..2k
 * @see Shaw et al. 2018, §3.2
 */
export function relativeIndices(n: number, m: number, k: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: m }, (_, j) => Math.min(Math.max(j - i + k, 0), 2 * k)),
  );
}

/**
 * Self-attention that knows distances: e_ij = q_i·(k_j + aK_ij)/√dk, z_i = Σ_j α_ij (v_j + aV_ij), where aK_ij and
 * aV_ij are the rows clip(j − i, −k, k) + k of the two tables. The offsets are built in full.
 *
 * @param x [n, d]
 * @param p weights and tables, of 2k + 1 rows each
 * @returns the output [n, dv] and the weights α [n, n]
 * @throws RangeError when the tables have different numbers of rows, or an even one
 * @see Shaw et al. 2018, eq. 3–4
 */
export function relativeSelfAttention(x: tf.Tensor, p: RelativeAttentionParams): Attention {
  const [n = 0] = x.shape;
  const [rows = 0, width = 1] = p.relativeKeys.shape; // 2k + 1, dk
  const [valueRows = 0] = p.relativeValues.shape;
  if (rows % 2 === 0 || rows !== valueRows) {
    throw new RangeError(
      `relativeSelfAttention: relativeKeys has ${rows} rows and relativeValues ${valueRows}, expected one odd number ` +
        "for both; give each distance from −k to k its row, 2k + 1 in all",
    );
  }
  const indices = tf.tensor2d(relativeIndices(n, n, (rows - 1) / 2), [n, n], "int32");
  const keys = tf.matMul(x, p.wk).expandDims(0).add(tf.gather(p.relativeKeys, indices)); // [n, n, dk]
  const values = tf.matMul(x, p.wv).expandDims(0).add(tf.gather(p.relativeValues, indices)); // [n, n, dv]
  const scores = tf.matMul(x, p.wq).expandDims(1).mul(keys).sum(2).div(Math.sqrt(width)); // [n, n]
  const weights = stableSoftmax(scores); // [n, n]
  return { output: weights.expandDims(2).mul(values).sum(1), weights };
}

/**
 * Pairs of neighbouring coordinates, turned by θ = p·base^(−2i/d): y_2i = x_2i cos θ − x_{2i+1} sin θ and
 * y_{2i+1} = x_2i sin θ + x_{2i+1} cos θ.
 *
 * @param x [..., T, d]
 * @param positions p of each of the T vectors
 * @param base of the wavelengths
 * @returns [..., T, d]
 * @throws RangeError when d is odd, or when there is not one position for each vector
 * @see Su et al. 2021, eq. 13–16 and 34
 */
export function rotary(x: tf.Tensor, positions: number[], base = 10000): tf.Tensor {
  const [length = 0, d = 0] = x.shape.slice(-2);
  if (d % 2 !== 0) {
    throw new RangeError(`rotary: x has width ${d}, expected an even one; its coordinates turn in pairs (add one)`);
  }
  if (positions.length !== length) {
    throw new RangeError(
      `rotary: there are ${positions.length} positions for ${length} vectors, expected as many; give each its own`,
    );
  }
  const angles = positions.map((p) => Array.from({ length: d }, (_, j) => p * rate(Math.floor(j / 2), d, base)));
  const table = (f: (angle: number) => number) =>
    tf.tensor2d(
      angles.map((row) => row.map(f)),
      [length, d],
    );
  // (x_2i, x_{2i+1}) by a quarter turn is (−x_{2i+1}, x_2i).
  const quarter = tf.tensor2d([
    [0, 1],
    [-1, 0],
  ]);
  const turned = tf.matMul(x.reshape([-1, 2]), quarter).reshape(x.shape); // [..., T, d]
  return x.mul(table(Math.cos)).add(turned.mul(table(Math.sin)));
}
