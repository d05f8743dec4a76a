import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { GruParams } from "../types.js";

/**
 * One step of a gated recurrent unit, which keeps or rewrites each entry s of its state:
 *
 *     z = σ(x·wz + s·uz + bz)              update: how much of the entry is rewritten
 *     r = σ(x·wr + s·ur + br)              reset: how much of the old state the candidate sees
 *     c = tanh(x·wc + (r ⊙ s)·uc + bc)     candidate
 *     s' = (1 − z) ⊙ s + z ⊙ c
 *
 * Two conventions are in use. Here z = 1 rewrites (elsewhere it may keep), and r multiplies the state before the
 * product with uc (elsewhere after it).
 *
 * @param x [B, dx] input
 * @param state [B, dh] the state before this input
 * @param p weights: wz, wr, wc [dx, dh], uz, ur, uc [dh, dh], bz, br, bc [dh]
 * @returns [B, dh] the state after it
 * @see Bahdanau et al. 2014, appendix A.1.1 and A.2.1 (written there without biases)
 */
export function gruCell(x: tf.Tensor, state: tf.Tensor, p: GruParams): tf.Tensor {
  // TODO: compute the two gates, then the candidate from the reset state, and interpolate between state and candidate.
  throw new Error("TODO 1.3: gruCell");
}
