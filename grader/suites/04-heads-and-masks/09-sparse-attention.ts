import * as tf from "@tensorflow/tfjs";
import {
  close,
  distribution,
  EXTREME,
  mask as maskOf,
  op,
  type Random,
  suite,
  type Term,
  together,
} from "#grader/suite/index.js";
import { sparseAttention, stableSoftmax } from "#reference";

/** Long enough that nothing on the way of a sparse solution comes near n·n entries: w·(dk + dv) = 35. */
const LONG = 64;

/**
 * So many sequences of that length are one of 36 864 positions, of which n·n bytes are 1.3 GiB, and n·n floats four times
 * that: more than a call may hold, written to or not. n·n·12 products take 40 s of processor time; one query after the
 * other, by tensors, takes 6 s, and all at once less than one.
 */
const PARTS = 576;
const SECONDS = 20;

export const sparseAttentionSuite = suite("4.9", { sparseAttention })(({ agrees, law, staysBelow, staysFinite }) => {
  const affordable = {
    en: "takes n·w steps and numbers, not n·n: 36 864 positions that form 576 sequences are answered like one of 64",
    es: "toma n·w pasos y números, no n·n: 36 864 posiciones que forman 576 secuencias dan lo mismo que una de 64",
  };
  const advice = {
    en: "There is neither time nor memory here for every query to meet every key. Fetch the w keys of each query and score those alone, for all queries at once: tf.gather(k, indices) is [n, w, dk].",
    es: "Aquí no hay tiempo ni memoria para que cada consulta se encuentre con todas las claves. Toma las w claves de cada consulta y puntúa solo esas, para todas las consultas a la vez: tf.gather(k, indices) es [n, w, dk].",
  };

  return {
    cases: (random) => ({
      sparseAttention: {
        plain: [...inputs(random, 7, 4, 6), ...lists(random, 7, 3, [3, 1, 2, 3, 3, 2, 1])],
        square: [...inputs(random, 4, 4, 4), ...lists(random, 4, 4, [4, 2, 3, 1])],
        scattered: [...inputs(random, 6, 3, 5), ...scattered()],
        noFiller: [...inputs(random, 6, 5, 2), ...lists(random, 6, 3, [3, 3, 3, 3, 3, 3])],
        allKeys: [...inputs(random, 5, 3, 2), ...lists(random, 5, 5, [5, 5, 5, 5, 5])],
        oneKey: [...inputs(random, 5, 2, 3), ...lists(random, 5, 1, [1, 1, 1, 1, 1])],
        onePosition: [...inputs(random, 1, 3, 4), ...lists(random, 1, 1, [1])],
        narrow: [...inputs(random, 6, 1, 1), ...lists(random, 6, 3, [2, 3, 1, 3, 2, 1])],
        window: [...inputs(random, 9, 4, 3), ...window(9, 4)],
        extreme: [...shifted(inputs(random, 6, 3, 4)), ...lists(random, 6, 4, [4, 2, 3, 3, 4, 2])],
        extremeWithin: [
          ...shifted(inputs(random, 6, 3, 4), [1, -1, 1, 1, -1, 1]),
          ...lists(random, 6, 6, [6, 6, 6, 6, 6, 6]),
        ],
        keyZero: [...inputs(random, 6, 3, 4), ...withoutKeyZero()],
        long: [...inputs(random, LONG, 4, 3), ...window(LONG, 5)],
        part: [...inputs(random, LONG, 12, 2), ...pairs(random)],
        emptyRows: [...inputs(random, 5, 3, 4), ...lists(random, 5, 3, [2, 0, 3, 1, 0])],
      },
    }),

    checks: [
      agrees(
        {
          en: "agrees with the reference, wherever the filler stands",
          es: "coincide con la referencia, esté donde esté el relleno",
        },
        6,
        "sparseAttention",
        ["plain", "square", "scattered", "noFiller", "allKeys", "oneKey", "onePosition", "narrow", "window"],
      ),
      agrees(
        {
          en: "neither overflows nor underflows at scores near ±1000",
          es: "no se desborda con puntuaciones cerca de ±1000",
        },
        2,
        "sparseAttention",
        ["extreme", "extremeWithin"],
        EXTREME,
      ),
      law(
        {
          en: "the weights are a distribution over the keys of the list, filler has exactly 0; they mix the values",
          es: "los pesos se reparten entre las claves de la lista, el relleno tiene exactamente 0; mezclan los valores",
        },
        3,
        "sparseAttention",
        "scattered",
        (ask, [q, k, v, indices, valid], random) => {
          // Values that are the rows of the identity bring the weights of all keys to light.
          const weights = ask.sparseAttention(q, k, tf.eye(6), indices, valid); // [n, n]
          const [queries, keys, , places, counts] = fillerAbove(random);
          const [lowQueries, lowKeys] = farBelow(random);
          return [
            distribution(weights, dense(indices, valid)),
            distribution(ask.sparseAttention(queries, keys, tf.eye(6), places, counts), dense(places, counts)),
            distribution(ask.sparseAttention(lowQueries, lowKeys, tf.eye(6), indices, valid), dense(indices, valid)),
            close(ask.sparseAttention(q, k, v, indices, valid), op.matMul(weights, v), {
              en: "the output, against weights·v",
              es: "la salida, frente a weights·v",
            }),
          ];
        },
      ),
      law(
        {
          en: "neither the order of the keys in a list nor their numbers matter",
          es: "no importa el orden de las claves en una lista ni su numeración",
        },
        2,
        "sparseAttention",
        "scattered",
        (ask, [q, k, v, indices, valid], random) => {
          const plain = ask.sparseAttention(q, k, v, indices, valid);
          const order = tf.tensor1d(random.permutation(4), "int32");
          const [others, othersValid] = [indices, valid].map((x) => tf.gather(x, order, 1)) as [tf.Tensor, tf.Tensor];
          // Key j becomes key places[j], no key 0 stays one; filler keeps the index 0.
          const by = random.integer(1, 5);
          const places = [0, 1, 2, 3, 4, 5].map((j) => (j + by) % 6);
          const from = tf.tensor1d(
            places.map((_, at) => places.indexOf(at)),
            "int32",
          );
          const renamed = tf.gather(tf.tensor1d(places, "int32"), indices.toInt()).mul(valid.cast("int32"));
          return [
            close(ask.sparseAttention(q, k, v, others, othersValid), plain, {
              en: "the output with the columns of indices and valid in another order, against the output as it was",
              es: "la salida con las columnas de indices y valid en otro orden, frente a la original",
            }),
            close(ask.sparseAttention(q, tf.gather(k, from), tf.gather(v, from), renamed, valid), plain, {
              en: "the output with the keys numbered otherwise, against the output as it was",
              es: "la salida con las claves numeradas de otro modo, frente a la original",
            }),
          ];
        },
      ),
      law(
        {
          en: "a key changes nothing for queries that do not list it, also key 0, at which filler points",
          es: "una clave no cambia nada para las consultas que no la listan, tampoco la 0, a la que apunta el relleno",
        },
        2,
        "sparseAttention",
        "keyZero",
        (ask, [q, k, v, indices, valid], random) => {
          const other = (x: tf.Tensor) => tf.concat([random.normal([1, x.shape[1] ?? 0], 2), x.slice(1)]);
          const changed = ask.sparseAttention(q, other(k), other(v), indices, valid);
          return [
            close(changed, ask.sparseAttention(q, k, v, indices, valid), {
              en: "the output after key 0 and its value were changed, which no query lists",
              es: "la salida tras cambiar la clave 0 y su valor, que ninguna consulta lista",
            }),
          ];
        },
      ),
      together(
        staysFinite(
          {
            en: "a query without valid keys gets finite numbers, and changes those of no other",
            es: "una consulta sin claves válidas recibe números finitos, y no cambia los de ninguna otra",
          },
          1,
          "sparseAttention",
          ["emptyRows"],
        ),
        law(
          { en: "the others", es: "las demás" },
          0,
          "sparseAttention",
          "emptyRows",
          (ask, [q, k, v, indices, valid]) => {
            const some = valid.logicalOr(tf.range(0, 3).equal(0)); // key 0, for those who have none
            const rows = [0, 2, 3];
            return [
              close(
                op.gather(ask.sparseAttention(q, k, v, indices, valid), rows),
                op.gather(ask.sparseAttention(q, k, v, indices, some), rows),
                {
                  en: "the output of the other queries, against that where all have keys",
                  es: "la salida de las demás consultas, frente a la que sale cuando todas tienen claves",
                },
              ),
            ];
          },
        ),
      ),
      together(
        staysBelow(affordable, 4, "sparseAttention", ["long"], ({ shape: [n = 0] }) => n * n, advice),
        law(
          affordable,
          4,
          "sparseAttention",
          "part",
          (ask, [q, k, v, indices, valid]) => {
            // Position i of part r stands at PARTS·i + r: each list reaches through the whole sequence.
            const part = tf.range(0, PARTS, 1, "int32").reshape([1, PARTS, 1]);
            const places = op.add(op.mul(indices.expandDims(1), tf.scalar(PARTS, "int32")), part); // [64, PARTS, w]
            const counts = valid.cast("int32").expandDims(1);
            return [
              close(
                ask.sparseAttention(
                  inAllParts(q),
                  inAllParts(k),
                  inAllParts(v),
                  op.reshape(op.mul(places, counts), [LONG * PARTS, 2]),
                  op.cast(inAllParts(valid.cast("int32")), "bool"),
                ),
                inAllParts(ask.sparseAttention(q, k, v, indices, valid)),
                {
                  en: "the output of 576 sequences, against that of one",
                  es: "la salida de 576 secuencias, frente a la de una",
                },
              ),
            ];
          },
          { seconds: SECONDS, advice },
        ),
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
      "a few queries at a time": {
        sparseAttention: (q, k, v, indices, valid) => {
          const [n = 0] = indices.shape;
          const starts = Array.from({ length: Math.ceil(n / 500) }, (_, at) => 500 * at);
          const rows = starts.map((start) => {
            const few = (x: tf.Tensor) => x.slice(start, Math.min(500, n - start));
            const scores = tf.where(few(valid), scored(few(q), k, few(indices)), -1e9); // [few, w]
            return mixed(stableSoftmax(scores), v, few(indices)); // [few, dv]
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
});

type R = number[][];
type Inputs = [q: tf.Tensor, k: tf.Tensor, v: tf.Tensor];
type Lists = [indices: tf.Tensor, valid: tf.Tensor];

/** q, k [n, dk] and v [n, dv] */
const inputs = (random: Random, n: number, dk: number, dv: number): Inputs => [
  random.normal([n, dk]),
  random.normal([n, dk]),
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

/** Lists of 6 queries whose filler stands before and between the keys; each key is in some list. */
function scattered(): Lists {
  const valid = maskOf(["0110", "1011", "0001", "1111", "1001", "0111"]);
  const keys = Array.from({ length: 6 }, (_, i) => [0, 1, 2, 3].map((at) => (i + at) % 6));
  return [tf.tensor2d(keys, [6, 4], "int32").mul(valid.cast("int32")), valid];
}

/** A causal window of w keys: the first queries have fewer. */
function window(n: number, w: number): Lists {
  const back = tf
    .range(0, n, 1, "int32")
    .expandDims(1)
    .sub(tf.range(0, w, 1, "int32")); // [n, w]
  return [back.maximum(tf.scalar(0, "int32")), back.greaterEqual(0)];
}

/** One or two keys for each of the positions of a part, key 0 among those of the second. */
function pairs(random: Random): Lists {
  const rows = Array.from({ length: LONG }, (_, i) => {
    const first = i === 1 ? 0 : random.integer(0, LONG - 1);
    return [first, i % 2 === 0 ? 0 : (first + random.integer(1, LONG - 1)) % LONG];
  });
  return [tf.tensor2d(rows, [LONG, 2], "int32"), maskOf(rows.map((_, i) => (i % 2 === 0 ? "10" : "11")))];
}

/** Lists of 6 queries, none of which has key 0; filler points at it. */
function withoutKeyZero(): Lists {
  const valid = maskOf(["110", "111", "100", "011", "101", "111"]);
  const keys = Array.from({ length: 6 }, (_, i) => [0, 1, 2].map((at) => 1 + ((i + at) % 5)));
  return [tf.tensor2d(keys, [6, 3], "int32").mul(valid.cast("int32")), valid];
}

/**
 * Inputs whose filler has higher scores than the keys: −100 in place of −1e9 leaves it a weight that is not 0, and weights
 * that are masked and then divided by their new sum do not vanish.
 */
function fillerAbove(random: Random): [...Inputs, ...Lists] {
  const [q, k, v] = inputs(random, 6, 3, 4);
  const all = [1, 1, 1, 1, 1, 1];
  return [...led([q.mul(0.2), k, v], all, [0, -10, -10, -10, -10, -10]), ...withoutKeyZero()];
}

/** Inputs all of whose scores are near −10⁶: filler must lie below these, too, which −10⁴ in place of −1e9 does not. */
function farBelow(random: Random): Inputs {
  const all = [1, 1, 1, 1, 1, 1];
  return led(
    inputs(random, 6, 3, 4),
    all,
    all.map(() => -1e6),
  );
}

/** Scores shifted by +1000, 0 and −1000, all those of a query together; the other way for keys with the sign −1. */
function shifted(given: Inputs, signs?: readonly number[]): Inputs {
  const positions = Array.from({ length: given[0].shape[0] ?? 0 }, (_, i) => i);
  return led(
    given,
    positions.map((i) => 1000 * (1 - (i % 3))),
    signs ?? positions.map(() => 1),
  );
}

/** The same with queries[i]·keys[j] added to the score of query i and key j, by a column more. */
function led([q, k, v]: Inputs, queries: readonly number[], keys: readonly number[]): Inputs {
  const column = (values: readonly number[]) => tf.tensor1d([...values]).expandDims(1);
  const root = Math.sqrt((q.shape[1] ?? 0) + 1);
  return [tf.concat([column(queries).mul(root), q], 1), tf.concat([column(keys), k], 1), v];
}

/** Each row [64, ·] once for every part, one after the other: [64·PARTS, ·] */
const inAllParts = (rows: tf.Tensor | Term) =>
  op.reshape(op.tile(op.expandDims(rows, 1), [1, PARTS, 1]), [LONG * PARTS, -1]);

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
