/** What the workbook follows: the topics of the course, and the papers of its reference list. */
import type { Text } from "./language.js";

/** The topics of the course on attention (UNAM, project PAPIIT TA100924), by their numbers there. */
export const TOPICS = {
  "1": { en: "attention in recurrent networks", es: "atención en redes recurrentes" },
  "2.1": { en: "self-attention", es: "autoatención" },
  "2.2": { en: "self-attention and graph structures", es: "autoatención y estructuras de grafos" },
  "3.1": { en: "embeddings and positional encoding", es: "vectores de palabras y codificación posicional" },
  "3.2": { en: "addition and normalization", es: "suma y normalización" },
  "4.1": { en: "attention heads", es: "cabezas de atención" },
  "4.2": { en: "masked self-attention", es: "autoatención enmascarada" },
  "4.3": { en: "sparse attention", es: "atención dispersa" },
  "5.1": { en: "the gradient in attention layers", es: "el gradiente en las capas de atención" },
  "5.2": { en: "the Noam optimizer", es: "el optimizador Noam" },
  "5.3": { en: "the transformer", es: "el transformer" },
  summary: {
    en: "summary: autoencoding and autoregressive models, convolution and graph layers compared",
    es: "resumen: modelos autocodificadores y autorregresivos, comparación con capas convolucionales y sobre grafos",
  },
} as const satisfies Readonly<Record<string, Text>>;

export type Topic = keyof typeof TOPICS;

export interface Paper {
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  readonly url: string;
  /** Not of the course's list, but used by an exercise. */
  readonly added?: true;
}

const arxiv = (id: string): string => `https://arxiv.org/abs/${id}`;

/** The papers, by first author; in the order of the course's list, then those that the workbook adds. */
export const PAPERS = {
  bahdanau: {
    authors: "Bahdanau, Cho & Bengio",
    year: 2014,
    title: "Neural Machine Translation by Jointly Learning to Align and Translate",
    url: arxiv("1409.0473"),
  },
  luong: {
    authors: "Luong, Pham & Manning",
    year: 2015,
    title: "Effective Approaches to Attention-based Neural Machine Translation",
    url: arxiv("1508.04025"),
  },
  vaswani: { authors: "Vaswani et al.", year: 2017, title: "Attention Is All You Need", url: arxiv("1706.03762") },
  bronstein: {
    authors: "Bronstein et al.",
    year: 2021,
    title: "Geometric Deep Learning: Grids, Groups, Graphs, Geodesics, and Gauges",
    url: arxiv("2104.13478"),
  },
  velickovic: { authors: "Veličković et al.", year: 2018, title: "Graph Attention Networks", url: arxiv("1710.10903") },
  knyazev: {
    authors: "Knyazev, Taylor & Amer",
    year: 2019,
    title: "Understanding Attention and Generalization in Graph Neural Networks",
    url: arxiv("1905.02850"),
  },
  clark: {
    authors: "Clark et al.",
    year: 2019,
    title: "What Does BERT Look At? An Analysis of BERT's Attention",
    url: arxiv("1906.04341"),
  },
  dar: {
    authors: "Dar et al.",
    year: 2022,
    title: "Analyzing Transformers in Embedding Space",
    url: arxiv("2209.02535"),
  },
  shaw: {
    authors: "Shaw, Uszkoreit & Vaswani",
    year: 2018,
    title: "Self-Attention with Relative Position Representations",
    url: arxiv("1803.02155"),
  },
  su: {
    authors: "Su et al.",
    year: 2021,
    title: "RoFormer: Enhanced Transformer with Rotary Position Embedding",
    url: arxiv("2104.09864"),
  },
  ioffe: {
    authors: "Ioffe & Szegedy",
    year: 2015,
    title: "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
    url: arxiv("1502.03167"),
  },
  bjorck: {
    authors: "Bjorck et al.",
    year: 2018,
    title: "Understanding Batch Normalization",
    url: arxiv("1806.02375"),
  },
  chowdhery: {
    authors: "Chowdhery et al.",
    year: 2022,
    title: "PaLM: Scaling Language Modeling with Pathways",
    url: arxiv("2204.02311"),
  },
  cordonnier: {
    authors: "Cordonnier, Loukas & Jaggi",
    year: 2020,
    title: "Multi-Head Attention: Collaborate Instead of Concatenate",
    url: arxiv("2006.16362"),
  },
  devlin: {
    authors: "Devlin et al.",
    year: 2018,
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    url: arxiv("1810.04805"),
  },
  child: {
    authors: "Child et al.",
    year: 2019,
    title: "Generating Long Sequences with Sparse Transformers",
    url: arxiv("1904.10509"),
  },
  kingma: {
    authors: "Kingma & Ba",
    year: 2014,
    title: "Adam: A Method for Stochastic Optimization",
    url: arxiv("1412.6980"),
  },
  ba: {
    authors: "Ba, Kiros & Hinton",
    year: 2016,
    title: "Layer Normalization",
    url: arxiv("1607.06450"),
    added: true,
  },
  kipf: {
    authors: "Kipf & Welling",
    year: 2017,
    title: "Semi-Supervised Classification with Graph Convolutional Networks",
    url: arxiv("1609.02907"),
    added: true,
  },
  shazeer: {
    authors: "Shazeer",
    year: 2019,
    title: "Fast Transformer Decoding: One Write-Head is All You Need",
    url: arxiv("1911.02150"),
    added: true,
  },
  szegedy: {
    authors: "Szegedy et al.",
    year: 2016,
    title: "Rethinking the Inception Architecture for Computer Vision",
    url: arxiv("1512.00567"),
    added: true,
  },
  wu: {
    authors: "Wu et al.",
    year: 2016,
    title: "Google's Neural Machine Translation System",
    url: arxiv("1609.08144"),
    added: true,
  },
  papineni: {
    authors: "Papineni et al.",
    year: 2002,
    title: "BLEU: a Method for Automatic Evaluation of Machine Translation",
    url: "https://aclanthology.org/P02-1040",
    added: true,
  },
} as const satisfies Readonly<Record<string, Paper>>;

export type PaperKey = keyof typeof PAPERS;
