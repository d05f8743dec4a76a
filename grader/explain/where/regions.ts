/** Which part of a tensor is wrong: rows from the second on, the diagonal, one half. */
import type { Text } from "../../language.js";
import type { Compared } from "../answers.js";
import { claim } from "../probe.js";
import { type Beside, tensorsIn } from "./answer.js";

/** A part of the tensors of any shape; nothing is in it where a tensor has no such part. */
interface Region {
  readonly id: string;
  /** The end of "wrong …": "only from the second row on". */
  readonly text: Text;
  /** @param index by axis */
  readonly holds: (index: readonly number[], shape: readonly number[]) => boolean;
  readonly axes: number;
}

interface Axis {
  readonly fromLast: number;
  readonly en: string;
  /** "la primera fila", "de la primera fila", and the same of the last. */
  readonly es: readonly [first: string, ofFirst: string, last: string, ofLast: string];
}

const AXES: readonly Axis[] = [
  { fromLast: 2, en: "row", es: ["la primera fila", "de la primera fila", "la última fila", "de la última fila"] },
  {
    fromLast: 1,
    en: "column",
    es: ["la primera columna", "de la primera columna", "la última columna", "de la última columna"],
  },
  {
    fromLast: 3,
    en: "matrix",
    es: ["la primera matriz", "de la primera matriz", "la última matriz", "de la última matriz"],
  },
  {
    fromLast: 4,
    en: "example",
    es: ["el primer ejemplo", "del primer ejemplo", "el último ejemplo", "del último ejemplo"],
  },
];

const REGIONS: readonly Region[] = [
  ...AXES.flatMap(alongAxis),
  ofMatrix("diagonal", "only on the diagonal", "solo en la diagonal", (i, j) => i === j),
  ofMatrix("off the diagonal", "only off the diagonal", "solo fuera de la diagonal", (i, j) => i !== j),
  ofMatrix("above the diagonal", "only above the diagonal", "solo por encima de la diagonal", (i, j) => j > i),
  ofMatrix("below the diagonal", "only below the diagonal", "solo por debajo de la diagonal", (i, j) => j < i),
];

/** An axis of two has no "from the second on". */
const SHORTEST = 2;

function alongAxis({ fromLast, en, es: [first, ofFirst, last, ofLast] }: Axis): Region[] {
  const one = (id: string, text: Text, holds: (at: number, size: number) => boolean): Region => ({
    id: `${id} ${en}`,
    text,
    axes: fromLast,
    holds: (index, shape) => {
      const [at, size] = [index.at(-fromLast), shape.at(-fromLast)];
      return at !== undefined && size !== undefined && size >= SHORTEST && holds(at, size);
    },
  });
  const ends = [
    one("first", claim(`only in the first ${en}`, `solo en ${first}`), (at) => at === 0),
    one("after first", claim(`only after the first ${en}`, `solo después ${ofFirst}`), (at) => at > 0),
    one("last", claim(`only in the last ${en}`, `solo en ${last}`), (at, size) => at === size - 1),
    one("before last", claim(`only before the last ${en}`, `solo antes ${ofLast}`), (at, size) => at < size - 1),
  ];
  if (fromLast !== 1) return ends;
  return [
    ...ends,
    one("even", claim("only in columns 0, 2, 4, …", "solo en las columnas 0, 2, 4, …"), (at) => at % 2 === 0),
    one("odd", claim("only in columns 1, 3, 5, …", "solo en las columnas 1, 3, 5, …"), (at) => at % 2 === 1),
    one(
      "first half",
      claim("only in the first half of the columns", "solo en la primera mitad de las columnas"),
      (at, size) => at < size / 2,
    ),
    one(
      "second half",
      claim("only in the second half of the columns", "solo en la segunda mitad de las columnas"),
      (at, size) => at >= size / 2,
    ),
  ];
}

function ofMatrix(id: string, en: string, es: string, holds: (i: number, j: number) => boolean): Region {
  return {
    id,
    text: claim(en, es),
    axes: 2,
    holds: (index) => index.length >= 2 && holds(index.at(-2) as number, index.at(-1) as number),
  };
}

/** Fewer wrong numbers lie somewhere by chance. */
const FEWEST_WRONG = 3;

/**
 * The first region that every wrong number is in, of all tensors that are wrong, while in each of them numbers outside of
 * it are right.
 */
export function regionOf(answers: readonly Compared[]): Region | undefined {
  const tensors = answers.filter(({ isRight }) => !isRight).flatMap(tensorsIn);
  const wrong = tensors.filter((tensor) => tensor.wrong.includes(true));
  const count = wrong.reduce((sum, tensor) => sum + tensor.wrong.filter(Boolean).length, 0);
  // A wrong answer without a wrong tensor is wrong somewhere else.
  const all = answers
    .filter((answer) => !answer.isRight)
    .every((answer) => tensorsIn(answer).some((one) => one.wrong.includes(true)));
  if (wrong.length === 0 || count < FEWEST_WRONG || !all) return undefined;
  return REGIONS.find((region) => wrong.every((tensor) => holdsAll(region, tensor)));
}

function holdsAll({ holds, axes }: Region, { shape, wrong }: Beside): boolean {
  if (shape.length < axes) return false;
  let isProper = false;
  for (const [i, isWrong] of wrong.entries()) {
    const isIn = holds(indexOf(i, shape), shape);
    if (isWrong && !isIn) return false;
    if (!isIn) isProper = true;
  }
  return isProper;
}

function indexOf(place: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = place;
  for (const side of [...shape].reverse()) {
    index.unshift(rest % side);
    rest = Math.floor(rest / side);
  }
  return index;
}
