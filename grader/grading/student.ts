/** The student's functions behind a sandbox, as a suite reaches them. */

import { nearest } from "../errors.js";
import type { Text } from "../language.js";
import type { Reply, Request, Thrown } from "../sandbox/messages.js";
import type { Answer, Death, Sandbox } from "../sandbox/sandbox.js";
import type { Bundle } from "../submission/bundle.js";
import { type Answered, type Connection, SECONDS } from "../suite/connection.js";
import type { Failure, FailureKind, Place } from "../suite/failure.js";
import type { Exercise } from "../syllabus.js";
import { textOf } from "../text/index.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";

export interface StudentCode {
  readonly exercise: Exercise;
  readonly bundle: Bundle;
  /** How files are called in the bundle's source map → in messages. */
  readonly nameOf: (source: string) => string | undefined;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Names of tfjs that the code may not reach. */
  readonly forbidden: readonly string[];
}

export interface StudentConnection extends Connection {
  /** What the code printed, up to the limit. */
  readonly printed: () => string;
  readonly close: () => void;
}

/** A file whose process ended this often is not asked again. */
const DEATHS = 2;
const PRINTED_IN_ALL = 64 * 1024;
const LOAD_SECONDS = 5;

/** @param start gives a sandbox that is ready */
export function connectStudent(code: StudentCode, start: () => Promise<Sandbox>): StudentConnection {
  const { exercise, bundle } = code;
  let sandbox: Sandbox | undefined;
  let exported: readonly string[] = [];
  let loadFailure: Answered | undefined;
  let deaths = 0;
  let printed = "";
  let last: Failure | undefined;

  const failed = (
    kind: FailureKind,
    text: Text,
    extra: { rangeError?: boolean; place?: Place | undefined } = {},
  ): Answered => {
    const { rangeError = false, place } = extra;
    return { is: "failed", failure: place === undefined ? { kind, text } : { kind, text, place }, rangeError };
  };
  const note = (reply: Reply) => {
    if ("printed" in reply) printed = (printed + reply.printed).slice(0, PRINTED_IN_ALL);
  };
  const died = (death: Death): Answered => {
    sandbox = undefined;
    deaths++;
    const answered = describeDeath(death, failed);
    if (answered.is === "failed") last = answered.failure;
    return answered;
  };

  const load = async (fresh: Sandbox): Promise<Answered | undefined> => {
    const head: Request = {
      do: "load",
      name: BUNDLE_NAME,
      forbidden: code.forbidden,
    };
    const answer = await fresh.ask({ head, body: new TextEncoder().encode(bundle.code) }, LOAD_SECONDS);
    if (!("reply" in answer)) return died(answer);
    note(answer.reply);
    if (answer.reply.is === "loaded") {
      exported = answer.reply.exports;
      return undefined;
    }
    return answer.reply.is === "threw"
      ? describeThrown(answer.reply.error, code, failed, (what) => textOf((words) => words.loadThrew(what)))
      : failed(
          "crashed",
          textOf((words) => words.crashed(answer.reply.is)),
        );
  };

  const ask = async (name: string, request: Parcel<Request>, seconds: number): Promise<Answered> => {
    if (loadFailure !== undefined) return loadFailure;
    if (deaths >= DEATHS && last !== undefined)
      return failed(
        last.kind,
        textOf((words) => words.gaveUp),
      );
    if (sandbox === undefined) {
      sandbox = await start();
      const failure = await load(sandbox);
      if (failure !== undefined) {
        if (sandbox !== undefined) loadFailure = failure;
        return failure;
      }
    }
    if (!exported.includes(name)) {
      const others = exported.filter((other) => !exercise.exports.includes(other));
      return failed(
        "missing",
        textOf((words) => words.missingExport(name, nearest(name, others))),
      );
    }
    const answer: Answer | Death = await sandbox.ask(request, seconds);
    if (!("reply" in answer)) return died(answer);
    note(answer.reply);
    return read(name, answer, code, failed);
  };

  return {
    call: (name, args, seconds = SECONDS) =>
      ask(name, { head: { do: "call", function: name, args: args.head }, body: args.body }, seconds),
    gradients: (name: string, args: Parcel<Wire>, wrt: readonly Path[], seconds = SECONDS) => {
      const [inputs, upstream] = args.head.type === "array" ? args.head.items : [];
      if (inputs === undefined || upstream === undefined) throw new TypeError("gradients take [arguments, upstream]");
      return ask(
        name,
        { head: { do: "gradients", function: name, args: inputs, wrt, upstream }, body: args.body },
        seconds,
      );
    },
    printed: () => printed,
    close: () => sandbox?.kill(),
  };
}

