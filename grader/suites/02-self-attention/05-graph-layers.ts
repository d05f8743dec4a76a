import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, holds, mask as maskOf, op, type Random, suite, together } from "#grader/suite/index.js";
import type { Given, Term } from "#grader/suite/laws/term.js";
import {
  graphConvolution,
  graphSelfAttention,
  messagePassing,
  scaledDotProductAttention,
  selfAttention,
} from "#reference";
import { adjacency } from "../../../data/karate-club.js";
import { linear } from "../../../exercises/support.js";
import type { AttentionParams, MessageParams } from "../../../exercises/types.js";

interface Sizes {
  readonly d: number;
  readonly dk: number;
  readonly dv: number;
  readonly dm: number;
  readonly dOut: number;
}

const SIZES: Sizes = { d: 4, dk: 3, dv: 6, dm: 2, dOut: 7 };
const SQUARE: Sizes = { d: 4, dk: 4, dv: 4, dm: 4, dOut: 4 };
const NARROW: Sizes = { d: 1, dk: 1, dv: 1, dm: 1, dOut: 1 };

/** Row u says whom u listens to. Node 3 listens to nobody, but is heard. */
const DIRECTED = ["01100", "00010", "11011", "00000", "10110"];
const LONER = 3;
/** Where it is written that it listens to itself. */
const ALONE = ["00000", "00000", "00000", "00010", "00000"];
/** Some nodes of it, and those that they do not listen to. */
const UNHEARD: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [3, 4]],
  [1, [0, 2, 4]],
]);

const GRAPHS = ["undirected", "directed", "isolated", "square", "narrow", "oneNode", "karate"];

/** Any of the three functions, whatever its weights are. */
type Layer = (x: Given<tf.Tensor>, a: Given<tf.Tensor>, weights: never) => Term;

/** What each function gives for a node [1, d] that listens to nobody. */
const LAYERS = {
  graphConvolution: {
    formula: "relu(x_u·w)",
    alone: (node: tf.Tensor, w: tf.Tensor) => tf.relu(node.matMul(w)),
  },
  graphSelfAttention: {
    formula: "relu(x_u·wv)",
    alone: (node: tf.Tensor, p: AttentionParams) => tf.relu(node.matMul(p.wv)),
  },
  messagePassing: {
    formula: "relu([x_u ; 0]·wu)",
    alone: (node: tf.Tensor, p: MessageParams) => tf.relu(node.matMul(p.wu.slice(0, node.shape[1]))),
  },
} as const;
const NAMES = ["graphConvolution", "graphSelfAttention", "messagePassing"] as const;

const LARGE = {
  en: "graphSelfAttention stays right at scores near ±1000, and hears no other node however high it scores",
  es: "graphSelfAttention sigue siendo correcta con puntuaciones cerca de ±1000, y no oye a otro nodo por alto que puntúe",
};

