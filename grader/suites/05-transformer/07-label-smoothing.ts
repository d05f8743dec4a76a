import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, type Random, suite } from "#grader/suite/index.js";
import { smoothedCrossEntropy } from "#reference";

export const labelSmoothingSuite = suite("5.7", { smoothedCrossEntropy })(({ agrees, gradientsAgree, law }) => ({
  cases: (random) => ({
    smoothedCrossEntropy: {
      plain: [random.normal([5, 11]), draw(random, 5, 11), 0],
      plainSquare: [random.normal([4, 4]), draw(random, 4, 4), 0],
      plainPadded: [...trained(random, [4, 2, 0, 2, 1], 7, 2), 0, 2],
      smoothed: [random.normal([5, 11], 2), draw(random, 5, 11), 0.1],
      smoothedSquare: [random.normal([4, 4], 2), draw(random, 4, 4), 0.3],
      strong: [...trained(random, [3, 5, 1], 6, 0), 0.5],
      sharesAlone: [random.normal([4, 6], 2), draw(random, 4, 6), 1],
      oneRow: [random.normal([1, 5], 2), tf.tensor1d([2], "int32"), 0.2],
      padded: [...trained(random, [3, 5, 0, 1, 0, 2], 7, 0), 0.4, 0],
      paddedSquare: [...trained(random, [2, 0, 3, 0], 4, 0), 0.3, 0],
      // Any id may be the one that fills, and need not be at the end.
      otherPad: [...trained(random, [4, 0, 3, 3, 1], 5, 4), 0.4, 4],
      padAbsent: [...trained(random, [3, 5, 1, 2], 7, 0), 0.1, 0],
      // Exactly one row that counts: dividing by two at least would halve the loss.
      oneCounts: [...trained(random, [0, 3, 0], 5, 0), 0.2, 0],
      onlyPad: [random.normal([3, 6]), tf.tensor1d([4, 4, 4], "int32"), 0.1, 4],
      // Whole rows far away, and logits far from each other within a row, where softmax rounds to 0 and 1.
      shifted: [shiftedBy(random, [1000, 0, -1000, 1000]), tf.tensor1d([5, 1, 0, 3], "int32"), 0.1, 3],
      spread: [spreadOut(random), tf.tensor1d([0, 3, 1], "int32"), 0.1],
      spreadPlain: [spreadOut(random), tf.tensor1d([0, 3, 2], "int32"), 0],
      spreadWrong: [spreadOut(random), tf.tensor1d([1, 0, 4], "int32"), 0],
    },
  }),

  checks: [
    agrees(
      { en: "with eps = 0 it is plain cross-entropy", es: "con eps = 0 es la entropía cruzada de siempre" },
      2,
      "smoothedCrossEntropy",
      ["plain", "plainSquare", "plainPadded"],
    ),
    agrees(
      { en: "agrees with the reference with smoothed targets", es: "coincide con la referencia al suavizar" },
      3,
      "smoothedCrossEntropy",
      ["smoothed", "smoothedSquare", "strong", "sharesAlone", "oneRow"],
    ),
    agrees(
      {
        en: "leaves rows of padding out, and is 0 when there are no others",
        es: "deja fuera las filas de relleno, y vale 0 cuando no hay otras",
      },
      3,
      "smoothedCrossEntropy",
      ["padded", "paddedSquare", "otherPad", "padAbsent", "oneCounts", "onlyPad"],
    ),
    agrees(
      { en: "stays finite and right at logits of ±1000", es: "sigue finita y correcta con logits de ±1000" },
      2,
      "smoothedCrossEntropy",
      ["shifted", "spread", "spreadPlain", "spreadWrong"],
      EXTREME,
    ),
    law(
      {
        en: "its minimum is the entropy of q, and it equals tf.losses.softmaxCrossEntropy",
        es: "su mínimo es la entropía de q, y es igual a tf.losses.softmaxCrossEntropy",
      },
      2,
      "smoothedCrossEntropy",
      "smoothed",
      (ask, [logits, targets], random) => {
        const cases = [
          [8, 0.1, 0.46698],
          [5, 0.5, entropyOf(5, 0.5)],
        ] as const;
        const minima = cases.map(([classes, eps, entropy]) => {
          const rows = draw(random, 3, classes);
          const best = tf
            .oneHot(rows, classes)
            .mul(1 - eps)
            .add(eps / classes); // q itself
          return close(ask.smoothedCrossEntropy(best.log(), rows, eps), tf.scalar(entropy), {
            en: `the loss of logits ln q, V = ${classes} and eps = ${eps}, against the entropy of q`,
            es: `la pérdida con logits ln q, V = ${classes} y eps = ${eps}, frente a la entropía de q`,
          });
        });
        const expected = tf.losses.softmaxCrossEntropy(tf.oneHot(targets, 11), logits, 1, 0.2) as tf.Tensor;
        return [
          ...minima,
          close(ask.smoothedCrossEntropy(logits, targets, 0.2), expected, {
            en: "the loss with eps = 0.2, against tf.losses.softmaxCrossEntropy",
            es: "la pérdida con eps = 0.2, frente a tf.losses.softmaxCrossEntropy",
          }),
        ];
      },
    ),
    gradientsAgree(
      {
        en: "its gradient is (softmax − q)/(rows that count), and 0 in rows of padding",
        es: "su gradiente es (softmax − q)/(filas que cuentan), y 0 en las filas de relleno",
      },
      3,
      "smoothedCrossEntropy",
      ["plain", "smoothed", "strong", "padded", "otherPad"],
    ),
  ],

  mistakes: {
    "double-softmax": {
      variant: {
        smoothedCrossEntropy: (logits, targets, eps, pad) =>
          smoothedCrossEntropy(tf.softmax(logits), targets, eps, pad),
      },
      hint: {
        en: "This is what comes out when softmax is taken twice: probabilities lie between 0 and 1, and as logits they can never tell the classes apart, so the loss stays high however sure the model is. Take the log-softmax of the logits, once.",
        es: "Esto es lo que sale al aplicar softmax dos veces: las probabilidades están entre 0 y 1, y como logits nunca logran separar las clases, así que la pérdida queda alta por muy seguro que esté el modelo. Toma el log-softmax de los logits, una sola vez.",
      },
    },
    "eps-over-v-minus-two": {
      variant: {
        smoothedCrossEntropy: withTargets((right, eps, pad) => {
          const [, classes = 0] = right.shape;
          const share = right.mul(1 - eps).add(tf.sub(1, right).mul(eps / (classes - 2)));
          return pad === undefined ? share : share.mul(tf.sub(1, tf.oneHot(pad, classes)));
        }),
      },
      hint: {
        en: "This is what comes out when ε is shared by V − 2 classes, all but the right one and padding. Here every class gets ε/V, the right one and padding included; pad only takes rows away (Szegedy et al. 2016, §7).",
        es: "Esto es lo que sale al repartir ε entre V − 2 clases, todas menos la correcta y el relleno. Aquí cada clase recibe ε/V, también la correcta y el relleno; pad solo quita filas (Szegedy et al. 2016, §7).",
      },
    },
    "eps-over-v-minus-one": {
      variant: {
        smoothedCrossEntropy: withTargets((right, eps) =>
          right.mul(1 - eps).add(tf.sub(1, right).mul(eps / ((right.shape[1] ?? 0) - 1))),
        ),
      },
      hint: {
        en: "This is what comes out when ε is shared by the V − 1 wrong classes. Here every class gets ε/V, the right one too: it ends up with 1 − ε + ε/V (Szegedy et al. 2016, §7).",
        es: "Esto es lo que sale al repartir ε entre las V − 1 clases incorrectas. Aquí cada clase recibe ε/V, también la correcta, que queda con 1 − ε + ε/V (Szegedy et al. 2016, §7).",
      },
    },
    "pad-column-emptied": {
      variant: { smoothedCrossEntropy: withTargets(withoutColumn) },
      hint: {
        en: "The rows of padding are left out as they should be, but pad also lost its share in the others. Here every class gets ε/V, padding included; pad only takes rows away.",
        es: "Las filas de relleno quedan fuera, como debe ser, pero pad perdió además su parte en las otras. Aquí cada clase recibe ε/V, también el relleno; pad solo quita filas.",
      },
    },
    "pad-column-instead-of-rows": {
      variant: {
        smoothedCrossEntropy: (logits, targets, eps, pad) =>
          withTargets((right, share) => withoutColumn(right, share, pad))(logits, targets, eps),
      },
      hint: {
        en: "This is what comes out when the column of pad is set to 0, and the rows whose target is pad stay in the mean. It is the other way round: those rows are left out, and the class pad keeps its ε/V in the others.",
        es: "Esto es lo que sale al poner en 0 la columna de pad y dejar en el promedio las filas cuyo objetivo es pad. Es al revés: esas filas quedan fuera, y la clase pad conserva su ε/V en las demás.",
      },
    },
    "pads-counted": {
      variant: { smoothedCrossEntropy: (logits, targets, eps) => smoothedCrossEntropy(logits, targets, eps) },
      hint: {
        en: "This is what comes out when rows of padding count like the others: the model would be trained to say padding. Leave out the rows whose target is pad, also where pad is 0.",
        es: "Esto es lo que sale cuando las filas de relleno cuentan como las demás: el modelo se entrenaría para decir relleno. Deja fuera las filas cuyo objetivo es pad, también cuando pad es 0.",
      },
    },
    "divided-by-all-rows": {
      variant: {
        smoothedCrossEntropy: reduced((losses, counts) => losses.mul(counts).mean()),
      },
      hint: {
        en: "This is what comes out when rows of padding are set to 0 and then averaged with the others: the more padding, the smaller the loss. Divide the sum by the number of rows that count.",
        es: "Esto es lo que sale al poner en 0 las filas de relleno y promediarlas con las demás: cuanto más relleno, menor es la pérdida. Divide la suma entre el número de filas que cuentan.",
      },
    },
    "zero-rows": {
      variant: { smoothedCrossEntropy: reduced((losses, counts) => losses.mul(counts).sum().div(counts.sum())) },
      hint: {
        en: "This is what comes out of 0/0 when every row is padding. The loss is then 0: divide by at least 1.",
        es: "Esto es lo que sale de 0/0 cuando todas las filas son relleno. La pérdida vale entonces 0: divide como mínimo entre 1.",
      },
    },
    sum: {
      variant: { smoothedCrossEntropy: reduced((losses, counts) => losses.mul(counts).sum()) },
      hint: {
        en: "This is the sum of the losses of the rows: it grows with the size of the batch. Divide by the number of rows that count.",
        es: "Esta es la suma de las pérdidas de las filas: crece con el tamaño del lote. Divide entre el número de filas que cuentan.",
      },
    },
    kl: {
      variant: {
        smoothedCrossEntropy: (logits, targets, eps, pad) => {
          const [, classes = 0] = logits.shape;
          const some = pad === undefined || (targets.dataSync() as Int32Array).some((target) => target !== pad);
          return smoothedCrossEntropy(logits, targets, eps, pad).sub(some ? entropyOf(classes, eps) : 0);
        },
      },
      hint: {
        en: "This is the Kullback–Leibler divergence: the entropy of q was subtracted, and the minimum is 0. The gradient is the same, but what is asked for is the cross-entropy itself: −Σ q·log softmax(logits).",
        es: "Esta es la divergencia de Kullback–Leibler: se restó la entropía de q, y el mínimo es 0. El gradiente es el mismo, pero aquí se pide la propia entropía cruzada: −Σ q·log softmax(logits).",
      },
    },
    "log-of-softmax": {
      variant: {
        smoothedCrossEntropy: withTargets(
          (right, eps) => right.mul(1 - eps).add(eps / (right.shape[1] ?? 1)),
          (logits) => tf.softmax(logits).log(),
        ),
      },
      hint: {
        en: "This is what comes out of softmax first and the logarithm after: where softmax rounds to 0, its logarithm is −∞, and 0·(−∞) is NaN. Take both in one: tf.logSoftmax, or logits − tf.logSumExp of each row.",
        es: "Esto es lo que sale al tomar primero softmax y después el logaritmo: donde softmax se redondea a 0, su logaritmo es −∞, y 0·(−∞) es NaN. Haz las dos cosas a la vez: tf.logSoftmax, o logits − tf.logSumExp de cada fila.",
      },
    },
  },

  routes: {
    "the smoothed targets written down": {
      smoothedCrossEntropy: withTargets((right, eps) => right.mul(1 - eps).add(eps / (right.shape[1] ?? 1))),
    },
    "1 − ε of the plain loss, and ε of the mean over the classes": {
      smoothedCrossEntropy: (logits, targets, eps, pad) => {
        const [, classes = 0] = logits.shape;
        const logs = logits.sub(tf.logSumExp(logits, 1, true)); // [N, V]
        const right = tf.oneHot(targets, classes).cast("bool");
        const ofTarget = tf.where(right, logs, 0).sum(1).neg(); // [N]
        return meanOver(ofTarget.mul(1 - eps).add(logs.mean(1).neg().mul(eps)), targets, pad);
      },
    },
    "only the rows that count, gathered; tidied": {
      smoothedCrossEntropy: (logits, targets, eps, pad) =>
        tf.tidy(() => {
          const words = Array.from(targets.dataSync());
          const kept = words.flatMap((word, row) => (word === pad ? [] : [row]));
          if (kept.length === 0) return tf.scalar(0);
          const rows = tf.tensor1d(kept, "int32");
          return smoothedCrossEntropy(tf.gather(logits, rows), tf.gather(targets, rows), eps);
        }),
    },
    "row by row": {
      smoothedCrossEntropy: (logits, targets, eps, pad) => {
        const [, classes = 0] = logits.shape;
        const words = Array.from(targets.dataSync());
        let total: tf.Tensor = tf.scalar(0);
        let rows = 0;
        for (const [n, word] of words.entries()) {
          if (word === pad) continue;
          const row = logits.slice([n, 0], [1, classes]).reshape([classes]);
          const logs = row.sub(row.max()).sub(row.sub(row.max()).exp().sum().log()); // [V]
          const q = tf.tensor1d(Array.from({ length: classes }, (_, j) => eps / classes + (j === word ? 1 - eps : 0)));
          total = total.sub(tf.dot(q, logs));
          rows++;
        }
        return total.div(Math.max(rows, 1));
      },
    },
    "a weight for each entry, one sum over all": {
      smoothedCrossEntropy: (logits, targets, eps, pad) => {
        const [, classes = 0] = logits.shape;
        const counts = countsOf(targets, pad);
        const q = tf
          .oneHot(targets, classes)
          .mul(1 - eps)
          .add(eps / classes); // [N, V]
        const weights = q.mul(counts.div(counts.sum().maximum(1)).expandDims(1)); // [N, V]
        return tf.sum(weights.mul(tf.logSoftmax(logits))).neg();
      },
    },
  },
}));

