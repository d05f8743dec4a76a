/** The one list of units and exercises. Everything else about an exercise stands in the files that its slug names. */
import type { Text } from "./language.js";
import { release } from "./release.js";
import type { PaperKey, Topic } from "./sources.js";

export interface Exercise {
  /** Unit and place in it: "1.4". */
  readonly id: string;
  readonly slug: string;
  readonly title: Text;
  readonly stars: 1 | 2 | 3 | 4;
  /** The earlier exercises that its file may import. */
  readonly needs: readonly string[];
  /** The functions that its file exports. */
  readonly exports: readonly string[];
  /** What it covers of the course, and the papers that it follows. */
  readonly topics: readonly Topic[];
  readonly papers: readonly PaperKey[];
  /** How many checks its suite has: a run with another number is a fault of the grader. */
  readonly checks: number;
  /** Names of tfjs that its file may not use, beside those that no exercise may. */
  readonly forbids?: readonly string[];
  /** What is right, but worth a word when a file uses it: names of tfjs. */
  readonly remarks?: Readonly<Record<string, Text>>;
  /** Its points are a bonus. */
  readonly optional?: true;
}

export interface Unit {
  readonly number: number;
  readonly folder: string;
  readonly title: Text;
  readonly exercises: readonly Exercise[];
}

/** What no exercise may use: tfjs solves whole exercises there. */
const FORBIDDEN_EVERYWHERE: readonly string[] = ["layers", "losses", "train", "model", "sequential"];

/** What a gradient that is derived by hand does without. */
const BY_HAND: readonly string[] = ["grad", "grads", "valueAndGrad", "valueAndGrads", "variableGrads", "customGrad"];

export const POINTS_PER_STAR = 5;

