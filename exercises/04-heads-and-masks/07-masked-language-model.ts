import * as tf from "@tensorflow/tfjs";
import type { MaskedTokens, MaskingOptions } from "../types.js";

/**
 * BERT's masking of a sentence: some words are hidden, and the model has to tell what they were.
 *
 * A position is selected when its id is no special and u1 < rate. What becomes of it:
 *
 *     u2 < 0.8           input = mask
 *     0.8 ≤ u2 < 0.9     input = the id at place floor(u3·c) of the c ids that are no specials, in ascending order
 *     0.9 ≤ u2           input = the id itself
 *
 * and its target is the id in all three cases. A position that is not selected keeps its id and has the target −100.
 *
 * @param ids of the sentence, from 0 to vocabularySize − 1
 * @param draws u1, u2 and u3 of each position: uniform numbers, at least 0 and below 1
 * @param options mask, vocabularySize, specials (mask among them), and rate, 0.15 unless given
 * @returns input and target, as long as ids
 * @throws RangeError when there are not as many draws as ids
 * @see Devlin et al. 2018, §3.1, task 1
 */
export function maskTokens(ids: number[], draws: [number, number, number][], options: MaskingOptions): MaskedTokens {
  // TODO: decide for each position whether it is selected, and what becomes of it.
  throw new Error("TODO 4.7: maskTokens");
}

/**
 * The loss of a masked language model: the mean of −log softmax(logits)[target] over the positions that count.
 *
 * The logits of other positions make no difference. When no position counts, the loss is 0. The logarithm must stay
 * finite where softmax itself rounds to 0.
 *
 * @param logits [B, T, V]
 * @param target [B, T] int32
 * @param ignore the target of positions that do not count
 * @returns a scalar
 * @see Devlin et al. 2018, §3.1, task 1
 */
export function maskedLoss(logits: tf.Tensor, target: tf.Tensor, ignore = -100): tf.Tensor {
  // TODO: take the log-probability of each target, leave out the positions that do not count, and average the rest.
  throw new Error("TODO 4.7: maskedLoss");
}
