/** Weights before the first step: Glorot's uniform numbers for matrices, zeros for biases. */
import * as tf from "@tensorflow/tfjs";
import type { EncoderLayerParams, GruParams, NormParams, RnnParams } from "../../exercises/types.js";
import type { Random } from "../suite/random.js";

export interface Weights {
  readonly matrix: (rows: number, columns: number) => tf.Tensor;
  readonly vector: (size: number) => tf.Tensor;
  readonly embedding: (words: number, d: number) => tf.Tensor;
  readonly rnn: (dx: number, dh: number) => RnnParams;
  readonly gru: (dx: number, dh: number) => GruParams;
  /** A layer of the encoder (5.9). */
  readonly layer: (d: number, ff: number) => EncoderLayerParams;
}

export function weights(random: Random): Weights {
  const matrix = (rows: number, columns: number) => {
    const limit = Math.sqrt(6 / (rows + columns));
    return random.uniform([rows, columns], -limit, limit);
  };
  const vector = (size: number) => matrix(size, 1).flatten();
  const norm = (d: number): NormParams => ({ gamma: tf.ones([d]), beta: tf.zeros([d]) });
  return {
    matrix,
    vector,
    embedding: (words, d) => random.normal([words, d], d ** -0.5),
    rnn: (dx, dh) => ({ wx: matrix(dx, dh), wh: matrix(dh, dh), b: tf.zeros([dh]) }),
    gru: (dx, dh) => ({
      ...{ wz: matrix(dx, dh), wr: matrix(dx, dh), wc: matrix(dx, dh) },
      ...{ uz: matrix(dh, dh), ur: matrix(dh, dh), uc: matrix(dh, dh) },
      ...{ bz: tf.zeros([dh]), br: tf.zeros([dh]), bc: tf.zeros([dh]) },
    }),
    layer: (d, ff) => ({
      attention: { wq: matrix(d, d), wk: matrix(d, d), wv: matrix(d, d), wo: matrix(d, d) },
      feedForward: { w1: matrix(d, ff), b1: tf.zeros([ff]), w2: matrix(ff, d), b2: tf.zeros([d]) },
      ...{ norm1: norm(d), norm2: norm(d) },
    }),
  };
}
