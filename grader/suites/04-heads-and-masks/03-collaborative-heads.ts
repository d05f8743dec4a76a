import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, holds, op, type Random, suite, type Term } from "#grader/suite/index.js";
import { collaborativeAttention, concatenationMixing, stableSoftmax } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { Attention, CollaborativeParams } from "../../../exercises/types.js";

/** Cases of all kinds of shapes, and heads that do not collaborate. */
const SHAPES = "distinct square itself wideValues oneHead oneColumn oneQuery oneKey oneWide concatenation".split(" ");

export const collaborativeHeadsSuite = suite("4.3", { collaborativeAttention, concatenationMixing })(
  ({ agrees, law }) => ({
    cases: (random) => ({
      collaborativeAttention: {
        distinct: inputs(random),
        square: inputs(random, { n: 4, m: 4, d: 4, D: 4, h: 4, dv: 4, dk: 4 }),
        itself: itself(inputs(random, { m: 5 })),
        wideValues: inputs(random, { D: 5, h: 2, dv: 9, dk: 3 }),
        oneHead: inputs(random, { h: 1 }),
        oneColumn: inputs(random, { D: 1 }),
        oneWide: inputs(random, { d: 1, dv: 1 }),
        oneQuery: inputs(random, { n: 1 }),
        oneKey: inputs(random, { m: 1 }),
        concatenation: apart(inputs(random, { d: 12, D: 12, h: 3, dv: 4, dk: 4 })),
        extreme: shifted(inputs(random)),
        extremeWithin: shifted(inputs(random), [1, -1, 1, 1, -1, 1, 1]),
      },
      concatenationMixing: {
        distinct: [3, 4],
        square: [3, 3],
        wide: [2, 5],
        oneHead: [1, 6],
        oneColumn: [5, 1],
      },
    }),

    checks: [
      agrees(
        {
          en: "collaborativeAttention agrees with the reference in the weights of every head",
          es: "collaborativeAttention coincide con la referencia en los pesos de cada cabeza",
        },
        3,
        "collaborativeAttention",
        SHAPES,
        undefined,
        "weights",
      ),
      agrees(
        {
          en: "collaborativeAttention agrees with the reference in the output",
          es: "collaborativeAttention coincide con la referencia en la salida",
        },
        3,
        "collaborativeAttention",
        SHAPES,
        undefined,
        "output",
      ),
      agrees(
        { en: "stays right at scores near ±1000", es: "sigue siendo correcta con puntuaciones cerca de ±1000" },
        1,
        "collaborativeAttention",
        ["extreme", "extremeWithin"],
        EXTREME,
      ),
      law(
        {
          en: "heads with a block of ones each do not collaborate: a head's columns move its own weights alone",
          es: "las cabezas con un bloque de unos cada una no colaboran: las columnas de una mueven solo sus pesos",
        },
        2,
        "collaborativeAttention",
        "concatenation",
        (ask, [x, y, p, dk], random) => {
          const own = tf.range(0, p.wq.shape[1] ?? 0).less(dk); // [D], the columns of head 0
          const other = (w: tf.Tensor) => tf.where(own, random.normal(w.shape, 0.4), w);
          const plain = ask.collaborativeAttention(x, y, p, dk).weights;
          const moved = ask.collaborativeAttention(x, y, { ...p, wq: other(p.wq), wk: other(p.wk) }, dk).weights;
          return [
            close(op.slice(moved, 1), op.slice(plain, 1), {
              en: "the weights of the other heads, after the columns of head 0 were changed in wq and wk",
              es: "los pesos de las demás cabezas, tras cambiar las columnas de la cabeza 0 en wq y wk",
            }),
            differ(op.slice(moved, 0, 1), op.slice(plain, 0, 1), {
              en: "the weights of head 0 stay as they were when its columns of wq and wk are changed",
              es: "los pesos de la cabeza 0 no cambian cuando se cambian sus columnas de wq y wk",
            }),
          ];
        },
      ),
      law(
        {
          en: "heads with equal rows of mixing have equal weights, the others their own",
          es: "las cabezas con filas iguales de mixing tienen pesos iguales; las demás, los suyos",
        },
        2,
        "collaborativeAttention",
        "distinct",
        (ask, [x, y, p, dk]) => {
          const rows = [2, 1, 2]; // of mixing, for heads 0, 1 and 2
          const own = ask.collaborativeAttention(x, y, p, dk).weights;
          const alike = ask.collaborativeAttention(x, y, { ...p, mixing: tf.gather(p.mixing, rows) }, dk).weights;
          return [
            close(alike, op.gather(own, rows), {
              en: "the weights when head 0 mixes as head 2 does",
              es: "los pesos cuando la cabeza 0 mezcla igual que la cabeza 2",
            }),
            differ(op.slice(own, 1, 1), op.slice(own, 2, 1), {
              en: "heads 1 and 2 have other rows of mixing and the same weights",
              es: "las cabezas 1 y 2 tienen filas distintas de mixing y los mismos pesos",
            }),
          ];
        },
      ),
      law(
        {
          en: "a mixing of zeros tells no keys apart: each head takes the mean of its values",
          es: "un mixing de ceros no distingue las claves: cada cabeza toma la media de sus valores",
        },
        2,
        "collaborativeAttention",
        "distinct",
        (ask, [x, y, p, dk]) => {
          const { output, weights } = ask.collaborativeAttention(x, y, { ...p, mixing: tf.zerosLike(p.mixing) }, dk);
          const [n = 1, m = 1, h = 1] = [x.shape[0], y.shape[0], p.mixing.shape[0]];
          const means = tf.matMul(y.mean(0, true).expandDims(0).tile([h, 1, 1]), p.wv); // [h, 1, dv]
          return [
            close(weights, tf.fill([h, n, m], 1 / m), {
              en: "the weights with a mixing of zeros, against 1/m",
              es: "los pesos con un mixing de ceros, frente a 1/m",
            }),
            close(output, tf.matMul(means.reshape([1, -1]), p.wo).tile([n, 1]), {
              en: "the output with a mixing of zeros, against the means of the values times wo",
              es: "la salida con un mixing de ceros, frente a las medias de los valores por wo",
            }),
          ];
        },
      ),
      law(
        {
          en: "of the D shared columns neither the order counts nor those that no head uses",
          es: "de las D columnas compartidas no importa el orden, ni cuentan las que nadie usa",
        },
        2,
        "collaborativeAttention",
        "distinct",
        (ask, [x, y, p, dk], random) => {
          const D = p.mixing.shape[1] ?? 1;
          const order = random.permutation(D);
          const [wq, wk, mixing] = [p.wq, p.wk, p.mixing].map((w) => tf.gather(w, order, 1)) as Three;
          const used = tf.range(0, D).less(D - 3); // [D]
          const fewer = { ...p, mixing: p.mixing.mul(used.cast("float32")) };
          const other = (w: tf.Tensor) => tf.where(used, w, random.normal(w.shape));
          const changed = { ...fewer, wq: other(p.wq), wk: other(p.wk) };
          return [
            close(
              ask.collaborativeAttention(x, y, { ...p, wq, wk, mixing }, dk).weights,
              ask.collaborativeAttention(x, y, p, dk).weights,
              {
                en: "the weights with the columns of wq, wk and mixing permuted together",
                es: "los pesos con las columnas de wq, wk y mixing permutadas juntas",
              },
            ),
            close(
              ask.collaborativeAttention(x, y, changed, dk).weights,
              ask.collaborativeAttention(x, y, fewer, dk).weights,
              {
                en: "with zeros in the last 3 columns of mixing: the weights with other numbers there in wq and wk",
                es: "con ceros en las últimas 3 columnas de mixing: los pesos con otros números ahí en wq y wk",
              },
            ),
          ];
        },
      ),
      law(
        {
          en: "each head has values of its own, and its own rows of wo",
          es: "cada cabeza tiene sus propios valores y sus propias filas de wo",
        },
        2,
        "collaborativeAttention",
        "distinct",
        (ask, [x, y, p, dk]) => {
          const { output, weights } = ask.collaborativeAttention(x, y, p, dk);
          const written = valuesOf(y, p).map((values, i) => tf.matMul(values, rowsOf(p, i))); // h of [m, d]
          return [
            close(output, op.sum(op.matMul(weights, tf.stack(written)), 0), {
              en: "the output, against Σ_i weights_i·y·wv_i·(rows of wo of head i)",
              es: "la salida, frente a Σ_i weights_i·y·wv_i·(filas de wo de la cabeza i)",
            }),
          ];
        },
      ),
      agrees(
        { en: "concatenationMixing agrees with the reference", es: "concatenationMixing coincide con la referencia" },
        2,
        "concatenationMixing",
        ["distinct", "square", "wide", "oneHead", "oneColumn"],
      ),
      law(
        {
          en: "by concatenationMixing each head has dk columns, and each column one head",
          es: "con concatenationMixing cada cabeza tiene dk columnas, y cada columna una cabeza",
        },
        1,
        "concatenationMixing",
        "distinct",
        (ask, [h, dk]) => {
          const mixing = ask.concatenationMixing(h, dk);
          return [
            close(op.matMul(mixing, mixing, false, true), tf.eye(h).mul(dk), {
              en: "mixing·mixingᵀ, against dk on the diagonal and 0 elsewhere",
              es: "mixing·mixingᵀ, frente a dk en la diagonal y 0 fuera de ella",
            }),
            close(op.sum(mixing, 0), tf.ones([h * dk]), {
              en: "the sums of the columns of mixing",
              es: "las sumas de las columnas de mixing",
            }),
          ];
        },
      ),
    ],

    mistakes: {
      "mixing-on-both-sides": {
        variant: changed((p) => ({ ...p, mixing: p.mixing.square() })),
        hint: {
          en: "This is what comes out when mixing multiplies the queries and the keys as well: every entry counts squared, and its sign is lost. With zeros and ones that does not show. diag(mixing_i) stands once between them: multiply one of the two (Cordonnier, Loukas & Jaggi 2020).",
          es: "Esto es lo que sale cuando mixing multiplica tanto las consultas como las claves: cada entrada cuenta al cuadrado y pierde su signo. Con ceros y unos no se nota. diag(mixing_i) va una sola vez entre las dos: multiplica solo una de ellas (Cordonnier, Loukas & Jaggi 2020).",
        },
      },
      "mixing-ignored": {
        variant: changed((p) => ({ ...p, mixing: tf.onesLike(p.mixing) })),
        hint: {
          en: "This is what comes out without mixing: all heads score alike, and differ by their values alone. Head i multiplies the D columns of the queries by row i of mixing before they meet the keys (Cordonnier, Loukas & Jaggi 2020).",
          es: "Esto es lo que sale sin mixing: todas las cabezas puntúan igual y solo difieren en sus valores. La cabeza i multiplica las D columnas de las consultas por la fila i de mixing antes de que se encuentren con las claves (Cordonnier, Loukas & Jaggi 2020).",
        },
      },
      "shared-value": {
        variant: changed((p) => ({ ...p, wv: p.wv.slice(0, 1).tile([p.wv.shape[0] ?? 1, 1, 1]) })),
        hint: {
          en: "This is what comes out when all heads take their values by wv of head 0. Heads share queries and keys here, not values: head i mixes y·wv_i, wv_i being matrix i of wv [h, d, dv] (Cordonnier, Loukas & Jaggi 2020).",
          es: "Esto es lo que sale cuando todas las cabezas toman sus valores con la wv de la cabeza 0. Aquí las cabezas comparten consultas y claves, no valores: la cabeza i mezcla y·wv_i, donde wv_i es la matriz i de wv [h, d, dv] (Cordonnier, Loukas & Jaggi 2020).",
        },
      },
      "heads-interleaved": {
        variant: {
          collaborativeAttention: (x, y, p, dk) => {
            const { weights } = collaborativeAttention(x, y, p, dk);
            const heads = valuesOf(y, p).map((values, i) => tf.matMul(headOf(weights, i), values)); // h of [n, dv]
            return { output: linear(tf.stack(heads, 2).reshape([x.shape[0] ?? 0, -1]), p.wo), weights };
          },
        },
        hint: {
          en: "This is what comes out when the heads are shuffled together, entry by entry, before wo. They stand side by side in order, all dv entries of head 0 before those of head 1: from [h, n, dv], transpose([1, 0, 2]) and then reshape to [n, h·dv].",
          es: "Esto es lo que sale cuando las cabezas se intercalan entrada por entrada antes de wo. Van lado a lado y en orden, las dv entradas de la cabeza 0 antes que las de la cabeza 1: desde [h, n, dv], transpose([1, 0, 2]) y luego reshape a [n, h·dv].",
        },
      },
      "merge-without-transpose": {
        variant: {
          collaborativeAttention: (x, y, p, dk) => {
            const { weights } = collaborativeAttention(x, y, p, dk);
            const heads = valuesOf(y, p).map((values, i) => tf.matMul(headOf(weights, i), values)); // h of [n, dv]
            return { output: linear(tf.stack(heads).reshape([x.shape[0] ?? 0, -1]), p.wo), weights };
          },
        },
        hint: {
          en: "This is what comes out when [h, n, dv] is reshaped straight to [n, h·dv]: a row then holds several tokens of one head instead of all heads of one token. Transpose first, transpose([1, 0, 2]), then reshape.",
          es: "Esto es lo que sale cuando [h, n, dv] pasa directo a [n, h·dv] con reshape: una fila tiene entonces varios tokens de una cabeza en lugar de todas las cabezas de un token. Primero transpose([1, 0, 2]), y después reshape.",
        },
      },
      "scale-sqrt-shared": {
        variant: {
          collaborativeAttention: (x, y, p) => collaborativeAttention(x, y, p, p.wq.shape[1] ?? 1),
        },
        hint: {
          en: "This is what comes out with √D, the width that the heads share. The scores are divided by √dk, the last argument, so that heads which do not collaborate are those of multi-head attention (Cordonnier, Loukas & Jaggi 2020).",
          es: "Esto es lo que sale con √D, el ancho que comparten las cabezas. Las puntuaciones se dividen entre √dk, el último argumento, para que las cabezas que no colaboran sean las de la atención con varias cabezas (Cordonnier, Loukas & Jaggi 2020).",
        },
      },
      "no-scale": {
        variant: { collaborativeAttention: (x, y, p) => collaborativeAttention(x, y, p, 1) },
        hint: {
          en: "This is what comes out without the division by √dk. Divide the scores by the root of the last argument, before softmax.",
          es: "Esto es lo que sale sin dividir entre √dk. Divide las puntuaciones entre la raíz del último argumento, antes de softmax.",
        },
      },
      "blocks-interleaved": {
        variant: { concatenationMixing: (h, dk) => ofEntries(h, h * dk, (i, column) => column % h === i) },
        hint: {
          en: "This is 1 in columns i, i + h, i + 2h, … of row i. The columns of a head are neighbours: row i is 1 in columns i·dk … (i + 1)·dk − 1, in a block (Vaswani et al. 2017, §3.2.2).",
          es: "Esto vale 1 en las columnas i, i + h, i + 2h, … de la fila i. Las columnas de una cabeza son contiguas: la fila i vale 1 en las columnas i·dk … (i + 1)·dk − 1, en un bloque (Vaswani et al. 2017, §3.2.2).",
        },
      },
    },

    routes: {
      "in plain numbers": {
        collaborativeAttention: (x, y, p, dk) => inNumbers(x, y, p, dk),
        concatenationMixing: (h, dk) => ofEntries(h, h * dk, (i, column) => Math.floor(column / dk) === i),
      },
      "the keys mixed, the heads summed through the rows of wo": {
        collaborativeAttention: (x, y, p, dk) => {
          const [query, key] = [linear(x, p.wq).div(Math.sqrt(dk)), linear(y, p.wk)]; // [n, D], [m, D]
          const weights = tf.unstack(p.mixing).map((row) => tf.softmax(tf.matMul(query, key.mul(row), false, true)));
          const heads = valuesOf(y, p).map((values, i) => tf.matMul(weights[i] as tf.Tensor, values));
          return { output: tf.addN(heads.map((head, i) => tf.matMul(head, rowsOf(p, i)))), weights: tf.stack(weights) };
        },
        concatenationMixing: (h, dk) =>
          tf.stack(Array.from({ length: h }, (_, i) => tf.ones([dk]).pad([[i * dk, (h - 1 - i) * dk]]))),
      },
      "a bilinear form for each head": {
        collaborativeAttention: (x, y, p, dk) => {
          const parts = tf.unstack(p.mixing).map((row, i): Attention => {
            const form = tf.matMul(tf.matMul(p.wq, tf.diag(row.flatten())), p.wk, false, true); // [d, d]
            const weights = stableSoftmax(tf.matMul(tf.matMul(x, form), y.transpose()).div(Math.sqrt(dk)));
            return { output: tf.matMul(tf.matMul(weights, y), headOf(p.wv, i)), weights };
          });
          const side = tf.concat(
            parts.map(({ output }) => output),
            1,
          );
          return { output: tf.matMul(side, p.wo), weights: tf.stack(parts.map(({ weights }) => weights)) };
        },
        concatenationMixing: (h, dk) => {
          const rows = tf.range(0, h).expandDims(1); // [h, 1]
          return tf
            .range(0, h * dk)
            .div(dk)
            .floor()
            .equal(rows)
            .cast("float32");
        },
      },
      "all heads at once, by products and sums, tidied": {
        collaborativeAttention: (x, y, p, dk) =>
          tf.tidy(() => {
            const products = linear(x, p.wq).expandDims(1).mul(linear(y, p.wk)); // [n, m, D]
            const scores = linear(products, p.mixing.transpose()).div(Math.sqrt(dk)); // [n, m, h]
            const weights = stableSoftmax(scores.transpose([2, 0, 1])); // [h, n, m]
            const [h = 0, d = 0, dv = 0] = p.wv.shape;
            const values = linear(y, p.wv.transpose([1, 0, 2]).reshape([d, h * dv])).reshape([-1, h, dv]); // [m, h, dv]
            const heads = tf.matMul(weights, values.transpose([1, 0, 2])).transpose([1, 0, 2]); // [n, h, dv]
            return { output: linear(heads.reshape([-1, h * dv]), p.wo), weights };
          }),
        concatenationMixing: (h, dk) => {
          const entries = tf.buffer([h, h * dk]);
          for (let column = 0; column < h * dk; column++) entries.set(1, Math.trunc(column / dk), column);
          return entries.toTensor();
        },
      },
    },
  }),
);

