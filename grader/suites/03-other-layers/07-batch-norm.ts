import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, holds, ORDINARY, op, type Random, suite, together } from "#grader/suite/index.js";
import { batchNorm } from "#reference";
import type { BatchNorm, BatchStatistics, NormParams } from "../../../exercises/types.js";

/** Ordinary batches. */
const TRAINED = [
  "train",
  "trainSquare",
  "trainTwoExamples",
  "trainMomentum",
  "trainMomentumZero",
  "trainEps",
  "trainEpsZero",
  "trainOneColumn",
  "trainSmall",
];

export const batchNormSuite = suite("3.7", { batchNorm })(({ agrees, law, refuses }) => {
  const oneExample = {
    en: "one example is refused in train and fine in eval",
    es: "un solo ejemplo se rechaza en train y está bien en eval",
  };

  return {
    cases: (random) => ({
      batchNorm: {
        train: [apart(random, [5, 3]), norm(random, 3), gathered(random, 3), "train"],
        trainSquare: [apart(random, [4, 4]), norm(random, 4), gathered(random, 4), "train"],
        trainTwoExamples: [apart(random, [2, 3]), norm(random, 3), gathered(random, 3), "train"],
        trainMomentum: [apart(random, [3, 4]), norm(random, 4), gathered(random, 4), "train", 0.6],
        trainEps: [random.normal([5, 3]), norm(random, 3), gathered(random, 3), "train", 0.8, 0.1],
        // Nothing of the old statistics, and nothing under the root: 0 is a number like any other.
        trainMomentumZero: [apart(random, [3, 4]), norm(random, 4), gathered(random, 4), "train", 0],
        trainEpsZero: [apart(random, [5, 3]).mul(0.01), norm(random, 3), gathered(random, 3), "train", 0.8, 0],
        trainOneColumn: [apart(random, [5, 1]), norm(random, 1), gathered(random, 1), "train"],
        trainSmall: [random.normal([5, 3], 0.1), norm(random, 3), gathered(random, 3), "train"],
        eval: [random.normal([5, 3], 2), norm(random, 3), gathered(random, 3), "eval"],
        evalSquare: [random.normal([4, 4], 2), norm(random, 4), gathered(random, 4), "eval"],
        evalEps: [random.normal([5, 3]), norm(random, 3), gathered(random, 3), "eval", 0.8, 0.1],
        evalEpsZero: [random.normal([5, 3]), norm(random, 3), little(random, 3), "eval", 0.8, 0],
        evalOneExample: [random.normal([1, 3], 2), norm(random, 3), gathered(random, 3), "eval"],
        // The mean is large against the deviation; its columns lie near +1000, −1000 and 0.
        extreme: [far(random.normal([5, 3])), norm(random, 3), gathered(random, 3), "train"],
        trainOneExample: [random.normal([1, 3]), norm(random, 3), gathered(random, 3), "train"],
      },
    }),

    checks: [
      agrees(
        { en: "the output agrees with the reference in train", es: "la salida coincide con la referencia en train" },
        2,
        "batchNorm",
        TRAINED,
        ORDINARY,
        "output",
      ),
      agrees(
        {
          en: "the running statistics agree with the reference in train",
          es: "las estadísticas acumuladas coinciden con la referencia en train",
        },
        1,
        "batchNorm",
        TRAINED,
        ORDINARY,
        "running",
      ),
      agrees({ en: "agrees with the reference in eval", es: "coincide con la referencia en eval" }, 2, "batchNorm", [
        "eval",
        "evalSquare",
        "evalEps",
        "evalEpsZero",
        "evalOneExample",
      ]),
      agrees(
        { en: "keeps its digits with columns near ±1000", es: "conserva sus dígitos con columnas cerca de ±1000" },
        1,
        "batchNorm",
        ["extreme"],
        EXTREME,
      ),
      law(
        {
          en: "train: each column gets the mean beta and the variance gamma²",
          es: "train: cada columna queda con media beta y varianza gamma²",
        },
        1,
        "batchNorm",
        "train",
        (ask, [x, p, running]) => {
          const loose = { absolute: 1e-4, relative: 1e-3 }; // eps shows a little
          const { output } = ask.batchNorm(x, p, running, "train");
          const [mean, centred] = [op.mean(output, 0), op.sub(output, op.mean(output, 0))];
          return [
            close(mean, p.beta, { en: "the means of the columns", es: "las medias de las columnas" }, loose),
            close(
              op.mean(op.square(centred), 0),
              p.gamma.square(),
              { en: "the variances of the columns", es: "las varianzas de las columnas" },
              loose,
            ),
          ];
        },
      ),
      law(
        {
          en: "train: the examples of a batch depend on each other; eval: they do not",
          es: "train: los ejemplos de un lote dependen unos de otros; eval: no",
        },
        2,
        "batchNorm",
        "train",
        (ask, [x, p, running], random) => {
          const changed = tf.concat([x.slice(0, 4), random.normal([1, 3], 5)]); // another last example
          const others = (all: tf.Tensor, mode: "train" | "eval") =>
            op.slice(ask.batchNorm(all, p, running, mode).output, [0], [4]);
          const alone = ask.batchNorm(x.slice(1, 1), p, running, "eval");
          const moved = op.max(op.abs(op.sub(others(changed, "train"), others(x, "train"))));
          return [
            holds(op.greater(moved, 1e-3), {
              en: "the other examples stay as they are in train when one changes: mean and variance are those of the batch",
              es: "en train los demás ejemplos quedan igual al cambiar uno: media y varianza son las del lote",
            }),
            close(others(changed, "eval"), others(x, "eval"), {
              en: "the other examples in eval after one has changed",
              es: "los demás ejemplos en eval después de cambiar uno",
            }),
            close(alone.output, op.slice(others(x, "eval"), 1, 1), {
              en: "an example alone in eval, against the same among others",
              es: "un ejemplo solo en eval, frente al mismo entre otros",
            }),
            close(alone.running.variance, running.variance, {
              en: "the running variance after eval, against what was given",
              es: "la varianza acumulada después de eval, frente a la que se dio",
            }),
          ];
        },
      ),
      together(
        refuses(oneExample, 1, "batchNorm", ["trainOneExample"]),
        agrees(oneExample, 1, "batchNorm", ["evalOneExample"]),
      ),
    ],

    mistakes: {
      "per-example": {
        variant: {
          batchNorm: (x, p, running, mode, momentum, eps = 1e-5) =>
            mode === "eval"
              ? batchNorm(x, p, running, mode, momentum, eps)
              : {
                  ...batchNorm(x, p, running, mode, momentum, eps),
                  output: standard(x, tf.moments(x, 1, true), p, eps),
                },
        },
        hint: {
          en: "This is what comes out when mean and variance are taken over the features of each example (axis 1): that is layer normalisation. Batch normalisation takes them over the examples, column by column: axis 0 (Ioffe & Szegedy 2015, algorithm 1).",
          es: "Esto es lo que sale cuando la media y la varianza se toman sobre los rasgos de cada ejemplo (eje 1): eso es normalización por capa. La normalización por lote las toma sobre los ejemplos, columna por columna: eje 0 (Ioffe & Szegedy 2015, algoritmo 1).",
        },
      },
      "unbiased-in-train": {
        variant: {
          batchNorm: inTrain((x, p, _, __, eps) => {
            const { mean, variance } = tf.moments(x, 0);
            return { output: standard(x, { mean, variance: variance.mul(unbiased(x)) }, p, eps) };
          }),
        },
        hint: {
          en: "This is what comes out when the output is divided by the root of the unbiased variance, with 1/(m − 1). In y the variance has 1/m; only what goes into the running variance gets the factor m/(m − 1) (Ioffe & Szegedy 2015, algorithms 1 and 2).",
          es: "Esto es lo que sale cuando la salida se divide entre la raíz de la varianza insesgada, con 1/(m − 1). En y la varianza lleva 1/m; solo la que entra en la varianza acumulada recibe el factor m/(m − 1) (Ioffe & Szegedy 2015, algoritmos 1 y 2).",
        },
      },
      "biased-in-running": {
        variant: {
          batchNorm: inTrain((x, _, running, momentum) => ({
            running: blended(running, tf.moments(x, 0), momentum),
          })),
        },
        hint: {
          en: "The output is right, but the running variance took σ² with 1/m. What is gathered for later estimates the variance of all data: multiply σ² by m/(m − 1) there (Ioffe & Szegedy 2015, algorithm 2).",
          es: "La salida está bien, pero la varianza acumulada tomó σ² con 1/m. Lo que se acumula para después estima la varianza de todos los datos: ahí multiplica σ² por m/(m − 1) (Ioffe & Szegedy 2015, algoritmo 2).",
        },
      },
      "eps-outside-root": {
        variant: {
          batchNorm: (x, p, running, mode, momentum, eps = 1e-5) => {
            const { mean, variance } = mode === "eval" ? running : tf.moments(x, 0);
            const output = x.sub(mean).div(variance.sqrt().add(eps)).mul(p.gamma).add(p.beta);
            return { ...batchNorm(x, p, running, mode, momentum, eps), output };
          },
        },
        hint: {
          en: "This is what comes out of √σ² + ε. The small number stands under the root: √(σ² + ε) (Ioffe & Szegedy 2015, algorithm 1).",
          es: "Esto es lo que sale de √σ² + ε. El número pequeño va dentro de la raíz: √(σ² + ε) (Ioffe & Szegedy 2015, algoritmo 1).",
        },
      },
      "eps-ignored": {
        variant: { batchNorm: (x, p, running, mode, momentum) => batchNorm(x, p, running, mode, momentum) },
        hint: {
          en: "This is what comes out when the argument eps plays no part and 1e-5 stands in its place. Add the eps that is given to the variance, under the root.",
          es: "Esto es lo que sale cuando el argumento eps no interviene y en su lugar está 1e-5. Suma a la varianza, dentro de la raíz, el eps que se recibe.",
        },
      },
      "eval-uses-batch": {
        variant: {
          batchNorm: (x, p, running, mode, momentum, eps = 1e-5) =>
            mode === "train"
              ? batchNorm(x, p, running, mode, momentum, eps)
              : { running, output: standard(x, tf.moments(x, 0), p, eps) },
        },
        hint: {
          en: "This is what comes out when eval uses the statistics of the batch: the answer to one example then depends on the company it comes in. In eval take running.mean and running.variance (Ioffe & Szegedy 2015, algorithm 2).",
          es: "Esto es lo que sale cuando eval usa las estadísticas del lote: la respuesta para un ejemplo depende entonces de quién lo acompañe. En eval toma running.mean y running.variance (Ioffe & Szegedy 2015, algoritmo 2).",
        },
      },
      "momentum-reversed": {
        variant: {
          batchNorm: (x, p, running, mode, momentum = 0.9, eps = 1e-5) =>
            batchNorm(x, p, running, mode, 1 - momentum, eps),
        },
        hint: {
          en: "This is what comes out when momentum weighs the new statistics, which is PyTorch's convention. Here it weighs the old ones: momentum·old + (1 − momentum)·new.",
          es: "Esto es lo que sale cuando momentum pesa las estadísticas nuevas, que es la convención de PyTorch. Aquí pesa las anteriores: momentum·anterior + (1 − momentum)·nueva.",
        },
      },
      "squares-minus-mean": {
        variant: {
          batchNorm: inTrain((x, p, running, momentum, eps) => {
            const mean = x.mean(0);
            const variance = x.square().mean(0).sub(mean.square());
            const added = { mean, variance: variance.mul(unbiased(x)) };
            return { output: standard(x, { mean, variance }, p, eps), running: blended(running, added, momentum) };
          }),
        },
        hint: {
          en: "This is σ² as E[x²] − μ². It is right on paper and with ordinary columns, but where the mean is large against the deviation two nearly equal numbers are subtracted and float32 keeps no digit of the difference. Subtract the mean first, then square.",
          es: "Esto es σ² calculada como E[x²] − μ². En papel y con columnas comunes es correcto, pero donde la media es grande frente a la desviación se restan dos números casi iguales y float32 no conserva ni un dígito de la diferencia. Resta primero la media y después eleva al cuadrado.",
        },
      },
    },

    routes: {
      "in plain numbers": {
        batchNorm: (x, p, running, mode, momentum = 0.9, eps = 1e-5) => {
          const rows = x.arraySync() as number[][];
          if (mode === "train" && rows.length === 1) throw new RangeError("one example");
          const [gamma, beta] = [p.gamma.dataSync(), p.beta.dataSync()];
          const [oldMean, oldVariance] = [running.mean.dataSync(), running.variance.dataSync()];
          const m = rows.length;
          const output = rows.map((row) => [...row]);
          const [newMean, newVariance]: [number[], number[]] = [[], []];
          for (let j = 0; j < gamma.length; j++) {
            const column = rows.map((row) => row[j] ?? 0);
            const own = column.reduce((sum, entry) => sum + entry, 0) / m;
            const spread = column.reduce((sum, entry) => sum + (entry - own) ** 2, 0) / m;
            const [mean, variance] = mode === "train" ? [own, spread] : [oldMean[j] ?? 0, oldVariance[j] ?? 0];
            for (const [i, entry] of column.entries()) {
              (output[i] as number[])[j] =
                ((gamma[j] ?? 0) * (entry - mean)) / Math.sqrt(variance + eps) + (beta[j] ?? 0);
            }
            newMean.push(momentum * (oldMean[j] ?? 0) + (1 - momentum) * own);
            newVariance.push(momentum * (oldVariance[j] ?? 0) + ((1 - momentum) * spread * m) / (m - 1));
          }
          const kept = mode === "eval" ? running : { mean: tf.tensor1d(newMean), variance: tf.tensor1d(newVariance) };
          return { output: tf.tensor2d(output), running: kept };
        },
      },
      "moments, the factors joined first, tidied": {
        batchNorm: (x, p, running, mode, momentum = 0.9, eps = 1e-5) => {
          const [m = 0] = x.shape;
          if (mode === "train" && m < 2) throw new RangeError("one example");
          const done = tf.tidy(() => {
            const { mean, variance } = mode === "eval" ? running : tf.moments(x, 0);
            const factor = p.gamma.div(tf.sqrt(variance.add(eps))); // [d]
            const output = x.sub(mean).mul(factor).add(p.beta);
            if (mode === "eval") return { output, mean: mean.clone(), variance: variance.clone() };
            const added = { mean, variance: variance.mul(m).div(m - 1) };
            return { output, ...blended(running, added, momentum) };
          });
          return { output: done.output, running: { mean: done.mean, variance: done.variance } };
        },
      },
      "tf.batchNorm; the running statistics moved a step towards the new ones": {
        batchNorm: (x, p, running, mode, momentum = 0.9, eps = 1e-5) => {
          const { mean, variance } = mode === "eval" ? running : tf.moments(x, 0);
          const output = tf.batchNorm(
            x as tf.Tensor2D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            p.beta as tf.Tensor1D,
            p.gamma as tf.Tensor1D,
            eps,
          );
          if (mode === "eval") return { output, running };
          const [m = 0] = x.shape;
          if (m === 1) throw new RangeError("one example");
          const step = (old: tf.Tensor, now: tf.Tensor) => old.add(now.sub(old).mul(1 - momentum));
          const wide = x
            .sub(mean)
            .square()
            .sum(0)
            .div(m - 1);
          return { output, running: { mean: step(running.mean, mean), variance: step(running.variance, wide) } };
        },
      },
      "column by column": {
        batchNorm: (x, p, running, mode, momentum = 0.9, eps = 1e-5) => {
          const [m = 0, d = 0] = x.shape;
          if (mode === "train" && m < 2) throw new RangeError("one example");
          const parts = Array.from({ length: d }, (_, j) => {
            const one = (values: tf.Tensor) => values.slice(j, 1);
            const statistics = { mean: one(running.mean), variance: one(running.variance) };
            const weights = { gamma: one(p.gamma), beta: one(p.beta) };
            return batchNorm(x.slice([0, j], [-1, 1]), weights, statistics, mode, momentum, eps);
          });
          return {
            output: tf.concat(
              parts.map(({ output }) => output),
              1,
            ),
            running: {
              mean: tf.concat(parts.map(({ running: { mean } }) => mean)),
              variance: tf.concat(parts.map(({ running: { variance } }) => variance)),
            },
          };
        },
      },
    },
  };
});

