import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { depthStatistics, feedForward, swiGlu } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { FeedForwardParams, SwiGluParams } from "../../../exercises/types.js";

/** The digits that a deep network keeps in float32. */
const DEEP = { absolute: 1e-9, relative: 1e-3 };

export const feedForwardSuite = suite("3.10", { feedForward, swiGlu, depthStatistics })(({ agrees, law }) => ({
  cases: (random) => ({
    feedForward: {
      rankOne: [random.normal([4]), feedForwardParams(random, 4, 7)],
      rankTwo: [random.normal([5, 4]), feedForwardParams(random, 4, 7)],
      rankThree: [random.normal([2, 5, 4]), feedForwardParams(random, 4, 7)],
      rankFour: [random.normal([2, 3, 5, 4]), feedForwardParams(random, 4, 6)],
      square: [random.normal([4, 4]), feedForwardParams(random, 4, 4)],
      narrow: [random.normal([5, 6]), feedForwardParams(random, 6, 3)],
      oneFeature: [random.normal([5, 1]), feedForwardParams(random, 1, 3)],
    },
    swiGlu: {
      rankOne: [random.normal([4]), swiGluParams(random, 4, 7)],
      rankTwo: [random.normal([5, 4]), swiGluParams(random, 4, 7)],
      rankThree: [random.normal([2, 5, 4]), swiGluParams(random, 4, 7)],
      rankFour: [random.normal([2, 3, 5, 4]), swiGluParams(random, 4, 6)],
      square: [random.normal([4, 4]), swiGluParams(random, 4, 4)],
      narrow: [random.normal([5, 6]), swiGluParams(random, 6, 3)],
      oneFeature: [random.normal([5, 1]), swiGluParams(random, 1, 3)],
    },
    depthStatistics: depthCases(random),
  }),

  checks: [
    agrees(
      { en: "feedForward agrees with the reference", es: "feedForward coincide con la referencia" },
      2,
      "feedForward",
      ["rankOne", "rankTwo", "rankThree", "rankFour", "square", "narrow", "oneFeature"],
    ),
    agrees({ en: "swiGlu agrees with the reference", es: "swiGlu coincide con la referencia" }, 2, "swiGlu", [
      "rankOne",
      "rankTwo",
      "rankThree",
      "rankFour",
      "square",
      "narrow",
      "oneFeature",
    ]),
    law(
      {
        en: "a changed token changes its own row and no other, and permuted tokens give permuted rows",
        es: "cambiar un token cambia su fila y ninguna otra, y los tokens permutados dan filas permutadas",
      },
      1,
      "feedForward",
      "rankThree",
      (ask, [x, p], random) => {
        const changed = tf.concat([x.slice([0, 0, 0], [-1, 4, -1]), random.normal([2, 1, 4])], 1); // another last token
        const plain = ask.feedForward(x, p);
        const order = tf.tensor1d(random.permutation(5), "int32");
        return [
          close(
            op.slice(ask.feedForward(changed, p), [0, 0, 0], [-1, 4, -1]),
            op.slice(plain, [0, 0, 0], [-1, 4, -1]),
            {
              en: "the rows of the tokens that stayed",
              es: "las filas de los tokens que no cambiaron",
            },
          ),
          close(ask.feedForward(tf.gather(x, order, 1), p), op.gather(plain, order, 1), {
            en: "the result for permuted tokens",
            es: "el resultado con los tokens permutados",
          }),
        ];
      },
    ),
    law(
      {
        en: "swiGlu is linear in v, and 0 when v is 0",
        es: "swiGlu es lineal en v, y 0 cuando v es 0",
      },
      1,
      "swiGlu",
      "rankTwo",
      (ask, [x, p]) => [
        close(ask.swiGlu(x, { ...p, v: p.v.mul(-3) }), op.mul(ask.swiGlu(x, p), -3), {
          en: "the result with −3·v, against −3 times the result",
          es: "el resultado con −3·v, frente a −3 veces el resultado",
        }),
        close(ask.swiGlu(x, { ...p, v: tf.zerosLike(p.v) }), tf.zerosLike(x), {
          en: "the result with v = 0",
          es: "el resultado con v = 0",
        }),
      ],
    ),
    agrees(
      {
        en: "depthStatistics agrees with the reference without a normalisation",
        es: "depthStatistics coincide con la referencia sin normalización",
      },
      1,
      "depthStatistics",
      ["few", "growing", "shrinking"],
      DEEP,
    ),
    law(
      {
        en: "without a normalisation activations explode or vanish with depth",
        es: "sin normalización las activaciones explotan o se desvanecen con la profundidad",
      },
      1,
      "depthStatistics",
      "growing",
      (ask, [x, weights]) => {
        const ratio = (list: tf.Tensor[]) => {
          const deviations = ask.depthStatistics(x, list, "none");
          return op.div(op.part(deviations, list.length - 1), op.part(deviations, 0));
        };
        const grown = ratio(weights);
        const shrunk = ratio(weights.map((weight) => weight.div(4)));
        return [
          holds(
            op.greater(grown, 100),
            {
              en: "with weights twice as large as they should be, the last layer has {0} times the deviation of the first, expected more than 100",
              es: "con pesos del doble de lo debido, la última capa tiene {0} veces la desviación de la primera; se esperaban más de 100",
            },
            { shows: [grown] },
          ),
          holds(
            op.less(shrunk, 0.01),
            {
              en: "with weights half as large as they should be, the last layer has {0} times the deviation of the first, expected less than 0.01",
              es: "con pesos de la mitad de lo debido, la última capa tiene {0} veces la desviación de la primera; se esperaban menos de 0.01",
            },
            { shows: [shrunk] },
          ),
        ];
      },
    ),
    agrees(
      {
        en: "depthStatistics agrees with the reference with batch and layer normalisation",
        es: "depthStatistics coincide con la referencia con normalización por lote y por capa",
      },
      1,
      "depthStatistics",
      ["batch", "batchSmall", "batchTiny", "layer", "layerSmall", "layerTiny"],
      DEEP,
    ),
    law(
      {
        en: "with batch or layer normalisation they stay where they are",
        es: "con normalización por lote o por capa se mantienen donde están",
      },
      1,
      "depthStatistics",
      "growing",
      (ask, [x, weights]) =>
        (["batch", "layer"] as const).flatMap((kind) =>
          [weights, weights.map((weight) => weight.div(4))].map((list) => {
            const deviations = op.tensor(ask.depthStatistics(x, list, kind));
            const [least, most] = [op.min(deviations), op.max(deviations)];
            return holds(
              op.logicalAnd(op.greaterEqual(least, 0.45), op.lessEqual(most, 0.75)),
              {
                en: `with norm "${kind}" the layers have deviations of {0} to {1}, expected 0.45 to 0.75 in every layer`,
                es: `con norm "${kind}" las capas tienen desviaciones de {0} a {1}; se esperaba de 0.45 a 0.75 en todas`,
              },
              { shows: [least, most] },
            );
          }),
        ),
    ),
  ],

  mistakes: {
    "no-relu": {
      variant: { feedForward: (x, p) => linear(linear(x, p.w1, p.b1), p.w2, p.b2) },
      hint: {
        en: "This is what comes out without the maximum with 0: two linear maps in a row are one linear map, and the wide layer is for nothing. Apply relu between them (Vaswani et al. 2017, eq. 2).",
        es: "Esto es lo que sale sin el máximo con 0: dos mapas lineales seguidos son uno solo, y la capa ancha no sirve de nada. Aplica relu entre los dos (Vaswani et al. 2017, ec. 2).",
      },
    },
    "relu-after-w2": {
      variant: { feedForward: (x, p) => tf.relu(linear(linear(x, p.w1, p.b1), p.w2, p.b2)) },
      hint: {
        en: "This is what comes out when relu stands after the second product: the result can then only push upwards. It belongs between the two products, on the hidden layer (Vaswani et al. 2017, eq. 2).",
        es: "Esto es lo que sale con relu después del segundo producto: el resultado solo podría empujar hacia arriba. Va entre los dos productos, en la capa oculta (Vaswani et al. 2017, ec. 2).",
      },
    },
    "b1-dropped": {
      variant: { feedForward: (x, p) => linear(tf.relu(linear(x, p.w1)), p.w2, p.b2) },
      hint: {
        en: "This is what comes out without b1. Each hidden unit has a threshold of its own: add b1 before relu (Vaswani et al. 2017, eq. 2).",
        es: "Esto es lo que sale sin b1. Cada unidad oculta tiene su propio umbral: suma b1 antes de relu (Vaswani et al. 2017, ec. 2).",
      },
    },
    "b2-dropped": {
      variant: { feedForward: (x, p) => linear(tf.relu(linear(x, p.w1, p.b1)), p.w2) },
      hint: {
        en: "This is what comes out without b2: add it after the second product (Vaswani et al. 2017, eq. 2).",
        es: "Esto es lo que sale sin b2: súmalo después del segundo producto (Vaswani et al. 2017, ec. 2).",
      },
    },
    "swish-on-other-branch": {
      variant: { swiGlu: (x, p) => gated(linear(x, p.v), linear(x, p.w), p, swish) },
      hint: {
        en: "This is what comes out when swish acts on x·v. The gate is the branch with w: swish(x·w) ⊙ x·v (PaLM, §2).",
        es: "Esto es lo que sale cuando swish actúa sobre x·v. La compuerta es la rama con w: swish(x·w) ⊙ x·v (PaLM, §2).",
      },
    },
    "sigmoid-gate": {
      variant: { swiGlu: (x, p) => gated(linear(x, p.w), linear(x, p.v), p, tf.sigmoid) },
      hint: {
        en: "This is what comes out with σ(x·w) as the gate, which is the older GLU. SwiGLU has swish(z) = z·σ(z): multiply the sigmoid by z itself (PaLM, §2).",
        es: "Esto es lo que sale con σ(x·w) como compuerta, que es la GLU anterior. SwiGLU usa swish(z) = z·σ(z): multiplica la sigmoide por la propia z (PaLM, §2).",
      },
    },
    "relu-gate": {
      variant: { swiGlu: (x, p) => gated(linear(x, p.w), linear(x, p.v), p, tf.relu) },
      hint: {
        en: "This is what comes out with relu as the gate (a ReGLU). SwiGLU has swish(z) = z·σ(z), which is smooth and slightly negative below 0 (PaLM, §2).",
        es: "Esto es lo que sale con relu como compuerta (una ReGLU). SwiGLU usa swish(z) = z·σ(z), que es suave y un poco negativa por debajo de 0 (PaLM, §2).",
      },
    },
  },

  routes: {
    "in plain numbers": {
      feedForward: (x, p) =>
        tokenByToken(x, (token) => {
          const hidden = times(token, p.w1).map((entry, j) => Math.max(0, entry + (p.b1.dataSync()[j] ?? 0)));
          return times(hidden, p.w2).map((entry, j) => entry + (p.b2.dataSync()[j] ?? 0));
        }),
      swiGlu: (x, p) =>
        tokenByToken(x, (token) => {
          const other = times(token, p.v);
          return times(
            times(token, p.w).map((z, j) => (z / (1 + Math.exp(-z))) * (other[j] ?? 0)),
            p.w2,
          );
        }),
      depthStatistics: (x, weights, norm) => {
        let state = x.arraySync() as number[][];
        return weights.map((weight) => {
          const y = state.map((row) => times(row, weight));
          const done = norm === "none" ? y : norm === "layer" ? y.map(standard) : turned(turned(y).map(standard));
          state = done.map((row) => row.map((entry) => Math.max(0, entry)));
          const all = state.flat();
          const mean = all.reduce((sum, entry) => sum + entry, 0) / all.length;
          return Math.sqrt(all.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / all.length);
        });
      },
    },
    "all tokens as one matrix, tidied; the bias as a row of the weights": {
      feedForward: (x, p) =>
        tf.tidy(() => {
          const rows = x.reshape([-1, x.shape.at(-1) ?? 1]);
          const ones = tf.ones([rows.shape[0] ?? 1, 1]);
          const hidden = tf.concat([rows, ones], 1).matMul(tf.concat([p.w1, p.b1.expandDims(0)])); // [rows, ff]
          const kept = tf.concat([hidden.mul(tf.step(hidden)), ones], 1);
          return kept.matMul(tf.concat([p.w2, p.b2.expandDims(0)])).reshape(x.shape);
        }),
      swiGlu: (x, p) =>
        tf.tidy(() => {
          const rows = x.reshape([-1, x.shape.at(-1) ?? 1]);
          const [z, other] = tf.split(rows.matMul(tf.concat([p.w, p.v], 1)), 2, 1) as [tf.Tensor, tf.Tensor];
          return z.mul(other).div(tf.exp(z.neg()).add(1)).matMul(p.w2).reshape(x.shape);
        }),
    },
    "relu as (z + |z|)/2; swish by tanh; the deviation by two means": {
      feedForward: (x, p) => {
        const z = linear(x, p.w1, p.b1);
        return linear(z.add(z.abs()).div(2), p.w2, p.b2);
      },
      swiGlu: (x, p) => gated(linear(x, p.w), linear(x, p.v), p, (z) => z.mul(tf.tanh(z.div(2)).add(1)).div(2)),
      depthStatistics: (x, weights, norm) => {
        let state: tf.Tensor = x;
        return weights.map((weight) => {
          const y = state.matMul(weight);
          const axis = norm === "batch" ? 0 : 1;
          const { mean, variance } = tf.moments(y, axis, true);
          state = tf.relu(norm === "none" ? y : y.sub(mean).div(variance.add(1e-5).sqrt()));
          return tf.sqrt(state.sub(state.mean()).square().mean()).dataSync()[0] ?? 0;
        });
      },
    },
  },
}));

