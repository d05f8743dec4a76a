/** Takes from the global object what student code has no use for, and puts harmless stand-ins in some places. */
import type util from "node:util";

/** What stays of Node's globals, beside the language's own. */
const KEPT = new Set(["global", "structuredClone", "queueMicrotask", "TextEncoder", "TextDecoder", "atob", "btoa"]);

/**
 * What goes of V8's own: it makes a process sleep, which uses no processor time, runs machine code, or prints past the
 * one place where everything is printed.
 */
const REMOVED = new Set(["Atomics", "SharedArrayBuffer", "WebAssembly", "console"]);

/** What could reach the machine through the real process object, should anything lead there. */
const DOORS =
  "binding _linkedBinding dlopen kill _kill getBuiltinModule mainModule abort reallyExit exit chdir setuid setgid " +
  "report openStdin stdin stdout stderr env _debugProcess";

/**
 * @param languageNames the globals that belong to JavaScript itself
 * @param print where everything that is printed goes
 */
export function closeGlobals(
  languageNames: readonly string[],
  format: typeof util.formatWithOptions,
  print: (text: string) => void,
): void {
  const real = process;
  const language = new Set(languageNames.filter((name) => !REMOVED.has(name)));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!language.has(name) && !KEPT.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const name of DOORS.split(" ")) {
    if (!Reflect.deleteProperty(real, name)) Reflect.set(real, name, undefined);
  }
  protectLanguage(language);
  const line = (...values: unknown[]) =>
    print(`${format({ colors: false, depth: 4, customInspect: false }, ...values)}\n`);
  const write = (text: unknown) => {
    print(String(text));
    return true;
  };
  const nothing = () => {};
  const console = {
    log: line,
    info: line,
    debug: line,
    warn: line,
    error: line,
    dir: line,
    table: line,
    trace: line,
    group: line,
    groupEnd: nothing,
    time: nothing,
    timeEnd: nothing,
    timeLog: nothing,
    count: nothing,
    clear: nothing,
    assert: (condition: unknown, ...values: unknown[]) =>
      condition ? undefined : line("Assertion failed:", ...values),
  };
  const start = Date.now();
  define("console", console);
  define("performance", Object.freeze({ now: () => Date.now() - start }));
  define(
    "process",
    Object.freeze({
      env: Object.freeze({}),
      argv: Object.freeze([]),
      platform: real.platform,
      version: real.version,
      versions: real.versions,
      hrtime: (previous: [number, number] = [0, 0]) => {
        const now = Date.now();
        return [Math.floor(now / 1000) - previous[0], (now % 1000) * 1e6 - previous[1]];
      },
      stdout: Object.freeze({ write }),
      stderr: Object.freeze({ write }),
      exit: () => {
        throw new Error("process.exit was called: an exercise returns its result and leaves the process alone");
      },
    }),
  );
  // The process serves one request after another without ever returning to an event loop: no timer can fire.
  for (const name of ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"]) {
    define(name, () => 0);
  }
}

/**
 * Takes from student code what could lead it, through tfjs, to the engine and from there past the rules: built-in
 * functions that tfjs calls stay as they are and where they are, no property appears on all objects, and no stack
 * tells of functions. Prototypes of errors and of plain objects are not frozen: programs rightly assign to names that
 * these have.
 */
function protectLanguage(names: ReadonlySet<string>): void {
  for (const name of names) {
    const value: unknown = Reflect.get(globalThis, name);
    if (value === globalThis || !isObject(value)) continue;
    Object.defineProperty(globalThis, name, { writable: false, configurable: false });
    if (value === Error || Object.prototype.isPrototypeOf.call(Error, value)) continue;
    Object.freeze(value);
    const { prototype } = value as { prototype?: unknown };
    if (isObject(prototype) && prototype !== Object.prototype) Object.freeze(prototype);
  }
  for (const hidden of hiddenObjects()) Object.freeze(hidden);
  Object.preventExtensions(Object.prototype);
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined, writable: false, configurable: false });
}

/** What the language has and no global leads to: typed arrays in general, iterators, generators, and their like. */
function hiddenObjects(): object[] {
  const iterators = [[].values(), new Map().keys(), new Set().keys(), ""[Symbol.iterator](), "".matchAll(/x/g)];
  const functions = [function* () {}, async () => {}, async function* () {}];
  const found: object[] = [Object.getPrototypeOf(Float32Array)];
  for (const one of [...iterators, ...functions, ...functions.map(({ prototype }) => prototype)]) {
    for (let up = one && Object.getPrototypeOf(one); up && up !== Object.prototype; up = Object.getPrototypeOf(up)) {
      found.push(up);
      if (Object.hasOwn(up, "constructor")) found.push(up.constructor); // an inherited one is that of plain objects
    }
  }
  return found.flatMap((one) => [
    one,
    ...(isObject(Reflect.get(one, "prototype")) ? [Reflect.get(one, "prototype")] : []),
  ]);
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
