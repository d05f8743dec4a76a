import * as tf from "@tensorflow/tfjs";
import { EXTREME, expectClose, mask as maskOf, type Random, suite, together } from "#grader/suite/index.js";
import { scaledDotProductAttention, sparseAttention, stableSoftmax } from "#reference";

/** Long enough that nothing on the way of a sparse solution comes near n·n entries: w·(dk + dv) = 35. */
const LONG = 64;

export const sparseAttentionSuite = suite("4.9", { sparseAttention })(
  ({ agrees, property, staysBelow, staysFinite }) => {
    const linear = {
      en: `with ${LONG} positions it is right, and makes no tensor with n·n entries`,
      es: `con ${LONG} posiciones es correcta y no crea ningún tensor con n·n entradas`,
    };

    return {
      cases: (random) => ({
        sparseAttention: {
          plain: [...inputs(random, 7, 4, 6), ...lists(random, 7, 3, [3, 1, 2, 3, 3, 2, 1])],
          square: [...inputs(random, 4, 4, 4), ...lists(random, 4, 4, [4, 2, 3, 1])],
          scattered: [...inputs(random, 6, 3, 5), ...scattered(random)],
          noFiller: [...inputs(random, 6, 5, 2), ...lists(random, 6, 3, [3, 3, 3, 3, 3, 3])],
          allKeys: [...inputs(random, 5, 3, 2), ...lists(random, 5, 5, [5, 5, 5, 5, 5])],
          oneKey: [...inputs(random, 5, 2, 3), ...lists(random, 5, 1, [1, 1, 1, 1, 1])],
          onePosition: [...inputs(random, 1, 3, 4), ...lists(random, 1, 1, [1])],
          extreme: [...shifted(inputs(random, 6, 3, 4)), ...lists(random, 6, 4, [4, 2, 3, 3, 4, 2])],
          long: [...inputs(random, LONG, 4, 3), ...window(LONG, 5)],
          emptyRows: [...inputs(random, 5, 3, 4), ...lists(random, 5, 3, [2, 0, 3, 1, 0])],
        },
      }),

      checks: [
        agrees(
          {
            en: "agrees with the reference, wherever the filler stands",
            es: "coincide con la referencia, esté donde esté el relleno",
          },
          7,
          "sparseAttention",
          ["plain", "square", "scattered", "noFiller", "allKeys", "oneKey", "onePosition"],
        ),
        agrees(
          {
            en: "neither overflows nor underflows at scores near ±1000",
            es: "no se desborda con puntuaciones cerca de ±1000",
          },
          2,
          "sparseAttention",
          ["extreme"],
          EXTREME,
        ),
        property(
          {
            en: "equals scaled dot-product attention under the dense mask of the same pattern",
            es: "equivale a la atención de producto escalar con la máscara densa del mismo patrón",
          },
          4,
          "sparseAttention",
          "plain",
          async (student, [q, k, v], random) => {
            const [indices, valid] = lists(random, 7, 4, [2, 4, 3, 1, 4, 3, 2]);
            const { output } = scaledDotProductAttention(q, k, v, dense(indices, valid));
            expectClose(await student.sparseAttention(q, k, v, indices, valid), output, {
              en: "the output, against attention with the dense mask",
              es: "la salida, frente a la atención con la máscara densa",
            });
          },
        ),
        property(
          {
            en: "neither the order of the keys in a list nor their numbers matter",
            es: "no importa el orden de las claves en una lista ni su numeración",
          },
          2,
          "sparseAttention",
          "scattered",
          async (student, [q, k, v, indices, valid], random) => {
            const expected = sparseAttention(q, k, v, indices, valid);
            const order = tf.tensor1d(random.permutation(4), "int32");
            const [others, othersValid] = [indices, valid].map((x) => tf.gather(x, order, 1)) as [tf.Tensor, tf.Tensor];
            expectClose(await student.sparseAttention(q, k, v, others, othersValid), expected, {
              en: "the output with the columns of indices and valid in another order, against the output as it was",
              es: "la salida con las columnas de indices y valid en otro orden, frente a la original",
            });
            // Key j becomes key places[j]; filler keeps the index 0.
            const places = random.permutation(6);
            const from = tf.tensor1d(
              places.map((_, at) => places.indexOf(at)),
              "int32",
            );
            const renamed = tf.gather(tf.tensor1d(places, "int32"), indices.toInt()).mul(valid.cast("int32"));
            const moved = await student.sparseAttention(q, tf.gather(k, from), tf.gather(v, from), renamed, valid);
            expectClose(moved, expected, {
              en: "the output with the keys numbered otherwise, against the output as it was",
              es: "la salida con las claves numeradas de otro modo, frente a la original",
            });
          },
        ),
        together(
          agrees(linear, 4, "sparseAttention", ["long"]),
          staysBelow(linear, 4, "sparseAttention", ["long"], ({ shape: [n = 0] }) => n * n, {
            en: "The numbers are right, but every query met every key on the way. Fetch the w keys of each query and score those: tf.gather(k, indices) is [n, w, dk].",
            es: "Los números están bien, pero en el camino cada consulta se encontró con todas las claves. Toma las w claves de cada consulta y puntúa solo esas: tf.gather(k, indices) es [n, w, dk].",
          }),
        ),
        staysFinite(
          {
            en: "a query without valid keys gets finite numbers",
            es: "una consulta sin claves válidas recibe números finitos",
          },
          1,
          "sparseAttention",
          ["emptyRows"],
        ),
      ],

      mistakes: {
        "padding-counted": {
          variant: { sparseAttention: (q, k, v, indices) => mixed(stableSoftmax(scored(q, k, indices)), v, indices) },
          hint: {
            en: "This is what comes out when filler takes part: key 0 is then counted once more for each filler of a row. Replace the scores by −1e9 where valid is false, before softmax.",
            es: "Esto es lo que sale cuando participa el relleno: la clave 0 se cuenta una vez más por cada relleno de la fila. Reemplaza las puntuaciones por −1e9 donde valid es falso, antes de softmax.",
          },
        },
        "mask-after-softmax": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) =>
              mixed(stableSoftmax(scored(q, k, indices)).mul(valid.cast("float32")), v, indices),
          },
          hint: {
            en: "This is what comes out when the weights of filler are set to 0 after softmax: those that are left no longer sum to one. Replace the scores of filler by −1e9 before softmax.",
            es: "Esto es lo que sale al poner en 0 los pesos del relleno después de softmax: los que quedan ya no suman uno. Reemplaza las puntuaciones del relleno por −1e9 antes de softmax.",
          },
        },
        "softmax-over-rows": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) => {
              const scores = tf.where(valid, scored(q, k, indices), -1e9); // [n, w]
              return mixed(stableSoftmax(scores.transpose()).transpose(), v, indices);
            },
          },
          hint: {
            en: "This is what comes out when softmax runs over the queries (axis 0). Each query shares one unit among its own keys: normalise over w, the last axis of the scores [n, w].",
            es: "Esto es lo que sale cuando softmax recorre las consultas (eje 0). Cada consulta reparte una unidad entre sus propias claves: normaliza sobre w, el último eje de las puntuaciones [n, w].",
          },
        },
        "no-scale": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) =>
              sparseAttention(q.mul(Math.sqrt(q.shape[1] ?? 1)), k, v, indices, valid),
          },
          hint: {
            en: "This is what comes out without the division by √dk. Sparse or not, the scores are q·k/√dk (Vaswani et al. 2017, eq. 1).",
            es: "Esto es lo que sale sin la división entre √dk. Dispersas o no, las puntuaciones son q·k/√dk (Vaswani et al. 2017, ec. 1).",
          },
        },
        "filler-scores-zero": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) =>
              mixed(stableSoftmax(scored(q, k, indices).mul(valid.cast("float32"))), v, indices),
          },
          hint: {
            en: "This is what comes out when the scores of filler become 0: e⁰ = 1, so filler still gets a good share. Only a very low score hides it: −1e9.",
            es: "Esto es lo que sale cuando las puntuaciones del relleno pasan a 0: e⁰ = 1, así que el relleno conserva una buena parte. Solo una puntuación muy baja lo oculta: −1e9.",
          },
        },
        "valid-inverted": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) => sparseAttention(q, k, v, indices, valid.logicalNot()),
          },
          hint: {
            en: "This is what comes out with valid the other way round: queries look at the filler and not at their keys. True means that the key counts: tf.where(valid, scores, -1e9).",
            es: "Esto es lo que sale con valid al revés: las consultas miran el relleno y no sus claves. Verdadero significa que la clave cuenta: tf.where(valid, scores, -1e9).",
          },
        },
        "scale-sqrt-w": {
          variant: {
            sparseAttention: (q, k, v, indices, valid) =>
              sparseAttention(q.mul(Math.sqrt((q.shape[1] ?? 1) / (indices.shape[1] ?? 1))), k, v, indices, valid),
          },
          hint: {
            en: "This is what comes out of the division by √w, the number of keys. What makes scores large is the width of the vectors: divide by √dk (Vaswani et al. 2017, eq. 1).",
            es: "Esto es lo que sale de dividir entre √w, el número de claves. Lo que agranda las puntuaciones es el ancho de los vectores: divide entre √dk (Vaswani et al. 2017, ec. 1).",
          },
        },
      },

      routes: {
        "in plain numbers, query by query": {
          sparseAttention: (...tensors) => {
            const [q, k, v, indices, valid] = tensors.map((x) => x.arraySync()) as [R, R, R, R, R];
            const outputs = q.map((query, i) => {
              const keys = (indices[i] ?? []).filter((_, at) => valid[i]?.[at]);
              const score = (j: number) =>
                query.reduce((sum, x, d) => sum + x * (k[j]?.[d] ?? 0), 0) / Math.sqrt(query.length);
              const scores = keys.map(score);
              const powers = scores.map((one) => Math.exp(one - Math.max(...scores)));
              const total = powers.reduce((sum, power) => sum + power, 0);
              return (v[0] ?? []).map((_, d) =>
                keys.reduce((sum, j, at) => sum + ((powers[at] ?? 0) / total) * (v[j]?.[d] ?? 0), 0),
              );
            });
            return tf.tensor2d(outputs);
          },
        },
        "query by query, one-hot rows in place of gather": {
          sparseAttention: (q, k, v, indices, valid) => {
            const [n = 0, w = 0] = indices.shape;
            const rows = Array.from({ length: n }, (_, i) => {
              const places = indices.slice([i, 0], [1, w]).reshape([w]).toInt();
              const pick = (x: tf.Tensor) => (n < 2 ? x : tf.oneHot(places, n).cast("float32").matMul(x)); // [w, ·]
              const scores = pick(k)
                .matMul(q.slice(i, 1), false, true)
                .div(Math.sqrt(q.shape[1] ?? 1)); // [w, 1]
              const allowed = tf.where(valid.slice([i, 0], [1, w]).reshape([w, 1]), scores, -1e9);
              return tf.matMul(stableSoftmax(allowed.transpose()), pick(v)); // [1, dv]
            });
            return tf.concat(rows);
          },
        },
        "keys and values fetched together, −1e9 added, tidied": {
          sparseAttention: (q, k, v, indices, valid) =>
            tf.tidy(() => {
              const [, dk = 0] = k.shape;
              const both = tf.gather(tf.concat([k, v], 1), indices.toInt()); // [n, w, dk + dv]
              const [keys, values] = tf.split(both, [dk, v.shape[1] ?? 0], 2) as [tf.Tensor, tf.Tensor];
              const scores = tf.matMul(keys, q.div(Math.sqrt(dk)).expandDims(2)); // [n, w, 1]
              const away = valid.logicalNot().cast("float32").mul(-1e9).expandDims(2);
              return tf.matMul(tf.softmax(scores.add(away).squeeze([2])).expandDims(1), values).squeeze([1]);
            }),
        },
        "softmax, times valid, divided by the new sum": {
          sparseAttention: (q, k, v, indices, valid) => {
            const kept = stableSoftmax(scored(q, k, indices)).mul(valid.cast("float32"));
            return mixed(kept.div(kept.sum(1, true).maximum(1e-20)), v, indices);
          },
        },
        "place by place in the lists, with running sums": {
          sparseAttention: (q, k, v, indices, valid) => {
            const scores = tf.where(valid, scored(q, k, indices), -1e9);
            const powers = tf.exp(scores.sub(scores.max(1, true))); // [n, w]
            const columns = tf.unstack(indices, 1).map((column, at) => {
              const power = powers.slice([0, at], [-1, 1]); // [n, 1]
              return tf.gather(v, column.toInt()).mul(power); // [n, dv]
            });
            return tf.addN(columns).div(powers.sum(1, true));
          },
        },
      },
    };
  },
);

