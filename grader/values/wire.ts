/**
 * How values are written down between the grader and the sandbox: a JSON tree, with the numbers of tensors and
 * lists in one block of bytes beside it, so that NaN, infinities and large tensors cross unchanged.
 */

/** The element types that exercises use. */
export type DType = "float32" | "int32" | "bool";

export type Wire =
  | { readonly type: "tensor"; readonly shape: readonly number[]; readonly dtype: DType; readonly at: number }
  /** A non-empty array of numbers: `length` float64 from byte `at`. */
  | { readonly type: "numbers"; readonly length: number; readonly at: number }
  /** One float64 at byte `at`. */
  | { readonly type: "number"; readonly at: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "undefined" }
  | { readonly type: "null" }
  | { readonly type: "array"; readonly items: readonly Wire[] }
  | { readonly type: "object"; readonly entries: readonly (readonly [string, Wire])[] }
  | { readonly type: "map"; readonly entries: readonly (readonly [Wire, Wire])[] }
  /** A function that each side makes from its own list. */
  | { readonly type: "callable"; readonly name: string; readonly data: Wire }
  /** A tensor whose memory is gone. */
  | { readonly type: "disposed" }
  /** Anything that has no place here, in a word: "Promise", "function", "string tensor". */
  | { readonly type: "other"; readonly what: string };

/** A tree of values and the block of bytes that its numbers live in. */
export interface Parcel<T> {
  readonly head: T;
  readonly body: Uint8Array;
}

/** The raw numbers of a tensor. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** An answer may weigh this many bytes (64 MiB) and hold this many values that are not tensor elements. */
export const LIMITS = { bytes: 64 * 2 ** 20, nodes: 200_000, depth: 64, text: 2 ** 20, rank: 8 } as const;

/** Bytes of one element. */
export const BYTES: { readonly [D in DType]: number } = { float32: 4, int32: 4, bool: 1 };

/** What a node holds directly. */
export function partsOf(node: Wire): readonly Wire[] {
  if (node.type === "array") return node.items;
  if (node.type === "object") return node.entries.map(([, inner]) => inner);
  if (node.type === "map") return node.entries.flat();
  return node.type === "callable" ? [node.data] : [];
}

/** How many bytes of the body belong to a node itself, from its `at`. */
export function bytesOf(node: Wire): number {
  if (node.type === "tensor") return sizeOf(node.shape) * BYTES[node.dtype];
  if (node.type === "numbers") return node.length * 8;
  return node.type === "number" ? 8 : 0;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
