import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, op, type Random, suite } from "#grader/suite/index.js";
import { layerNorm } from "#reference";
import type { NormParams } from "../../../exercises/types.js";

export const layerNormSuite = suite("3.8", { layerNorm })(({ agrees, gradientsAgree, law }) => ({
  cases: (random) => ({
    layerNorm: {
      rankOne: [apart(random, [5]), norm(random, 5)],
      rankTwo: [apart(random, [5, 4]), norm(random, 4)],
      rankThree: [apart(random, [2, 5, 4]), norm(random, 4)],
      rankFour: [apart(random, [2, 3, 5, 4]), norm(random, 4)],
      square: [apart(random, [4, 4]), norm(random, 4)],
      squareBatch: [apart(random, [4, 4, 4]), norm(random, 4)],
      twoFeatures: [apart(random, [3, 2]), norm(random, 2)],
      eps: [apart(random, [2, 5, 4]), norm(random, 4), 0.1],
      // Nothing under the root: 0 is a number like any other.
      epsZero: [apart(random, [3, 4]).mul(0.01), norm(random, 4), 0],
      epsSquare: [apart(random, [4, 4]), norm(random, 4), 0.1],
      small: [apart(random, [3, 6]).mul(0.01), norm(random, 6)],
      constantRow: [tf.concat([random.normal([2, 4]), tf.fill([1, 4], 0.25)]), norm(random, 4)],
      oneFeature: [random.normal([5, 1], 3), norm(random, 1)],
      // One entry far from the others comes out near √(d − 1), the most that there is.
      outlier: [tf.concat([tf.fill([2, 1], 30), random.normal([2, 19])], 1), norm(random, 20)],
      extreme: [far(random.normal([12, 5])), norm(random, 5)],
      extremeWide: [far(random.normal([4, 3, 8])), norm(random, 8)],
    },
  }),

  checks: [
    agrees(
      { en: "agrees with the reference, ranks 1 to 4", es: "coincide con la referencia, rangos 1 a 4" },
      3,
      "layerNorm",
      ["rankOne", "rankTwo", "rankThree", "rankFour", "square", "squareBatch", "twoFeatures"],
    ),
    agrees(
      {
        en: "agrees with another eps, small rows, constant rows and one feature",
        es: "coincide con otro eps, filas pequeñas, filas constantes y un solo rasgo",
      },
      2,
      "layerNorm",
      ["eps", "epsZero", "epsSquare", "small", "constantRow", "oneFeature", "outlier"],
    ),
    agrees(
      { en: "keeps its digits with rows near ±1000", es: "conserva sus dígitos con filas cerca de ±1000" },
      1,
      "layerNorm",
      ["extreme", "extremeWide"],
      EXTREME,
    ),
    law(
      {
        en: "without scale and shift each token has mean 0 and variance 1",
        es: "sin escala ni desplazamiento cada token tiene media 0 y varianza 1",
      },
      1,
      "layerNorm",
      "rankThree",
      (ask, [x]) => {
        const output = ask.layerNorm(x, { gamma: tf.ones([4]), beta: tf.zeros([4]) });
        const mean = op.mean(output, -1, true); // [2, 5, 1]
        const variance = op.mean(op.square(op.sub(output, mean)), -1); // [2, 5]
        const loose = { absolute: 1e-3, relative: 1e-3 }; // eps shows a little
        return [
          close(mean, tf.zeros([2, 5, 1]), { en: "the means of the tokens", es: "las medias de los tokens" }, loose),
          close(
            variance,
            tf.ones([2, 5]),
            { en: "the variances of the tokens", es: "las varianzas de los tokens" },
            loose,
          ),
        ];
      },
    ),
    law(
      {
        en: "stretching and shifting x changes nothing, and tokens do not see each other",
        es: "estirar y desplazar x no cambia nada, y los tokens no se ven entre sí",
      },
      1,
      "layerNorm",
      "rankThree",
      (ask, [x, p], random) => {
        const moved = x.mul(random.uniform([2, 5, 1], 1, 4)).add(random.uniform([2, 5, 1], -3, 3));
        const tiny = 1e-7; // with a small eps the result is that of x, to a few digits
        const changed = tf.concat([x.slice([0, 0, 0], [-1, 4, -1]), random.normal([2, 1, 4], 5)], 1);
        const first = (all: tf.Tensor) => op.slice(ask.layerNorm(all, p), [0, 0, 0], [-1, 4, -1]);
        return [
          close(
            ask.layerNorm(moved, p, tiny),
            ask.layerNorm(x, p, tiny),
            { en: "LN(a·x + c), against LN(x)", es: "LN(a·x + c), frente a LN(x)" },
            { absolute: 1e-3, relative: 1e-3 },
          ),
          close(first(changed), first(x), {
            en: "the other tokens after the last one has changed",
            es: "los demás tokens después de cambiar el último",
          }),
        ];
      },
    ),
    gradientsAgree(
      { en: "has the gradient of the reference", es: "tiene el gradiente de la referencia" },
      2,
      "layerNorm",
      ["rankTwo", "rankThree", "eps"],
    ),
  ],

  mistakes: {
    "unbiased-variance": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => {
          const { mean, variance } = tf.moments(x, -1, true);
          const d = x.shape.at(-1) ?? 1;
          return standard(x, mean, variance.mul(d / (d - 1)), p, eps);
        },
      },
      hint: {
        en: "This is what comes out when the variance is divided by d − 1: every entry is too small by √((d − 1)/d). Layer normalisation describes the d features that there are and estimates nothing: divide by d, as tf.moments does.",
        es: "Esto es lo que sale al dividir la varianza entre d − 1: cada entrada queda chica por un factor √((d − 1)/d). La normalización por capa describe los d rasgos que hay y no estima nada: divide entre d, como tf.moments.",
      },
    },
    "eps-outside-root": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => {
          const { mean, variance } = tf.moments(x, -1, true);
          return x.sub(mean).div(variance.sqrt().add(eps)).mul(p.gamma).add(p.beta);
        },
      },
      hint: {
        en: "This is what comes out of √σ² + ε. The small number stands under the root: √(σ² + ε).",
        es: "Esto es lo que sale de √σ² + ε. El número pequeño va dentro de la raíz: √(σ² + ε).",
      },
    },
    "eps-missing": {
      variant: {
        layerNorm: (x, p) => {
          const { mean, variance } = tf.moments(x, -1, true);
          return standard(x, mean, variance, p, 0);
        },
      },
      hint: {
        en: "This is what comes out without ε: a constant row divides 0 by 0. Add eps to the variance before the root: √(σ² + ε).",
        es: "Esto es lo que sale sin ε: una fila constante divide 0 entre 0. Suma eps a la varianza antes de la raíz: √(σ² + ε).",
      },
    },
    "eps-ignored": {
      variant: { layerNorm: (x, p) => layerNorm(x, p) },
      hint: {
        en: "This is what comes out when the argument eps plays no part and 1e-5 stands in its place. Add the eps that is given to the variance, under the root.",
        es: "Esto es lo que sale cuando el argumento eps no interviene y en su lugar está 1e-5. Suma a la varianza, dentro de la raíz, el eps que se recibe.",
      },
    },
    "over-time": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => {
          if (x.rank === 1) return layerNorm(x, p, eps);
          const { mean, variance } = tf.moments(x, -2, true);
          return standard(x, mean, variance, p, eps);
        },
      },
      hint: {
        en: "This is what comes out when mean and variance run over the tokens (axis −2): each token then depends on the others. Take them over the features of each token, the last axis (Ba et al. 2016).",
        es: "Esto es lo que sale cuando la media y la varianza recorren los tokens (eje −2): cada token depende entonces de los demás. Tómalas sobre los rasgos de cada token, el último eje (Ba et al. 2016).",
      },
    },
    "over-time-and-features": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => {
          if (x.rank === 1) return layerNorm(x, p, eps);
          const { mean, variance } = tf.moments(x, [-2, -1], true);
          return standard(x, mean, variance, p, eps);
        },
      },
      hint: {
        en: "This is what comes out when mean and variance run over tokens and features together (the last two axes). Each token has a mean and a variance of its own: the last axis alone (Ba et al. 2016).",
        es: "Esto es lo que sale cuando la media y la varianza recorren a la vez tokens y rasgos (los últimos dos ejes). Cada token tiene su propia media y su propia varianza: solo el último eje (Ba et al. 2016).",
      },
    },
    "no-affine": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => layerNorm(x, { gamma: tf.onesLike(p.gamma), beta: tf.zerosLike(p.beta) }, eps),
      },
      hint: {
        en: "This is what comes out without gamma and beta. After the normalisation multiply by gamma and add beta, feature by feature: the model learns which scale it wants.",
        es: "Esto es lo que sale sin gamma ni beta. Después de normalizar, multiplica por gamma y suma beta, rasgo por rasgo: el modelo aprende qué escala le conviene.",
      },
    },
    "squares-minus-mean": {
      variant: {
        layerNorm: (x, p, eps = 1e-5) => {
          const mean = x.mean(-1, true);
          return standard(x, mean, x.square().mean(-1, true).sub(mean.square()), p, eps);
        },
      },
      hint: {
        en: "This is σ² as E[x²] − μ². It is right on paper and with ordinary rows, but where the mean is large against the deviation two nearly equal numbers are subtracted and float32 keeps no digit of the difference. Subtract the mean first, then square.",
        es: "Esto es σ² calculada como E[x²] − μ². En papel y con filas comunes es correcto, pero donde la media es grande frente a la desviación se restan dos números casi iguales y float32 no conserva ni un dígito de la diferencia. Resta primero la media y después eleva al cuadrado.",
      },
    },
  },

  routes: {
    "centred first, then divided by the root of the mean square": {
      layerNorm: (x, p, eps = 1e-5) => {
        const centered = x.sub(x.mean(-1, true)); // [..., d]
        const spread = centered.square().mean(-1, true).add(eps).sqrt(); // [..., 1]
        return tf.add(tf.mul(p.gamma, centered.div(spread)), p.beta);
      },
    },
    "sums divided by d, a power of −1/2, tidied": {
      layerNorm: (x, p, eps = 1e-5) =>
        tf.tidy(() => {
          const d = x.shape.at(-1) ?? 1;
          const centered = x.sub(tf.sum(x, -1, true).div(d));
          const variance = tf.sum(centered.mul(centered), -1, true).div(d);
          return centered.mul(variance.add(eps).pow(-0.5)).mul(p.gamma).add(p.beta);
        }),
    },
    "all tokens as the rows of one matrix": {
      layerNorm: (x, p, eps = 1e-5) => {
        const rows = x.reshape([-1, x.shape.at(-1) ?? 1]); // [rows, d]
        const { mean, variance } = tf.moments(rows, 1, true);
        return rows
          .sub(mean)
          .mul(tf.rsqrt(variance.add(eps)))
          .mul(p.gamma)
          .add(p.beta)
          .reshape(x.shape);
      },
    },
    "token by token": {
      layerNorm: (x, p, eps = 1e-5) => {
        const d = x.shape.at(-1) ?? 1;
        const rows = x.reshape([-1, d]);
        const tokens = Array.from({ length: rows.shape[0] ?? 0 }, (_, i) => {
          const token = rows.slice([i, 0], [1, d]).reshape([d]);
          const centered = token.sub(token.mean());
          return centered.div(centered.square().mean().add(eps).sqrt()).mul(p.gamma).add(p.beta).expandDims(0);
        });
        return tf.concat(tokens).reshape(x.shape);
      },
    },
    "centring as a product with a matrix": {
      layerNorm: (x, p, eps = 1e-5) => {
        const d = x.shape.at(-1) ?? 1;
        const center = tf.eye(d).sub(tf.fill([d, d], 1 / d)); // [d, d]
        const shifted = x.sub(x.max(-1, true)); // a large common part would cost digits in the product
        const centered = tf.matMul(shifted.reshape([-1, d]), center).reshape(x.shape);
        const variance = centered.square().mean(-1, true);
        return centered.div(variance.add(eps).sqrt()).mul(p.gamma).add(p.beta);
      },
    },
  },
}));

