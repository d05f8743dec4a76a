/** What the outer realm (student code, tfjs, Node) lends to the inner one (the loop that serves requests). */
import type { Tensor } from "@tensorflow/tfjs";
import type { Path } from "../../values/tree.js";

export interface Capabilities {
  /** Reads from the pipe of requests; 0 at its end. */
  readonly read: (into: Uint8Array, offset: number) => number;
  readonly write: (bytes: Uint8Array, offset: number) => number;
  readonly exit: () => never;
  /** Where `console.log` of student code goes. */
  readonly setPrinter: (print: (text: string) => void) => void;
  /** Runs the code of a submission, once in the life of a process, with tfjs less the forbidden names (one text, spaces between); what it exports. */
  readonly evaluate: (code: string, name: string, forbidden: string) => Record<string, unknown>;
  /** Calls a function of student code from the student's own realm. */
  readonly apply: (f: (...args: readonly unknown[]) => unknown, args: readonly unknown[]) => unknown;
  readonly isRuleError: (error: unknown) => boolean;
  readonly isError: (error: unknown) => boolean;
  readonly isRangeError: (error: unknown) => boolean;
  readonly isPromise: (value: unknown) => boolean;
  readonly tensorPrototype: object;
  /** The cpu backend's memory: data id → values. */
  readonly memory: WeakMap<object, { readonly values: ArrayLike<number> }>;
  readonly tensor: (values: Float32Array | Int32Array | Uint8Array, shape: number[], dtype: "float32") => Tensor;
  /** Watches a tensor: tells from then on whether it was ever disposed of, whatever its flag says later. */
  readonly watch: (tensor: Tensor) => () => boolean;
  // Makers of values in the student's realm: whatever student code gets must be made there.
  readonly float32: (length: number) => Float32Array;
  readonly int32: (length: number) => Int32Array;
  readonly bytes: (length: number) => Uint8Array;
  readonly array: () => unknown[];
  readonly object: () => Record<string, unknown>;
  readonly map: () => Map<unknown, unknown>;
  readonly mapSet: (this: Map<unknown, unknown>, key: unknown, value: unknown) => unknown;
  /** The function of a recipe; `heard` is told the arguments of each call. */
  readonly callable: (name: string, data: unknown, heard: (args: unknown[]) => void) => unknown;
  readonly dispose: (tensor: object) => void;
  readonly startScope: () => void;
  readonly endScope: () => void;
  readonly countTensors: () => number;
  /** How many entries the largest tensor has that was made since this was last asked. */
  readonly takeLargest: () => number;
  readonly gradients: (
    f: (...args: readonly unknown[]) => unknown,
    args: readonly unknown[],
    wrt: readonly Path[],
    upstream: unknown,
  ) => Tensor[];
}
