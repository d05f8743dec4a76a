/**
 * A submission that looks for doors: it walks every object that student code can reach, and says which of them are
 * what no student code may have. It goes on along properties (also hidden ones, and what getters give and are),
 * prototypes, constructors, what maps and sets hold, what functions return and throw, and what functions of its own
 * are given, as whom they are called included.
 */
import * as tf from "@tensorflow/tfjs";

type Unknown = Readonly<Record<PropertyKey, unknown>>;
type AnyFunction = (this: unknown, ...args: readonly unknown[]) => unknown;

/** A thing that was found, and how it was reached. */
interface Met {
  readonly value: object;
  readonly way: string;
}

const met: Met[] = [];
const known = new Set<unknown>();
/** Which functions of this file were called by others. */
const called = new Set<string>();
let tensors = 0;
const doors = new Map<string, string>();

/** Operations give thousands of tensors, which are alike. */
const MOST_TENSORS = 300;

// The walk exchanges what the language has: what it needs itself is kept.
const { getPrototypeOf, ownKeys, getOwnPropertyDescriptor, defineProperty, get, apply, construct } = Reflect;
const { isFrozen } = Object;
const top = Object.prototype;

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

const attempt = (f: () => unknown): unknown => {
  try {
    return f();
  } catch (error) {
    return error;
  }
};

function meet(value: unknown, way: string): void {
  if (!isObject(value) || known.has(value) || way.length > 400) return;
  if (getPrototypeOf(value) === tf.Tensor.prototype && ++tensors > MOST_TENSORS) return;
  known.add(value);
  met.push({ value, way });
}

/** What reading a property gives; what it throws is met as well. */
function read(value: object, key: PropertyKey, way: string, as: object = value): unknown {
  try {
    return get(value, key, as);
  } catch (error) {
    meet(error, `${way} throws`);
    return undefined;
  }
}

/** Names that only one kind of thing has: each of these lists says what a thing with all of its names is. */
const KINDS: readonly (readonly [kind: string, ...names: readonly string[]])[] = [
  ["the engine", "startScope", "endScope", "runKernel"],
  ["the state of the engine", "tensorInfo", "scopeStack"],
  ["a backend", "disposeData", "numDataIds"],
  ["the store of tensors", "dataMover", "numDataIds"],
  ["the memory of a tensor", "values", "refCount"],
  ["a kernel", "kernelName", "kernelFunc"],
  ["a gradient", "kernelName", "gradFunc"],
  ["the environment of tfjs", "registerFlag", "getFlags"],
  ["the platform of tfjs", "fetch", "encode", "decode"],
  ["the register of classes", "classNameMap"],
  ["an optimizer", "applyGradients", "computeGradients"],
  ["a layer", "batchInputShape", "trainableWeights"],
  ["tfjs without restrictions", "registerKernel"],
  ["tfjs without restrictions", "engine", "backend"],
  ["tfjs without restrictions", "layers", "train"],
  ["tfjs without restrictions", "io", "data"],
  ["the process", "nextTick"],
  ["the process", "cwd", "umask"],
  ["the process", "binding"],
  ["the process", "getBuiltinModule"],
  ["the process", "mainModule"],
  ["files", "readFileSync"],
  ["files", "readSync", "writeSync"],
  ["processes", "spawnSync"],
  ["the network", "createServer"],
  ["the network", "createConnection"],
  ["threads", "isMainThread"],
  ["the compiler", "compileFunction"],
  ["the compiler", "runInContext"],
  ["V8", "setFlagsFromString"],
  ["modules", "_resolveFilename"],
  ["modules", "createRequire"],
  ["node:util", "promisify", "inherits"],
  ["the inspector", "waitForDebugger"],
  ["a port for messages", "postMessage"],
  ["machine code", "instantiate", "validate"],
  ["sleep", "wait", "notify"],
];

/** Functions that give such things, by their name or that of the property where they are. */
const NAMES =
  /^(register(Kernel|Backend|Gradient)|unregister(Kernel|Gradient)|get(Kernel|Gradient|KernelsForBackend)|copyRegisteredKernels|findBackend(Factory)?|removeBackend|setPlatform|env|engine|grow(able)?SharedArrayBuffer|SharedArrayBuffer|Worker|MessageChannel|MessagePort|BroadcastChannel|WebSocket|XMLHttpRequest|EventSource|fetch|require|getBuiltinModule|internalBinding|dlopen|Optimizer|Layer)$/;

