import * as tf from "@tensorflow/tfjs";
import { close, distribution, EXTREME, holds, mask as maskOf, op, type Random, suite } from "#grader/suite/index.js";
import { gat, gatHead, stableSoftmax } from "#reference";
import { adjacency } from "../../../data/karate-club.js";
import type { GatHead, GatHeadParams } from "../../../exercises/types.js";

interface Sizes {
  readonly d: number;
  readonly dOut: number;
}

const SIZES: Sizes = { d: 4, dOut: 3 };
const SQUARE: Sizes = { d: 4, dOut: 4 };
const NARROW: Sizes = { d: 1, dOut: 1 };

const UNDIRECTED = ["01110", "10100", "11000", "10001", "00010"];
/** Row i says whom i listens to. Node 3 listens to nobody, but is heard. */
const DIRECTED = ["01100", "00010", "11011", "00000", "10110"];
const LONER = 3;
/** The same, and node 3 is said to listen to itself. */
const ALONE = ["01100", "00010", "11011", "00010", "10110"];
const SQUARE_GRAPH = ["0110", "0010", "1101", "1000"];
const ISOLATED = ["01010", "10010", "00000", "11001", "00010"]; // node 2 neither listens nor is heard

const MODES = ["concat", "mean"] as const;
type Mode = (typeof MODES)[number];

