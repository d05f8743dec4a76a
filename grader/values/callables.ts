/**
 * The functions that may stand among the arguments of an exercise. A function cannot cross to the sandbox; its name
 * and its data can, and both sides make it from this list. So every case of a suite can be written down as data.
 */
import * as tf from "@tensorflow/tfjs";

type FromTokens = (x: tf.Tensor /* [..., n, d] */) => tf.Tensor;

interface Affine {
  readonly w: tf.Tensor; // [d, e]
  readonly b?: tf.Tensor; // [e]
}

interface Head {
  readonly wq: tf.Tensor; // [d, dk]
  readonly wk: tf.Tensor; // [d, dk]
  readonly wv: tf.Tensor; // [d, dv]
}

const MAKERS = {
  /** [..., n, d] → [..., n, d], nothing but zeros. */
  zeros: (): FromTokens => (x) => tf.zerosLike(x),
  /** x·w + b, token by token: [..., n, e]. */
  linear:
    (data: Affine): FromTokens =>
    (x) =>
      affine(x, data),
  /** tanh(x·w + b), token by token: [..., n, e]. */
  "tanh-linear":
    (data: Affine): FromTokens =>
    (x) =>
      tf.tanh(affine(x, data)),
  /** a·x: each token becomes a sum of tokens. */
  mixing:
    ({ a }: { readonly a: tf.Tensor /* [n, n] */ }): FromTokens =>
    (x) =>
      overTokens(x, (token) => affine(token, { w: a.transpose() })),
  /** The mean over the tokens: [..., d]. */
  "mean-of-rows": (): FromTokens => (x) => x.mean(-2),
  /** The token at position 0: [d], for x [n, d]. */
  "first-row": (): FromTokens => (x) => x.slice(0, 1).squeeze([0]),
  /** Scaled dot-product self-attention: [n, dv], for x [n, d]. */
  "self-attention":
    (head: Head): FromTokens =>
    (x) =>
      attend(x, head),
  /** The same, each token looking at itself and at those before it. */
  "causal-attention":
    (head: Head): FromTokens =>
    (x) =>
      attend(x, head, "causal"),
  /** Self-attention of x + positions. */
  "attention-with-positions":
    ({ positions, ...head }: Head & { readonly positions: tf.Tensor /* [n, d] */ }): FromTokens =>
    (x) =>
      attend(x.add(positions), head),
} as const;

export type CallableName = keyof typeof MAKERS;
type DataOf<N extends CallableName> = Parameters<(typeof MAKERS)[N]> extends [infer D] ? [data: D] : [];

/** How a callable is written down. */
export interface Recipe {
  readonly name: CallableName;
  /** Tensors, numbers and lists in a plain object. */
  readonly data: unknown;
}

const recipes = new WeakMap<object, Recipe>();

/** The function of this name with this data, which may stand among the arguments of a case. */
export function callable<N extends CallableName>(name: N, ...[data]: DataOf<N>): ReturnType<(typeof MAKERS)[N]> {
  const f = make(name, data);
  recipes.set(f, { name, data: data ?? {} });
  return f as ReturnType<(typeof MAKERS)[N]>;
}

/** What a function was made from, or nothing when it is none of the list. */
export const recipeOf = (f: object): Recipe | undefined => recipes.get(f);

/**
 * The bare function of a recipe.
 *
 * @throws RangeError when the list has no such name
 */
export function make(name: string, data: unknown): (...args: readonly unknown[]) => unknown {
  if (!Object.hasOwn(MAKERS, name)) throw new RangeError(`there is no callable ${name}`);
  return (MAKERS[name as CallableName] as (data: unknown) => never)(data);
}

/** x·w + b over the last axis, with a correct gradient for any rank. */
function affine(x: tf.Tensor, { w, b }: Affine): tf.Tensor {
  const [inner = 0, outer = 0] = w.shape;
  const product = tf.matMul(x.reshape([-1, inner]), w).reshape([...x.shape.slice(0, -1), outer]);
  return b === undefined ? product : product.add(b);
}

/** `f` over the axis of the tokens instead of the last one. */
function overTokens(x: tf.Tensor, f: (tokens: tf.Tensor) => tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const swapped = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  return f(x.transpose(swapped)).transpose(swapped);
}

function attend(x: tf.Tensor, { wq, wk, wv }: Head, causal?: "causal"): tf.Tensor {
  const [n = 0] = x.shape;
  const [, dk = 1] = wq.shape;
  const scores = tf.matMul(x.matMul(wq), x.matMul(wk), false, true).div(Math.sqrt(dk)); // [n, n]
  const positions = tf.range(0, n);
  const past = positions.expandDims(1).greaterEqual(positions); // [n, n]
  return tf.softmax(causal === undefined ? scores : tf.where(past, scores, -1e9)).matMul(x.matMul(wv)); // [n, dv]
}
