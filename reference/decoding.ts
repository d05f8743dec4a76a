/** Turning a model's next-word scores into sentences: greedily, and with a beam. */
import * as tf from "@tensorflow/tfjs";
import type { BeamOptions, DecodingModel, DecodingOptions, Hypothesis, NextWord } from "../exercises/types.js";

/**
 * Word by word the likeliest next one, up to eos.
 *
 * @param model encode [1, n] int32 → memory, decode (memory, [1, t] int32) → logits [1, t, V]
 * @param source ids of the sentence
 * @param options bos, eos and maxLength, the most words to say
 * @returns ids without bos and eos; of equal logits the smaller id
 * @see Vaswani et al. 2017, §3
 */
export function greedyDecode(model: DecodingModel, source: number[], options: DecodingOptions): number[] {
  const { bos, eos, maxLength } = options;
  const memory = model.encode(tf.tensor2d([source], [1, source.length], "int32"));
  const ids: number[] = [];
  while (ids.length < maxLength) {
    const logits = model.decode(memory, tf.tensor2d([[bos, ...ids]], [1, ids.length + 1], "int32")); // [1, t, V]
    const said = logits.argMax(2).dataSync(); // one id for each position
    const next = said[ids.length] ?? eos;
    if (next === eos) break;
    ids.push(next);
  }
  return ids;
}

interface Beam {
  readonly ids: readonly number[]; // generated, eos included
  readonly sum: number; // Σ log p
}

/**
 * Beam search: round by round the `width` best of all extensions of all live hypotheses by Σ log p.
 *
 * @param step log-probabilities [V] of the next word after a prefix that begins with bos
 * @param options width, alpha, bos, eos and maxLength, the most rounds
 * @returns at most `width` hypotheses, the best score first: Σ log p / ((5 + L)/6)^alpha, L counting eos
 * @throws RangeError when width is below 1
 * @see Wu et al. 2016, §7 and eq. 14, without the coverage penalty; Vaswani et al. 2017, §6.1
 */
export function beamSearch(step: NextWord, options: BeamOptions): Hypothesis[] {
  const { width, alpha, bos, eos, maxLength } = options;
  if (width < 1)
    throw new RangeError(`beamSearch: width is ${width}, expected at least 1; keep one hypothesis or more`);
  const rounds = (live: readonly Beam[], left: number): Beam[] => {
    if (live.length === 0 || left === 0) return [...live];
    const candidates = live.flatMap(({ ids, sum }) =>
      step([bos, ...ids]).map((logP, id) => ({ ids: [...ids, id], sum: sum + logP })),
    );
    const possible = candidates.filter(({ sum }) => sum > Number.NEGATIVE_INFINITY);
    const kept = possible.toSorted((a, b) => b.sum - a.sum).slice(0, width); // stable: ties keep their order
    const hasEnded = ({ ids }: Beam) => ids.at(-1) === eos;
    const open = kept.filter((beam) => !hasEnded(beam));
    return [...kept.filter(hasEnded), ...rounds(open, left - 1)];
  };
  return rounds([{ ids: [], sum: 0 }], maxLength)
    .map(({ ids, sum }) => ({
      ids: ids.filter((id) => id !== eos),
      score: sum / ((5 + ids.length) / 6) ** alpha,
    }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, width);
}
