/** How the inner realm reads the student's values, and makes values in the student's realm. */
import { type Realm, TooLarge } from "../../values/codec.js";
import { LIMITS, sizeOf, type TensorData } from "../../values/wire.js";
import type { Capabilities } from "./capabilities.js";

/** A tensor that was made for the student, as it was: whatever becomes of the object, its data is known by its id. */
export interface Input {
  readonly dataId: object;
  readonly wasDisposed: () => boolean;
  readonly values: ArrayLike<number>;
}

/**
 * @param onTensor hears of each tensor that is made
 * @param onCallable hears of each callable that is made; what it returns hears of its calls
 */
export function studentRealm(
  outside: Capabilities,
  onTensor: (input: Input) => void,
  onCallable: () => (args: unknown[]) => void,
): Realm {
  const recipes = new WeakMap<object, { readonly name: string; readonly data: unknown }>();
  const isTensor = (value: object): boolean => {
    for (let p = Reflect.getPrototypeOf(value); p !== null; p = Reflect.getPrototypeOf(p)) {
      if (p === outside.tensorPrototype) return true;
    }
    return false;
  };
  return {
    tensor: (value) => (isTensor(value) ? readTensor(value as unknown as TensorLike, outside.memory) : undefined),
    makeTensor: ({ shape, dtype, values }) => {
      const copy = typedArray(outside, dtype, values.length);
      for (let i = 0; i < values.length; i++) copy[i] = values[i] as number;
      const sides = outside.array() as number[];
      for (const side of shape) sides.push(side);
      const tensor = outside.tensor(copy, sides, dtype as "float32");
      onTensor({ dataId: tensor.dataId, wasDisposed: outside.watch(tensor), values });
      return tensor;
    },
    makeArray: (items) => {
      const array = outside.array();
      for (let i = 0; i < items.length; i++) array[i] = items[i];
      return array;
    },
    makeObject: (entries) => {
      const object = outside.object();
      for (const [key, inner] of entries) object[key] = inner;
      return object;
    },
    makeMap: (entries) => {
      const map = outside.map();
      for (const [key, inner] of entries) Reflect.apply(outside.mapSet, map, [key, inner]);
      return map;
    },
    strange: (value) => {
      if (outside.isPromise(value)) return "Promise";
      const prototype = Reflect.getPrototypeOf(value);
      if (prototype === null || Reflect.getPrototypeOf(prototype) === null) return undefined;
      const maker = (prototype as { constructor?: { name?: unknown } }).constructor?.name;
      if (typeof maker === "string" && maker !== "" && maker.length < 80) return maker;
      const tag = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]; // a generator has no maker
      return typeof tag === "string" && tag !== "" && tag.length < 80 ? tag : "object";
    },
    recipeOf: (f) => recipes.get(f),
    makeCallable: (name, data) => {
      const f = outside.callable(name, data, onCallable());
      recipes.set(f as object, { name, data });
      return f;
    },
    isMap: (value): value is Map<unknown, unknown> => {
      try {
        Map.prototype.has.call(value, undefined); // throws unless it is a Map, of whatever realm
        return true;
      } catch {
        return false;
      }
    },
  };
}

interface TensorLike {
  readonly shape: ArrayLike<number>;
  readonly dtype: string;
  readonly dataId: object;
  readonly isDisposedInternal: boolean;
}

function readTensor(tensor: TensorLike, memory: Capabilities["memory"]): TensorData | "disposed" | { what: string } {
  const { shape, dtype, dataId, isDisposedInternal } = tensor;
  const stored = WeakMap.prototype.get.call(memory, dataId) as { readonly values: ArrayLike<number> } | undefined;
  if (isDisposedInternal || stored === undefined) return "disposed";
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") return { what: `${String(dtype)} tensor` };
  const rank = Number(shape.length);
  if (!(rank <= LIMITS.rank)) return { what: `tensor of rank ${rank}` };
  const sides: number[] = [];
  for (let i = 0; i < rank; i++) sides.push(Number(shape[i]));
  const size = sizeOf(sides);
  const { values } = stored;
  if (!Number.isSafeInteger(size) || size < 0 || values.length !== size) return { what: "tensor with a broken shape" };
  if (size * 4 > LIMITS.bytes) throw new TooLarge(`a tensor of ${size} values`);
  const copy =
    dtype === "float32" ? new Float32Array(size) : dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
  for (let i = 0; i < size; i++) copy[i] = Number(values[i]);
  return { shape: sides, dtype, values: copy };
}

function typedArray(outside: Capabilities, dtype: TensorData["dtype"], length: number): TensorData["values"] {
  if (dtype === "float32") return outside.float32(length);
  return dtype === "int32" ? outside.int32(length) : outside.bytes(length);
}
