/**
 * The entry of the V8 snapshot: tfjs, and the world that a submission sees. It prepares the realm in which
 * student code runs and takes from it what code could use to leave; then it hands over to `inner.ts`, which runs
 * in a realm of its own, whose built-in objects no student code can reach or patch.
 */
import fs from "node:fs";
import util from "node:util";
import v8 from "node:v8";
import vm from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { make } from "../../values/callables.js";
import { gradients } from "../../values/gradients.js";
import { watchLargest } from "../../values/sizes.js";
import type { Capabilities } from "./capabilities.js";
import { closeGlobals } from "./globals.js";
import { RuleError, restrict } from "./namespace.js";

declare const INNER_SOURCE: string; // the bundle of inner.ts, put here when the snapshot is built

const { defineProperty, freeze } = Object;
const { apply } = Reflect;

tf.enableProdMode(); // no advice about faster backends among the student's output
const engine = tf.engine();
const memory = (tf.backend() as unknown as { data: { data: WeakMap<object, { values: ArrayLike<number> }> } }).data
  .data;
const takeLargest = watchLargest();
const { dispose } = tf.Tensor.prototype;
const countTensors = watchTensors();
warmUp();

v8.startupSnapshot.setDeserializeMainFunction(() => {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  const serve: (capabilities: Capabilities) => void = new vm.Script(INNER_SOURCE).runInContext(context);
  const ownNames: readonly string[] = new vm.Script("Object.getOwnPropertyNames(globalThis)").runInContext(context);
  const { compileFunction } = vm;
  const { readSync, writeSync } = fs;
  const { reallyExit } = process as unknown as { reallyExit: (code: number) => never };
  const exit = reallyExit.bind(process);
  let evaluated = false;
  const sink = { print: (_text: string): void => {} };
  closeGlobals(ownNames, util.formatWithOptions, (text) => quietly(() => sink.print(text)));

  serve({
    read: (into, offset) => readSync(0, into, offset, into.length - offset, null),
    write: (bytes, offset) => writeSync(1, bytes, offset),
    exit: () => exit(0),
    setPrinter: (print) => {
      sink.print = print;
    },
    apply: (f, args) => apply(f, undefined, args),
    evaluate: (code, name, forbidden) => {
      if (evaluated) throw new Error("a process evaluates one submission");
      evaluated = true;
      const namespace = restrict(tf, forbidden.split(" "));
      const holder = { exports: {} };
      const run = compileFunction(code, ["require", "exports", "module"], { filename: name });
      run(() => namespace, holder.exports, holder); // vetting lets no other package through than tfjs
      return { ...holder.exports };
    },
    isRuleError: (error) => error instanceof RuleError,
    isError: (error) => error instanceof Error,
    isRangeError: (error) => error instanceof RangeError,
    isPromise: (value) => value instanceof Promise,
    tensorPrototype: tf.Tensor.prototype,
    memory,
    tensor: tf.tensor,
    watch: watchDisposal,
    float32: (length) => new Float32Array(length),
    int32: (length) => new Int32Array(length),
    bytes: (length) => new Uint8Array(length),
    array: () => [],
    object: () => ({}),
    map: () => new Map(),
    mapSet: Map.prototype.set,
    callable: (name, data, heard) => {
      const f = make(name, data);
      return freeze((...args: unknown[]) => {
        quietly(() => heard(args));
        return f(...args);
      });
    },
    dispose: (tensor) => apply(dispose, tensor, []),
    startScope: () => engine.startScope(),
    endScope: () => engine.endScope(),
    countTensors,
    takeLargest,
    gradients,
  });
});

/** An error of the inner realm must not reach student code: through it the realm's own objects could be patched. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The inner realm keeps account of what it could not hear.
  }
}

/** Puts a latch in place of a tensor's flag: once it says disposed, nothing makes it say otherwise. */
function watchDisposal(tensor: tf.Tensor): () => boolean {
  let disposed = false;
  defineProperty(tensor, "isDisposedInternal", {
    get: () => disposed,
    set: (value) => {
      disposed ||= value === true;
    },
    configurable: false,
  });
  return () => disposed;
}

/**
 * Counts the tensors that live, from now on. The engine's own count can be talked down: it believes whatever calls
 * itself a tensor, and says that it is disposed of as often as it says so.
 */
function watchTensors(): () => number {
  const living = new WeakSet<object>();
  const { trackTensor, disposeTensor } = engine;
  let count = 0;
  engine.trackTensor = (tensor, backend) => {
    apply(trackTensor, engine, [tensor, backend]);
    if (!living.has(tensor)) count++;
    living.add(tensor);
  };
  engine.disposeTensor = (tensor) => {
    apply(disposeTensor, engine, [tensor]);
    if (living.delete(tensor)) count--;
  };
  return () => count;
}

/** Runs what every exercise uses once, so that the snapshot holds it initialised. */
function warmUp(): void {
  tf.tidy(() => {
    const x = tf.tensor([1, 2, 3, 4], [2, 2]);
    tf.softmax(tf.matMul(x, x).add(x).div(2)).sum(-1).dataSync();
    tf.grads((y: tf.Tensor) => tf.softmax(tf.matMul(y, x)).sum())([x]);
  });
}
