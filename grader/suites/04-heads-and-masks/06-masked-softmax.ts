import * as tf from "@tensorflow/tfjs";
import {
  close,
  distribution,
  EXTREME,
  holds,
  mask as maskOf,
  op,
  type Random,
  suite,
  together,
} from "#grader/suite/index.js";
import { causalMask, causalSelfAttention, maskedSoftmax, selfAttention } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { AttentionParams } from "../../../exercises/types.js";

const HOLES = ["1100110", "0101011", "1110000", "0000001", "1111111"];
const SQUARE_HOLES = ["1010", "1100", "0111", "0001"];

export const maskedSoftmaxSuite = suite("4.6", { maskedSoftmax, causalSelfAttention })(
  ({ agrees, gradientsAgree, law, staysFinite }) => ({
    cases: (random) => ({
      maskedSoftmax: {
        rows: [random.normal([2, 5, 7], 2), maskOf(HOLES)],
        square: [random.normal([4, 4], 2), maskOf(SQUARE_HOLES)],
        padding: [random.normal([2, 3, 5, 7], 2), maskOf(["1111000", "1111110"]).reshape([2, 1, 1, 7])],
        causal: [random.normal([3, 4, 4], 2), causalMask(4)],
        perHead: [random.normal([2, 3, 4, 5], 2), draw(random, [2, 3, 4, 5])],
        everywhere: [random.normal([3, 5], 2), maskOf(["11111"])],
        // Whole rows are far away, with what is forbidden in them.
        extreme: [far(random, [5, 7]), maskOf(HOLES)],
        extremeSquare: [far(random, [4, 4]), maskOf(SQUARE_HOLES)],
        extremeWithin: [
          random.normal([2, 6], 2).add(tf.tensor1d([1000, -1000, 0, 1000, -1000, 0])),
          maskOf(["110101"]),
        ],
        emptyRow: [random.normal([3, 4]), maskOf(["1010", "0000", "0111"])],
      },
      causalSelfAttention: {
        distinct: [random.normal([2, 5, 4]), params(random, 4, 3, 6)],
        square: [random.normal([4, 4]), params(random, 4, 4, 4)],
        heads: [random.normal([2, 3, 4, 5]), params(random, 5, 2, 3)],
        oneToken: [random.normal([2, 1, 4]), params(random, 4, 3, 2)],
        slopes: [random.normal([2, 3, 4]), params(random, 4, 3, 2)],
      },
    }),

    checks: [
      agrees(
        { en: "maskedSoftmax agrees with the reference", es: "maskedSoftmax coincide con la referencia" },
        3,
        "maskedSoftmax",
        ["rows", "square", "padding", "causal", "perHead", "everywhere"],
      ),
      together(
        agrees(
          {
            en: "stays right at scores near ±1000, and finite in a row that may look nowhere",
            es: "sigue correcta con puntuaciones cerca de ±1000, y finita en una fila que no puede mirar a nadie",
          },
          2,
          "maskedSoftmax",
          ["extreme", "extremeSquare", "extremeWithin"],
          EXTREME,
        ),
        staysFinite({ en: "finite", es: "finita" }, 0, "maskedSoftmax", ["emptyRow"]),
      ),
      law(
        {
          en: "what is forbidden gets a weight of exactly 0, and each row sums to one",
          es: "lo prohibido recibe un peso de exactamente 0, y cada fila suma uno",
        },
        1,
        "maskedSoftmax",
        "rows",
        (ask, [scores, allowed], random) => {
          // What is hidden lies above the rest: −100 in place of −1e9 leaves a weight that is not 0.
          const above = maskOf(["1011010"]);
          const high = tf.where(above, -10, 0).add(random.normal([5, 7], 0.4));
          // All of them lie low: −10⁴ in place of −1e9 lies above them.
          const low = random.normal([5, 7]).sub(1e6);
          return [
            distribution(ask.maskedSoftmax(scores, allowed), allowed),
            distribution(ask.maskedSoftmax(high, above), above),
            distribution(ask.maskedSoftmax(low, above), above),
          ];
        },
      ),
      agrees(
        {
          en: "causalSelfAttention agrees with the reference in the weights",
          es: "causalSelfAttention coincide con la referencia en los pesos",
        },
        1,
        "causalSelfAttention",
        ["distinct", "square", "heads", "oneToken"],
        undefined,
        "weights",
      ),
      agrees(
        {
          en: "causalSelfAttention agrees with the reference in the output",
          es: "causalSelfAttention coincide con la referencia en la salida",
        },
        1,
        "causalSelfAttention",
        ["distinct", "square", "heads", "oneToken"],
        undefined,
        "output",
      ),
      law(
        {
          en: "later tokens have a weight of exactly 0 and change nothing before them; the last one sees all",
          es: "los tokens posteriores tienen un peso de exactamente 0 y no cambian nada antes; el último ve todo",
        },
        1,
        "causalSelfAttention",
        "distinct",
        (ask, [x, p], random) => {
          const t = random.integer(1, 4);
          const moved = tf.concat([x.slice([0, 0], [-1, t]), random.normal([2, 5 - t, 4])], 1);
          const { output, weights } = ask.causalSelfAttention(x, p);
          const least = op.min(op.slice(weights, [0, 4]));
          const ahead = future(random);
          const low = allLow(random);
          return [
            distribution(weights, causalMask(5)),
            distribution(ask.causalSelfAttention(...ahead).weights, causalMask(5)),
            distribution(ask.causalSelfAttention(...low).weights, causalMask(5)),
            close(
              op.slice(ask.causalSelfAttention(moved, p).output, [0, 0], [-1, t]),
              op.slice(output, [0, 0], [-1, t]),
              {
                en: `the outputs before token ${t}, after the tokens from ${t} on were changed`,
                es: `las salidas antes del token ${t}, tras cambiar los tokens desde el ${t}`,
              },
            ),
            holds(
              op.greater(least, 0),
              {
                en: "the last token gives some token a weight of {0}: it may see all of them",
                es: "el último token da a algún token un peso de {0}: puede verlos todos",
              },
              { shows: [least] },
            ),
          ];
        },
      ),
      gradientsAgree(
        {
          en: "the gradient agrees: nothing flows back from a token to later ones",
          es: "el gradiente coincide: de un token no fluye nada hacia los posteriores",
        },
        1,
        "causalSelfAttention",
        ["slopes"],
      ),
    ],

    mistakes: {
      "mask-after-softmax": {
        variant: through((scores, allowed) => tf.softmax(scores).mul(allowed.cast("float32"))),
        hint: {
          en: "This is what comes out when the weights are multiplied by the mask after softmax: the rest of a row no longer sums to one. Replace the scores by −1e9 before softmax (Vaswani et al. 2017, §3.2.3).",
          es: "Esto es lo que sale al multiplicar los pesos por la máscara después de softmax: lo que queda de una fila ya no suma uno. Cambia las puntuaciones por −1e9 antes de softmax (Vaswani et al. 2017, §3.2.3).",
        },
      },
      "fill-near-zero": {
        variant: through((scores, allowed) => tf.softmax(tf.where(allowed, scores, 0))),
        hint: {
          en: "This is what comes out when masked scores become 0 (−1e-9 is 0 as well): e⁰ = 1 is a share like any other. Fill with a large negative number: −1e9.",
          es: "Esto es lo que sale cuando las puntuaciones enmascaradas valen 0 (−1e-9 también es 0): e⁰ = 1 es una parte como cualquier otra. Rellena con un número negativo muy grande: −1e9.",
        },
      },
      inverted: {
        variant: through((scores, allowed) => maskedSoftmax(scores, tf.logicalNot(allowed))),
        hint: {
          en: "The mask is used the other way round here: what is allowed was hidden. True means that a query may look at a key.",
          es: "Aquí la máscara se usa al revés: se ocultó lo permitido. Verdadero significa que una consulta puede mirar a una clave.",
        },
      },
      "infinity-times-zero": {
        variant: through((scores, allowed) =>
          tf.softmax(scores.add(tf.sub(1, allowed.cast("float32")).mul(Number.NEGATIVE_INFINITY))),
        ),
        hint: {
          en: "This is what comes out of adding (1 − mask)·(−∞): where looking is allowed, that is 0·(−∞), which is NaN. Choose with tf.where, and fill with the finite −1e9.",
          es: "Esto es lo que sale al sumar (1 − máscara)·(−∞): donde se permite mirar, eso es 0·(−∞), que es NaN. Elige con tf.where, y rellena con −1e9, que es finito.",
        },
      },
      "softmax-over-queries": {
        variant: through((scores, allowed) => {
          const filled = tf.where(allowed, scores, -1e9);
          const powers = filled.sub(filled.max(-2, true)).exp();
          return powers.div(powers.sum(-2, true));
        }),
        hint: {
          en: "Here each column sums to one: softmax went over the queries. Each query shares out its own attention: normalise over the keys, the last axis.",
          es: "Aquí cada columna suma uno: softmax se aplicó sobre las consultas. Cada consulta reparte su propia atención: normaliza sobre las claves, el último eje.",
        },
      },
      "no-scale": {
        variant: { causalSelfAttention: attend(({ scores }) => maskedSoftmax(scores, past(scores)), 1) },
        hint: {
          en: "This is what comes out without the division by √dk. Divide the scores by √dk before the mask and softmax (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale sin dividir entre √dk. Divide las puntuaciones entre √dk antes de la máscara y de softmax (Vaswani et al. 2017, ec. 1).",
        },
      },
      "sees-the-future": {
        variant: { causalSelfAttention: attend(({ scores }) => maskedSoftmax(scores, past(scores).transpose())) },
        hint: {
          en: "Each token looks at itself and at those after it here. Rows are queries and columns keys: token i looks at the tokens 0 to i.",
          es: "Aquí cada token se mira a sí mismo y a los que vienen después. Las filas son consultas y las columnas, claves: el token i mira a los tokens 0 a i.",
        },
      },
      "mask-missing": {
        variant: { causalSelfAttention: (x, p) => selfAttention(x, p) },
        hint: {
          en: "This is self-attention without a mask: every token sees the whole sentence. Hide the future with causalMask.",
          es: "Esta es la autoatención sin máscara: cada token ve la frase completa. Oculta el futuro con causalMask.",
        },
      },
    },

    routes: {
      "adding (1 − mask)·(−1e9)": through((scores, allowed) =>
        tf.softmax(scores.add(tf.sub(1, allowed.cast("float32")).mul(-1e9))),
      ),
      "softmax, times the mask, divided by the new sums": through((scores, allowed) => {
        const weights = tf.softmax(scores).mul(allowed.cast("float32"));
        return weights.div(weights.sum(-1, true).maximum(1e-30));
      }),
      "shifted by the largest score that is allowed; tidied": through((scores, allowed) =>
        tf.tidy(() => {
          const filled = tf.where(allowed, scores, -1e9);
          const powers = filled.sub(filled.max(-1, true)).exp();
          return powers.div(powers.sum(-1, true));
        }),
      ),
      "row by row, in plain numbers": {
        maskedSoftmax: (scores, allowed) => {
          const [m = 0] = scores.shape.slice(-1);
          const open = allowed.logicalOr(tf.zeros(scores.shape, "bool")).dataSync();
          const values = Array.from(scores.dataSync()).map((score, i) => (open[i] ? score : -1e9));
          const weights = values.map((_, i) => {
            const row = values.slice(i - (i % m), i - (i % m) + m);
            const top = Math.max(...row);
            const total = row.reduce((sum, score) => sum + Math.exp(score - top), 0);
            return Math.exp((values[i] ?? 0) - top) / total;
          });
          return tf.tensor(weights, scores.shape);
        },
      },
    },
  }),
);

