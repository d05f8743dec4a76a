import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite, together } from "#grader/suite/index.js";
import {
  attentionToDelimiters,
  headDivergences,
  headEntropies,
  meanDistance,
  relativeFocus,
  wordAttention,
} from "#reference";

const FOCUS = ["distinct", "square", "oneHead", "twoTokens", "oneToken", "sharp", "withZeros", "handMade"];

export const attentionAnalysisSuite = suite("4.4", {
  headEntropies,
  relativeFocus,
  attentionToDelimiters,
  meanDistance,
  headDivergences,
  wordAttention,
})(({ agrees, law }) => ({
  cases: (random) => {
    const weights = {
      distinct: [weightsOf(random, [2, 3, 5])],
      square: [weightsOf(random, [4, 4, 4])],
      oneHead: [weightsOf(random, [1, 1, 6])],
      twoTokens: [weightsOf(random, [2, 1, 2])],
      withZeros: [sparse(random, [2, 3, 5])],
      oneToken: [tf.ones([2, 3, 1, 1])],
      sharp: [sharp(random)],
      handMade: [handMade()],
    } satisfies Record<string, [tf.Tensor]>;
    return {
      headEntropies: weights,
      relativeFocus: weights,
      meanDistance: weights,
      headDivergences: { ...weights, threeHeads: [weightsOf(random, [1, 3, 4])] },
      attentionToDelimiters: {
        distinct: [...weights.distinct, [true, false, false, true, false]],
        square: [...weights.square, [false, true, false, true]],
        one: [...weights.withZeros, [false, false, true, false, false]],
        none: [...weights.oneHead, [false, false, false, false, false, false]],
        ends: [...weights.handMade, [true, false, false, false, false, true]],
      },
      wordAttention: {
        pieces: [head(random, 7), [0, 1, 1, 1, 2, 3, 3]],
        twoWords: [head(random, 4), [0, 0, 0, 1]],
        wholeWords: [head(random, 5), [0, 1, 2, 3, 4]],
        oneWord: [head(random, 3), [0, 0, 0]],
        oneToken: [tf.ones([1, 1]), [0]],
      },
    };
  },

  checks: [
    agrees(
      {
        en: "headEntropies agrees with the reference, and has no NaN where a weight is 0",
        es: "headEntropies coincide con la referencia, y no da NaN donde un peso vale 0",
      },
      2,
      "headEntropies",
      ["distinct", "square", "oneHead", "twoTokens", "oneToken", "sharp", "withZeros", "handMade"],
    ),
    agrees(
      {
        en: "relativeFocus agrees with the reference on the token itself",
        es: "relativeFocus coincide con la referencia en el propio token",
      },
      1,
      "relativeFocus",
      FOCUS,
      undefined,
      "current",
    ),
    together(
      agrees(
        {
          en: "relativeFocus agrees with the reference on the tokens before and after",
          es: "relativeFocus coincide con la referencia en los tokens anterior y siguiente",
        },
        1,
        "relativeFocus",
        FOCUS,
        undefined,
        "previous",
      ),
      agrees({ en: "next", es: "siguiente" }, 0, "relativeFocus", FOCUS, undefined, "next"),
    ),
    agrees(
      { en: "attentionToDelimiters agrees with the reference", es: "attentionToDelimiters coincide con la referencia" },
      1,
      "attentionToDelimiters",
      ["distinct", "square", "one", "none", "ends"],
    ),
    agrees(
      { en: "meanDistance agrees with the reference", es: "meanDistance coincide con la referencia" },
      2,
      "meanDistance",
      ["distinct", "square", "oneHead", "twoTokens", "oneToken", "sharp", "withZeros", "handMade"],
    ),
    agrees(
      {
        en: "headDivergences agrees with the reference, also where weights are 0",
        es: "headDivergences coincide con la referencia, también donde hay pesos 0",
      },
      3,
      "headDivergences",
      ["distinct", "square", "threeHeads", "twoTokens", "oneToken", "sharp", "withZeros", "handMade"],
    ),
    agrees(
      { en: "wordAttention agrees with the reference", es: "wordAttention coincide con la referencia" },
      2,
      "wordAttention",
      ["pieces", "twoWords", "wholeWords", "oneWord", "oneToken"],
    ),
    law(
      {
        en: "a head that looks at all alike has entropy ln n, one that looks at one token at a time 0",
        es: "una cabeza que mira a todos por igual tiene entropía ln n; una que mira a un solo token cada vez, 0",
      },
      1,
      "headEntropies",
      "handMade",
      (ask, [weights]) => [
        close(ask.headEntropies(weights), tf.tensor2d([[Math.log(6), 0, 0, 0]]), {
          en: "the entropies of the heads uniform, previous, current, next",
          es: "las entropías de las cabezas uniforme, anterior, actual, siguiente",
        }),
      ],
    ),
    law(
      {
        en: "divergences are symmetric, 0 on the diagonal and ln 2 at most",
        es: "las divergencias son simétricas, 0 en la diagonal y a lo sumo ln 2",
      },
      1,
      "headDivergences",
      "distinct",
      (ask, [weights]) => {
        const got = ask.headDivergences(weights);
        // Heads that look at different tokens are as far apart as can be.
        const apart = tf
          .stack([tf.oneHot([0, 0, 1], 3), tf.oneHot([1, 2, 0], 3)])
          .cast("float32")
          .expandDims(0);
        const largest = op.max(ask.headDivergences(apart));
        return [
          close(got, op.transpose(got), {
            en: "headDivergences, against its own transpose",
            es: "headDivergences, frente a su propia traspuesta",
          }),
          close(op.mul(got, tf.eye(6)), tf.zeros([6, 6]), {
            en: "the diagonal of headDivergences",
            es: "la diagonal de headDivergences",
          }),
          holds(
            op.less(largest, Math.LN2 + 1e-4),
            {
              en: "two heads that never look at the same token have the divergence {0}, more than ln 2",
              es: "dos cabezas que nunca miran el mismo token tienen la divergencia {0}, más que ln 2",
            },
            { shows: [largest] },
          ),
        ];
      },
    ),
    law(
      {
        en: "attention between words still sums to one in each row",
        es: "la atención entre palabras sigue sumando uno en cada fila",
      },
      1,
      "wordAttention",
      "pieces",
      (ask, [weights, groups]) => [
        close(op.sum(ask.wordAttention(weights, groups), 1), tf.ones([4]), {
          en: "the sums of the rows of wordAttention",
          es: "las sumas de las filas de wordAttention",
        }),
      ],
    ),
  ],

  mistakes: {
    "previous-next-swapped": {
      variant: {
        relativeFocus: (weights) => {
          const { previous, current, next } = relativeFocus(weights);
          return { previous: next, current, next: previous };
        },
      },
      hint: {
        en: "`previous` and `next` have changed places: α[i, j] is what query i gives to key j, so the token before it is α[i, i − 1], below the diagonal.",
        es: "`previous` y `next` están cambiados: α[i, j] es lo que la consulta i da a la clave j, así que el token anterior es α[i, i − 1], debajo de la diagonal.",
      },
    },
    "divided-by-pairs": {
      variant: {
        relativeFocus: (weights) => {
          const { previous, current, next } = relativeFocus(weights);
          const n = weights.shape.at(-1) ?? 2;
          return { previous: previous.mul(n / (n - 1)), current, next: next.mul(n / (n - 1)) };
        },
      },
      hint: {
        en: "The sums off the diagonal are divided by n − 1 here, the number of their entries. So that heads of one sentence can be compared, all three are divided by n.",
        es: "Aquí las sumas fuera de la diagonal se dividen entre n − 1, el número de sus entradas. Para poder comparar, las tres se dividen entre n.",
      },
    },
    "entropy-of-mean-row": {
      variant: { headEntropies: (weights) => xLogX(weights.mean(-2)).sum(-1).neg() },
      hint: {
        en: "This is the entropy of the average row: a head that looks at one token each time, but always another, seems to look everywhere. Take the entropy of each row first, and then the mean.",
        es: "Esta es la entropía de la fila promedio: una cabeza que mira un solo token cada vez, pero siempre otro, parece mirar a todas partes. Calcula primero la entropía de cada fila y después la media.",
      },
    },
    "sum-of-entropies": {
      variant: { headEntropies: (weights) => headEntropies(weights).mul(weights.shape.at(-1) ?? 1) },
      hint: {
        en: "This is the sum of the entropies of the rows: it grows with the length of the sentence. Take their mean.",
        es: "Esta es la suma de las entropías de las filas: crece con el largo de la frase. Toma su media.",
      },
    },
    "base-two": {
      variant: {
        headEntropies: (weights) => headEntropies(weights).div(Math.LN2),
        headDivergences: (weights) => headDivergences(weights).div(Math.LN2),
      },
      hint: {
        en: "These are bits: the logarithm was taken to the base 2. Here logarithms are natural, and a uniform row has the entropy ln n.",
        es: "Esto está en bits: se tomó el logaritmo en base 2. Aquí los logaritmos son naturales, y una fila uniforme tiene entropía ln n.",
      },
    },
    "zero-times-infinity": {
      variant: {
        headEntropies: (weights) => weights.mul(weights.log()).sum(-1).neg().mean(-1),
        headDivergences: (weights) =>
          pairs(weights, (p, q) =>
            kl(p, mean(p, q))
              .add(kl(q, mean(p, q)))
              .div(2),
          ),
      },
      hint: {
        en: "Where a weight is 0, this computes 0·ln 0 = 0·(−∞), which is NaN. Such an entry adds nothing: put 1 in place of 0 under the logarithm.",
        es: "Donde un peso vale 0, esto calcula 0·ln 0 = 0·(−∞), que es NaN. Esa entrada no suma nada: pon 1 en lugar de 0 dentro del logaritmo.",
      },
    },
    "kl-instead-of-js": {
      variant: {
        headDivergences: (weights) =>
          pairs(weights, (p, q) =>
            xLogX(p)
              .sub(p.mul(safeLog(q)))
              .sum(-1),
          ),
      },
      hint: {
        en: "This is KL(p ‖ q), which is not symmetric, and infinite where q is 0. Compare both heads with their mean m: ½·KL(p ‖ m) + ½·KL(q ‖ m).",
        es: "Esta es KL(p ‖ q), que no es simétrica, y es infinita donde q vale 0. Compara ambas cabezas con su media m: ½·KL(p ‖ m) + ½·KL(q ‖ m).",
      },
    },
    "divergence-not-halved": {
      variant: { headDivergences: (weights) => headDivergences(weights).mul(2) },
      hint: {
        en: "This is KL(p ‖ m) + KL(q ‖ m), twice what is asked for. Take half of each: the largest value is then ln 2.",
        es: "Esto es KL(p ‖ m) + KL(q ‖ m), el doble de lo que se pide. Toma la mitad de cada una: así el valor máximo es ln 2.",
      },
    },
    "delimiters-that-look": {
      variant: {
        attentionToDelimiters: (weights, isDelimiter) => {
          const own = tf.tensor1d(isDelimiter.map(Number)).expandDims(1); // [n, 1]
          return weights
            .mul(own)
            .sum([-2, -1])
            .div(weights.shape.at(-1) ?? 1);
        },
      },
      hint: {
        en: "These are the rows of the delimiters: what they look at, which always sums to their number. Asked for is what looks at them: their columns.",
        es: "Estas son las filas de los delimitadores: lo que ellos miran, que siempre suma su cantidad. Se pide lo que los mira a ellos: sus columnas.",
      },
    },
    "distance-with-sign": {
      variant: {
        meanDistance: (weights) => {
          const positions = tf.range(0, weights.shape.at(-1) ?? 0);
          return weights.mul(positions.expandDims(1).sub(positions)).sum(-1).mean(-1);
        },
      },
      hint: {
        en: "Here i − j keeps its sign, so looking back and looking ahead cancel. Take the absolute value |i − j|.",
        es: "Aquí i − j conserva su signo, así que mirar atrás y mirar adelante se cancelan. Toma el valor absoluto |i − j|.",
      },
    },
    "mean-over-pieces": {
      variant: { wordAttention: wordsBy("mean", "mean") },
      hint: {
        en: "The weights of the pieces that are looked at were averaged here, so the rows no longer sum to one. Attention to a word is the sum of the attention to its pieces; the mean is for those that look (Clark et al. 2019, §4.1).",
        es: "Aquí se promediaron los pesos de las piezas miradas, y por eso las filas ya no suman uno. La atención a una palabra es la suma de la atención a sus piezas; la media es para las que miran (Clark et al. 2019, §4.1).",
      },
    },
    "sum-over-lookers": {
      variant: { wordAttention: wordsBy("sum", "sum") },
      hint: {
        en: "The rows of the pieces that look were added here: a word of three pieces would look three times. Take their mean (Clark et al. 2019, §4.1).",
        es: "Aquí se sumaron las filas de las piezas que miran: una palabra de tres piezas miraría tres veces. Toma su media (Clark et al. 2019, §4.1).",
      },
    },
    "sum-and-mean-swapped": {
      variant: { wordAttention: wordsBy("sum", "mean") },
      hint: {
        en: "Sum and mean have changed places: sum over the pieces that are looked at (columns), mean over those that look (rows) (Clark et al. 2019, §4.1).",
        es: "La suma y la media están cambiadas: suma sobre las piezas miradas (columnas), media sobre las que miran (filas) (Clark et al. 2019, §4.1).",
      },
    },
  },

  routes: {
    "in plain numbers": {
      headEntropies: byHead((a) =>
        average(a.map((row) => -row.reduce((s, p) => s + (p > 0 ? p * Math.log(p) : 0), 0))),
      ),
      relativeFocus: (weights) => {
        const at = (shift: number) => byHead((a) => average(a.map((row, i) => row[i + shift] ?? 0)))(weights);
        return { previous: at(-1), current: at(0), next: at(1) };
      },
      attentionToDelimiters: (weights, isDelimiter) =>
        byHead((a) => average(a.map((row) => row.reduce((s, p, j) => s + (isDelimiter[j] ? p : 0), 0))))(weights),
      meanDistance: byHead((a) => average(a.map((row, i) => row.reduce((s, p, j) => s + p * Math.abs(i - j), 0)))),
      wordAttention: (weights, groups) => {
        const a = weights.arraySync() as number[][];
        const w = Math.max(...groups) + 1;
        const sizes = Array.from({ length: w }, (_, word) => groups.filter((group) => group === word).length);
        const sums = sizes.map(() => sizes.map(() => 0));
        for (const [i, row] of a.entries()) {
          for (const [j, p] of row.entries()) {
            const line = sums[groups[i] ?? 0] as number[];
            line[groups[j] ?? 0] = (line[groups[j] ?? 0] ?? 0) + p;
          }
        }
        return tf.tensor2d(sums.map((row, word) => row.map((sum) => sum / (sizes[word] ?? 1))));
      },
    },
    "divergences as entropy of the mean minus mean of the entropies": {
      headDivergences: (weights) =>
        pairs(weights, (p, q) =>
          xLogX(p)
            .add(xLogX(q))
            .div(2)
            .sub(xLogX(mean(p, q)))
            .sum(-1),
        ),
    },
    "one pair of heads at a time; tidied": {
      headDivergences: (weights) =>
        tf.tidy(() => {
          const [L = 0, h = 0, n = 0] = weights.shape;
          const heads = tf.unstack(weights.reshape([L * h, n, n]));
          return tf.stack(
            heads.map((p) =>
              tf.stack(
                heads.map((q) => {
                  const m = mean(p, q);
                  const half = (x: tf.Tensor) =>
                    x
                      .mul(safeLog(x).sub(safeLog(m)))
                      .sum(-1)
                      .mean();
                  return half(p).add(half(q)).div(2);
                }),
              ),
            ),
          );
        }),
    },
    "logarithms of something a little larger than 0": {
      headEntropies: (weights) => weights.mul(weights.add(1e-12).log()).sum(-1).neg().mean(-1),
    },
  },
}));

