import * as tf from "@tensorflow/tfjs";
import { flatten, unflatten } from "../support.js";
import type { Batch, Training, TrainOptions, TrainState, TrainStep, TransformerConfig } from "../types.js";
import { adamStep } from "./05-adam.js";
import { noamRate } from "./06-noam.js";
import { smoothedCrossEntropy } from "./07-label-smoothing.js";
import { transformer } from "./11-transformer.js";

/**
 * One update of all parameters of a transformer.
 *
 *     t    = step + 1
 *     loss = smoothed cross-entropy of the logits against targetOut, at the old parameters
 *     g    = its gradients, all together times min(1, clipNorm / ‖all gradients‖₂) if clipNorm is given, 0 included
 *     each parameter: a step of Adam at Noam's rate of t
 *
 * `flatten` and `unflatten` of `support.ts` turn the parameters into a list of tensors and back.
 *
 * Clean up after yourself here: training calls this thousands of times, and whatever it leaves behind adds up. Nothing
 * but the tensors of the new state may remain. `tf.tidy`, `tf.keep` and `tf.dispose` are the way; `tf.engine` is not
 * available.
 *
 * @param state parameters, Adam's means m and v, and the updates made so far; neither changed nor disposed of
 * @param batch sentences of both languages (5.8); its masks hold as they come
 * @param config size and form of the transformer; logits have config.targetSize classes
 * @param options beta1, beta2, eps of Adam; warmup and factor of Noam; smoothing and pad of the loss; clipNorm
 * @returns the next state, in tensors of its own, and the loss before the update, as a number
 * @see Vaswani et al. 2017, §5.3 and §5.4
 */
export function trainStep(
  state: TrainState,
  batch: Batch,
  config: TransformerConfig,
  options: TrainOptions,
): TrainStep {
  // TODO: take the gradients of the loss by all parameters, clip them if asked to, and make a step of Adam for each.
  // #region solution
  const step = state.step + 1;
  const lr = noamRate(step, config.d, options.warmup, options.factor);
  const [parameters, means, squares] = [flatten(state.params), flatten(state.m), flatten(state.v)];

  const lossAt = (...tensors: tf.Tensor[]) => {
    const { source, targetIn, targetOut, sourceMask, targetMask } = batch;
    const params = unflatten(tensors, state.params);
    const { logits } = transformer(params, config, source, targetIn, sourceMask, targetMask); // [B, m, V]
    const rows = logits.reshape([-1, config.targetSize]); // [B·m, V]
    return smoothedCrossEntropy(rows, targetOut.flatten(), options.smoothing, options.pad).asScalar();
  };

  const [loss, ...updated] = tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads(lossAt)(parameters);
    const norm = tf.addN(grads.map((gradient) => gradient.square().sum())).sqrt(); // of all gradients as one vector
    const scale = options.clipNorm === undefined ? tf.scalar(1) : tf.minimum(1, tf.div(options.clipNorm, norm));
    const steps = grads.map((gradient, i) => {
      const before = { m: means[i] as tf.Tensor, v: squares[i] as tf.Tensor, t: state.step };
      return adamStep(parameters[i] as tf.Tensor, gradient.mul(scale), before, { ...options, lr });
    });
    return [
      value,
      ...steps.map(({ theta }) => theta),
      ...steps.map(({ state: { m } }) => m),
      ...steps.map(({ state: { v } }) => v),
    ];
  });

  const third = (place: number) => updated.slice(place * parameters.length, (place + 1) * parameters.length);
  const next: TrainState = {
    params: unflatten(third(0), state.params),
    m: unflatten(third(1), state.m),
    v: unflatten(third(2), state.v),
    step,
  };
  const number = loss?.dataSync()[0] ?? Number.NaN;
  loss?.dispose();
  return { state: next, loss: number };
  // #endregion
}

/**
 * Several steps of training, one for each batch, in order.
 *
 * It disposes of every state in between, but not of the one that it was given: at the end, the tensors of the last state
 * are all that it leaves.
 *
 * @param state where to begin; neither changed nor disposed of
 * @param batches in the order in which they are learned from; with none, the state is returned as it came
 * @param config size and form of the transformer
 * @param options as for trainStep
 * @returns the state after the last step, and the loss of each step
 * @see Vaswani et al. 2017, §5.3 and §5.4
 */
export function train(state: TrainState, batches: Batch[], config: TransformerConfig, options: TrainOptions): Training {
  // TODO: make a step for each batch, keep the losses, and dispose of the states in between.
  // #region solution
  const losses: number[] = [];
  let current = state;
  for (const batch of batches) {
    const { state: next, loss } = trainStep(current, batch, config, options);
    losses.push(loss);
    if (current !== state) {
      for (const tensors of [current.params, current.m, current.v]) tf.dispose(flatten(tensors));
    }
    current = next;
  }
  return { state: current, losses };
  // #endregion
}
