/**
 * Kernels that tfjs's wasm backend lacks or does badly, measured on a training step of a transformer. Each takes the place
 * of the stock kernel and equals that of the cpu backend.
 *
 * - UnsortedSegmentSum, the gradient of gather, is missing.
 * - BatchMatMul is quick for one matrix without transposes only; heads are many, and gradients transpose: ours is its own.
 * - Select and Tile, by way of which tf.where and gradients broadcast, copy number by number: ours fill whole runs.
 * - Identity and Cast copy what need not be copied: ours share it, as the cpu backend does.
 * - Comparisons (the gradient of max is one) find the place of each number anew when they broadcast: ours walk.
 */
import * as tf from "@tensorflow/tfjs";
import { type Products, placeOf, productsOf } from "./products.js";

/** What the kernels use of the backend. */
interface Heap {
  readonly makeOutput: (shape: number[], dtype: tf.DataType) => tf.TensorInfo;
  readonly typedArrayFromHeap: (tensor: tf.TensorInfo) => Float32Array | Int32Array | Uint8Array;
  readonly incRef: (dataId: tf.DataId) => void;
}

interface Call {
  readonly inputs: tf.NamedTensorInfoMap;
  readonly attrs?: tf.NamedAttrMap | undefined;
  readonly backend: unknown;
}

type Kernel = (call: Call) => tf.TensorInfo;

const WASM = "wasm";

/** Puts the kernels in place of the stock ones; the wasm backend must be registered. Done once, however often it is called. */
export function registerKernels(): void {
  if (installed) return;
  installed = true;
  add(tf.UnsortedSegmentSum, segmentSum);
  replace(tf.BatchMatMul, matMul);
  replace(tf.Identity, identity);
  replace(tf.Cast, cast);
  replace(tf.Select, select);
  replace(tf.Tile, tile);
  for (const [name, row] of COMPARISONS) replace(name, (call, stockKernel) => compare(call, row, stockKernel));
}

/** Puts the stock kernels back. */
export function restoreKernels(): void {
  if (!installed) return;
  installed = false;
  tf.unregisterKernel(tf.UnsortedSegmentSum, WASM);
  for (const [name, config] of stock) {
    tf.unregisterKernel(name, WASM);
    tf.registerKernel(config);
  }
}

let installed = false;
const stock = new Map<string, tf.KernelConfig>();

function add(kernelName: string, kernel: Kernel): void {
  tf.registerKernel({ kernelName, backendName: WASM, kernelFunc: kernel as tf.KernelFunc });
}

/** @param kernel gets the stock kernel for what it leaves to it */
function replace(kernelName: string, kernel: (call: Call, stock: Kernel) => tf.TensorInfo): void {
  const config = tf.getKernel(kernelName, WASM);
  stock.set(kernelName, config);
  tf.unregisterKernel(kernelName, WASM);
  tf.registerKernel({
    ...config, // its setupFunc prepares what the stock kernel calls
    kernelFunc: ((call: Call) => kernel(call, config.kernelFunc as unknown as Kernel)) as unknown as tf.KernelFunc,
  });
}

const heapOf = ({ backend }: Call): Heap => backend as Heap;

