/** Steps of Adam (5.5) for whole models, for labs that do not train a transformer. */
import * as tf from "@tensorflow/tfjs";
import { tensorsOf, withTensors } from "../../reference/trees.js";
import type { State } from "./lab.js";
import type { Parts } from "./parts.js";

/** A tree like this one, all of its numbers 0. */
export function zerosLike<T extends object>(params: T): T {
  return withTensors(
    tensorsOf(params).map((tensor) => tf.zerosLike(tensor)),
    params,
  );
}

/** Where training of these weights begins. */
export const begin = (params: object): State => ({ params, m: zerosLike(params), v: zerosLike(params), step: 0 });

/**
 * One step down the gradient of a loss.
 *
 * @param loss of the weights, a scalar
 * @returns the next state, and the loss before it
 */
export function descend<P extends object>(
  { adamStep }: Parts,
  state: State & { readonly params: P },
  loss: (params: P) => tf.Tensor,
  lr: number,
): { readonly state: State & { readonly params: P }; readonly loss: number } {
  const [parameters, means, squares] = [state.params, state.m, state.v].map(tensorsOf) as [
    tf.Tensor[],
    tf.Tensor[],
    tf.Tensor[],
  ];
  const { value, grads } = tf.valueAndGrads((...tensors) => loss(withTensors(tensors, state.params)).asScalar())(
    parameters,
  );
  const steps = grads.map((gradient, i) => {
    const before = { m: means[i] as tf.Tensor, v: squares[i] as tf.Tensor, t: state.step };
    return adamStep(parameters[i] as tf.Tensor, gradient, before, { lr, beta1: 0.9, beta2: 0.98, eps: 1e-9 });
  });
  const tree = <T extends object>(tensors: tf.Tensor[], like: T) => withTensors(tensors, like);
  return {
    state: {
      params: tree(
        steps.map(({ theta }) => theta),
        state.params,
      ),
      m: tree(
        steps.map(({ state: after }) => after.m),
        state.m,
      ),
      v: tree(
        steps.map(({ state: after }) => after.v),
        state.v,
      ),
      step: state.step + 1,
    },
    loss: value.dataSync()[0] ?? Number.NaN,
  };
}