const COURSE: readonly Unit[] = [
  {
    number: 1,
    folder: "01-recurrent-attention",
    title: { en: "Recurrent attention", es: "Atención recurrente" },
    exercises: [
      {
        id: "1.1",
        slug: "stable-softmax",
        title: { en: "stable softmax", es: "softmax estable" },
        stars: 1,
        needs: [],
        exports: ["stableSoftmax"],
        topics: ["1"],
        papers: ["bahdanau", "vaswani"],
        checks: 5,
        forbids: ["softmax", "logSoftmax", "logSumExp"],
      },
      {
        id: "1.2",
        slug: "bidirectional-rnn",
        title: { en: "bidirectional recurrent network", es: "red recurrente bidireccional" },
        stars: 2,
        needs: [],
        exports: ["rnn", "bidirectionalRnn"],
        topics: ["1"],
        papers: ["bahdanau"],
        checks: 6,
      },
      {
        id: "1.3",
        slug: "gru-cell",
        title: { en: "GRU cell", es: "celda GRU" },
        stars: 2,
        needs: [],
        exports: ["gruCell"],
        topics: ["1"],
        papers: ["bahdanau"],
        checks: 5,
      },
      {
        id: "1.4",
        slug: "alignment-scores",
        title: { en: "alignment scores", es: "puntuaciones de alineación" },
        stars: 2,
        needs: [],
        exports: ["alignmentScores"],
        topics: ["1"],
        papers: ["bahdanau", "luong"],
        checks: 9,
      },
      {
        id: "1.5",
        slug: "context-vector",
        title: { en: "context vector", es: "vector de contexto" },
        stars: 1,
        needs: ["1.1"],
        exports: ["contextVector"],
        topics: ["1"],
        papers: ["bahdanau"],
        checks: 4,
      },
      {
        id: "1.6",
        slug: "bahdanau-step",
        title: { en: "a step of Bahdanau's decoder", es: "un paso del decodificador de Bahdanau" },
        stars: 3,
        needs: ["1.3", "1.4", "1.5"],
        exports: ["bahdanauStep"],
        topics: ["1"],
        papers: ["bahdanau"],
        checks: 11,
      },
      {
        id: "1.7",
        slug: "luong-attention",
        title: { en: "Luong's attention", es: "atención de Luong" },
        stars: 3,
        needs: ["1.1", "1.4", "1.5"],
        exports: ["luongGlobal", "luongLocal"],
        topics: ["1"],
        papers: ["luong"],
        checks: 12,
      },
    ],
  },
  {
    number: 2,
    folder: "02-self-attention",
    title: { en: "Self-attention", es: "Autoatención" },
    exercises: [
      {
        id: "2.1",
        slug: "scaled-dot-product-attention",
        title: { en: "scaled dot-product attention", es: "atención por producto punto escalado" },
        stars: 2,
        needs: ["1.1"],
        exports: ["scaledDotProductAttention"],
        topics: ["2.1"],
        papers: ["vaswani"],
        checks: 8,
      },
      {
        id: "2.2",
        slug: "why-sqrt-d",
        title: { en: "why the square root of d", es: "por qué la raíz de d" },
        stars: 2,
        needs: ["1.1"],
        exports: ["scoreStatistics"],
        topics: ["2.1"],
        papers: ["vaswani"],
        checks: 6,
      },
      {
        id: "2.3",
        slug: "self-attention",
        title: { en: "self-attention", es: "autoatención" },
        stars: 2,
        needs: ["2.1"],
        exports: ["selfAttention", "bilinearForm"],
        topics: ["2.1"],
        papers: ["vaswani"],
        checks: 8,
      },
      {
        id: "2.4",
        slug: "equivariance",
        title: { en: "equivariance", es: "equivariancia" },
        stars: 2,
        needs: [],
        exports: ["permuteRows", "permuteGraph", "equivarianceError", "invarianceError"],
        topics: ["2.2"],
        papers: ["bronstein"],
        checks: 10,
      },
      {
        id: "2.5",
        slug: "graph-layers",
        title: { en: "graph layers", es: "capas sobre grafos" },
        stars: 3,
        needs: ["2.1"],
        exports: ["graphConvolution", "graphSelfAttention", "messagePassing"],
        topics: ["2.2", "summary"],
        papers: ["bronstein", "kipf"],
        checks: 12,
      },
      {
        id: "2.6",
        slug: "convolution-as-attention",
        title: { en: "convolution as attention", es: "la convolución como atención" },
        stars: 3,
        needs: [],
        exports: ["convolutionMatrix1d", "convolutionMatrix2d"],
        topics: ["2.2", "summary"],
        papers: ["bronstein"],
        checks: 8,
      },
      {
        id: "2.7",
        slug: "graph-attention",
        title: { en: "graph attention", es: "atención sobre grafos" },
        stars: 3,
        needs: ["1.1"],
        exports: ["gatHead", "gat"],
        topics: ["2.2"],
        papers: ["velickovic"],
        checks: 11,
      },
      {
        id: "2.8",
        slug: "attention-pooling",
        title: { en: "attention pooling", es: "agrupación por atención" },
        stars: 3,
        needs: ["1.1"],
        exports: ["attentionPool", "readout"],
        topics: ["2.2"],
        papers: ["knyazev"],
        checks: 12,
      },
    ],
  },
  {
    number: 3,
    folder: "03-other-layers",
    title: { en: "Other layers", es: "Otras capas" },
    exercises: [
      {
        id: "3.1",
        slug: "vocabulary",
        title: { en: "vocabulary", es: "vocabulario" },
        stars: 1,
        needs: [],
        exports: ["buildVocabulary", "encode", "decode"],
        topics: ["3.1"],
        papers: [],
        checks: 5,
      },
      {
        id: "3.2",
        slug: "token-embedding",
        title: { en: "token embedding", es: "vectores de palabras" },
        stars: 2,
        needs: [],
        exports: ["embed", "inputEncoding"],
        topics: ["3.1"],
        papers: ["vaswani"],
        remarks: {
          gather: {
            en: "tf.gather has no gradient on the wasm backend, where the labs train; one-hot · table has one everywhere",
            es: "tf.gather no tiene gradiente en el backend wasm, donde entrenan los laboratorios; one-hot · tabla sí lo tiene siempre",
          },
        },
        checks: 7,
      },
      {
        id: "3.3",
        slug: "sinusoidal-positions",
        title: { en: "sinusoidal positions", es: "posiciones sinusoidales" },
        stars: 2,
        needs: [],
        exports: ["sinusoidalPositions"],
        topics: ["3.1"],
        papers: ["vaswani"],
        checks: 6,
      },
      {
        id: "3.4",
        slug: "relative-positions",
        title: { en: "relative positions", es: "posiciones relativas" },
        stars: 4,
        needs: ["1.1"],
        exports: ["relativeIndices", "relativeSelfAttention"],
        topics: ["3.1"],
        papers: ["shaw"],
        checks: 8,
      },
      {
        id: "3.5",
        slug: "rotary-positions",
        title: { en: "rotary positions", es: "posiciones rotatorias" },
        stars: 3,
        needs: [],
        exports: ["rotary"],
        topics: ["3.1"],
        papers: ["su", "chowdhery"],
        checks: 6,
      },
      {
        id: "3.6",
        slug: "embedding-space",
        title: { en: "embedding space", es: "el espacio de los vectores de palabras" },
        stars: 3,
        needs: [],
        exports: ["projectToVocabulary", "valueOutputMatrix", "queryKeyMatrix"],
        topics: ["3.1"],
        papers: ["dar"],
        checks: 6,
      },
      {
        id: "3.7",
        slug: "batch-norm",
        title: { en: "batch normalization", es: "normalización por lote" },
        stars: 2,
        needs: [],
        exports: ["batchNorm"],
        topics: ["3.2"],
        papers: ["ioffe"],
        checks: 7,
      },
      {
        id: "3.8",
        slug: "layer-norm",
        title: { en: "layer normalization", es: "normalización por capa" },
        stars: 2,
        needs: [],
        exports: ["layerNorm"],
        topics: ["3.2"],
        papers: ["vaswani", "ba"],
        checks: 6,
      },
      {
        id: "3.9",
        slug: "residual-blocks",
        title: { en: "residual blocks", es: "bloques residuales" },
        stars: 3,
        needs: ["3.8"],
        exports: ["sublayer", "block"],
        topics: ["3.2"],
        papers: ["vaswani", "chowdhery"],
        checks: 6,
      },
      {
        id: "3.10",
        slug: "feed-forward",
        title: { en: "feed-forward networks", es: "redes prealimentadas" },
        stars: 2,
        needs: ["3.7", "3.8"],
        exports: ["feedForward", "swiGlu", "depthStatistics"],
        topics: ["3.2", "4.1"],
        papers: ["vaswani", "bjorck", "chowdhery"],
        checks: 8,
      },
    ],
  },
  {
    number: 4,
    folder: "04-heads-and-masks",
    title: { en: "Heads and masks", es: "Cabezas y máscaras" },
    exercises: [
      {
        id: "4.1",
        slug: "multi-head-attention",
        title: { en: "multi-head attention", es: "atención con varias cabezas" },
        stars: 3,
        needs: ["2.1"],
        exports: ["splitHeads", "mergeHeads", "multiHeadAttention"],
        topics: ["4.1"],
        papers: ["vaswani"],
        checks: 14,
      },
      {
        id: "4.2",
        slug: "multi-query-attention",
        title: { en: "multi-query attention", es: "atención con varias consultas" },
        stars: 3,
        needs: ["2.1", "4.1"],
        exports: ["multiQueryAttention", "kvCacheSize"],
        topics: ["4.1"],
        papers: ["chowdhery", "shazeer"],
        checks: 10,
      },
      {
        id: "4.3",
        slug: "collaborative-heads",
        title: { en: "collaborative heads", es: "cabezas que colaboran" },
        stars: 4,
        needs: ["1.1"],
        exports: ["collaborativeAttention", "concatenationMixing"],
        topics: ["4.1"],
        papers: ["cordonnier"],
        checks: 10,
      },
      {
        id: "4.4",
        slug: "attention-analysis",
        title: { en: "what heads look at", es: "qué miran las cabezas" },
        stars: 3,
        needs: [],
        exports: [
          "headEntropies",
          "relativeFocus",
          "attentionToDelimiters",
          "meanDistance",
          "headDivergences",
          "wordAttention",
        ],
        topics: ["2.2", "4.1"],
        papers: ["clark"],
        checks: 10,
      },
      {
        id: "4.5",
        slug: "masks",
        title: { en: "masks", es: "máscaras" },
        stars: 2,
        needs: [],
        exports: ["causalMask", "paddingMask", "combineMasks"],
        topics: ["4.2"],
        papers: ["vaswani"],
        checks: 4,
      },
      {
        id: "4.6",
        slug: "masked-softmax",
        title: { en: "masked softmax", es: "softmax con máscara" },
        stars: 2,
        needs: ["1.1", "4.5"],
        exports: ["maskedSoftmax", "causalSelfAttention"],
        topics: ["4.2", "summary"],
        papers: ["vaswani"],
        checks: 7,
      },
      {
        id: "4.7",
        slug: "masked-language-model",
        title: { en: "masked language model", es: "modelo de lenguaje con máscara" },
        stars: 3,
        needs: [],
        exports: ["maskTokens", "maskedLoss"],
        topics: ["4.2", "summary"],
        papers: ["devlin"],
        checks: 10,
      },
      {
        id: "4.8",
        slug: "sparse-patterns",
        title: { en: "sparse patterns", es: "patrones dispersos" },
        stars: 3,
        needs: [],
        exports: ["windowMask", "stridedMasks", "fixedMasks", "reach"],
        topics: ["4.3"],
        papers: ["child"],
        checks: 9,
      },
      {
        id: "4.9",
        slug: "sparse-attention",
        title: { en: "sparse attention", es: "atención dispersa" },
        stars: 4,
        needs: ["1.1"],
        exports: ["sparseAttention"],
        topics: ["4.3"],
        papers: ["child"],
        checks: 7,
        optional: true,
      },
    ],
  },
  {
    number: 5,
    folder: "05-transformer",
    title: { en: "The transformer", es: "El transformer" },
    exercises: [
      {
        id: "5.1",
        slug: "softmax-jacobian",
        title: { en: "the Jacobian of softmax", es: "el jacobiano de softmax" },
        stars: 3,
        needs: [],
        exports: ["softmaxJacobian", "softmaxVjp", "centralDifference"],
        topics: ["5.1"],
        papers: [],
        checks: 7,
        forbids: BY_HAND,
      },
      {
        id: "5.2",
        slug: "attention-gradient",
        title: { en: "the gradient of attention", es: "el gradiente de la atención" },
        stars: 4,
        needs: ["2.1", "5.1"],
        exports: ["attentionGradient"],
        topics: ["5.1"],
        papers: [],
        checks: 13,
        forbids: BY_HAND,
      },
      {
        id: "5.3",
        slug: "self-attention-gradient",
        title: { en: "the gradient of self-attention", es: "el gradiente de la autoatención" },
        stars: 4,
        needs: ["5.2"],
        exports: ["selfAttentionGradient"],
        topics: ["5.1"],
        papers: [],
        checks: 14,
        forbids: BY_HAND,
      },
      {
        id: "5.4",
        slug: "layer-norm-gradient",
        title: { en: "the gradient of layer normalization", es: "el gradiente de la normalización por capa" },
        stars: 4,
        needs: [],
        exports: ["layerNormGradient"],
        topics: ["5.1"],
        papers: [],
        checks: 9,
        forbids: BY_HAND,
        optional: true,
      },
      {
        id: "5.5",
        slug: "adam",
        title: { en: "Adam", es: "Adam" },
        stars: 2,
        needs: [],
        exports: ["adamStep"],
        topics: ["5.2"],
        papers: ["vaswani", "kingma"],
        checks: 4,
      },
      {
        id: "5.6",
        slug: "noam",
        title: { en: "Noam's learning rate", es: "la tasa de aprendizaje de Noam" },
        stars: 1,
        needs: [],
        exports: ["noamRate"],
        topics: ["5.2"],
        papers: ["vaswani"],
        checks: 4,
      },
      {
        id: "5.7",
        slug: "label-smoothing",
        title: { en: "label smoothing", es: "suavizado de etiquetas" },
        stars: 3,
        needs: [],
        exports: ["smoothedCrossEntropy"],
        topics: ["5.2", "5.3"],
        papers: ["vaswani", "szegedy"],
        checks: 6,
      },
      {
        id: "5.8",
        slug: "batching",
        title: { en: "batching", es: "lotes" },
        stars: 2,
        needs: ["4.5"],
        exports: ["makeBatch"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 4,
      },
      {
        id: "5.9",
        slug: "encoder-layer",
        title: { en: "a layer of the encoder", es: "una capa del codificador" },
        stars: 3,
        needs: ["3.9", "3.10", "4.1"],
        exports: ["encoderLayer"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 9,
      },
      {
        id: "5.10",
        slug: "decoder-layer",
        title: { en: "a layer of the decoder", es: "una capa del decodificador" },
        stars: 4,
        needs: ["3.9", "3.10", "4.1"],
        exports: ["decoderLayer"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 10,
      },
      {
        id: "5.11",
        slug: "transformer",
        title: { en: "the transformer", es: "el transformer" },
        stars: 4,
        needs: ["3.2", "3.3", "3.8", "5.9", "5.10"],
        exports: ["initTransformer", "transformer", "countParameters"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 12,
      },
      {
        id: "5.12",
        slug: "training-step",
        title: { en: "a step of training", es: "un paso de entrenamiento" },
        stars: 3,
        needs: ["5.5", "5.6", "5.7", "5.11"],
        exports: ["trainStep", "train"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 7,
      },
      {
        id: "5.13",
        slug: "greedy-decoding",
        title: { en: "greedy decoding", es: "decodificación voraz" },
        stars: 2,
        needs: [],
        exports: ["greedyDecode"],
        topics: ["5.3"],
        papers: ["vaswani"],
        checks: 6,
      },
      {
        id: "5.14",
        slug: "beam-search",
        title: { en: "beam search", es: "búsqueda en haz" },
        stars: 4,
        needs: [],
        exports: ["beamSearch"],
        topics: ["5.3"],
        papers: ["vaswani", "wu"],
        checks: 11,
      },
      {
        id: "5.15",
        slug: "bleu",
        title: { en: "BLEU", es: "BLEU" },
        stars: 2,
        needs: [],
        exports: ["bleu"],
        topics: ["5.3"],
        papers: ["papineni"],
        checks: 8,
      },
    ],
  },
];

/** The units of this repository: one for students may hold some of them. */
export const UNITS: readonly Unit[] = COURSE.filter(({ number }) => release?.units.includes(number) ?? true);

/** All exercises, in the order of the course. */
export const EXERCISES: readonly Exercise[] = UNITS.flatMap((unit) => unit.exercises);

/** Everything of tfjs that the file of an exercise may not use. */
export const forbiddenIn = (exercise: Exercise): readonly string[] => [
  ...FORBIDDEN_EVERYWHERE,
  ...(exercise.forbids ?? []),
];

export const pointsOf = (exercise: Exercise): number => exercise.stars * POINTS_PER_STAR;

/**
 * The exercise with this id.
 *
 * @throws RangeError when there is none
 */
export function exerciseOf(id: string): Exercise {
  const exercise = EXERCISES.find((candidate) => candidate.id === id);
  if (exercise === undefined) throw new RangeError(`the syllabus has no exercise ${id}`);
  return exercise;
}

export function unitOf(id: string): Unit {
  const unit = UNITS.find((candidate) => candidate.exercises.some((exercise) => exercise.id === id));
  if (unit === undefined) throw new RangeError(`the syllabus has no exercise ${id}`);
  return unit;
}

/** `01-recurrent-attention/04-alignment-scores`: where all files of an exercise lie, in each of the trees. */
export function placeOf(id: string): string {
  const place = id.split(".")[1] ?? "";
  return `${unitOf(id).folder}/${place.padStart(2, "0")}-${exerciseOf(id).slug}`;
}
