import * as tf from "@tensorflow/tfjs";
import type { Text } from "#grader/language.js";
import { callable, close, holds, op, type Random, suite, together } from "#grader/suite/index.js";
import type { Relation } from "#grader/suite/laws/relation.js";
import type { Term } from "#grader/suite/laws/term.js";
import { equivarianceError, invarianceError, permuteGraph, permuteRows } from "#reference";

/** Lists that are no permutation of 0, …, 4: the cases named here have them. */
const NO_PERMUTATION: Readonly<Record<string, number[]>> = {
  repeated: [0, 1, 1, 3, 4],
  repeatedWithTheSameSum: [0, 2, 2, 2, 4],
  missing: [1, 2, 3, 4, 5],
  negative: [0, -1, 2, 3, 4],
  outsideWithTheSameSum: [0, -1, 2, 5, 4],
  tooShort: [2, 0, 1],
  tooLong: [5, 0, 1, 2, 3, 4],
  tooLongRepeated: [0, 1, 2, 3, 4, 0],
};
const WRONG = Object.keys(NO_PERMUTATION);

export const equivarianceSuite = suite("2.4", { permuteRows, permuteGraph, equivarianceError, invarianceError })(
  ({ agrees, law, refuses }) => {
    const refusals = {
      en: "permuteRows and permuteGraph refuse what is no permutation",
      es: "permuteRows y permuteGraph rechazan lo que no es una permutación",
    };
    const refusalsOfErrors = {
      en: "the two errors refuse what is no permutation",
      es: "los dos errores rechazan lo que no es una permutación",
    };

    return {
      cases: (random) => {
        const [five, six] = [cycle(random, 5), cycle(random, 6)];
        const [x53, x54, x62] = [random.normal([5, 3]), random.normal([5, 4]), random.normal([6, 2])];
        const column = tf.tensor2d([[1], [2], [4]]);
        // Functions of opposite sign: where the largest difference of one is positive, the other's is negative.
        const [w, a] = [random.normal([3, 4]), random.normal([6, 6])];
        return {
          permuteRows: {
            plain: [x53, five],
            square: [random.normal([4, 4]), cycle(random, 4)],
            wide: [random.normal([4, 6]), random.permutation(4)],
            twelveRows: [random.normal([12, 2]), random.permutation(12)], // as texts, 10 comes before 2
            oneColumn: [random.normal([6, 1]), six],
            twoRows: [random.normal([2, 3]), [1, 0]],
            ...wrong((perm) => [x53, perm]),
          },
          permuteGraph: {
            realNumbers: [random.normal([5, 5]), five],
            zerosAndOnes: [graph("010010", "001000", "100110", "000001", "110000", "001010"), six],
            fourNodes: [random.normal([4, 4]), random.permutation(4)],
            ...wrong((perm) => [random.normal([5, 5]), perm]),
          },
          equivarianceError: {
            causal: [callable("causal-attention", head(random, 4, 3, 6)), x54, five],
            positions: [withPositions(random, 5, 4), x54, five],
            mixing: [callable("mixing", { a }), x62, six],
            mixingNegated: [callable("mixing", { a: a.neg() }), x62, six],
            byHand: [runningSum(3), column, [2, 0, 1]],
            selfAttention: [callable("self-attention", head(random, 4, 3, 6)), x54, five],
            square: [callable("self-attention", head(random, 4, 4, 4)), random.normal([4, 4]), cycle(random, 4)],
            tokenByToken: [callable("tanh-linear", { w, b: random.normal([4]) }), x53, five],
            zeros: [callable("zeros"), x53, five],
            ...wrong((perm) => [runningSum(5), x53, perm]),
          },
          invarianceError: {
            linear: [callable("linear", { w }), x53, five],
            linearNegated: [callable("linear", { w: w.neg() }), x53, five],
            selfAttention: [callable("self-attention", head(random, 4, 3, 6)), x54, five],
            mixing: [callable("mixing", { a }), x62, six],
            byHand: [runningSum(3), column, [2, 0, 1]],
            firstRow: [callable("first-row"), random.normal([4, 5]), cycle(random, 4)],
            mean: [callable("mean-of-rows"), x53, five],
            zeros: [callable("zeros"), x53, five],
            ...wrong((perm) => [runningSum(5), x53, perm]),
          },
        };
      },

      checks: [
        agrees(
          { en: "permuteRows agrees with the reference", es: "permuteRows coincide con la referencia" },
          1,
          "permuteRows",
          ["plain", "square", "wide", "oneColumn", "twoRows", "twelveRows"],
        ),
        agrees(
          { en: "permuteGraph agrees with the reference", es: "permuteGraph coincide con la referencia" },
          1,
          "permuteGraph",
          ["realNumbers", "zerosAndOnes", "fourNodes"],
        ),
        agrees(
          {
            en: "the equivariance error agrees with the reference",
            es: "el error de equivariancia coincide con la referencia",
          },
          1,
          "equivarianceError",
          [
            "causal",
            "positions",
            "mixing",
            "mixingNegated",
            "byHand",
            "selfAttention",
            "square",
            "tokenByToken",
            "zeros",
          ],
        ),
        agrees(
          {
            en: "the invariance error agrees with the reference",
            es: "el error de invariancia coincide con la referencia",
          },
          1,
          "invarianceError",
          ["linear", "linearNegated", "selfAttention", "mixing", "byHand", "firstRow", "mean", "zeros"],
        ),
        law(
          {
            en: "permuting moves rows, and the inverse of perm brings every one back",
            es: "permutar mueve filas, y la inversa de perm devuelve cada una a su lugar",
          },
          1,
          "permuteRows",
          "plain",
          (ask, [x, perm]) => {
            const there = ask.permuteRows(x, perm);
            return [
              holds(op.any(op.notEqual(there, x)), {
                en: "the result is x: no row has moved",
                es: "el resultado es x: no se movió ninguna fila",
              }),
              close(ask.permuteRows(there, inverse(perm)), x, {
                en: "x, there and back,",
                es: "x, de ida y vuelta,",
              }),
            ];
          },
        ),
        law(
          {
            en: "a graph and its nodes permuted together: each node hears what it heard before",
            es: "un grafo y sus nodos permutados juntos: cada nodo oye lo que oía antes",
          },
          1,
          "permuteGraph",
          "realNumbers",
          (ask, [a, perm], random) => {
            const x = random.normal([perm.length, 3]);
            const there = ask.permuteGraph(a, perm);
            return [
              holds(op.any(op.notEqual(there, a)), {
                en: "the result is a: no node has moved",
                es: "el resultado es a: no se movió ningún nodo",
              }),
              close(op.matMul(there, ask.permuteRows(x, perm)), ask.permuteRows(tf.matMul(a, x), perm), {
                en: "permuteGraph(a)·permuteRows(x), against permuteRows(a·x),",
                es: "permuteGraph(a)·permuteRows(x), frente a permuteRows(a·x),",
              }),
            ];
          },
        ),
        law(
          {
            en: "self-attention is equivariant; with positions or a causal mask it is not",
            es: "la autoatención es equivariante; con posiciones o con máscara causal no lo es",
          },
          1,
          "equivarianceError",
          "selfAttention",
          (ask, [attention, x, perm], random) => [
            isNone(ask.equivarianceError(attention, x, perm), {
              en: "the equivariance error of self-attention",
              es: "el error de equivariancia de la autoatención",
            }),
            isSome(ask.equivarianceError(withPositions(random, 5, 4), x, perm), {
              en: "the equivariance error with positions",
              es: "el error de equivariancia con posiciones",
            }),
            isSome(ask.equivarianceError(callable("causal-attention", head(random, 4, 3, 6)), x, perm), {
              en: "the equivariance error with a causal mask",
              es: "el error de equivariancia con máscara causal",
            }),
          ],
        ),
        law(
          {
            en: "the mean over the tokens is invariant; one token, or all in order, is not",
            es: "el promedio de los tokens es invariante; uno solo, o todos en orden, no lo es",
          },
          1,
          "invarianceError",
          "mean",
          (ask, [mean, x, perm]) => {
            // Whatever moves to the place of a token, one entry grows, one falls and one stays.
            const ascending = tf.range(0, 5).expandDims(1); // [5, 1]
            const tokens = tf.concat([x, ascending, ascending.neg(), tf.ones([5, 1])], 1); // [5, d + 3]
            return [
              isNone(ask.invarianceError(mean, tokens, perm), {
                en: "the invariance error of the mean",
                es: "el error de invariancia del promedio",
              }),
              isSome(ask.invarianceError(callable("linear", { w: tf.eye(6) }), tokens, perm), {
                en: "the invariance error of f(x) = x",
                es: "el error de invariancia de f(x) = x",
              }),
              isSome(ask.invarianceError(callable("first-row"), tokens, perm), {
                en: "the invariance error of the first token",
                es: "el error de invariancia del primer token",
              }),
            ];
          },
        ),
        together(refuses(refusals, 1, "permuteRows", WRONG), refuses(refusals, 1, "permuteGraph", WRONG)),
        together(
          refuses(refusalsOfErrors, 1, "equivarianceError", WRONG),
          refuses(refusalsOfErrors, 1, "invarianceError", WRONG),
        ),
      ],

      mistakes: {
        "inverse-permutation": {
          variant: {
            permuteRows: (x, perm) => permuteRows(x, inverse(perm)),
            permuteGraph: (a, perm) => permuteGraph(a, inverse(perm)),
            equivarianceError: (f, x, perm) => equivarianceError(f, x, inverse(perm)),
            invarianceError: (f, x, perm) => invarianceError(f, x, inverse(perm)),
          },
          hint: {
            en: "This is what comes out with the inverse permutation: row i went to place perm[i]. Read the list the other way: perm[i] says where row i of the result comes from, which is what gather does.",
            es: "Esto es lo que sale con la permutación inversa: la fila i se fue al lugar perm[i]. Lee la lista al revés: perm[i] dice de dónde viene la fila i del resultado, que es lo que hace gather.",
          },
        },
        "columns-permuted": {
          variant: { permuteRows: (x, perm) => tf.gather(x, perm, 1) },
          hint: {
            en: "This is what comes out when the columns of x change places. A token is a row, and its features stay in order: permute along axis 0, P·x with P on the left.",
            es: "Esto es lo que sale cuando cambian de lugar las columnas de x. Un token es una fila y sus rasgos conservan su orden: permuta a lo largo del eje 0, P·x con P a la izquierda.",
          },
        },
        "rows-only": {
          variant: { permuteGraph: permuteRows },
          hint: {
            en: "This is P·a: the rows have moved and the columns have not, so that the nodes that listen got new numbers and those that are heard kept theirs. Permute the columns too: P·a·Pᵀ (Bronstein et al. 2021, §4.1).",
            es: "Esto es P·a: se movieron las filas y no las columnas, así que los nodos que escuchan tienen números nuevos y los escuchados conservan los suyos. Permuta también las columnas: P·a·Pᵀ (Bronstein et al. 2021, §4.1).",
          },
        },
        "columns-only": {
          variant: { permuteGraph: (a, perm) => tf.gather(a, perm, 1) },
          hint: {
            en: "This is a·Pᵀ: the columns have moved and the rows have not, so that the nodes that are heard got new numbers and those that listen kept theirs. Permute the rows too: P·a·Pᵀ (Bronstein et al. 2021, §4.1).",
            es: "Esto es a·Pᵀ: se movieron las columnas y no las filas, así que los nodos escuchados tienen números nuevos y los que escuchan conservan los suyos. Permuta también las filas: P·a·Pᵀ (Bronstein et al. 2021, §4.1).",
          },
        },
        "measures-invariance": {
          variant: { equivarianceError: invarianceError },
          hint: {
            en: "This is the invariance error, |f(P·x) − f(x)|: it asks that nothing changes. Equivariance asks that the output moves along: permute f(x) as well before you compare (Bronstein et al. 2021, §4.1).",
            es: "Este es el error de invariancia, |f(P·x) − f(x)|: pide que nada cambie. La equivariancia pide que la salida se mueva junto con la entrada: permuta también f(x) antes de comparar (Bronstein et al. 2021, §4.1).",
          },
        },
        "measures-equivariance": {
          variant: { invarianceError: equivarianceError },
          hint: {
            en: "This is the equivariance error, |f(P·x) − P·f(x)|: it lets the output move along. Invariance asks that nothing changes: compare with f(x) as it is, whatever its shape (Bronstein et al. 2021, §4.1).",
            es: "Este es el error de equivariancia, |f(P·x) − P·f(x)|: deja que la salida se mueva junto con la entrada. La invariancia pide que nada cambie: compara con f(x) tal cual, sea cual sea su forma (Bronstein et al. 2021, §4.1).",
          },
        },
        "no-absolute-value": {
          variant: measured((difference) => difference.max()),
          hint: {
            en: "This is the greatest difference with its sign: one that is far below zero goes unseen. Take the absolute value first, then the maximum.",
            es: "Esta es la mayor diferencia con su signo: una que está muy por debajo de cero pasa inadvertida. Toma primero el valor absoluto y después el máximo.",
          },
        },
        "mean-difference": {
          variant: measured((difference) => difference.abs().mean()),
          hint: {
            en: "This is the mean of the absolute differences: one bad entry among many good ones would hardly show. The error is the greatest of them.",
            es: "Este es el promedio de las diferencias absolutas: una entrada mala entre muchas buenas casi no se notaría. El error es la mayor de ellas.",
          },
        },
      },

      routes: {
        "gathered along one axis and along the other": {
          permuteRows: (x, perm) => tf.gather(x, checked(perm, x), 0),
          permuteGraph: (a, perm) => tf.gather(tf.gather(a, checked(perm, a), 1), perm, 0),
          equivarianceError: (f, x, perm) => largest(tf.sub(f(tf.gather(x, checked(perm, x))), tf.gather(f(x), perm))),
          invarianceError: (f, x, perm) => largest(f(x).sub(f(tf.gather(x, checked(perm, x))))),
        },
        "products with the one-hot matrix, tidied": {
          permuteRows: (x, perm) => tf.tidy(() => tf.matMul(oneHot(perm, x), x)),
          permuteGraph: (a, perm) =>
            tf.tidy(() => tf.matMul(oneHot(perm, a), tf.matMul(a, oneHot(perm, a).transpose()))),
          equivarianceError: (f, x, perm) =>
            tf.tidy(() => largest(f(oneHot(perm, x).matMul(x)).sub(oneHot(perm, x).matMul(f(x))))),
          invarianceError: (f, x, perm) => tf.tidy(() => largest(f(oneHot(perm, x).matMul(x)).sub(f(x)))),
        },
        "in plain numbers": {
          permuteRows: (x, perm) => reordered(x, perm),
          permuteGraph: (a, perm) => {
            const entries = a.arraySync() as number[][];
            const order = checked(perm, a);
            return tf.tensor2d(order.map((i) => order.map((j) => entries[i]?.[j] ?? 0)));
          },
          equivarianceError: (f, x, perm) => farthestApart(f(reordered(x, perm)), reordered(f(x), perm)),
          invarianceError: (f, x, perm) => farthestApart(f(reordered(x, perm)), f(x)),
        },
        "row by row; the permutation undone after f": {
          permuteRows: (x, perm) => tf.concat(checked(perm, x).map((from) => x.slice(from, 1))),
          permuteGraph: (a, perm) => {
            const rows = checked(perm, a).map((from) => a.slice(from, 1)); // n of [1, n]
            return tf.stack(rows.map((row) => tf.gather(row.flatten(), perm)));
          },
          equivarianceError: (f, x, perm) => {
            const moved = f(tf.gather(x, checked(perm, x))); // [n, e]
            return largest(tf.gather(moved, inverse(perm)).sub(f(x)));
          },
          invarianceError: (f, x, perm) => {
            const moved = f(tf.gather(x, checked(perm, x)));
            return tf.norm(moved.sub(f(x)).flatten(), Number.POSITIVE_INFINITY).dataSync()[0] ?? 0;
          },
        },
      },
    };
  },
);

