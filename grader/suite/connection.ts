/** How a suite reaches the code that it grades: the sandbox in a grade, a plain function in the self-test. */
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Failure } from "./failure.js";

/** A call of a callable among the arguments. */
export interface Call {
  /** Its place among the callables of the arguments. */
  readonly callable: number;
  readonly args: Parcel<Wire>;
}

export type Answered =
  | {
      readonly is: "answer";
      readonly value: Parcel<Wire>;
      readonly calls: readonly Call[];
      /** How many more tensors there were after the call than before it: those of the answer, and what was not tidied. */
      readonly left: number;
      /** How many entries the largest tensor has that the call made or was given. */
      readonly largest: number;
    }
  | {
      readonly is: "failed";
      readonly failure: Failure;
      readonly rangeError: boolean;
      /** What came back all the same, when it is the arguments that were spoiled: it may tell why. */
      readonly value?: Parcel<Wire>;
    };

/** A call may take this long unless the suite says otherwise. */
export const SECONDS = 5;

export interface Connection {
  /** @param args a parcel of the list of arguments */
  readonly call: (name: string, args: Parcel<Wire>, seconds?: number) => Promise<Answered>;
  /** @param args a parcel of `[arguments, upstream]` */
  readonly gradients: (name: string, args: Parcel<Wire>, wrt: readonly Path[], seconds?: number) => Promise<Answered>;
}
