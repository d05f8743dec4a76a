import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { projectToVocabulary, queryKeyMatrix, stableSoftmax, valueOutputMatrix } from "#reference";

export const embeddingSpaceSuite = suite("3.6", { projectToVocabulary, valueOutputMatrix, queryKeyMatrix })(
  ({ agrees, law }) => ({
    cases: (random) => ({
      projectToVocabulary: {
        plain: [weights(random, 4, 5), weights(random, 7, 5)],
        square: [weights(random, 4, 4), weights(random, 4, 4)],
        oneVector: [weights(random, 1, 6), weights(random, 5, 6)],
        smallVocabulary: [weights(random, 5, 6), weights(random, 2, 6)],
      },
      valueOutputMatrix: {
        plain: [weights(random, 5, 3), weights(random, 3, 5), weights(random, 7, 5)],
        square: [weights(random, 4, 4), weights(random, 4, 4), weights(random, 4, 4)],
        narrow: [weights(random, 4, 1), weights(random, 1, 4), weights(random, 6, 4)],
        wide: [weights(random, 3, 5), weights(random, 5, 3), weights(random, 4, 3)],
      },
      queryKeyMatrix: {
        plain: [weights(random, 5, 3), weights(random, 5, 3), weights(random, 7, 5)],
        square: [weights(random, 4, 4), weights(random, 4, 4), weights(random, 4, 4)],
        narrow: [weights(random, 4, 1), weights(random, 4, 1), weights(random, 6, 4)],
        wide: [weights(random, 3, 5), weights(random, 3, 5), weights(random, 4, 3)],
      },
    }),

    checks: [
      agrees(
        {
          en: "projectToVocabulary agrees with the reference",
          es: "projectToVocabulary coincide con la referencia",
        },
        2,
        "projectToVocabulary",
        ["plain", "square", "oneVector", "smallVocabulary"],
      ),
      agrees(
        {
          en: "valueOutputMatrix agrees with the reference",
          es: "valueOutputMatrix coincide con la referencia",
        },
        2,
        "valueOutputMatrix",
        ["plain", "square", "narrow", "wide"],
      ),
      agrees(
        { en: "queryKeyMatrix agrees with the reference", es: "queryKeyMatrix coincide con la referencia" },
        3,
        "queryKeyMatrix",
        ["plain", "square", "narrow", "wide"],
      ),
      law(
        {
          en: "queryKeyMatrix is a matrix of scores: exchanging wq and wk transposes it, permuted words permute it",
          es: "queryKeyMatrix es una matriz de puntuaciones: intercambiar wq y wk la transpone, permutar palabras la permuta",
        },
        3,
        "queryKeyMatrix",
        "plain",
        (ask, [wq, wk, table], random) => {
          const scores = ask.queryKeyMatrix(wq, wk, table); // [V, V]
          const order = tf.tensor1d(random.permutation(table.shape[0] ?? 0), "int32");
          return [
            close(ask.queryKeyMatrix(wk, wq, table), op.transpose(scores), {
              en: "the matrix with wq and wk exchanged, against the transpose",
              es: "la matriz con wq y wk intercambiadas, frente a la transpuesta",
            }),
            close(ask.queryKeyMatrix(wq, wk, tf.gather(table, order)), op.gather(op.gather(scores, order), order, 1), {
              en: "the matrix for permuted words",
              es: "la matriz con las palabras permutadas",
            }),
            close(ask.queryKeyMatrix(wq.mul(-2), wk, table), op.mul(scores, -2), {
              en: "the matrix with −2·wq, against −2 times the matrix",
              es: "la matriz con −2·wq, frente a −2 veces la matriz",
            }),
          ];
        },
      ),
      law(
        {
          en: "a head of width dk gives matrices of rank dk at most",
          es: "una cabeza de ancho dk da matrices de rango dk como máximo",
        },
        2,
        "valueOutputMatrix",
        "plain",
        (ask, [wv, , table], random) =>
          [1, 2, 3].flatMap((dk) => {
            const [w, rows] = [wv.slice([0, 0], [5, dk]), weights(random, dk, 5)];
            const matrices = {
              valueOutputMatrix: ask.valueOutputMatrix(w, rows, table),
              queryKeyMatrix: ask.queryKeyMatrix(w, rows.transpose(), table),
            };
            return Object.entries(matrices).map(([name, matrix]) =>
              holds(
                op.lessEqual(op.rank(matrix), dk),
                {
                  en: `${name} has rank {0} for a head of width ${dk}: a product of [V, dk] and [dk, V] has rank dk at most`,
                  es: `${name} tiene rango {0} con una cabeza de ancho ${dk}: un producto de [V, dk] y [dk, V] tiene rango dk como máximo`,
                },
                { shows: [op.rank(matrix)] },
              ),
            );
          }),
      ),
      law(
        {
          en: "the valueOutputMatrix of all heads together is the sum over the heads",
          es: "la valueOutputMatrix de todas las cabezas juntas es la suma de las de cada una",
        },
        3,
        "valueOutputMatrix",
        "plain",
        (ask, [wv, wo, table], random) => {
          const values = [wv, weights(random, 5, 2), weights(random, 5, 1)];
          const outputs = [wo, weights(random, 2, 5), weights(random, 1, 5)];
          const apart = values.map((v, i) => ask.valueOutputMatrix(v, outputs[i] as tf.Tensor, table)); // [V, V] each
          return [
            close(
              ask.valueOutputMatrix(tf.concat(values, 1), tf.concat(outputs, 0), table),
              op.sum(op.stack(apart), 0),
              {
                en: "the matrix of the joined weights, against the sum over three heads",
                es: "la matriz de los pesos unidos, frente a la suma de tres cabezas",
              },
            ),
          ];
        },
      ),
    ],

    mistakes: {
      "query-key-transposed": {
        variant: { queryKeyMatrix: (wq, wk, table) => queryKeyMatrix(wk, wq, table) },
        hint: {
          en: "This is what comes out with wk wqᵀ: the whole matrix is transposed, as if the keys asked the queries. Rows belong to queries and columns to keys: E (wq wkᵀ) Eᵀ (Dar et al. 2022, §3).",
          es: "Esto es lo que sale con wk wqᵀ: la matriz entera queda transpuesta, como si las claves preguntaran a las consultas. Las filas son de las consultas y las columnas, de las claves: E (wq wkᵀ) Eᵀ (Dar et al. 2022, §3).",
        },
      },
      "projection-transposed": {
        variant: {
          projectToVocabulary: (v, table) => projectToVocabulary(v, table).transpose(),
          valueOutputMatrix: (wv, wo, table) => valueOutputMatrix(wv, wo, table).transpose(),
          queryKeyMatrix: (wq, wk, table) => queryKeyMatrix(wq, wk, table).transpose(),
        },
        hint: {
          en: "This is what comes out of E vᵀ, the projection transposed. A row of the result belongs to a row of v, and its columns to the words: v Eᵀ, tf.matMul(v, table, false, true) (Dar et al. 2022, §3).",
          es: "Esto es lo que sale de E vᵀ, la proyección transpuesta. Cada fila del resultado es de una fila de v, y sus columnas, de las palabras: v Eᵀ, tf.matMul(v, table, false, true) (Dar et al. 2022, §3).",
        },
      },
      "wo-wv-order": {
        variant: { valueOutputMatrix: (wv, wo, table) => valueOutputMatrix(wo, wv, table) },
        hint: {
          en: "This is what comes out with wo wv, which only fits when dk = d. A word first becomes a value and is then written out: with rows as vectors, wv comes first, E (wv wo) Eᵀ (Dar et al. 2022, §3).",
          es: "Esto es lo que sale con wo wv, que solo encaja cuando dk = d. Una palabra primero se vuelve valor y después se escribe: con vectores fila, wv va primero, E (wv wo) Eᵀ (Dar et al. 2022, §3).",
        },
      },
      softmaxed: {
        variant: {
          projectToVocabulary: (v, table) => stableSoftmax(projectToVocabulary(v, table)),
          valueOutputMatrix: (wv, wo, table) => stableSoftmax(valueOutputMatrix(wv, wo, table)),
          queryKeyMatrix: (wq, wk, table) => stableSoftmax(queryKeyMatrix(wq, wk, table)),
        },
        hint: {
          en: "This is what comes out when every row goes through softmax. The projection is linear and nothing follows it: only so do the matrices of several heads add up (Dar et al. 2022, §3).",
          es: "Esto es lo que sale cuando cada fila pasa por softmax. La proyección es lineal y no le sigue nada: solo así se suman las matrices de varias cabezas (Dar et al. 2022, §3).",
        },
      },
      "table-transposed": {
        variant: {
          projectToVocabulary: (v, table) => projectToVocabulary(v, table.transpose()),
          valueOutputMatrix: (wv, wo, table) => valueOutputMatrix(wv, wo, table.transpose()),
          queryKeyMatrix: (wq, wk, table) => queryKeyMatrix(wq, wk, table.transpose()),
        },
        hint: {
          en: "This is what comes out with E and Eᵀ exchanged, which only fits when V = d. The table E is [V, d] with one word in each row: vectors meet its rows, v Eᵀ, and on the left of the weights it stands as it is (Dar et al. 2022, §3).",
          es: "Esto es lo que sale al intercambiar E y Eᵀ, que solo encaja cuando V = d. La tabla E es [V, d], con una palabra por fila: los vectores se multiplican por sus filas, v Eᵀ, y a la izquierda de los pesos va tal cual (Dar et al. 2022, §3).",
        },
      },
      "divided-by-sqrt-dk": {
        variant: {
          queryKeyMatrix: (wq, wk, table) => queryKeyMatrix(wq, wk, table).div(Math.sqrt(wq.shape[1] ?? 1)),
        },
        hint: {
          en: "This is what comes out when the matrix is divided by √dk: those are the scores of attention. Here the weights alone are projected, without the factor: E (wq wkᵀ) Eᵀ (Dar et al. 2022, §3).",
          es: "Esto es lo que sale al dividir la matriz entre √dk: esas son las puntuaciones de la atención. Aquí se proyectan solo los pesos, sin ese factor: E (wq wkᵀ) Eᵀ (Dar et al. 2022, §3).",
        },
      },
    },

    routes: {
      "weights first: a [d, d] matrix between E and Eᵀ": {
        projectToVocabulary: (v, table) => tf.matMul(v, table.transpose()),
        valueOutputMatrix: (wv, wo, table) => between(table, tf.matMul(wv, wo)),
        queryKeyMatrix: (wq, wk, table) => between(table, tf.matMul(wq, wk.transpose())),
      },
      "factors: [V, dk] by [dk, V]": {
        projectToVocabulary: (v, table) => tf.matMul(table, v, false, true).transpose(),
        valueOutputMatrix: (wv, wo, table) =>
          tf.tidy(() => tf.matMul(tf.matMul(table, wv), tf.matMul(wo, table, false, true))),
        queryKeyMatrix: (wq, wk, table) =>
          tf.tidy(() => tf.matMul(tf.matMul(table, wq), tf.matMul(wk, table, true, true))),
      },
      "the sum of dk outer products": {
        valueOutputMatrix: (wv, wo, table) => outerProducts(tf.matMul(table, wv), tf.matMul(wo, table, false, true)),
        queryKeyMatrix: (wq, wk, table) => outerProducts(tf.matMul(table, wq), tf.matMul(table, wk).transpose()),
      },
      "entry by entry, in plain numbers": {
        projectToVocabulary: (v, table) => tf.tensor2d(product(rowsOf(v), rowsOf(table.transpose()))),
        valueOutputMatrix: (wv, wo, table) =>
          tf.tensor2d([wv, wo, table.transpose()].map(rowsOf).reduce(product, rowsOf(table))),
        queryKeyMatrix: (wq, wk, table) =>
          tf.tensor2d([wq, wk.transpose(), table.transpose()].map(rowsOf).reduce(product, rowsOf(table))),
      },
      "word by word, by products and sums": {
        projectToVocabulary: (v, table) => v.expandDims(1).mul(table).sum(2),
        valueOutputMatrix: (wv, wo, table) =>
          tf.stack(tf.unstack(table).map((word) => tf.dot(table, tf.dot(tf.dot(word, wv), wo)))),
        queryKeyMatrix: (wq, wk, table) =>
          tf.stack(tf.unstack(table).map((word) => tf.dot(tf.matMul(table, wk), tf.dot(word, wq)))),
      },
    },
  }),
);

/** Small enough that the products of four matrices are of size 1. */
function weights(random: Random, rows: number, columns: number): tf.Tensor {
  return random.normal([rows, columns], 0.6);
}

/** E m Eᵀ */
function between(table: tf.Tensor, m: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.matMul(table, m), table.transpose());
}

/** Column c of left [a, k] times row c of right [k, b], added up over c: [a, b]. */
function outerProducts(left: tf.Tensor, right: tf.Tensor): tf.Tensor {
  const columns = tf.unstack(left, 1);
  return tf.addN(tf.unstack(right).map((row, c) => tf.outerProduct(columns[c] as tf.Tensor1D, row as tf.Tensor1D)));
}

function rowsOf(matrix: tf.Tensor): number[][] {
  return matrix.arraySync() as number[][];
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, entry, k) => sum + entry * (b[k]?.[j] ?? 0), 0)));
}
