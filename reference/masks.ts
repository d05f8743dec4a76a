/** Masks, true where a query may look at a key; and masked words. */
import * as tf from "@tensorflow/tfjs";
import type { Attention, AttentionParams, MaskedTokens, MaskingOptions } from "../exercises/types.js";

/**
 * Each position may look at itself and at those before it.
 *
 * @param n length
 * @returns [n, n] bool, true at [i, j] where j ≤ i
 * @see Vaswani et al. 2017, §3.2.3
 */
export function causalMask(n: number): tf.Tensor {
  const positions = tf.range(0, n, 1, "int32");
  return tf.lessEqual(positions.expandDims(0), positions.expandDims(1));
}

/**
 * Every query may look at the words, none at the padding.
 *
 * @param ids [B, m] int32
 * @param pad the id that fills
 * @returns [B, 1, 1, m] bool, true where there is a word
 */
export function paddingMask(ids: tf.Tensor, pad: number): tf.Tensor {
  return tf.notEqual(ids, tf.scalar(pad, "int32")).expandDims(1).expandDims(1);
}

/**
 * What both masks allow.
 *
 * @param a bool
 * @param b bool
 * @returns bool, the broadcast shape of the two
 */
export function combineMasks(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.logicalAnd(a, b);
}

/**
 * Softmax over the keys that a mask allows: what is forbidden is replaced by −1e9 beforehand.
 *
 * @param scores [..., n, m]
 * @param mask bool, broadcastable to the scores, true where a query may look at a key
 * @returns [..., n, m], rows sum to 1; a row that may look nowhere is uniform
 * @see Vaswani et al. 2017, §3.2.3
 */
export function maskedSoftmax(scores: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const filled = tf.where(mask, scores, -1e9); // [..., n, m]
  const powers = filled.sub(filled.max(-1, true)).exp();
  return powers.div(powers.sum(-1, true));
}

/**
 * Self-attention in which each token looks at itself and at those before it.
 *
 * @param x [..., n, d]
 * @param p weights of one head
 * @returns the output [..., n, dv] and the weights [..., n, n]
 * @see Vaswani et al. 2017, §3.2.3
 */
export function causalSelfAttention(x: tf.Tensor, p: AttentionParams): Attention {
  const [n = 0, d = 0] = x.shape.slice(-2);
  const [, dk = 1] = p.wq.shape;
  const project = (w: tf.Tensor) =>
    x
      .reshape([-1, d])
      .matMul(w)
      .reshape([...x.shape.slice(0, -1), -1]);
  const scores = tf.matMul(project(p.wq), project(p.wk), false, true).div(Math.sqrt(dk)); // [..., n, n]
  const weights = maskedSoftmax(scores, causalMask(n));
  return { output: tf.matMul(weights, project(p.wv)), weights };
}

/** What a position that is not to be predicted has for a target. */
const IGNORED = -100;

/**
 * BERT's masking: of the words that are no specials, each is selected with probability `rate`; what is selected becomes
 * [MASK] in 8 of 10 cases, another word in 1, and stays in 1.
 *
 * @param ids of the sentence
 * @param draws three uniform numbers [0, 1) for each position: whether it is selected, what becomes of it, which word
 * @param options which ids are special, and how many are selected
 * @returns the sentence as the model sees it, and what it is to predict: −100 where nothing
 * @throws RangeError when there are not as many draws as ids
 * @see Devlin et al. 2018, §3.1, task 1
 */
export function maskTokens(ids: number[], draws: [number, number, number][], options: MaskingOptions): MaskedTokens {
  if (draws.length !== ids.length) {
    throw new RangeError(`maskTokens: draws has ${draws.length} entries and ids ${ids.length}; give one for each id`);
  }
  const { mask, vocabularySize, specials, rate = 0.15 } = options;
  const special = new Set(specials);
  const words = Array.from({ length: vocabularySize }, (_, id) => id).filter((id) => !special.has(id));
  const input = [...ids];
  const target = ids.map(() => IGNORED);
  for (const [i, id] of ids.entries()) {
    const [selects, becomes, picks] = draws[i] ?? [1, 1, 1];
    if (special.has(id) || selects >= rate) continue;
    target[i] = id;
    if (becomes < 0.8) input[i] = mask;
    else if (becomes < 0.9) input[i] = words[Math.floor(picks * words.length)] ?? id;
  }
  return { input, target };
}

/**
 * Cross-entropy over the positions that are to be predicted.
 *
 * @param logits [B, T, V]
 * @param target [B, T] int32
 * @param ignore the target of positions that do not count
 * @returns a scalar: the mean over the positions that count, 0 when there are none
 * @see Devlin et al. 2018, §3.1, task 1
 */
export function maskedLoss(logits: tf.Tensor, target: tf.Tensor, ignore = -100): tf.Tensor {
  const [, , V = 2] = logits.shape;
  const counts = tf.notEqual(target, tf.scalar(ignore, "int32")).cast("float32"); // [B, T]
  const right = tf.oneHot(target.toInt() as tf.Tensor2D, V).cast("float32"); // [B, T, V], zeros for ids outside
  const surprise = tf.logSumExp(logits, -1).sub(logits.mul(right).sum(-1)); // [B, T]
  return surprise.mul(counts).sum().div(tf.maximum(counts.sum(), 1));
}
