import * as tf from "@tensorflow/tfjs";
import type { AdamOptions, AdamState, AdamStep } from "../types.js";

/**
 * One step of Adam: each number of a parameter moves by about lr, whatever the size of its gradient.
 *
 *     t = state.t + 1
 *     m = β1·m + (1 − β1)·g         running mean of the gradient g
 *     v = β2·v + (1 − β2)·g²        running mean of its square, number by number
 *     m̂ = m/(1 − β1^t),  v̂ = v/(1 − β2^t)
 *     θ = θ − lr·m̂/(√v̂ + ε)
 *
 * Both means start at zero, so the first ones are too small; m̂ and v̂ make up for it. They serve this step alone: the
 * new state holds m and v as they are. The old state and parameter stay unchanged.
 *
 * @param theta the parameter θ, of any shape
 * @param gradient g of the loss by θ, shape of theta
 * @param state m and v, shape of theta, and t, the number of steps made so far (0 before the first one)
 * @param options the rate lr, the decays beta1 and beta2, and eps; 0.9, 0.98 and 1e-9 in Vaswani et al. 2017, §5.3
 * @returns the new θ and the new state, whose t counts this step too
 * @see Kingma & Ba 2015, algorithm 1
 */
export function adamStep(theta: tf.Tensor, gradient: tf.Tensor, state: AdamState, options: AdamOptions): AdamStep {
  // TODO: count the step, update both means, correct them for their start at zero, and move θ against the gradient.
  throw new Error("TODO 5.5: adamStep");
}
