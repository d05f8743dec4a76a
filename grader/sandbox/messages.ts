/** What the grader asks of a sandbox, and what a sandbox answers. */
import type { Path } from "../values/tree.js";
import type { Wire } from "../values/wire.js";

export type Request =
  /** The body is the code of a submission, as `utf16` writes it down. */
  | { readonly do: "load"; readonly name: string; readonly forbidden: readonly string[] }
  | { readonly do: "call"; readonly function: string; readonly args: Wire }
  | {
      readonly do: "gradients";
      readonly function: string;
      readonly args: Wire;
      readonly wrt: readonly Path[];
      /** `[args, upstream]` share one body. */
      readonly upstream: Wire;
    };

/** A thrown value, as far as it can be told. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether it is an Error at all, and a RangeError. */
  readonly isError: boolean;
  readonly isRangeError: boolean;
  /** It comes from a forbidden name of tfjs. */
  readonly isRule: boolean;
}

export type Reply =
  | { readonly is: "ready" }
  | { readonly is: "loaded"; readonly exports: readonly string[]; readonly printed: string }
  | {
      readonly is: "answer";
      readonly value: Wire;
      /** What became of the arguments: how each one that did not stay as it was differs. */
      readonly spoiled: readonly Spoiled[];
      /** Tensors that outlive `tf.tidy`. */
      readonly leaked: number;
      /** How many more tensors there were after the call than before it: those of the answer, and what was not tidied. */
      readonly left: number;
      /** How many entries the largest tensor has that the call made or was given, whatever became of it. */
      readonly largest: number;
      /** The calls of callables among the arguments, in order. */
      readonly calls: readonly Call[];
      readonly printed: string;
    }
  | { readonly is: "threw"; readonly error: Thrown; readonly printed: string }
  | { readonly is: "too large"; readonly what: string; readonly printed: string }
  | { readonly is: "no function"; readonly printed: string };

/** A callable was called. */
export interface Call {
  /** Its place among the callables of the arguments. */
  readonly callable: number;
  readonly args: Wire;
  /** The byte of the body that the places in `args` count from. */
  readonly start: number;
}

export interface Spoiled {
  readonly argument: number;
  readonly how: "disposed" | "changed";
}

/** At most this much of what a submission prints is kept for one call (64 KiB). */
export const PRINT_LIMIT = 64 * 1024;
