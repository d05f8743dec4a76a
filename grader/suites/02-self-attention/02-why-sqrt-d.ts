import * as tf from "@tensorflow/tfjs";
import { both } from "#grader/language.js";
import { EXTREME, expectClose, expectThat, type Random, suite } from "#grader/suite/index.js";
import { scoreStatistics, stableSoftmax } from "#reference";
import type { ScoreStatistics } from "../../../exercises/types.js";

export const whySqrtDSuite = suite("2.2", { scoreStatistics })(({ agrees, property }) => ({
  cases: (random) => ({
    scoreStatistics: {
      ...casesOf(random, false),
      ...casesOf(random, true),
      // For the laws of large numbers; few enough that all Jacobians of a call fit into memory.
      many: [random.normal([96, 1024]), random.normal([64, 1024]), false],
    },
  }),

  checks: [
    agrees(
      { en: "agrees with the reference, unscaled", es: "coincide con la referencia, sin escala" },
      2,
      "scoreStatistics",
      ["unscaled", "unscaledSquare", "unscaledOneQuery", "unscaledOneKey", "unscaledWidthOne"],
    ),
    agrees(
      { en: "agrees with the reference, scaled", es: "coincide con la referencia, con escala" },
      2,
      "scoreStatistics",
      ["scaled", "scaledSquare", "scaledOneQuery", "scaledOneKey", "scaledWidthOne"],
    ),
    agrees(
      {
        en: "stays right where scores of ±1000 make rows one-hot",
        es: "sigue siendo correcta donde puntuaciones de ±1000 dejan filas one-hot",
      },
      1,
      "scoreStatistics",
      ["unscaledOneHot", "scaledOneHot", "unscaledMixed", "scaledMixed"],
    ),
    property(
      {
        en: "for m equal keys the entropy is ln m and the norm √(m − 1)/m",
        es: "con m claves iguales la entropía es ln m y la norma √(m − 1)/m",
      },
      1,
      "scoreStatistics",
      "unscaled",
      async (student, [q, k]) => {
        const m = k.shape[0] ?? 1;
        const same = k.slice(0, 1).tile([m, 1]); // [m, d]
        const got = await student.scoreStatistics(q, same, false);
        expectClose(got.entropy, Math.log(m), {
          en: `the entropy for ${m} equal keys, against ln ${m}`,
          es: `la entropía con ${m} claves iguales, frente a ln ${m}`,
        });
        expectClose(got.jacobianNorm, Math.sqrt(m - 1) / m, {
          en: `jacobianNorm for ${m} equal keys, against √${m - 1}/${m}`,
          es: `jacobianNorm con ${m} claves iguales, frente a √${m - 1}/${m}`,
        });
        expectClose(got.variance, tf.moments(tf.matMul(q, k.slice(0, 1), false, true)).variance.dataSync()[0] ?? 0, {
          en: "the variance for equal keys, against that of the scores of one of them",
          es: "la varianza con claves iguales, frente a la de las puntuaciones de una de ellas",
        });
      },
    ),
    property(
      {
        en: "unscaled, the variance is near d, and entropy and Jacobian fall as d grows",
        es: "sin escala, la varianza ronda d, y la entropía y el jacobiano bajan al crecer d",
      },
      2,
      "scoreStatistics",
      "many",
      async (student, [q, k]) => {
        let before: { readonly got: ScoreStatistics; readonly due: ScoreStatistics } | undefined;
        for (const d of WIDTHS) {
          const args = [columns(q, d), columns(k, d), false] as const;
          const [got, due] = [await student.scoreStatistics(...args), scoreStatistics(...args)];
          expectNear(got.variance, d, {
            en: `the unscaled variance at d = ${d}`,
            es: `la varianza sin escala en d = ${d}`,
          });
          for (const name of ["entropy", "jacobianNorm"] as const) {
            // Where even weights are the rule, a wider d first makes the norm rise, and chance may make it rise later.
            if (before === undefined || due[name] > 0.99 * before.due[name]) continue;
            expectLess(got[name], before.got[name], {
              en: `the unscaled ${name} at d = ${d}`,
              es: `${name} sin escala en d = ${d}`,
            });
          }
          expectSame(got, due, d);
          before = { got, due };
        }
      },
    ),
    property(
      {
        en: "scaled, the variance is near 1, and entropy and Jacobian hardly depend on d",
        es: "con escala, la varianza ronda 1, y la entropía y el jacobiano casi no dependen de d",
      },
      2,
      "scoreStatistics",
      "many",
      async (student, [q, k]) => {
        let narrow: ScoreStatistics | undefined;
        for (const d of WIDTHS) {
          const got = await student.scoreStatistics(columns(q, d), columns(k, d), true);
          narrow ??= got;
          expectNear(got.variance, 1, {
            en: `the scaled variance at d = ${d}`,
            es: `la varianza con escala en d = ${d}`,
          });
          expectNear(got.entropy, narrow.entropy, {
            en: `the scaled entropy at d = ${d}`,
            es: `la entropía con escala en d = ${d}`,
          });
          expectNear(got.jacobianNorm, narrow.jacobianNorm, {
            en: `the scaled jacobianNorm at d = ${d}`,
            es: `jacobianNorm con escala en d = ${d}`,
          });
          expectSame(got, scoreStatistics(columns(q, d), columns(k, d), true), d);
        }
      },
    ),
  ],

  mistakes: {
    "standard-deviation": {
      variant: { scoreStatistics: changed(({ variance }) => ({ variance: Math.sqrt(variance) })) },
      hint: {
        en: "This is what comes out with the standard deviation for the variance: it grows like √d, but the law to be seen is Var(q·k) = d. Leave the mean of the squares without a root (Vaswani et al. 2017, §3.2.1, footnote).",
        es: "Esto es lo que sale con la desviación estándar en lugar de la varianza: crece como √d, y la ley que se quiere ver es Var(q·k) = d. Deja el promedio de los cuadrados sin raíz (Vaswani et al. 2017, §3.2.1, nota al pie).",
      },
    },
    "base-two": {
      variant: { scoreStatistics: changed(({ entropy }) => ({ entropy: entropy / Math.LN2 })) },
      hint: {
        en: "This is what comes out with the logarithm to base 2: the entropy is in bits. Logarithms are natural here: use ln, as Math.log and tf.log do.",
        es: "Esto es lo que sale con el logaritmo en base 2: la entropía está en bits. Aquí los logaritmos son naturales: usa ln, como Math.log y tf.log.",
      },
    },
    "per-row-variance": {
      variant: {
        scoreStatistics: changed((_, scores) => ({ variance: first(tf.moments(scores, 1).variance.mean()) })),
      },
      hint: {
        en: "This is what comes out as the mean of the variances of the rows: it misses how far the rows lie from each other. Take one mean and one variance of all n·m scores: tf.moments(scores) without an axis.",
        es: "Esto es lo que sale al promediar las varianzas de las filas: no ve cuánto se separan unas filas de otras. Toma una sola media y una sola varianza de las n·m puntuaciones: tf.moments(scores) sin eje.",
      },
    },
    "sample-variance": {
      variant: {
        scoreStatistics: changed(({ variance }, { size }) => ({ variance: (variance * size) / Math.max(size - 1, 1) })),
      },
      hint: {
        en: "This is the variance with n·m − 1 in the denominator, as for a sample. Here it is the population variance: the mean of the n·m squared distances from the mean.",
        es: "Esta es la varianza con n·m − 1 en el denominador, como la de una muestra. Aquí se pide la poblacional: el promedio de los n·m cuadrados de las distancias a la media.",
      },
    },
    "scale-by-d": {
      variant: {
        scoreStatistics: (q, k, scaled) => scoreStatistics(scaled ? q.div(q.shape[1] ?? 1) : q, k, false),
      },
      hint: {
        en: "This is what comes out when the scaled scores are divided by d: their variance is then 1/d, and wide vectors attend to everything alike. Divide by √d (Vaswani et al. 2017, §3.2.1).",
        es: "Esto es lo que sale al dividir las puntuaciones entre d: su varianza es entonces 1/d, y los vectores anchos atienden a todo por igual. Divide entre √d (Vaswani et al. 2017, §3.2.1).",
      },
    },
    "never-scaled": {
      variant: { scoreStatistics: (q, k) => scoreStatistics(q, k, false) },
      hint: {
        en: "This is what comes out when `scaled` has no effect. Where it is true, divide the scores by √d before anything else is computed.",
        es: "Esto es lo que sale cuando `scaled` no tiene efecto. Si es verdadero, divide las puntuaciones entre √d antes de calcular lo demás.",
      },
    },
    "log-of-zero": {
      variant: {
        scoreStatistics: changed((_, scores) => {
          const p = stableSoftmax(scores);
          return { entropy: first(p.mul(p.log()).sum(1).neg().mean()) };
        }),
      },
      hint: {
        en: "This is what comes out of 0·ln 0, which floating point calls NaN: in a saturated row, softmax has zeros. They add nothing to the entropy: skip them, or take ln of max(p, 1e-30).",
        es: "Esto es lo que sale de 0·ln 0, que en punto flotante es NaN: en una fila saturada, softmax tiene ceros. No aportan nada a la entropía: sáltalos, o toma ln de max(p, 1e-30).",
      },
    },
    "norm-squared": {
      variant: {
        scoreStatistics: changed((_, scores) => ({ jacobianNorm: first(squaredNorms(stableSoftmax(scores)).mean()) })),
      },
      hint: {
        en: "This is the mean of the squared norms of the Jacobians. Take the root of Σp² − 2Σp³ + (Σp²)² in each row, then the mean over the rows.",
        es: "Este es el promedio de las normas al cuadrado de los jacobianos. Saca la raíz de Σp² − 2Σp³ + (Σp²)² en cada fila, y después el promedio de las filas.",
      },
    },
    "root-of-mean": {
      variant: {
        scoreStatistics: changed((_, scores) => ({
          jacobianNorm: Math.sqrt(first(squaredNorms(stableSoftmax(scores)).mean())),
        })),
      },
      hint: {
        en: "This is the root of the mean of the squared norms. Each row has a norm of its own: take the root in each row first, then the mean over the rows.",
        es: "Esta es la raíz del promedio de las normas al cuadrado. Cada fila tiene su propia norma: saca primero la raíz en cada fila, y después el promedio de las filas.",
      },
    },
  },

  routes: {
    "tensors to the end, zeros kept from the logarithm": {
      scoreStatistics: (q, k, scaled) => {
        const scores = scoresOf(q, k, scaled);
        const p = stableSoftmax(scores); // [n, m]
        return {
          variance: first(tf.moments(scores).variance),
          entropy: first(p.mul(p.maximum(1e-30).log()).sum(1).neg().mean()),
          jacobianNorm: first(squaredNorms(p).maximum(0).sqrt().mean()),
        };
      },
    },
    "every Jacobian built, its squares summed; tidied": {
      scoreStatistics: (q, k, scaled) =>
        tf.tidy(() => {
          const scores = scoresOf(q, k, scaled);
          const p = stableSoftmax(scores); // [n, m]
          const products = tf.matMul(p.expandDims(2), p.expandDims(1)); // [n, m, m]
          const jacobians = tf
            .eye(k.shape[0] ?? 1)
            .mul(p.expandDims(1))
            .sub(products); // [n, m, m]
          const deviations = scores.sub(scores.mean());
          const variance = first(deviations.square().mean());
          const entropy = first(tf.where(p.greater(0), p.mul(p.log()), 0).sum(1).mean().neg());
          return { variance, entropy, jacobianNorm: first(jacobians.square().sum([1, 2]).sqrt().mean()) };
        }),
    },
    "q divided by √d before the product; the entropy by way of logSumExp": {
      scoreStatistics: (q, k, scaled) => {
        const scores = tf.matMul(scaled ? q.div(Math.sqrt(q.shape[1] ?? 1)) : q, k.transpose()); // [n, m]
        const total = scores.logSumExp(1, true); // [n, 1]
        const p = scores.sub(total).exp(); // [n, m]
        const entropy = total.squeeze([1]).sub(p.mul(scores).sum(1)); // [n], since ln p = s − total
        const norms = tf.relu(squaredNorms(p)).sqrt(); // [n]
        const variance = first(scores.square().mean().sub(scores.mean().square()));
        return { variance, entropy: first(entropy.mean()), jacobianNorm: first(norms.mean()) };
      },
    },
    "row by row": {
      scoreStatistics: (q, k, scaled) => {
        const rows = scoresOf(q, k, scaled).arraySync() as number[][];
        const all = rows.flat();
        let [entropy, norm] = [0, 0];
        for (const row of rows) {
          const top = Math.max(...row);
          const sum = row.reduce((total, s) => total + Math.exp(s - top), 0);
          const p = row.map((s) => Math.exp(s - top) / sum);
          const [squares, cubes] = [2, 3].map((power) => p.reduce((total, x) => total + x ** power, 0));
          for (const x of p) if (x > 0) entropy -= x * Math.log(x);
          norm += Math.sqrt(Math.max(0, (squares ?? 0) - 2 * (cubes ?? 0) + (squares ?? 0) ** 2));
        }
        const mean = all.reduce((total, s) => total + s, 0) / all.length;
        const variance = all.reduce((total, s) => total + (s - mean) ** 2, 0) / all.length;
        return { variance, entropy: entropy / rows.length, jacobianNorm: norm / rows.length };
      },
    },
  },
}));