export const graphAttentionSuite = suite("2.7", { gatHead, gat })(({ agrees, law, refuses }) => ({
  cases: (random) => ({
    gatHead: {
      undirected: one(random, graphOf(...UNDIRECTED)),
      directed: bothSigns(one(random, graphOf(...DIRECTED))),
      isolated: one(random, graphOf(...ISOLATED)),
      square: one(random, graphOf(...SQUARE_GRAPH), SQUARE),
      oneNode: one(random, graphOf("0")),
      narrow: one(random, graphOf(...DIRECTED), NARROW),
      aloneWithItself: one(random, graphOf(...ALONE)),
      karate: one(random, tf.tensor2d(adjacency())),
      shifted: shifted(random),
      spread: spread(random),
    },
    gat: {
      concat: several(random, graphOf(...DIRECTED), 2, "concat"),
      concatSquare: several(random, graphOf(...SQUARE_GRAPH), 4, "concat", SQUARE),
      concatNarrow: several(random, graphOf(...DIRECTED), 2, "concat", NARROW),
      concatOneHead: several(random, graphOf(...ISOLATED), 1, "concat"),
      concatKarate: several(random, tf.tensor2d(adjacency()), 2, "concat"),
      mean: several(random, graphOf(...DIRECTED), 2, "mean"),
      meanSquare: several(random, graphOf(...SQUARE_GRAPH), 4, "mean", SQUARE),
      meanNarrow: several(random, graphOf(...DIRECTED), 2, "mean", NARROW),
      meanOneHead: several(random, graphOf(...ISOLATED), 1, "mean"),
      meanKarate: several(random, tf.tensor2d(adjacency()), 3, "mean"),
      concatOfNone: several(random, graphOf(...DIRECTED), 0, "concat"),
      meanOfNone: several(random, graphOf(...DIRECTED), 0, "mean"),
    },
  }),

  checks: [
    agrees(
      {
        en: "the weights of gatHead agree with the reference, undirected and directed",
        es: "los pesos de gatHead coinciden con la referencia, en grafos dirigidos y no dirigidos",
      },
      3,
      "gatHead",
      ["undirected", "directed", "isolated", "square", "oneNode", "narrow", "aloneWithItself", "karate"],
      undefined,
      "weights",
    ),
    agrees(
      {
        en: "the weights of gatHead stay right at scores near ±1000",
        es: "los pesos de gatHead siguen siendo correctos con puntuaciones cerca de ±1000",
      },
      1,
      "gatHead",
      ["shifted", "spread"],
      EXTREME,
      "weights",
    ),
    law(
      {
        en: "every row of the weights is a distribution over the node itself and those it listens to",
        es: "cada fila de los pesos se reparte entre el propio nodo y quienes escucha",
      },
      1,
      "gatHead",
      "directed",
      (ask, [x, a, head], random) => {
        const { weights } = ask.gatHead(x, a, head);
        const itself = tf
          .range(0, x.shape[0] ?? 0)
          .equal(LONER)
          .cast("float32")
          .expandDims(0); // [1, n]
        return [
          distribution(weights, linked(a)),
          distribution(ask.gatHead(...unheardAbove(random)).weights, linked(graphOf(...DIRECTED))),
          // Where the nodes that it does not listen to score so far above the others, weights that are masked and then divided
          // by their new sum are 0, or 0/0: nothing is said but that no masked one is left.
          holds(op.logicalNot(op.greater(op.where(linked(a), 0, ask.gatHead(...unheardFarAbove(random)).weights), 0)), {
            en: "a node gives weight to one that it does not listen to where the scores are as large as 10⁷: off the graph, a score is −1e9",
            es: "un nodo da peso a otro al que no escucha donde las puntuaciones llegan a 10⁷: fuera del grafo, una puntuación es −1e9",
          }),
          close(op.slice(weights, LONER, 1), itself, {
            en: "the weights of a node that listens to nobody else",
            es: "los pesos de un nodo que no escucha a nadie más",
          }),
        ];
      },
    ),
    law(
      {
        en: "aggregated is weights·z, and the output is ELU of it",
        es: "aggregated es pesos·z, y la salida es su ELU",
      },
      2,
      "gatHead",
      "directed",
      (ask, args, random) =>
        [args, one(random, graphOf(...DIRECTED), NARROW)].flatMap(([x, a, head]) => {
          const { aggregated, output, weights } = ask.gatHead(x, a, head);
          return [
            close(aggregated, op.matMul(weights, x.matMul(head.w)), {
              en: "aggregated, against weights·z",
              es: "aggregated, frente a pesos·z",
            }),
            holds(
              op.logicalOr(op.all(op.greaterEqual(aggregated, 0)), op.any(op.notEqual(output, aggregated))),
              { en: "the output is aggregated, without ELU", es: "la salida es aggregated, sin ELU" },
              { suspect: "no-elu" },
            ),
            close(output, op.elu(aggregated), {
              en: "the output, against ELU(aggregated)",
              es: "la salida, frente a ELU(aggregated)",
            }),
          ];
        }),
    ),
    law(
      {
        en: "its attention is static: on a complete graph all nodes prefer the same one",
        es: "su atención es estática: en un grafo completo todos los nodos prefieren al mismo",
      },
      1,
      "gatHead",
      "directed",
      (ask, [, , head], random) => {
        const n = 12; // of so many, dot products would not choose the same by chance
        const nodes = withFavourite(reluctant(random.normal([n, SIZES.d]), head), head, random.integer(1, n - 1));
        const { weights } = ask.gatHead(nodes, tf.sub(1, tf.eye(n)), head);
        const preferred = op.argMax(weights, 1);
        return [
          holds(op.all(op.greater(op.max(weights, 1), op.mean(weights, 1))), {
            en: "there is a node whose weights are all the same",
            es: "hay un nodo cuyos pesos son todos iguales",
          }),
          holds(
            op.equal(preferred, op.slice(preferred, 0, 1)),
            {
              en: "node 0 listens most to node {0}, and not every node does",
              es: "el nodo 0 escucha más que a nadie al nodo {0}, y no todos hacen lo mismo",
            },
            { shows: [op.slice(preferred, 0, 1)] },
          ),
        ];
      },
    ),
    law(
      {
        en: "gatHead: numbering the nodes in another order reorders rows and weights, no more",
        es: "gatHead: numerar los nodos en otro orden solo reordena las filas y los pesos",
      },
      1,
      "gatHead",
      "directed",
      (ask, [x, a, head], random) => {
        const { order, nodes, links } = renumbered(x, a, random);
        const [plain, changed] = [ask.gatHead(x, a, head), ask.gatHead(nodes, links, head)];
        return [
          close(changed.output, op.gather(plain.output, order), {
            en: "the output for the renumbered graph",
            es: "la salida para el grafo renumerado",
          }),
          close(changed.weights, op.gather(op.gather(plain.weights, order), order, 1), {
            en: "the weights for the renumbered graph",
            es: "los pesos para el grafo renumerado",
          }),
        ];
      },
    ),
    agrees({ en: "gat joins the heads in order", es: "gat une las cabezas en orden" }, 1, "gat", [
      "concat",
      "concatSquare",
      "concatNarrow",
      "concatOneHead",
      "concatKarate",
    ]),
    agrees(
      {
        en: "gat averages the heads before the activation",
        es: "gat promedia las cabezas antes de la activación",
      },
      2,
      "gat",
      ["mean", "meanSquare", "meanNarrow", "meanOneHead", "meanKarate"],
    ),
    law(
      {
        en: "gat: numbering the nodes in another order reorders the rows, no more",
        es: "gat: numerar los nodos en otro orden solo reordena las filas",
      },
      1,
      "gat",
      "mean",
      (ask, [x, a, heads], random) => {
        const { order, nodes, links } = renumbered(x, a, random);
        return MODES.map((mode) =>
          close(ask.gat(nodes, links, heads, mode), op.gather(ask.gat(x, a, heads, mode), order), {
            en: `the result of ${mode} for the renumbered graph`,
            es: `el resultado de ${mode} para el grafo renumerado`,
          }),
        );
      },
    ),
    law(
      { en: "with one head concat and mean are the same", es: "con una sola cabeza concat y mean son lo mismo" },
      1,
      "gat",
      "concatOneHead",
      (ask, [x, a, heads]) => [
        close(ask.gat(x, a, heads, "concat"), ask.gat(x, a, heads, "mean"), {
          en: "the result of concat with one head, against that of mean",
          es: "el resultado de concat con una cabeza, frente al de mean",
        }),
      ],
    ),
    refuses({ en: "gat refuses an empty list of heads", es: "gat rechaza una lista de cabezas vacía" }, 1, "gat", [
      "concatOfNone",
      "meanOfNone",
    ]),
  ],

  mistakes: {
    "slope-001": {
      variant: ofHead((x, a, head) => mixed(scoresOf(x, head, 0.01), linked(a), x, head)),
      hint: {
        en: "This is what comes out of LeakyReLU with slope 0.01, as some libraries have it by default. Graph attention uses 0.2: tf.leakyRelu(scores, 0.2) (Veličković et al. 2018, §2.1).",
        es: "Esto es lo que sale de LeakyReLU con pendiente 0.01, la que traen por defecto algunas bibliotecas. La atención sobre grafos usa 0.2: tf.leakyRelu(scores, 0.2) (Veličković et al. 2018, §2.1).",
      },
    },
    "no-leaky-relu": {
      variant: ofHead((x, a, head) => mixed(scoresOf(x, head, 1), linked(a), x, head)),
      hint: {
        en: "This is what comes out without LeakyReLU. Then a1·z_i adds the same number to a whole row and softmax cancels it: a1 has no effect at all. Pass the sums through it before softmax: tf.leakyRelu(scores, 0.2) (Veličković et al. 2018, eq. 3).",
        es: "Esto es lo que sale sin LeakyReLU. Entonces a1·z_i suma el mismo número a toda la fila y softmax lo cancela: a1 no tiene ningún efecto. Pasa las sumas por ella antes de softmax: tf.leakyRelu(scores, 0.2) (Veličković et al. 2018, ec. 3).",
      },
    },
    "softmax-over-all-nodes": {
      variant: ofHead((x, a, head) => mixed(scoresOf(x, head), tf.onesLike(a).cast("bool"), x, head)),
      hint: {
        en: "This is what comes out when every node attends to every node: the graph is ignored. Replace the scores by −1e9 where A_ij = 0 and j ≠ i, before softmax (Veličković et al. 2018, eq. 2).",
        es: "Esto es lo que sale cuando cada nodo atiende a todos: se ignora el grafo. Reemplaza las puntuaciones por −1e9 donde A_ij = 0 y j ≠ i, antes de softmax (Veličković et al. 2018, ec. 2).",
      },
    },
    "mask-after-softmax": {
      variant: ofHead((x, a, head) =>
        withWeights(tf.softmax(scoresOf(x, head)).mul(linked(a).cast("float32")), x, head),
      ),
      hint: {
        en: "This is what comes out when the graph multiplies the weights after softmax: those that are left no longer sum to one. Replace the scores by −1e9 before softmax, or divide what is left by its new sum.",
        es: "Esto es lo que sale cuando el grafo multiplica los pesos después de softmax: los que quedan ya no suman uno. Reemplaza las puntuaciones por −1e9 antes de softmax, o divide lo que queda entre su nueva suma.",
      },
    },
    "no-self-loop": {
      variant: ofHead((x, a, head) => mixed(scoresOf(x, head), a.cast("bool"), x, head)),
      hint: {
        en: "This is what comes out when a node may not attend to itself: its own features get lost, and one that listens to nobody attends to everybody. Let j = i through as well: A + I (Veličković et al. 2018, §2.1).",
        es: "Esto es lo que sale cuando un nodo no puede atenderse a sí mismo: sus propias características se pierden, y el que no escucha a nadie atiende a todos. Deja pasar también j = i: A + I (Veličković et al. 2018, §2.1).",
      },
    },
    "direction-reversed": {
      variant: ofHead((x, a, head) => gatHead(x, a.transpose(), head)),
      hint: {
        en: "This is what comes out with the graph transposed: each node attends to those that listen to it. A[i][j] = 1 means that i listens to j, so row i of the graph is the mask of row i of the scores.",
        es: "Esto es lo que sale con el grafo transpuesto: cada nodo atiende a quienes lo escuchan a él. A[i][j] = 1 significa que i escucha a j, así que la fila i del grafo es la máscara de la fila i de las puntuaciones.",
      },
    },
    "a1-and-a2-swapped": {
      variant: ofHead((x, a, head) => gatHead(x, a, { ...head, a1: head.a2, a2: head.a1 })),
      hint: {
        en: "This is what comes out of a2·z_i + a1·z_j. a1 meets the node that listens, row i, and a2 the one that is heard, column j: e_ij = LeakyReLU(a1·z_i + a2·z_j) (Veličković et al. 2018, eq. 3).",
        es: "Esto es lo que sale con a2·z_i + a1·z_j. a1 va con el nodo que escucha, la fila i, y a2 con el escuchado, la columna j: e_ij = LeakyReLU(a1·z_i + a2·z_j) (Veličković et al. 2018, ec. 3).",
      },
    },
    "no-elu": {
      variant: {
        gatHead: (x, a, head) => {
          const { aggregated, weights } = gatHead(x, a, head);
          return { aggregated, output: aggregated, weights };
        },
        gat: joining((x, a, heads, mode) => merged(aggregates(x, a, heads), mode)),
      },
      hint: {
        en: "This is what comes out before the activation. Take ELU of what a head aggregated, or of the mean of the heads: tf.elu (Veličković et al. 2018, eq. 4–6).",
        es: "Esto es lo que sale antes de la activación. Aplica ELU a lo que agregó la cabeza, o al promedio de las cabezas: tf.elu (Veličković et al. 2018, ec. 4–6).",
      },
    },
    "activation-before-mean": {
      variant: { gat: joining((x, a, heads, mode) => merged(aggregates(x, a, heads).map(tf.elu), mode)) },
      hint: {
        en: "This is what comes out when mean averages the outputs, after ELU. In the last layer the activation waits: average what the heads aggregated, then take ELU once (Veličković et al. 2018, eq. 6).",
        es: "Esto es lo que sale cuando mean promedia las salidas, después de ELU. En la última capa la activación espera: promedia lo que agregaron las cabezas y aplica ELU una sola vez (Veličković et al. 2018, ec. 6).",
      },
    },
    "heads-interleaved": {
      variant: {
        gat: joining((x, a, heads, mode) => {
          const outputs = aggregates(x, a, heads).map(tf.elu); // h of [n, dOut]
          return mode === "mean" ? gat(x, a, heads, mode) : tf.stack(outputs, 2).reshape([x.shape[0] ?? 0, -1]);
        }),
      },
      hint: {
        en: "This is what comes out when the heads are shuffled together, entry by entry. Concat puts them side by side, all of head 1 before all of head 2: tf.concat(outputs, 1) (Veličković et al. 2018, eq. 5).",
        es: "Esto es lo que sale cuando las cabezas se intercalan entrada por entrada. Concat las pone lado a lado, toda la cabeza 1 antes de toda la cabeza 2: tf.concat(outputs, 1) (Veličković et al. 2018, ec. 5).",
      },
    },
  },

  routes: {
    "in plain numbers": ofHead((x, a, head) => {
      const [z, links] = [rowsOf(x.matMul(head.w)), rowsOf(a)];
      const [a1, a2] = [[...head.a1.dataSync()], [...head.a2.dataSync()]];
      const weights = z.map((own, i) => {
        const scores = z.map((other, j) => {
          const sum = dot(a1, own) + dot(a2, other);
          return i === j || links[i]?.[j] === 1 ? Math.max(sum, 0.2 * sum) : Number.NEGATIVE_INFINITY;
        });
        const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const total = powers.reduce((sum, power) => sum + power, 0);
        return powers.map((power) => power / total);
      });
      const columns = (z[0] ?? []).map((_, k) => z.map((row) => row[k] ?? 0));
      const aggregated = weights.map((row) => columns.map((column) => dot(row, column)));
      const output = aggregated.map((row) => row.map((entry) => (entry > 0 ? entry : Math.expm1(entry))));
      return { aggregated: tf.tensor2d(aggregated), output: tf.tensor2d(output), weights: tf.tensor2d(weights) };
    }),
    "the pair joined, as in the paper; weights renormalised on the graph": ofHead((x, a, head) => {
      const [n = 0] = x.shape;
      const z = x.matMul(head.w); // [n, dOut]
      const pairs = tf.concat([z.expandDims(1).tile([1, n, 1]), z.expandDims(0).tile([n, 1, 1])], 2); // [n, n, 2·dOut]
      const both = tf.concat([head.a1, head.a2], 0).expandDims(1); // [2·dOut, 1]
      const sums = pairs
        .reshape([n * n, -1])
        .matMul(both)
        .reshape([n, n]);
      const kept = stableSoftmax(tf.where(sums.greater(0), sums, sums.mul(0.2))).mul(linked(a).cast("float32")); // [n, n]
      return withWeights(kept.div(kept.sum(1, true)), x, head);
    }),
    "−1e9 added before LeakyReLU; ELU from relu and exp; tidied": {
      gatHead: (x, a, head) => tf.tidy(() => ({ ...byHand(x, a, head) })),
      gat: joining((x, a, heads, mode) =>
        tf.tidy(() => {
          const all = tf.stack(heads.map((head) => byHand(x, a, head).aggregated)); // [h, n, dOut]
          return tf.elu(mode === "mean" ? all.mean(0) : all.transpose([1, 0, 2]).reshape([x.shape[0] ?? 0, -1]));
        }),
      ),
    },
    "node by node, over those it listens to": ofHead((x, a, head) => {
      const z = x.matMul(head.w); // [n, dOut]
      const rows = rowsOf(a).map((row, i) => {
        const heard = row.flatMap((entry, j) => (entry === 1 || i === j ? [j] : []));
        const near = tf.gather(z, tf.tensor1d(heard, "int32")); // [heard, dOut]
        const sums = near.mul(head.a2).sum(1).add(rowOf(z, i).mul(head.a1).sum()); // [heard]
        const alpha = stableSoftmax(tf.leakyRelu(sums)); // [heard]
        const spread = tf.buffer([1, row.length]); // zeros but for those that are heard
        heard.forEach((j, k) => {
          spread.set(alpha.dataSync()[k] ?? 0, 0, j);
        });
        return { weights: spread.toTensor(), aggregated: alpha.expandDims(0).matMul(near) };
      });
      const aggregated = tf.concat(rows.map((row) => row.aggregated));
      return { aggregated, output: tf.elu(aggregated), weights: tf.concat(rows.map((row) => row.weights)) };
    }),
  },
}));

