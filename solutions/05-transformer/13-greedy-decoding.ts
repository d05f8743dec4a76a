import * as tf from "@tensorflow/tfjs";
import type { DecodingModel, DecodingOptions } from "../types.js";

/**
 * Greedy decoding: the model says the word that it finds likeliest, hears itself say it, and goes on.
 *
 *     prefix = bos
 *     up to maxLength times:  next = argmax of the logits at the last position of decode(memory, prefix)
 *                             stop when it is eos, otherwise append it to the prefix
 *
 * The memory does not change while words are added: encode is called once. decode gets the whole prefix every time. Of
 * equal logits the smaller id wins, as in tf.argMax. Nothing but eos and maxLength ends a sentence.
 *
 * @param model encode turns the source [1, n] int32 into a memory; decode turns the memory and the words so far
 * [1, t] int32 into logits [1, t, V], of which those at position t − 1 are about the next word
 * @param source ids of the sentence, at least one; encode gets them as they are
 * @param options bos, eos and maxLength, how many words are said at most (bos and eos do not count)
 * @returns the ids that were said, without the first bos and without eos (a bos that the model says itself is a word like
 *   any other, and ends nothing)
 * @see Vaswani et al. 2017, §3: each word is generated from those before it
 */
export function greedyDecode(model: DecodingModel, source: number[], options: DecodingOptions): number[] {
  // TODO: encode once; then let the decoder read the prefix, take the best last word, and stop or append it.
  // #region solution
  const { bos, eos, maxLength } = options;
  const memory = model.encode(tf.tensor2d([source], undefined, "int32"));
  const prefix = [bos];
  for (let said = 0; said < maxLength; said++) {
    const logits = model.decode(memory, tf.tensor2d([prefix], undefined, "int32")); // [1, t, V]
    const last = logits.slice([0, prefix.length - 1, 0], [1, 1, -1]).flatten(); // [V]
    const [next = eos] = last.argMax().dataSync();
    if (next === eos) break;
    prefix.push(next);
  }
  return prefix.slice(1);
  // #endregion
}