/** The cases with lists that are no permutation. */
function wrong<A>(args: (perm: number[]) => A): Record<string, A> {
  return Object.fromEntries(Object.entries(NO_PERMUTATION).map(([name, perm]) => [name, args(perm)]));
}

/** A permutation of 0, …, n − 1 that moves every entry and only comes back to the start after n times. */
function cycle(random: Random, n: number): number[] {
  const tour = random.permutation(n);
  const perm = new Array<number>(n).fill(0);
  for (const [i, from] of tour.entries()) perm[from] = tour[(i + 1) % n] ?? 0;
  return perm;
}

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, i) => perm.indexOf(i));
}

/** A matrix of zeros and ones. */
function graph(...rows: readonly string[]): tf.Tensor {
  return tf.tensor2d(rows.map((row) => [...row].map(Number)));
}

/** Weights of one head of attention. */
function head(random: Random, d: number, dk: number, dv: number) {
  const [wq, wk, wv] = [random.normal([d, dk], 0.7), random.normal([d, dk], 0.7), random.normal([d, dv], 0.7)];
  return { wq, wk, wv };
}

/** Self-attention of n tokens that have positions added. */
function withPositions(random: Random, n: number, d: number) {
  return callable("attention-with-positions", { ...head(random, d, 3, 6), positions: random.normal([n, d]) });
}

