/** The one list of units and exercises. Everything else about an exercise stands in the files that its slug names. */
import type { Text } from "./language.js";

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

export const POINTS_PER_STAR = 5;

export const UNITS: readonly Unit[] = [
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
        checks: 5,
        forbids: ["softmax", "logSoftmax"],
      },
      {
        id: "1.2",
        slug: "bidirectional-rnn",
        title: { en: "bidirectional recurrent network", es: "red recurrente bidireccional" },
        stars: 2,
        needs: [],
        exports: ["rnn", "bidirectionalRnn"],
        checks: 6,
      },
      {
        id: "1.3",
        slug: "gru-cell",
        title: { en: "GRU cell", es: "celda GRU" },
        stars: 2,
        needs: [],
        exports: ["gruCell"],
        checks: 5,
      },
      {
        id: "1.4",
        slug: "alignment-scores",
        title: { en: "alignment scores", es: "puntuaciones de alineación" },
        stars: 2,
        needs: [],
        exports: ["alignmentScores"],
        checks: 9,
      },
      {
        id: "1.5",
        slug: "context-vector",
        title: { en: "context vector", es: "vector de contexto" },
        stars: 1,
        needs: ["1.1"],
        exports: ["contextVector"],
        checks: 4,
      },
      {
        id: "1.6",
        slug: "bahdanau-step",
        title: { en: "a step of Bahdanau's decoder", es: "un paso del decodificador de Bahdanau" },
        stars: 3,
        needs: ["1.3", "1.4", "1.5"],
        exports: ["bahdanauStep"],
        checks: 8,
      },
      {
        id: "1.7",
        slug: "luong-attention",
        title: { en: "Luong's attention", es: "atención de Luong" },
        stars: 3,
        needs: ["1.1", "1.4", "1.5"],
        exports: ["luongGlobal", "luongLocal"],
        checks: 10,
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
        checks: 8,
      },
      {
        id: "2.2",
        slug: "why-sqrt-d",
        title: { en: "why the square root of d", es: "por qué la raíz de d" },
        stars: 2,
        needs: ["1.1"],
        exports: ["scoreStatistics"],
        checks: 6,
      },
      {
        id: "2.3",
        slug: "self-attention",
        title: { en: "self-attention", es: "autoatención" },
        stars: 2,
        needs: ["2.1"],
        exports: ["selfAttention", "bilinearForm"],
        checks: 8,
      },
      {
        id: "2.4",
        slug: "equivariance",
        title: { en: "equivariance", es: "equivariancia" },
        stars: 2,
        needs: [],
        exports: ["permuteRows", "permuteGraph", "equivarianceError", "invarianceError"],
        checks: 10,
      },
      {
        id: "2.5",
        slug: "graph-layers",
        title: { en: "graph layers", es: "capas sobre grafos" },
        stars: 3,
        needs: ["2.1"],
        exports: ["graphConvolution", "graphSelfAttention", "messagePassing"],
        checks: 12,
      },
      {
        id: "2.6",
        slug: "convolution-as-attention",
        title: { en: "convolution as attention", es: "la convolución como atención" },
        stars: 3,
        needs: [],
        exports: ["convolutionMatrix1d", "convolutionMatrix2d"],
        checks: 8,
      },
      {
        id: "2.7",
        slug: "graph-attention",
        title: { en: "graph attention", es: "atención sobre grafos" },
        stars: 3,
        needs: ["1.1"],
        exports: ["gatHead", "gat"],
        checks: 11,
      },
      {
        id: "2.8",
        slug: "attention-pooling",
        title: { en: "attention pooling", es: "agrupación por atención" },
        stars: 3,
        needs: ["1.1"],
        exports: ["attentionPool", "readout"],
        checks: 11,
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
        checks: 5,
      },
      {
        id: "3.2",
        slug: "token-embedding",
        title: { en: "token embedding", es: "vectores de palabras" },
        stars: 2,
        needs: [],
        exports: ["embed", "inputEncoding"],
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
        checks: 6,
      },
      {
        id: "3.4",
        slug: "relative-positions",
        title: { en: "relative positions", es: "posiciones relativas" },
        stars: 4,
        needs: ["1.1"],
        exports: ["relativeIndices", "relativeSelfAttention"],
        checks: 7,
      },
      {
        id: "3.5",
        slug: "rotary-positions",
        title: { en: "rotary positions", es: "posiciones rotatorias" },
        stars: 3,
        needs: [],
        exports: ["rotary"],
        checks: 6,
      },
      {
        id: "3.6",
        slug: "embedding-space",
        title: { en: "embedding space", es: "el espacio de los vectores de palabras" },
        stars: 3,
        needs: [],
        exports: ["projectToVocabulary", "valueOutputMatrix", "queryKeyMatrix"],
        checks: 6,
      },
      {
        id: "3.7",
        slug: "batch-norm",
        title: { en: "batch normalization", es: "normalización por lote" },
        stars: 2,
        needs: [],
        exports: ["batchNorm"],
        checks: 6,
      },
      {
        id: "3.8",
        slug: "layer-norm",
        title: { en: "layer normalization", es: "normalización por capa" },
        stars: 2,
        needs: [],
        exports: ["layerNorm"],
        checks: 6,
      },
      {
        id: "3.9",
        slug: "residual-blocks",
        title: { en: "residual blocks", es: "bloques residuales" },
        stars: 3,
        needs: ["3.8"],
        exports: ["sublayer", "block"],
        checks: 6,
      },
      {
        id: "3.10",
        slug: "feed-forward",
        title: { en: "feed-forward networks", es: "redes prealimentadas" },
        stars: 2,
        needs: ["3.7", "3.8"],
        exports: ["feedForward", "swiGlu", "depthStatistics"],
        checks: 6,
      },
    ],
  },
];

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