/** Targets from 0 to V − 1. */
function draw(random: Random, rows: number, classes: number): tf.Tensor {
  const ids = Array.from({ length: rows }, () => random.integer(0, classes - 1));
  return tf.tensor1d(ids, "int32");
}

/** Logits of a model that has learnt something: high for the targets, low for `pad`, which tells kinds of smoothing apart. */
function trained(
  random: Random,
  words: number[],
  classes: number,
  pad: number,
): [logits: tf.Tensor, targets: tf.Tensor] {
  const targets = tf.tensor1d(words, "int32");
  const low = tf.oneHot(pad, classes).mul(-3); // [V]
  const high = tf.oneHot(targets, classes).mul(3); // [N, V]
  return [random.normal([words.length, classes], 0.5).add(high).add(low), targets];
}

function shiftedBy(random: Random, shifts: number[]): tf.Tensor {
  return random.normal([shifts.length, 6]).add(tf.tensor2d(shifts, [shifts.length, 1]));
}

function spreadOut(random: Random): tf.Tensor {
  const far = tf.tensor2d([
    [1000, -1000, 0, -1000, 0],
    [-1000, 0, -1000, 1000, -1000],
    [0, 0, 1000, 0, -1000],
  ]);
  return random.normal([3, 5]).add(far);
}

