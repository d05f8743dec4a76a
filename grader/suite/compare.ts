/** Comparing what came with what was expected, in float64. */
import type { Text } from "../language.js";
import type { Dictionary } from "../text/en.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { type Path, showPath } from "../values/tree.js";
import { BYTES, type Parcel, sizeOf, type Wire } from "../values/wire.js";
import { digits, excerpt, indexOf } from "./excerpt.js";
import type { FailureKind, Matrices } from "./failure.js";
import { matricesOf } from "./matrices.js";

/** |got − expected| ≤ absolute + relative·|expected|. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** For ids, indices and booleans. */
export const EXACT: Tolerance = { absolute: 0, relative: 0 };
export const ORDINARY: Tolerance = { absolute: 1e-5, relative: 1e-4 };
/** A float32 near 1000 has steps of 6e-5. */
export const EXTREME: Tolerance = { absolute: 1e-3, relative: 1e-3 };
export const GRADIENTS: Tolerance = { absolute: 1e-4, relative: 1e-3 };

/** How far the answer to a question may be from what is expected. */
export const toleranceOf = ({
  gradients,
  tolerance = gradients ? GRADIENTS : ORDINARY,
}: {
  readonly gradients?: boolean;
  readonly tolerance?: Tolerance;
}): Tolerance => tolerance;

/** How two values differ: what kind of fault it is, and a report. */
export interface Difference {
  readonly kind: FailureKind;
  readonly text: Text;
  /** How many tolerances the worst number of all is off; infinite where it is not a matter of numbers. */
  readonly size: number;
  /** The numbers to be looked at, where there are not too many. */
  readonly figure?: Matrices | undefined;
}

type Numbers = ArrayLike<number>;
type List = Extract<Wire, { type: "numbers" | "array" }>;
type Objects = Extract<Wire, { type: "object" }>;
type Maps = Extract<Wire, { type: "map" }>;

/** The first difference, or nothing when they agree: types and shapes first, then NaN, then numbers. */
export function compare(got: Parcel<Wire>, expected: Parcel<Wire>, tolerance = ORDINARY): Difference | undefined {
  const bodies = { got: got.body, expected: expected.body };
  return structure(got.head, expected.head, [], bodies) ?? values(got, expected, tolerance, []);
}

/** Only what does not depend on numbers: types, shapes, dtypes. */
export function compareStructure(got: Wire, expected: Wire): Difference | undefined {
  return structure(got, expected, []);
}

/** The numbers of two trees, where they are at hand: short lists of different length are then shown. */
type Bodies = { readonly got: Uint8Array; readonly expected: Uint8Array } | undefined;

function structure(got: Wire, expected: Wire, path: Path, bodies?: Bodies): Difference | undefined {
  if (isList(got) && isList(expected)) return listStructure(got, expected, path, bodies);
  if (got.type !== expected.type) return differentType(got, expected, path);
  if (got.type === "tensor" && expected.type === "tensor") {
    const [shape, due] = [show(got.shape), show(expected.shape)];
    if (shape !== due) return badValue(path, (words, subject) => words.hasShape(subject, shape, due));
    if (got.dtype !== expected.dtype) {
      return badValue(path, (words, subject) => words.hasDtype(subject, got.dtype, expected.dtype));
    }
  }
  if (got.type === "object" && expected.type === "object") return objectStructure(got, expected, path, bodies);
  if (got.type === "map" && expected.type === "map") return mapStructure(got, expected, path, bodies);
  return undefined;
}

/** The order of a Map's entries does not count. */
function mapStructure(got: Maps, expected: Maps, path: Path, bodies: Bodies): Difference | undefined {
  const [entries, due] = [entriesOf(got), entriesOf(expected)];
  if (got.entries.length > entries.size) return badValue(path, (words, subject) => words.hasOddKeys(subject));
  const missing = [...due.keys()].find((key) => !entries.has(key));
  if (missing !== undefined) return badValue(path, (words, subject) => words.hasNo(subject, missing));
  const surplus = [...entries.keys()].find((key) => !due.has(key));
  if (surplus !== undefined) return badValue(path, (words, subject) => words.hasSurplus(subject, quoteLine(surplus)));
  return first([...due], ([key, wanted]) => structure(entries.get(key) as Wire, wanted, [...path, key], bodies));
}

/** The entries of a Map whose keys are texts; others are left out. */
const entriesOf = ({ entries }: Maps): Map<string, Wire> =>
  new Map(entries.flatMap(([key, inner]) => (key.type === "string" ? [[key.value, inner] as const] : [])));

