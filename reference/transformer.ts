/** The transformer: a layer of the encoder, a layer of the decoder, and the whole model with its initial weights. */
import * as tf from "@tensorflow/tfjs";
import type {
  Attention,
  DecoderLayer,
  DecoderLayerParams,
  EncoderLayerParams,
  FeedForwardParams,
  MultiHeadParams,
  NormParams,
  TransformerConfig,
  TransformerOutput,
  TransformerParams,
  TransformerWeights,
} from "../exercises/types.js";
import { feedForward } from "./blocks.js";
import { inputEncoding } from "./embeddings.js";
import { multiHeadAttention } from "./heads.js";
import { layerNorm } from "./normalization.js";
import { sinusoidalPositions } from "./positions.js";
import { tensorsOf } from "./trees.js";

/**
 * A layer of the encoder: self-attention, then the feed-forward network, each with a residual connection and a
 * normalisation of its own. Pre: x' = x + attention(LN1 x), y = x' + feedForward(LN2 x'); post: x' = LN1(x + attention(x)),
 * y = LN2(x' + feedForward(x')).
 *
 * @param x [B, n, d]
 * @param p weights
 * @param h number of heads, divides d
 * @param sourceMask [B, 1, 1, n] bool, true where there is a word
 * @param mode where the normalisations stand
 * @returns the output [B, n, d] and the weights of each head [B, h, n, n]
 * @throws RangeError when h does not divide d
 * @see Vaswani et al. 2017, §3.1 and figure 1
 */
export function encoderLayer(
  x: tf.Tensor,
  p: EncoderLayerParams,
  h: number,
  sourceMask: tf.Tensor,
  mode: "pre" | "post",
): Attention {
  const [before, after] = norms(mode);
  const asking = before(x, p.norm1); // [B, n, d]
  const { output: heard, weights } = multiHeadAttention(asking, asking, p.attention, h, sourceMask);
  const attended = after(x.add(heard), p.norm1); // [B, n, d]
  const thought = feedForward(before(attended, p.norm2), p.feedForward); // [B, n, d]
  return { output: after(attended.add(thought), p.norm2), weights };
}

/**
 * A layer of the decoder: causal self-attention, attention to the memory, then the feed-forward network, each with a
 * residual connection and a normalisation of its own. The memory is not normalised.
 *
 * @param y [B, m, d]
 * @param memory [B, n, d] the output of the encoder
 * @param p weights
 * @param h number of heads, divides d
 * @param sourceMask [B, 1, 1, n] bool, true where the memory is that of a word
 * @param targetMask [B, 1, m, m] bool, true where a position of y may look at another
 * @param mode where the normalisations stand
 * @returns the output [B, m, d] and the weights of each head, on y [B, h, m, m] and on the memory [B, h, m, n]
 * @throws RangeError when h does not divide d
 * @see Vaswani et al. 2017, §3.1–3.2.3 and figure 1
 */
export function decoderLayer(
  y: tf.Tensor,
  memory: tf.Tensor,
  p: DecoderLayerParams,
  h: number,
  sourceMask: tf.Tensor,
  targetMask: tf.Tensor,
  mode: "pre" | "post",
): DecoderLayer {
  const [before, after] = norms(mode);
  const asking = before(y, p.norm1); // [B, m, d]
  const self = multiHeadAttention(asking, asking, p.selfAttention, h, targetMask);
  const said = after(y.add(self.output), p.norm1); // [B, m, d]
  const cross = multiHeadAttention(before(said, p.norm2), memory, p.crossAttention, h, sourceMask);
  const informed = after(said.add(cross.output), p.norm2); // [B, m, d]
  const thought = feedForward(before(informed, p.norm3), p.feedForward); // [B, m, d]
  return {
    output: after(informed.add(thought), p.norm3),
    selfWeights: self.weights,
    crossWeights: cross.weights,
  };
}

type Normalise = (x: tf.Tensor, norm: NormParams) => tf.Tensor;

/** What stands before a layer, and what after its residual connection. */
function norms(mode: "pre" | "post"): readonly [before: Normalise, after: Normalise] {
  const normalise: Normalise = (x, norm) => layerNorm(x, norm);
  const leave: Normalise = (x) => x;
  return mode === "pre" ? [normalise, leave] : [leave, normalise];
}

/**
 * The first weights of a transformer: square and feed-forward matrices uniform within ±√(6/(fanIn + fanOut)), embeddings
 * normal with variance 1/d, output normal with deviation 0.02, biases 0, gamma 1, beta 0.
 *
 * @param config sizes and form
 * @param seed the same seed gives the same weights; each tensor draws from a number of its own
 * @returns encoderNorm and decoderNorm only in mode "pre", output only when not tied
 * @see Glorot & Bengio 2010, eq. 16, for the matrices
 */
