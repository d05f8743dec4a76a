import type { Text } from "./language.js";
import { quoteText } from "./text/quote.js";

/** A request that cannot be carried out: its text says what to do. Ends the program with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(text: string) {
    super(quoteText(text));
  }
}

/** Something of the workbook itself is missing or damaged: its text says what to do. Ends the program with exit code 3. */
export class WorkbookError extends Error {
  override readonly name = "WorkbookError";

  readonly text: Text;

  constructor({ en, es }: Text) {
    super(quoteText(en));
    this.text = { en: this.message, es: quoteText(es) };
  }
}

/** The word of a list that is nearest to a mistyped one, if any is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** Levenshtein's distance: how many letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
