/** Counting green nodes by looking at them only, on graphs larger than any that was learned from. */
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { type ColorGraph, readColors } from "../../data/files.js";
import type { Text } from "../language.js";
import { root } from "../store.js";
import { randomOf } from "../suite/random.js";
import { batches } from "./batches.js";
import type { Findings, Lab, State } from "./lab.js";
import type { Parts } from "./parts.js";
import type { Graph, Metric, Table } from "./report/report.js";
import { begin, descendEach, type SideBySide } from "./updates.js";

const DATA = path.join(root, "data");
const COLORS = ["r", "g", "b"];
const BATCH = 16;
const RATE = 0.05;
/** At the end, nodes with less than this part of an even share of the attention are dropped. */
const DROPPED = 0.5;

/**
 * Four ways to count. With attention: over how many nodes is it spread, 1/Σ α²? It is shown where to look, or it learns from
 * the counts alone, and then it depends on where it begins. With the mean or the sum of the colours of all nodes: a linear
 * function of it.
 */
const VARIANTS = {
  attention: { en: "attention that is shown where to look", es: "atención a la que se le muestra adónde mirar" },
  weak: { en: "attention that learns from counts alone", es: "atención que aprende solo de los números" },
  mean: { en: "mean of all nodes", es: "media de todos los nodos" },
  sum: { en: "sum of all nodes", es: "suma de todos los nodos" },
} as const;
type Variant = keyof typeof VARIANTS;
const NAMES = Object.keys(VARIANTS) as Variant[];
const attends = (variant: Variant): boolean => variant === "attention" || variant === "weak";

interface Params {
  /** What attention looks for, or what each colour counts. */
  readonly w: tf.Tensor; // [3]
  /** Attention needs none. */
  readonly b?: tf.Tensor; // []
}

export const colors: Lab = {
  name: "colors",
  title: { en: "Counting green nodes", es: "Contar nodos verdes" },
  summary: {
    en: "attention pooling finds the nodes that matter, and is tried on larger graphs (2.8)",
    es: "la agrupación por atención encuentra los nodos que importan y se prueba en grafos más grandes (2.8)",
  },
  calls: ["2.8", "5.5"],
  steps: 300,
  ablations: [],
  open: (parts, { seed }) => {
    const examplesOf = batches(readColors(DATA, "train"), BATCH, seed);
    return {
      lossNames: NAMES.map((variant) => VARIANTS[variant]),
      start: () => {
        const random = randomOf(seed, "colors");
        const params = (variant: Variant): Params => ({
          w: random.normal([COLORS.length], 0.1),
          ...(attends(variant) ? {} : { b: tf.scalar(0) }),
        });
        return begin(Object.fromEntries(NAMES.map((variant) => [variant, params(variant)])));
      },
      update: (state) => {
        const graphs = examplesOf(state.step + 1);
        const lossOf = (variant: Variant) => (params: Params) =>
          tf.addN(graphs.map((graph) => lossOn(parts, params, variant, graph))).div(graphs.length);
        const losses = Object.fromEntries(NAMES.map((variant) => [variant, lossOf(variant)]));
        const { state: next, losses: values } = descendEach(parts, state, losses, RATE);
        const tokens = graphs.reduce((sum, graph) => sum + graph.colors.length, 0);
        return { state: next, losses: values, rate: RATE, tokens };
      },
      judge: (state, most) => judge(parts, state, most),
    };
  },
};

const featuresOf = (graph: ColorGraph): tf.Tensor =>
  tf.oneHot(
    graph.colors.map((color) => COLORS.indexOf(color)),
    COLORS.length,
  );

const greenIn = ({ colors: all }: ColorGraph): number => all.filter((color) => color === "g").length;