/** Weights of softmax: [L, h, n, n]. */
function weightsOf(random: Random, [L = 1, h = 1, n = 1]: number[]): tf.Tensor {
  return tf.softmax(random.normal([L, h, n, n], 1.5));
}

/** Nearly all on one token, and very little, but not nothing, on each of the others. */
function sharp(random: Random): tf.Tensor {
  const most = tf.oneHot(tf.tensor1d(random.permutation(7), "int32"), 7); // [7, 7]
  return tf.softmax(most.mul(10).add(random.uniform([1, 2, 7, 7], -0.5, 0.5)));
}

function head(random: Random, n: number): tf.Tensor {
  return tf.softmax(random.normal([n, n], 1.5));
}

/** Weights of which some are exactly 0. */
function sparse(random: Random, [L = 1, h = 1, n = 1]: number[]): tf.Tensor {
  const scores = random.normal([L, h, n, n], 1.5);
  const kept = scores.greaterEqual(scores.mean(-1, true));
  return tf.softmax(tf.where(kept, scores, -1e9));
}

/** Four heads of one layer, n = 6: uniform, previous token, the token itself, next token. */
function handMade(): tf.Tensor {
  const n = 6;
  const looking = (shift: number) => {
    const at = Array.from({ length: n }, (_, i) => (i + shift < 0 || i + shift >= n ? i : i + shift));
    return tf.oneHot(at, n).cast("float32");
  };
  return tf.stack([tf.fill([n, n], 1 / n), looking(-1), looking(0), looking(1)]).expandDims(0);
}