const graphOf = (...rows: readonly string[]): tf.Tensor => maskOf(rows).cast("float32");

function params(random: Random, { d, dOut }: Sizes): GatHeadParams {
  return { w: random.normal([d, dOut], 0.6), a1: random.normal([dOut]), a2: random.normal([dOut]) };
}

function one(random: Random, a: tf.Tensor, sizes = SIZES): Parameters<typeof gatHead> {
  return [random.normal([a.shape[0] ?? 0, sizes.d]), a, params(random, sizes)];
}

function several(random: Random, a: tf.Tensor, h: number, mode: Mode, sizes = SIZES): Parameters<typeof gat> {
  const heads = Array.from({ length: h }, () => params(random, sizes));
  return [random.normal([a.shape[0] ?? 0, sizes.d]), a, heads, mode];
}

/** The same, but for the signs in z: the loner's first entry is negative there, and its others are positive. */
function bothSigns([x, a, head]: Parameters<typeof gatHead>): Parameters<typeof gatHead> {
  const due = Array.from({ length: head.w.shape[1] ?? 0 }, (_, j) => (j === 0 ? -1 : 1));
  const signs = rowOf(x, LONER).matMul(head.w).sign().mul(tf.tensor1d(due)); // [1, dOut]
  return [x, a, { ...head, w: head.w.mul(signs) }];
}

