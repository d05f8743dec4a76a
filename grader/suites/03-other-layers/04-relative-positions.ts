import * as tf from "@tensorflow/tfjs";
import { close, EXACT, EXTREME, ORDINARY, op, type Random, suite } from "#grader/suite/index.js";
import { relativeIndices, relativeSelfAttention, stableSoftmax } from "#reference";
import type { Attention, RelativeAttentionParams } from "../../../exercises/types.js";

export const relativePositionsSuite = suite("3.4", { relativeIndices, relativeSelfAttention })(
  ({ agrees, law, refuses }) => ({
    cases: (random) => ({
      relativeIndices: {
        moreKeys: [4, 7, 2],
        moreQueries: [7, 4, 2],
        square: [5, 5, 1],
        onlyOneRow: [3, 4, 0],
        nothingToClip: [3, 4, 6],
        oneQuery: [1, 5, 2],
        oneKey: [5, 1, 2],
      },
      relativeSelfAttention: {
        plain: inputs(random, { n: 7, d: 6, dk: 4, dv: 3, k: 2 }),
        square: inputs(random, { n: 5, d: 5, dk: 5, dv: 5, k: 2 }),
        equalWidths: inputs(random, { n: 6, d: 5, dk: 4, dv: 4, k: 1 }),
        oneRow: inputs(random, { n: 5, d: 6, dk: 4, dv: 3, k: 0 }),
        nothingToClip: inputs(random, { n: 4, d: 5, dk: 3, dv: 6, k: 5 }),
        oneToken: inputs(random, { n: 1, d: 4, dk: 3, dv: 2, k: 1 }),
        extreme: shifted(random),
        evenRows: withRows(random, 4, 4),
        twoRows: withRows(random, 2, 2),
        moreKeyRows: withRows(random, 5, 3),
        moreValueRows: withRows(random, 1, 3),
      },
    }),

    checks: [
      agrees(
        {
          en: "relativeIndices finds the row of each distance",
          es: "relativeIndices encuentra la fila de cada distancia",
        },
        3,
        "relativeIndices",
        ["moreKeys", "moreQueries", "square", "onlyOneRow", "nothingToClip", "oneQuery", "oneKey"],
        EXACT,
      ),
      agrees(
        {
          en: "the weights of relativeSelfAttention agree with the reference",
          es: "los pesos de relativeSelfAttention coinciden con la referencia",
        },
        3,
        "relativeSelfAttention",
        ["plain", "square", "equalWidths", "oneRow", "nothingToClip", "oneToken"],
        ORDINARY,
        "weights",
      ),
      agrees(
        {
          en: "the output of relativeSelfAttention agrees with the reference",
          es: "la salida de relativeSelfAttention coincide con la referencia",
        },
        3,
        "relativeSelfAttention",
        ["plain", "square", "equalWidths", "oneRow", "nothingToClip", "oneToken"],
        ORDINARY,
        "output",
      ),
      agrees(
        {
          en: "stays right at scores near ±1000",
          es: "sigue siendo correcta con puntuaciones cerca de ±1000",
        },
        1,
        "relativeSelfAttention",
        ["extreme"],
        EXTREME,
      ),
      law(
        {
          en: "with tables of zeros the order of the tokens does not count, and a single row only moves the output",
          es: "con tablas de ceros no cuenta el orden de los tokens, y una sola fila solo desplaza la salida",
        },
        3,
        "relativeSelfAttention",
        "plain",
        (ask, [x, p], random) => {
          const order = tf.tensor1d(random.permutation(x.shape[0] ?? 0), "int32");
          const zeros = {
            ...p,
            relativeKeys: tf.zerosLike(p.relativeKeys),
            relativeValues: tf.zerosLike(p.relativeValues),
          };
          const without = ask.relativeSelfAttention(x, zeros);
          const permuted = ask.relativeSelfAttention(tf.gather(x, order), zeros);
          // k = 0: one offset for all keys adds the same number to every score of a row, and softmax cancels it.
          const row = { relativeKeys: random.normal([1, 4]), relativeValues: random.normal([1, 3]) };
          const single = ask.relativeSelfAttention(x, { ...p, ...row });
          return [
            close(permuted.output, op.gather(without.output, order), {
              en: "the output for permuted tokens, with tables of zeros,",
              es: "la salida con los tokens permutados y tablas de ceros,",
            }),
            close(single.weights, without.weights, {
              en: "the weights with k = 0, against those with tables of zeros,",
              es: "los pesos con k = 0, frente a los de tablas de ceros,",
            }),
            close(single.output, op.add(without.output, row.relativeValues), {
              en: "the output with k = 0, against that with tables of zeros plus the row of relativeValues,",
              es: "la salida con k = 0, frente a la de tablas de ceros más la fila de relativeValues,",
            }),
          ];
        },
      ),
      law(
        {
          en: "among equal tokens, weights[i, j] / weights[i, i] depends on j − i only",
          es: "entre tokens iguales, weights[i, j] / weights[i, i] depende solo de j − i",
        },
        3,
        "relativeSelfAttention",
        "plain",
        (ask, [x, p], random) => {
          const n = x.shape[0] ?? 0;
          const { weights } = ask.relativeSelfAttention(random.normal([1, 6]).tile([n, 1]), p);
          const ratios = op.div(weights, op.sum(op.mul(weights, tf.eye(n)), 1, true)); // [n, n]
          return [
            close(
              op.slice(ratios, [1, 1]),
              op.slice(ratios, [0, 0], [n - 1, n - 1]),
              {
                en: "weights[i, j] / weights[i, i] one place on, against those before,",
                es: "weights[i, j] / weights[i, i] un lugar más allá, frente a los de antes,",
              },
              RATIOS,
            ),
          ];
        },
      ),
      law(
        {
          en: "read backwards, with both tables backwards, the tokens come out backwards",
          es: "leídos al revés, con ambas tablas al revés, los tokens salen al revés",
        },
        2,
        "relativeSelfAttention",
        "plain",
        (ask, [x, p]) => {
          const [forth, back] = [
            ask.relativeSelfAttention(x, p),
            ask.relativeSelfAttention(x.reverse(0), backwards(p)),
          ];
          return [
            close(back.weights, op.reverse(forth.weights, [0, 1]), {
              en: "the weights of the tokens read backwards",
              es: "los pesos de los tokens leídos al revés",
            }),
            close(back.output, op.reverse(forth.output, 0), {
              en: "the output of the tokens read backwards",
              es: "la salida de los tokens leídos al revés",
            }),
          ];
        },
      ),
      refuses(
        {
          en: "refuses tables of an even number of rows, or of different ones",
          es: "rechaza tablas con un número par de filas, o con distinto número",
        },
        2,
        "relativeSelfAttention",
        ["evenRows", "twoRows", "moreKeyRows", "moreValueRows"],
      ),
    ],

    mistakes: {
      "offset-reversed": {
        variant: {
          relativeIndices: (n, m, k) => reversed(relativeIndices(n, m, k), k),
          relativeSelfAttention: (x, p) => relativeSelfAttention(x, backwards(p)),
        },
        hint: {
          en: "This is what comes out with the distance i − j: what stands before the query gets the row of what stands after it. The distance goes from the query to the key, j − i, so that row 0 is for keys far before it (Shaw et al. 2018, §3.2).",
          es: "Esto es lo que sale con la distancia i − j: lo que está antes de la consulta recibe la fila de lo que está después. La distancia va de la consulta a la clave, j − i, de modo que la fila 0 es de las claves que quedan muy atrás (Shaw et al. 2018, §3.2).",
        },
      },
      "no-clip": {
        variant: {
          relativeIndices: (n, m, k) => table(n, m, (i, j) => j - i + k),
          relativeSelfAttention: attending({
            chosen: (n, k) =>
              oneHot(
                table(n, n, (i, j) => j - i + k),
                k,
              ),
          }),
        },
        hint: {
          en: "This is what comes out when distances beyond k are not clipped: their index is outside 0..2k and they get no offset. They share the rows of −k and k: clip j − i to −k..k before adding k (Shaw et al. 2018, §3.2).",
          es: "Esto es lo que sale cuando no se recortan las distancias mayores que k: su índice queda fuera de 0..2k y no reciben nada. Comparten las filas de −k y k: recorta j − i a −k..k antes de sumar k (Shaw et al. 2018, §3.2).",
        },
      },
      "distance-unsigned": {
        variant: {
          relativeIndices: (n, m, k) => unsigned(n, m, k),
          relativeSelfAttention: attending({ chosen: (n, k) => oneHot(unsigned(n, n, k), k) }),
        },
        hint: {
          en: "This is what comes out with |j − i|: before and after become the same, and the first k rows of the tables have no use. Keep the sign: clip(j − i, −k, k) + k (Shaw et al. 2018, §3.2).",
          es: "Esto es lo que sale con |j − i|: antes y después pasan a ser lo mismo, y las primeras k filas de las tablas no sirven de nada. Conserva el signo: clip(j − i, −k, k) + k (Shaw et al. 2018, §3.2).",
        },
      },
      "indices-from-minus-k": {
        variant: { relativeIndices: (n, m, k) => relativeIndices(n, m, k).map((row) => row.map((index) => index - k)) },
        hint: {
          en: "These are the clipped distances, −k..k. Rows of a table count from 0: add k, so that the query's own place is row k.",
          es: "Estas son las distancias recortadas, −k..k. Las filas de una tabla se cuentan desde 0: suma k, y así el lugar de la propia consulta es la fila k.",
        },
      },
      "no-value-offsets": {
        variant: {
          relativeSelfAttention: (x, p) =>
            relativeSelfAttention(x, { ...p, relativeValues: tf.zerosLike(p.relativeValues) }),
        },
        hint: {
          en: "The weights are right, but this is the output without the offsets of the values: positions only steer the attention and are not passed on. Mix v_j + aV_ij (Shaw et al. 2018, eq. 3).",
          es: "Los pesos están bien, pero esta es la salida sin lo que se suma a los valores: las posiciones solo dirigen la atención y no se transmiten. Mezcla v_j + aV_ij (Shaw et al. 2018, ec. 3).",
        },
      },
      "no-key-offsets": {
        variant: {
          relativeSelfAttention: (x, p) =>
            relativeSelfAttention(x, { ...p, relativeKeys: tf.zerosLike(p.relativeKeys) }),
        },
        hint: {
          en: "This is what comes out without the offsets of the keys: the weights are those of plain self-attention, blind to order. Score q_i against k_j + aK_ij (Shaw et al. 2018, eq. 4).",
          es: "Esto es lo que sale sin lo que se suma a las claves: los pesos son los de la autoatención de siempre, ciega al orden. Compara q_i con k_j + aK_ij (Shaw et al. 2018, ec. 4).",
        },
      },
      "value-offsets-transposed": {
        variant: { relativeSelfAttention: attending({ forValues: (chosen) => chosen.transpose([1, 0, 2]) }) },
        hint: {
          en: "The weights are right, but the values get the offsets aV_ji, those of the opposite distance. The query i comes first in both tables: z_i = Σ_j α_ij (v_j + aV_ij) (Shaw et al. 2018, eq. 3).",
          es: "Los pesos están bien, pero los valores reciben aV_ji, lo que toca a la distancia opuesta. La consulta i va primero en ambas tablas: z_i = Σ_j α_ij (v_j + aV_ij) (Shaw et al. 2018, ec. 3).",
        },
      },
      "one-table": {
        variant: {
          relativeSelfAttention: (x, p) => relativeSelfAttention(x, { ...p, relativeValues: p.relativeKeys }),
        },
        hint: {
          en: "This is what comes out when relativeKeys is added to the values too, which fits only if dk = dv. Each has its own table: relativeKeys for the scores, relativeValues for the output (Shaw et al. 2018, eq. 3–4).",
          es: "Esto es lo que sale cuando relativeKeys también se suma a los valores, y solo encaja si dk = dv. Cada cual tiene su tabla: relativeKeys para las puntuaciones, relativeValues para la salida (Shaw et al. 2018, ec. 3–4).",
        },
      },
      "offsets-not-scaled": {
        variant: {
          relativeSelfAttention: (x, p) =>
            relativeSelfAttention(x, { ...p, relativeKeys: p.relativeKeys.mul(Math.sqrt(p.wq.shape[1] ?? 1)) }),
        },
        hint: {
          en: "This is what comes out when only q·kᵀ is divided by √dk and the product with the offsets is added afterwards. The scale is for their sum: (q_i·k_j + q_i·aK_ij)/√dk (Shaw et al. 2018, eq. 5).",
          es: "Esto es lo que sale cuando solo q·kᵀ se divide entre √dk y el producto con los vectores de la tabla se suma después. La escala es para la suma: (q_i·k_j + q_i·aK_ij)/√dk (Shaw et al. 2018, ec. 5).",
        },
      },
    },

    routes: {
      "the offset tensors in full, by tf.gather": {
        relativeIndices: (n, m, k) =>
          table(n, m, (i, j) => {
            if (j - i > k) return 2 * k;
            return j - i < -k ? 0 : j - i + k;
          }),
        relativeSelfAttention: guarded((x, p, k) => {
          const n = x.shape[0] ?? 0;
          const indices = tf.tensor1d(relativeIndices(n, n, k).flat(), "int32");
          const [keys, values] = [p.relativeKeys, p.relativeValues].map((rows) =>
            tf.gather(rows, indices).reshape([n, n, -1]),
          ) as [tf.Tensor, tf.Tensor];
          const [q, key, v] = projected(x, p);
          const offsets = tf.matMul(keys, q.expandDims(2)).squeeze([2]); // [n, n], q_i·aK_ij
          const weights = tf.softmax(
            tf
              .matMul(q, key.transpose())
              .add(offsets)
              .div(Math.sqrt(p.wq.shape[1] ?? 1)),
          );
          const mixed = tf.matMul(weights.expandDims(1), values).squeeze([1]); // [n, dv], Σ_j α_ij aV_ij
          return { output: tf.matMul(weights, v).add(mixed), weights };
        }),
      },
      "the efficient form, q·relativeKeysᵀ gathered, tidied": {
        relativeIndices: (n, m, k) => {
          const distances = tf.range(0, m).sub(tf.range(0, n).expandDims(1)); // [n, m]
          return distances.clipByValue(-k, k).add(k).arraySync() as number[][];
        },
        relativeSelfAttention: guarded((x, p, k) =>
          tf.tidy(() => {
            const [n = 0, rows] = [x.shape[0], 2 * k + 1];
            const [q, key, v] = projected(x, p);
            const byRow = tf.matMul(q, p.relativeKeys, false, true); // [n, rows]
            const flat = relativeIndices(n, n, k).flatMap((row, i) => row.map((index) => i * rows + index));
            const offsets = tf.gather(byRow.flatten(), tf.tensor1d(flat, "int32")).reshape([n, n]);
            const scores = tf.matMul(q, key, false, true).add(offsets);
            const weights = tf.softmax(scores.mul((p.wq.shape[1] ?? 1) ** -0.5));
            const spent = tf.unsortedSegmentSum(weights.flatten(), tf.tensor1d(flat, "int32"), n * rows);
            return {
              output: tf.matMul(weights, v).add(tf.matMul(spent.reshape([n, rows]), p.relativeValues)),
              weights,
            };
          }),
        ),
      },
      "query by query, its distances a stretch of −n + 1, …, n − 1": {
        relativeIndices: (n, m, k) => {
          const line = Array.from({ length: n + m - 1 }, (_, t) => Math.min(Math.max(t - n + 1, -k), k) + k);
          return Array.from({ length: n }, (_, i) => line.slice(n - 1 - i, n - 1 - i + m));
        },
        relativeSelfAttention: guarded((x, p, k) => {
          const n = x.shape[0] ?? 0;
          const line = Array.from({ length: 2 * n - 1 }, (_, t) => Math.min(Math.max(t - n + 1, -k), k) + k);
          const along = (rows: tf.Tensor, i: number) =>
            tf.stack(line.slice(n - 1 - i, 2 * n - 1 - i).map((index) => rows.slice(index, 1).squeeze([0])));
          const [q, key, v] = projected(x, p);
          const rows = Array.from({ length: n }, (_, i) => {
            const scores = tf.matMul(q.slice(i, 1), key.add(along(p.relativeKeys, i)), false, true); // [1, n]
            const weights = stableSoftmax(scores.div(Math.sqrt(p.wq.shape[1] ?? 1)));
            return { weights, output: tf.matMul(weights, v.add(along(p.relativeValues, i))) };
          });
          return {
            output: tf.concat(rows.map(({ output }) => output)),
            weights: tf.concat(rows.map(({ weights }) => weights)),
          };
        }),
      },
      "one-hot rows": {
        relativeSelfAttention: attending({}),
      },
      "in plain numbers": {
        relativeIndices: (n, m, k) => {
          const rows: number[][] = [];
          for (let i = 0; i < n; i++) {
            const row: number[] = [];
            for (let j = 0; j < m; j++) row.push(k + Math.sign(j - i) * Math.min(Math.abs(j - i), k));
            rows.push(row);
          }
          return rows;
        },
        relativeSelfAttention: guarded((x, p, k) => {
          const [q, key, v] = projected(x, p).map((tensor) => tensor.arraySync()) as [Rows, Rows, Rows];
          const [aK, aV] = [p.relativeKeys, p.relativeValues].map((tensor) => tensor.arraySync()) as [Rows, Rows];
          const row = (i: number, j: number) => Math.min(Math.max(j - i, -k), k) + k;
          const weights = q.map((query, i) => {
            const scores = key.map((other, j) => dot(query, plus(other, aK[row(i, j)])) / Math.sqrt(query.length));
            const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
            const sum = powers.reduce((total, power) => total + power, 0);
            return powers.map((power) => power / sum);
          });
          const output = weights.map((alpha, i) =>
            alpha.reduce<number[]>(
              (sum, weight, j) =>
                plus(
                  sum,
                  plus(v[j] ?? [], aV[row(i, j)]).map((entry) => weight * entry),
                ),
              (v[0] ?? []).map(() => 0),
            ),
          );
          return { output: tf.tensor2d(output), weights: tf.tensor2d(weights) };
        }),
      },
    },
  }),
);

