/** Steps of Adam (5.5) for whole models, for labs that do not train a transformer. */
import * as tf from "@tensorflow/tfjs";
import type { State } from "./lab.js";
import type { Parts } from "./parts.js";
import { tensorsOf, withTensors } from "./trees.js";

/** A tree like this one, all of its numbers 0. */
export function zerosLike<T extends object>(params: T): T {
  return withTensors(
    tensorsOf(params).map((tensor) => tf.zerosLike(tensor)),
    params,
  );
}

/** A state whose weights are of this kind. */
export type StateOf<P extends object> = State & { readonly params: P };

/** Where training of these weights begins. */
export const begin = <P extends object>(params: P): StateOf<P> => ({
  params,
  m: zerosLike(params),
  v: zerosLike(params),
  step: 0,
});

/**
 * One step down the gradient of a loss.
 *
 * @param loss of the weights, a scalar
 * @returns the next state, and the loss before it
 */
export function descend<P extends object>(
  { adamStep }: Parts,
  state: StateOf<P>,
  loss: (params: P) => tf.Tensor,
  lr: number,
): { readonly state: StateOf<P>; readonly loss: number } {
  const [parameters, means, squares] = [state.params, state.m, state.v].map(tensorsOf) as [
    tf.Tensor[],
    tf.Tensor[],
    tf.Tensor[],
  ];
  const lossOf = (...tensors: tf.Tensor[]) => loss(withTensors(tensors, state.params)).asScalar();
  const { value, grads } = tf.valueAndGrads(lossOf)(parameters);
  const steps = grads.map((gradient, i) => {
    const before = { m: means[i] as tf.Tensor, v: squares[i] as tf.Tensor, t: state.step };
    return adamStep(parameters[i] as tf.Tensor, gradient, before, { lr, beta1: 0.9, beta2: 0.98, eps: 1e-9 });
  });
  const tree = (tensorOf: (step: (typeof steps)[number]) => tf.Tensor): P =>
    withTensors(steps.map(tensorOf), state.params);
  return {
    state: {
      params: tree(({ theta }) => theta),
      m: tree(({ state: { m } }) => m),
      v: tree(({ state: { v } }) => v),
      step: state.step + 1,
    },
    loss: value.dataSync()[0] ?? Number.NaN,
  };
}

/** Models that are compared: each has weights of its own, under its name. */
export type SideBySide<P extends object> = Readonly<Record<string, P>>;

/** One step for each of several models. */
export function descendEach<P extends object>(
  parts: Parts,
  state: State,
  losses: Readonly<Record<string, (params: P) => tf.Tensor>>,
  lr: number,
): { readonly state: State; readonly losses: number[] } {
  const trees = [state.params, state.m, state.v] as [SideBySide<P>, SideBySide<P>, SideBySide<P>];
  const results = Object.entries(losses).map(([name, loss]) => {
    const [params, m, v] = trees.map((tree) => tree[name]) as [P, P, P];
    return { name, ...descend(parts, { params, m, v, step: state.step }, loss, lr) };
  });
  const tree = (pick: (after: StateOf<P>) => object) =>
    Object.fromEntries(results.map(({ name, state: after }) => [name, pick(after)]));
  return {
    state: {
      params: tree(({ params }) => params),
      m: tree(({ m }) => m),
      v: tree(({ v }) => v),
      step: state.step + 1,
    },
    losses: results.map(({ loss }) => loss),
  };
}
