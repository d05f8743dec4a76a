/**
 * The types that exercises share, each declared once. Dimension letters: B batch, T length, n queries (nodes, tokens),
 * m keys (examples), d model, dk and dv head widths, h heads, V vocabulary, ff feed-forward width; in unit 1 also dx
 * input, dh hidden state (annotation), ds decoder state, da alignment, de embedding and S source length.
 */
import type { Tensor } from "@tensorflow/tfjs";

/** Weights of a plain recurrent network (1.2). */
export interface RnnParams {
  wx: Tensor; // [dx, dh]
  wh: Tensor; // [dh, dh]
  b: Tensor; // [dh]
}

/** Weights of a gated recurrent unit (1.3): z updates, r resets, c is the candidate. */
export interface GruParams {
  wz: Tensor; // [dx, dh]
  wr: Tensor; // [dx, dh]
  wc: Tensor; // [dx, dh]
  uz: Tensor; // [dh, dh]
  ur: Tensor; // [dh, dh]
  uc: Tensor; // [dh, dh]
  bz: Tensor; // [dh]
  br: Tensor; // [dh]
  bc: Tensor; // [dh]
}

/** The four ways to score a query against a state (1.4). */
export type AlignmentScorer =
  | { kind: "dot" } // ds = dh
  | { kind: "general"; wa: Tensor /* [ds, dh] */ }
  | { kind: "additive"; wa: Tensor /* [ds, da] */; ua: Tensor /* [dh, da] */; va: Tensor /* [da] */ }
  | { kind: "concat"; wa: Tensor /* [ds + dh, da] */; va: Tensor /* [da] */ };

/** What attention over a sequence of states returns (1.5). */
export interface Context {
  weights: Tensor; // [B, T]
  context: Tensor; // [B, dh]
}

/** Weights of one step of Bahdanau's decoder (1.6). */
export interface BahdanauParams {
  wa: Tensor; // [ds, da]
  ua: Tensor; // [dh, da]
  va: Tensor; // [da]
  gru: GruParams; // dx = de + dh, state ds
  wo: Tensor; // [ds + dh + de, V]
  bo: Tensor; // [V]
}

/** What one step of Bahdanau's decoder returns (1.6). */
export interface BahdanauStep {
  state: Tensor; // [B, ds]
  weights: Tensor; // [B, T]
  context: Tensor; // [B, dh]
  logits: Tensor; // [B, V]
}

/** Weights of Luong's global attention (1.7). */
export interface LuongParams {
  wa: Tensor; // [dh, dh]
  wc: Tensor; // [2·dh, dh]
}

/** What Luong's global attention returns (1.7). */
export interface LuongGlobal {
  weights: Tensor; // [B, S]
  attentional: Tensor; // [B, dh]
}

/** Weights of Luong's local attention with predicted positions (1.7). */
export interface LuongLocalParams {
  wa: Tensor; // [dh, dh]
  wp: Tensor; // [dh, da]
  vp: Tensor; // [da]
}

/** What Luong's local attention returns (1.7). */
export interface LuongLocal {
  center: Tensor; // [B]
  weights: Tensor; // [B, S]
}

/** What attention returns (2.1, 2.3, 3.4; with several heads in unit 4; a layer of the encoder, 5.9). */
export interface Attention {
  output: Tensor; // [..., n, dv]; with heads [B, n, d]
  weights: Tensor; // [..., n, m]; with heads [B, h, n, m]
}

/** How sharp attention is at a scale of its scores (2.2). */
export interface ScoreStatistics {
  variance: number; // of the scores
  entropy: number; // of the weights, in nats
  jacobianNorm: number; // of the softmax
}

/** Weights of one head of self-attention (2.3, 2.5). */
export interface AttentionParams {
  wq: Tensor; // [d, dk]
  wk: Tensor; // [d, dk]
  wv: Tensor; // [d, dv]
}

/** Weights of a layer that passes messages on a graph (2.5). */
export interface MessageParams {
  wm: Tensor; // [2·d, dm]
  wu: Tensor; // [d + dm, dOut]
}

/** Weights of one head of a graph attention network (2.7). */
export interface GatHeadParams {
  w: Tensor; // [d, dOut]
  a1: Tensor; // [dOut], meets the node that listens
  a2: Tensor; // [dOut], meets the node that is heard
}

/** What one head of a graph attention network returns (2.7). */
export interface GatHead {
  aggregated: Tensor; // [n, dOut], before the activation
  output: Tensor; // [n, dOut]
  weights: Tensor; // [n, n]
}