/** Scores of which whole rows lie near 1000 and −1000. */
function far(random: Random, [n = 0, m = 0]: number[]): tf.Tensor {
  const shifts = Array.from({ length: n }, (_, i) => [1000, -1000, 0][i % 3] as number);
  return random.normal([n, m], 2).add(tf.tensor2d(shifts, [n, 1]));
}

/** Tokens of which all give the last one a score 10 higher than the others, and the weights that do it. */
function future(random: Random): [x: tf.Tensor, p: AttentionParams] {
  const others = entry(4, 5).sub(1); // −1 but for the last
  const x = tf.concat([tf.ones([5, 1]), others.expandDims(1), random.normal([5, 2])], 1).expandDims(0); // [1, 5, 4]
  return [x, { wq: from(0, 10 * Math.sqrt(3)), wk: from(1, 1), wv: random.normal([4, 2]) }];
}

/** Tokens whose scores are all near −10⁶, and the weights that do it. */
function allLow(random: Random): [x: tf.Tensor, p: AttentionParams] {
  const x = tf.concat([tf.ones([5, 1]), random.normal([5, 3])], 1).expandDims(0); // [1, 5, 4]
  return [x, { wq: from(0, 1e6 * Math.sqrt(3)), wk: from(0, -1), wv: random.normal([4, 2]) }];
}