const norm = (random: Random, d: number): NormParams => ({
  gamma: random.uniform([d], 0.5, 2),
  beta: random.normal([d]),
});

function standard(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, p: NormParams, eps: number): tf.Tensor {
  return x.sub(mean).div(variance.add(eps).sqrt()).mul(p.gamma).add(p.beta);
}

/**
 * Rows near +1000, 0 and −1000 in turn, with the variance 0.09. There float32 knows E[x²] and μ² to 0.06 each, so that
 * their difference is off by a third at least.
 */
function far(x: tf.Tensor): tf.Tensor {
  const rows = x.shape.at(-2) ?? 1;
  const signs = tf.tensor2d(Array.from({ length: rows }, (_, i) => [[1000, 0, -1000][i % 3] ?? 0])); // [rows, 1]
  return standardised(x).mul(0.3).add(signs);
}

/** Tokens whose features are never close to each other: where they are, eps shows, and equal is told from nearly equal by chance. */
function apart(random: Random, shape: readonly number[]): tf.Tensor {
  const one = [...shape.slice(0, -1), 1];
  return standardised(random.normal(shape))
    .mul(random.uniform(one, 0.5, 3))
    .add(random.normal(one));
}

/** Rows of mean 0 and variance 1. */
function standardised(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).div(variance.sqrt());
}