/** 1 for even nodes, −1 for odd ones: the first feature of a node, and the first entry of its z. */
function signed(random: Random): Parameters<typeof gatHead> {
  const [x, a, { w, a1, a2 }] = one(random, graphOf(...UNDIRECTED));
  const signs = Array.from({ length: x.shape[0] ?? 0 }, (_, i) => [i % 2 === 0 ? 1 : -1]);
  const nodes = tf.concat([tf.tensor2d(signs), x.slice([0, 1])], 1);
  const rest = tf.concat([tf.zeros([SIZES.d - 1, 1]), w.slice([1, 1])], 1); // [d − 1, dOut]
  const first = tf.tensor2d([[1, ...Array.from({ length: SIZES.dOut - 1 }, () => 0)]]); // [1, dOut]
  return [nodes, a, { w: tf.concat([first, rest]), a1, a2 }];
}

/** Times an entry of ±1: near ±1000. */
const far = (vector: tf.Tensor): tf.Tensor => tf.concat([tf.tensor1d([1000]), vector.slice(1)]);

/** A case whose scores are near +1000 in the even rows and, by way of LeakyReLU, near −200 in the odd ones. */
function shifted(random: Random): Parameters<typeof gatHead> {
  const [x, a, head] = signed(random);
  return [x, a, { ...head, a1: far(head.a1) }];
}

