/** Attention over the states of a recurrent network: softmax, alignment scores, contexts, Bahdanau and Luong. */
import * as tf from "@tensorflow/tfjs";
import type {
  AlignmentScorer,
  BahdanauParams,
  BahdanauStep,
  Context,
  LuongGlobal,
  LuongLocal,
  LuongLocalParams,
  LuongParams,
} from "../exercises/types.js";
import { gruCell } from "./recurrent.js";

/**
 * Softmax over the last axis, the maximum taken per row.
 *
 * @param x [..., n]
 * @returns [..., n]
 * @see Vaswani et al. 2017, eq. 1; Bahdanau et al. 2014, eq. 6
 */
export function stableSoftmax(x: tf.Tensor): tf.Tensor {
  return tf.softmax(x, -1);
}

/**
 * How well a query s matches each state h_j: dot s·h_j, general (s·wa)·h_j, additive tanh(s·wa + h_j·ua)·va,
 * concat tanh([s ; h_j]·wa)·va.
 *
 * @param query [B, ds]
 * @param states [B, T, dh]
 * @param scorer which score, and its weights
 * @returns [B, T]
 * @throws RangeError when the score is dot and the widths ds and dh differ
 * @see Luong et al. 2015, §3.1; Bahdanau et al. 2014, appendix A.1.2
 */
export function alignmentScores(query: tf.Tensor, states: tf.Tensor, scorer: AlignmentScorer): tf.Tensor {
  const ds = query.shape[1] ?? 0;
  const dh = states.shape[2] ?? 0;
  switch (scorer.kind) {
    case "dot":
      if (ds !== dh) {
        throw new RangeError(
          `alignmentScores: query has width ${ds} and states have width ${dh}; ` +
            "dot scores need equal widths (use general)",
        );
      }
      return states.mul(query.expandDims(1)).sum(2); // [B, T]
    case "general": // (s·wa)·h = s·(h·waᵀ)
      return timesMatrix(states, scorer.wa.transpose()).mul(query.expandDims(1)).sum(2); // [B, T]
    case "additive":
      return additiveScores(query, states, scorer.wa, scorer.ua, scorer.va); // [B, T]
    case "concat": // the rows of wa that meet s, and those that meet h
      return additiveScores(query, states, scorer.wa.slice(0, ds), scorer.wa.slice(ds, dh), scorer.va); // [B, T]
  }
}

/** tanh(s·wa + h_j·ua)·va → [B, T] */
function additiveScores(query: tf.Tensor, states: tf.Tensor, wa: tf.Tensor, ua: tf.Tensor, va: tf.Tensor): tf.Tensor {
  const hidden = tf.matMul(query, wa).expandDims(1).add(timesMatrix(states, ua)).tanh(); // [B, T, da]
  return hidden.mul(va).sum(2); // [B, T]
}

/** x [B, T, a] · w [a, b] → [B, T, b], with a copy of w for each example so that its gradient is summed over them. */
function timesMatrix(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return tf.matMul(x, w.expandDims(0).tile([x.shape[0] ?? 0, 1, 1]));
}

/**
 * The states mixed by attention: α = softmax over j of the scores e_j, and c = Σ_j α_j h_j; masked scores become −1e9.
 *
 * @param scores [B, T]
 * @param states [B, T, dh]
 * @param mask [B, T] bool, true where a state may be attended; all may without one
 * @returns the weights α [B, T] and the context c [B, dh]
 * @see Bahdanau et al. 2014, eq. 5–6
 */
export function contextVector(scores: tf.Tensor, states: tf.Tensor, mask?: tf.Tensor): Context {
  const keep = mask?.cast("float32") ?? tf.onesLike(scores); // [B, T], 1 where allowed
  const weights = stableSoftmax(scores.mul(keep).add(keep.sub(1).mul(1e9))); // [B, T]
  return { weights, context: states.mul(weights.expandDims(2)).sum(1) };
}

