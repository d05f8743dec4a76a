/** A connection to plain functions in this process: for trusted code only, such as the variants of the self-test. */
import * as tf from "@tensorflow/tfjs";
import { neutral } from "../language.js";
import { gradients } from "../values/gradients.js";
import { watchLargest } from "../values/sizes.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Answered, Connection } from "./connection.js";
import type { Functions } from "./definition.js";
import { fromParcelWithCalls, toParcel } from "./trusted.js";

let takeLargest: (() => number) | undefined; // one watch is enough

export function connectInProcess(functions: Functions): Connection {
  const run = (
    name: string,
    parcel: Parcel<Wire>,
    work: (f: (...args: readonly unknown[]) => unknown, args: unknown) => unknown,
  ): Answered => {
    try {
      takeLargest ??= watchLargest();
      takeLargest(); // forgets what came before
      const { value: args, calls } = fromParcelWithCalls(parcel);
      const before = tf.memory().numTensors;
      const value = toParcel(work(functions[name] as never, args));
      return { is: "answer", value, calls, left: tf.memory().numTensors - before, largest: takeLargest() };
    } catch (error) {
      const text = neutral(String(error));
      return { is: "failed", failure: { kind: "threw", text }, rangeError: error instanceof RangeError };
    }
  };
  return {
    call: async (name: string, args: Parcel<Wire>) => run(name, args, (f, list) => f(...(list as unknown[]))),
    gradients: async (name: string, args: Parcel<Wire>, wrt: readonly Path[]) =>
      run(name, args, (f, both) => {
        const [inputs, upstream] = both as [unknown[], unknown];
        return gradients(f, inputs, wrt, upstream);
      }),
  };
}