type Arguments = Parameters<typeof scoreStatistics>;

const WIDTHS = [16, 64, 256, 1024];

/** The cases with or without scale. Scores stay near ±1 where float32 has to give the norm to 4 digits. */
function casesOf(random: Random, scaled: boolean): Record<string, Arguments> {
  const make = (n: number, m: number, d: number): Arguments => [
    random.normal([n, d], 0.8),
    random.normal([m, d], 0.8),
    scaled,
  ];
  const name = scaled ? "scaled" : "unscaled";
  return {
    [name]: make(5, 7, 4),
    [`${name}Square`]: make(4, 4, 4),
    [`${name}OneQuery`]: make(1, 7, 4),
    [`${name}OneKey`]: make(5, 1, 4),
    [`${name}WidthOne`]: make(5, 7, 1),
    [`${name}OneHot`]: [...oneHot(random, 1), scaled],
    // The first row is even, the others are one-hot.
    [`${name}Mixed`]: [...oneHot(random, 0), scaled],
  };
}

/** Three queries and five keys: each query scores near 1000 for one key and near −1000 for the others, the first times `times`. */
function oneHot(random: Random, times: number): [q: tf.Tensor, k: tf.Tensor] {
  const chosen = tf.tensor1d(random.permutation(5).slice(0, 3), "int32");
  const lengths = random.uniform([3, 1], 800, 1200).mul(tf.tensor2d([[times], [1], [1]]));
  return [tf.gather(tf.eye(5), chosen).mul(lengths), tf.eye(5).mul(2).sub(1)];
}

