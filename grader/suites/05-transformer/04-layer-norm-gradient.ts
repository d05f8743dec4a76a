import * as tf from "@tensorflow/tfjs";
import { type Check, close, GRADIENTS, holds, ORDINARY, op, type Random, suite } from "#grader/suite/index.js";
import { layerNorm, layerNormGradient } from "#reference";
import type { NormParams } from "../../../exercises/types.js";

const NAMES = ["dx", "dgamma", "dbeta"] as const;

/** A check for each gradient, with its points. */
const each = (points: readonly number[], check: (name: (typeof NAMES)[number], points: number) => Check): Check[] =>
  NAMES.map((name, i) => check(name, points[i] ?? 0));

export const layerNormGradientSuite = suite("5.4", { layerNormGradient })(({ agrees, law }) => ({
  cases: (random) => ({
    layerNormGradient: {
      distinct: inputs(random, [2, 5, 4]),
      rows: inputs(random, [5, 7]),
      square: inputs(random, [4, 4]),
      heads: inputs(random, [2, 3, 4, 5]),
      oneToken: inputs(random, [1, 6]),
      // Tokens so close to constant that even the usual eps shows, and with nothing under the root.
      small: closer(inputs(random, [5, 7])),
      oneVector: inputs(random, [6]),
      constant: withConstant(inputs(random, [3, 4])),
      noEps: [...closer(inputs(random, [5, 7])), 0],
      oneFeature: inputs(random, [5, 1]),
      largeEps: [...inputs(random, [5, 7]), 0.1],
      largeEpsSquare: [...inputs(random, [4, 4]), 0.5],
    },
  }),

  checks: [
    ...each([4, 2, 2], (name, points) =>
      agrees(
        { en: `${name} agrees with the reference`, es: `${name} coincide con la referencia` },
        points,
        "layerNormGradient",
        ["distinct", "rows", "square", "heads", "oneToken", "oneVector", "oneFeature"],
        ORDINARY,
        name,
      ),
    ),
    ...(["dx", "dgamma"] as const).map((name) =>
      agrees(
        {
          en: `${name} agrees with the reference for large eps, small tokens and eps = 0`,
          es: `${name} coincide con la referencia con eps grande, tokens pequeños y eps = 0`,
        },
        name === "dx" ? 2 : 1,
        "layerNormGradient",
        ["largeEps", "largeEpsSquare", "small", "constant", "noEps"],
        GRADIENTS,
        name,
      ),
    ),
    ...each([3, 1, 1], (name, points) =>
      law(
        {
          en: `${name} is what tf.grads finds for layer normalisation`,
          es: `${name} es lo que tf.grads encuentra para la normalización por capa`,
        },
        points,
        "layerNormGradient",
        "distinct",
        (ask, [x, p, dOut]) => {
          const loss = (a: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
            layerNorm(a, { gamma, beta }, 0.1).mul(dOut).sum();
          const [dx, dgamma, dbeta] = tf.grads(loss as never)([x, p.gamma, p.beta]) as [
            tf.Tensor,
            tf.Tensor,
            tf.Tensor,
          ];
          return [
            close(
              ask.layerNormGradient(x, p, dOut, 0.1)[name],
              { dx, dgamma, dbeta }[name],
              { en: `${name}, against tf.grads of 3.8`, es: `${name}, frente a tf.grads de 3.8` },
              GRADIENTS,
            ),
          ];
        },
      ),
    ),
    law(
      {
        en: "dx moves neither the mean nor, for small eps, the spread of a token",
        es: "dx no mueve ni la media ni, con eps pequeño, la dispersión de un token",
      },
      4,
      "layerNormGradient",
      "rows",
      (ask, [x, p, dOut]) => {
        const { dx } = ask.layerNormGradient(x, p, dOut, 1e-6);
        const none = tf.zeros([5]);
        const standard = layerNorm(x, { gamma: tf.onesLike(p.gamma), beta: tf.zerosLike(p.beta) }, 1e-6);
        return [
          close(
            op.sum(dx, 1),
            none,
            { en: "the sums of the rows of dx", es: "las sumas de las filas de dx" },
            GRADIENTS,
          ),
          close(
            op.sum(op.mul(dx, standard), 1),
            none,
            { en: "the sums of dx ⊙ x̂", es: "las sumas de dx ⊙ x̂" },
            { absolute: 1e-3, relative: 0 },
          ),
          holds(op.greater(op.max(op.abs(dx)), 1e-3), { en: "dx is 0 everywhere", es: "dx vale 0 en todas partes" }),
        ];
      },
    ),
  ],

  mistakes: {
    "mean-constant": {
      variant: by({ shift: (g) => tf.zerosLike(g.mean(-1, true)) }),
      hint: {
        en: "The term mean(g) is missing: the mean of a token was held constant. It depends on every entry of x, so subtract mean(g) over the last axis.",
        es: "Falta el término mean(g): se trató como constante la media de un token. Depende de cada entrada de x, así que resta mean(g) sobre el último eje.",
      },
    },
    "variance-constant": {
      variant: by({ along: (g) => tf.zerosLike(g.mean(-1, true)) }),
      hint: {
        en: "The term with x̂ is missing: the variance of a token was held constant. It depends on every entry of x, so subtract x̂·mean(g ⊙ x̂).",
        es: "Falta el término con x̂: se trató como constante la varianza de un token. Depende de cada entrada de x, así que resta x̂·mean(g ⊙ x̂).",
      },
    },
    "dgamma-without-xhat": {
      variant: by({ gamma: (dOut) => dOut }),
      hint: {
        en: "dgamma equals dbeta here. γ multiplies x̂, so its gradient is the sum of dOut ⊙ x̂; only β, which is added, gets the sum of dOut.",
        es: "Aquí dgamma es igual a dbeta. γ multiplica a x̂, así que su gradiente es la suma de dOut ⊙ x̂; solo β, que se suma, recibe la suma de dOut.",
      },
    },
    "mean-over-wrong-axis": {
      variant: by({ axis: -2 }),
      hint: {
        en: "The means were taken over the tokens here. Each token is normalised by itself: all means go over the last axis.",
        es: "Aquí las medias se tomaron sobre los tokens. Cada token se normaliza por sí solo: todas las medias van sobre el último eje.",
      },
    },
    "gamma-forgotten": {
      variant: by({ inner: (dOut) => dOut }),
      hint: {
        en: "dx was led back without γ. The output is γ ⊙ x̂ + β: begin with g = dOut ⊙ γ.",
        es: "dx se llevó de vuelta sin γ. La salida es γ ⊙ x̂ + β: empieza con g = dOut ⊙ γ.",
      },
    },
    "not-divided-by-deviation": {
      variant: by({ scale: (deviation) => tf.onesLike(deviation) }),
      hint: {
        en: "The last division is missing. x̂ is (x − μ)/√(σ² + ε), so dx is divided by √(σ² + ε) too.",
        es: "Falta la última división. x̂ es (x − μ)/√(σ² + ε), así que dx también se divide entre √(σ² + ε).",
      },
    },
    "eps-ignored": {
      variant: { layerNormGradient: (x, p, dOut) => layerNormGradient(x, p, dOut) },
      hint: {
        en: "This is what comes out with eps = 1e-5 whatever eps is given. Pass it on to the root √(σ² + ε).",
        es: "Esto es lo que sale con eps = 1e-5, sea cual sea el eps que se dé. Úsalo dentro de la raíz √(σ² + ε).",
      },
    },
    "sum-over-first-axis-only": {
      variant: {
        layerNormGradient: (x, p, dOut, eps) => {
          if (x.shape.length < 3) return layerNormGradient(x, p, dOut, eps);
          const normal = layerNorm(x, { gamma: tf.onesLike(p.gamma), beta: tf.zerosLike(p.beta) }, eps);
          return { dx: layerNormGradient(x, p, dOut, eps).dx, dgamma: dOut.mul(normal).sum(0), dbeta: dOut.sum(0) };
        },
      },
      hint: {
        en: "dgamma and dbeta were summed over the first axis only. Every token uses the same γ and β: sum over all axes but the last.",
        es: "dgamma y dbeta se sumaron solo sobre el primer eje. Todos los tokens usan los mismos γ y β: suma sobre todos los ejes menos el último.",
      },
    },
  },

  routes: {
    "step by step, back through mean and variance": {
      layerNormGradient: (x, p, dOut, eps = 1e-5) => {
        const d = x.shape.at(-1) ?? 1;
        const centred = x.sub(x.mean(-1, true));
        const inverse = centred.square().mean(-1, true).add(eps).rsqrt();
        const g = dOut.mul(p.gamma);
        const dVariance = g.mul(centred).sum(-1, true).mul(inverse.pow(3)).mul(-0.5);
        const dCentred = g.mul(inverse).add(centred.mul(dVariance).mul(2 / d));
        const others = x.shape.slice(0, -1).map((_, axis) => axis);
        return {
          dx: dCentred.sub(dCentred.mean(-1, true)),
          dgamma: dOut.mul(centred).mul(inverse).sum(others),
          dbeta: dOut.sum(others),
        };
      },
    },
    "by the Jacobian of each token; tidied": {
      layerNormGradient: (x, p, dOut, eps = 1e-5) =>
        tf.tidy(() => {
          const [d = 1] = x.shape.slice(-1);
          const { mean, variance } = tf.moments(x, -1, true);
          const deviation = variance.add(eps).sqrt();
          const normal = x.sub(mean).div(deviation);
          const jacobian = tf
            .eye(d)
            .sub(1 / d)
            .sub(normal.expandDims(-1).mul(normal.expandDims(-2)).div(d)); // [..., d, d]
          const dx = tf.matMul(jacobian, dOut.mul(p.gamma).expandDims(-1)).squeeze([-1]).div(deviation);
          const rows = (tensor: tf.Tensor) => tensor.reshape([-1, d]).sum(0);
          return { dx, dgamma: rows(dOut.mul(normal)), dbeta: rows(dOut) };
        }) as never,
    },
    "number by number": {
      layerNormGradient: (x, p, dOut, eps = 1e-5) => {
        const [d = 1] = x.shape.slice(-1);
        const [X, G, gamma] = [x, dOut, p.gamma].map((tensor) => Array.from(tensor.dataSync())) as [N, N, N];
        const [dgamma, dbeta] = [Array<number>(d).fill(0), Array<number>(d).fill(0)];
        const dx = X.map(() => 0);
        const mean = (list: N) => list.reduce((sum, entry) => sum + entry, 0) / d;
        for (let start = 0; start < X.length; start += d) {
          const row = X.slice(start, start + d);
          const mu = mean(row);
          const deviation = Math.sqrt(mean(row.map((entry) => (entry - mu) ** 2)) + eps);
          const normal = row.map((entry) => (entry - mu) / deviation);
          const g = normal.map((_, j) => (G[start + j] ?? 0) * (gamma[j] ?? 0));
          const along = mean(g.map((entry, j) => entry * (normal[j] ?? 0)));
          const level = mean(g);
          for (const [j, entry] of g.entries()) {
            dx[start + j] = (entry - level - (normal[j] ?? 0) * along) / deviation;
            dgamma[j] = (dgamma[j] ?? 0) + (G[start + j] ?? 0) * (normal[j] ?? 0);
            dbeta[j] = (dbeta[j] ?? 0) + (G[start + j] ?? 0);
          }
        }
        return { dx: tf.tensor(dx, x.shape), dgamma: tf.tensor1d(dgamma), dbeta: tf.tensor1d(dbeta) };
      },
    },
  },
}));

type N = number[];

/** Tokens with means and spreads of their own. */
function inputs(random: Random, shape: number[]): [tf.Tensor, NormParams, tf.Tensor] {
  const d = shape.at(-1) ?? 1;
  const tokens = [...shape.slice(0, -1), 1];
  const apart = tf.range(0, d).mul(0.7); // no token is nearly constant
  const x = random
    .normal(shape)
    .add(apart)
    .mul(random.uniform(tokens, 0.7, 2))
    .add(random.normal(tokens));
  return [x, { gamma: random.uniform([d], 0.5, 2), beta: random.normal([d]) }, random.normal(shape)];
}

interface Way {
  readonly axis: number;
  readonly inner: (dOut: tf.Tensor, gamma: tf.Tensor) => tf.Tensor;
  readonly shift: (g: tf.Tensor, axis: number) => tf.Tensor;
  readonly along: (g: tf.Tensor, normal: tf.Tensor, axis: number) => tf.Tensor;
  readonly scale: (deviation: tf.Tensor) => tf.Tensor;
  readonly gamma: (dOut: tf.Tensor, normal: tf.Tensor) => tf.Tensor;
}

/** The gradient, which goes another way at some places. */
function by(change: Partial<Way>): { layerNormGradient: typeof layerNormGradient } {
  const way: Way = {
    axis: -1,
    inner: (dOut, gamma) => dOut.mul(gamma),
    shift: (g, axis) => g.mean(axis, true),
    along: (g, normal, axis) => g.mul(normal).mean(axis, true),
    scale: (deviation) => deviation,
    gamma: (dOut, normal) => dOut.mul(normal),
    ...change,
  };
  return {
    layerNormGradient: (x, p, dOut, eps = 1e-5) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const deviation = variance.add(eps).sqrt();
      const normal = x.sub(mean).div(deviation);
      const g = way.inner(dOut, p.gamma);
      const centred = g.sub(way.shift(g, way.axis)).sub(normal.mul(way.along(g, normal, way.axis)));
      const others = x.shape.slice(0, -1).map((_, axis) => axis);
      return {
        dx: centred.div(way.scale(deviation)),
        dgamma: way.gamma(dOut, normal).sum(others),
        dbeta: dOut.sum(others),
      };
    },
  };
}

/** The same with tokens a hundred times smaller. */
/** The second token is constant: only eps stands under its root. */
function withConstant([x, p, dOut]: ReturnType<typeof inputs>): ReturnType<typeof inputs> {
  const second = tf.tensor2d([[0], [1], [0]]);
  return [tf.where(second.cast("bool"), tf.fill(x.shape, 2), x), p, dOut];
}

function closer([x, p, dOut]: ReturnType<typeof inputs>): ReturnType<typeof inputs> {
  return [x.mul(0.01), p, dOut];
}