export function initTransformer(config: TransformerConfig, seed: number): TransformerParams {
  const { sourceSize, targetSize, d, ff, layers, mode, tied } = config;
  let drawn = 0;
  const ownSeed = () => seed * 10_007 + ++drawn; // never 0, which tfjs takes for no seed at all

  const matrix = (fanIn: number, fanOut: number): tf.Tensor => {
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    return tf.randomUniform([fanIn, fanOut], -bound, bound, "float32", ownSeed());
  };
  const normal = (rows: number, columns: number, deviation: number): tf.Tensor =>
    tf.randomNormal([rows, columns], 0, deviation, "float32", ownSeed());
  const attention = (): MultiHeadParams => ({
    wq: matrix(d, d),
    wk: matrix(d, d),
    wv: matrix(d, d),
    wo: matrix(d, d),
    bq: tf.zeros([d]),
    bk: tf.zeros([d]),
    bv: tf.zeros([d]),
    bo: tf.zeros([d]),
  });
  const network = (): FeedForwardParams => ({
    w1: matrix(d, ff),
    b1: tf.zeros([ff]),
    w2: matrix(ff, d),
    b2: tf.zeros([d]),
  });
  const norm = (): NormParams => ({ gamma: tf.ones([d]), beta: tf.zeros([d]) });
  const repeat = <T>(make: () => T): T[] => Array.from({ length: layers }, make);

  return {
    sourceEmbedding: normal(sourceSize, d, 1 / Math.sqrt(d)),
    targetEmbedding: normal(targetSize, d, 1 / Math.sqrt(d)),
    encoder: repeat(() => ({ attention: attention(), feedForward: network(), norm1: norm(), norm2: norm() })),
    decoder: repeat(() => ({
      selfAttention: attention(),
      crossAttention: attention(),
      feedForward: network(),
      norm1: norm(),
      norm2: norm(),
      norm3: norm(),
    })),
    ...(mode === "pre" && { encoderNorm: norm(), decoderNorm: norm() }),
    ...(!tied && { output: normal(d, targetSize, 0.02) }),
  };
}

/**
 * A transformer: embeddings times √d plus sinusoidal positions, the layers of the encoder, encoderNorm (pre) → memory; the
 * same for the target, through the decoder and decoderNorm (pre); logits = y·output, or y·targetEmbeddingᵀ when tied.
 *
 * @param p weights
 * @param config sizes and form
 * @param source [B, n] int32
 * @param targetIn [B, m] int32
 * @param sourceMask [B, 1, 1, n] bool, true where there is a word
 * @param targetMask [B, 1, m, m] bool, true where a position of the target may look at another
 * @returns the logits [B, m, targetSize], and the weights of each head in every layer
 * @throws RangeError when h does not divide d
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
  const { d, h, mode, tied } = config;
  const weights: TransformerWeights = { encoder: [], decoder: [], cross: [] };
  const enter = (ids: tf.Tensor, table: tf.Tensor) =>
    inputEncoding(ids, table, sinusoidalPositions(ids.shape[1] ?? 1, d));
  const leave = (x: tf.Tensor, norm?: NormParams) => (mode === "pre" && norm ? layerNorm(x, norm) : x);

  let x = enter(source, p.sourceEmbedding); // [B, n, d]
  for (const layer of p.encoder) {
    const { output, weights: own } = encoderLayer(x, layer, h, sourceMask, mode);
    x = output;
    weights.encoder.push(own);
  }
  const memory = leave(x, p.encoderNorm); // [B, n, d]

  let y = enter(targetIn, p.targetEmbedding); // [B, m, d]
  for (const layer of p.decoder) {
    const { output, selfWeights, crossWeights } = decoderLayer(y, memory, layer, h, sourceMask, targetMask, mode);
    y = output;
    weights.decoder.push(selfWeights);
    weights.cross.push(crossWeights);
  }
  const [B = 0, m = 0] = targetIn.shape;
  const rows = leave(y, p.decoderNorm).reshape([B * m, d]); // [B·m, d]
  const logits =
    tied || p.output === undefined ? tf.matMul(rows, p.targetEmbedding, false, true) : tf.matMul(rows, p.output);
  return { logits: logits.reshape([B, m, config.targetSize]), weights };
}

/**
 * How many numbers a model learns.
 *
 * @param p tensors in objects and arrays of any depth; a tensor that is met twice counts once
 */
export function countParameters(p: object): number {
  return [...new Set(tensorsOf(p))].reduce((sum, { size }) => sum + size, 0);
}