interface Sizes {
  readonly n: number;
  readonly d: number;
  readonly dk: number;
  readonly dv: number;
  readonly k: number;
}

type Inputs = [x: tf.Tensor, p: RelativeAttentionParams];
type Rows = number[][];

/** Ratios of weights are exponentials of scores: rounding of a score is relative there, and grows with its size. */
const RATIOS = { absolute: 1e-5, relative: 1e-3 };

function inputs(random: Random, { n, d, dk, dv, k }: Sizes): Inputs {
  const weights = (width: number) => random.normal([d, width], 0.5);
  const tables = { relativeKeys: random.normal([2 * k + 1, dk]), relativeValues: random.normal([2 * k + 1, dv]) };
  return [random.normal([n, d]), { wq: weights(dk), wk: weights(dk), wv: weights(dv), ...tables }];
}

/** Inputs whose tables have so many rows. */
function withRows(random: Random, keys: number, values: number): Inputs {
  const [x, p] = inputs(random, { n: 5, d: 6, dk: 4, dv: 3, k: 1 });
  return [x, { ...p, relativeKeys: random.normal([keys, 4]), relativeValues: random.normal([values, 3]) }];
}

/**
 * Tokens whose scores are near +1000 at even places and near −1000 at odd ones: entry 0 of a token is ±1 and counts in
 * column 0 of the queries only, where every offset holds 1000·√dk and the keys hold 0.
 */
