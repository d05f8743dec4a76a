import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { LuongGlobal, LuongLocal, LuongLocalParams, LuongParams } from "../types.js";
import { stableSoftmax } from "./01-stable-softmax.js";
import { alignmentScores } from "./04-alignment-scores.js";
import { contextVector } from "./05-context-vector.js";

/**
 * Luong's global attention: the current state h attends to all source states h̄_s, and what it finds is joined to it.
 *
 *     a = softmax over s of (h·wa)·h̄_s,   c = Σ_s a_s h̄_s,   attentional = tanh([c ; h]·wc)
 *
 * @param target [B, dh] the current state of the decoder (in Bahdanau's step it is the previous one)
 * @param source [B, S, dh] states of the source
 * @param p weights: wa [dh, dh], wc [2·dh, dh]
 * @returns the weights a [B, S] and the attentional state [B, dh]
 * @see Luong et al. 2015, eq. 5 and 7
 */
export function luongGlobal(target: tf.Tensor, source: tf.Tensor, p: LuongParams): LuongGlobal {
  // TODO: score with the general scorer, mix the source states, and pass context and state, in this order, through wc.
  throw new Error("TODO 1.7: luongGlobal");
}

/**
 * Luong's local attention with a predicted position: a window around a center that the current state h chooses.
 *
 *     center = S·σ(tanh(h·wp)·vp)                             a real number between 0 and S
 *     align = softmax of (h·wa)·h̄_s over the positions s in 0, …, S − 1 with |s − center| ≤ D, and 0 outside
 *     weights = align · exp(−(s − center)²/(2σ²)),  σ = D/2   not normalised again
 *
 * Scores outside the window are replaced by −1e9 before the softmax.
 *
 * @param target [B, dh] the current state of the decoder
 * @param source [B, S, dh] states of the source
 * @param p weights: wa [dh, dh], wp [dh, da], vp [da]
 * @param halfWidth D, in positions, at least 1
 * @returns the center [B] and the weights [B, S]
 * @throws RangeError when halfWidth is below 1, because the window could then be empty
 * @see Luong et al. 2015, eq. 7, 9 and 10
 */
export function luongLocal(target: tf.Tensor, source: tf.Tensor, p: LuongLocalParams, halfWidth: number): LuongLocal {
  // TODO: predict the center, normalise the general scores within D of it, and let them fade with the distance.
  throw new Error("TODO 1.7: luongLocal");
}
