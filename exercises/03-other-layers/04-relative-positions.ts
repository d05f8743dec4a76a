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
  throw new Error("TODO 3.4: relativeIndices");
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
  throw new Error("TODO 3.4: relativeSelfAttention");
}
