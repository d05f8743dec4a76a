/**
 * The types that exercises share, each declared once. Dimension letters: B batch, T length, n queries, m keys,
 * d model, dk and dv head widths, h heads, V vocabulary; in unit 1 also dx input, dh hidden state (annotation),
 * ds decoder state, da alignment, de embedding and S source length.
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
