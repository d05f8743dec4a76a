/** Words as vectors: vocabularies, embeddings with positions, and weights seen in the space of the embeddings. */
import * as tf from "@tensorflow/tfjs";
import type { Vocabulary } from "../exercises/types.js";

/**
 * The vocabulary of a corpus: first the specials in the given order, then the words by first appearance.
 *
 * @param corpus sentences, each a list of words
 * @param specials such as "[pad]", "[unk]", "[bos]", "[eos]"; one that is also a word of the corpus keeps its one id
 */
export function buildVocabulary(corpus: string[][], specials: string[]): Vocabulary {
  const tokens = [...new Set([...specials, ...corpus.flat()])];
  return { tokens, ids: new Map(tokens.map((token, id) => [token, id])) };
}

/**
 * The ids of the words of a sentence; an unknown word gets that of "[unk]".
 *
 * @param words of the sentence
 * @param vocabulary stays as it is
 * @param options bos puts the id of "[bos]" in front, eos that of "[eos]" at the end
 * @throws RangeError when "[unk]", "[bos]" or "[eos]" is needed and the vocabulary has none
 */
export function encode(
  words: string[],
  vocabulary: Vocabulary,
  options: { bos?: boolean; eos?: boolean } = {},
): number[] {
  const known = words.map((word) => (vocabulary.ids.has(word) ? word : "[unk]"));
  const tokens = [options.bos ? ["[bos]"] : [], known, options.eos ? ["[eos]"] : []].flat();
  return tokens.map((token) => {
    const id = vocabulary.ids.get(token);
    if (id === undefined) {
      throw new RangeError(
        `encode: vocabulary has no ${token}, expected one for these words and options; add it to the specials`,
      );
    }
    return id;
  });
}

/**
 * The tokens that ids stand for, specials among them.
 *
 * @param ids each from 0 to V − 1
 * @throws RangeError when an id is outside this range
 */
export function decode(ids: number[], vocabulary: Vocabulary): string[] {
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
}

/**
 * The rows of the table that ids stand for.
 *
 * @param ids [B, T] int32, each from 0 to V − 1
 * @param table [V, d]
 * @returns [B, T, d]
 * @see Vaswani et al. 2017, §3.4
 */
export function embed(ids: tf.Tensor, table: tf.Tensor): tf.Tensor {
  return tf.gather(table, ids); // [B, T, d]
}

/**
 * What enters a transformer: √d · embed(ids), the factor only if `scale`, plus the first T positions.
 *
 * @param ids [B, T] int32, each from 0 to V − 1
 * @param table [V, d]
 * @param positions [L, d], L ≥ T
 * @param scale whether the embeddings are multiplied by √d
 * @returns [B, T, d]
 * @throws RangeError when there are fewer positions than T
 * @see Vaswani et al. 2017, §3.4–3.5
 */
export function inputEncoding(ids: tf.Tensor, table: tf.Tensor, positions: tf.Tensor, scale = true): tf.Tensor {
  const [length = 0, most = 0] = [ids.shape[1], positions.shape[0]];
  if (length > most) {
    throw new RangeError(
      `inputEncoding: ids have length ${length} and positions has ${most} rows, expected at least ${length}; ` +
        "shorten the sentences or make more positions",
    );
  }
  const factor = scale ? Math.sqrt(table.shape[1] ?? 1) : 1;
  return embed(ids, table.mul(factor)).add(tf.gather(positions, tf.range(0, length, 1, "int32")));
}

/**
 * Vectors of the model seen in the vocabulary: v Eᵀ, with Eᵀ in the place of an inverse of E.
 *
 * @param v [m, d]
 * @param table E [V, d]
 * @returns [m, V]
 * @see Dar et al. 2022, §3
 */
export function projectToVocabulary(v: tf.Tensor, table: tf.Tensor): tf.Tensor {
  return tf.matMul(v, table, false, true);
}

/**
 * What a head writes when it attends to a word, both seen in the vocabulary: E (wv wo) Eᵀ.
 *
 * @param wv [d, dk]
 * @param wo [dk, d], the rows of the output matrix that belong to the head
 * @param table E [V, d]
 * @returns [V, V]
 * @see Dar et al. 2022, §3
 */
export function valueOutputMatrix(wv: tf.Tensor, wo: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const written = tf.matMul(tf.matMul(table, wv), wo); // [V, d], what the head writes for each word
  return projectToVocabulary(written, table);
}

/**
 * How much each word, as a query, asks for each word as a key: E (wq wkᵀ) Eᵀ.
 *
 * @param wq [d, dk]
 * @param wk [d, dk]
 * @param table E [V, d]
 * @returns [V, V]
 * @see Dar et al. 2022, §3
 */
export function queryKeyMatrix(wq: tf.Tensor, wk: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const [queries, keys] = [tf.matMul(table, wq), tf.matMul(table, wk)]; // [V, dk]
  return tf.matMul(queries, keys, false, true);
}
