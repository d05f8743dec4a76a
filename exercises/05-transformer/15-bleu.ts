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
  throw new Error("TODO 5.15: bleu");
}
