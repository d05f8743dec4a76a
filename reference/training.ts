/** Training a transformer: gradients of the loss, and a step of Adam at Noam's rate. */
import * as tf from "@tensorflow/tfjs";
import type {
  Batch,
  Training,
  TrainOptions,
  TrainState,
  TrainStep,
  TransformerConfig,
  TransformerParams,
} from "../exercises/types.js";
import { smoothedCrossEntropy } from "./losses.js";
import { adamStep, noamRate } from "./optimization.js";
import { transformer } from "./transformer.js";
import { tensorsOf, withTensors } from "./trees.js";

/**
 * One update of all parameters: the smoothed cross-entropy of the batch at the old parameters, its gradients, clipped to
 * a common norm where asked, and a step of Adam for each tensor at Noam's rate.
 *
 * @param state parameters, Adam's means, and the updates made so far; not changed
 * @param batch sentences of both languages
 * @param config size and form of the transformer
 * @param options of Adam, Noam and the loss
 * @returns the next state, and the loss before the update
 * @see Vaswani et al. 2017, §5.3 and §5.4
 */
export function trainStep(
  state: TrainState,
  batch: Batch,
  config: TransformerConfig,
  options: TrainOptions,
): TrainStep {
  const step = state.step + 1;
  const lr = noamRate(step, config.d, options.warmup, options.factor);
  const thetas = tensorsOf(state.params);
  const lossAt = (...tensors: tf.Tensor[]) => lossOf(withTensors(tensors, state.params), batch, config, options);
  const { value, grads } = tf.valueAndGrads(lossAt)(thetas);
  const gradients = options.clipNorm === undefined ? grads : clipped(grads, options.clipNorm);

  const [m, v] = [tensorsOf(state.m), tensorsOf(state.v)];
  const updated = thetas.map((theta, i) =>
    tf.tidy(() => {
      const before = { m: m[i] as tf.Tensor, v: v[i] as tf.Tensor, t: state.step };
      const after = adamStep(theta, gradients[i] as tf.Tensor, before, { ...options, lr });
      return [after.theta, after.state.m, after.state.v] as const;
    }),
  );
  const loss = value.dataSync()[0] ?? Number.NaN;
  tf.dispose([value, ...grads, ...gradients]);
  const each = (place: 0 | 1 | 2) => updated.map((tensors) => tensors[place]);
  return {
    state: {
      params: withTensors(each(0), state.params),
      m: withTensors(each(1), state.m),
      v: withTensors(each(2), state.v),
      step,
    },
    loss,
  };
}

/**
 * One step for each batch, in order; the states in between are disposed of.
 *
 * @param state where to begin; neither changed nor disposed of
 * @param batches in the order in which they are learned from
 * @param config size and form of the transformer
 * @param options of Adam, Noam and the loss
 * @returns the last state (the given one when there is no batch), and the loss before each update
 * @see Vaswani et al. 2017, §5.3 and §5.4
 */
export function train(state: TrainState, batches: Batch[], config: TransformerConfig, options: TrainOptions): Training {
  const losses: number[] = [];
  let current = state;
  for (const batch of batches) {
    const { state: next, loss } = trainStep(current, batch, config, options);
    if (current !== state) tf.dispose([current.params, current.m, current.v].flatMap(tensorsOf));
    current = next;
    losses.push(loss);
  }
  return { state: current, losses };
}

function lossOf(p: TransformerParams, batch: Batch, config: TransformerConfig, { smoothing, pad }: TrainOptions) {
  const { source, targetIn, targetOut, sourceMask, targetMask } = batch;
  const { logits } = transformer(p, config, source, targetIn, sourceMask, targetMask); // [B, m, V]
  const rows = logits.reshape([-1, config.targetSize]); // [B·m, V]
  return smoothedCrossEntropy(rows, targetOut.flatten(), smoothing, pad).asScalar();
}

/** All gradients together at most as long as `limit`. */
function clipped(gradients: tf.Tensor[], limit: number): tf.Tensor[] {
  return tf.tidy(() => {
    const norm = tf.addN(gradients.map((gradient) => gradient.square().sum())).sqrt();
    const factor = tf.minimum(1, tf.div(limit, norm));
    return gradients.map((gradient) => gradient.mul(factor));
  });
}
