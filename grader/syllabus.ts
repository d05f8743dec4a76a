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