/** Each of n rows plus all before it. */
function runningSum(n: number) {
  return callable("mixing", { a: tf.linalg.bandPart(tf.ones([n, n]), -1, 0) });
}

/** Both errors, with another number made of the differences. */
function measured(number: (difference: tf.Tensor) => tf.Tensor) {
  const of = (difference: tf.Tensor) => number(difference).dataSync()[0] ?? 0;
  const variant: Record<"equivarianceError" | "invarianceError", typeof equivarianceError> = {
    equivarianceError: (f, x, perm) => of(f(permuteRows(x, perm)).sub(permuteRows(f(x), perm))),
    invarianceError: (f, x, perm) => of(f(permuteRows(x, perm)).sub(f(x))),
  };
  return variant;
}

/** The greatest absolute value. */
function largest(x: tf.Tensor): number {
  return x.abs().max().dataSync()[0] ?? 0;
}

/** An error is what rounding leaves of 0. */
const isNone = (error: Term, what: Text): Relation =>
  holds(
    op.logicalAnd(op.greaterEqual(error, 0), op.less(error, 1e-5)),
    { en: `${what.en} is {0}, expected below 1e-5`, es: `${what.es} es {0}, se esperaba menor que 1e-5` },
    { shows: [error] },
  );

/** An error is far from 0. */
const isSome = (error: Term, what: Text): Relation =>
  holds(
    op.greater(error, 1e-2),
    { en: `${what.en} is {0}, expected above 1e-2`, es: `${what.es} es {0}, se esperaba mayor que 1e-2` },
    { shows: [error] },
  );

/** The permutation itself, or a refusal. */
function checked(perm: number[], x: tf.Tensor): number[] {
  const n = x.shape[0] ?? 0;
  if (perm.length !== n || new Set(perm.filter((entry) => entry >= 0 && entry < n)).size !== n) {
    throw new RangeError(`${perm.join()} is no permutation`);
  }
  return perm;
}

/** P [n, n] */
function oneHot(perm: number[], x: tf.Tensor): tf.Tensor {
  return tf.oneHot(tf.tensor1d(checked(perm, x), "int32"), perm.length).cast("float32");
}

/** Rows in another order, one number after the other. */
function reordered(x: tf.Tensor, perm: number[]): tf.Tensor {
  const rows = x.arraySync() as number[][];
  return tf.tensor2d(
    checked(perm, x).map((from) => rows[from] ?? []),
    [perm.length, x.shape[1] ?? 0],
  );
}

/** The greatest absolute difference, one number after the other. */
function farthestApart(a: tf.Tensor, b: tf.Tensor): number {
  const numbers = b.dataSync();
  let greatest = 0;
  for (const [i, number] of a.dataSync().entries()) greatest = Math.max(greatest, Math.abs(number - (numbers[i] ?? 0)));
  return greatest;
}
