/** How good translations are. */

/**
 * BLEU of a corpus, with one reference for each hypothesis: BP · exp(mean of ln p_k for k = 1..maxN), where p_k is the
 * share of the hypotheses' k-grams that their references have too, each at most as often as there; BP is 1 when the
 * hypotheses have more words than the references (c > r), and exp(1 − r/c) otherwise.
 *
 * @param hypotheses sentences, each a list of words
 * @param references one sentence for each hypothesis
 * @param maxN the longest k-grams that count
 * @returns a number from 0 to 1; 0 when some p_k is 0 or has no k-grams to count
 * @throws RangeError when there are more of the ones than of the others
 * @see Papineni et al. 2002, §2
 */
export function bleu(hypotheses: string[][], references: string[][], maxN = 4): number {
  if (hypotheses.length !== references.length) {
    throw new RangeError(
      `bleu: there are ${hypotheses.length} hypotheses and ${references.length} references, expected as many; ` +
        "give each hypothesis its reference",
    );
  }
  let sum = 0;
  for (let k = 1; k <= maxN; k++) {
    let [matches, all] = [0, 0];
    hypotheses.forEach((hypothesis, i) => {
      const left = gramsOf(references[i] ?? [], k); // those that no k-gram of the hypothesis has met yet
      for (const gram of gramsOf(hypothesis, k)) {
        all++;
        const at = left.indexOf(gram);
        if (at < 0) continue;
        matches++;
        left.splice(at, 1);
      }
    });
    if (matches === 0) return 0;
    sum += Math.log(matches / all);
  }
  const [c, r] = [hypotheses.flat().length, references.flat().length];
  return Math.min(1, Math.exp(1 - r / c)) * Math.exp(sum / maxN);
}

/** The k-grams of a sentence in order, each as one text. */
function gramsOf(sentence: readonly string[], k: number): string[] {
  return Array.from({ length: Math.max(sentence.length - k + 1, 0) }, (_, i) =>
    JSON.stringify(sentence.slice(i, i + k)),
  );
}
