/** How the trusted side holds values: tensors of its own tfjs, plain arrays and objects. */
import * as tf from "@tensorflow/tfjs";
import { type CallableName, make, recipeOf, remember } from "../values/callables.js";
import { decode, encode, type Realm } from "../values/codec.js";
import { isPlain } from "../values/tree.js";
import type { DType, Parcel, Wire } from "../values/wire.js";
import type { Call } from "./connection.js";

/** @param onCallable hears of each callable that is made; what it returns hears of its calls */
const realmWith = (onCallable: () => (args: unknown[]) => void): Realm => ({
  tensor: (value) => {
    if (!(value instanceof tf.Tensor)) return undefined;
    if (value.isDisposed) return "disposed";
    const { shape, dtype } = value;
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") return { what: `${dtype} tensor` };
    return { shape, dtype, values: typed(value.dataSync(), dtype) };
  },
  makeTensor: ({ shape, dtype, values }) => tf.tensor(values, [...shape], dtype),
  makeArray: (items) => [...items],
  makeObject: (entries) => Object.fromEntries(entries),
  makeMap: (entries) => new Map(entries),
  strange: (value) => (isPlain(value) ? undefined : (value.constructor?.name ?? "object")),
  isMap: (value): value is Map<unknown, unknown> => value instanceof Map,
  recipeOf,
  makeCallable: (name, data) => {
    const f = make(name, data);
    const heard = onCallable();
    const listening = (...args: unknown[]) => {
      heard(args);
      return f(...args);
    };
    return remember(listening, { name: name as CallableName, data });
  },
});

const realm = realmWith(() => () => {});

/** The cpu backend keeps some results in arrays of another type than their dtype says. */
function typed(values: ArrayLike<number>, dtype: DType): Float32Array | Int32Array | Uint8Array {
  if (dtype === "float32") return Float32Array.from(values);
  return dtype === "int32" ? Int32Array.from(values) : Uint8Array.from(values);
}

export const toParcel = (value: unknown): Parcel<Wire> => encode(value, realm);
export const fromParcel = (parcel: Parcel<Wire>): unknown => decode(parcel, realm);

/** The value of a parcel, and the calls of the callables in it from then on. */
export function fromParcelWithCalls(parcel: Parcel<Wire>): { readonly value: unknown; readonly calls: Call[] } {
  const calls: Call[] = [];
  let callables = 0;
  const value = decode(
    parcel,
    realmWith(() => {
      const callable = callables++;
      return (args) => calls.push({ callable, args: toParcel(args) });
    }),
  );
  return { value, calls };
}