interface Sizes {
  readonly n?: number;
  readonly m?: number;
  readonly d?: number;
  readonly D?: number;
  readonly h?: number;
  readonly dv?: number;
  readonly dk?: number;
}

type Inputs = [x: tf.Tensor, y: tf.Tensor, p: CollaborativeParams, dk: number];
type Three = [tf.Tensor, tf.Tensor, tf.Tensor];

/** Signed weights; a D that is not h·dk, unless it is asked for. */
function inputs(random: Random, { n = 5, m = 7, d = 6, D = 10, h = 3, dv = 2, dk = 4 }: Sizes = {}): Inputs {
  const p = {
    wq: random.normal([d, D], 0.4),
    wk: random.normal([d, D], 0.4),
    mixing: random.normal([h, D]),
    wv: random.normal([h, d, dv], 0.6),
    wo: random.normal([h * dv, d], 0.6),
  };
  return [random.normal([n, d]), random.normal([m, d]), p, dk];
}

/** Tokens that look at themselves. */
function itself([x, , p, dk]: Inputs): Inputs {
  return [x, x, p, dk];
}

/** Heads of which each has a block of columns for itself alone, as in multi-head attention. */
function apart([x, y, p, dk]: Inputs): Inputs {
  return [x, y, { ...p, mixing: concatenationMixing(p.mixing.shape[0] ?? 1, dk) }, dk];
}