type R = number[][];
type Inputs = [q: tf.Tensor, k: tf.Tensor, v: tf.Tensor];
type Lists = [indices: tf.Tensor, valid: tf.Tensor];

/** q, k [n, dk] and v [n, dv] */
const inputs = (random: Random, n: number, dk: number, dv: number): Inputs => [
  random.normal([n, dk], 1.5),
  random.normal([n, dk], 1.5),
  random.normal([n, dv]),
];

/** `counts[i]` distinct keys for query i, then filler: [n, w] twice. */
function lists(random: Random, n: number, w: number, counts: readonly number[]): Lists {
  const rows = counts.map((count) => {
    const keys = n < 3 ? [0] : random.permutation(n).slice(0, count);
    return [...keys, ...Array<number>(w - keys.length).fill(0)];
  });
  const valid = maskOf(counts.map((count) => "1".repeat(count) + "0".repeat(w - count)));
  return [tf.tensor2d(rows, [n, w], "int32"), valid];
}

/** Lists of 6 queries whose filler stands before and between the keys. */
function scattered(random: Random): Lists {
  const valid = maskOf(["0110", "1011", "0001", "1111", "1001", "0111"]);
  const [indices] = lists(random, 6, 4, [4, 4, 4, 4, 4, 4]);
  return [indices.mul(valid.cast("int32")), valid];
}

