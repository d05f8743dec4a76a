/**
 * BLEU of a corpus: how many words, pairs of words, triples … of the translations their references have too.
 *
 *     p_k  = Σ matches / Σ k-grams of the hypotheses,  both sums over the whole corpus
 *     c, r = number of words of all hypotheses and of all references
 *     BP   = 1 if c > r, else exp(1 − r/c)             the brevity penalty
 *     BLEU = BP · exp((1/maxN) · Σ_{k=1}^{maxN} ln p_k)
 *
 * A k-gram is k neighbouring words of one sentence. Matches are clipped: a k-gram that a hypothesis has a times and
 * its reference b times counts min(a, b) times. Words are compared as they are written; none contains a space, and any
 * other text may be one, "constructor" included.
 *
 * @param hypotheses sentences, each a list of words
 * @param references one for each hypothesis, in the same order
 * @param maxN the longest k-grams that count
 * @returns a plain number from 0 to 1; 0 if some p_k is 0 or has nothing to count, as when there are no words or when
 * every hypothesis is shorter than maxN
 * @throws RangeError when there are not as many references as hypotheses
 * @see Papineni et al. 2002, §2, here with one reference for each hypothesis
 */
export function bleu(hypotheses: string[][], references: string[][], maxN = 4): number {
  // TODO: for each k count k-grams and clipped matches over the corpus, average the ln p_k, and penalise brevity.
  // #region solution
  if (hypotheses.length !== references.length) {
    throw new RangeError(
      `bleu: hypotheses has ${hypotheses.length} sentences and references has ${references.length}, expected as many; ` +
        "give each hypothesis its reference",
    );
  }
  const countGrams = (sentence: string[], k: number): Map<string, number> => {
    const counts = new Map<string, number>();
    for (let i = 0; i + k <= sentence.length; i++) {
      const gram = sentence.slice(i, i + k).join(" ");
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  };

  let sumOfLogs = 0;
  for (let k = 1; k <= maxN; k++) {
    let [matches, grams] = [0, 0];
    for (const [i, hypothesis] of hypotheses.entries()) {
      const due = countGrams(references[i] ?? [], k);
      for (const [gram, count] of countGrams(hypothesis, k)) {
        matches += Math.min(count, due.get(gram) ?? 0);
        grams += count;
      }
    }
    if (matches === 0) return 0;
    sumOfLogs += Math.log(matches / grams);
  }
  const [c, r] = [hypotheses.flat().length, references.flat().length];
  const brevity = c > r ? 1 : Math.exp(1 - r / c);
  return brevity * Math.exp(sumOfLogs / maxN);
  // #endregion
}
