/** A connection to plain functions in this process: for trusted code only, such as the variants of the self-test. */
import { neutral } from "../language.js";
import { gradients } from "../values/gradients.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Answered, Connection } from "./connection.js";
import type { Functions } from "./definition.js";
import { fromParcel, toParcel } from "./trusted.js";

export function connectInProcess(functions: Functions): Connection {
  const run = (name: string, work: (f: (...args: readonly unknown[]) => unknown) => unknown): Answered => {
    try {
      return { is: "answer", value: toParcel(work(functions[name] as never)) };
    } catch (error) {
      const text = neutral(String(error));
      return { is: "failed", failure: { kind: "threw", text }, rangeError: error instanceof RangeError };
    }
  };
  return {
    call: async (name: string, args: Parcel<Wire>) => run(name, (f) => f(...(fromParcel(args) as unknown[]))),
    gradients: async (name: string, args: Parcel<Wire>, wrt: readonly Path[]) => {
      const [inputs, upstream] = fromParcel(args) as [unknown[], unknown];
      return run(name, (f) => gradients(f, inputs, wrt, upstream));
    },
  };
}