const safeLog = (x: tf.Tensor): tf.Tensor => tf.log(tf.where(x.greater(0), x, 1));
const xLogX = (x: tf.Tensor): tf.Tensor => x.mul(safeLog(x));
const mean = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => p.add(q).div(2);
/** Without care for zeros. */
const kl = (p: tf.Tensor, m: tf.Tensor): tf.Tensor => p.mul(p.log().sub(m.log())).sum(-1);

/** What `divergence` says of each pair of heads, row by row, averaged over the queries. */
function pairs(weights: tf.Tensor, divergence: (p: tf.Tensor, q: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [L = 0, h = 0, n = 0] = weights.shape;
  const all = [L * h, L * h, n, n];
  const p = weights.reshape([L * h, 1, n, n]).broadcastTo(all);
  const q = weights.reshape([1, L * h, n, n]).broadcastTo(all);
  return divergence(p, q).mean(-1);
}

type Together = "sum" | "mean";

/** Attention between words, with pieces put together in these ways. */
function wordsBy(rows: Together, columns: Together): typeof wordAttention {
  return (weights, groups) => {
    const w = Math.max(...groups) + 1;
    const member = tf.oneHot(groups, Math.max(w, 2)).cast("float32").slice([0, 0], [-1, w]).transpose(); // [w, n]
    const by = (how: Together) => (how === "sum" ? member : member.div(member.sum(1, true)));
    return tf.matMul(by(rows).matMul(weights), by(columns), false, true);
  };
}

function average(list: readonly number[]): number {
  return list.reduce((sum, x) => sum + x, 0) / list.length;
}

/** What `f` says of each head. */
function byHead(f: (a: number[][]) => number): (weights: tf.Tensor) => tf.Tensor {
  return (weights) => tf.tensor2d((weights.arraySync() as number[][][][]).map((layer) => layer.map(f)));
}