/** The first d columns, scaled to a mean square of exactly 1. */
function columns(x: tf.Tensor, d: number): tf.Tensor {
  const some = x.slice([0, 0], [-1, d]);
  return some.div(some.square().mean().sqrt());
}

function scoresOf(q: tf.Tensor, k: tf.Tensor, scaled: boolean): tf.Tensor {
  return tf.matMul(q, k, false, true).div(scaled ? Math.sqrt(q.shape[1] ?? 1) : 1); // [n, m]
}

/** ‖diag(p) − p pᵀ‖² of each row of p [n, m] → [n] */
function squaredNorms(p: tf.Tensor): tf.Tensor {
  const squares = p.square().sum(1);
  return squares.sub(p.pow(3).sum(1).mul(2)).add(squares.square());
}

const first = (x: tf.Tensor): number => x.dataSync()[0] ?? 0;

/** The statistics with some of them computed otherwise, from the right ones and the scores [n, m]. */
function changed(
  change: (right: ScoreStatistics, scores: tf.Tensor) => Partial<ScoreStatistics>,
): typeof scoreStatistics {
  return (q, k, scaled) => {
    const right = scoreStatistics(q, k, scaled);
    return { ...right, ...change(right, scoresOf(q, k, scaled)) };
  };
}

/** Fails unless a number is within 15 % of another. */
function expectNear(got: number, due: number, what: { en: string; es: string }): void {
  expectNumber(got, what);
  expectThat(
    Math.abs(got / due - 1) <= 0.15,
    both((language) => {
      const [is, near] = [got, due].map((number) => number.toPrecision(4));
      return language === "en"
        ? `${what.en} is ${is}; expected ${near}, within 15 %`
        : `${what.es} es ${is}; se esperaba ${near}, con un margen de 15 %`;
    }),
  );
}

