import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, holds, op, type Random, suite } from "#grader/suite/index.js";
import { bilinearForm, scaledDotProductAttention, selfAttention } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { AttentionParams } from "../../../exercises/types.js";

export const selfAttentionSuite = suite("2.3", { selfAttention, bilinearForm })(({ agrees, law }) => ({
  cases: (random) => ({
    selfAttention: {
      rankTwo: inputs(random, []),
      rankThree: inputs(random, [2]),
      rankFour: inputs(random, [2, 3]),
      square: inputs(random, [], SQUARE),
      squareBatch: inputs(random, [4], SQUARE),
      oneToken: inputs(random, [2], { ...SIZES, n: 1 }),
      widthOne: inputs(random, [2], NARROW),
      shifted: far(random, [1, 1, 1, 1, 1]),
      spread: far(random, [1, 1, -1, 1, -1]),
    },
    bilinearForm: {
      tall: [random.normal([6, 4], 0.5), random.normal([6, 4], 0.5)],
      wide: [random.normal([3, 5]), random.normal([3, 5])],
      square: [random.normal([4, 4]), random.normal([4, 4])],
      oneColumn: [random.normal([5, 1]), random.normal([5, 1])],
    },
  }),

  checks: [
    agrees(
      {
        en: "the weights of selfAttention agree with the reference, ranks 2 to 4",
        es: "los pesos de selfAttention coinciden con la referencia, rangos 2 a 4",
      },
      2,
      "selfAttention",
      ["rankTwo", "rankThree", "rankFour", "square", "squareBatch", "oneToken", "widthOne"],
      undefined,
      "weights",
    ),
    agrees(
      {
        en: "the weights of selfAttention stay right at scores near ±1000",
        es: "los pesos de selfAttention siguen siendo correctos con puntuaciones cerca de ±1000",
      },
      1,
      "selfAttention",
      ["shifted", "spread"],
      EXTREME,
      "weights",
    ),
    law(
      {
        en: "the output mixes the values by the weights: weights·(x·wv)",
        es: "la salida mezcla los valores según los pesos: pesos·(x·wv)",
      },
      2,
      "selfAttention",
      "squareBatch",
      (ask, [x, p], random) =>
        [
          [x, p] as const,
          inputs(random, [], SQUARE),
          inputs(random, [2, 3], { ...SQUARE, n: 5 }),
          inputs(random, [2], { ...SQUARE, n: 1 }),
          inputs(random, [2], NARROW),
        ].flatMap(([tokens, params]) => {
          const { output, weights } = ask.selfAttention(tokens, params);
          const unprojected = op.sub(output, op.matMul(weights, tokens));
          return [
            holds(
              op.greater(op.max(op.abs(unprojected)), 1e-3),
              {
                en: "the output is weights·x: the tokens were mixed as they are, without wv",
                es: "la salida es pesos·x: los tokens se mezclaron tal cual, sin wv",
              },
              { suspect: "values-not-projected" },
            ),
            close(output, op.matMul(weights, linear(tokens, params.wv)), {
              en: "the output, against weights·(x·wv)",
              es: "la salida, frente a pesos·(x·wv)",
            }),
          ];
        }),
    ),
    law(
      {
        en: "permuting the tokens permutes the outputs, and both axes of the weights",
        es: "permutar los tokens permuta las salidas, y ambos ejes de los pesos",
      },
      1,
      "selfAttention",
      "rankThree",
      (ask, [x, p], random) => {
        const order = tf.tensor1d(random.permutation(SIZES.n), "int32");
        const plain = ask.selfAttention(x, p);
        const permuted = ask.selfAttention(tf.gather(x, order, 1), p);
        return [
          close(permuted.output, op.gather(plain.output, order, 1), {
            en: "the output for permuted tokens",
            es: "la salida con los tokens permutados",
          }),
          close(permuted.weights, op.gather(op.gather(plain.weights, order, 1), order, 2), {
            en: "the weights for permuted tokens",
            es: "los pesos con los tokens permutados",
          }),
        ];
      },
    ),
    law(
      {
        en: "the examples of a batch do not see each other",
        es: "los ejemplos de un lote no se ven entre sí",
      },
      1,
      "selfAttention",
      "rankThree",
      (ask, [x, p]) => {
        const batch = ask.selfAttention(x, p);
        return [0, 1].flatMap((i) => {
          const alone = ask.selfAttention(x.slice(i, 1), p);
          return [
            close(op.slice(batch.output, i, 1), alone.output, {
              en: "the output of an example, against the same example alone",
              es: "la salida de un ejemplo, frente a la del mismo ejemplo solo",
            }),
            close(op.slice(batch.weights, i, 1), alone.weights, {
              en: "the weights of an example, against the same example alone",
              es: "los pesos de un ejemplo, frente a los del mismo ejemplo solo",
            }),
          ];
        });
      },
    ),
    agrees(
      { en: "bilinearForm agrees with the reference", es: "bilinearForm coincide con la referencia" },
      1,
      "bilinearForm",
      ["tall", "wide", "square", "oneColumn"],
    ),
    law(
      {
        en: "the scores from bilinearForm give the weights of the layer",
        es: "las puntuaciones de bilinearForm dan los pesos de la capa",
      },
      1,
      "bilinearForm",
      "tall",
      (ask, [wq, wk], random) => {
        const [x, wv] = [random.normal([5, 6]), random.normal([6, 3])];
        const scores = op.div(op.matMul(op.matMul(x, ask.bilinearForm(wq, wk)), x, false, true), Math.sqrt(4)); // [5, 5]
        return [
          close(ask.selfAttention(x, { wq, wk, wv }).weights, op.softmax(scores), {
            en: "the weights of selfAttention, against softmax(x·B·xᵀ/√dk)",
            es: "los pesos de selfAttention, frente a softmax(x·B·xᵀ/√dk)",
          }),
        ];
      },
    ),
    law(
      {
        en: "B sees no more than wq and wk do: it is 0 along directions that they take to 0",
        es: "B no ve más que wq y wk: vale 0 a lo largo de direcciones que ellas llevan a 0",
      },
      1,
      "bilinearForm",
      "tall",
      (ask, [wq, wk]) => {
        const B = ask.bilinearForm(wq, wk); // [6, 6]
        return [
          close(op.matMul(B, complement(wk)), tf.zeros([6, 2]), {
            en: "B·u for directions u that wk takes to 0",
            es: "B·u para direcciones u que wk lleva a 0",
          }),
          close(op.matMul(complement(wq), B, true), tf.zeros([2, 6]), {
            en: "uᵀ·B for directions u that wq takes to 0",
            es: "uᵀ·B para direcciones u que wq lleva a 0",
          }),
        ];
      },
    ),
  ],

  mistakes: {
    "weights-transposed": {
      variant: {
        selfAttention: (x, p) => {
          const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => linear(x, w.transpose())) as Triple;
          return scaledDotProductAttention(q, k, v);
        },
      },
      hint: {
        en: "This is what comes out of x·wᵀ, which fits only where d = dk = dv. Tokens are rows here, and the weights stand on their right as they are: x·wq, x·wk, x·wv (Vaswani et al. 2017, §3.2).",
        es: "Esto es lo que sale de x·wᵀ, y solo encaja si d = dk = dv. Aquí los tokens son filas y los pesos van a su derecha tal como están: x·wq, x·wk, x·wv (Vaswani et al. 2017, §3.2).",
      },
    },
    "keys-from-wq": {
      variant: { selfAttention: (x, p) => selfAttention(x, { ...p, wk: p.wq }) },
      hint: {
        en: "This is what comes out when the keys are x·wq: the scores are symmetric, and wk has no effect. A token asks by wq and is found by wk: K = x·wk (Vaswani et al. 2017, §3.2).",
        es: "Esto es lo que sale cuando las claves son x·wq: las puntuaciones son simétricas y wk no tiene efecto. Un token pregunta con wq y lo encuentran con wk: K = x·wk (Vaswani et al. 2017, §3.2).",
      },
    },
    "queries-and-keys-swapped": {
      variant: { selfAttention: (x, p) => selfAttention(x, { ...p, wq: p.wk, wk: p.wq }) },
      hint: {
        en: "This is what comes out with queries x·wk and keys x·wq: the scores are transposed, so that the token that answers is the one that asks. Take Q = x·wq and K = x·wk (Vaswani et al. 2017, §3.2).",
        es: "Esto es lo que sale con consultas x·wk y claves x·wq: las puntuaciones quedan transpuestas, y pregunta el token que debía responder. Toma Q = x·wq y K = x·wk (Vaswani et al. 2017, §3.2).",
      },
    },
    "scale-sqrt-d": {
      variant: {
        selfAttention: (x, p) => {
          const [d = 1, dk = 1] = p.wq.shape;
          return selfAttention(x, { ...p, wq: p.wq.mul(Math.sqrt(dk / d)) });
        },
      },
      hint: {
        en: "This is what comes out with √d, the width of the tokens. A score is a sum of dk products, since queries and keys have width dk: divide by √dk, as scaledDotProductAttention does (Vaswani et al. 2017, eq. 1).",
        es: "Esto es lo que sale con √d, el ancho de los tokens. Una puntuación es una suma de dk productos, porque consultas y claves tienen ancho dk: divide entre √dk, como hace scaledDotProductAttention (Vaswani et al. 2017, ec. 1).",
      },
    },
    "values-not-projected": {
      variant: { selfAttention: (x, p) => attend(x, p, x) },
      shownByProperty: true,
      hint: {
        en: "This is what comes out when the tokens themselves are the values. What a token passes on is x·wv: multiply by wv before the weights mix (Vaswani et al. 2017, §3.2).",
        es: "Esto es lo que sale cuando los propios tokens son los valores. Lo que un token entrega es x·wv: multiplica por wv antes de mezclar con los pesos (Vaswani et al. 2017, §3.2).",
      },
    },
    "bilinear-transposed": {
      variant: { bilinearForm: (wq, wk) => bilinearForm(wk, wq) },
      hint: {
        en: "This is wk·wqᵀ, the transpose of B: the keys would ask the queries. The scores are (x·wq)·(x·wk)ᵀ = x·(wq·wkᵀ)·xᵀ, so B = wq·wkᵀ.",
        es: "Esto es wk·wqᵀ, la transpuesta de B: las claves les preguntarían a las consultas. Las puntuaciones son (x·wq)·(x·wk)ᵀ = x·(wq·wkᵀ)·xᵀ, así que B = wq·wkᵀ.",
      },
    },
    "bilinear-inner": {
      variant: { bilinearForm: (wq, wk) => tf.matMul(wq, wk, true) },
      hint: {
        en: "This is wqᵀ·wk [dk, dk]: the width d of the tokens was summed away. B stands between two tokens and is [d, d]: transpose the second matrix, B = wq·wkᵀ.",
        es: "Esto es wqᵀ·wk [dk, dk]: la suma se llevó el ancho d de los tokens. B va entre dos tokens y es [d, d]: transpón la segunda matriz, B = wq·wkᵀ.",
      },
    },
    "bilinear-scaled": {
      variant: { bilinearForm: (wq, wk) => bilinearForm(wq, wk).div(Math.sqrt(wq.shape[1] ?? 1)) },
      hint: {
        en: "This is B/√dk. The scale belongs to the scores, x·B·xᵀ/√dk, and not to B: return wq·wkᵀ as it is.",
        es: "Esto es B/√dk. La escala es de las puntuaciones, x·B·xᵀ/√dk, y no de B: devuelve wq·wkᵀ sin más.",
      },
    },
  },

  routes: {
    "products by linear": {
      selfAttention: (x, p) => attend(x, p, linear(x, p.wv)),
      bilinearForm: (wq, wk) => linear(wq, wk.transpose()),
    },
    "one product for all three, then split; B as the transpose of wk·wqᵀ": {
      selfAttention: (x, { wq, wk, wv }) => {
        const widths = [wq, wk, wv].map((w) => w.shape[1] ?? 1);
        const all = linear(x, tf.concat([wq, wk, wv], 1)); // [..., n, dk + dk + dv]
        const [q, k, v] = tf.split(all, widths, -1) as Triple;
        return scaledDotProductAttention(q, k, v);
      },
      bilinearForm: (wq, wk) => tf.transpose(tf.matMul(wk, wq, false, true)),
    },
    "by way of the bilinear form, the values mixed before wv": {
      selfAttention: (x, p) => {
        const weights = tf.softmax(scoresBy(tf.matMul(p.wq, p.wk.transpose()), x, p.wq.shape[1] ?? 1));
        return { output: linear(tf.matMul(weights, x), p.wv), weights };
      },
      bilinearForm: (wq, wk) => {
        const columns = Array.from({ length: wq.shape[1] ?? 0 }, (_, i) =>
          tf.outerProduct(wq.slice([0, i], [-1, 1]).flatten().as1D(), wk.slice([0, i], [-1, 1]).flatten().as1D()),
        );
        return tf.addN(columns);
      },
    },
    "the weights tiled to the rank of x, tidied": {
      selfAttention: (x, p) =>
        tf.tidy(() => {
          const leading = x.shape.slice(0, -2);
          const [q, k, v] = [p.wq, p.wk, p.wv].map((w) =>
            tf.matMul(x, w.reshape([...leading.map(() => 1), ...w.shape]).tile([...leading, 1, 1])),
          ) as Triple;
          const { output, weights } = scaledDotProductAttention(q, k, v);
          return { output, weights };
        }),
      bilinearForm: (wq, wk) => tf.tidy(() => wq.expandDims(1).mul(wk.expandDims(0)).sum(2)), // [d, 1, dk] · [1, d, dk]
    },
    "example by example, in plain numbers": {
      selfAttention: (x, p) => {
        const [n, d] = [x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1];
        const examples = (x.reshape([-1, n, d]).arraySync() as number[][][]).map((rows) => inNumbers(rows, p));
        return {
          output: tf
            .tensor3d(examples.map(({ output }) => output))
            .reshape([...x.shape.slice(0, -1), p.wv.shape[1] ?? 1]),
          weights: tf.tensor3d(examples.map(({ weights }) => weights)).reshape([...x.shape.slice(0, -1), n]),
        };
      },
      bilinearForm: (wq, wk) => {
        const [a, b] = [wq.arraySync() as number[][], wk.arraySync() as number[][]];
        return tf.tensor2d(a.map((row) => b.map((other) => dot(row, other))));
      },
    },
  },
}));