type DepthCase = Parameters<typeof depthStatistics>;

function depthCases(random: Random) {
  const [x, weights] = [random.normal([32, 48]), deepWeights(random, 2)];
  const small = weights.map((weight) => weight.div(4));
  // Few entries, where population and sample differ.
  const narrow = weights.slice(0, 2).map((weight) => weight.slice([0, 0], [4, 4]));
  // So small that eps counts, and one row of nothing but zeros.
  const tiny = tf.concat([tf.zeros([1, 48]), x.slice(1).mul(0.002)]);
  return {
    growing: [x, weights, "none"] as DepthCase,
    shrinking: [x, small, "none"] as DepthCase,
    few: [x.slice([0, 0], [3, 4]), narrow, "none"] as DepthCase,
    batch: [x, weights, "batch"] as DepthCase,
    batchSmall: [x, small, "batch"] as DepthCase,
    layer: [x, weights, "layer"] as DepthCase,
    layerSmall: [x, small, "layer"] as DepthCase,
    batchTiny: [tiny, weights.slice(0, 3), "batch"] as DepthCase,
    layerTiny: [tiny, weights.slice(0, 3), "layer"] as DepthCase,
  };
}

function feedForwardParams(random: Random, d: number, ff: number): FeedForwardParams {
  return {
    w1: random.normal([d, ff]),
    b1: random.normal([ff]),
    w2: random.normal([ff, d]),
    b2: random.normal([d]),
  };
}

