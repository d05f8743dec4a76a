import type { Vocabulary } from "../types.js";

/**
 * The vocabulary of a corpus: each token has one id, and ids count from 0.
 *
 *     tokens = specials in the given order, then the words in order of first appearance
 *     ids.get(tokens[i]) = i
 *
 * Words are taken as they are written: "El" and "el" are two words, and so are "si" and "sí".
 *
 * @param corpus sentences, each a list of words; any text may be a word, "constructor" and "__proto__" included
 * @param specials such as "[pad]", "[unk]", "[bos]", "[eos]"; one that also occurs in the corpus keeps its one id
 * @returns tokens, from ids to tokens, and ids, from tokens to ids
 */
export function buildVocabulary(corpus: string[][], specials: string[]): Vocabulary {
  // TODO: go through the specials and then the words; give each one that has no id yet the next one.
  // #region solution
  const ids = new Map<string, number>();
  for (const token of [...specials, ...corpus.flat()]) {
    if (!ids.has(token)) ids.set(token, ids.size);
  }
  return { tokens: [...ids.keys()], ids };
  // #endregion
}

/**
 * The ids of the words of a sentence. Words that the vocabulary does not know get the id of "[unk]".
 *
 *     [bos] w_1 … w_T [eos]   the first and the last only when asked for
 *
 * A special is needed only where a word or an option calls for it: known words can be encoded without "[unk]".
 *
 * @param words of the sentence, possibly none
 * @param vocabulary of buildVocabulary; it stays as it is, whatever words come
 * @param options bos puts the id of "[bos]" in front, eos that of "[eos]" at the end
 * @returns one id for each word, and those of the marks
 * @throws RangeError when "[unk]", "[bos]" or "[eos]" is needed and the vocabulary does not have it
 */
export function encode(
  words: string[],
  vocabulary: Vocabulary,
  options: { bos?: boolean; eos?: boolean } = {},
): number[] {
  // TODO: look up every word, take "[unk]" for those without an id, and put the marks around them.
  // #region solution
  const idOf = (special: string): number => {
    const id = vocabulary.ids.get(special);
    if (id === undefined) {
      throw new RangeError(
        `encode: vocabulary has no ${special}, expected one for these words and options; add it to the specials`,
      );
    }
    return id;
  };
  const ids = words.map((word) => vocabulary.ids.get(word) ?? idOf("[unk]"));
  if (options.bos) ids.unshift(idOf("[bos]"));
  if (options.eos) ids.push(idOf("[eos]"));
  return ids;
  // #endregion
}

/**
 * The tokens that ids stand for. Specials are tokens like any other and are kept.
 *
 * @param ids each an integer from 0 to V − 1, where V is the number of tokens
 * @param vocabulary of buildVocabulary
 * @returns one token for each id
 * @throws RangeError when an id is outside this range
 */
export function decode(ids: number[], vocabulary: Vocabulary): string[] {
  // TODO: look up every id, and refuse those that stand for no token.
  // #region solution
  return ids.map((id) => {
    const token = vocabulary.tokens[id];
    if (token === undefined) {
      throw new RangeError(
        `decode: ids has ${id}, expected integers from 0 to ${vocabulary.tokens.length - 1}; ` +
          "decode with the vocabulary that they were encoded with",
      );
    }
    return token;
  });
  // #endregion
}
