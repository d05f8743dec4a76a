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

/** What attention returns (2.1, 2.3, 3.4). */
export interface Attention {
  output: Tensor; // [..., n, dv]
  weights: Tensor; // [..., n, m]
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
