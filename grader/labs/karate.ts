/** Which side each member of the karate club takes, from two of them, by a graph attention network. */
import * as tf from "@tensorflow/tfjs";
import { adjacency, EDGES, FACTIONS, NODES } from "../../data/karate-club.js";
import type { GatHeadParams } from "../../exercises/types.js";
import { randomOf } from "../suite/random.js";
import type { Findings, Lab, State } from "./lab.js";
import type { Parts } from "./parts.js";
import type { Graph } from "./report/report.js";
import { begin, descend, type StateOf } from "./updates.js";
import { weights } from "./weights.js";

/** The two who quarrelled: their sides are known. */
const KNOWN = [0, 33];
const HEADS = 8;
const HIDDEN = 8;
const RATE = 0.005;
/**
 * Two labels are learned by heart soon, and then the others get worse. How soon was found on random graphs of two groups
 * (34 nodes, one known in each), not on this one, which has no nodes to spare for that.
 */
const STEPS = 12;

interface Params {
  readonly hidden: GatHeadParams[];
  readonly last: GatHeadParams[];
}

export const karate: Lab = {
  name: "karate",
  title: { en: "The karate club takes sides", es: "El club de karate se divide" },
  summary: {
    en: "a graph attention network tells everybody's side from the sides of two (2.7)",
    es: "una red de atención en grafos dice de qué lado está cada quien a partir de dos personas (2.7)",
  },
  calls: ["2.7", "5.5", "5.7"],
  steps: STEPS,
  ablations: [],
  open: (parts, { seed }) => ({
    lossNames: [{ en: "loss", es: "pérdida" }],
    start: () => begin(initial(seed)),
    update: (state) => {
      const { state: next, loss } = descend(parts, state as StateOf<Params>, (p) => lossOf(parts, p), RATE);
      return { state: next, losses: [loss], rate: RATE, tokens: NODES };
    },
    judge: (state) => judge(parts, state),
  }),
};

function initial(seed: number): Params {
  const { matrix, vector } = weights(randomOf(seed, "karate"));
  const head = (d: number, width: number) => ({ w: matrix(d, width), a1: vector(width), a2: vector(width) });
  return {
    hidden: Array.from({ length: HEADS }, () => head(NODES, HIDDEN)),
    last: [head(HEADS * HIDDEN, 2)],
  };
}

/** Each member is told apart by a row of the identity, and by nothing else. */
function scores({ gat }: Parts, { hidden, last }: Params): tf.Tensor {
  const graph = tf.tensor2d(adjacency());
  return gat(gat(tf.eye(NODES), graph, hidden, "concat"), graph, last, "mean"); // [34, 2]
}

function lossOf(parts: Parts, params: Params): tf.Tensor {
  const rows = tf.concat(
    KNOWN.map((node) => scores(parts, params).slice([node, 0], [1, 2])),
    0,
  );
  return parts.smoothedCrossEntropy(
    rows,
    tf.tensor1d(
      KNOWN.map((node) => FACTIONS[node] ?? 0),
      "int32",
    ),
    0,
  );
}

function judge(parts: Parts, state: State): Findings {
  const params = state.params as Params;
  const { sides, attention } = tf.tidy(() => {
    const weightsOfHeads = params.hidden.map(
      (head) => parts.gatHead(tf.eye(NODES), tf.tensor2d(adjacency()), head).weights,
    );
    return {
      sides: [...scores(parts, params).argMax(1).dataSync()],
      attention: tf.addN(weightsOfHeads).div(weightsOfHeads.length).arraySync() as number[][],
    };
  });
  const wrong = sides.flatMap((side, node) => (side === FACTIONS[node] ? [] : [node]));
  return {
    metrics: [
      {
        id: "right",
        name: { en: "members on the right side", es: "integrantes del lado correcto" },
        value: 1 - wrong.length / NODES,
        form: "share",
        due: { value: 0.94, better: "higher" },
      },
    ],
    curves: [],
    heatMaps: [],
    graphs: [drawn(sides, attention, wrong)],
    tables: [
      {
        id: "looks",
        title: { en: "Whom the two look at most", es: "A quién miran más los dos" },
        columns: [
          { en: "member", es: "integrante" },
          { en: "looks at (mean weight over the heads)", es: "mira a (peso medio de las cabezas)" },
        ],
        rows: KNOWN.map((node) => [node, mostLookedAt(attention[node] ?? [])]),
      },
    ],
    remarks: [],
  };
}

/** The five largest weights of a row. */
function mostLookedAt(row: readonly number[]): string {
  return row
    .map((weight, node) => ({ weight, node }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 5)
    .map(({ weight, node }) => `${node} (${weight.toFixed(2)})`)
    .join(", ");
}

/** The club, with the two in the middle of two circles. */
function drawn(sides: readonly number[], attention: readonly (readonly number[])[], wrong: readonly number[]): Graph {
  const largest = Math.max(...EDGES.map(([u, v]) => Math.max(attention[u]?.[v] ?? 0, attention[v]?.[u] ?? 0)));
  return {
    id: "club",
    title: { en: "The club", es: "El club" },
    nodes: FACTIONS.map((faction, node) => ({
      name: String(node),
      ...placeOf(node, faction),
      group: sides[node] ?? 0,
      marked: wrong.includes(node),
    })),
    groups: [
      { en: "with the instructor (0)", es: "con el instructor (0)" },
      { en: "with the officer (33)", es: "con el directivo (33)" },
    ],
    edges: EDGES.map(([from, to]) => ({
      ...{ from, to },
      weight: Math.max(attention[from]?.[to] ?? 0, attention[to]?.[from] ?? 0) / largest,
    })),
    note: {
      en: "Left: those who went with the instructor; right: with the officer. The form is what the model says, a thick border what it says wrong. Edges are as wide as the attention on them (first layer, mean over the heads).",
      es: "A la izquierda, quienes se fueron con el instructor; a la derecha, con el directivo. La forma es lo que dice el modelo; el borde grueso, donde se equivoca. El ancho de cada arista es su atención (primera capa, media de las cabezas).",
    },
  };
}

/** On two rings around each side's own middle; who quarrelled stands there. */
function placeOf(node: number, faction: 0 | 1): { readonly x: number; readonly y: number } {
  const middle = { x: faction === 0 ? 0.24 : 0.76, y: 0.5 };
  if (KNOWN.includes(node)) return middle;
  const others = FACTIONS.flatMap((side, other) => (side === faction && !KNOWN.includes(other) ? [other] : []));
  const place = others.indexOf(node);
  const angle = (2 * Math.PI * place) / others.length;
  const radius = place % 2 === 0 ? 0.21 : 0.13;
  return { x: middle.x + radius * Math.cos(angle), y: middle.y + 2 * radius * Math.sin(angle) };
}
