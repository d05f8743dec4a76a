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
  // #region solution
  const [, length = 0, width = 0] = states.shape;
  const [, queryWidth = 0] = query.shape;
  const dot = (s: tf.Tensor) => tf.matMul(states, s.expandDims(2)).squeeze([2]); // [B, T]
  const project = (hidden: tf.Tensor, va: tf.Tensor) => linear(hidden, va.expandDims(1)).squeeze([2]); // [B, T]

  switch (scorer.kind) {
    case "dot":
      if (queryWidth !== width) {
        throw new RangeError(
          `alignmentScores: query has width ${queryWidth} and states have width ${width}; ` +
            "dot scores need equal widths (use general)",
        );
      }
      return dot(query); // [B, T]
    case "general":
      return dot(linear(query, scorer.wa)); // [B, T]
    case "additive": {
      const fromQuery = linear(query, scorer.wa).expandDims(1); // [B, 1, da]
      const fromStates = linear(states, scorer.ua); // [B, T, da]
      return project(tf.tanh(fromStates.add(fromQuery)), scorer.va); // [B, T]
    }
    case "concat": {
      const queries = query.expandDims(1).tile([1, length, 1]); // [B, T, ds]
      const pairs = tf.concat([queries, states], 2); // [B, T, ds + dh]
      return project(tf.tanh(linear(pairs, scorer.wa)), scorer.va); // [B, T]
    }
  }
  // #endregion
}