function objectStructure(got: Objects, expected: Objects, path: Path, bodies: Bodies): Difference | undefined {
  const fields = new Map(got.entries);
  return first(expected.entries, ([key, wanted]) => {
    const field = fields.get(key);
    if (field === undefined) return badValue(path, (words, subject) => words.hasNo(subject, key));
    return structure(field, wanted, [...path, key], bodies);
  });
}

function listStructure(got: List, expected: List, path: Path, bodies: Bodies): Difference | undefined {
  const [length, due] = [lengthOf(got), lengthOf(expected)];
  if (length !== due) {
    const lists = bodies && [shortList(got, bodies.got), shortList(expected, bodies.expected)];
    return badValue(path, (words, subject) => words.hasLength(subject, length, due) + sideBySide(lists, words));
  }
  if (got.type === "numbers" && expected.type === "numbers") return undefined;
  return first(itemsOf(expected), (item, i) => structure(itemsOf(got)[i] as Wire, item, [...path, i], bodies));
}

const SHORT = 12; // entries, as many as are read at a glance

/** A short list of plain numbers, as it is written: `[5, 3, 8]`. */
function shortList(list: List, body: Uint8Array): string | undefined {
  if (lengthOf(list) === 0) return "[]";
  if (list.type !== "numbers" || list.length > SHORT) return undefined;
  const entries = Array.from(floats(body, list.at, list.length));
  return `[${entries.map((entry) => (Number.isInteger(entry) ? String(entry) : digits(entry))).join(", ")}]`;
}

/** Two lines that show both lists, or nothing where one of them is no short one. */
function sideBySide(lists: readonly (string | undefined)[] | undefined, words: Dictionary): string {
  const [got, expected] = lists ?? [];
  if (got === undefined || expected === undefined) return "";
  const width = Math.max(words.got.length, words.expected.length);
  return `\n  ${words.got.padEnd(width)}   ${got}\n  ${words.expected.padEnd(width)}   ${expected}`;
}

/** The items of a list; a list of nothing but numbers is written in one piece. */
const itemsOf = (list: List): readonly Wire[] =>
  list.type === "array"
    ? list.items
    : Array.from({ length: list.length }, (_, i) => ({ type: "number", at: list.at + 8 * i }));

function differentType(got: Wire, expected: Wire, path: Path): Difference {
  return badValue(path, (words, subject) => words.isWhereDue(subject, kindOf(got, words), kindOf(expected, words)));
}

/** What a value is, with its article. */
function kindOf(wire: Wire, words: Dictionary): string {
  if (wire.type !== "other") return words.kinds[wire.type];
  if (wire.what === "Promise") return words.aPromise;
  return /^(Async)?Generator$/.test(wire.what) ? words.aGenerator : words.aKind(quoteLine(wire.what));
}

function values(got: Parcel<Wire>, expected: Parcel<Wire>, tolerance: Tolerance, path: Path): Difference | undefined {
  const [a, b] = [got.head, expected.head];
  const inside = (x: Wire, y: Wire, key: string | number) =>
    values({ head: x, body: got.body }, { head: y, body: expected.body }, tolerance, [...path, key]);
  if (a.type === "tensor" && b.type === "tensor") {
    const exact = b.dtype !== "float32";
    return numbers(readTensor(got.body, a), readTensor(expected.body, b), b.shape, exact ? EXACT : tolerance, path);
  }
  if (a.type === "number" && b.type === "number") {
    return numbers(floats(got.body, a.at, 1), floats(expected.body, b.at, 1), [], tolerance, path);
  }
  if (a.type === "numbers" && b.type === "numbers") {
    return numbers(
      floats(got.body, a.at, a.length),
      floats(expected.body, b.at, b.length),
      [b.length],
      tolerance,
      path,
    );
  }
  if (isList(a) && isList(b)) {
    const items = itemsOf(a);
    return firstAndWorst(itemsOf(b), (item, i) => inside(items[i] as Wire, item, i));
  }
  if (a.type === "object" && b.type === "object") {
    const fields = new Map(a.entries);
    return firstAndWorst(b.entries, ([key, inner]) => inside(fields.get(key) as Wire, inner, key));
  }
  if (a.type === "map" && b.type === "map") {
    const entries = entriesOf(a);
    return firstAndWorst([...entriesOf(b)], ([key, wanted]) => inside(entries.get(key) as Wire, wanted, key));
  }
  const plain = (wire: Wire) => ("value" in wire ? wire.value : undefined);
  return plain(a) === plain(b) ? undefined : otherValue(a, b, path);
}