/** A case with scores near +1000 and near −200 in one row: each node hears one of even number, or is one. */
function spread(random: Random): Parameters<typeof gatHead> {
  const [x, a, head] = signed(random);
  return [x, a, { ...head, a2: far(head.a2) }];
}

/** Scores near 0, but for those of node 0, which is heard by nodes 2 and 4 alone: to nodes 1 and 3 it would be 10 above any. */
function unheardAbove(random: Random): Parameters<typeof gatHead> {
  const [x, a, head] = one(random, graphOf(...DIRECTED));
  return [withFavourite(x.mul(0.1), head, 0, 10), a, head];
}

/** Scores of 10⁷ for nodes of even number and, by way of LeakyReLU, −2·10⁶ for the others: nodes 1 and 3 hear only those. */
function unheardFarAbove(random: Random): Parameters<typeof gatHead> {
  const [x, , head] = signed(random);
  return [x, graphOf(...DIRECTED), { ...head, a2: tf.concat([tf.tensor1d([1e7]), head.a2.slice(1)]) }];
}

/** The features with node 0 moved so that its a1·z is −50, and its a2·z what it was: all of its scores are negative. */
function reluctant(x: tf.Tensor, { w, a1, a2 }: GatHeadParams): tf.Tensor {
  const [listening, heard] = [a1, a2].map((vector) => w.matMul(vector.expandDims(1)).squeeze([1])) as [
    tf.Tensor,
    tf.Tensor,
  ]; // [d]
  const away = listening.sub(heard.mul(listening.dot(heard)).div(heard.square().sum())); // [d], orthogonal to `heard`
  const missing = tf.sub(-50, x.slice(0, 1).squeeze<tf.Tensor>([0]).dot(listening)).div(away.dot(listening));
  return tf.concat([x.slice(0, 1).add(away.mul(missing)), x.slice(1)]);
}

