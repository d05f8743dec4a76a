import * as tf from "@tensorflow/tfjs";
import type { Context } from "../types.js";
import { stableSoftmax } from "./01-stable-softmax.js";

/**
 * The states mixed by attention: α = softmax over j of the scores e_j, and c = Σ_j α_j h_j.
 *
 * Masked scores are replaced by −1e9 before the softmax. The fill is finite, so a row that may attend nowhere gets
 * finite numbers, whichever they are; with −Infinity it would get NaN.
 *
 * @param scores [B, T]
 * @param states [B, T, dh]
 * @param mask [B, T] bool, true where a state may be attended; all may without one
 * @returns the weights α [B, T] and the context c [B, dh]
 * @see Bahdanau et al. 2014, eq. 5–6
 */
export function contextVector(scores: tf.Tensor, states: tf.Tensor, mask?: tf.Tensor): Context {
  // TODO: replace the scores at masked positions, normalise over the positions, average the states with these weights.
  throw new Error("TODO 1.5: contextVector");
}
