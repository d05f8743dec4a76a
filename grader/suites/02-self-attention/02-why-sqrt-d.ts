import * as tf from "@tensorflow/tfjs";
import type { Text } from "#grader/language.js";
import { EXTREME, holds, op, type Random, suite, together } from "#grader/suite/index.js";
import type { Relation } from "#grader/suite/laws/relation.js";
import type { Term } from "#grader/suite/laws/term.js";
import { randomOf } from "#grader/suite/random.js";
import { scoreStatistics, stableSoftmax } from "#reference";
import type { ScoreStatistics } from "../../../exercises/types.js";

/** Of width 1, where √d is 1: wider vectors, and with them the scale, have a check of their own. */
const ORDINARY_CASES = ["plain", "square", "oneQuery", "oneKey", "two", "equalKeys", "scaled"];
const UNEVEN_CASES = [...ORDINARY_CASES, "nearlyOneHot", "faint"];
const ONE_HOT_CASES = ["oneHot", "mixed", "nearlyOneHot"];
const WIDE_CASES = ["wide", "wideScaled", "wideSquare", "wideSquareScaled", "wideEqualKeys", "wideOneScaled"];

export const whySqrtDSuite = suite("2.2", { scoreStatistics })(({ agrees, law }) => {
  const oneHotRows = {
    en: "entropy and jacobianNorm stay right where rows are one-hot, or nearly so",
    es: "la entropía y jacobianNorm siguen siendo correctas donde las filas son one-hot, o casi",
  };

  return {
    cases: (random) => {
      const [q, k] = vectors(random, 5, 7, 1);
      const [wideQ, wideK] = vectors(random, 5, 7, 3);
      return {
        scoreStatistics: {
          plain: [q, k, false],
          square: [...vectors(random, 4, 4, 1), false],
          oneQuery: [...vectors(random, 1, 7, 1), false],
          oneKey: [...vectors(random, 5, 1, 1), false],
          two: [...vectors(random, 2, 3, 1), false],
          equalKeys: [q, k.slice(0, 1).tile([7, 1]), false],
          scaled: [...vectors(random, 3, 4, 1), true],
          oneHot: [...oneHot(random, 1), false],
          // The first row is even, the others are one-hot.
          mixed: [...oneHot(random, 0), false],
          nearlyOneHot: [...nearlyOneHot(random), false],
          // Fifty weights near 3·10⁻⁶, which are little each and count together.
          faint: [
            random.uniform([2, 1], 0.98, 1.02),
            tf.tensor1d([0, ...new Array(50).fill(-12.7)]).expandDims(1),
            false,
          ],
          wide: [wideQ, wideK, false],
          wideScaled: [wideQ, wideK, true],
          wideSquare: [...vectors(random, 5, 5, 5), false],
          wideSquareScaled: [...vectors(random, 5, 5, 5), true],
          wideEqualKeys: [wideQ, wideK.slice(0, 1).tile([7, 1]), false],
          wideOneScaled: [...vectors(random, 1, 2, 6), true],
          many: [...many(), false],
        },
      };
    },

    checks: [
      agrees(
        {
          en: "the variance agrees with the reference where d = 1",
          es: "la varianza coincide con la referencia donde d = 1",
        },
        2,
        "scoreStatistics",
        ORDINARY_CASES,
        undefined,
        "variance",
      ),
      agrees(
        {
          en: "the entropy agrees with the reference where d = 1",
          es: "la entropía coincide con la referencia donde d = 1",
        },
        2,
        "scoreStatistics",
        UNEVEN_CASES,
        undefined,
        "entropy",
      ),
      agrees(
        {
          en: "jacobianNorm agrees with the reference where d = 1",
          es: "jacobianNorm coincide con la referencia donde d = 1",
        },
        2,
        "scoreStatistics",
        ORDINARY_CASES,
        undefined,
        "jacobianNorm",
      ),
      together(
        agrees(oneHotRows, 1, "scoreStatistics", ONE_HOT_CASES, EXTREME, "entropy"),
        agrees(oneHotRows, 1, "scoreStatistics", ONE_HOT_CASES, EXTREME, "jacobianNorm"),
      ),
      agrees(
        {
          en: "agrees with the reference for wider vectors, divided by √d only where scaled says so",
          es: "coincide con la referencia con vectores más anchos, divididos entre √d solo si scaled lo pide",
        },
        2,
        "scoreStatistics",
        WIDE_CASES,
      ),
      law(
        {
          en: "the variance is near d and large scores saturate; scaled, nothing depends on d",
          es: "la varianza ronda d y lo grande satura; con escala, nada depende de d",
        },
        1,
        "scoreStatistics",
        "many",
        (ask, [q, k]) => {
          const at = (d: number, scaled: boolean) => ask.scoreStatistics(columns(q, d), columns(k, d), scaled);
          const [narrow, wide] = [at(16, false), at(256, false)];
          const saturated = [oneHot(always(), 1), nearlyOneHot(always())].map((some) =>
            ask.scoreStatistics(...some, false),
          );
          const [narrowScaled, wideScaled] = [at(16, true), at(256, true)];
          return [
            isNear(narrow.variance, 16, {
              en: "the unscaled variance at d = 16",
              es: "la varianza sin escala en d = 16",
            }),
            isNear(wide.variance, 256, {
              en: "the unscaled variance at d = 256",
              es: "la varianza sin escala en d = 256",
            }),
            isNear(narrowScaled.variance, 1, {
              en: "the scaled variance at d = 16",
              es: "la varianza con escala en d = 16",
            }),
            isNear(wideScaled.variance, 1, {
              en: "the scaled variance at d = 256",
              es: "la varianza con escala en d = 256",
            }),
            ...(["entropy", "jacobianNorm"] as const).flatMap((name) => [
              ...[wide, ...saturated].map((statistics) =>
                holds(
                  op.less(statistics[name], narrow[name]),
                  {
                    en: `the unscaled ${name} is {0} where scores are larger than at d = 16, and there {1}: expected it to fall`,
                    es: `${name} sin escala es {0} donde las puntuaciones son mayores que en d = 16, y ahí {1}: debería bajar`,
                  },
                  { shows: [statistics[name], narrow[name]] },
                ),
              ),
              isNear(wideScaled[name], narrowScaled[name], {
                en: `the scaled ${name} at d = 256, against that at d = 16,`,
                es: `${name} con escala en d = 256, frente al de d = 16,`,
              }),
            ]),
          ];
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
          scoreStatistics: changed(({ variance }, { size }) => ({
            variance: (variance * size) / Math.max(size - 1, 1),
          })),
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
      "norm-not-clamped": {
        variant: {
          scoreStatistics: changed((_, scores) => ({
            jacobianNorm: first(squaredNorms(stableSoftmax(scores)).sqrt().mean()),
          })),
        },
        hint: {
          en: "This is the root of a number below 0. In a row that is nearly one-hot, Σp² − 2Σp³ + (Σp²)² is nearly 1 − 2 + 1, and rounding may leave it on either side of 0: take maximum(0) before the root.",
          es: "Esta es la raíz de un número menor que 0. En una fila casi one-hot, Σp² − 2Σp³ + (Σp²)² es casi 1 − 2 + 1, y el redondeo puede dejarlo a cualquier lado del 0: aplica maximum(0) antes de la raíz.",
        },
      },
      "norm-squared": {
        variant: {
          scoreStatistics: changed((_, scores) => ({
            jacobianNorm: first(squaredNorms(stableSoftmax(scores)).mean()),
          })),
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
  };
});

/** Queries [n, d] and keys [m, d]. Their scores stay near ±1, where float32 gives the norm to 4 digits. */
function vectors(random: Random, n: number, m: number, d: number): [q: tf.Tensor, k: tf.Tensor] {
  return [random.normal([n, d], 0.8), random.normal([m, d], 0.8)];
}

/**
 * Queries whose score for one of two keys is near 1000 and for the other near −1000; that of the first, `times` so much.
 * The width is 1: the keys are 1 and −1, and the sign of a query chooses.
 */
function oneHot(random: Random, times: number): [q: tf.Tensor, k: tf.Tensor] {
  const lengths = random.uniform([3, 1], 800, 1200).mul(tf.tensor2d([[times], [1], [-1]]));
  return [lengths, tf.tensor2d([[1], [-1]])];
}

/**
 * Queries whose score for one key is 8 to 16 above that for the others: for many of the rows float32 makes
 * 1 − 2 + 1 of the norm, a little above zero or a little below.
 */
function nearlyOneHot(random: Random): [q: tf.Tensor, k: tf.Tensor] {
  const lengths = tf.linspace(4, 8, 40).expandDims(1); // [40, 1]
  const chosen = random.integer(0, 4);
  return [lengths, tf.tensor2d(Array.from({ length: 5 }, (_, key) => [key === chosen ? 1 : -1]))];
}

/** The same numbers on every seed: near a law of large numbers, a slip must not pass on some seeds and fail on others. */
const always = (): Random => randomOf(0, "2.2 always");

function many(): [q: tf.Tensor, k: tf.Tensor] {
  const random = always();
  return [random.normal([64, 256]), random.normal([64, 256])];
}

/** The first d columns, scaled to a mean square of exactly 1. */
function columns(x: tf.Tensor, d: number): tf.Tensor {
  const some = x.slice([0, 0], [-1, d]);
  return some.div(some.square().mean().sqrt());
}

/** A number is within 15 % of another. */
function isNear(got: Term, due: Term | number, what: Text): Relation {
  const number = op.add(due, 0);
  return holds(
    op.lessEqual(op.abs(op.sub(got, due)), op.abs(op.mul(due, 0.15))),
    {
      en: `${what.en} is {0}, expected near {1}, within 15 %`,
      es: `${what.es} es {0}; se esperaba cerca de {1}, con un margen de 15 %`,
    },
    { shows: [got, number] },
  );
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
