import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { BahdanauParams, BahdanauStep } from "../types.js";
import { gruCell } from "./03-gru-cell.js";
import { alignmentScores } from "./04-alignment-scores.js";
import { contextVector } from "./05-context-vector.js";

/**
 * One step of a decoder that looks back at the source before it updates its state:
 *
 *     e_j = tanh(s·wa + h_j·ua)·va         scores from the incoming state s, not from the new one
 *     α = softmax over j of e,  c = Σ_j α_j h_j
 *     s' = GRU([y ; c], s)                 y is the embedding of the previous word
 *     logits = [s' ; c ; y]·wo + bo
 *
 * Masked scores are replaced by −1e9 before the softmax, so a row that may attend nowhere stays finite.
 * The readout is the paper's, simplified: it has no maxout layer, and it reads the new state as in eq. 4.
 *
 * @param previous [B, de] embedding y of the previous word
 * @param state [B, ds] the incoming state s
 * @param states [B, T, dh] annotations h of the source
 * @param p weights: wa [ds, da], ua [dh, da], va [da], wo [ds + dh + de, V], bo [V], and a GRU with dx = de + dh and
 *   dh = ds
 * @param mask [B, T] bool, true where a state may be attended; all may without one
 * @returns the new state [B, ds], the weights α [B, T], the context c [B, dh] and the logits [B, V]
 * @see Bahdanau et al. 2014, eq. 4–6 and appendix A.2.2
 */
export function bahdanauStep(
  previous: tf.Tensor,
  state: tf.Tensor,
  states: tf.Tensor,
  p: BahdanauParams,
  mask?: tf.Tensor,
): BahdanauStep {
  // TODO: attend with the incoming state, update it from the previous word and the context, then read the logits out.
  throw new Error("TODO 1.6: bahdanauStep");
}
