/** Random inputs that a seed repeats exactly. */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Random {
  /** Normal numbers with mean 0. */
  readonly normal: (shape: readonly number[], deviation?: number) => tf.Tensor;
  /** Uniform numbers between the two. */
  readonly uniform: (shape: readonly number[], from: number, to: number) => tf.Tensor;
  /** An integer from..to, both included. */
  readonly integer: (from: number, to: number) => number;
  /** A permutation of 0..n−1 that is not its own inverse (n ≥ 3). */
  readonly permutation: (n: number) => number[];
}

/** The numbers that a seed gives under a label: other labels, other numbers. */
export function randomOf(seed: number, label: string): Random {
  const state = createHash("sha256").update(`${seed} ${label}`).digest().readInt32LE(0);
  const generator = xoroshiro128plus(state);
  const number = () => uniformFloat64(generator);
  const integer = (from: number, to: number) => uniformInt(generator, from, to);

  // Box and Muller: two uniform numbers make a normal one.
  const normal = () => Math.sqrt(-2 * Math.log(1 - number())) * Math.cos(2 * Math.PI * number());
  const fill = (shape: readonly number[], next: () => number) => {
    const size = shape.reduce((product, side) => product * side, 1);
    return tf.tensor(Float32Array.from({ length: size }, next), [...shape], "float32");
  };

  const permutation = (n: number): number[] => {
    const order = Array.from({ length: n }, (_, i) => i);
    do {
      for (let i = n - 1; i > 0; i--) {
        const j = integer(0, i);
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
    } while (n >= 3 && order.every((to, from) => order[to] === from));
    return order;
  };

  return {
    normal: (shape, deviation = 1) => fill(shape, () => normal() * deviation),
    uniform: (shape, from, to) => fill(shape, () => from + (to - from) * number()),
    integer,
    permutation,
  };
}

/** A mask from rows of 0 and 1: `mask(["110", "100"])` is [2, 3]. */
export function mask(rows: readonly string[]): tf.Tensor {
  return tf.tensor2d(
    rows.map((row) => [...row].map((entry) => entry === "1")),
    undefined,
    "bool",
  );
}