export const graphLayersSuite = suite("2.5", { graphConvolution, graphSelfAttention, messagePassing })(
  ({ agrees, law }) => ({
    cases: (random) => ({
      graphConvolution: onGraphs(
        random,
        ({ d, dOut }) => random.normal([d, dOut]),
        (loner, w) => turned(w, loner, [-1, 1]),
      ),
      graphSelfAttention: {
        ...onGraphs(
          random,
          (sizes) => attentionParams(random, sizes),
          (loner, p) => ({ ...p, wv: turned(p.wv, loner, [-1, 1]) }),
        ),
        complete: [random.normal([5, SIZES.d]), tf.sub(1, tf.eye(5)), attentionParams(random, SIZES)],
        aloneWithItself: [
          random.normal([5, SIZES.d]),
          graphOf(...DIRECTED).maximum(graphOf(...ALONE)),
          attentionParams(random, SIZES),
        ],
        shifted: far(random, () => 1),
        spread: far(random, sign),
      },
      messagePassing: onGraphs(
        random,
        ({ d, dm, dOut }) => ({ wm: random.normal([2 * d, dm], 0.6), wu: random.normal([d + dm, dOut], 0.6) }),
        (loner, { wm, wu }) => ({
          wm: turned(wm, tf.concat([loner, loner], 1), [1]),
          wu: turned(wu, loner, [-1, 1]),
        }),
      ),
    }),

    checks: [
      agrees(
        {
          en: "graphConvolution agrees with the reference, undirected and directed",
          es: "graphConvolution coincide con la referencia, en grafos dirigidos y no dirigidos",
        },
        2,
        "graphConvolution",
        GRAPHS,
      ),
      agrees(
        {
          en: "graphSelfAttention agrees with the reference, undirected and directed",
          es: "graphSelfAttention coincide con la referencia, en grafos dirigidos y no dirigidos",
        },
        2,
        "graphSelfAttention",
        [...GRAPHS, "complete", "aloneWithItself"],
      ),
      together(
        agrees(LARGE, 1, "graphSelfAttention", ["shifted", "spread"], EXTREME),
        law(LARGE, 1, "graphSelfAttention", "shifted", (ask, _, random) => {
          const { listener, a, p, features } = outshone(random);
          const [row, other] = [1, 5].map((value) =>
            op.slice(ask.graphSelfAttention(features(value), a, p), listener, 1),
          );
          // Where the nodes that it listens to score so far below, weights that are masked and then divided by their new
          // sum are 0, or 0/0: nothing is said of the row but that the other nodes do not move it.
          const moved = op.greater(op.abs(op.sub(row as Term, other as Term)), 1e-3);
          return [
            holds(op.logicalNot(moved), {
              en: "a node that is not listened to counts where its score is as high as 2·10⁶: a masked score is −1e9",
              es: "un nodo al que no se escucha cuenta donde su puntuación llega a 2·10⁶: una puntuación enmascarada es −1e9",
            }),
          ];
        }),
      ),
      agrees(
        {
          en: "messagePassing agrees with the reference, undirected and directed",
          es: "messagePassing coincide con la referencia, en grafos dirigidos y no dirigidos",
        },
        2,
        "messagePassing",
        GRAPHS,
      ),
      ...NAMES.map((name) =>
        law(
          {
            en: `${name}: numbering the nodes in another order reorders the rows, no more`,
            es: `${name}: numerar los nodos en otro orden solo reordena las filas`,
          },
          1,
          name,
          "directed",
          (ask, [x, a, weights], random) => {
            const layer = ask[name] as Layer;
            const order = tf.tensor1d(random.permutation(x.shape[0] ?? 0), "int32");
            const links = tf.gather(tf.gather(a, order), order, 1); // P A Pᵀ
            const [plain, renumbered] = [
              layer(x, a, weights as never),
              layer(tf.gather(x, order), links, weights as never),
            ];
            return [
              close(renumbered, op.gather(plain, order), {
                en: "the result for the renumbered graph",
                es: "el resultado para el grafo renumerado",
              }),
            ];
          },
        ),
      ),
      ...NAMES.map((name) =>
        law(
          {
            en: `${name}: a node sees itself and those it listens to; alone it gives ${LAYERS[name].formula}`,
            es: `${name}: un nodo se ve a sí mismo y a quienes escucha; solo, da ${LAYERS[name].formula}`,
          },
          1,
          name,
          "directed",
          (ask, [x, a, weights], random) => {
            const layer = ask[name] as Layer;
            const result = layer(x, a, weights as never);
            const alone = LAYERS[name].alone(rowOf(x, LONER), weights as never);
            return [
              ...[...UNHEARD].map(([u, unheard]) => {
                const changed = layer(withOthers(x, unheard, random), a, weights as never);
                return close(op.slice(changed, u, 1), op.slice(result, u, 1), {
                  en: "the row of a node after a change of nodes that it does not listen to",
                  es: "la fila de un nodo tras cambiar nodos que no escucha",
                });
              }),
              close(op.slice(result, LONER, 1), alone, {
                en: "the row of a node that listens to nobody",
                es: "la fila de un nodo que no escucha a nadie",
              }),
            ];
          },
        ),
      ),
      law(
        {
          en: "to attention a node that listens to itself alone is one that listens to nobody",
          es: "para la atención, un nodo que solo se escucha a sí mismo es uno que no escucha a nadie",
        },
        1,
        "graphSelfAttention",
        "directed",
        (ask, [x, a, p]) => [
          close(ask.graphSelfAttention(x, a.maximum(graphOf(...ALONE)), p), ask.graphSelfAttention(x, a, p), {
            en: "the result with a 1 on the diagonal for a node without neighbours, against that without",
            es: "el resultado con un 1 en la diagonal para un nodo sin vecinos, frente al que sale sin él",
          }),
        ],
      ),
      law(
        {
          en: "with wq = 0 attention averages over a node and those it listens to",
          es: "con wq = 0 la atención promedia sobre un nodo y quienes escucha",
        },
        1,
        "graphSelfAttention",
        "directed",
        (ask, [x, a, p]) => [
          close(
            ask.graphSelfAttention(x, a, { ...p, wq: tf.zerosLike(p.wq) }),
            tf.relu(tf.matMul(averaging(a), x.matMul(p.wv))),
            {
              en: "the result with wq = 0, against relu of the averages",
              es: "el resultado con wq = 0, frente a relu de los promedios",
            },
          ),
        ],
      ),
    ],

    mistakes: {
      "no-self-loops": {
        variant: {
          graphConvolution: (x, a, w) => convolved(normalised(a), x, w),
          graphSelfAttention: (x, a, p) => attended(x, p, a.cast("bool")),
        },
        hint: {
          en: "This is what comes out without self-loops: a node forgets its own features, and one that listens to nobody has nothing to mix. Add the identity to the graph first: Â = A + I (Kipf & Welling 2017, eq. 2).",
          es: "Esto es lo que sale sin los lazos: un nodo olvida sus propias características, y el que no escucha a nadie no tiene nada que mezclar. Suma primero la identidad al grafo: Â = A + I (Kipf y Welling 2017, ec. 2).",
        },
      },
      "row-normalised": {
        variant: { graphConvolution: (x, a, w) => convolved(averaging(a), x, w) },
        hint: {
          en: "This is what comes out of D⁻¹Â, the plain average over the neighbours. The symmetric form also tones down neighbours that listen to many: divide Â_uv by √(deg_u·deg_v) (Kipf & Welling 2017, eq. 2).",
          es: "Esto es lo que sale con D⁻¹Â, el promedio simple sobre los vecinos. La forma simétrica también atenúa a los vecinos que escuchan a muchos: divide Â_uv entre √(deg_u·deg_v) (Kipf y Welling 2017, ec. 2).",
        },
      },
      "degrees-without-self-loop": {
        variant: { graphConvolution: (x, a, w) => convolved(normalised(closed(a), a.sum(1)), x, w) },
        hint: {
          en: "This is what comes out when the degrees are counted in A: they lack the self-loop, and are 0 for a node that listens to nobody. Sum the rows of Â = A + I (Kipf & Welling 2017, eq. 2).",
          es: "Esto es lo que sale al contar los grados en A: les falta el lazo, y valen 0 para un nodo que no escucha a nadie. Suma las filas de Â = A + I (Kipf y Welling 2017, ec. 2).",
        },
      },
      "column-degrees": {
        variant: { graphConvolution: (x, a, w) => convolved(normalised(closed(a), closed(a).sum(0)), x, w) },
        hint: {
          en: "This is what comes out when the degrees are the sums of the columns, which count who listens to a node. In a directed graph that is another number: deg_u is the sum of row u of Â, sum(1).",
          es: "Esto es lo que sale cuando los grados son las sumas de las columnas, que cuentan quién escucha a un nodo. En un grafo dirigido ese es otro número: deg_u es la suma de la fila u de Â, sum(1).",
        },
      },
      "direction-reversed": {
        variant: {
          graphConvolution: (x, a, w) => graphConvolution(x, a.transpose(), w),
          graphSelfAttention: (x, a, p) => graphSelfAttention(x, a.transpose(), p),
          messagePassing: (x, a, p) => messagePassing(x, a.transpose(), p),
        },
        hint: {
          en: "This is what comes out with the graph transposed: each node receives from those that listen to it. A[u][v] = 1 means that u listens to v, so row u of the graph says what reaches u.",
          es: "Esto es lo que sale con el grafo transpuesto: cada nodo recibe de quienes lo escuchan a él. A[u][v] = 1 significa que u escucha a v, así que la fila u del grafo dice qué le llega a u.",
        },
      },
      "all-nodes": {
        variant: { graphSelfAttention: (x, _, p) => tf.relu(selfAttention(x, p).output) },
        hint: {
          en: "This is what comes out when every node attends to every node, as on the complete graph. Hand the graph with its self-loops to attention as the mask (Bronstein et al. 2021, §5.3).",
          es: "Esto es lo que sale cuando cada nodo atiende a todos, como en el grafo completo. Pásale a la atención el grafo con sus lazos como máscara (Bronstein et al. 2021, §5.3).",
        },
      },
      "pair-order": {
        variant: {
          messagePassing: (x, a, p) => updated(x, messagesOf(x, p).transpose([1, 0, 2]).mul(a.expandDims(2)).sum(1), p),
        },
        hint: {
          en: "This is what comes out of [x_v ; x_u]: the two ends of the message have changed places. The node that listens comes first: m_uv = relu([x_u ; x_v]·wm) (Bronstein et al. 2021, §5.3).",
          es: "Esto es lo que sale con [x_v ; x_u]: los dos extremos del mensaje cambiaron de lugar. Primero va el nodo que escucha: m_uv = relu([x_u ; x_v]·wm) (Bronstein et al. 2021, §5.3).",
        },
      },
      "update-order": {
        variant: {
          messagePassing: (x, a, p) => tf.relu(linear(tf.concat([received(x, a, p), x], 1), p.wu)),
        },
        hint: {
          en: "This is what comes out of [Σ m_uv ; x_u]·wu: the sum of the messages met the rows of wu that belong to the node. The node comes first: [x_u ; Σ_v A_uv m_uv]·wu.",
          es: "Esto es lo que sale con [Σ m_uv ; x_u]·wu: la suma de los mensajes se encontró con las filas de wu que son del nodo. Primero va el nodo: [x_u ; Σ_v A_uv m_uv]·wu.",
        },
      },
      "self-loop-in-messages": {
        variant: { messagePassing: (x, a, p) => messagePassing(x, closed(a), p) },
        hint: {
          en: "This is what comes out when each node also sends a message to itself. Messages run along A, without self-loops: x_u is in the update already, [x_u ; Σ_v A_uv m_uv].",
          es: "Esto es lo que sale cuando cada nodo también se manda un mensaje a sí mismo. Los mensajes van por A, sin lazos: x_u ya está en la actualización, [x_u ; Σ_v A_uv m_uv].",
        },
      },
      "messages-averaged": {
        variant: {
          messagePassing: (x, a, p) => updated(x, received(x, a, p).div(a.sum(1, true).maximum(1)), p),
        },
        hint: {
          en: "This is what comes out when the messages are averaged over those a node listens to: two equal ones count no more than one. Add them up: Σ_v A_uv m_uv.",
          es: "Esto es lo que sale al promediar los mensajes de quienes un nodo escucha: dos iguales no cuentan más que uno. Súmalos: Σ_v A_uv m_uv.",
        },
      },
      "no-activation": {
        variant: {
          graphConvolution: (x, a, w) => tf.matMul(normalised(closed(a)), x.matMul(w)),
          graphSelfAttention: (x, a, p) => attention(x, p, closed(a).cast("bool")),
          messagePassing: (x, a, p) => linear(tf.concat([x, received(x, a, p)], 1), p.wu),
        },
        hint: {
          en: "This is what comes out before the last relu: there are negative numbers in it. Every layer of this exercise ends with tf.relu.",
          es: "Esto es lo que sale antes de la última relu: tiene números negativos. Todas las capas de este ejercicio terminan con tf.relu.",
        },
      },
    },

    routes: {
      "in plain numbers, neighbour by neighbour": {
        graphConvolution: (x, a, w) => {
          const [features, heard] = [rowsOf(x), heardBy(a, true)];
          const mixed = heard.map((nodes) => {
            const share = (v: number) => 1 / Math.sqrt(nodes.length * (heard[v]?.length ?? 1));
            return sumOf(nodes.map((v) => (features[v] ?? []).map((entry) => entry * share(v))));
          });
          return tf.relu(tf.matMul(tf.tensor2d(mixed), w));
        },
        graphSelfAttention: (x, a, p) => {
          const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => rowsOf(x.matMul(w))) as [number[][], number[][], number[][]];
          const rows = heardBy(a, true).map((nodes, u) => {
            const scores = nodes.map((node) => dot(q[u] ?? [], k[node] ?? []) / Math.sqrt(q[u]?.length ?? 1));
            const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
            const total = powers.reduce((sum, power) => sum + power, 0);
            return sumOf(nodes.map((node, i) => (v[node] ?? []).map((entry) => (entry * (powers[i] ?? 0)) / total)));
          });
          return tf.tensor2d(rows.map((row) => row.map((entry) => Math.max(entry, 0))));
        },
        messagePassing: (x, a, p) => {
          const [features, wm, wu] = [rowsOf(x), rowsOf(p.wm.transpose()), rowsOf(p.wu.transpose())];
          const apply = (columns: number[][], row: number[]) => columns.map((column) => Math.max(dot(column, row), 0));
          const rows = heardBy(a, false).map((nodes, u) => {
            const self = features[u] ?? [];
            const messages = nodes.map((v) => apply(wm, [...self, ...(features[v] ?? [])]));
            return apply(wu, [...self, ...sumOf([wm.map(() => 0), ...messages])]);
          });
          return tf.tensor2d(rows);
        },
      },
      "diagonal matrices; −1e9 added off the graph; messages from the two halves of wm": {
        graphConvolution: (x, a, w) => {
          const root = tf.diag(closed(a).sum(1).pow(-0.5)); // [n, n]
          return root.matMul(closed(a)).matMul(root).matMul(x).matMul(w).relu();
        },
        graphSelfAttention: (x, a, p) => {
          const scores = x
            .matMul(p.wq)
            .matMul(x.matMul(p.wk), false, true)
            .div(Math.sqrt(p.wq.shape[1] ?? 1));
          const weights = tf.softmax(scores.add(tf.sub(1, closed(a)).mul(-1e9)));
          return weights.matMul(x.matMul(p.wv)).relu();
        },
        messagePassing: (x, a, p) => {
          const d = x.shape[1] ?? 0;
          const [own, other] = [x.matMul(p.wm.slice(0, d)), x.matMul(p.wm.slice(d))]; // [n, dm]
          return updated(x, own.expandDims(1).add(other.expandDims(0)).relu().mul(a.expandDims(2)).sum(1), p);
        },
      },
      "degrees on both sides of the product; weights renormalised on the graph; pairs as rows; tidied": {
        graphConvolution: (x, a, w) =>
          tf.tidy(() => {
            const root = closed(a).sum(1, true).sqrt(); // [n, 1]
            return closed(a).matMul(x.matMul(w).div(root)).div(root).relu();
          }),
        graphSelfAttention: (x, a, p) =>
          tf.tidy(() => {
            const kept = selfAttention(x, p).weights.mul(closed(a)); // [n, n]
            return kept.div(kept.sum(1, true)).matMul(x.matMul(p.wv)).relu();
          }),
        messagePassing: (x, a, p) =>
          tf.tidy(() => {
            const [n = 0] = x.shape;
            const pairs = Array.from({ length: n * n }, (_, i) => [Math.floor(i / n), i % n] as const);
            const gather = (side: 0 | 1) =>
              tf.gather(
                x,
                tf.tensor1d(
                  pairs.map((pair) => pair[side]),
                  "int32",
                ),
              ); // [n², d]
            const messages = tf
              .concat([gather(0), gather(1)], 1)
              .matMul(p.wm)
              .relu(); // [n², dm]
            return updated(
              x,
              messages
                .mul(a.reshape([n * n, 1]))
                .reshape([n, n, -1])
                .sum(1),
              p,
            );
          }),
      },
      "node by node": {
        graphConvolution: (x, a, w) => {
          const coefficients = normalised(closed(a));
          return tf.concat(nodesOf(x).map((u) => rowOf(coefficients, u).matMul(x).matMul(w).relu()));
        },
        graphSelfAttention: (x, a, p) => {
          const rows = heardBy(a, true).map((nodes, u) => {
            const near = tf.gather(x, tf.tensor1d(nodes, "int32")); // [heard, d]
            const [q, k, v] = [rowOf(x, u).matMul(p.wq), near.matMul(p.wk), near.matMul(p.wv)];
            return scaledDotProductAttention(q, k, v).output.relu();
          });
          return tf.concat(rows);
        },
        messagePassing: (x, a, p) => {
          const rows = heardBy(a, false).map((nodes, u) => {
            const self = rowOf(x, u); // [1, d]
            let sum: tf.Tensor = tf.zeros([1, p.wm.shape[1] ?? 0]);
            for (const v of nodes)
              sum = sum.add(
                tf
                  .concat([self, rowOf(x, v)], 1)
                  .matMul(p.wm)
                  .relu(),
              );
            return tf.concat([self, sum], 1).matMul(p.wu).relu();
          });
          return tf.concat(rows);
        },
      },
    },
  }),
);

