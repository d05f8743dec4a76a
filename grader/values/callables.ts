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
  /** xᵀ·a·x + b·x + c, of numbers. */
  quadratic:
    ({
      a,
      b,
      c,
    }: {
      readonly a: readonly (readonly number[])[] /* n of n */;
      readonly b: readonly number[];
      c: number;
    }) =>
    (x: readonly number[]): number =>
      c +
      dot(b, x) +
      dot(
        x,
        a.map((row) => dot(row, x)),
      ),
  /** Σ a·x³, of numbers: its differences depend on their step. */
  cubic:
    ({ a }: { readonly a: readonly number[] }) =>
    (x: readonly number[]): number =>
      dot(
        a,
        x.map((entry) => entry ** 3),
      ),
  /** ln Σ eˣ, of numbers: its gradient is the softmax of x. */
  "log-sum-exp": () => (x: readonly number[]) => Math.log(x.reduce((sum, entry) => sum + Math.exp(entry), 0)),
  /** The encoder of a small model: the vectors of the words. [1, n] int32 → [1, n, d]. */
  "embedding-encoder":
    ({ embedding }: { readonly embedding: tf.Tensor /* [V, d] */ }) =>
    (source: tf.Tensor): tf.Tensor =>
      embedWords(source, embedding),
  /**
   * The decoder of a small model: logits [1, t, V] from tanh(mean of the words up to t + mean of the memory) · output,
   * so that each depends on the whole prefix and on the source.
   */
  "mean-decoder":
    ({ embedding, output }: { readonly embedding: tf.Tensor /* [V, d] */; readonly output: tf.Tensor /* [d, V] */ }) =>
    (memory: tf.Tensor /* [1, n, d] */, targetIn: tf.Tensor /* [1, t] int32 */): tf.Tensor => {
      const [, t = 0] = targetIn.shape;
      const positions = tf.range(0, t);
      const past = positions.expandDims(1).greaterEqual(positions).cast("float32"); // [t, t]
      const words = embedWords(targetIn, embedding).squeeze([0]); // [t, d]
      const means = past.matMul(words).div(positions.add(1).expandDims(1)); // [t, d]
      return tf
        .tanh(means.add(memory.mean(1)))
        .matMul(output)
        .expandDims(0); // [1, t, V]
    },
  /** A decoder that knows what it will say, whatever it hears: `ids`, then the last of them for ever. [1, t, size]. */
  "script-decoder":
    ({ ids, size }: { readonly ids: readonly number[]; readonly size: number }) =>
    (_memory: tf.Tensor, targetIn: tf.Tensor /* [1, t] int32 */): tf.Tensor =>
      recite(ids, size, targetIn),
  /**
   * The same, by a decoder that keeps notes with the memory, as a cache of keys and values would: of a memory that it did
   * not have at the first word it knows nothing, and says the first of `ids` for ever.
   */
  "noting-decoder": ({ ids, size }: { readonly ids: readonly number[]; readonly size: number }) => {
    const met = new WeakSet<tf.Tensor>();
    return (memory: tf.Tensor, targetIn: tf.Tensor /* [1, t] int32 */): tf.Tensor => {
      if (targetIn.shape[1] === 1) met.add(memory);
      return recite(met.has(memory) ? ids : ids.slice(0, 1), size, targetIn);
    };
  },
  /** The next word by the last word alone: ln of a row of probabilities; ln 0 = −∞. */
  markov:
    ({ probabilities }: { readonly probabilities: readonly (readonly number[])[] /* V of V */ }) =>
    (prefix: readonly number[]): number[] =>
      (probabilities[prefix.at(-1) ?? 0] ?? []).map((p) => Math.log(p)),
  /** The next word by the whole prefix: ln of the row that stands for it ("0 2 1"), else of `otherwise`. */
  "prefix-table":
    ({
      table,
      otherwise,
    }: {
      readonly table: Readonly<Record<string, readonly number[]>>;
      otherwise: readonly number[];
    }) =>
    (prefix: readonly number[]): number[] => {
      const key = prefix.join(" ");
      return (Object.hasOwn(table, key) ? (table[key] ?? []) : otherwise).map((p) => Math.log(p));
    },
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
  return remember(make(name, data), { name, data: data ?? {} }) as ReturnType<(typeof MAKERS)[N]>;
}

/** Lets a function be written down like the one that the recipe makes. */
export function remember<F extends object>(f: F, recipe: Recipe): F {
  recipes.set(f, recipe);
  return f;
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

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** The vectors of words: [1, n] int32 → [1, n, d]. */
function embedWords(ids: tf.Tensor, embedding: tf.Tensor): tf.Tensor {
  const [size = 0] = embedding.shape;
  return tf.oneHot(ids.flatten().toInt(), size).cast("float32").matMul(embedding).expandDims(0);
}

/** Logits [1, t, size] of a decoder that says `ids`, then the last of them for ever. */
function recite(ids: readonly number[], size: number, targetIn: tf.Tensor): tf.Tensor {
  const [, t = 0] = targetIn.shape;
  const said = Array.from({ length: t }, (_, position) => ids[Math.min(position, ids.length - 1)] ?? 0);
  return tf.oneHot(tf.tensor1d(said, "int32"), size).mul(5).expandDims(0).cast("float32");
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
