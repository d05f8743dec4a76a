import * as tf from "@tensorflow/tfjs";
import { close, EXACT, mask as maskOf, op, type Random, suite } from "#grader/suite/index.js";
import { causalMask, combineMasks, paddingMask } from "#reference";

export const masksSuite = suite("4.5", { causalMask, paddingMask, combineMasks })(({ agrees, law }) => ({
  cases: (random) => ({
    causalMask: { one: [1], two: [2], five: [5], many: [random.integer(7, 30)] },
    paddingMask: {
      distinct: [padded(random, [4, 2], 6, 0), 0],
      otherPad: [padded(random, [3, 5, 1], 5, 9), 9],
      // As many sentences as positions: an axis in the wrong place fits all the same.
      square: [padded(random, [4, 1, 3, 2], 4, 0), 0],
      // An id that is no word.
      negative: [
        tf.tensor2d(
          [
            [4, 0, -1, -1],
            [-1, 2, 0, 5],
          ],
          [2, 4],
          "int32",
        ),
        -1,
      ],
      absent: [padded(random, [3, 3], 3, 0), 0],
      oneWord: [padded(random, [1, 1, 1], 1, 0), 0],
      inFront: [tf.reverse(padded(random, [4, 2, 5], 5, 3), 1), 3],
      between: [
        tf.tensor2d(
          [
            [4, 7, 4, 4, 2],
            [4, 4, 9, 4, 1],
          ],
          [2, 5],
          "int32",
        ),
        4,
      ],
    },
    combineMasks: {
      causalAndPadding: [causalMask(5), paddingMask(padded(random, [4, 2], 5, 0), 0)],
      paddingAndCausal: [paddingMask(padded(random, [1, 4, 3, 2], 4, 0), 0), causalMask(4)],
      sameShape: [maskOf(["0011010", "1110001"]), maskOf(["0101011", "1010011"])],
      perHead: [paddingMask(padded(random, [3, 2], 4, 0), 0), random.uniform([2, 3, 4, 4], 0, 1).less(0.6)],
      rows: [maskOf(["10110"]), maskOf(["11011", "00111", "10101", "11100"])],
    },
  }),

  checks: [
    agrees(
      { en: "causalMask agrees with the reference", es: "causalMask coincide con la referencia" },
      3,
      "causalMask",
      ["one", "two", "five", "many"],
      EXACT,
    ),
    agrees(
      {
        en: "paddingMask agrees with the reference, whatever the pad id",
        es: "paddingMask coincide con la referencia, sea cual sea el id de relleno",
      },
      3,
      "paddingMask",
      ["distinct", "otherPad", "square", "negative", "absent", "oneWord", "inFront", "between"],
      EXACT,
    ),
    agrees(
      {
        en: "combineMasks agrees with the reference and broadcasts",
        es: "combineMasks coincide con la referencia y aplica broadcasting",
      },
      2,
      "combineMasks",
      ["causalAndPadding", "paddingAndCausal", "sameShape", "rows", "perHead"],
      EXACT,
    ),
    law(
      {
        en: "of a sentence that starts with a word, query i sees the words up to i, and at least one",
        es: "en una frase que empieza con una palabra, la consulta i ve las palabras hasta i, y al menos una",
      },
      2,
      "combineMasks",
      "causalAndPadding",
      (ask, _, random) => {
        const lengths = [random.integer(1, 5), 6, 1, random.integer(2, 5)];
        const causal = ask.causalMask(6);
        const both = ask.combineMasks(causal, ask.paddingMask(padded(random, lengths, 6, 0), 0));
        const due = lengths.map((length) => [Array.from({ length: 6 }, (_, i) => Math.min(i + 1, length))]);
        return [
          close(op.sum(causal, 1), tf.range(1, 7, 1, "int32"), {
            en: "how many keys each query of causalMask(6) may look at",
            es: "a cuántas claves puede mirar cada consulta de causalMask(6)",
          }),
          close(op.sum(both, 3), tf.tensor3d(due, [4, 1, 6], "int32"), {
            en: "how many words each query may look at under both masks",
            es: "a cuántas palabras puede mirar cada consulta con ambas máscaras",
          }),
        ];
      },
    ),
  ],

  mistakes: {
    strict: {
      variant: { causalMask: (n) => positions(n, (i, j) => j.less(i)) },
      hint: {
        en: "This is the mask j < i: no token may look at itself, and the first one may look nowhere at all. Allow j ≤ i.",
        es: "Esta es la máscara j < i: ningún token puede mirarse a sí mismo, y el primero no puede mirar a nadie. Permite j ≤ i.",
      },
    },
    inverted: {
      variant: {
        causalMask: (n) => tf.logicalNot(causalMask(n)),
        paddingMask: (ids, pad) => tf.logicalNot(paddingMask(ids, pad)),
      },
      hint: {
        en: "These masks are the other way round: true where looking is forbidden. Here true means that a query may look at a key.",
        es: "Estas máscaras están al revés: verdadero donde está prohibido mirar. Aquí verdadero significa que una consulta puede mirar a una clave.",
      },
    },
    "future-instead-of-past": {
      variant: { causalMask: (n) => positions(n, (i, j) => j.greaterEqual(i)) },
      hint: {
        en: "This is the mask j ≥ i: each token sees what comes after it. Rows are queries and columns keys: allow j ≤ i.",
        es: "Esta es la máscara j ≥ i: cada token ve lo que viene después. Las filas son consultas y las columnas, claves: permite j ≤ i.",
      },
    },
    "padding-on-queries": {
      variant: { paddingMask: (ids, pad) => paddingMask(ids, pad).transpose([0, 1, 3, 2]) },
      hint: {
        en: "This mask has the shape [B, 1, m, 1]: it keeps padding from looking, but not from being looked at. What must be hidden are the keys: [B, 1, 1, m].",
        es: "Esta máscara tiene la forma [B, 1, m, 1]: impide que el relleno mire, pero no que lo miren. Lo que hay que ocultar son las claves: [B, 1, 1, m].",
      },
    },
    "padding-without-axes": {
      variant: { paddingMask: (ids, pad) => tf.notEqual(ids, pad) },
      hint: {
        en: "This mask has the shape [B, m]; against scores [B, h, n, m] its first axis would meet the queries, and where B = n nobody would notice. Give it the axes of heads and queries: [B, 1, 1, m].",
        es: "Esta máscara tiene la forma [B, m]; frente a puntuaciones [B, h, n, m], su primer eje toparía con las consultas, y con B = n nadie lo notaría. Dale los ejes de cabezas y consultas: [B, 1, 1, m].",
      },
    },
    "or-instead-of-and": {
      variant: { combineMasks: (a, b) => tf.logicalOr(a, b) },
      hint: {
        en: "This allows what either mask allows, so each one undoes the other. A query may look at a key only where both say so: use a logical and.",
        es: "Esto permite lo que permite cualquiera de las dos máscaras, así que cada una anula a la otra. Una consulta puede mirar a una clave solo donde ambas lo permiten: usa un «y» lógico.",
      },
    },
  },

  routes: {
    "with nested loops": {
      causalMask: (n) =>
        tf.tensor2d(
          Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => j <= i)),
          [n, n],
          "bool",
        ),
      paddingMask: (ids, pad) => {
        const rows = ids.arraySync() as number[][];
        return tf.tensor4d(
          rows.map((row) => [[row.map((id) => id !== pad)]]),
          undefined,
          "bool",
        );
      },
    },
    "from ones, cast to bool": {
      causalMask: (n) => tf.linalg.bandPart(tf.ones([n, n]), -1, 0).cast("bool"),
      paddingMask: (ids, pad) => tf.sub(1, tf.equal(ids, pad).cast("int32")).cast("bool").expandDims(1).expandDims(1),
      combineMasks: (a, b) => a.cast("int32").mul(b.cast("int32")).cast("bool"),
    },
    "by neither, nor": {
      causalMask: (n) => tf.logicalNot(positions(n, (i, j) => j.greater(i))),
      combineMasks: (a, b) => tf.tidy(() => tf.logicalNot(tf.logicalOr(tf.logicalNot(a), tf.logicalNot(b)))),
    },
    "where both hold": {
      combineMasks: (a, b) => tf.where(a, b, false).cast("bool"),
    },
  },
}));

/** Sentences of these lengths, of words other than the pad, filled up to one width. */
function padded(random: Random, lengths: readonly number[], width: number, pad: number): tf.Tensor {
  const word = () => (pad + random.integer(1, 8)) % 11;
  return tf.tensor2d(
    lengths.map((length) => Array.from({ length: width }, (_, j) => (j < length ? word() : pad))),
    [lengths.length, width],
    "int32",
  );
}

/** A mask [n, n] of the positions of queries and keys. */
function positions(n: number, allow: (i: tf.Tensor, j: tf.Tensor) => tf.Tensor): tf.Tensor {
  return allow(tf.range(0, n).expandDims(1), tf.range(0, n).expandDims(0));
}
