import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import type { Attention, RelativeAttentionParams } from "../types.js";

/**
 * Which row of a table belongs to query i and key j: the distance j − i, at most k to either side, counted from 0.
 *
 *     index_ij = clip(j − i, −k, k) + k
 *
 * Row 0 is for keys that stand k or more places before the query, row k for the query's own place, row 2k for keys that
 * stand k or more places after it.
 *
 * @param n queries
 * @param m keys
 * @param k the farthest distance that has a row of its own, an integer, at least 0
 * @returns n × m, entries 0..2k
 * @see Shaw et al. 2018, §3.2
 */
export function relativeIndices(n: number, m: number, k: number): number[][] {
  // TODO: for each query and key, clip the distance j − i to −k..k and add k.
  // #region solution
  const clip = (distance: number) => Math.max(-k, Math.min(distance, k));
  return Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, j) => clip(j - i) + k));
  // #endregion
}

/**
 * Self-attention that knows distances: the one from query i to key j adds a vector to the key and one to the value.
 *
 *     e_ij = q_i·(k_j + aK_ij) / √dk,   α_i = softmax over j of e_ij,   z_i = Σ_j α_ij (v_j + aV_ij)
 *
 * q_i, k_j and v_j are the rows of x·wq, x·wk and x·wv; aK_ij and aV_ij are the rows index_ij of relativeKeys and
 * relativeValues. The tables have 2k + 1 rows: the farthest distance k follows from their number, and may be 0 or
 * exceed the length. Nothing is masked.
 *
 * There are n² offsets but only 2k + 1 rows, so they need not be built one by one: q_i·aK_ij is an entry of
 * (x·wq)·relativeKeysᵀ (eq. 5), and in Σ_j α_ij aV_ij each row of the table counts with all the weight that query i
 * gives to its distance.
 *
 * @param x [n, d]
 * @param p weights: wq [d, dk], wk [d, dk], wv [d, dv], relativeKeys [2k+1, dk], relativeValues [2k+1, dv]
 * @returns the output z [n, dv] and the weights α [n, n]
 * @throws RangeError when the tables have different numbers of rows, or an even one
 * @see Shaw et al. 2018, eq. 3–5
 */
export function relativeSelfAttention(x: tf.Tensor, p: RelativeAttentionParams): Attention {
  // TODO: check the tables, add q·aK to q·k before the scale, normalise the rows, and mix the values and their offsets.
  // #region solution
  const [n = 0] = x.shape;
  const [rows = 0, dk = 1] = p.relativeKeys.shape; // rows = 2k + 1
  const [valueRows = 0] = p.relativeValues.shape;
  if (rows !== valueRows || rows % 2 === 0) {
    throw new RangeError(
      `relativeSelfAttention: relativeKeys has ${rows} rows and relativeValues ${valueRows}, expected the same odd ` +
        "number; give each distance from −k to k one row in both",
    );
  }
  const indices = tf.tensor2d(relativeIndices(n, n, (rows - 1) / 2), [n, n], "int32");
  const at = tf.equal(indices.expandDims(2), tf.range(0, rows, 1, "int32")).cast("float32"); // [n, n, rows], one-hot

  const queries = tf.matMul(x, p.wq); // [n, dk]
  const byDistance = tf.matMul(queries, p.relativeKeys, false, true).expandDims(1); // [n, 1, rows]
  const content = tf.matMul(queries, tf.matMul(x, p.wk), false, true); // [n, n]
  const scores = content.add(at.mul(byDistance).sum(2)); // [n, n]
  const weights = stableSoftmax(scores.div(Math.sqrt(dk))); // [n, n]

  const spent = at.mul(weights.expandDims(2)).sum(1); // [n, rows], on each distance
  const output = tf.matMul(weights, tf.matMul(x, p.wv)).add(tf.matMul(spent, p.relativeValues)); // [n, dv]
  return { output, weights };
  // #endregion
}
