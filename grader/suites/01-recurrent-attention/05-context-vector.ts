import * as tf from "@tensorflow/tfjs";
import { close, distribution, holds, mask as maskOf, op, type Random, suite, together } from "#grader/suite/index.js";
import { contextVector, stableSoftmax } from "#reference";
import type { Context } from "../../../exercises/types.js";

export const contextVectorSuite = suite("1.5", { contextVector })(({ agrees, staysFinite, law }) => ({
  cases: (random) => ({
    contextVector: {
      plain: [random.normal([3, 5]), random.normal([3, 5, 4])],
      square: [random.normal([4, 4]), random.normal([4, 4, 4])],
      padded: [random.normal([3, 5]), random.normal([3, 5, 4]), padding([5, 2, 3], 5)],
      paddedSquare: [random.normal([4, 4]), random.normal([4, 4, 4]), padding([2, 4, 1, 3], 4)],
      // Not only padding at the end: any position may be masked.
      holes: [random.normal([2, 5]), random.normal([2, 5, 4]), maskOf(["01101", "10110"])],
      allAllowed: [random.normal([2, 5]), random.normal([2, 5, 4]), padding([5, 5], 5)],
      oneExample: [random.normal([1, 5]), random.normal([1, 5, 4])],
      oneState: [random.normal([3, 1]), random.normal([3, 1, 4])],
      oneEntry: [random.normal([3, 5]), random.normal([3, 5, 1])],
      maskedAbove: maskedAbove(random),
      // Near +1000, near −1000, and both in one row.
      extreme: [
        random.normal([3, 5]).add(tf.tensor2d([FAR.map(() => 1000), FAR.map(() => -1000), FAR])),
        random.normal([3, 5, 4]),
      ],
      nothingAllowed: [random.normal([3, 5]), random.normal([3, 5, 4]), padding([4, 0, 2], 5)],
    },
  }),

  checks: [
    agrees(
      {
        en: "agrees with the reference, with and without a mask",
        es: "coincide con la referencia, con y sin máscara",
      },
      2,
      "contextVector",
      [
        "plain",
        "square",
        "padded",
        "paddedSquare",
        "holes",
        "maskedAbove",
        "allAllowed",
        "oneExample",
        "oneState",
        "oneEntry",
      ],
    ),
    together(
      law(
        {
          en: "the weights are a distribution over what is allowed, also at scores near ±1000",
          es: "los pesos se reparten entre lo permitido, también con puntuaciones cerca de ±1000",
        },
        1,
        "contextVector",
        "padded",
        (ask, [scores, states, mask], random) => {
          const above = maskedAbove(random);
          // Allowed and masked scores of a row move together.
          const far = ask.contextVector(scores.add(tf.tensor2d([[1000], [0], [-1000]])), states, mask);
          return [
            distribution(ask.contextVector(scores, states, mask).weights, mask),
            distribution(far.weights, mask),
            distribution(ask.contextVector(...above).weights, above[2]),
            // Where the masked scores are 4·10⁶ above the others, weights that are masked and then divided by their new
            // sum are 0, or 0/0: nothing is said but that no masked one is left.
            holds(op.logicalNot(op.greater(op.where(above[2], 0, ask.contextVector(...farAbove(random)).weights), 0)), {
              en: "a position that is masked gets a weight where the scores are as large as 2·10⁶: a masked score is −1e9",
              es: "una posición enmascarada recibe peso donde las puntuaciones llegan a 2·10⁶: una puntuación enmascarada es −1e9",
            }),
          ];
        },
      ),
      law(
        { en: "without a mask as well", es: "también sin máscara" },
        1,
        "contextVector",
        "extreme",
        (ask, [scores, states]) => [distribution(ask.contextVector(scores, states).weights)],
      ),
    ),
    law(
      {
        en: "the context is the mean of the states by the weights, in whatever order they come",
        es: "el contexto es el promedio de los estados según los pesos, en cualquier orden",
      },
      1,
      "contextVector",
      "padded",
      (ask, [scores, states, mask], random) => {
        const { context, weights } = ask.contextVector(scores, states, mask);
        const order = tf.tensor1d(random.permutation(5), "int32");
        const [otherScores, otherStates] = [tf.gather(scores, order, 1), tf.gather(states, order, 1)];
        const permuted = ask.contextVector(otherScores, otherStates, mask && tf.gather(mask, order, 1));
        return [
          close(context, op.sum(op.mul(states, op.expandDims(weights, 2)), 1), {
            en: "the context, against Σ_j α_j h_j with the weights α of the answer",
            es: "el contexto, frente a Σ_j α_j h_j con los pesos α de la respuesta",
          }),
          close(permuted.context, context, {
            en: "the context of the permuted positions",
            es: "el contexto de las posiciones permutadas",
          }),
          close(permuted.weights, op.gather(weights, order, 1), {
            en: "the weights of the permuted positions",
            es: "los pesos de las posiciones permutadas",
          }),
        ];
      },
    ),
    together(
      staysFinite(
        {
          en: "a row that may attend nowhere gets finite numbers, and changes no other row",
          es: "una fila que no puede atender a nada recibe números finitos y no cambia las demás",
        },
        1,
        "contextVector",
        ["nothingAllowed"],
      ),
      law(
        { en: "the other rows", es: "las demás filas" },
        1,
        "contextVector",
        "nothingAllowed",
        (ask, [scores, states, mask]) => {
          const first = ask.contextVector(scores.slice(0, 1), states.slice(0, 1), mask?.slice(0, 1));
          const whole = ask.contextVector(scores, states, mask);
          return [
            close(op.slice(whole.context, 0, 1), first.context, {
              en: "the context of a row beside one that may attend nowhere",
              es: "el contexto de una fila junto a otra que no puede atender a nada",
            }),
          ];
        },
      ),
    ),
  ],

  mistakes: {
    "softmax-over-batch": {
      variant: {
        contextVector: (scores, states, mask) =>
          mixed(stableSoftmax(filled(scores, mask).transpose()).transpose(), states),
      },
      hint: {
        en: "This is what comes out when softmax runs over the batch (axis 0): examples that have nothing to do with each other share the weights. Normalise over the positions of each example, the last axis of the scores (Bahdanau et al. 2014, eq. 6).",
        es: "Esto es lo que sale cuando softmax recorre el lote (eje 0): los pesos se reparten entre ejemplos que no tienen nada que ver. Normaliza sobre las posiciones de cada ejemplo, el último eje de las puntuaciones (Bahdanau et al. 2014, ec. 6).",
      },
    },
    "mask-after-softmax": {
      variant: {
        contextVector: (scores, states, mask) => {
          const weights = stableSoftmax(scores);
          return mixed(mask === undefined ? weights : weights.mul(mask.cast("float32")), states);
        },
      },
      hint: {
        en: "This is what comes out when the mask multiplies the weights after softmax: those that are left no longer sum to one. Replace the masked scores by −1e9 before softmax, or divide the masked weights by their new sum.",
        es: "Esto es lo que sale cuando la máscara multiplica los pesos después de softmax: los que quedan ya no suman uno. Reemplaza las puntuaciones enmascaradas por −1e9 antes de softmax, o divide los pesos enmascarados entre su nueva suma.",
      },
    },
    "mask-inverted": {
      variant: {
        contextVector: (scores, states, mask) => mixed(stableSoftmax(filled(scores, mask?.logicalNot())), states),
      },
      hint: {
        en: "This is what comes out with the mask the other way round: the padding is attended and the states are not. True means that a state may be attended, so −1e9 goes where the mask is false: tf.where(mask, scores, -1e9).",
        es: "Esto es lo que sale con la máscara al revés: se atiende al relleno y no a los estados. Verdadero significa que se puede atender a ese estado, así que −1e9 va donde la máscara es falsa: tf.where(mask, scores, -1e9).",
      },
    },
    "raw-scores-as-weights": {
      variant: {
        contextVector: (scores, states, mask) =>
          mixed(mask === undefined ? scores : scores.mul(mask.cast("float32")), states),
      },
      hint: {
        en: "This is what comes out when the scores e are used as weights: they may be negative and sum to anything. Turn them into α = softmax(e) first, then average the states with α (Bahdanau et al. 2014, eq. 5–6).",
        es: "Esto es lo que sale al usar las puntuaciones e como pesos: pueden ser negativas y sumar cualquier cosa. Conviértelas primero en α = softmax(e) y promedia los estados con α (Bahdanau et al. 2014, ec. 5–6).",
      },
    },
    "mean-of-states": {
      variant: {
        contextVector: (scores, states, mask) => ({
          weights: stableSoftmax(filled(scores, mask)),
          context: states.mean(1),
        }),
      },
      hint: {
        en: "The weights are right, but the context is the plain mean of the states, as if all scores were equal. Let the weights mix them: c = Σ_j α_j h_j (Bahdanau et al. 2014, eq. 5).",
        es: "Los pesos están bien, pero el contexto es el promedio simple de los estados, como si todas las puntuaciones fueran iguales. Mézclalos con los pesos: c = Σ_j α_j h_j (Bahdanau et al. 2014, ec. 5).",
      },
    },
  },

  routes: {
    "in plain numbers": {
      contextVector: (scores, states, mask) => {
        const [e, h] = [scores.arraySync() as number[][], states.arraySync() as number[][][]];
        const allowed = mask?.arraySync() as number[][] | undefined;
        const weights = e.map((row, b) => {
          const filled = row.map((score, j) => (allowed === undefined || allowed[b]?.[j] ? score : -1e9));
          const powers = filled.map((score) => Math.exp(score - Math.max(...filled)));
          const sum = powers.reduce((total, power) => total + power, 0);
          return powers.map((power) => power / sum);
        });
        const context = weights.map((row, b) =>
          (h[b]?.[0] ?? []).map((_, d) => row.reduce((sum, weight, j) => sum + weight * (h[b]?.[j]?.[d] ?? 0), 0)),
        );
        return { weights: tf.tensor2d(weights), context: tf.tensor2d(context) };
      },
    },
    "−1e9 added where masked; the context as a product of matrices": {
      contextVector: (scores, states, mask) => {
        const away = mask?.logicalNot().cast("float32").mul(-1e9) ?? tf.zerosLike(scores); // [B, T]
        const weights = stableSoftmax(scores.add(away));
        return { weights, context: tf.matMul(states, weights.expandDims(2), true).squeeze([2]) };
      },
    },
    "softmax, times mask, divided by the new sum of the row": {
      contextVector: (scores, states, mask) => {
        if (mask === undefined) return contextVector(scores, states);
        const kept = stableSoftmax(scores).mul(mask.cast("float32")); // [B, T]
        return mixed(kept.div(kept.sum(1, true).maximum(1e-20)), states);
      },
    },
    "exp of the difference to logSumExp, tidied": {
      contextVector: (scores, states, mask) =>
        tf.tidy(() => {
          const allowed = filled(scores, mask); // [B, T]
          const { weights, context } = mixed(tf.exp(allowed.sub(tf.logSumExp(allowed, 1, true))), states);
          return { weights, context };
        }),
    },
    "state by state": {
      contextVector: (scores, states, mask) => {
        const [batch = 0, length = 0, width = 0] = states.shape;
        const weights = stableSoftmax(filled(scores, mask));
        let context: tf.Tensor = tf.zeros([batch, width]);
        for (let j = 0; j < length; j++) {
          const state = states.slice([0, j, 0], [batch, 1, width]).reshape([batch, width]);
          context = context.add(weights.slice([0, j], [batch, 1]).mul(state));
        }
        return { weights, context };
      },
    },
    "example by example": {
      contextVector: (scores, states, mask) => {
        const rows = Array.from({ length: scores.shape[0] ?? 0 }, (_, i) =>
          mixed(stableSoftmax(filled(scores.slice(i, 1), mask?.slice(i, 1))), states.slice(i, 1)),
        );
        return {
          weights: tf.concat(rows.map(({ weights }) => weights)),
          context: tf.concat(rows.map(({ context }) => context)),
        };
      },
    },
  },
}));