function kindOf({ value, way }: Met): string | undefined {
  const has = (name: string) => {
    const found = attempt(() => get(value, name));
    return found !== undefined && !(found instanceof Error);
  };
  const kind = KINDS.find(([, ...names]) => names.every(has))?.[0];
  if (kind !== undefined) return kind;
  if (typeof value === "function") {
    const name = attempt(() => get(value, "name"));
    const key = /\.([^.]+)$/.exec(way)?.[1] ?? "";
    if (NAMES.test(String(name)) || NAMES.test(key)) return `the function ${String(name)}`;
    if (HIDDEN.some((name) => tells(value, name)) && !isNative(value)) return "a function that tells its callers";
  }
  if (attempt(() => get(value, Symbol.toStringTag)) === "process" && !isFrozen(value)) return "the process";
  return isForeign(value) && !isFrozen(value) ? "something of another realm that is not frozen" : undefined;
}

/** A function that is not strict tells, while it runs, who called it and with what. */
const HIDDEN = ["arguments", "caller"] as const;

/** By a value of its own, or, from V8 14 on, by what all functions inherit: a getter that strict ones are refused by. */
function tells(f: object, hidden: (typeof HIDDEN)[number]): boolean {
  if ("value" in (getOwnPropertyDescriptor(f, hidden) ?? {})) return true;
  const { get: inherited } = getOwnPropertyDescriptor(Function.prototype, hidden) ?? {};
  if (inherited === undefined) return false;
  try {
    apply(inherited, f, []);
    return true;
  } catch {
    return false;
  }
}

/** Functions of Node's own that are no JavaScript are never strict, and tell nothing. */
const isNative = (f: object): boolean => / \[native code\] \}$/.test(String(attempt(() => apply(sourceOf, f, []))));
const { toString: sourceOf } = Function.prototype;

/** Whether a thing belongs to another realm, by what it inherits from. */
function isForeign(value: object): boolean {
  let last = value;
  for (let i = 0; i < 20; i++) {
    const next = attempt(() => getPrototypeOf(last));
    if (!isObject(next)) break;
    last = next;
  }
  return last !== top && getOwnPropertyDescriptor(last, "hasOwnProperty") !== undefined;
}

/** Meets everything that one thing leads to. */
function open({ value, way }: Met): void {
  meet(
    attempt(() => getPrototypeOf(value)),
    `${way}.[[Prototype]]`,
  );
  const keys = attempt(() => ownKeys(value));
  if (!Array.isArray(keys)) return;
  const numbered = ArrayBuffer.isView(value) ? 0 : 200; // entries of long lists are alike
  for (const key of keys as PropertyKey[]) {
    if (typeof key === "string" && /^\d+$/.test(key) && Number(key) >= numbered) continue;
    const step = `${way}.${String(key)}`;
    const property = attempt(() => getOwnPropertyDescriptor(value, key)) as PropertyDescriptor | undefined;
    meet(property?.get, `${step}.[[Get]]`);
    meet(property?.set, `${step}.[[Set]]`);
    meet(read(value, key, step), step);
  }
  // What the getters of its prototypes give for this thing.
  for (let p = getPrototypeOf(value); p !== null && p !== top; p = getPrototypeOf(p)) {
    for (const key of ownKeys(p)) {
      if (getOwnPropertyDescriptor(p, key)?.get !== undefined)
        meet(read(p, key, `${way}.${String(key)}`, value), `${way}.${String(key)}`);
    }
  }
  attempt(() => mapForEach.call(value, entry(way)));
  attempt(() => setForEach.call(value, entry(way)));
}

const mapForEach = Map.prototype.forEach as AnyFunction;
const setForEach = Set.prototype.forEach as AnyFunction;
const entry =
  (way: string) =>
  (inner: unknown, key: unknown): void => {
    meet(key, `${way}.[[Key]]`);
    meet(inner, `${way}.[[Entry]]`);
  };

/** Goes on from what was met until there is nothing new; how many things are known. */
function walk(): number {
  for (let next = met.pop(); next !== undefined; next = met.pop()) {
    const kind = kindOf(next);
    if (kind !== undefined && !doors.has(kind)) doors.set(kind, next.way);
    // What was found leads to thousands of others; what belongs to another realm is looked at, and is frozen.
    if (kind === undefined || kind.startsWith("tfjs")) open(next);
  }
  return known.size;
}

