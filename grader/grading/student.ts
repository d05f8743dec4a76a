/** The student's functions behind a sandbox, as a suite reaches them. */

import { nearest } from "../errors.js";
import type { Reply, Request } from "../sandbox/messages.js";
import { type Answer, type Death, PATIENCE, type Sandbox } from "../sandbox/sandbox.js";
import { type Answered, type Connection, SECONDS } from "../suite/connection.js";
import type { Failure } from "../suite/failure.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { utf16 } from "../values/frame.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { describeDeath, describeThrown, type Fail, read, type StudentCode } from "./answers.js";
import type { Budget } from "./budget.js";

export interface StudentConnection extends Connection {
  readonly told: () => Told;
  /** From now on nothing is graded: what calls take belongs to nobody's budget, and is bounded anew. */
  readonly afterGrading: () => void;
  readonly close: () => void;
}

/** What is known of an exercise's code besides its answers. */
export interface Told {
  /** What it printed, up to the limit. */
  readonly printed: string;
  /** Seconds of processor time that it took, to be loaded and to answer. */
  readonly worked: number;
  /** Something was not asked, or not to the end, since all exercises together had used up their time. */
  readonly cutShort: boolean;
}

/** A file whose process ended this often is not asked again. */
const DEATHS = 2;
/** The calls of an exercise may take this many times what one may take: of the processor, or many times that of the clock. */
const CALLS_IN_ALL = 6;
/** A name that somebody meant is found among so many of such a length. */
const [MOST_NAMES, LONGEST_NAME] = [100, 100];
/** The same for calls after grading: whoever is slow is not asked for long why. */
const AFTERWARDS = 0.4;
const PRINTED_IN_ALL = 64 * 1024;
const LOAD_SECONDS = 5;

/**
 * @param start gives a sandbox that is ready
 * @param budget what all exercises of the submission may take together, if there is a limit
 */
export function connectStudent(code: StudentCode, start: () => Promise<Sandbox>, budget?: Budget): StudentConnection {
  const { exercise, bundle } = code;
  let sandbox: Sandbox | undefined;
  let exported: readonly string[] = [];
  let loadFailure: Answered | undefined;
  let deaths = 0;
  let most = CALLS_IN_ALL;
  let shared = budget;
  let called = 0; // seconds of processor time, of calls alone
  let waited = 0; // seconds of the clock
  let worked = 0;
  let cutShort = false;
  let printed = "";
  let last: Failure | undefined;

  const failed: Fail = (kind, text, { rangeError = false, place, limit, spoiled, value } = {}) => ({
    is: "failed",
    failure: { kind, text, ...(place && { place }), ...(limit && { limit }), ...(spoiled && { spoiled }) },
    rangeError,
    ...(value && { value }),
  });
  const note = (reply: Reply) => {
    if ("printed" in reply) printed = (printed + reply.printed).slice(0, PRINTED_IN_ALL);
  };
  const spent = (): Answered => {
    cutShort = true;
    return failed(
      "timed out",
      textOf((words) => words.budgetSpent(shared?.seconds ?? 0)),
    );
  };
  /** Asks within what is left of the budget. */
  const within = async (asked: Sandbox, request: Parcel<Request>, seconds: number): Promise<Answer | Answered> => {
    const left = shared?.left() ?? Number.POSITIVE_INFINITY;
    const before = asked.worked();
    const answer = await asked.ask(request, Math.min(seconds, left));
    const more = asked.worked() - before;
    worked += more;
    shared?.spend(more);
    if ("reply" in answer) return answer;
    if (answer.is === "timed out" && left < seconds) {
      sandbox = undefined;
      shared?.spend(left); // it slept, perhaps
      return spent();
    }
    return died(answer);
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
    const answer = await within(fresh, { head, body: utf16(bundle.code) }, LOAD_SECONDS);
    if (!("reply" in answer)) return answer;
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
    const limit = most * seconds;
    if (called > limit || waited > limit * PATIENCE)
      return failed(
        "timed out",
        textOf((words) => words.tookTooLong(Math.round(called > most ? called : waited))),
      );
    if (shared?.left() === 0) return spent();
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
    if (shared?.left() === 0) return spent();
    const [began, before] = [performance.now(), worked];
    const answer = await within(sandbox, request, seconds);
    waited += (performance.now() - began) / 1000;
    called += worked - before;
    if (!("reply" in answer)) return answer;
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
    told: () => ({ printed, worked, cutShort }),
    afterGrading: () => {
      shared = undefined;
      most = AFTERWARDS;
      called = 0;
      waited = 0;
    },
    close: () => sandbox?.kill(),
  };
}

export const BUNDLE_NAME = "submission.cjs";
