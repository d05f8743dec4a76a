/**
 * The loop that serves requests, in a realm of its own. Nothing that is made here may reach student code, and
 * nothing that student code can patch is used here: values for it are made with `Capabilities`.
 */
import { decode, encode, TooLarge } from "../../values/codec.js";
import { announced, frame, PREFIX, parseHead, textOf16 } from "../../values/frame.js";
import type { Parcel, Wire } from "../../values/wire.js";
import { type Call, PRINT_LIMIT, type Reply, type Request, type Spoiled, type Thrown } from "../messages.js";
import { type CallLog, keepCalls } from "./calls.js";
import type { Capabilities } from "./capabilities.js";
import { type Input, studentRealm } from "./realm.js";
import { compareArguments } from "./spoiled.js";

type StudentFunction = (...args: readonly unknown[]) => unknown;
type Answer = { readonly answer: Parcel<Wire>; readonly spoiled: readonly Spoiled[] };

export function serve(outside: Capabilities): void {
  freezeEverything(globalThis);
  // Nothing leads from the global object to what iterators and generators inherit from.
  for (const one of [[].values(), new Map().entries(), new Set().values(), "".matchAll(/x/g), ""[Symbol.iterator]()]) {
    freezeEverything(Object.getPrototypeOf(one));
  }
  for (const f of [function* () {}, async () => {}, async function* () {}]) freezeEverything(Object.getPrototypeOf(f));
  let inputs: Input[][] = [];
  let log: CallLog = keepCalls();
  const realm = studentRealm(
    outside,
    (input) => inputs.at(-1)?.push(input),
    () => log.callable((args) => encode(args, valueRealm)),
  );
  const valueRealm = { ...realm, recipeOf: () => undefined }; // an answer is made of values alone
  let answered: object[] = [];
  const answerRealm = {
    ...valueRealm,
    tensor: (value: object) => {
      const read = valueRealm.tensor(value);
      if (read !== undefined && read !== "disposed" && !("what" in read)) answered.push(value);
      return read;
    },
  };
  let exported = outside.object();
  const printed = capturePrinting(outside);

  const load = (request: Request & { do: "load" }, code: Uint8Array): Reply => {
    exported = outside.evaluate(textOf16(code), request.name, request.forbidden.join(" "));
    const names = Object.keys(exported).filter((name) => typeof exported[name] === "function");
    return { is: "loaded", exports: names, printed: printed() };
  };

  /** Runs `use` on decoded arguments; every tensor that it makes and does not keep is freed when it ends. */
  const withArguments = (
    args: Wire,
    body: Uint8Array,
    use: (args: unknown[]) => Answer,
  ): Answer & { leaked: number; left: number; largest: number; calls: readonly Call[] } => {
    const before = outside.countTensors();
    outside.takeLargest(); // forgets what came before
    outside.startScope();
    let answer: Answer;
    let left = 0;
    inputs = [];
    log = keepCalls();
    answered = [];
    try {
      const items = args.type === "array" ? args.items : undefined;
      const decoded = items?.map((head) => {
        inputs.push([]);
        return decode({ head, body }, realm);
      });
      const all = (decoded ? realm.makeArray(decoded) : decode({ head: args, body }, realm)) as unknown[];
      const given = outside.countTensors();
      answer = use(all);
      left = outside.countTensors() - given;
      for (const tensor of answered) outside.dispose(tensor); // written down: it may have been kept for us
    } finally {
      outside.endScope();
    }
    const { calls, parcel } = log.appendTo(answer.answer);
    const leaked = Math.max(0, outside.countTensors() - before);
    return { ...answer, answer: parcel, calls, leaked, left, largest: outside.takeLargest() };
  };

  const call = (request: Request & { do: "call" }, f: StudentFunction, body: Uint8Array) =>
    withArguments(request.args, body, (args) => {
      const answer = encode(outside.apply(f, args), answerRealm);
      return { answer, spoiled: compareArguments(request.args, body, args, inputs, realm, outside.memory) };
    });

  const gradient = (request: Request & { do: "gradients" }, f: StudentFunction, body: Uint8Array) =>
    withArguments(request.args, body, (args) => {
      const paths = realm.makeArray(request.wrt.map((path) => realm.makeArray(path))) as never;
      const upstream = decode({ head: request.upstream, body }, realm);
      const answer = encode(outside.gradients(f, args, paths, upstream), answerRealm);
      return { answer, spoiled: compareArguments(request.args, body, args, inputs, realm, outside.memory) };
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

/**
 * Freezes all that belongs to this realm's language. Proxies of student code can get hold of an array of this realm
 * (the list of arguments that their traps are called with); there is nothing that it could change through it.
 */
function freezeEverything(value: unknown, seen = new Set<unknown>()): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
    for (const part of [property.value, property.get, property.set]) freezeEverything(part, seen);
  }
  freezeEverything(Object.getPrototypeOf(value), seen);
  if (value !== globalThis) Object.freeze(value);
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