let busy = false;

/** Does something that calls no spy: where built-in functions are exchanged, noting a call would call them in turn. */
function quietly(note: () => void): void {
  if (busy) return;
  busy = true;
  try {
    note();
  } finally {
    busy = false;
  }
}

/** A function that meets all that it is called with, and as what. */
function spy(way: string, part: string, answer: (args: readonly unknown[]) => unknown): AnyFunction {
  const mine = function (this: unknown, ...args: readonly unknown[]) {
    quietly(() => {
      called.add(part);
      meet(this, `${way}'s ${part}'s this`);
      args.forEach((arg, i) => {
        meet(arg, `${way}'s ${part}'s argument ${i}`);
      });
    });
    return answer(args);
  };
  known.add(mine);
  return mine;
}

/** Something that meets all that is done with it: each trap is a spy. */
function trap(target: object, way: string): object {
  const traps = Object.fromEntries(
    ownKeys(Reflect).flatMap((name) => {
      const real = get(Reflect, name);
      if (typeof name !== "string" || typeof real !== "function") return [];
      return [[name, spy(way, `trap ${name}`, (args) => apply(real, Reflect, args as unknown[]))]];
    }),
  );
  known.add(traps);
  return new Proxy(target, traps);
}

/** Spies that behave as an operation with a gradient of its own. */
const operations = new Set<unknown>();

/** What functions are called with: each of these lists, made anew for each. */
function argumentLists(way: string): unknown[][] {
  const x = tf.tensor([1, 2, 3, 4], [2, 2]);
  const ids = tf.tensor([0, 1], [2], "int32");
  const back = spy(way, "callback", ([first]) => first);
  const total = spy(way, "function", ([first]) => (first instanceof tf.Tensor ? first.sum() : tf.scalar(1)));
  const custom = spy(way, "operation", ([first, ...rest]) => {
    for (const save of rest) {
      called.add("save");
      meet(
        attempt(() => (save as AnyFunction)([x])),
        `${way}'s save`,
      );
    }
    const value = (first as tf.Tensor).square();
    return { value, gradFunc: spy(way, "gradient", ([dy]) => dy) };
  });
  operations.add(custom);
  const printed = { [Symbol.for("nodejs.util.inspect.custom")]: back, toJSON: back, toString: back };
  const tricky = trap({ ...printed, length: 2, shape: [2, 2], dtype: "float32", dataId: x.dataId }, way);
  const imposter = trap(x, way);
  return [
    [],
    [x],
    [x, x],
    [x, 1, 1],
    [x, ids],
    [[x, x]],
    [[x, x], 1],
    [[2, 2]],
    [[1, 2], [2]],
    [2, 3],
    ["float32", "int32"],
    [back],
    [[2, 2], back],
    [total],
    [custom],
    ["name", back],
    [x, back],
    [printed, printed],
    ["%o %j %s", printed, printed, tricky],
    [tricky],
    [imposter],
    [imposter, imposter],
    [[imposter, imposter]],
    [x, tricky],
    [trap([x, x], way)],
    [trap([2, 2], way)],
    [x, trap([1, 0], way)],
    [{ x, tricky }],
    [null],
    [{ get shape() { return back(); } }], // biome-ignore format: one line an argument
  ];
}

/** Calls a function in many ways; what it gives and throws is met, and called in turn when it is a function. */
function call(f: AnyFunction, way: string, as: unknown, depth = 1): void {
  for (const list of argumentLists(way)) {
    const given = attempt(() => apply(f, as, list));
    meet(given, `${way}()`);
    if (depth > 0 && typeof given === "function") call(given as AnyFunction, `${way}()`, undefined, depth - 1);
  }
}

/** What would end the walk, fill the memory, or draw for ever numbers that are none. */
const LEFT_ALONE = /^(constructor|repeat|padStart|padEnd|fill|dispose|truncatedNormal|randomGamma)$/;

function callAll(holder: object, way: string, as: (key: PropertyKey) => unknown): void {
  for (const key of ownKeys(holder)) {
    const f = read(holder, key, `${way}.${String(key)}`);
    if (typeof f === "function" && !LEFT_ALONE.test(String(key)))
      tf.tidy(() => {
        call(f as AnyFunction, `${way}.${String(key)}`, as(key));
      });
  }
}