/**
 * One step of Bahdanau's decoder: additive scores from the incoming state s, s' = GRU([y ; c], s), and
 * logits = [s' ; c ; y]·wo + bo.
 *
 * @param previous [B, de] embedding y of the previous word
 * @param state [B, ds] the incoming state s
 * @param states [B, T, dh] annotations of the source
 * @param p weights
 * @param mask [B, T] bool, true where a state may be attended; all may without one
 * @returns the new state [B, ds], the weights [B, T], the context [B, dh] and the logits [B, V]
 * @see Bahdanau et al. 2014, eq. 4–6 and appendix A.2.2, the readout simplified (no maxout, the new state)
 */
export function bahdanauStep(
  previous: tf.Tensor,
  state: tf.Tensor,
  states: tf.Tensor,
  p: BahdanauParams,
  mask?: tf.Tensor,
): BahdanauStep {
  const { weights, context } = contextVector(additiveScores(state, states, p.wa, p.ua, p.va), states, mask);
  const next = gruCell(tf.concat([previous, context], 1), state, p.gru); // [B, ds]
  const parts = [next, context, previous];
  const rows = tf.split(
    p.wo,
    parts.map((part) => part.shape[1] ?? 0),
  ); // the rows of wo that meet each part
  const logits = tf.addN(parts.map((part, i) => tf.matMul(part, rows[i] as tf.Tensor))).add(p.bo); // [B, V]
  return { state: next, weights, context, logits };
}

/**
 * Luong's global attention: general scores of the current state h, attentional = tanh([c ; h]·wc).
 *
 * @param target [B, dh] the current state of the decoder
 * @param source [B, S, dh] states of the source
 * @param p weights
 * @returns the weights [B, S] and the attentional state [B, dh]
 * @see Luong et al. 2015, eq. 5 and 7
 */
export function luongGlobal(target: tf.Tensor, source: tf.Tensor, p: LuongParams): LuongGlobal {
  const { weights, context } = contextVector(alignmentScores(target, source, { kind: "general", wa: p.wa }), source);
  const [forContext, forTarget] = tf.split(p.wc, 2) as [tf.Tensor, tf.Tensor]; // [dh, dh] twice
  const attentional = tf.matMul(context, forContext).add(tf.matMul(target, forTarget)).tanh(); // [B, dh]
  return { weights, attentional };
}

/**
 * Luong's local attention with a predicted position: center = S·σ(tanh(h·wp)·vp), softmax of the general scores over
 * the positions within D of it, times exp(−(s − center)²/(2σ²)) with σ = D/2, not normalised again.
 *
 * @param target [B, dh] the current state of the decoder
 * @param source [B, S, dh] states of the source
 * @param p weights
 * @param halfWidth D, in positions, at least 1
 * @returns the center [B] and the weights [B, S]
 * @throws RangeError when halfWidth is below 1
 * @see Luong et al. 2015, eq. 7, 9 and 10
 */
export function luongLocal(target: tf.Tensor, source: tf.Tensor, p: LuongLocalParams, halfWidth: number): LuongLocal {
  if (halfWidth < 1) {
    throw new RangeError(
      `luongLocal: halfWidth is ${halfWidth}, expected at least 1; a narrower window could hold no position (widen it)`,
    );
  }
  const length = source.shape[1] ?? 0;
  const center = tf.matMul(target, p.wp).tanh().mul(p.vp).sum(1).sigmoid().mul(length); // [B]
  const distance = center.expandDims(1).sub(tf.range(0, length)); // [B, S]
  // By step and not by a comparison: tfjs has no gradient for those, and the center depends on wp and vp.
  const inside = tf.sub(1, tf.step(distance.abs().sub(halfWidth))).cast("bool"); // [B, S]
  const scores = alignmentScores(target, source, { kind: "general", wa: p.wa }); // [B, S]
  const { weights } = contextVector(scores, source, inside); // [B, S]
  const fade = distance.div(halfWidth).square().mul(-2).exp(); // [B, S], since 2σ² = D²/2
  return { center, weights: weights.mul(fade) };
}