/** Which nodes pooling keeps (2.8). */
export type Selection = { threshold: number } | { topK: number };

/** What attention pooling returns (2.8). */
export interface AttentionPool {
  weights: Tensor; // [n]
  indices: number[]; // of the nodes that are kept, ascending
  pooled: Tensor; // [kept, f]
}

/** The words that a model knows, by id and by name (3.1). */
export interface Vocabulary {
  tokens: string[]; // id -> token
  ids: Map<string, number>; // token -> id
}

/** Weights of self-attention with relative positions (3.4). */
export interface RelativeAttentionParams extends AttentionParams {
  relativeKeys: Tensor; // [2k+1, dk]
  relativeValues: Tensor; // [2k+1, dv]
}

/** Scale and shift of a normalisation (3.7, 3.8). */
export interface NormParams {
  gamma: Tensor; // [d]
  beta: Tensor; // [d]
}

/** Mean and variance of each column (3.7). */
export interface BatchStatistics {
  mean: Tensor; // [d]
  variance: Tensor; // [d]
}

/** What batch normalisation returns (3.7). */
export interface BatchNorm {
  output: Tensor; // [m, d]
  running: BatchStatistics;
}

/** A function from tokens to tokens, such as attention or a feed-forward network (3.9). */
export type Layer = (x: Tensor /* [..., n, d] */) => Tensor; // [..., n, d]

/** Weights of a feed-forward network (3.10). */
export interface FeedForwardParams {
  w1: Tensor; // [d, ff]
  b1: Tensor; // [ff]
  w2: Tensor; // [ff, d]
  b2: Tensor; // [d]
}

/** Weights of a feed-forward network with a SwiGLU gate (3.10). */
export interface SwiGluParams {
  w: Tensor; // [d, ff]
  v: Tensor; // [d, ff]
  w2: Tensor; // [ff, d]
}

/** Weights of attention with several heads (4.1). */
export interface MultiHeadParams {
  wq: Tensor; // [d, d]
  wk: Tensor; // [d, d]
  wv: Tensor; // [d, d]
  wo: Tensor; // [d, d]
  bq?: Tensor; // [d]
  bk?: Tensor; // [d]
  bv?: Tensor; // [d]
  bo?: Tensor; // [d]
}

/** Weights of attention whose heads share one key and one value (4.2). */
export interface MultiQueryParams {
  wq: Tensor; // [d, d]
  wk: Tensor; // [d, dk]
  wv: Tensor; // [d, dk]
  wo: Tensor; // [d, d]
}

/** Weights of heads that share one query and one key projection of width D, each with a mix of its own (4.3). */
export interface CollaborativeParams {
  wq: Tensor; // [d, D]
  wk: Tensor; // [d, D]
  mixing: Tensor; // [h, D]
  wv: Tensor; // [h, d, dv]
  wo: Tensor; // [h·dv, d]
}

/** How much each head looks at the token before, at the token itself, and at the one after it (4.4). */
export interface RelativeFocus {
  previous: Tensor; // [L, h]
  current: Tensor; // [L, h]
  next: Tensor; // [L, h]
}

/** Which words BERT's masking may touch, and how often (4.7). */
export interface MaskingOptions {
  mask: number; // the id of [MASK]
  vocabularySize: number;
  specials: number[]; // ids that are never selected, mask among them
  rate?: number; // 0.15 unless given
}

/** A sentence with some words hidden, and what they were (4.7). */
export interface MaskedTokens {
  input: number[];
  target: number[]; // −100 where nothing is to be predicted
}

/** The gradient of attention with respect to its inputs (5.2). */
export interface AttentionGradient {
  dq: Tensor; // [..., n, dk]
  dk: Tensor; // [..., m, dk]
  dv: Tensor; // [..., m, dv]
}

/** The gradient of a head of self-attention with respect to tokens and weights (5.3). */
export interface SelfAttentionGradient {
  dx: Tensor; // [n, d]
  dwq: Tensor; // [d, dk]
  dwk: Tensor; // [d, dk]
  dwv: Tensor; // [d, dv]
}

/** The gradient of layer normalisation (5.4). */
export interface LayerNormGradient {
  dx: Tensor; // [..., d]
  dgamma: Tensor; // [d]
  dbeta: Tensor; // [d]
}

/** What Adam remembers of a parameter (5.5). */
export interface AdamState {
  m: Tensor; // running mean of the gradient, shape of the parameter
  v: Tensor; // running mean of its square
  t: number; // steps made so far
}