/**
 * The same with scores near +1000 in the even rows and near −1000 in the odd ones, or the other way round where the sign
 * of a key is −1: entry 0 of a token that asks is ±1 and entry 1 of one that is looked at its sign; column 0 of wq and wk
 * holds nothing else, and mixing is 1 there.
 */
function shifted([x, y, p, dk]: Inputs, signs?: readonly number[]): Inputs {
  const [d = 0, D = 0] = p.wq.shape;
  const at = (i: number, width: number) => tf.range(0, width).equal(i).cast("float32"); // [width]
  const column = (w: tf.Tensor, i: number, value: number) =>
    w.mul(tf.sub(1, at(0, D))).add(at(i, d).mul(value).expandDims(1).mul(at(0, D)));
  const entry = (tokens: tf.Tensor, i: number, sign: (row: number) => number) => {
    const values = tf.tensor1d(Array.from({ length: tokens.shape[0] ?? 0 }, (_, row) => sign(row)));
    return tokens.mul(tf.sub(1, at(i, d))).add(values.expandDims(1).mul(at(i, d)));
  };
  return [
    entry(x, 0, (row) => (row % 2 === 0 ? 1 : -1)),
    entry(y, 1, (row) => signs?.[row] ?? 1),
    {
      ...p,
      wq: column(p.wq, 0, 1000 * Math.sqrt(dk)),
      wk: column(p.wk, 1, 1),
      mixing: p.mixing.mul(tf.sub(1, at(0, D))).add(at(0, D)),
    },
    dk,
  ];
}