export const BUNDLE_NAME = "submission.cjs";

type Fail = (kind: FailureKind, text: Text, extra?: { rangeError?: boolean; place?: Place | undefined }) => Answered;

/** A reply to a call, as the suite sees it. */
function read(name: string, { reply, body }: Answer, code: StudentCode, failed: Fail): Answered {
  switch (reply.is) {
    case "answer": {
      const spoiled = reply.spoiled[0];
      if (spoiled !== undefined) {
        const argument = code.parameters[name]?.[spoiled.argument] || String(spoiled.argument + 1);
        const quoted = Number.isNaN(Number(argument)) ? `\`${argument}\`` : argument;
        return failed(
          "bad value",
          textOf((words) => (spoiled.how === "disposed" ? words.disposedInput(quoted) : words.changedInput(quoted))),
        );
      }
      if (reply.leaked > 0)
        return failed(
          "bad value",
          textOf((words) => words.leaked(reply.leaked)),
        );
      return { is: "answer", value: { head: reply.value, body } };
    }
    case "threw":
      return describeThrown(reply.error, code, failed, (what) => textOf((words) => words.threw(what)));
    case "too large":
      return failed(
        "bad value",
        textOf((words) => words.tooLarge(reply.what)),
      );
    case "no function":
      return failed(
        "missing",
        textOf((words) => words.missingExport(name, undefined)),
      );
    default:
      return failed(
        "crashed",
        textOf((words) => words.crashed(`it answered "${reply.is}"`)),
      );
  }
}

function describeDeath(death: Death, failed: Fail): Answered {
  if (death.is === "timed out")
    return failed(
      "timed out",
      textOf((words) => words.timedOut(death.seconds)),
    );
  if (death.is === "out of memory")
    return failed(
      "out of memory",
      textOf((words) => words.outOfMemory),
    );
  return failed(
    "crashed",
    textOf((words) => words.crashed(death.how)),
  );
}

/** What V8 itself throws as a RangeError: no refusal of bad input. */
const ENGINE_RANGE_ERRORS =
  /^(Maximum call stack size exceeded|Invalid (array|typed array|string|DataView) length|Array buffer allocation failed|Invalid count value|precision|toString\(\) radix)/;

function describeThrown(error: Thrown, code: StudentCode, failed: Fail, say: (what: string) => Text): Answered {
  const place = placeOf(error.stack, code);
  if (error.isRule)
    return failed(
      "breaks a rule",
      textOf((words) => words.nameRefused(error.message)),
      { place },
    );
  if (!error.isError)
    return failed(
      "threw",
      textOf((words) => words.threwNonError(error.name, quote(error.message))),
      { place },
    );
  if (error.message.startsWith(`TODO ${code.exercise.id}`))
    return failed(
      "not started",
      textOf((words) => words.notStarted),
      { place },
    );
  if (error.message.startsWith("Maximum call stack size exceeded"))
    return failed(
      "threw",
      textOf((words) => words.stackOverflow),
      { place },
    );
  const kernel = /gradient function not found for (\w+)/.exec(error.message)?.[1];
  if (kernel !== undefined)
    return failed(
      "threw",
      textOf((words) => words.noGradient(kernel)),
      { place },
    );
  const broadcast = /^Error in gradient for op (\w+)\. The gradient of input/.exec(error.message)?.[1];
  if (broadcast !== undefined)
    return failed(
      "threw",
      textOf((words) => words.broadcastGradient(broadcast)),
      { place },
    );
  if (error.message.startsWith("Cannot compute gradient of y=f(x)"))
    return failed(
      "threw",
      textOf((words) => words.noPath),
    );
  const rangeError = error.isRangeError && error.message !== "" && !ENGINE_RANGE_ERRORS.test(error.message);
  return failed("threw", say(`${error.name}: ${quote(error.message)}`), { rangeError, place });
}

/** The first line of a student's text, without control characters. */
function quote(text: string): string {
  const line = text.split("\n").find((part) => part.trim() !== "") ?? "";
  return line.replace(/\p{C}/gu, "�").slice(0, 300);
}

/** The student's own place in a stack. */
function placeOf(stack: string, { bundle, nameOf }: StudentCode): Place | undefined {
  for (const [, line, column] of stack.matchAll(/submission\.cjs:(\d+):(\d+)/g)) {
    const origin = bundle.origin(Number(line), Number(column));
    const file = origin && nameOf(origin.file);
    if (origin !== undefined && file !== undefined) return { ...origin, file };
  }
  return undefined;
}
