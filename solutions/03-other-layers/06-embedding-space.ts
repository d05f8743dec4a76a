import * as tf from "@tensorflow/tfjs";

/**
 * Vectors of the model seen in the vocabulary: how strongly each of them points to each word.
 *
 *     v Eᵀ
 *
 * Eᵀ takes the place of an inverse of E, the table of embeddings. The numbers are left as they are, without softmax.
 *
 * @param v [m, d] vectors of the model, one in each row
 * @param table E [V, d]
 * @returns [m, V]
 * @see Dar et al. 2022, §3
 */
export function projectToVocabulary(v: tf.Tensor, table: tf.Tensor): tf.Tensor {
  // TODO: multiply every vector by every row of the table.
  // #region solution
  return tf.matMul(v, table, false, true); // [m, V]
  // #endregion
}

/**
 * What a head writes for each word that it attends to: row t says which words it favours where it attends to word t.
 *
 *     E (wv wo) Eᵀ
 *
 * @param wv [d, dk] value weights of the head
 * @param wo [dk, d] the rows of the output weights that belong to the head
 * @param table E [V, d]
 * @returns [V, V]
 * @see Dar et al. 2022, §3
 */
export function valueOutputMatrix(wv: tf.Tensor, wo: tf.Tensor, table: tf.Tensor): tf.Tensor {
  // TODO: take the words through wv and wo, and project what comes out to the vocabulary.
  // #region solution
  const written = tf.matMul(table, tf.matMul(wv, wo)); // [V, d]
  return projectToVocabulary(written, table); // [V, V]
  // #endregion
}

/**
 * Which words attend to which: entry [t, u] says how much word t, as a query, asks for word u, as a key.
 *
 *     E (wq wkᵀ) Eᵀ
 *
 * The matrix is not divided by √dk: with this division, row t holds the scores of attention for x = E.
 *
 * @param wq [d, dk] query weights of the head
 * @param wk [d, dk] key weights of the head
 * @param table E [V, d]
 * @returns [V, V]
 * @see Dar et al. 2022, §3
 */
export function queryKeyMatrix(wq: tf.Tensor, wk: tf.Tensor, table: tf.Tensor): tf.Tensor {
  // TODO: join the weights of queries and keys into one [d, d] matrix, and put the table on both of its sides.
  // #region solution
  const interaction = tf.matMul(wq, wk, false, true); // [d, d]
  return projectToVocabulary(tf.matMul(table, interaction), table); // [V, V]
  // #endregion
}