interface Sizes {
  readonly n: number;
  readonly d: number;
  readonly dk: number;
  readonly dv: number;
}

const SIZES: Sizes = { n: 5, d: 7, dk: 3, dv: 6 }; // √dk is no integer
const SQUARE: Sizes = { n: 4, d: 4, dk: 4, dv: 4 };
const NARROW: Sizes = { n: 5, d: 1, dk: 1, dv: 1 };

type Inputs = [x: tf.Tensor, p: AttentionParams];
type Triple = [tf.Tensor, tf.Tensor, tf.Tensor];

function inputs(random: Random, leading: readonly number[], { n, d, dk, dv }: Sizes = SIZES): Inputs {
  const weights = (width: number) => random.normal([d, width], 0.5);
  return [random.normal([...leading, n, d]), { wq: weights(dk), wk: weights(dk), wv: weights(dv) }];
}

/**
 * Tokens whose scores are near +1000 and −1000: entry 0 of a token is ±1, at even and at odd places, and counts in
 * queries only; entry 1 is given, and counts in keys only; the first column of wq and wk holds nothing else.
 */
function far(random: Random, keys: readonly number[]): Inputs {
  const [x, p] = inputs(random, []);
  const { n, d, dk } = SIZES;
  const own = tf.tensor2d(Array.from({ length: n }, (_, i) => [i % 2 === 0 ? 1 : -1, keys[i] ?? 0])); // [n, 2]
  const corner = (row: number, value: number) => tf.range(0, d).equal(row).cast("float32").mul(value).reshape([d, 1]);
  const rest = (w: tf.Tensor) => tf.concat([tf.zeros([2, dk - 1]), w.slice([2, 1])], 0); // [d, dk − 1]
  return [
    tf.concat([own, x.slice([0, 2])], 1),
    {
      wq: tf.concat([corner(0, 1000 * Math.sqrt(dk)), rest(p.wq)], 1),
      wk: tf.concat([corner(1, 1), rest(p.wk)], 1),
      wv: p.wv,
    },
  ];
}

