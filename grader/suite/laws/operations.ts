/** What a law may do with answers before it relates them: tfjs's own operations by name, and a few on lists. */
import * as tf from "@tensorflow/tfjs";
import { leaves } from "../../values/tree.js";
import { rankOf } from "./rank.js";

const {
  abs,
  add,
  all,
  any,
  argMax,
  atan2,
  broadcastTo,
  cast,
  concat,
  cos,
  cumsum,
  div,
  einsum,
  elu,
  equal,
  exp,
  expandDims,
  floor,
  gather,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  matMul,
  max,
  maximum,
  mean,
  min,
  minimum,
  moments,
  mul,
  neg,
  notEqual,
  pow,
  prod,
  relu,
  reshape,
  reverse,
  round,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  split,
  sqrt,
  square,
  squeeze,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  tile,
  topk,
  transpose,
  unstack,
  where,
  zerosLike,
} = tf;

/** Of lists and objects, where tfjs has no word for it. */
const LISTS = {
  /** The field or entry of a value. */
  part: (value: unknown, key: string | number): unknown =>
    value instanceof Map ? value.get(key) : (value as Readonly<Record<string | number, unknown>>)[key],
  /** Of a matrix. */
  rank: (matrix: tf.Tensor): number => rankOf(matrix.arraySync() as number[][]),
  length: (list: readonly unknown[]): number => list.length,
  /** The entries at these places, in their order. */
  pick: (list: readonly unknown[], places: readonly number[]): unknown[] => places.map((place) => list[place]),
  joined: (...lists: readonly (readonly unknown[])[]): unknown[] => lists.flat(),
  /** Whether there is nothing in the place. */
  absent: (value: unknown): boolean => value === undefined,
  /** The first entries, as many as there are up to `count`. */
  head: (list: readonly unknown[], count: number): unknown[] => list.slice(0, count),
  /** How many different things are in a list: one that stands in two places counts once. */
  distinct: (list: readonly unknown[]): number => new Set(list).size,
  /** That field of each entry. */
  pluck: (list: readonly unknown[], key: string): unknown[] =>
    list.map((entry) => (entry as Readonly<Record<string, unknown>>)[key]),
  /** Whether two trees of numbers are the same, entry by entry. */
  same: (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b),
  /** The tensors of a tree, in the order of its keys. */
  tensors: (tree: unknown): tf.Tensor[] =>
    leaves(tree, (node): node is tf.Tensor => node instanceof tf.Tensor).map(({ leaf }) => leaf),
  /** All numbers of a tree's tensors, one after the other. */
  vector: (tree: unknown): tf.Tensor => concat(LISTS.tensors(tree).map((tensor) => tensor.flatten())),
  /** Numbers in ascending order. */
  sorted: (list: readonly number[]): number[] => [...list].sort((a, b) => a - b),
  /** Numbers, each as the entry of `table` at its place. */
  mapped: (list: readonly number[], table: readonly unknown[]): unknown[] => list.map((entry) => table[entry]),
};

export const OPERATIONS = {
  ...{ abs, add, all, any, argMax, atan2, broadcastTo, cast, concat, cos, cumsum, div, einsum, elu, equal, exp },
  ...{ expandDims, floor, gather, greater, greaterEqual, less, lessEqual, log, logicalAnd, logicalNot, logicalOr },
  ...{ matMul, max, maximum, mean, min, minimum, moments, mul, neg, notEqual, pow, prod, relu, reshape, reverse },
  ...{ round, sigmoid, sign, sin, slice, softmax, split, sqrt, square, squeeze, stack, sub, sum, tanh, tensor },
  ...{ tile, topk, transpose, unstack, where, zerosLike },
  ...LISTS,
};

export type OperationName = keyof typeof OPERATIONS;