function shifted(random: Random): Inputs {
  const { n, d, dk, dv, k } = { n: 6, d: 5, dk: 4, dv: 3, k: 2 };
  const [x, p] = inputs(random, { n, d, dk, dv, k });
  const signs = tf.tensor2d(Array.from({ length: n }, (_, i) => [i % 2 === 0 ? 1 : -1])); // [n, 1]
  const first = tf.range(0, d).equal(0).cast("float32").expandDims(1); // [d, 1]
  const rest = (w: tf.Tensor) => tf.concat([tf.zeros([1, dk - 1]), w.slice([1, 1])], 0); // [d, dk − 1]
  return [
    tf.concat([signs, x.slice([0, 1])], 1),
    {
      ...p,
      wq: tf.concat([first, rest(p.wq)], 1),
      wk: tf.concat([tf.zeros([d, 1]), rest(p.wk)], 1),
      relativeKeys: tf.concat([tf.fill([2 * k + 1, 1], 1000 * Math.sqrt(dk)), p.relativeKeys.slice([0, 1])], 1),
    },
  ];
}

const table = (n: number, m: number, entry: (i: number, j: number) => number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, j) => entry(i, j)));

const reversed = (indices: Rows, k: number): Rows => indices.map((row) => row.map((index) => 2 * k - index));
const unsigned = (n: number, m: number, k: number): Rows => table(n, m, (i, j) => Math.min(Math.abs(j - i), k) + k);