/** The features with one node moved so that its a2·z is the largest of all, by 1 unless said. */
function withFavourite(x: tf.Tensor, { w, a2 }: GatHeadParams, favourite: number, by = 1): tf.Tensor {
  const direction = w.matMul(a2.expandDims(1)); // [d, 1]: a2·z = x·direction
  const heard = x.matMul(direction).squeeze([1]); // [n]
  const missing = heard.max().add(by).sub(heard.slice(favourite, 1)); // [1]
  const step = direction.squeeze([1]).mul(missing).div(direction.square().sum()); // [d]
  const here = tf
    .range(0, x.shape[0] ?? 0)
    .equal(favourite)
    .cast("float32"); // [n]
  return x.add(here.expandDims(1).mul(step));
}

function renumbered(x: tf.Tensor, a: tf.Tensor, random: Random) {
  const order = tf.tensor1d(random.permutation(x.shape[0] ?? 0), "int32");
  return { order, nodes: tf.gather(x, order), links: tf.gather(tf.gather(a, order), order, 1) };
}

/** Both functions, made from a head. */
function ofHead(head: typeof gatHead): { readonly gatHead: typeof gatHead; readonly gat: typeof gat } {
  return {
    gatHead: head,
    gat: joining((x, a, heads, mode) => {
      const results = heads.map((params) => head(x, a, params));
      if (mode === "mean") return tf.elu(averaged(results.map(({ aggregated }) => aggregated)));
      return joined(results.map(({ output }) => output));
    }),
  };
}

