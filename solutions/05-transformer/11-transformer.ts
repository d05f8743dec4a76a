import * as tf from "@tensorflow/tfjs";
import { inputEncoding } from "../03-other-layers/02-token-embedding.js";
import { sinusoidalPositions } from "../03-other-layers/03-sinusoidal-positions.js";
import { layerNorm } from "../03-other-layers/08-layer-norm.js";
import { flatten, linear } from "../support.js";
import type {
  FeedForwardParams,
  MultiHeadParams,
  NormParams,
  TransformerConfig,
  TransformerOutput,
  TransformerParams,
} from "../types.js";
import { encoderLayer } from "./09-encoder-layer.js";
import { decoderLayer } from "./10-decoder-layer.js";

/**
 * The weights of a transformer before it has learned anything.
 *
 *     matrices of attention and of the feed-forward networks   uniform within ±√(6/(fanIn + fanOut))   (Glorot)
 *     sourceEmbedding, targetEmbedding                         normal, mean 0, variance 1/d
 *     output                                                   normal, mean 0, standard deviation 0.02
 *     biases (all of them present) and beta                    0
 *     gamma                                                    1
 *
 * fanIn and fanOut are the rows and the columns of a matrix. `tf.randomUniform` and `tf.randomNormal` take a seed, which
 * decides everything: the same seed, the same weights. Give every tensor a number of its own derived from `seed`, since
 * two tensors drawn with one number are drawn alike, whatever their shapes; and not 0, which tfjs takes for no seed.
 * Every place gets a tensor of its own, biases and norms too: a tensor that stands in two places is learned as one.
 *
 * @param config sizes and form; `encoder` and `decoder` get config.layers layers each, which may be 0; encoderNorm and
 *   decoderNorm exist in mode "pre" only, output only when not tied (a field that is undefined does not exist)
 * @param seed a positive integer
 * @returns embeddings [V, d] with V of their language, and output [d, targetSize]; the other shapes as in 5.9 and 5.10
 * @see Glorot & Bengio 2010, eq. 16, for the matrices
 */
export function initTransformer(config: TransformerConfig, seed: number): TransformerParams {
  // TODO: write small functions that make a matrix, a norm, an attention and a feed-forward network; then put them together.
  // #region solution
  const { sourceSize, targetSize, d, ff, layers, mode, tied } = config;
  let drawn = 0;
  const nextSeed = (): number => 1000 * seed + ++drawn; // another one for each tensor

  const matrix = (rows: number, columns: number): tf.Tensor => {
    const limit = Math.sqrt(6 / (rows + columns));
    return tf.randomUniform([rows, columns], -limit, limit, "float32", nextSeed());
  };
  const normal = (rows: number, columns: number, deviation: number): tf.Tensor =>
    tf.randomNormal([rows, columns], 0, deviation, "float32", nextSeed());
  const norm = (): NormParams => ({ gamma: tf.ones([d]), beta: tf.zeros([d]) });
  const attention = (): MultiHeadParams => {
    const [wq, wk, wv, wo] = [matrix(d, d), matrix(d, d), matrix(d, d), matrix(d, d)];
    return { wq, wk, wv, wo, bq: tf.zeros([d]), bk: tf.zeros([d]), bv: tf.zeros([d]), bo: tf.zeros([d]) };
  };
  const network = (): FeedForwardParams => ({
    w1: matrix(d, ff),
    b1: tf.zeros([ff]),
    w2: matrix(ff, d),
    b2: tf.zeros([d]),
  });

  const params: TransformerParams = {
    sourceEmbedding: normal(sourceSize, d, 1 / Math.sqrt(d)),
    targetEmbedding: normal(targetSize, d, 1 / Math.sqrt(d)),
    encoder: Array.from({ length: layers }, () => ({
      attention: attention(),
      feedForward: network(),
      norm1: norm(),
      norm2: norm(),
    })),
    decoder: Array.from({ length: layers }, () => ({
      selfAttention: attention(),
      crossAttention: attention(),
      feedForward: network(),
      norm1: norm(),
      norm2: norm(),
      norm3: norm(),
    })),
  };
  if (mode === "pre") {
    params.encoderNorm = norm();
    params.decoderNorm = norm();
  }
  if (!tied) params.output = normal(d, targetSize, 0.02);
  return params;
  // #endregion
}