/** How many green nodes the model thinks there are, a scalar. */
function counted(
  { attentionPool, readout }: Parts,
  { w, b }: Params,
  variant: Variant,
  graph: ColorGraph,
  threshold = 0,
): tf.Tensor {
  const x = featuresOf(graph); // [n, 3]
  if (attends(variant)) {
    const { pooled } = attentionPool(x, w, { threshold }); // rows α_i x_i, and each x_i has one 1
    return readout(pooled.square()).sum().add(1e-9).reciprocal();
  }
  const all = readout(x); // [3]
  return (variant === "sum" ? all : all.div(graph.colors.length))
    .mul(w)
    .sum()
    .add(b ?? 0);
}

function lossOn(parts: Parts, params: Params, variant: Variant, graph: ColorGraph): tf.Tensor {
  if (variant !== "attention") return errorOf(counted(parts, params, variant, graph), graph);
  // Cross-entropy against the right attention, 1/green on each green node.
  const { weights } = parts.attentionPool(featuresOf(graph), params.w, { threshold: 0 });
  const right = tf.tensor1d(graph.colors.map((color) => (color === "g" ? 1 / greenIn(graph) : 0)));
  return weights.add(1e-12).log().mul(right).sum().neg();
}

/** The square of the error, as a part of the right number: small graphs count as much as large ones. */
const errorOf = (count: tf.Tensor, graph: ColorGraph): tf.Tensor =>
  count.sub(greenIn(graph)).div(greenIn(graph)).square();

function judge(parts: Parts, state: State, most: number): Findings {
  const params = state.params as SideBySide<Params>;
  const [small, large] = [readColors(DATA, "test").slice(0, most), readColors(DATA, "large").slice(0, most)];
  const roundedRight = (graphs: readonly ColorGraph[], variant: Variant, drop = false): number => {
    const right = graphs.filter((graph) => {
      const threshold = drop ? DROPPED / graph.colors.length : 0;
      const count = tf.tidy(() => counted(parts, params[variant] as Params, variant, graph, threshold).dataSync()[0]);
      return Math.round(count ?? Number.NaN) === greenIn(graph);
    });
    return right.length / graphs.length;
  };
  const rows = [
    ...NAMES.map((variant) => ({
      name: VARIANTS[variant],
      of: (graphs: readonly ColorGraph[]) => roundedRight(graphs, variant),
    })),
    {
      name: {
        en: "the first one, without nodes of little weight",
        es: "la primera, sin los nodos de poco peso",
      },
      of: (graphs: readonly ColorGraph[]) => roundedRight(graphs, "attention", true),
    },
  ].map(({ name, of }) => ({ name, small: of(small), large: of(large) }));
  const auc = ranking(parts, params.attention as Params, large);
  const attention = rows[0];
  const metric = (id: string, en: string, es: string, value: number, due?: number): Metric => ({
    id,
    name: { en, es },
    value,
    form: id === "auc" ? "score" : "share",
    ...(due === undefined ? {} : { due: { value: due, better: "higher" } }),
  });
  return {
    metrics: [
      metric(
        "auc",
        "attention ranks green nodes first, large graphs (AUC)",
        "la atención pone primero a los verdes, grafos grandes (AUC)",
        auc,
        0.99,
      ),
      metric(
        "exact",
        "right number, up to 25 nodes, attention",
        "número correcto, hasta 25 nodos, atención",
        attention?.small ?? 0,
        0.95,
      ),
      metric(
        "exact-large",
        "right number, 26 to 100 nodes, attention",
        "número correcto, de 26 a 100 nodos, atención",
        attention?.large ?? 0,
      ),
      metric(
        "exact-large-weak",
        "right number, 26 to 100 nodes, learned from counts alone",
        "número correcto, de 26 a 100 nodos, con lo aprendido solo de los números",
        rows[1]?.large ?? 0,
      ),
    ],
    curves: [],
    heatMaps: [],
    graphs: [drawn(parts, params.attention as Params, small)],
    tables: [counts(rows), lookedFor(params)],
    remarks: [],
  };
}

