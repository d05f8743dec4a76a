/** The student's functions behind a sandbox, as a suite reaches them. */

import { nearest } from "../errors.js";
import type { Reply, Request } from "../sandbox/messages.js";
import type { Answer, Death, Sandbox } from "../sandbox/sandbox.js";
import { type Answered, type Connection, SECONDS } from "../suite/connection.js";
import type { Failure } from "../suite/failure.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { utf16 } from "../values/frame.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { describeDeath, describeThrown, type Fail, read, type StudentCode } from "./answers.js";

export interface StudentConnection extends Connection {
  /** What the code printed, up to the limit. */
  readonly printed: () => string;
  readonly close: () => void;
}

/** A file whose process ended this often is not asked again. */
const DEATHS = 2;
/** The calls of an exercise may take this many times what one may take. */
const CALLS_IN_ALL = 6;
/** A name that somebody meant is found among so many of such a length. */
const [MOST_NAMES, LONGEST_NAME] = [100, 100];
const PRINTED_IN_ALL = 64 * 1024;
const LOAD_SECONDS = 5;

/** @param start gives a sandbox that is ready */
export function connectStudent(code: StudentCode, start: () => Promise<Sandbox>): StudentConnection {
  const { exercise, bundle } = code;
  let sandbox: Sandbox | undefined;
  let exported: readonly string[] = [];
  let loadFailure: Answered | undefined;
  let deaths = 0;
  let milliseconds = 0;
  let printed = "";
  let last: Failure | undefined;

  const failed: Fail = (kind, text, { rangeError = false, place, limit, value } = {}) => ({
    is: "failed",
    failure: { kind, text, ...(place && { place }), ...(limit && { limit }) },
    rangeError,
    ...(value && { value }),
  });
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

  /** What to say of a function that is not there. */
  const missing = (name: string) => {
    if (code.exportsDefault) return textOf((words) => words.defaultExport(name));
    const others = exported.filter((other) => !exercise.exports.includes(other) && other.length <= LONGEST_NAME);
    const near = nearest(name, others.slice(0, MOST_NAMES).map(quoteLine));
    return textOf((words) => words.missingExport(name, near));
  };

  const load = async (fresh: Sandbox): Promise<Answered | undefined> => {
    const head: Request = {
      do: "load",
      name: BUNDLE_NAME,
      forbidden: code.forbidden,
    };
    const answer = await fresh.ask({ head, body: utf16(bundle.code) }, LOAD_SECONDS);
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
    if (milliseconds > CALLS_IN_ALL * seconds * 1000)
      return failed(
        "timed out",
        textOf((words) => words.tookTooLong(Math.round(milliseconds / 1000))),
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
      return failed("missing", missing(name));
    }
    const began = performance.now();
    const answer: Answer | Death = await sandbox.ask(request, seconds);
    milliseconds += performance.now() - began;
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