/** Holds when some number is not the same in both; says how far they are apart otherwise. */
function differ(a: Term, b: Term, otherwise: { readonly en: string; readonly es: string }) {
  const farthest = op.max(op.abs(op.sub(a, b)));
  const say = {
    en: `${otherwise.en}: the farthest are {0} apart`,
    es: `${otherwise.es}: los más distantes difieren en {0}`,
  };
  return holds(op.greater(farthest, 1e-3), say, { shows: [farthest] });
}

/** Matrix i of all heads [h, a, b] → [a, b] */
function headOf(all: tf.Tensor, i: number): tf.Tensor {
  return all.slice(i, 1).squeeze([0]);
}

/** The values of each head, h of [m, dv]. */
function valuesOf(y: tf.Tensor, p: CollaborativeParams): tf.Tensor[] {
  return Array.from({ length: p.wv.shape[0] ?? 0 }, (_, i) => tf.matMul(y, headOf(p.wv, i)));
}

/** The rows of wo that head i meets [dv, d]. */
function rowsOf(p: CollaborativeParams, i: number): tf.Tensor {
  const width = p.wv.shape[2] ?? 0;
  return p.wo.slice(i * width, width);
}

function changed(change: (p: CollaborativeParams) => CollaborativeParams) {
  return {
    collaborativeAttention: (x: tf.Tensor, y: tf.Tensor, p: CollaborativeParams, dk: number) =>
      collaborativeAttention(x, y, change(p), dk),
  };
}

