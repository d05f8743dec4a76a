/**
 * The loop that serves requests, in a realm of its own. Nothing that is made here may reach student code, and
 * nothing that student code can patch is used here: values for it are made with `Capabilities`.
 */
import { decode, encode, type Realm, TooLarge } from "../../values/codec.js";
import { announced, frame, PREFIX, parseHead } from "../../values/frame.js";
import { LIMITS, type Parcel, sizeOf, type TensorData, type Wire } from "../../values/wire.js";
import { PRINT_LIMIT, type Reply, type Request, type Spoiled, type Thrown } from "../messages.js";
import type { Capabilities } from "./capabilities.js";

type StudentFunction = (...args: readonly unknown[]) => unknown;
type Answer = { readonly answer: Parcel<Wire>; readonly spoiled: readonly Spoiled[] };

export function serve(outside: Capabilities): void {
  const realm = studentRealm(outside);
  let exported = outside.object();
  const printed = capturePrinting(outside);

  const load = (request: Request & { do: "load" }, code: Uint8Array): Reply => {
    exported = outside.evaluate(ascii(code), request.name, request.forbidden.join(" "));
    const names = Object.keys(exported).filter((name) => typeof exported[name] === "function");
    return { is: "loaded", exports: names, printed: printed() };
  };

  /** Runs `use` on decoded arguments; every tensor that it makes and does not keep is freed when it ends. */
  const withArguments = (
    args: Wire,
    body: Uint8Array,
    use: (args: unknown[]) => Answer,
  ): Answer & { leaked: number } => {
    const before = outside.countTensors();
    outside.startScope();
    let answer: Answer;
    try {
      answer = use(decode({ head: args, body }, realm) as unknown[]);
    } finally {
      outside.endScope();
    }
    return { ...answer, leaked: Math.max(0, outside.countTensors() - before) };
  };

  const call = (request: Request & { do: "call" }, f: StudentFunction, body: Uint8Array) =>
    withArguments(request.args, body, (args) => {
      const answer = encode(Reflect.apply(f, undefined, args), realm);
      return { answer, spoiled: compareArguments(request.args, body, args, realm) };
    });

  const gradient = (request: Request & { do: "gradients" }, f: StudentFunction, body: Uint8Array) =>
    withArguments(request.args, body, (args) => {
      const paths = realm.makeArray(request.wrt.map((path) => realm.makeArray(path))) as never;
      const upstream = decode({ head: request.upstream, body }, realm);
      return { answer: encode(outside.gradients(f, args, paths, upstream), realm), spoiled: [] };
    });

  const answer = (request: Request, body: Uint8Array): Reply & { body?: Uint8Array } => {
    try {
      if (request.do === "load") return load(request, body);
      const f = exported[request.function];
      if (typeof f !== "function") return { is: "no function", printed: printed() };
      const run = f as StudentFunction;
      const { answer, ...rest } = request.do === "call" ? call(request, run, body) : gradient(request, run, body);
      return { is: "answer", value: answer.head, ...rest, printed: printed(), body: answer.body };
    } catch (error) {
      if (error instanceof TooLarge) return { is: "too large", what: error.message, printed: printed() };
      return { is: "threw", error: describe(error, outside), printed: printed() };
    }
  };

  send(outside, { is: "ready" }, new Uint8Array(0));
  for (;;) {
    const prefix = receive(outside, PREFIX);
    if (prefix === undefined) outside.exit();
    const lengths = announced(prefix as Uint8Array);
    const head = receive(outside, lengths.head);
    const body = receive(outside, lengths.body);
    if (head === undefined || body === undefined) outside.exit();
    const { body: data = new Uint8Array(0), ...reply } = answer(
      parseHead(head as Uint8Array) as Request,
      body as Uint8Array,
    );
    send(outside, reply, data);
  }
}

