/**
 * Noam's learning rate: it grows in a straight line for `warmup` steps, then falls like 1/√step.
 *
 *     rate = factor · d^(−1/2) · min(step^(−1/2), step · warmup^(−3/2))
 *
 * @param step from 1: the first update of the weights is step 1
 * @param d width of the model
 * @param warmup the step at which the rate is highest
 * @param factor multiplies every rate
 * @returns the rate of this step, a plain number
 * @throws RangeError when step is below 1
 * @see Vaswani et al. 2017, eq. 3
 */
export function noamRate(step: number, d: number, warmup = 4000, factor = 1): number {
  // TODO: refuse a step below 1; else take the smaller of the two rates, divided by √d and times the factor.
  // #region solution
  if (step < 1) {
    throw new RangeError(`noamRate: step is ${step}, expected at least 1; count the steps from 1`);
  }
  return (factor * Math.min(step ** -0.5, step * warmup ** -1.5)) / Math.sqrt(d);
  // #endregion
}