const graphOf = (...rows: readonly string[]): tf.Tensor => maskOf(rows).cast("float32");

/**
 * One case for each graph of `GRAPHS`.
 *
 * @param speaking changes the weights so that the loner [1, d] tells what its row is made of
 */
function onGraphs<P>(
  random: Random,
  params: (sizes: Sizes) => P,
  speaking: (loner: tf.Tensor, p: P) => P,
): Record<string, [x: tf.Tensor, a: tf.Tensor, p: P]> {
  const make = (a: tf.Tensor, sizes = SIZES): [tf.Tensor, tf.Tensor, P] => [
    random.normal([a.shape[0] ?? 0, sizes.d]),
    a,
    params(sizes),
  ];
  const [x, a, p] = make(graphOf(...DIRECTED));
  return {
    undirected: make(graphOf("01110", "10100", "11000", "10001", "00010")),
    directed: [x, a, speaking(rowOf(x, LONER), p)],
    isolated: make(graphOf("01010", "10010", "00000", "11001", "00010")), // node 2 neither listens nor is heard
    square: make(graphOf("0110", "0010", "1101", "1000"), SQUARE),
    narrow: make(graphOf(...DIRECTED), NARROW),
    oneNode: make(graphOf("0")),
    karate: make(tf.tensor2d(adjacency())),
  };
}

