/** How weights are updated: Adam, and Noam's learning rate. */
import type * as tf from "@tensorflow/tfjs";
import type { AdamOptions, AdamState, AdamStep } from "../exercises/types.js";

/**
 * One step of Adam, in the form that corrects the rate instead of the two means:
 * θ − lr·√(1 − β2^t)/(1 − β1^t) · m/(√v + ε·√(1 − β2^t)), which equals θ − lr·m̂/(√v̂ + ε).
 *
 * @param theta the parameter, of any shape
 * @param gradient of the loss by theta, shape of theta
 * @param state the running means, shape of theta, and the number of steps made so far
 * @param options rate, decays and ε
 * @returns the new parameter and the new state, whose t counts this step too
 * @see Kingma & Ba 2015, algorithm 1 and the end of §2
 */
export function adamStep(theta: tf.Tensor, gradient: tf.Tensor, state: AdamState, options: AdamOptions): AdamStep {
  const { lr, beta1, beta2, eps } = options;
  const t = state.t + 1;
  const m = gradient.add(state.m.sub(gradient).mul(beta1));
  const v = gradient
    .square()
    .mul(1 - beta2)
    .add(state.v.mul(beta2));
  const root = Math.sqrt(1 - beta2 ** t);
  const rate = (lr * root) / (1 - beta1 ** t);
  return { theta: theta.sub(m.mul(rate).div(v.sqrt().add(eps * root))), state: { m, v, t } };
}

/**
 * The learning rate of a step: it grows in a straight line for `warmup` steps, then falls like 1/√step.
 *
 * @param step from 1
 * @param d width of the model
 * @param warmup the step at which the rate is highest
 * @param factor of all rates
 * @returns factor · d^(−1/2) · min(step^(−1/2), step · warmup^(−3/2))
 * @throws RangeError when step is below 1
 * @see Vaswani et al. 2017, eq. 3
 */
export function noamRate(step: number, d: number, warmup = 4000, factor = 1): number {
  if (!(step >= 1)) throw new RangeError(`noamRate: step is ${step}, expected at least 1; count the steps from 1`);
  const highest = factor / Math.sqrt(d * warmup);
  return step < warmup ? highest * (step / warmup) : highest * Math.sqrt(warmup / step);
}