function numbers(
  got: Numbers,
  expected: Numbers,
  shape: readonly number[],
  tolerance: Tolerance,
  path: Path,
): Difference | undefined {
  let off = 0;
  let missing = 0;
  let firstMissing = -1;
  let worst = -1;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [got[i] as number, expected[i] as number];
    if (Object.is(a, b) || a === b) continue;
    if (Number.isNaN(a)) {
      missing++;
      if (firstMissing < 0) firstMissing = i;
    }
    const distance = Math.abs(a - b);
    const allowed = tolerance.absolute + tolerance.relative * Math.abs(b);
    if (Number.isFinite(b) && distance <= allowed) continue; // nothing is near an infinity but itself
    off++;
    const excess = Number.isFinite(distance)
      ? distance / Math.max(allowed, Number.MIN_VALUE)
      : Number.POSITIVE_INFINITY;
    if (worst < 0 || excess > size) [worst, size] = [i, excess];
  }
  if (off === 0) return undefined;
  const at = missing > 0 ? firstMissing : worst;
  const report = (words: Dictionary): string => {
    const subject = [subjectOf(path, words), shape.length > 0 ? show(shape) : ""].filter(Boolean).join(" ");
    const where = show(indexOf(at, shape));
    const [is, due] = [digits(got[at] as number), digits(expected[at] as number)];
    const allowed =
      tolerance === EXACT ? "" : words.tolerance(exponential(tolerance.absolute), exponential(tolerance.relative));
    if (shape.length === 0) return words.gotExpected(subject, is, due) + allowed;
    const head =
      missing > 0
        ? words.nanAt(subject, missing, expected.length, where, due)
        : words.valuesOff(subject, off, expected.length, where, is, due);
    return `${head}${allowed}\n${excerpt(got, expected, shape, at, words)}`;
  };
  return {
    kind: missing > 0 ? "bad value" : "wrong",
    size: missing > 0 ? Number.POSITIVE_INFINITY : size,
    get text() {
      return textOf(report); // written when it is read: of many differences, one is shown
    },
    get figure() {
      return matricesOf(got, expected, shape, at, (words) => subjectOf(path, words));
    },
  };
}

const exponential = (value: number): string => value.toExponential();

function badValue(path: Path, write: (words: Dictionary, subject: string) => string): Difference {
  const text = textOf((words) => write(words, subjectOf(path, words)));
  return { kind: "bad value", size: Number.POSITIVE_INFINITY, text };
}

function otherValue(got: Wire, expected: Wire, path: Path): Difference {
  const value = (wire: Wire) => ("value" in wire ? JSON.stringify(wire.value) : wire.type);
  const text = textOf((words) => words.gotExpected(subjectOf(path, words), value(got), value(expected)));
  return { kind: "wrong", size: Number.POSITIVE_INFINITY, text };
}

const subjectOf = (path: Path, words: Dictionary): string => (path.length === 0 ? words.theResult : showPath(path));

const isList = (wire: Wire): wire is List => wire.type === "numbers" || wire.type === "array";
const lengthOf = (list: List): number => (list.type === "numbers" ? list.length : list.items.length);
const show = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

function first<T>(
  items: readonly T[],
  find: (item: T, index: number) => Difference | undefined,
): Difference | undefined {
  for (const [i, item] of items.entries()) {
    const difference = find(item, i);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** The first difference, with the size of the largest one. */
function firstAndWorst<T>(
  items: readonly T[],
  find: (item: T, index: number) => Difference | undefined,
): Difference | undefined {
  let shown: Difference | undefined;
  let size = 0;
  for (const [i, item] of items.entries()) {
    const difference = find(item, i);
    shown ??= difference;
    size = Math.max(size, difference?.size ?? 0);
  }
  const found = shown;
  if (found === undefined || found.size === size) return found;
  return {
    kind: found.kind,
    size,
    get text() {
      return found.text;
    },
    get figure() {
      return found.figure;
    },
  };
}

function floats(body: Uint8Array, at: number, length: number): Float64Array {
  return new Float64Array(body.slice(at, at + length * 8).buffer);
}

function readTensor(body: Uint8Array, { shape, dtype, at }: Extract<Wire, { type: "tensor" }>): Numbers {
  const bytes = body.slice(at, at + sizeOf(shape) * BYTES[dtype]).buffer;
  if (dtype === "float32") return new Float32Array(bytes);
  return dtype === "int32" ? new Int32Array(bytes) : new Uint8Array(bytes);
}
