/** Weights of a whole model: tensors in objects and arrays of any depth. */
import * as tf from "@tensorflow/tfjs";
import { leaves, replaceAt } from "../values/tree.js";

const isTensor = (node: unknown): node is tf.Tensor => node instanceof tf.Tensor;

/** The tensors of a tree, depth first, in the order of its keys. */
export const tensorsOf = (tree: object): tf.Tensor[] => leaves(tree, isTensor).map(({ leaf }) => leaf);

/** A tree like `like`, with `tensors` in the places of its own, in the order of `tensorsOf`. */
export function withTensors<T extends object>(tensors: readonly tf.Tensor[], like: T): T {
  const places = leaves(like, isTensor).map(({ path }, i) => ({ path, value: tensors[i] }));
  return replaceAt(like, places) as T;
}