/** A table of 1 and 0. */
function ofEntries(rows: number, columns: number, isOne: (row: number, column: number) => boolean): tf.Tensor {
  const entries = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => (isOne(i, j) ? 1 : 0)),
  );
  return tf.tensor2d(entries, [rows, columns]);
}

type Matrix = readonly (readonly number[])[];

function inNumbers(x: tf.Tensor, y: tf.Tensor, p: CollaborativeParams, dk: number): Attention {
  const [asking, looked, wq, wk, mixing, wo] = [x, y, p.wq, p.wk, p.mixing, p.wo].map((t) => t.arraySync()) as Matrix[];
  const [query, key] = [product(asking, wq), product(looked, wk)];
  const weights = (mixing ?? []).map((row) =>
    query.map((own) => {
      const scores = key.map((other) => sum(own.map((a, c) => a * (row[c] ?? 0) * (other[c] ?? 0))) / Math.sqrt(dk));
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      return powers.map((power) => power / sum(powers));
    }),
  );
  const values = (p.wv.arraySync() as Matrix[]).map((matrix) => product(looked, matrix));
  const heads = weights.map((head, i) => product(head, values[i]));
  const output = product(
    query.map((_, i) => heads.flatMap((head) => head[i] ?? [])),
    wo,
  );
  return { output: tf.tensor2d(output), weights: tf.tensor3d(weights) };
}

function product(a: Matrix = [], b: Matrix = []): number[][] {
  return a.map((row) => (b[0] ?? []).map((_, j) => sum(row.map((entry, k) => entry * (b[k]?.[j] ?? 0)))));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