const entry = (i: number, n: number): tf.Tensor => tf.range(0, n).equal(i).cast("float32"); // [n]

/** A matrix [4, 3] that brings entry i of a token, times a value, into column 0. */
const from = (i: number, value: number): tf.Tensor => entry(i, 4).mul(value).expandDims(1).mul(entry(0, 3));

/** A mask of any shape [..., m] that is another in each matrix, and allows at least the first key. */
function draw(random: Random, shape: readonly number[]): tf.Tensor {
  const first = tf.range(0, shape.at(-1) ?? 1).equal(0); // [m]
  return tf.logicalOr(random.uniform(shape, 0, 1).less(0.6), first);
}

function params(random: Random, d: number, dk: number, dv: number): AttentionParams {
  return { wq: random.normal([d, dk]), wk: random.normal([d, dk]), wv: random.normal([d, dv]) };
}

const past = (scores: tf.Tensor): tf.Tensor => causalMask(scores.shape.at(-1) ?? 0);

/** Self-attention whose weights come from its scores, divided by `scale` or, without one, by √dk. */
function attend(weigh: (call: { scores: tf.Tensor }) => tf.Tensor, scale?: number): typeof causalSelfAttention {
  return (x, p) => {
    const divisor = scale ?? Math.sqrt(p.wq.shape[1] ?? 1);
    const scores = tf.matMul(linear(x, p.wq), linear(x, p.wk), false, true).div(divisor); // [..., n, n]
    const weights = weigh({ scores });
    return { output: tf.matMul(weights, linear(x, p.wv)), weights };
  };
}

/** Both functions, with this softmax. */
function through(softmax: typeof maskedSoftmax) {
  return { maskedSoftmax: softmax, causalSelfAttention: attend(({ scores }) => softmax(scores, past(scores))) };
}