/** The settings of Adam (5.5). */
export interface AdamOptions {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
}

/** A parameter after a step of Adam (5.5). */
export interface AdamStep {
  theta: Tensor;
  state: AdamState;
}

/** A sentence and its translation, as ids without bos, eos and padding (5.8). */
export interface Pair {
  source: number[];
  target: number[];
}

/** The ids that frame sentences (5.8). */
export interface FrameIds {
  pad: number;
  bos: number;
  eos: number;
}

/** Pairs of sentences as tensors that a transformer is trained on (5.8). */
export interface Batch {
  source: Tensor; // [B, n] int32
  targetIn: Tensor; // [B, m] int32
  targetOut: Tensor; // [B, m] int32
  sourceMask: Tensor; // [B, 1, 1, n] bool
  targetMask: Tensor; // [B, 1, m, m] bool
  tokens: number; // words of targetOut that are not padding
}

/** Weights of a layer of the encoder (5.9). */
export interface EncoderLayerParams {
  attention: MultiHeadParams;
  feedForward: FeedForwardParams;
  norm1: NormParams;
  norm2: NormParams;
}

/** Weights of a layer of the decoder (5.10). */
export interface DecoderLayerParams {
  selfAttention: MultiHeadParams;
  crossAttention: MultiHeadParams;
  feedForward: FeedForwardParams;
  norm1: NormParams;
  norm2: NormParams;
  norm3: NormParams;
}

/** What a layer of the decoder returns (5.10). */
export interface DecoderLayer {
  output: Tensor; // [B, m, d]
  selfWeights: Tensor; // [B, h, m, m]
  crossWeights: Tensor; // [B, h, m, n]
}

/** Where a layer normalises: before each sublayer, or after it (3.9). */
export type NormMode = "pre" | "post";

/** The size and the form of a transformer (5.11). */
export interface TransformerConfig {
  sourceSize: number; // words of the source language
  targetSize: number; // words of the target language
  d: number;
  h: number;
  ff: number;
  layers: number; // of the encoder, and as many of the decoder
  mode: NormMode;
  tied: boolean; // the target's embedding is the output matrix as well
}

/** Weights of a transformer (5.11). */
export interface TransformerParams {
  sourceEmbedding: Tensor; // [sourceSize, d]
  targetEmbedding: Tensor; // [targetSize, d]
  encoder: EncoderLayerParams[];
  decoder: DecoderLayerParams[];
  encoderNorm?: NormParams; // mode "pre" only
  decoderNorm?: NormParams; // mode "pre" only
  output?: Tensor; // [d, targetSize], only when not tied
}

/** The weights of attention in every layer of a transformer (5.11). */
export interface TransformerWeights {
  encoder: Tensor[]; // each [B, h, n, n]
  decoder: Tensor[]; // each [B, h, m, m]
  cross: Tensor[]; // each [B, h, m, n]
}

/** What a transformer returns (5.11). */
export interface TransformerOutput {
  logits: Tensor; // [B, m, targetSize]
  weights: TransformerWeights;
}

/** The settings of training (5.12). */
export interface TrainOptions {
  beta1: number;
  beta2: number;
  eps: number;
  warmup: number;
  factor: number;
  smoothing: number;
  pad: number;
  clipNorm?: number; // the gradients are not clipped unless given
}

/** Where training stands (5.12). */
export interface TrainState {
  params: TransformerParams;
  m: TransformerParams;
  v: TransformerParams;
  step: number; // updates made so far
}

/** What a step of training returns (5.12). */
export interface TrainStep {
  state: TrainState;
  loss: number;
}

/** What several steps of training return (5.12). */
export interface Training {
  state: TrainState;
  losses: number[];
}

/** A model that turns a sentence into another, word by word (5.13). */
export interface DecodingModel {
  encode(source: Tensor /* [1, n] int32 */): Tensor; // memory
  decode(memory: Tensor, targetIn: Tensor /* [1, t] int32 */): Tensor; // logits [1, t, V]
}

/** Where decoding begins and ends (5.13). */
export interface DecodingOptions {
  bos: number;
  eos: number;
  maxLength: number;
}

/** The log-probabilities of every next word after some words, the first of which is bos (5.14). */
export type NextWord = (prefix: number[]) => number[];

/** The settings of beam search (5.14). */
export interface BeamOptions extends DecodingOptions {
  width: number;
  alpha: number;
}

/** A sentence that beam search found (5.14). */
export interface Hypothesis {
  ids: number[]; // without bos and eos
  score: number;
}