function inputOf({ inputs }: Call, name: string): tf.TensorInfo {
  const input = inputs[name];
  if (input === undefined) throw new TypeError(`the kernel was called without its input ${name}`);
  return input;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function zeros(heap: Heap, shape: number[], dtype: tf.DataType): tf.TensorInfo {
  const out = heap.makeOutput(shape, dtype);
  heap.typedArrayFromHeap(out).fill(0); // memory of earlier tensors is used again
  return out;
}

/** Row i of x is added to row segmentIds[i] of the output; ids below 0 are left out. */
function segmentSum(call: Call): tf.TensorInfo {
  const heap = heapOf(call);
  const [x, ids] = [inputOf(call, "x"), inputOf(call, "segmentIds")];
  const rows = Number(call.attrs?.numSegments);
  const inner = x.shape.slice(ids.shape.length);
  const width = sizeOf(inner);
  const out = zeros(heap, [rows, ...inner], x.dtype);
  const [from, to, places] = [x, out, ids].map((tensor) => heap.typedArrayFromHeap(tensor)) as [
    Float32Array,
    Float32Array,
    Int32Array,
  ];
  for (const [i, place] of places.entries()) {
    if (place < 0 || place >= rows) continue;
    for (let j = 0; j < width; j++) to[place * width + j] = (to[place * width + j] ?? 0) + (from[i * width + j] ?? 0);
  }
  return out;
}

/**
 * The product, by our own function where it can be used, else by the stock kernel, which is quick without transposes only.
 */
function matMul(call: Call, stockKernel: Kernel): tf.TensorInfo {
  const [a, b] = [inputOf(call, "a"), inputOf(call, "b")];
  const [turnA, turnB] = [call.attrs?.transposeA === true, call.attrs?.transposeB === true];
  if (sizeOf(a.shape) === 0 || sizeOf(b.shape) === 0) return emptyProduct(call, a, b);
  const products = canMultiply(a, b) ? productsOf(call.backend) : undefined;
  const multiply: Multiply =
    products === undefined
      ? (left, turned, right) => stockProduct(call, stockKernel, left, turned, right)
      : (left, turned, right) => ownProduct(call, products, left, turned, right);
  const right = turnB ? transposed(call, b) : b;
  const out = multiply(a, turnA, right);
  if (turnB) dispose(call, right);
  return out;
}

/** The product of a, transposed or not, and b. */
type Multiply = (a: tf.TensorInfo, turnA: boolean, b: tf.TensorInfo) => tf.TensorInfo;

const batchOf = ({ shape }: tf.TensorInfo): number => sizeOf(shape.slice(0, -2));

/** Numbers of one kind, and one batch for both, or one matrix for all of a batch. */
function canMultiply(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  if (a.dtype !== "float32" || b.dtype !== "float32") return false;
  return batchOf(a) === 1 || batchOf(b) === 1 || a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join();
}

const BYTES = 4;
/** A tile of the product: rows by columns. */
const TILE = { rows: 4, columns: 8 };
/** Numbers of each sum that are packed at a time, and how large b must be for packing to pay. */
const BLOCK = 256;
const LARGE = 8192;
const FEW_ROWS = 16;

function ownProduct(call: Call, products: Products, a: tf.TensorInfo, turnA: boolean, b: tf.TensorInfo): tf.TensorInfo {
  const [rows = 1, columns = 1] = a.shape.slice(-2);
  const [m, k] = turnA ? [columns, rows] : [rows, columns];
  const n = b.shape.at(-1) ?? 1;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = heapOf(call).makeOutput([...batch, m, n], "float32");
  const [aRow, aNext] = turnA ? [BYTES, BYTES * columns] : [BYTES * columns, BYTES];
  const [aStep, bStep] = [stepOf(a), stepOf(b)];
  const packs = k * n >= LARGE && m >= FEW_ROWS && n >= TILE.columns;
  const scratch = packs ? heapOf(call).makeOutput([BLOCK * (n + TILE.rows)], "float32") : out;
  const [left, right, to, spare] = [a, b, out, scratch].map((tensor) => placeOf(call.backend, tensor)) as [
    number,
    number,
    number,
    number,
  ];
  const [count, row, cStep] = [sizeOf(batch), BYTES * n, BYTES * m * n];
  products(left, right, to, count, m, k, aRow, aNext, row, aStep, bStep, cStep, spare, packs ? BLOCK : 0);
  if (packs) dispose(call, scratch);
  return out;
}

/** From one matrix of a batch to the next; a single one is used again and again. */
const stepOf = (tensor: tf.TensorInfo): number => (batchOf(tensor) === 1 ? 0 : BYTES * sizeOf(tensor.shape.slice(-2)));

/** The product by the stock kernel, which is asked for no transposes. */
function stockProduct(
  call: Call,
  stockKernel: Kernel,
  a: tf.TensorInfo,
  turnA: boolean,
  b: tf.TensorInfo,
): tf.TensorInfo {
  const left = turnA ? transposed(call, a) : a;
  const out = stockKernel({ ...call, inputs: { a: left, b }, attrs: { transposeA: false, transposeB: false } });
  if (turnA) dispose(call, left);
  return out;
}

const dispose = ({ backend }: Call, { dataId }: tf.TensorInfo): void => {
  (backend as tf.KernelBackend).disposeData(dataId);
};

/** x with its last two axes changed places. */
function transposed({ backend }: Call, x: tf.TensorInfo): tf.TensorInfo {
  const axes = x.shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  const transpose = tf.getKernel(tf.Transpose, WASM).kernelFunc as unknown as Kernel;
  return transpose({ inputs: { x }, attrs: { perm }, backend });
}

/** A product in which some axis is empty: no numbers, or sums of none. */
function emptyProduct(call: Call, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const { transposeA, transposeB } = call.attrs ?? {};
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const rows = a.shape.at(transposeA ? -1 : -2) ?? 0;
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 0;
  return zeros(heapOf(call), [...batch, rows, columns], a.dtype);
}

/** The same numbers: the memory is shared, and given back when nobody uses it any more. */
function identity(call: Call): tf.TensorInfo {
  const x = inputOf(call, "x");
  heapOf(call).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

function cast(call: Call, stockKernel: Kernel): tf.TensorInfo {
  const x = inputOf(call, "x");
  const dtype = call.attrs?.dtype as tf.DataType;
  if (dtype === x.dtype) return identity(call);
  if (dtype !== "bool" || x.dtype === "string") return stockKernel(call);
  const heap = heapOf(call);
  const out = heap.makeOutput([...x.shape], "bool");
  const [from, to] = [heap.typedArrayFromHeap(x), heap.typedArrayFromHeap(out)];
  for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1; // the stock kernel cuts 0.5 off to 0
  return out;
}

/** t where the condition holds, else e; all of one shape, or a condition for each row. */
function select(call: Call): tf.TensorInfo {
  const heap = heapOf(call);
  const [condition, t, e] = [inputOf(call, "condition"), inputOf(call, "t"), inputOf(call, "e")];
  const out = heap.makeOutput([...t.shape], tf.upcastType(t.dtype, e.dtype));
  const [holds, yes, no, to] = [condition, t, e, out].map((tensor) => heap.typedArrayFromHeap(tensor)) as [
    Uint8Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const run = condition.shape.length === 1 && t.shape.length > 1 ? sizeOf(t.shape.slice(1)) : 1;
  if (run === 1) for (let i = 0; i < to.length; i++) to[i] = (holds[i] ? yes[i] : no[i]) as number;
  else
    for (const [row, taken] of holds.entries())
      to.set((taken ? yes : no).subarray(row * run, (row + 1) * run), row * run);
  return out;
}

/** x said `reps` times along each axis. */
function tile(call: Call): tf.TensorInfo {
  const heap = heapOf(call);
  const x = inputOf(call, "x");
  const reps = call.attrs?.reps as number[];
  const out = heap.makeOutput(
    x.shape.map((side, axis) => side * (reps[axis] ?? 1)),
    x.dtype,
  );
  const [from, to] = [heap.typedArrayFromHeap(x), heap.typedArrayFromHeap(out)];
  if (to.length === 0) return out;
  // From the innermost axis outwards: what lies there already is repeated as a whole.
  to.set(from);
  let block = 1; // numbers of `to` that belong to one place of the axes outside
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    const side = x.shape[axis] ?? 1;
    const times = reps[axis] ?? 1;
    const inner = block * side;
    const blocks = sizeOf(x.shape.slice(0, axis));
    if (times > 1) spread(to, blocks, inner, times);
    block = inner * times;
  }
  return out;
}

type Comparison = (a: number, b: number) => boolean;
type Numbers = Float32Array | Int32Array | Uint8Array;
/** Compares a row of `length` pairs; its numbers lie `leftStep` and `rightStep` apart. */
type Row = (
  to: Uint8Array,
  start: number,
  length: number,
  left: Numbers,
  l: number,
  leftStep: number,
  right: Numbers,
  r: number,
  rightStep: number,
) => void;

const rowOf =
  (holds: Comparison): Row =>
  (to, start, length, left, l, leftStep, right, r, rightStep) => {
    for (let i = 0; i < length; i++) {
      to[start + i] = holds(left[l + i * leftStep] as number, right[r + i * rightStep] as number) ? 1 : 0;
    }
  };

/** By itself, since the gradient of max needs it often: a loop that calls no function is several times as fast. */
const equalRow: Row = (to, start, length, left, l, leftStep, right, r, rightStep) => {
  for (let i = 0; i < length; i++) to[start + i] = left[l + i * leftStep] === right[r + i * rightStep] ? 1 : 0;
};

const COMPARISONS: readonly (readonly [string, Row])[] = [
  [tf.Equal, equalRow],
  [tf.NotEqual, rowOf((a, b) => a !== b)],
  [tf.Greater, rowOf((a, b) => a > b)],
  [tf.GreaterEqual, rowOf((a, b) => a >= b)],
  [tf.Less, rowOf((a, b) => a < b)],
  [tf.LessEqual, rowOf((a, b) => a <= b)],
  [tf.LogicalAnd, rowOf((a, b) => a !== 0 && b !== 0)],
  [tf.LogicalOr, rowOf((a, b) => a !== 0 || b !== 0)],
];

/** Whether something holds for each pair of numbers, the shapes broadcast. */
function compare(call: Call, row: Row, stockKernel: Kernel): tf.TensorInfo {
  const [a, b] = [inputOf(call, "a"), inputOf(call, "b")];
  if (a.dtype === "string" || b.dtype === "string") return stockKernel(call);
  const heap = heapOf(call);
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const out = heap.makeOutput(shape, "bool");
  const [left, right, to] = [a, b, out].map((tensor) => heap.typedArrayFromHeap(tensor)) as [
    Numbers,
    Numbers,
    Uint8Array,
  ];
  const length = shape.at(-1) ?? 1;
  const [leftSteps, rightSteps] = [stepsOf(a.shape, shape), stepsOf(b.shape, shape)];
  const [leftStep, rightStep] = [leftSteps.at(-1) ?? 0, rightSteps.at(-1) ?? 0];
  const place = shape.slice(0, -1).fill(0); // of the row, on the axes outside
  let [l, r] = [0, 0]; // where the row begins in each
  for (let start = 0; start < to.length; start += length) {
    row(to, start, length, left, l, leftStep, right, r, rightStep);
    for (let axis = place.length - 1; axis >= 0; axis--) {
      const side = shape[axis] as number;
      const [leftSide, rightSide] = [leftSteps[axis] as number, rightSteps[axis] as number];
      place[axis] = (place[axis] as number) + 1;
      l += leftSide;
      r += rightSide;
      if ((place[axis] as number) < side) break;
      place[axis] = 0; // and the next axis outside goes on
      l -= leftSide * side;
      r -= rightSide * side;
    }
  }
  return out;
}

/** How far apart neighbours on each axis of the broadcast shape lie in a tensor: 0 where it is broadcast. */
function stepsOf(shape: readonly number[], broadcast: readonly number[]): number[] {
  const steps: number[] = [];
  let step = 1;
  for (let back = 1; back <= broadcast.length; back++) {
    const side = shape[shape.length - back] ?? 1;
    steps.unshift(side === 1 ? 0 : step);
    step *= side;
  }
  return steps;
}

/** `blocks` runs of `length` numbers, side by side at the front of `to`, each said `times` times. */
function spread(to: Float32Array | Int32Array | Uint8Array, blocks: number, length: number, times: number): void {
  for (let i = blocks - 1; i >= 0; i--) {
    const start = i * length * times;
    to.copyWithin(start, i * length, (i + 1) * length);
    if (length === 1) {
      to.fill(to[start] as number, start, start + times);
      continue;
    }
    let done = length;
    while (done < length * times) {
      const more = Math.min(done, length * times - done);
      to.copyWithin(start + done, start, start + more);
      done += more;
    }
  }
}
