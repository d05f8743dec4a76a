import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, GRADIENTS, ORDINARY, type Random, suite } from "#grader/suite/index.js";
import {
  attentionGradient,
  centralDifference,
  scaledDotProductAttention,
  selfAttention,
  selfAttentionGradient,
} from "#reference";
import type { AttentionParams, SelfAttentionGradient } from "../../../exercises/types.js";

type Inputs = [x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor];

const NAMES = ["dx", "dwq", "dwk", "dwv"] as const;

interface Pair {
  readonly xt: number[];
  readonly xs: number[];
  readonly qt: number[];
  readonly kt: number[];
  readonly ks: number[];
}

interface Sums {
  /** The coefficient of a pair, before the division by √dk. */
  readonly slope: (pair: { alpha: number; own: 0 | 1; value: number; output: number }) => number;
  /** Which token and which key are multiplied in dwq. */
  readonly forQuery: (pair: Pair) => [number[], number[]];
  /** Which token and which query are multiplied in dwk. */
  readonly forKey: (pair: Pair) => [number[], number[]];
}

/** c_ts = α_ts·(v_s − o_t)·dO_t; dwq = Σ c_ts·x_tᵀ·k_s, dwk = Σ c_ts·x_sᵀ·q_t. */
const RIGHT: Sums = {
  slope: ({ alpha, value, output }) => alpha * (value - output),
  forQuery: ({ xt, ks }) => [xt, ks],
  forKey: ({ xs, qt }) => [xs, qt],
};