/** Runs what tfjs does with everything exchanged that can be: whoever calls what was there is met. */
function exchange(work: () => void): void {
  const restore: (() => void)[] = [];
  const put = (holder: object, key: PropertyKey, way: string): void => {
    const property = getOwnPropertyDescriptor(holder, key);
    const real = property?.value;
    if (property === undefined || typeof real !== "function" || key === "constructor") return;
    if (!property.configurable && !property.writable) return;
    const copy = trap(real, way);
    if (defineProperty(holder, key, { ...property, value: copy }))
      restore.push(() => defineProperty(holder, key, property));
  };
  const iterators = [[].values(), new Map().entries(), new Set().values(), "".matchAll(/x/g), ""[Symbol.iterator]()];
  const generators = [function* () {}, async function* () {}, async () => {}];
  const holders: [unknown, string][] = [
    ...iterators.map((one): [unknown, string] => [getPrototypeOf(one), "an iterator"]),
    ...generators.map((one): [unknown, string] => [getPrototypeOf(one), "a generator"]),
    ...generators.map((one): [unknown, string] => [read(one, "prototype", ""), "a generator's prototype"]),
    [tf.Tensor.prototype, "Tensor.prototype"],
    [tf.Variable.prototype, "Variable.prototype"],
    [tf.TensorBuffer.prototype, "TensorBuffer.prototype"],
    [tf, "tf"],
    [tf.util, "tf.util"],
    [console, "console"],
  ];
  for (const name of ownKeys(globalThis)) {
    const value = read(globalThis, name, String(name));
    if (isObject(value)) holders.push([value, String(name)]);
    if (typeof value === "function") holders.push([read(value, "prototype", ""), `${String(name)}.prototype`]);
  }
  holders.push([globalThis, "globalThis"]); // the last: the others are found by what it holds
  const names = ["pendingBackendInit", "activeProfile", "backendInstance", "kernelFunc", "setupFunc", "customGrad"];
  quietly(() => {
    for (const [holder, way] of holders) {
      if (!isObject(holder) || holder === Reflect) continue;
      for (const key of ownKeys(holder)) attempt(() => put(holder, key, `the exchanged ${way}.${String(key)}`));
    }
    for (const name of names) {
      const lurk = spy(name, "property of all objects", () => undefined);
      if (attempt(() => defineProperty(top, name, { get: lurk, set: lurk, configurable: true })) === true)
        restore.push(() => Reflect.deleteProperty(top, name));
    }
  });
  attempt(work);
  quietly(() => {
    for (const one of restore.reverse()) attempt(one);
  });
}

/** What uses much of tfjs: operations, gradients, variables, printing. */
function work(): void {
  const x = tf.tensor([1, 2, 3, 4], [2, 2]);
  const forget = (f: () => unknown) => meet(attempt(f), "work");
  forget(() => tf.softmax(x).matMul(x).sum().dataSync());
  forget(() => tf.grads((y: tf.Tensor) => tf.tanh(y.matMul(y)).sum())([x]));
  forget(() => {
    const [custom] = argumentLists("work").find(([f]) => f !== undefined && operations.has(f)) ?? [];
    return tf.grads((y: tf.Tensor) =>
      tf
        .customGrad(custom as never)(y)
        .sum(),
    )([x]);
  });
  forget(() => tf.variableGrads(() => tf.variable(x).square().sum() as tf.Scalar));
  forget(() => tf.concat(tf.unstack(x).map((row) => row.expandDims(0))).print());
  forget(() => tf.topk(x, 1).values.arraySync());
  forget(() => x.data());
  forget(() => tf.tensor([1, 2]).reshape([3]));
  forget(() => tf.memory());
  forget(() => tf.einsum("ij,jk->ik", x, x).toString());
  forget(() => tf.randomNormal([2, 2], 0, 1, "float32", 5));
}

/** Whether a text can be made to run. */
function evaluators(): void {
  const makers = [() => {}, async () => {}, function* () {}, async function* () {}].map((f) => get(f, "constructor"));
  for (const maker of [...makers, get(globalThis, "eval")]) {
    const made = attempt(() => apply(maker as AnyFunction, undefined, ["return globalThis"]));
    if (isObject(made) && !(made instanceof Error)) doors.set("an evaluator of text", String(maker));
  }
}