/** Scores [B, T] with −1e9 in place of the masked ones. */
function filled(scores: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  return mask === undefined ? scores : tf.where(mask, scores, -1e9);
}

/** What attention with these weights [B, T] returns. */
function mixed(weights: tf.Tensor, states: tf.Tensor): Context {
  return { weights, context: states.mul(weights.expandDims(2)).sum(1) };
}

/** A mask [B, T] that allows the first `lengths[i]` positions of row i. */
function padding(lengths: readonly number[], T: number): tf.Tensor {
  return maskOf(lengths.map((length) => "1".repeat(length).padEnd(T, "0")));
}

/**
 * Masked scores 10 above the allowed ones: so far that −100 in place of −1e9 leaves them a weight, and not so far that
 * weights which are masked and then divided by their new sum vanish.
 */
function maskedAbove(random: Random): [scores: tf.Tensor, states: tf.Tensor, mask: tf.Tensor] {
  const mask = maskOf(["01101", "10110"]);
  return [random.normal([2, 5]).add(tf.where(mask, 0, 10)), random.normal([2, 5, 4]), mask];
}

/** The same mask, with scores of ±2·10⁶. */
function farAbove(random: Random): [scores: tf.Tensor, states: tf.Tensor, mask: tf.Tensor] {
  const [scores, states, mask] = maskedAbove(random);
  return [scores.add(tf.where(mask, -2e6, 2e6)), states, mask];
}

/** What is added to the scores of a row that spans all that float32 can bear. */
const FAR = [1000, -1000, 0, 999, -999];
