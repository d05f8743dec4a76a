/** The figures of a trained transformer on a set of sentences that it has not seen. */
import * as tf from "@tensorflow/tfjs";
import type { Example } from "../../../data/files.js";
import type { Pair, TransformerParams } from "../../../exercises/types.js";
import type { Parts } from "../parts.js";
import { lookedAt, nextWord } from "./ask.js";
import { IDS, type SequenceModel } from "./model.js";
import type { TestSet } from "./task.js";

/** A test set, and what the model said to it. */
export interface Answered {
  readonly set: TestSet;
  readonly examples: readonly Example[];
  readonly pairs: readonly Pair[];
  /** In words, as the targets are. */
  readonly said: readonly string[][];
}

export function answer(
  parts: Parts,
  model: SequenceModel,
  params: TransformerParams,
  set: TestSet,
  most: number,
): Answered {
  const examples = set.examples().slice(0, most);
  const pairs = examples.map(model.pairOf);
  const sources = pairs.map(({ source }) => source);
  const said = model.sayAll(params, sources).map((ids) => parts.decode(ids, model.targetWords));
  return { set, examples, pairs, said };
}

export const isRight = ({ target }: Example, said: readonly string[] = []): boolean =>
  target.join(" ") === said.join(" ");

/** The share of sentences whose words are all right. */
export function exactMatch({ examples, said }: Pick<Answered, "examples" | "said">): number {
  return examples.filter((example, i) => isRight(example, said[i])).length / examples.length;
}

export function corpusBleu({ bleu }: Parts, { examples, said }: Pick<Answered, "examples" | "said">): number {
  return bleu(
    [...said],
    examples.map(({ target }) => [...target]),
  );
}

/** BLEU of what beam search (5.14) finds for the first sentences; greedy decoding's for the same ones beside it. */
export function beamBleu(
  parts: Parts,
  model: SequenceModel,
  params: TransformerParams,
  { examples, pairs, said }: Answered,
  { sentences, width, alpha }: { readonly sentences: number; readonly width: number; readonly alpha: number },
): { readonly beam: number; readonly greedy: number } {
  const options = { width, alpha, bos: IDS.bos, eos: IDS.eos, maxLength: model.maxLength };
  const found = pairs.slice(0, sentences).map(({ source }) => {
    const [best] = parts.beamSearch(nextWord(model, params, source), options);
    return parts.decode(best?.ids ?? [], model.targetWords);
  });
  const some = examples.slice(0, sentences);
  return {
    beam: corpusBleu(parts, { examples: some, said: found }),
    greedy: corpusBleu(parts, { examples: some, said: said.slice(0, sentences) }),
  };
}

/** Sentences that are read at once. */
const AT_ONCE = 50;

/**
 * What the model does while it reads the right words.
 *
 * @returns how often it knows the next word, and how often it looks most at the source word that the target word comes
 *   from (NaN where that is not known)
 */
export function readAlong(
  model: SequenceModel,
  params: TransformerParams,
  { examples, pairs }: Pick<Answered, "examples" | "pairs">,
): { readonly tokens: number; readonly alignment: number } {
  let [known, words, aligned, links] = [0, 0, 0, 0];
  for (let from = 0; from < pairs.length; from += AT_ONCE) {
    const some = pairs.slice(from, from + AT_ONCE);
    const { said, due, places } = tf.tidy(() => {
      const { logits, weights, batch } = model.read(params, some);
      return {
        said: logits.argMax(-1).arraySync() as number[][],
        due: batch.targetOut.arraySync() as number[][],
        places: lookedAt(weights.cross).argMax(-1).arraySync() as number[][],
      };
    });
    for (const [i, { target }] of some.entries()) {
      words += target.length + 1; // eos is a word to be known
      known += [...target, IDS.eos].filter((_, j) => said[i]?.[j] === due[i]?.[j]).length;
      const alignment = examples[from + i]?.alignment ?? [];
      links += alignment.length;
      aligned += alignment.filter((place, j) => places[i]?.[j] === place).length;
    }
  }
  return { tokens: known / words, alignment: aligned / links };
}