/** Looks at the stack from within what others call. */
function callers(): void {
  const look = (_: unknown, sites: unknown) => {
    meet(sites, "the sites of a stack");
    for (const site of sites as readonly { getThis(): unknown; getFunction(): unknown }[]) {
      meet(site.getThis(), "a caller's this");
      meet(site.getFunction(), "a caller");
    }
    return "";
  };
  if (attempt(() => Reflect.set(Error, "prepareStackTrace", look)) !== true) return;
  tf.tidy(() => meet(new Error().stack, "a stack"));
  Reflect.set(Error, "prepareStackTrace", undefined);
}

/** Keeps what it is given and answers with things that look at whoever reads them. */
export function answer(...args: readonly unknown[]): unknown {
  args.forEach((arg, i) => {
    meet(arg, `argument ${i}`);
    for (const f of [arg, ...Object.values(isObject(arg) ? arg : {})]) {
      if (typeof f === "function") call(f as AnyFunction, `argument ${i}`, undefined);
    }
  });
  const result = tf.tensor([1, 2]);
  return {
    trap: trap({}, "the answer"),
    list: trap([1, 2], "the answer's list"),
    tensor: trap(result, "the answer's tensor"),
    get getter() {
      meet(this, "the answer's this");
      return 1;
    },
  };
}

/** The function that is called is itself a proxy. */
export const proxied = trap(answer, "the function");

/** A class, and a throwing function, in place of a function. */
export class Made {
  constructor(...args: readonly unknown[]) {
    for (const arg of args) meet(arg, "the class's argument");
  }
}

export function throws(): never {
  throw trap(new RangeError("thrown"), "the error");
}

/** Walks what is there without calling anything. */
export function look(): number {
  meet(globalThis, "globalThis");
  meet(tf, "tf");
  meet(get(tf as Unknown, "default"), "tf.default");
  for (const f of [() => {}, async () => {}, function* () {}, async function* () {}, class {}]) {
    meet(f, "a function");
    meet(attempt(f as () => unknown), "what a function gives");
  }
  meet(
    attempt(() => JSON.parse("{")),
    "an error of the language",
  );
  const overflow = (): unknown => overflow();
  meet(attempt(overflow), "an overflow");
  callers();
  evaluators();
  return walk();
}

/** Calls what tfjs exports. */
export function callFunctions(): number {
  callAll(tf, "tf", () => undefined);
  for (const name of ownKeys(tf)) {
    const part = read(tf, name, `tf.${String(name)}`);
    if (typeof part === "object" && part !== null && name !== "default")
      callAll(part, `tf.${String(name)}`, () => part);
  }
  return walk();
}

/** Calls the methods of what tfjs makes, and its classes. */
export function callMethods(): number {
  const x = tf.tensor([1, 2, 3, 4], [2, 2]);
  const instances = [
    [tf.Tensor, x],
    [tf.Variable, tf.variable(x)],
    [tf.TensorBuffer, tf.buffer([2, 2])],
  ] as const;
  for (const [type, instance] of instances) {
    const way = `${type.name}.prototype`;
    callAll(type.prototype, way, () => instance);
    callAll(type.prototype, `${way} with an imposter`, () => trap(instance, "an imposter"));
    for (const list of argumentLists("new")) {
      meet(
        attempt(() => construct(type, list)),
        `new ${type.name}`,
      );
    }
  }
  return walk();
}

/** Calls what Node has left. */
export function callGlobals(): number {
  callAll(console, "console", () => console);
  callAll(process, "process", () => process);
  for (const name of ["structuredClone", "queueMicrotask", "atob", "btoa", "setTimeout"] as const) {
    call(globalThis[name] as AnyFunction, name, undefined);
  }
  const coders = [new TextEncoder(), new TextDecoder(), new TextDecoder("utf-16le", { fatal: true })];
  for (const coder of coders) {
    meet(coder, "a coder");
    callAll(getPrototypeOf(coder) as object, "a coder", () => coder);
  }
  for (const value of [() => {}, Symbol("x"), new Uint8Array([255])]) {
    meet(
      attempt(() => structuredClone(value)),
      "a clone",
    );
    meet(
      attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(value as never)),
      "a text",
    );
  }
  return walk();
}

export function exchangeAll(): number {
  exchange(work);
  return walk();
}

/** Everything found: what it is, and the way to it. */
export function findings(): string[] {
  walk();
  return [...doors].map(([kind, way]) => `${kind}: ${way}`);
}

/** Which functions of this file others called: a walk that is given nothing finds nothing either. */
export function calledBack(): string[] {
  return [...called].sort();
}