function swiGluParams(random: Random, d: number, ff: number): SwiGluParams {
  return { w: random.normal([d, ff], 0.7), v: random.normal([d, ff], 0.7), w2: random.normal([ff, d], 0.7) };
}

/**
 * Twelve matrices [48, 48] of normal numbers with variance 2·gain²/48; relu keeps activations as they are at gain 1.
 * With 24 columns, layer normalisation leaves the band of 0.45 to 0.75 now and then.
 */
function deepWeights(random: Random, gain: number): tf.Tensor[] {
  return Array.from({ length: 12 }, () => random.normal([48, 48], gain * Math.sqrt(2 / 48)));
}

const swish = (z: tf.Tensor): tf.Tensor => z.mul(tf.sigmoid(z));

/** activation(z) ⊙ other, narrowed by w2. */
function gated(z: tf.Tensor, other: tf.Tensor, p: SwiGluParams, activation: (z: tf.Tensor) => tf.Tensor): tf.Tensor {
  return linear(activation(z).mul(other), p.w2);
}

/** A function of one token, for every token of x [..., d]. */
function tokenByToken(x: tf.Tensor, f: (token: number[]) => number[]): tf.Tensor {
  const rows = x.reshape([-1, x.shape.at(-1) ?? 1]).arraySync() as number[][];
  return tf.tensor(rows.flatMap(f), x.shape);
}

/** Row times matrix, in float64. */
function times(row: readonly number[], matrix: tf.Tensor): number[] {
  const weights = matrix.arraySync() as number[][];
  return (weights[0] ?? []).map((_, j) => row.reduce((sum, entry, i) => sum + entry * (weights[i]?.[j] ?? 0), 0));
}

function standard(row: readonly number[]): number[] {
  const mean = row.reduce((sum, entry) => sum + entry, 0) / row.length;
  const variance = row.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / row.length;
  return row.map((entry) => (entry - mean) / Math.sqrt(variance + 1e-5));
}

const turned = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0));