/** The weights with columns negated, so that the first numbers of x·w have these signs, and all others the last of them. */
function turned(w: tf.Tensor, x: tf.Tensor, signs: readonly number[]): tf.Tensor {
  const [, width = 0] = w.shape;
  const due = Array.from({ length: width }, (_, j) => signs[Math.min(j, signs.length - 1)] ?? 1);
  return w.mul(x.matMul(w.slice(0, x.shape[1])).sign().mul(tf.tensor1d(due)));
}

function attentionParams(random: Random, { d, dk, dv }: Sizes): AttentionParams {
  return { wq: random.normal([d, dk]), wk: random.normal([d, dk]), wv: random.normal([d, dv]) };
}

/** 1 for even nodes, −1 for odd ones. */
const sign = (node: number): number => (node % 2 === 0 ? 1 : -1);

/**
 * A case whose scores are near +1000 and −1000, by way of x's first two columns: 1000 · sign(u) · heard(v). Every node
 * hears somebody whose score is as large as any.
 */
function far(random: Random, heard: (node: number) => number): [tf.Tensor, tf.Tensor, AttentionParams] {
  const p = attentionParams(random, SIZES);
  const change = (matrix: tf.Tensor, entry: (old: number, i: number, j: number) => number) =>
    tf.tensor2d(rowsOf(matrix).map((row, i) => row.map((old, j) => entry(old, i, j))));
  const x = change(random.normal([5, SIZES.d]), (old, i, j) => (j === 0 ? sign(i) : j === 1 ? heard(i) : old));
  const only = (row: number, value: number) => (old: number, i: number, j: number) =>
    i <= 1 || j === 0 ? (i === row && j === 0 ? value : 0) : old;
  const wq = change(p.wq, only(0, 1000 * Math.sqrt(SIZES.dk)));
  return [x, graphOf(...DIRECTED), { ...p, wq, wk: change(p.wk, only(1, 1)) }];
}