/** A causal window of w keys: the first queries have fewer. */
function window(n: number, w: number): Lists {
  const back = tf
    .range(0, n, 1, "int32")
    .expandDims(1)
    .sub(tf.range(0, w, 1, "int32")); // [n, w]
  return [back.maximum(tf.scalar(0, "int32")), back.greaterEqual(0)];
}

/** Scores shifted by +1000, 0 and −1000, all those of a query together. */
function shifted([q, k, v]: Inputs): Inputs {
  const [n = 0, dk = 1] = q.shape;
  const by = tf
    .range(0, n)
    .mod(3)
    .sub(1)
    .mul(-1000 * Math.sqrt(dk + 1)); // [n]
  return [tf.concat([by.expandDims(1), q], 1), tf.concat([tf.ones([n, 1]), k], 1), v];
}

/** The dense mask [n, n] of some lists. */
function dense(indices: tf.Tensor, valid: tf.Tensor): tf.Tensor {
  const [n = 0] = indices.shape;
  return tf.oneHot(indices.toInt(), n).mul(valid.cast("int32").expandDims(2)).sum(1).greater(0);
}

/** q_i·k_j/√dk for the keys of each list: [n, w] */
function scored(q: tf.Tensor, k: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return tf
    .gather(k, indices.toInt())
    .mul(q.expandDims(1))
    .sum(2)
    .div(Math.sqrt(q.shape[1] ?? 1));
}

/** The values of each list, mixed by weights [n, w]: [n, dv] */
function mixed(weights: tf.Tensor, v: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return tf.gather(v, indices.toInt()).mul(weights.expandDims(2)).sum(1);
}