const backwards = (p: RelativeAttentionParams): RelativeAttentionParams => ({
  ...p,
  relativeKeys: p.relativeKeys.reverse(0),
  relativeValues: p.relativeValues.reverse(0),
});

/** Which of the 2k + 1 rows each pair takes, as ones among zeros [n, n, 2k + 1]; none where the index is outside. */
function oneHot(indices: Rows, k: number): tf.Tensor {
  return tf
    .tensor2d(indices)
    .expandDims(2)
    .equal(tf.range(0, 2 * k + 1))
    .cast("float32");
}

/** Attention by one-hot rows, chosen and used as told. */
function attending({
  chosen = (n, k) => oneHot(relativeIndices(n, n, k), k),
  forValues = (rows) => rows,
}: {
  readonly chosen?: (n: number, k: number) => tf.Tensor;
  readonly forValues?: (chosen: tf.Tensor) => tf.Tensor;
}): typeof relativeSelfAttention {
  return guarded((x, p, k) => {
    const rows = chosen(x.shape[0] ?? 0, k); // [n, n, 2k + 1]
    const [q, key, v] = projected(x, p);
    const offsets = rows.mul(tf.matMul(q, p.relativeKeys, false, true).expandDims(1)).sum(2); // [n, n]
    const scores = tf
      .matMul(q, key, false, true)
      .add(offsets)
      .div(Math.sqrt(p.wq.shape[1] ?? 1));
    const weights = stableSoftmax(scores); // [n, n]
    const spent = forValues(rows).mul(weights.expandDims(2)).sum(1); // [n, 2k + 1]
    return { output: tf.matMul(weights, v).add(tf.matMul(spent, p.relativeValues)), weights };
  });
}

const projected = (x: tf.Tensor, p: RelativeAttentionParams) =>
  [tf.matMul(x, p.wq), tf.matMul(x, p.wk), tf.matMul(x, p.wv)] as const;

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const plus = (a: readonly number[], b: readonly number[] = []): number[] => a.map((x, i) => x + (b[i] ?? 0));

/** `attention`, which may rely on two tables of 2k + 1 rows. */
function guarded(
  attention: (x: tf.Tensor, p: RelativeAttentionParams, k: number) => Attention,
): typeof relativeSelfAttention {
  return (x, p) => {
    const [rows = 0, valueRows] = [p.relativeKeys.shape[0], p.relativeValues.shape[0]];
    if (rows % 2 === 0 || rows !== valueRows) throw new RangeError("not 2k + 1 rows");
    return attention(x, p, (rows - 1) / 2);
  };
}
