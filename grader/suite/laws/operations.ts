/** What a law may do with answers before it relates them: tfjs's own operations by name, and a few on lists. */
import * as tf from "@tensorflow/tfjs";
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