const norm = (random: Random, d: number): NormParams => ({
  gamma: random.uniform([d], 0.5, 2),
  beta: random.normal([d]),
});

/** Running statistics that are far from those of the batches. */
const gathered = (random: Random, d: number): BatchStatistics => ({
  mean: random.uniform([d], 1, 3),
  variance: random.uniform([d], 0.3, 0.8),
});

/**
 * Columns near +1000, −1000 and 0 with the variance 0.09. There float32 knows E[x²] and μ² to 0.06 each, so that their
 * difference is off by a third at least.
 */
function far(x: tf.Tensor): tf.Tensor {
  return standardised(x)
    .mul(0.3)
    .add(tf.tensor1d([1000, -1000, 0]));
}

/** A few examples that are never close to each other: float32 tells equal from nearly equal ones by chance. */
function apart(random: Random, [m, d]: readonly [number, number]): tf.Tensor {
  return standardised(random.normal([m, d]))
    .mul(random.uniform([d], 0.5, 3))
    .add(random.normal([d]));
}

/** Columns of mean 0 and variance 1. */
function standardised(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, 0);
  return x.sub(mean).div(variance.sqrt());
}

const unbiased = (x: tf.Tensor): number => (x.shape[0] ?? 0) / ((x.shape[0] ?? 0) - 1);

function standard(x: tf.Tensor, { mean, variance }: BatchStatistics, p: NormParams, eps: number): tf.Tensor {
  return x.sub(mean).div(variance.add(eps).sqrt()).mul(p.gamma).add(p.beta);
}

function blended(old: BatchStatistics, now: BatchStatistics, momentum: number): BatchStatistics {
  const mix = (a: tf.Tensor, b: tf.Tensor) => a.mul(momentum).add(b.mul(1 - momentum));
  return { mean: mix(old.mean, now.mean), variance: mix(old.variance, now.variance) };
}

/** The reference, part of whose answer in train is another one. */
function inTrain(
  other: (x: tf.Tensor, p: NormParams, running: BatchStatistics, momentum: number, eps: number) => Partial<BatchNorm>,
): typeof batchNorm {
  return (x, p, running, mode, momentum = 0.9, eps = 1e-5) => ({
    ...batchNorm(x, p, running, mode, momentum, eps),
    ...(mode === "train" && other(x, p, running, momentum, eps)),
  });
}

/** Running statistics so small that an eps shows. */
const little = (random: Random, d: number): BatchStatistics => ({
  mean: random.normal([d]),
  variance: random.uniform([d], 1e-4, 1e-3),
});
