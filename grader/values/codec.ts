/** Values to wire and back. Both sides use this file; `Realm` says how each side holds tensors and containers. */
import { BYTES, type DType, LIMITS, type Parcel, sizeOf, type TensorData, type Wire } from "./wire.js";

/** How one side reads and makes the values that are not plain primitives. */
export interface Realm {
  /** The numbers of a tensor, a word for why there are none, or nothing when `value` is no tensor. */
  readonly tensor: (value: object) => TensorData | "disposed" | { readonly what: string } | undefined;
  readonly makeTensor: (data: TensorData) => unknown;
  readonly makeArray: (items: readonly unknown[]) => unknown;
  readonly makeObject: (entries: readonly (readonly [string, unknown])[]) => unknown;
  readonly makeMap: (entries: readonly (readonly [unknown, unknown])[]) => unknown;
  /** A word for an object that cannot cross ("Promise"), or nothing for a plain one. */
  readonly strange: (value: object) => string | undefined;
  readonly isMap: (value: object) => value is Map<unknown, unknown>;
  /** What a function was made from when it is a callable. */
  readonly recipeOf: (f: object) => { readonly name: string; readonly data: unknown } | undefined;
  readonly makeCallable: (name: string, data: unknown) => unknown;
}

/** The answer is larger than `LIMITS` allow. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

/**
 * Writes a value down. Every property is read once, so what is written is one consistent state.
 *
 * @throws TooLarge when the value exceeds `LIMITS`
 */
export function encode(value: unknown, realm: Realm): Parcel<Wire> {
  const blocks: Uint8Array[] = [];
  const written = new Map<object, Wire>(); // a tensor that is met twice stays one: it keeps its place
  let bytes = 0;
  let nodes = 0;

  const store = (block: Uint8Array): number => {
    const at = bytes;
    const padded = Math.ceil(block.length / 8) * 8; // float64 needs multiples of eight
    bytes += padded;
    if (bytes > LIMITS.bytes) throw new TooLarge(`more than ${LIMITS.bytes / 2 ** 20} MiB`);
    blocks.push(block);
    return at;
  };
  const storeNumbers = (list: readonly number[]): number => store(new Uint8Array(Float64Array.from(list).buffer));

  const write = (node: unknown, depth: number): Wire => {
    if (++nodes > LIMITS.nodes) throw new TooLarge(`more than ${LIMITS.nodes} values`);
    if (depth > LIMITS.depth) throw new TooLarge(`nested deeper than ${LIMITS.depth}`);
    switch (typeof node) {
      case "number":
        return { type: "number", at: storeNumbers([node]) };
      case "boolean":
        return { type: "boolean", value: node };
      case "string":
        if (node.length > LIMITS.text) throw new TooLarge(`a text of more than ${LIMITS.text} characters`);
        return { type: "string", value: node };
      case "undefined":
        return { type: "undefined" };
      case "object":
        return node === null ? { type: "null" } : writeObject(node, depth);
      case "function": {
        const recipe = realm.recipeOf(node);
        if (recipe === undefined) return { type: "other", what: "function" };
        return { type: "callable", name: recipe.name, data: write(recipe.data, depth + 1) };
      }
      default:
        return { type: "other", what: typeof node };
    }
  };

  const writeObject = (node: object, depth: number): Wire => {
    const same = written.get(node);
    if (same !== undefined) return same;
    const tensor = realm.tensor(node);
    if (tensor === "disposed") return { type: "disposed" };
    if (tensor !== undefined) {
      if ("what" in tensor) return { type: "other", what: tensor.what };
      const { shape, dtype, values } = tensor;
      const at = store(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      const wire: Wire = { type: "tensor", shape, dtype, at };
      written.set(node, wire);
      return wire;
    }
    if (Array.isArray(node)) {
      const length = Number(node.length);
      if (length > LIMITS.bytes / 8) throw new TooLarge(`an array of ${length} values`);
      const items: unknown[] = [];
      for (let i = 0; i < length; i++) items.push(node[i]);
      if (length > 0 && items.every((item) => typeof item === "number")) {
        return { type: "numbers", length, at: storeNumbers(items as number[]) };
      }
      return { type: "array", items: items.map((item) => write(item, depth + 1)) };
    }
    if (realm.isMap(node)) {
      const entries: [Wire, Wire][] = [];
      Map.prototype.forEach.call(node, (inner, key) => entries.push([write(key, depth + 1), write(inner, depth + 1)]));
      return { type: "map", entries };
    }
    const strange = realm.strange(node);
    if (strange !== undefined) return { type: "other", what: strange };
    const entries: [string, Wire][] = [];
    for (const key of Object.keys(node)) entries.push([key, write((node as Record<string, unknown>)[key], depth + 1)]);
    return { type: "object", entries };
  };

  const head = write(value, 0);
  const body = new Uint8Array(bytes);
  let at = 0;
  for (const block of blocks) {
    body.set(block, at);
    at += Math.ceil(block.length / 8) * 8;
  }
  return { head, body };
}

/**
 * Builds the value that was written down; tensors that were one are one again.
 *
 * @throws RangeError when the tree points outside the body
 */
export function decode({ head, body }: Parcel<Wire>, realm: Realm): unknown {
  const slice = (at: number, length: number): ArrayBuffer => {
    if (at + length > body.length) throw new RangeError(`bytes ${at}..${at + length} of ${body.length}`);
    return body.slice(at, at + length).buffer as ArrayBuffer;
  };
  const tensors = new Map<string, unknown>(); // by their place
  const readTensor = ({ shape, dtype, at }: Wire & { type: "tensor" }): unknown => {
    const place = `${at} ${dtype} ${shape.join(" ")}`;
    const same = tensors.get(place);
    if (same !== undefined) return same;
    const size = sizeOf(shape);
    const tensor = realm.makeTensor({ shape, dtype, values: view(slice(at, size * BYTES[dtype]), dtype) });
    if (size > 0) tensors.set(place, tensor); // what has no entries takes no place of its own
    return tensor;
  };
  const read = (node: Wire): unknown => {
    switch (node.type) {
      case "tensor":
        return readTensor(node);
      case "numbers":
        return realm.makeArray([...new Float64Array(slice(node.at, node.length * 8))]);
      case "number":
        return new Float64Array(slice(node.at, 8))[0];
      case "boolean":
      case "string":
        return node.value;
      case "array":
        return realm.makeArray(node.items.map(read));
      case "object":
        return realm.makeObject(node.entries.map(([key, inner]) => [key, read(inner)]));
      case "map":
        return realm.makeMap(node.entries.map(([key, inner]) => [read(key), read(inner)]));
      case "callable":
        return realm.makeCallable(node.name, read(node.data));
      case "null":
        return null;
      default:
        return undefined;
    }
  };
  return read(head);
}

function view(buffer: ArrayBuffer, dtype: DType): TensorData["values"] {
  if (dtype === "float32") return new Float32Array(buffer);
  return dtype === "int32" ? new Int32Array(buffer) : new Uint8Array(buffer);
}
