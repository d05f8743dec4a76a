/** A trained transformer in the forms that 5.13 and 5.14 know, and what it looks at. */
import * as tf from "@tensorflow/tfjs";
import type { DecodingModel, NextWord, TransformerParams } from "../../../exercises/types.js";
import type { SequenceModel } from "./model.js";

/**
 * For greedy decoding (5.13). The whole transformer runs for each word, encoder included, so that nothing but the
 * student's own function decides; what is handed on as memory is the source itself.
 */
export function decodingModel(model: SequenceModel, params: TransformerParams): DecodingModel {
  return {
    encode: (source) => source,
    decode: (source, targetIn) => {
      const [ids = []] = source.arraySync() as number[][];
      const [[, ...target] = []] = targetIn.arraySync() as number[][]; // without bos, which the batch puts there
      return model.read(params, [{ source: ids, target }]).logits;
    },
  };
}

/** For beam search (5.14): the log-probabilities of the word after a prefix that begins with bos. */
export function nextWord(model: SequenceModel, params: TransformerParams, source: readonly number[]): NextWord {
  return ([, ...target]) =>
    tf.tidy(() => {
      const { logits } = model.read(params, [{ source: [...source], target }]); // [1, t, V]
      return [...logits.slice([0, target.length, 0], [1, 1, -1]).logSoftmax().dataSync()];
    });
}

/**
 * Where the decoder looks in the source: the mean over the heads of its last layer.
 *
 * @param cross the weights of each layer, [B, h, m, n]
 * @returns [B, m, n]
 */
export function lookedAt(cross: readonly tf.Tensor[]): tf.Tensor {
  return (cross.at(-1) as tf.Tensor).mean(1);
}
