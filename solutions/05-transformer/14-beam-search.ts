import type { BeamOptions, Hypothesis, NextWord } from "../types.js";

/**
 * Beam search: instead of the one likeliest word, the `width` likeliest beginnings of a sentence are kept at every step.
 *
 * At the start one hypothesis lives, bos alone. In each of at most maxLength rounds
 *
 *     candidates = every live hypothesis, extended by every word; each has the sum Σ log p of its words
 *     kept = the first `width` candidates, sorted by their sums (equal: the earlier hypothesis, then the smaller id)
 *     those of them that end in eos are finished, the others live on
 *
 * Candidates whose sum is −Infinity are never kept. The search ends when none lives; what lives after the last round
 * counts as finished. Among the finished ones length must not count against a sentence, so they are compared by
 *
 *     score = Σ log p / ((5 + L)/6)^alpha,   L = number of words that were generated, eos included
 *
 * (equal: the one that was finished earlier; of one round, the one that was kept earlier). More than `width` may be finished in all; the best `width` are returned.
 *
 * @param step the log-probabilities [V] of the next word after a prefix of ids; prefixes begin with bos
 * @param options width, at least 1; alpha, 0 for no length penalty; bos, eos; maxLength, the number of rounds
 * @returns the best `width` hypotheses (or as many as there are), the best first: score, and ids without the first bos
 *   and the last eos (a bos that step made likely later on is a word like any other)
 * @throws RangeError when width is below 1
 * @see Wu et al. 2016, §7, eq. 14, without its coverage penalty; Vaswani et al. 2017, §6.1: width 4, alpha 0.6
 */
export function beamSearch(step: NextWord, options: BeamOptions): Hypothesis[] {
  // TODO: round by round extend what lives, keep the best, set aside what ended; then score, sort and cut.
  // #region solution
  const { width, alpha, bos, eos, maxLength } = options;
  if (width < 1) {
    throw new RangeError(`beamSearch: width is ${width}, expected at least 1; 1 is greedy, 4 is usual`);
  }
  let live = [{ prefix: [bos], sum: 0 }];
  const finished: { prefix: number[]; sum: number }[] = [];
  for (let round = 0; round < maxLength && live.length > 0; round++) {
    const candidates = live.flatMap(({ prefix, sum }) =>
      step(prefix).map((logP, id) => ({ prefix: [...prefix, id], sum: sum + logP })),
    );
    const kept = candidates
      .filter(({ sum }) => sum > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.sum - a.sum) // equal ones stay in their order
      .slice(0, width);
    finished.push(...kept.filter(({ prefix }) => prefix.at(-1) === eos));
    live = kept.filter(({ prefix }) => prefix.at(-1) !== eos);
  }
  const hypotheses = [...finished, ...live].map(({ prefix, sum }) => {
    const generated = prefix.slice(1);
    const score = sum / ((5 + generated.length) / 6) ** alpha;
    return { ids: generated.at(-1) === eos ? generated.slice(0, -1) : generated, score };
  });
  return hypotheses.sort((a, b) => b.score - a.score).slice(0, width);
  // #endregion
}