export const selfAttentionGradientSuite = suite("5.3", { selfAttentionGradient })(({ agrees, law }) => ({
  cases: (random) => ({
    selfAttentionGradient: {
      distinct: inputs(random, 5, 4, 3, 6),
      square: inputs(random, 4, 4, 4, 4),
      long: inputs(random, 7, 2, 5, 3),
      oneToken: inputs(random, 1, 4, 3, 2),
      small: inputs(random, 3, 2, 2, 2),
      widthOne: inputs(random, 3, 1, 1, 1),
      // Large scores: softmax is all but certain.
      extreme: far(inputs(random, 5, 4, 3, 6)),
    },
  }),

  checks: [
    ...NAMES.map((name) =>
      agrees(
        { en: `${name} agrees with the reference`, es: `${name} coincide con la referencia` },
        2,
        "selfAttentionGradient",
        ["distinct", "square", "long", "oneToken", "small", "widthOne"],
        ORDINARY,
        name,
      ),
    ),
    agrees(
      {
        en: "stays right where large scores make the weights all but certain",
        es: "sigue correcto donde puntuaciones grandes hacen que los pesos sean casi una certeza",
      },
      2,
      "selfAttentionGradient",
      ["extreme"],
      EXTREME,
    ),
    ...NAMES.map((name) =>
      law(
        {
          en: `${name} is what tf.grads finds for self-attention`,
          es: `${name} es lo que tf.grads encuentra para la autoatención`,
        },
        1,
        "selfAttentionGradient",
        "distinct",
        (ask, [x, p, dOut]) => {
          const loss = (a: tf.Tensor, wq: tf.Tensor, wk: tf.Tensor, wv: tf.Tensor) =>
            selfAttention(a, { wq, wk, wv }).output.mul(dOut).sum();
          const due = tf.grads(loss as never)([x, p.wq, p.wk, p.wv]);
          return [
            close(
              ask.selfAttentionGradient(x, p, dOut)[name],
              due[NAMES.indexOf(name)] as tf.Tensor,
              {
                en: `${name}, against tf.grads of self-attention`,
                es: `${name}, frente a tf.grads de la autoatención`,
              },
              GRADIENTS,
            ),
          ];
        },
      ),
    ),
    ...(["dwq", "dwk", "dwv"] as const).map((name) =>
      law(
        {
          en: `${name} is a sum over pairs of a query and a key`,
          es: `${name} es una suma sobre pares de una consulta y una clave`,
        },
        1,
        "selfAttentionGradient",
        "long",
        (ask, [x, p, dOut]) => [
          close(
            ask.selfAttentionGradient(x, p, dOut)[name],
            sums(x, p, dOut, RIGHT)[name],
            { en: `${name}, against the sum`, es: `${name}, frente a la suma` },
            GRADIENTS,
          ),
        ],
      ),
    ),
    ...(
      [
        ["dx", 2],
        ["dwk", 1],
      ] as const
    ).map(([name, points]) =>
      law(
        {
          en: `${name} agrees with central differences of the loss`,
          es: `${name} coincide con diferencias centrales de la pérdida`,
        },
        points,
        "selfAttentionGradient",
        "small",
        (ask, [x, p, dOut]) => {
          const coarse = { absolute: 3e-3, relative: 2e-2 }; // float32, a step of 0.01
          const slopes = (tensor: tf.Tensor, loss: (moved: tf.Tensor) => tf.Tensor) => {
            const f = (list: number[]) => loss(tf.tensor(list, tensor.shape)).mul(dOut).sum().dataSync()[0] ?? 0;
            return tf.tensor(centralDifference(f, [...tensor.dataSync()], 1e-2), tensor.shape);
          };
          const due =
            name === "dx"
              ? slopes(x, (moved) => selfAttention(moved, p).output)
              : slopes(p.wk, (wk) => selfAttention(x, { ...p, wk }).output);
          return [
            close(
              ask.selfAttentionGradient(x, p, dOut)[name],
              due,
              { en: `${name}, against central differences`, es: `${name}, frente a diferencias centrales` },
              coarse,
            ),
          ];
        },
      ),
    ),
  ],

  mistakes: {
    "printed-gradient": {
      variant: {
        selfAttentionGradient: withWeights((x, p, dOut) => ({
          ...sums(x, p, dOut, {
            slope: ({ alpha, own, value }) => alpha * (own - alpha) * value,
            forQuery: ({ xt, kt }) => [xt, kt],
            forKey: ({ xt, qt }) => [xt, qt],
          }),
        })),
      },
      hint: {
        en: "This is a formula that is found in print, with the coefficients α_ts(δ_ts − α_ts)(v_s·dO_t): it takes the diagonal of softmax alone, and the token of the query where that of the key belongs. The coefficient is α_ts·(v_s − o_t)·dO_t/√dk; it meets x_s and q_t in dwk, x_t and k_s in dwq.",
        es: "Esta es una fórmula que se encuentra impresa, con los coeficientes α_ts(δ_ts − α_ts)(v_s·dO_t): solo toma la diagonal de softmax, y pone el token de la consulta donde va el de la clave. El coeficiente es α_ts·(v_s − o_t)·dO_t/√dk; va con x_s y q_t en dwk, y con x_t y k_s en dwq.",
      },
    },
    "query-token-everywhere": {
      variant: {
        selfAttentionGradient: withWeights((x, p, dOut) =>
          sums(x, p, dOut, { ...RIGHT, forQuery: ({ xt, kt }) => [xt, kt], forKey: ({ xt, qt }) => [xt, qt] }),
        ),
      },
      hint: {
        en: "dwq and dwk come out as 0 here: the token of the query was used for the key as well, and the coefficients of one query sum to 0. Key and its token belong to s: x_s in dwk, k_s in dwq.",
        es: "Aquí dwq y dwk salen 0: se usó el token de la consulta también para la clave, y los coeficientes de una consulta suman 0. La clave y su token van con s: x_s en dwk, k_s en dwq.",
      },
    },
    "diagonal-jacobian": {
      variant: {
        selfAttentionGradient: through((q, k, v, dOut) => {
          const { weights } = scaledDotProductAttention(q, k, v);
          const dA = tf.matMul(dOut, v, false, true);
          const dS = weights
            .mul(tf.sub(1, weights))
            .mul(dA)
            .div(Math.sqrt(q.shape[1] ?? 1));
          return { dq: tf.matMul(dS, k), dk: tf.matMul(dS, q, true), dv: tf.matMul(weights, dOut, true) };
        }),
      },
      hint: {
        en: "Softmax was differentiated by its diagonal alone, A ⊙ (1 − A) ⊙ dA. The weights of a row depend on all of its scores: use the gradient of 5.2.",
        es: "Softmax se derivó solo por su diagonal, A ⊙ (1 − A) ⊙ dA. Los pesos de una fila dependen de todas sus puntuaciones: usa el gradiente de 5.2.",
      },
    },
    "value-path-only": {
      variant: {
        selfAttentionGradient: (x, p, dOut) => ({
          ...selfAttentionGradient(x, p, dOut),
          dx: tf.matMul(backward(x, p, dOut).dv, p.wv, false, true),
        }),
      },
      hint: {
        en: "dx has the way through the values only. A token also asks and is found: add dQ·wqᵀ and dK·wkᵀ to dV·wvᵀ.",
        es: "dx solo tiene el camino por los valores. Un token también pregunta y también es encontrado: suma dQ·wqᵀ y dK·wkᵀ a dV·wvᵀ.",
      },
    },
    "query-path-missing": {
      variant: {
        selfAttentionGradient: (x, p, dOut) => {
          const all = selfAttentionGradient(x, p, dOut);
          return { ...all, dx: all.dx.sub(tf.matMul(backward(x, p, dOut).dq, p.wq, false, true)) };
        },
      },
      hint: {
        en: "dx lacks the way through the queries: dQ·wqᵀ. Each token asks, is found and gives a value, so three terms are added.",
        es: "A dx le falta el camino por las consultas: dQ·wqᵀ. Cada token pregunta, es encontrado y da un valor, así que se suman tres términos.",
      },
    },
    "weight-gradient-transposed": {
      variant: {
        selfAttentionGradient: (x, p, dOut) => {
          const { dq, dk, dv } = backward(x, p, dOut);
          const turned = (gradient: tf.Tensor) => tf.matMul(gradient, x, true);
          return { dx: selfAttentionGradient(x, p, dOut).dx, dwq: turned(dq), dwk: turned(dk), dwv: turned(dv) };
        },
      },
      hint: {
        en: "The gradients of the weights are transposed: this is dQᵀ·x. A weight wq[i, j] leads from entry i of a token to entry j of its query: dwq = xᵀ·dQ.",
        es: "Los gradientes de los pesos están traspuestos: esto es dQᵀ·x. Un peso wq[i, j] va de la entrada i de un token a la entrada j de su consulta: dwq = xᵀ·dQ.",
      },
    },
  },

  routes: {
    "as sums over pairs": {
      selfAttentionGradient: withWeights((x, p, dOut) => sums(x, p, dOut, RIGHT)),
    },
    "by matrices, written out; tidied": {
      selfAttentionGradient: (x, p, dOut) =>
        tf.tidy(() => {
          const [q, k, v] = [x.matMul(p.wq), x.matMul(p.wk), x.matMul(p.wv)];
          const root = Math.sqrt(p.wq.shape[1] ?? 1);
          const a = tf.softmax(q.matMul(k.transpose()).div(root));
          const dA = dOut.matMul(v.transpose());
          const dS = a.mul(dA.sub(a.mul(dA).sum(1, true))).div(root);
          const [dq, dk, dv] = [dS.matMul(k), dS.transpose().matMul(q), a.transpose().matMul(dOut)];
          const dx = tf.addN([dq.matMul(p.wq.transpose()), dk.matMul(p.wk.transpose()), dv.matMul(p.wv.transpose())]);
          const xT = x.transpose();
          return { dx, dwq: xT.matMul(dq), dwk: xT.matMul(dk), dwv: xT.matMul(dv) };
        }) as never,
    },
    "tokens by all three weights at once": {
      selfAttentionGradient: (x, p, dOut) => {
        const { dq, dk, dv } = backward(x, p, dOut);
        const all = tf.concat([dq, dk, dv], 1); // [n, 2·dk + dv]
        const widths = [dq, dk, dv].map(({ shape }) => shape[1] ?? 0);
        const [dwq, dwk, dwv] = tf.split(tf.matMul(x, all, true), widths, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
        return { dx: tf.matMul(all, tf.concat([p.wq, p.wk, p.wv], 1), false, true), dwq, dwk, dwv };
      },
    },
  },
}));

function inputs(random: Random, n: number, d: number, dk: number, dv: number): Inputs {
  const p = { wq: random.normal([d, dk], 0.8), wk: random.normal([d, dk], 0.8), wv: random.normal([d, dv]) };
  return [random.normal([n, d]), p, random.normal([n, dv])];
}

/** Weights that make large scores. */
function far([x, p, dOut]: Inputs): Inputs {
  return [x, { ...p, wq: p.wq.mul(4), wk: p.wk.mul(4) }, dOut];
}

function backward(x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor) {
  return attentionGradient(tf.matMul(x, p.wq), tf.matMul(x, p.wk), tf.matMul(x, p.wv), dOut);
}

/** The gradient, with another one of attention. */
function through(attention: typeof attentionGradient): typeof selfAttentionGradient {
  return (x, p, dOut) => {
    const { dq, dk, dv } = attention(tf.matMul(x, p.wq), tf.matMul(x, p.wk), tf.matMul(x, p.wv), dOut);
    const back = (gradient: tf.Tensor, w: tf.Tensor) => tf.matMul(gradient, w, false, true);
    return {
      dx: tf.addN([back(dq, p.wq), back(dk, p.wk), back(dv, p.wv)]),
      dwq: tf.matMul(x, dq, true),
      dwk: tf.matMul(x, dk, true),
      dwv: tf.matMul(x, dv, true),
    };
  };
}

/** The right dx, with other gradients of the weights. */
function withWeights(
  weights: (x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor) => Omit<SelfAttentionGradient, "dx">,
): typeof selfAttentionGradient {
  return (x, p, dOut) => ({ dx: selfAttentionGradient(x, p, dOut).dx, ...weights(x, p, dOut) });
}

/** The gradients of the weights, summed over all pairs of a query t and a key s. */
function sums(x: tf.Tensor, p: AttentionParams, dOut: tf.Tensor, way: Sums): Omit<SelfAttentionGradient, "dx"> {
  const rows = (tensor: tf.Tensor) => tensor.arraySync() as number[][];
  const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => tf.matMul(x, w)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const { output, weights } = scaledDotProductAttention(q, k, v);
  const [X, Q, K, V, O, A, G] = [x, q, k, v, output, weights, dOut].map(rows) as R7;
  const [dwq, dwk, dwv] = [p.wq, p.wk, p.wv].map((w) => rows(tf.zerosLike(w))) as [number[][], number[][], number[][]];
  const root = Math.sqrt(p.wq.shape[1] ?? 1);
  for (const [t, xt] of X.entries()) {
    for (const [s, xs] of X.entries()) {
      const alpha = A[t]?.[s] ?? 0;
      const facts = { alpha, own: (t === s ? 1 : 0) as 0 | 1, value: dot(V[s], G[t]), output: dot(O[t], G[t]) };
      const pair = { xt, xs, qt: Q[t] ?? [], kt: K[t] ?? [], ks: K[s] ?? [] };
      const c = way.slope(facts) / root;
      addProduct(dwq, c, ...way.forQuery(pair));
      addProduct(dwk, c, ...way.forKey(pair));
      addProduct(dwv, alpha, xs, G[t] ?? []);
    }
  }
  return { dwq: tf.tensor2d(dwq), dwk: tf.tensor2d(dwk), dwv: tf.tensor2d(dwv) };
}

type R7 = [number[][], number[][], number[][], number[][], number[][], number[][], number[][]];

function dot(a: readonly number[] = [], b: readonly number[] = []): number {
  return a.reduce((sum, entry, i) => sum + entry * (b[i] ?? 0), 0);
}

/** Adds times·aᵀ·b to a matrix. */
function addProduct(matrix: number[][], times: number, a: readonly number[], b: readonly number[]): void {
  for (const [i, row] of matrix.entries()) {
    for (const [j, entry] of row.entries()) row[j] = entry + times * (a[i] ?? 0) * (b[j] ?? 0);
  }
}