/**
 * A node whose score is −2·10⁶ for itself and whom it listens to, and +2·10⁶ for all others, by way of x's first two
 * columns. The values are those of the other columns: 1 of whom it listens to, `value` of the others.
 */
function outshone(random: Random) {
  const listener = 1;
  const a = graphOf(...DIRECTED);
  const heard = heardBy(a, true)[listener] ?? [];
  const { wv } = attentionParams(random, SIZES);
  const only = (row: number, value: number): tf.Tensor =>
    tf
      .oneHot(tf.tensor1d([row], "int32"), SIZES.d)
      .transpose()
      .mul(value); // [d, 1]
  const hears = (v: number): boolean => heard.includes(v);
  const features = (value: number): tf.Tensor =>
    tf.tensor2d(nodesOf(a).map((v) => [1, hears(v) ? -1 : 1, ...new Array(SIZES.d - 2).fill(hears(v) ? 1 : value)]));
  const values = tf.concat([tf.zeros([2, SIZES.dv]), wv.slice(2).abs()]); // [d, dv]
  return { listener, a, features, p: { wq: only(0, 2e6), wk: only(1, 1), wv: values } };
}

/** A + I → [n, n] */
const closed = (a: tf.Tensor): tf.Tensor => a.add(tf.eye(a.shape[0] ?? 0));