/** How often a green node has more attention than one of another colour: the area under the ROC curve. */
function ranking(parts: Parts, { w }: Params, graphs: readonly ColorGraph[]): number {
  let [before, pairs] = [0, 0];
  for (const graph of graphs) {
    const weights = tf.tidy(() => [...parts.attentionPool(featuresOf(graph), w, { threshold: 0 }).weights.dataSync()]);
    const of = (green: boolean) => weights.filter((_, i) => (graph.colors[i] === "g") === green);
    for (const mine of of(true)) {
      for (const other of of(false)) {
        pairs++;
        before += mine > other ? 1 : mine === other ? 0.5 : 0;
      }
    }
  }
  return before / pairs;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function counts(rows: readonly { readonly name: Text; readonly small: number; readonly large: number }[]): Table {
  return {
    id: "counts",
    title: { en: "How often the rounded number is right", es: "Con qué frecuencia acierta el número redondeado" },
    columns: [
      { en: "way of counting", es: "forma de contar" },
      { en: "4 to 25 nodes, as in training", es: "de 4 a 25 nodos, como al entrenar" },
      { en: "26 to 100 nodes", es: "de 26 a 100 nodos" },
    ],
    rows: rows.map(({ name, small, large }) => [name, percent(small), percent(large)]),
    note: {
      en: "A mean forgets how many nodes there are; a sum does not, and needs no attention to count. Attention says which nodes matter: what little it leaves to the many others of a large graph adds up, and dropping them helps. Learned from counts alone it may end at another colour: try other seeds (compare Knyazev et al. 2019).",
      es: "Una media olvida cuántos nodos hay; una suma no, y no necesita atención para contar. La atención dice qué nodos importan: lo poco que les deja a los demás se acumula en un grafo grande, y quitarlos ayuda. Si aprende solo de los números, puede acabar en otro color: prueba otras semillas (compara con Knyazev et al. 2019).",
    },
  };
}

function lookedFor(params: SideBySide<Params>): Table {
  const scores = (["attention", "weak"] as const).map((variant) => [...(params[variant] as Params).w.dataSync()]);
  return {
    id: "looked-for",
    title: { en: "What attention looks for: p, by colour", es: "Qué busca la atención: p, por color" },
    columns: [{ en: "colour", es: "color" }, VARIANTS.attention, VARIANTS.weak],
    rows: COLOR_NAMES.map((name, i) => [name, ...scores.map((score) => (score[i] ?? 0).toFixed(2))]),
  };
}

const COLOR_NAMES: readonly Text[] = [
  { en: "red", es: "rojo" },
  { en: "green", es: "verde" },
  { en: "blue", es: "azul" },
];

/** A graph of middle size on a ring, with the attention of each node in its name. */
function drawn(parts: Parts, { w }: Params, graphs: readonly ColorGraph[]): Graph {
  const graph = (graphs.find(({ colors: all }) => all.length >= 10 && all.length <= 14) ?? graphs[0]) as ColorGraph;
  const weights = tf.tidy(() => [...parts.attentionPool(featuresOf(graph), w, { threshold: 0 }).weights.dataSync()]);
  const n = graph.colors.length;
  return {
    id: "example",
    title: { en: "A graph, and the attention of its nodes", es: "Un grafo y la atención de sus nodos" },
    nodes: graph.colors.map((color, i) => ({
      name: (weights[i] ?? 0).toFixed(2),
      x: 0.5 + 0.4 * Math.cos((2 * Math.PI * i) / n),
      y: 0.5 + 0.4 * Math.sin((2 * Math.PI * i) / n),
      group: COLORS.indexOf(color),
      marked: color === "g",
    })),
    groups: COLOR_NAMES,
    edges: graph.edges.map(([from, to]) => ({ from, to, weight: 0.3 })),
    note: {
      en: `Thick borders: the ${greenIn(graph)} green nodes. The right attention is 1/${greenIn(graph)} on each of them.`,
      es: `Borde grueso: los ${greenIn(graph)} nodos verdes. La atención correcta es 1/${greenIn(graph)} en cada uno.`,
    },
  };
}