/**
 * A transformer: it reads a sentence, and says at each place of another one which word comes next.
 *
 *     x = √d · embedding of source + positions        then the layers of the encoder, then encoderNorm (pre) → memory
 *     y = √d · embedding of targetIn + positions      then the layers of the decoder, then decoderNorm (pre)
 *     logits = y · output                             or y · targetEmbeddingᵀ when tied, also if there is an output
 *
 * The positions are those of 3.3. Every layer has weights of its own and gets the same memory and the same masks. In mode
 * "pre" the last layer leaves its sum unnormalised: hence the two norms, which mode "post" does not have. No softmax: the
 * loss does that. The gradient is graded too: build the result from tensor operations.
 *
 * @param p weights
 * @param config d, h, mode and tied
 * @param source [B, n] int32
 * @param targetIn [B, m] int32
 * @param sourceMask [B, 1, 1, n] bool, true where there is a word
 * @param targetMask [B, 1, m, m] bool, true where a position of the target may look at another
 * @returns the logits [B, m, targetSize]; the weights of every head, one tensor for each layer, first layer first: encoder
 *   [B, h, n, n], decoder [B, h, m, m] (self-attention) and cross [B, h, m, n]
 * @see Vaswani et al. 2017, §3.1 and §3.4
 */
export function transformer(
  p: TransformerParams,
  config: TransformerConfig,
  source: tf.Tensor,
  targetIn: tf.Tensor,
  sourceMask: tf.Tensor,
  targetMask: tf.Tensor,
): TransformerOutput {
  // TODO: encode the source layer by layer, decode the target layer by layer, and turn the result into logits.
  // #region solution
  const { d, h, mode, tied } = config;
  const weights: TransformerOutput["weights"] = { encoder: [], decoder: [], cross: [] };
  const positions = sinusoidalPositions(Math.max(source.shape[1] ?? 1, targetIn.shape[1] ?? 1), d);

  let x = inputEncoding(source, p.sourceEmbedding, positions); // [B, n, d]
  for (const layer of p.encoder) {
    const encoded = encoderLayer(x, layer, h, sourceMask, mode);
    x = encoded.output;
    weights.encoder.push(encoded.weights);
  }
  const memory = p.encoderNorm === undefined ? x : layerNorm(x, p.encoderNorm); // [B, n, d]

  let y = inputEncoding(targetIn, p.targetEmbedding, positions); // [B, m, d]
  for (const layer of p.decoder) {
    const decoded = decoderLayer(y, memory, layer, h, sourceMask, targetMask, mode);
    y = decoded.output;
    weights.decoder.push(decoded.selfWeights);
    weights.cross.push(decoded.crossWeights);
  }
  const last = p.decoderNorm === undefined ? y : layerNorm(y, p.decoderNorm); // [B, m, d]
  const output = tied || p.output === undefined ? p.targetEmbedding.transpose() : p.output; // [d, V]
  return { logits: linear(last, output), weights };
  // #endregion
}

/**
 * How many numbers a model has to learn: the sizes of all its tensors, added up.
 *
 *     a layer of the encoder: 4(d² + d) + 2·d·ff + ff + d + 4d
 *     a layer of the decoder: 8(d² + d) + 2·d·ff + ff + d + 6d
 *
 * One tensor in two places is learned once: a tensor that is met twice counts once. Two tensors with the same numbers are
 * two.
 *
 * @param p tensors of any type in objects and arrays of any depth, such as the weights of a transformer; with none, 0
 * @returns a plain number
 */
export function countParameters(p: object): number {
  // TODO: collect the tensors (support.ts has a function for that), drop those met before, and add up their sizes.
  // #region solution
  const tensors = new Set(flatten(p));
  return [...tensors].reduce((sum, tensor) => sum + tensor.size, 0);
  // #endregion
}
