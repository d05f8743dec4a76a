/** All numbers of an answer in one list, in the order in which they lie in it. */
import type { Tolerance } from "../suite/compare.js";
import { BYTES, type Parcel, partsOf, sizeOf, type Wire } from "../values/wire.js";

export function numbersIn({ head, body }: Parcel<Wire>): Float64Array {
  const lists: ArrayLike<number>[] = [];
  const collect = (node: Wire): void => {
    const own = ownNumbers(node, body);
    if (own !== undefined) lists.push(own);
    for (const part of partsOf(node)) collect(part);
  };
  collect(head);
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function ownNumbers(node: Wire, body: Uint8Array): ArrayLike<number> | undefined {
  switch (node.type) {
    case "number":
      return new Float64Array(body.slice(node.at, node.at + 8).buffer);
    case "numbers":
      return new Float64Array(body.slice(node.at, node.at + 8 * node.length).buffer);
    case "tensor": {
      const bytes = body.slice(node.at, node.at + sizeOf(node.shape) * BYTES[node.dtype]).buffer;
      if (node.dtype === "float32") return new Float32Array(bytes);
      return node.dtype === "int32" ? new Int32Array(bytes) : new Uint8Array(bytes);
    }
    default:
      return undefined;
  }
}

/** Whether a number is as near as the tolerance allows; NaN is near NaN, an infinity near itself. */
export const isNear = (got: number, expected: number, { absolute, relative }: Tolerance): boolean =>
  Object.is(got, expected) ||
  got === expected ||
  (Number.isFinite(expected) && Math.abs(got - expected) <= absolute + relative * Math.abs(expected));

/** How many finite numbers came that are not what is expected: what an explanation rests on. */
export function wrongNumbers(got: Parcel<Wire>, expected: Parcel<Wire>, tolerance: Tolerance): number {
  const [numbers, due] = [numbersIn(got), numbersIn(expected)];
  const isPlaced = numbers.length === due.length;
  return numbers.filter((x, i) => Number.isFinite(x) && !(isPlaced && isNear(x, due[i] as number, tolerance))).length;
}

/** A few numbers that tell most answers apart, and how many there are. */
export interface Sketch {
  readonly length: number;
  readonly some: Float64Array;
}

const SKETCHED = 16;

export function sketchOf(answer: Parcel<Wire>): Sketch {
  const numbers = numbersIn(answer);
  const count = Math.min(SKETCHED, numbers.length);
  const some = Float64Array.from(
    { length: count },
    (_, i) => numbers[Math.floor((i * numbers.length) / count)] as number,
  );
  return { length: numbers.length, some };
}

export const isLike = (got: Sketch, expected: Sketch, tolerance: Tolerance): boolean =>
  got.length === expected.length && got.some.every((x, i) => isNear(x, expected.some[i] as number, tolerance));
