import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { AlignmentScorer } from "../types.js";

/**
 * How well a query s matches each state h_j, by one of four scores:
 *
 *     dot        s·h_j
 *     general    (s·wa)·h_j
 *     additive   tanh(s·wa + h_j·ua)·va
 *     concat     tanh([s ; h_j]·wa)·va
 *
 * @param query [B, ds]
 * @param states [B, T, dh]
 * @param scorer which score, and its weights
 * @returns [B, T] one score per state, not normalised
 * @throws RangeError when the score is dot and the widths ds and dh differ
 * @see Luong et al. 2015, §3.1; Bahdanau et al. 2014, appendix A.1.2
 */
export function alignmentScores(query: tf.Tensor, states: tf.Tensor, scorer: AlignmentScorer): tf.Tensor {
  // TODO: tell the four kinds apart by scorer.kind, and score the query of each example against all of its states.
  throw new Error("TODO 1.4: alignmentScores");
}
