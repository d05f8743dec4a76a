/** Weights of a whole model: tensors in objects and arrays of any depth. */
import * as tf from "@tensorflow/tfjs";

/** The tensors of a tree, depth first, in the order of its keys. */
export function tensorsOf(tree: object): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return Object.values(tree).flatMap((inner) => (inner === undefined ? [] : tensorsOf(inner as object)));
}

/** A tree like `like`, with `tensors` in the places of its own, in the order of `tensorsOf`. */
export function withTensors<T extends object>(tensors: readonly tf.Tensor[], like: T): T {
  const rest = [...tensors];
  const fill = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return rest.shift();
    if (Array.isArray(node)) return node.map(fill);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(like) as T;
}
