/** Walking through nested arrays and plain objects of tensors. */
import type { Tensor } from "@tensorflow/tfjs";

/** Where a value lies in a tree: keys and indices from the root. */
export type Path = readonly (string | number)[];

type Isolated = (value: unknown) => boolean;

/** The leaves of a tree that `isLeaf` accepts, with their paths, in the order of the keys. */
export function leaves<L>(
  tree: unknown,
  isLeaf: (value: unknown) => value is L,
  path: Path = [],
): { path: Path; leaf: L }[] {
  if (isLeaf(tree)) return [{ path, leaf: tree }];
  if (Array.isArray(tree)) return tree.flatMap((item, index) => leaves(item, isLeaf, [...path, index]));
  if (typeof tree === "object" && tree !== null && isPlain(tree)) {
    return Object.entries(tree).flatMap(([key, inner]) => leaves(inner, isLeaf, [...path, key]));
  }
  return [];
}

/** The same tree with each of `values` in its place. */
export function replaceAt(tree: unknown, values: readonly { path: Path; value: unknown }[]): unknown {
  const here = values.find(({ path }) => path.length === 0);
  if (here !== undefined) return here.value;
  if (values.length === 0 || typeof tree !== "object" || tree === null) return tree;
  const below = (key: string | number) =>
    values.filter(({ path }) => path[0] === key).map(({ path, value }) => ({ path: path.slice(1), value }));
  if (Array.isArray(tree)) return tree.map((item, index) => replaceAt(item, below(index)));
  return Object.fromEntries(Object.entries(tree).map(([key, inner]) => [key, replaceAt(inner, below(key))]));
}

/** `[0, "gru", "wz"]` as `[0].gru.wz`, and nothing for the root. */
export function showPath(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}

/** Made by a literal, not by a class. */
export const isPlain: Isolated = (value) => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** The float tensors of a tree: those that have a gradient. */
export function floatLeaves(
  tree: unknown,
  isTensor: (value: unknown) => value is Tensor,
): { path: Path; leaf: Tensor }[] {
  return leaves(tree, isTensor).filter(({ leaf }) => leaf.dtype === "float32");
}