/** The entropy of q: one class has 1 − ε + ε/V, the others ε/V. */
function entropyOf(classes: number, eps: number): number {
  const rest = eps / classes;
  const top = 1 - eps + rest;
  return -top * Math.log(top) - (rest > 0 ? (classes - 1) * rest * Math.log(rest) : 0);
}

/** 1 where a row counts: [N] */
function countsOf(targets: tf.Tensor, pad: number | undefined): tf.Tensor {
  return pad === undefined ? tf.ones(targets.shape) : tf.notEqual(targets, pad).cast("float32");
}

function meanOver(losses: tf.Tensor, targets: tf.Tensor, pad: number | undefined): tf.Tensor {
  const counts = countsOf(targets, pad);
  return losses.mul(counts).sum().div(counts.sum().maximum(1));
}

/** Smoothed targets with 0 in the column of padding. */
function withoutColumn(right: tf.Tensor, eps: number, pad?: number): tf.Tensor {
  const [, classes = 0] = right.shape;
  const q = right.mul(1 - eps).add(eps / classes); // [N, V]
  return pad === undefined ? q : q.mul(tf.sub(1, tf.oneHot(pad, classes)));
}

/** The loss for other smoothed targets, made from the right ones [N, V], or with other log-probabilities. */
function withTargets(
  smooth: (right: tf.Tensor, eps: number, pad?: number) => tf.Tensor,
  logsOf: (logits: tf.Tensor) => tf.Tensor = (logits) => tf.logSoftmax(logits),
): typeof smoothedCrossEntropy {
  return (logits, targets, eps, pad) => {
    const right = tf.oneHot(targets, logits.shape[1] ?? 0).cast("float32"); // [N, V]
    return meanOver(smooth(right, eps, pad).mul(logsOf(logits)).sum(1).neg(), targets, pad);
  };
}

/** The loss with its rows put together otherwise, from their losses and which of them count. */
function reduced(reduce: (losses: tf.Tensor, counts: tf.Tensor) => tf.Tensor): typeof smoothedCrossEntropy {
  return (logits, targets, eps, pad) => {
    const [, classes = 0] = logits.shape;
    const q = tf
      .oneHot(targets, classes)
      .mul(1 - eps)
      .add(eps / classes); // [N, V]
    return reduce(q.mul(tf.logSoftmax(logits)).sum(1).neg(), countsOf(targets, pad));
  };
}