/** Collects what student code prints, up to the limit; the function that it returns hands it out and starts anew. */
function capturePrinting(outside: Capabilities): () => string {
  let text = "";
  let cut = false;
  outside.setPrinter((more) => {
    const room = PRINT_LIMIT - text.length;
    cut ||= more.length > room;
    text += more.slice(0, room);
  });
  return () => {
    const all = cut ? `${text}\n… (cut at ${PRINT_LIMIT / 1024} KiB)\n` : text;
    text = "";
    cut = false;
    return all;
  };
}

/** Which arguments differ from what was sent. */
function compareArguments(sent: Wire, body: Uint8Array, args: readonly unknown[], realm: Realm): Spoiled[] {
  const before = sent.type === "array" ? sent.items : [];
  const now = encode(args, realm);
  const after = now.head.type === "array" ? now.head.items : [];
  const spoiled: Spoiled[] = [];
  // A list of numbers alone is written in one piece; plain numbers cannot be changed by whoever gets them.
  for (let i = 0; i < before.length; i++) {
    const [was, is] = [before[i] as Wire, after[i]];
    if (is === undefined || !sameWire(was, body, is, now.body)) {
      const how = is !== undefined && JSON.stringify(is).includes('"disposed"') ? "disposed" : "changed";
      spoiled.push({ argument: i, how });
    }
  }
  return spoiled;
}

function sameWire(a: Wire, bodyA: Uint8Array, b: Wire, bodyB: Uint8Array): boolean {
  const place = /"at":\d+/g;
  if (JSON.stringify(a).replace(place, "") !== JSON.stringify(b).replace(place, "")) return false;
  const spans = (node: Wire): { at: number; bytes: number }[] => {
    switch (node.type) {
      case "tensor":
        return [{ at: node.at, bytes: sizeOf(node.shape) * (node.dtype === "bool" ? 1 : 4) }];
      case "numbers":
        return [{ at: node.at, bytes: node.length * 8 }];
      case "number":
        return [{ at: node.at, bytes: 8 }];
      case "array":
        return node.items.flatMap(spans);
      case "object":
        return node.entries.flatMap(([, inner]) => spans(inner));
      case "map":
        return node.entries.flatMap(([key, inner]) => [...spans(key), ...spans(inner)]);
      default:
        return [];
    }
  };
  const [spansA, spansB] = [spans(a), spans(b)];
  return spansA.every(({ at, bytes }, i) => {
    const other = spansB[i]?.at ?? 0;
    for (let offset = 0; offset < bytes; offset++) {
      if (bodyA[at + offset] !== bodyB[other + offset]) return false;
    }
    return true;
  });
}

/** How this realm reads the student's values and makes values for the student. */
function studentRealm(outside: Capabilities): Realm {
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
      return outside.tensor(copy, sides, dtype as "float32");
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
      return typeof maker === "string" && maker.length < 80 ? maker : "object";
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

/** Reads a thrown value without trusting it: its properties may be getters that throw in turn. */
function describe(error: unknown, outside: Capabilities): Thrown {
  const text = (read: () => unknown, limit: number): string => {
    try {
      return String(read()).slice(0, limit);
    } catch {
      return "";
    }
  };
  const isError = outside.isError(error);
  const fields = error as { name?: unknown; message?: unknown; stack?: unknown };
  return {
    isError,
    isRangeError: outside.isRangeError(error),
    isRule: outside.isRuleError(error),
    name: isError ? text(() => fields.name, 100) : typeof error,
    message: text(() => (isError ? fields.message : error), 2000),
    stack: isError ? text(() => fields.stack, 8000) : "",
  };
}

function ascii(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  }
  return text;
}

/** Exactly `length` bytes, or nothing when the pipe ends. */
function receive(outside: Capabilities, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const count = outside.read(bytes, filled);
    if (count === 0) return undefined;
    filled += count;
  }
  return bytes;
}

function send(outside: Capabilities, reply: Reply, body: Uint8Array): void {
  const bytes = frame({ head: reply, body });
  for (let sent = 0; sent < bytes.length; ) sent += outside.write(bytes, sent);
}