/** A layer of heads that refuses an empty list, as the reference does. */
function joining(layer: typeof gat): typeof gat {
  return (x, a, heads, mode) => (heads.length === 0 ? gat(x, a, heads, mode) : layer(x, a, heads, mode));
}

const aggregates = (x: tf.Tensor, a: tf.Tensor, heads: readonly GatHeadParams[]): tf.Tensor[] =>
  heads.map((head) => gatHead(x, a, head).aggregated);

const joined = (parts: tf.Tensor[]): tf.Tensor => tf.concat(parts, 1); // [n, h·dOut]
const averaged = (parts: tf.Tensor[]): tf.Tensor => tf.addN(parts).div(parts.length); // [n, dOut]
const merged = (parts: tf.Tensor[], mode: Mode): tf.Tensor => (mode === "concat" ? joined(parts) : averaged(parts));

/** Where i may attend to j: A + I → [n, n] bool */
const linked = (a: tf.Tensor): tf.Tensor => a.add(tf.eye(a.shape[0] ?? 0)).cast("bool");

/** a1·z_i + a2·z_j, through LeakyReLU → [n, n] */
function scoresOf(x: tf.Tensor, { w, a1, a2 }: GatHeadParams, slope = 0.2): tf.Tensor {
  const z = x.matMul(w); // [n, dOut]
  return tf.leakyRelu(z.mul(a1).sum(1, true).add(z.mul(a2).sum(1)), slope);
}

const mixed = (scores: tf.Tensor, allowed: tf.Tensor, x: tf.Tensor, head: GatHeadParams): GatHead =>
  withWeights(stableSoftmax(tf.where(allowed, scores, -1e9)), x, head);

function withWeights(weights: tf.Tensor, x: tf.Tensor, { w }: GatHeadParams): GatHead {
  const aggregated = tf.matMul(weights, x.matMul(w)); // [n, dOut]
  return { aggregated, output: tf.elu(aggregated), weights };
}

function byHand(x: tf.Tensor, a: tf.Tensor, { w, a1, a2 }: GatHeadParams): GatHead {
  const z = x.matMul(w); // [n, dOut]
  const sums = z.matMul(a1.expandDims(1)).add(z.matMul(a2.expandDims(1)).transpose()); // [n, n]
  const filled = sums.add(tf.sub(1, linked(a).cast("float32")).mul(-1e9)); // [n, n]
  const bent = tf.relu(filled).sub(tf.relu(filled.neg()).mul(0.2));
  const e = tf.exp(bent.sub(bent.max(1, true))); // [n, n]
  const weights = e.div(e.sum(1, true));
  const aggregated = weights.matMul(z); // [n, dOut]
  return { aggregated, output: tf.relu(aggregated).add(tf.exp(aggregated.minimum(0)).sub(1)), weights };
}

const rowsOf = (matrix: tf.Tensor): number[][] => matrix.arraySync() as number[][];
const rowOf = (x: tf.Tensor, i: number): tf.Tensor => x.slice(i, 1); // [1, …]

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, entry, i) => sum + entry * (b[i] ?? 0), 0);