/** Each entry divided by the root of both degrees → [n, n] */
function normalised(graph: tf.Tensor, degrees = graph.sum(1)): tf.Tensor {
  return graph.div(degrees.expandDims(1).mul(degrees).sqrt());
}

/** D⁻¹Â → [n, n] */
const averaging = (a: tf.Tensor): tf.Tensor => closed(a).div(closed(a).sum(1, true));

const convolved = (coefficients: tf.Tensor, x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.relu(tf.matMul(coefficients, tf.matMul(x, w)));

const attention = (x: tf.Tensor, p: AttentionParams, mask: tf.Tensor): tf.Tensor =>
  scaledDotProductAttention(x.matMul(p.wq), x.matMul(p.wk), x.matMul(p.wv), mask).output;

const attended = (x: tf.Tensor, p: AttentionParams, mask: tf.Tensor): tf.Tensor => tf.relu(attention(x, p, mask));

/** relu([x_u ; x_v]·wm) at [u, v] → [n, n, dm] */
function messagesOf(x: tf.Tensor, p: MessageParams): tf.Tensor {
  const [n = 0] = x.shape;
  const pairs = [x.expandDims(1).tile([1, n, 1]), x.expandDims(0).tile([n, 1, 1])]; // [n, n, d] each
  return tf.relu(linear(tf.concat(pairs, 2), p.wm));
}

/** The sums of the messages → [n, dm] */
const received = (x: tf.Tensor, a: tf.Tensor, p: MessageParams): tf.Tensor =>
  messagesOf(x, p).mul(a.expandDims(2)).sum(1);

const updated = (x: tf.Tensor, sums: tf.Tensor, p: MessageParams): tf.Tensor =>
  tf.relu(linear(tf.concat([x, sums], 1), p.wu));

/** The features, with other ones for some of the nodes. */
function withOthers(x: tf.Tensor, nodes: readonly number[], random: Random): tf.Tensor {
  const other = rowsOf(random.normal(x.shape, 2));
  return tf.tensor2d(rowsOf(x).map((row, v) => (nodes.includes(v) ? (other[v] ?? []) : row)));
}

const rowsOf = (matrix: tf.Tensor): number[][] => matrix.arraySync() as number[][];
const rowOf = (x: tf.Tensor, u: number): tf.Tensor => x.slice(u, 1); // [1, …]
const nodesOf = (x: tf.Tensor): number[] => Array.from({ length: x.shape[0] ?? 0 }, (_, u) => u);

/** Whom each node listens to, and itself if asked. */
function heardBy(a: tf.Tensor, itself: boolean): number[][] {
  return rowsOf(a).map((row, u) => row.flatMap((entry, v) => (entry !== 0 || (itself && u === v) ? [v] : [])));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, entry, i) => sum + entry * (b[i] ?? 0), 0);

const sumOf = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, j) => rows.reduce((sum, row) => sum + (row[j] ?? 0), 0));
