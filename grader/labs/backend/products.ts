/** Products of matrices by `products.wat`, in the memory of the wasm backend itself. */
import type * as tf from "@tensorflow/tfjs";
import { PRODUCTS_WASM } from "./products.wasm.js";

/**
 * `count` products of [m, k] and [k, n]. Places and steps are in bytes of the backend's memory: rows of a lie aRow apart and
 * the numbers of a sum aNext, so that a may be transposed; `row` is what a row of b and of the result takes. With `block`,
 * numbers are packed in `scratch` before they are multiplied, so many of each sum at a time.
 */
export type Products = (
  a: number,
  b: number,
  c: number,
  count: number,
  m: number,
  k: number,
  aRow: number,
  aNext: number,
  row: number,
  aStep: number,
  bStep: number,
  cStep: number,
  scratch: number,
  block: number,
) => void;

/** What this uses of the backend: emscripten's module, and where each tensor lies. */
interface Memory {
  readonly wasm: { readonly asm?: { readonly memory?: object } };
  readonly dataIdMap: { readonly get: (dataId: tf.DataId) => { readonly memoryOffset: number } };
}

/** What the types of Node leave out of its global, as far as it is used here. */
interface WebAssemblyGlobal {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal };

const opened = new WeakMap<object, Products>();

/** The function for this backend, or nothing where WebAssembly has no SIMD. */
export function productsOf(backend: unknown): Products | undefined {
  const memory = (backend as Memory).wasm.asm?.memory;
  if (memory === undefined) return undefined;
  let products = opened.get(memory);
  if (products === undefined) {
    const bytes = Buffer.from(PRODUCTS_WASM, "base64");
    if (!WebAssembly.validate(bytes)) return undefined;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } });
    products = instance.exports.products as Products;
    opened.set(memory, products);
  }
  return products;
}

/** Where the numbers of a tensor lie; they stay there until it is disposed of. */
export const placeOf = (backend: unknown, { dataId }: tf.TensorInfo): number =>
  (backend as Memory).dataIdMap.get(dataId).memoryOffset;
