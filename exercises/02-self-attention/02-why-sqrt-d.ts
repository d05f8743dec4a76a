import * as tf from "@tensorflow/tfjs";
import { stableSoftmax } from "../01-recurrent-attention/01-stable-softmax.js";
import type { ScoreStatistics } from "../types.js";

/**
 * What the width d does to attention: how far its scores spread, how soft its weights are, and how much of a gradient
 * passes through its softmax.
 *
 *     S = q·kᵀ, divided by √d if `scaled`        p = softmax of a row of S
 *     variance     = mean over all n·m scores of (s − their mean)²
 *     entropy      = mean over the rows of −Σ_j p_j ln p_j,  where 0·ln 0 = 0
 *     jacobianNorm = mean over the rows of ‖diag(p) − p pᵀ‖_F,
 *                    ‖diag(p) − p pᵀ‖_F² = Σ_j p_j² − 2·Σ_j p_j³ + (Σ_j p_j²)²
 *
 * For a row that is one-hot the last line is 1 − 2 + 1; rounding may leave it below 0: clamp it before the root.
 *
 * @param q [n, d]
 * @param k [m, d]
 * @param scaled whether the scores are divided by √d
 * @returns three plain numbers; the logarithm of the entropy is the natural one
 * @see Vaswani et al. 2017, §3.2.1, the footnote on the variance of q·k
 */
export function scoreStatistics(q: tf.Tensor, k: tf.Tensor, scaled: boolean): ScoreStatistics {
  // TODO: compute the scores, divide them if asked to, take their variance, then softmax, and its entropy and Jacobian.
  throw new Error("TODO 2.2: scoreStatistics");
}
