import * as tf from "@tensorflow/tfjs";
import { close, distribution, EXTREME, op, type Random, suite } from "#grader/suite/index.js";
import type { Term } from "#grader/suite/laws/term.js";
import { attentionPool, readout, stableSoftmax } from "#reference";
import { adjacency } from "../../../data/karate-club.js";
import type { AttentionPool, Selection } from "../../../exercises/types.js";

/** The place of each node when they are sorted by score, 0 for the lowest: the order of the weights is not that of the indices. */
const PLACES = [2, 0, 5, 1, 4, 3, 6];
const SQUARE_PLACES = [1, 2, 0, 3];
const TWELVE_PLACES = [0, 3, 10, 1, 5, 2, 7, 4, 6, 11, 8, 9]; // the best are 2, 9 and 11; as texts, 11 comes before 2

const TOP_K = ["topK", "topKSquare", "topKOne", "topKAll", "topKOfOneNode", "topKOneFeature", "topKOfTwelve", "karate"];
const THRESHOLD = [
  "threshold",
  "thresholdSquare",
  "thresholdAll",
  "thresholdNegative",
  "thresholdNone",
  "thresholdOfOneNode",
  "karateThreshold",
];

export const attentionPoolingSuite = suite("2.8", { attentionPool, readout })(
  ({ agrees, gradientsAgree, law, refuses }) => ({
    cases: (random) => ({
      attentionPool: {
        topK: [...nodes(random, PLACES, 4), { topK: 3 }],
        topKSquare: [...nodes(random, SQUARE_PLACES, 4), { topK: 2 }],
        topKOne: [...nodes(random, PLACES, 3), { topK: 1 }],
        topKAll: [...nodes(random, PLACES, 3), { topK: 7 }],
        topKOfOneNode: [...nodes(random, [0], 3), { topK: 1 }],
        topKOneFeature: [...nodes(random, PLACES, 1), { topK: 3 }],
        topKOfTwelve: [...nodes(random, TWELVE_PLACES, 3), { topK: 3 }],
        karate: [...karate(random), { topK: 5 }],
        threshold: keeping(3, nodes(random, PLACES, 4)),
        thresholdSquare: keeping(2, nodes(random, SQUARE_PLACES, 4)),
        thresholdAll: [...nodes(random, PLACES, 3), { threshold: 0 }],
        thresholdNegative: [...nodes(random, PLACES, 3), { threshold: -1 }],
        thresholdNone: [...nodes(random, PLACES, 3), { threshold: 1 }],
        thresholdOfOneNode: [...nodes(random, [0], 3), { threshold: 0.5 }],
        karateThreshold: [...karate(random), { threshold: 1 / 34 }], // more than an equal share
        equalNodes: [...fourAlike(random), { threshold: 0.25 }],
        equalNodesAbove: [...fourAlike(random), { threshold: 0.2499999 }],
        equalNodesTopK: [...fourAlike(random), { topK: 2 }],
        equalScores: [...scored(random, [0, 0, 1, 0, 0]), { topK: 3 }],
        karateTie: [...karate(random, 0), { topK: 6 }], // nodes 3 and 31 have the same degree
        noWeight: [...scored(random, [0, 1, -1000, 1, -999]), { threshold: 0 }],
        spread: [...scored(random, [0, 1, -1000, 1, 999, 1000]), { topK: 2 }],
        near1000: [...far(random, 1000), { topK: 3 }],
        nearMinus1000: keeping(3, far(random, -1000)),
        none: [...nodes(random, PLACES, 3), { topK: 0 }],
        moreThanAll: [...nodes(random, PLACES, 3), { topK: 8 }],
        fraction: [...nodes(random, PLACES, 3), { topK: 2.5 }],
        fractionBelowOne: [...nodes(random, PLACES, 3), { topK: 0.5 }],
        negative: [...nodes(random, PLACES, 3), { topK: -1 }],
        notANumber: [...nodes(random, PLACES, 3), { topK: Number.NaN }],
      },
      readout: {
        plain: [random.normal([5, 3])],
        square: [random.normal([4, 4])],
        oneRow: [random.normal([1, 3])],
        oneColumn: [random.normal([5, 1])],
        noRows: [tf.zeros([0, 3])],
      },
    }),

    checks: [
      agrees(
        { en: "keeps the topK nodes of largest weight", es: "conserva los topK nodos de mayor peso" },
        2,
        "attentionPool",
        TOP_K,
        undefined,
        "indices",
      ),
      agrees(
        {
          en: "keeps the nodes above the threshold, be it none",
          es: "conserva los nodos sobre el umbral, aunque no haya",
        },
        2,
        "attentionPool",
        THRESHOLD,
        undefined,
        "indices",
      ),
      agrees(
        {
          en: "ties: the threshold itself is not above it, and of equal weights the lower index stays",
          es: "empates: el umbral no está por encima de sí mismo, y entre pesos iguales queda el índice menor",
        },
        1,
        "attentionPool",
        ["equalNodes", "equalNodesAbove", "equalNodesTopK", "equalScores", "karateTie", "noWeight"],
        undefined,
        "indices",
      ),
      agrees(
        { en: "the weights agree with the reference", es: "los pesos coinciden con la referencia" },
        1,
        "attentionPool",
        [...TOP_K, ...THRESHOLD],
        undefined,
        "weights",
      ),
      agrees(
        {
          en: "the weights stay right at scores near ±1000",
          es: "los pesos siguen siendo correctos con puntuaciones cerca de ±1000",
        },
        1,
        "attentionPool",
        ["near1000", "nearMinus1000", "spread"],
        EXTREME,
        "weights",
      ),
      law(
        {
          en: "the weights are a distribution over all nodes, and a pooled row is α_i x_i",
          es: "los pesos se reparten entre todos los nodos, y cada fila agrupada es α_i x_i",
        },
        1,
        "attentionPool",
        "topK",
        (ask, args, random) => [
          ...[
            args,
            [...nodes(random, PLACES, 1), { topK: 3 }] as const,
            [...nodes(random, PLACES, 4), { topK: 1 }] as const,
            [...nodes(random, PLACES, 2), { threshold: -1 }] as const,
          ].flatMap(([x, p, select]) => {
            const { weights, indices, pooled } = ask.attentionPool(x, p, select);
            return [
              distribution(weights),
              close(pooled, op.gather(op.mul(x, op.expandDims(weights, 1)), indices), {
                en: "the pooled rows, against α_i x_i",
                es: "las filas agrupadas, frente a α_i x_i",
              }),
            ];
          }),
          close(ask.attentionPool(...scored(random, [0, -1, -2]), { threshold: 1 }).pooled, tf.zeros([0, 3]), {
            en: "the pooled rows where none is kept",
            es: "las filas agrupadas cuando no se conserva ninguna",
          }),
        ],
      ),
      law(
        {
          en: "numbering the nodes in another order keeps the same ones, and the readout",
          es: "numerar los nodos en otro orden conserva los mismos y no cambia el readout",
        },
        1,
        "attentionPool",
        "topK",
        (ask, [x, p, select], random) => {
          const order = random.permutation(PLACES.length);
          const plain = ask.attentionPool(x, p, select);
          const renumbered = ask.attentionPool(rowsAt(x, order), p, select);
          return [
            close(op.sorted(op.mapped(renumbered.indices, order)), op.sorted(plain.indices), {
              en: "the nodes that are kept after renumbering, by their old numbers",
              es: "los nodos que se conservan tras renumerar, con sus números de antes",
            }),
            close(ask.readout(renumbered.pooled), ask.readout(plain.pooled), {
              en: "the readout after renumbering",
              es: "el readout tras renumerar",
            }),
          ];
        },
      ),
      law(
        {
          en: "two copies of a graph read like one, and their threshold is half of one's",
          es: "dos copias de un grafo se leen como una, y su umbral es la mitad",
        },
        1,
        "attentionPool",
        "threshold",
        (ask, [x, p, select]) => {
          const [n = 0] = x.shape;
          const threshold = "threshold" in select ? select.threshold : 0;
          const twice = tf.concat([x, x]);
          const all = (nodes: tf.Tensor, topK: number): Term =>
            ask.readout(ask.attentionPool(nodes, p, { topK }).pooled);
          const kept = ask.attentionPool(x, p, select).indices;
          const again = op.mapped(
            kept,
            Array.from({ length: n }, (_, i) => i + n),
          );
          return [
            close(all(twice, 2 * n), all(x, n), {
              en: "the readout of two copies with every node kept, against that of one",
              es: "el readout de dos copias sin descartar nodos, frente al de una",
            }),
            close(
              op.sorted(ask.attentionPool(twice, p, { threshold: threshold / 2 }).indices),
              op.sorted(op.joined(kept, again)),
              {
                en: "the indices kept of two copies at half the threshold",
                es: "los índices conservados de dos copias con la mitad del umbral",
              },
            ),
          ];
        },
      ),
      gradientsAgree({ en: "the gradient reaches x and p", es: "el gradiente llega a x y a p" }, 2, "attentionPool", [
        "topK",
        "threshold",
        "karate",
      ]),
      refuses(
        {
          en: "refuses a topK that is not an integer from 1 to n",
          es: "rechaza un topK que no sea un entero de 1 a n",
        },
        1,
        "attentionPool",
        ["none", "moreThanAll", "fraction", "fractionBelowOne", "negative", "notANumber"],
      ),
      agrees(
        { en: "readout adds the rows up, be there none", es: "readout suma las filas, aunque no haya" },
        1,
        "readout",
        ["plain", "square", "oneRow", "oneColumn", "noRows"],
      ),
      gradientsAgree({ en: "the gradient passes through readout", es: "el gradiente pasa por readout" }, 1, "readout", [
        "plain",
        "square",
      ]),
    ],

    mistakes: {
      "hard-selection": {
        variant: { attentionPool: pooling({ rows: (x) => x }) },
        hint: {
          en: "The choice is right, but the rows came out as x_i, without their weights: then no gradient reaches p through them. Multiply each row by its weight: α_i x_i (Knyazev et al. 2019, §1).",
          es: "La elección está bien, pero las filas salieron como x_i, sin sus pesos: así no llega por ellas ningún gradiente a p. Multiplica cada fila por su peso: α_i x_i (Knyazev et al. 2019, §1).",
        },
      },
      sigmoid: {
        variant: { attentionPool: pooling({ weigh: tf.sigmoid }) },
        hint: {
          en: "This is what comes out of σ(x·p): each node is weighed by itself, and the weights do not sum to one. Take softmax over the nodes.",
          es: "Esto es lo que sale con σ(x·p): cada nodo se pesa por separado y los pesos no suman uno. Aplica softmax sobre los nodos.",
        },
      },
      "inclusive-threshold": {
        variant: { attentionPool: pooling({ inclusive: true }) },
        hint: {
          en: "This is what comes out with α_i ≥ threshold: a weight that equals the threshold stays. Keep α_i > threshold, strictly: of n equal nodes none has more than 1/n.",
          es: "Esto es lo que sale con α_i ≥ umbral: un peso igual al umbral se queda. Conserva solo α_i > umbral, estrictamente: de n nodos iguales ninguno tiene más de 1/n.",
        },
      },
      "sorted-by-weight": {
        variant: { attentionPool: pooling({ byWeight: true }) },
        hint: {
          en: "These are the right nodes, in descending order of weight. Sort the chosen indices, so that the rows stay in the order that they have in x.",
          es: "Son los nodos correctos, pero de mayor a menor peso. Ordena los índices elegidos, para que las filas conserven el orden que tienen en x.",
        },
      },
      "higher-index-first": {
        variant: { attentionPool: pooling({ higherFirst: true }) },
        hint: {
          en: "This is what comes out when of two equal weights the higher index wins, as in a sort that is read from its end. Let the lower index come first: sort by descending weight with a stable sort.",
          es: "Esto es lo que sale cuando entre dos pesos iguales gana el índice mayor, como en un orden que se lee desde el final. Que vaya primero el índice menor: ordena por peso descendente con un orden estable.",
        },
      },
      renormalised: {
        variant: { attentionPool: pooling({ rows: (x, kept) => x.mul(kept.div(kept.sum()).expandDims(1)) }) },
        hint: {
          en: "The weights and the choice are right, but the rows were weighed again so that those that are left sum to one. Use α as it is: α_i x_i, also when nodes were dropped.",
          es: "Los pesos y la elección están bien, pero las filas se volvieron a pesar para que las que quedan sumen uno. Usa α tal cual: α_i x_i, también cuando se descartaron nodos.",
        },
      },
      "threshold-on-scores": {
        variant: { attentionPool: pooling({ byScore: true }) },
        hint: {
          en: "This is what comes out when the scores x·p are compared with the threshold. It is for the weights: keep the nodes with α_i > threshold, after softmax.",
          es: "Esto es lo que sale al comparar las puntuaciones x·p con el umbral. El umbral es para los pesos: conserva los nodos con α_i > umbral, después de softmax.",
        },
      },
      "mean-readout": {
        variant: { readout: (z) => z.mean(0) },
        hint: {
          en: "This is the mean of the rows, and of no rows it is not a number. The weights have shared out one unit already: add the rows up, and return zeros when there are none.",
          es: "Este es el promedio de las filas, y sin filas no es un número. Los pesos ya repartieron una unidad: suma las filas, y devuelve ceros cuando no haya.",
        },
      },
    },

    routes: {
      "one-hot rows times the weighted features": {
        attentionPool: checked((x, p, select) => {
          const [n = 0, f = 0] = x.shape;
          const weights = tf.softmax(x.mul(p).sum(1)); // [n]
          const indices = chosen(weights, select);
          const rows = indices.map((i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
          if (rows.length === 0) return { weights, indices, pooled: tf.tensor2d([], [0, f]) };
          return { weights, indices, pooled: tf.matMul(tf.tensor2d(rows), x.mul(weights.expandDims(1))) };
        }),
        readout: (z) => tf.matMul(tf.ones([1, z.shape[0] ?? 0]), z).squeeze([0]),
      },
      "tf.topk and a comparison for the choice, then gather of both": {
        attentionPool: checked((x, p, select) => {
          const weights = stableSoftmax(x.dot(p)); // [n]
          const indices =
            "topK" in select
              ? [...tf.topk(weights, select.topK).indices.dataSync()].sort((i, j) => i - j)
              : [...weights.greater(select.threshold).dataSync()].flatMap((kept, i) => (kept ? [i] : []));
          const pooled = rowsAt(x, indices).mul(rowsAt(weights.expandDims(1), indices));
          return { weights, indices, pooled };
        }),
        readout: (z) => tf.tidy(() => z.sum(0)),
      },
      "exp of the difference to logSumExp; slices of the weighted rows; tidied": {
        attentionPool: checked((x, p, select) =>
          tf.tidy(() => {
            const scores = x.matMul(p.expandDims(1)).reshape([-1]); // [n]
            const weights = tf.exp(scores.sub(tf.logSumExp(scores)));
            const indices = chosen(weights, select);
            const weighted = x.transpose().mul(weights).transpose(); // [n, f]
            const rows = indices.map((i) => weighted.slice(i, 1)); // [1, f] each
            return { weights, indices, pooled: rows.length > 0 ? tf.concat(rows) : tf.zeros([0, x.shape[1] ?? 0]) };
          }),
        ),
        readout: (z) => {
          let sum: tf.Tensor = tf.zeros([z.shape[1] ?? 0]);
          for (let i = 0; i < (z.shape[0] ?? 0); i++) sum = sum.add(z.slice(i, 1).squeeze([0]));
          return sum;
        },
      },
      "gathered first, weighted after; rows stacked": {
        attentionPool: checked((x, p, select) => {
          const scores = x.mul(p).sum(1); // [n]
          const e = tf.exp(scores.sub(scores.max()));
          const weights = e.mul(e.sum().reciprocal()); // [n]
          const indices = chosen(weights, select);
          const rows = indices.map((i) => x.slice(i, 1).mul(weights.slice(i, 1)).squeeze([0])); // [f] each
          return { weights, indices, pooled: rows.length > 0 ? tf.stack(rows) : tf.zeros([0, x.shape[1] ?? 0]) };
        }),
        readout: (z) => z.transpose().sum(1),
      },
    },
  }),
);

type Inputs = [x: tf.Tensor, p: tf.Tensor];

/** Nodes whose scores x·p are at least 0.3 apart, in the order of `places`. */
function nodes(random: Random, places: readonly number[], f: number): Inputs {
  const signs = random.uniform([f], -1, 1).sign();
  const p = random.uniform([f], 0.5, 1.5).mul(signs);
  const scores = tf
    .tensor1d([...places])
    .mul(0.5)
    .add(random.uniform([places.length], -0.1, 0.1)); // [n]
  const x = random.normal([places.length, f]);
  const missing = scores.sub(x.mul(p).sum(1)).div(p.square().sum()); // [n]
  return [x.add(missing.expandDims(1).mul(p)), p];
}

/** The same with `shift` added to all scores, by way of a feature that all nodes have. */
function far(random: Random, shift: number): Inputs {
  const [x, p] = nodes(random, PLACES, 3);
  return [tf.concat([tf.ones([PLACES.length, 1]), x], 1), tf.concat([tf.tensor1d([shift]), p])];
}

/** Inputs with the threshold that so many nodes exceed: halfway, in ratio, between the last of them and the next. */
function keeping(kept: number, [x, p]: Inputs): [...Inputs, Selection] {
  const weights = [...attentionPool(x, p, { topK: 1 }).weights.dataSync()].sort((a, b) => b - a);
  return [x, p, { threshold: Math.sqrt((weights[kept - 1] ?? 0) * (weights[kept] ?? 0)) }];
}

/**
 * Different nodes with exactly these scores: small integers, so that every way to compute them agrees to the last bit.
 * Softmax of equal zeros is then exactly 1/n when n is a power of two, also by way of logSumExp, which is not so for
 * other equal scores.
 */
function scored(random: Random, scores: readonly number[]): Inputs {
  const rows = scores.map((score, i) => {
    const [a, b] = [i + 1, random.integer(-3, 3)];
    return [a, b, a + b - score];
  });
  return [tf.tensor2d(rows), tf.tensor1d([1, 1, -1])];
}

/** Four times one node, whose score is exactly 0. */
function fourAlike(random: Random): Inputs {
  const [x, p] = scored(random, [0]);
  return [x.tile([4, 1]), p];
}

/** The karate club, each node scored by a quarter of its degree, and a little by two random features. */
function karate(random: Random, little = 0.04): Inputs {
  const degrees = tf.tensor2d(adjacency()).sum(1, true); // [34, 1]
  const x = tf.concat([degrees, random.uniform([degrees.shape[0] ?? 0, 2], -1, 1)], 1); // [34, 3]
  return [x, tf.tensor1d([0.25, little, -little])];
}

interface Ways {
  /** Weights [n] of scores [n]. */
  readonly weigh?: (scores: tf.Tensor) => tf.Tensor;
  /** Pooled rows of x and of the weights that are kept. */
  readonly rows?: (x: tf.Tensor, kept: tf.Tensor) => tf.Tensor;
  readonly inclusive?: boolean;
  readonly byWeight?: boolean;
  readonly higherFirst?: boolean;
  readonly byScore?: boolean;
}

/** Attention pooling, right but for what is given. */
function pooling(ways: Ways): typeof attentionPool {
  const { weigh = stableSoftmax, rows = (x, kept) => x.mul(kept.expandDims(1)) } = ways;
  return checked((x, p, select): AttentionPool => {
    const scores = x.mul(p).sum(1); // [n]
    const weights = weigh(scores); // [n]
    const indices = chosen(ways.byScore && "threshold" in select ? scores : weights, select, ways);
    const kept = rowsAt(weights.expandDims(1), indices).squeeze([1]); // [kept]
    return { weights, indices, pooled: rows(rowsAt(x, indices), kept) };
  });
}

function chosen(weights: tf.Tensor, select: Selection, { inclusive, byWeight, higherFirst }: Ways = {}): number[] {
  const ranked = [...weights.dataSync()]
    .map((weight, index) => ({ weight, index }))
    .sort((a, b) => b.weight - a.weight || (a.index - b.index) * (higherFirst ? -1 : 1));
  const above = (weight: number, threshold: number) => weight > threshold || (inclusive && weight === threshold);
  const kept =
    "topK" in select ? ranked.slice(0, select.topK) : ranked.filter(({ weight }) => above(weight, select.threshold));
  const indices = kept.map(({ index }) => index);
  return byWeight ? indices : indices.sort((i, j) => i - j);
}

/** The rows of x [n, …] at these indices; there may be none. */
function rowsAt(x: tf.Tensor, indices: readonly number[]): tf.Tensor {
  if (indices.length === 0) return tf.zeros([0, ...x.shape.slice(1)]);
  return tf.gather(x, tf.tensor1d([...indices], "int32"));
}

/** Pooling that refuses what the reference refuses. */
function checked(pool: typeof attentionPool): typeof attentionPool {
  return (x, p, select) => {
    const { topK = 1 } = select as { topK?: number };
    const refused = !Number.isInteger(topK) || topK < 1 || topK > (x.shape[0] ?? 0);
    return refused ? attentionPool(x, p, select) : pool(x, p, select);
  };
}