/** Attention with values of one's own. */
function attend(x: tf.Tensor, p: AttentionParams, v: tf.Tensor) {
  return scaledDotProductAttention(linear(x, p.wq), linear(x, p.wk), v);
}

/** x·B·xᵀ/√dk → [..., n, n] */
function scoresBy(form: tf.Tensor, x: tf.Tensor, dk: number): tf.Tensor {
  return tf.matMul(linear(x, form), x, false, true).div(Math.sqrt(dk));
}

/** An orthonormal basis, in columns, of what is orthogonal to the columns of w [d, dk] → [d, d − dk] */
function complement(w: tf.Tensor): tf.Tensor {
  const [d = 0, dk = 0] = w.shape;
  const [basis] = tf.linalg.qr(w, true);
  return basis.slice([0, dk], [d, d - dk]);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** Self-attention of one example. */
function inNumbers(rows: readonly number[][], p: AttentionParams): { output: number[][]; weights: number[][] } {
  const [wq, wk, wv] = [p.wq, p.wk, p.wv].map((w) => w.transpose().arraySync() as number[][]); // by columns
  const by = (w: number[][] = []) => rows.map((row) => w.map((column) => dot(row, column)));
  const [q, k, v] = [by(wq), by(wk), by(wv)];
  const weights = q.map((query) => {
    const scores = k.map((key) => dot(query, key) / Math.sqrt(query.length));
    const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
  const output = weights.map((row) =>
    (v[0] ?? []).map((_, a) => row.reduce((sum, x, j) => sum + x * (v[j]?.[a] ?? 0), 0)),
  );
  return { output, weights };
}
