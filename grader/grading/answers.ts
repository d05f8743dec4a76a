/** What a sandbox answered, or how it ended, as a suite sees it and a student reads it. */
import { both, type Text } from "../language.js";
import type { Thrown } from "../sandbox/messages.js";
import type { Answer, Death } from "../sandbox/sandbox.js";
import type { Bundle } from "../submission/link.js";
import type { Answered } from "../suite/connection.js";
import type { FailureKind, Place } from "../suite/failure.js";
import type { Exercise } from "../syllabus.js";
import type { Dictionary } from "../text/en.js";
import { textOf, wordsIn } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import type { Parcel, Wire } from "../values/wire.js";

/** The code behind a connection, and what its parts are called. */
export interface StudentCode {
  readonly exercise: Exercise;
  readonly bundle: Bundle;
  /** How files are called in the bundle's source map → in messages. */
  readonly nameOf: (source: string) => string | undefined;
  readonly exportsDefault: boolean;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Names of tfjs that the code may not reach. */
  readonly forbidden: readonly string[];
}

export type Fail = (
  kind: FailureKind,
  text: Text,
  extra?: { rangeError?: boolean; place?: Place | undefined; limit?: true; spoiled?: true; value?: Parcel<Wire> },
) => Answered;

/** A reply to a call, as the suite sees it. */
export function read(name: string, { reply, body }: Answer, code: StudentCode, failed: Fail): Answered {
  switch (reply.is) {
    case "answer": {
      const spoiled = reply.spoiled[0];
      if (spoiled !== undefined) {
        const argument = code.parameters[name]?.[spoiled.argument] || String(spoiled.argument + 1);
        const quoted = Number.isNaN(Number(argument)) ? `\`${argument}\`` : argument;
        return failed(
          "bad value",
          textOf((words) => (spoiled.how === "disposed" ? words.disposedInput(quoted) : words.changedInput(quoted))),
          { value: { head: reply.value, body }, spoiled: true },
        );
      }
      if (reply.leaked > 0)
        return failed(
          "bad value",
          textOf((words) => words.leaked(reply.leaked)),
        );
      return {
        is: "answer",
        value: { head: reply.value, body },
        left: reply.left,
        largest: reply.largest,
        calls: reply.calls.map(({ callable, args, start }) => ({
          callable,
          args: { head: args, body: body.subarray(start) },
        })),
      };
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

export function describeDeath(death: Death, failed: Fail): Answered {
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

export function describeThrown(error: Thrown, code: StudentCode, failed: Fail, say: (what: string) => Text): Answered {
  const place = placeOf(error.stack, code);
  if (error.isRule)
    return failed(
      "breaks a rule",
      textOf((words) => words.nameRefused(ruleName(error.message))),
      { place },
    );
  if (!error.isError) return failed("threw", thrownValue(error), { place });
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
      { place, limit: true },
    );
  const broadcast = /^Error in gradient for op (\w+)\. The gradient of input/.exec(error.message)?.[1];
  if (broadcast !== undefined)
    return failed(
      "threw",
      textOf((words) =>
        broadcast.includes("MatMul") ? words.broadcastGradient(broadcast) : words.shapelessGradient(broadcast),
      ),
      { place, limit: true },
    );
  if (error.message.startsWith("Cannot compute gradient of y=f(x)"))
    return failed(
      "threw",
      textOf((words) => words.noPath),
    );
  const rangeError = error.isRangeError && error.message !== "" && !ENGINE_RANGE_ERRORS.test(error.message);
  const said = (words: Dictionary) =>
    error.message.trim() === ""
      ? words.withoutMessage(quote(error.name))
      : `${quote(error.name)}: ${quote(error.message)}`;
  return failed(
    "threw",
    both((language) => say(said(wordsIn(language)))[language]),
    { rangeError, place },
  );
}

/** What to say of something thrown that is no Error. */
function thrownValue({ name: type, message }: Thrown): Text {
  const value = type === "string" ? `"${quote(message)}"` : quote(message);
  const isObject = type === "function" || (type === "object" && message !== "null");
  return textOf((words) => words.threwNonError(isObject ? words.anObject : value));
}

/** What a broken rule is about: a student may have rewritten the error that says it. */
const ruleName = (message: string): string => /^tf\.[\w.]{1,60}$/.exec(message)?.[0] ?? "tf";

/** The first line of a student's text. */
function quote(text: string): string {
  return quoteLine(text.split("\n").find((part) => part.trim() !== "") ?? "").slice(0, 300);
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