/** Fails for a number that is none. */
function expectNumber(got: number, what: { en: string; es: string }): void {
  expectThat(!Number.isNaN(got), {
    en: `${what.en} is NaN: 0·ln 0, or the root of a number that rounding left below 0`,
    es: `${what.es} es NaN: 0·ln 0, o la raíz de un número que el redondeo dejó por debajo de 0`,
  });
}

/** Fails unless a number is less than it was at the width before. */
function expectLess(got: number, before: number, what: { en: string; es: string }): void {
  expectNumber(got, what);
  expectThat(
    got < before,
    both((language) => {
      const [is, was] = [got, before].map((number) => number.toPrecision(4));
      return language === "en"
        ? `${what.en} is ${is}, after ${was} at a quarter of the width: expected it to fall`
        : `${what.es} es ${is}, después de ${was} con la cuarta parte del ancho: debería bajar`;
    }),
  );
}

/** Fails unless the three numbers are the reference's, as nearly as float32 allows for scores of this size. */
function expectSame(got: ScoreStatistics, expected: ScoreStatistics, d: number): void {
  for (const name of ["variance", "entropy", "jacobianNorm"] as const) {
    expectClose(got[name], expected[name], { en: `${name} at d = ${d}`, es: `${name} en d = ${d}` }, EXTREME);
  }
}
