/** What a single call is asked for beside its numbers: to be finite, to refuse, to leave nothing, to call others rightly. */
import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "../language.js";
import { textOf, wordsIn } from "../text/index.js";
import { leaves, showPath } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { compare, compareStructure } from "./compare.js";
import type { Call } from "./connection.js";
import type { Session } from "./definition.js";
import { digits } from "./excerpt.js";
import { CheckFailure, fail } from "./failure.js";
import { fromParcel, toParcel } from "./trusted.js";
import { reference } from "./trusted-answers.js";

/** A call of a callable among the arguments. */
export interface SeenCall {
  /** What it is called in its object, or its place among the arguments: "encode", "0". */
  readonly of: string;
  /** As the code gave them; anything may be among them. */
  readonly args: readonly unknown[];
}

export async function expectFinite(session: Session, f: string, caseName: string): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const expected = session.expected(reference(session.suite, f), { function: f, case: caseName });
  const difference = expected && compareStructure(answered.value.head, expected.head);
  if (difference !== undefined) throw new CheckFailure({ kind: difference.kind, text: difference.text });
  const isTensor = (node: unknown): node is tf.Tensor => node instanceof tf.Tensor;
  for (const { path, leaf } of leaves(fromParcel(answered.value), isTensor)) {
    const odd = leaf.dataSync().find((number) => !Number.isFinite(number));
    if (odd === undefined) continue;
    fail(
      "bad value",
      textOf((words) => words.notFinite(showPath(path) || words.theResult, digits(odd))),
    );
  }
}

export async function expectNothingLeft(session: Session, f: string, caseName: string): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const isTensor = (node: unknown): node is tf.Tensor => node instanceof tf.Tensor;
  const returned = new Set(leaves(fromParcel(answered.value), isTensor).map(({ leaf }) => leaf)).size;
  if (answered.left <= returned) return;
  fail(
    "wrong",
    textOf((words) => words.leftBehind(answered.left - returned, returned)),
  );
}

export async function expectSameCalls(session: Session, f: string, caseName: string): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const callsDue = await session.callsDue(f, caseName);
  const callables = session.argsOf(f, caseName).filter((argument) => typeof argument === "function").length;
  for (let i = 0; i < callables; i++) {
    const [got = 0, due = 0] = [answered.calls, callsDue].map(
      (calls) => calls.filter(({ callable }) => callable === i).length,
    );
    if (got === due) continue;
    fail(
      "wrong",
      textOf((words) => words.calledOften(i + 1, callables, got, due)),
    );
  }
}

/** The calls of the callables among the arguments of a case. */
export async function callsOf(session: Session, f: string, caseName: string): Promise<SeenCall[]> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const isFunction = (node: unknown): node is object => typeof node === "function";
  const callables = leaves(session.argsOf(f, caseName), isFunction); // in the order in which both sides count them
  return answered.calls.map(({ callable, args }) => ({
    of: String(callables[callable]?.path.at(-1)),
    args: fromParcel(args) as unknown[],
  }));
}

/** A call that only known mistakes make, or that only they make so often. */
export interface WrongCall<P = Parcel<Wire>> {
  readonly callable: number;
  readonly args: P;
  /** From how many times on it is wrong; no right way makes it as often. */
  readonly from: number;
}

/** No call of a callable is one of `wrong`; any other may be made. */
export async function expectNoWrongCall(
  session: Session,
  f: string,
  caseName: string,
  wrong: readonly WrongCall[],
): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const found = wrong.find((call) => timesMade(call, answered.calls) >= call.from);
  if (found === undefined) return;
  const due = (await session.callsDue(f, caseName)).find(({ callable }) => callable === found.callable);
  const [got, expected] = [found, due].map((call) => call && brief(fromParcel(call.args)));
  fail(
    "wrong",
    textOf((words) =>
      found.from > 1
        ? words.calledAgain(got ?? "", timesMade(found, answered.calls), found.from - 1)
        : words.unknownCall(got ?? "", expected),
    ),
  );
}

/** How often a call was made; whatever was given beyond its arguments does not count. */
export function timesMade(call: Call, calls: readonly Call[]): number {
  const args = fromParcel(call.args) as unknown[];
  const same = (given: unknown[]) => compare(toParcel(given.slice(0, args.length)), call.args) === undefined;
  return calls.filter((one) => one.callable === call.callable && same(fromParcel(one.args) as unknown[])).length;
}

export async function expectBelow(
  session: Session,
  f: string,
  caseName: string,
  limit: number,
  advice: Text,
): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const { largest } = answered;
  if (largest < limit) return;
  const text = textOf((words) => words.tensorTooLarge(largest, limit));
  throw new CheckFailure({ kind: "wrong", text, advice });
}

export async function expectRefusal(session: Session, f: string, caseName: string): Promise<void> {
  const answered = await session.call(f, session.argsOf(f, caseName));
  if (answered.is === "failed" && answered.rangeError) return;
  if (answered.is === "failed" && answered.failure.kind !== "threw") throw new CheckFailure(answered.failure);
  const got = answered.is === "answer" ? undefined : answered.failure.text;
  const call = `${f}(${session.argsOf(f, caseName).map(brief).join(", ")})`;
  fail(
    "wrong",
    got === undefined
      ? textOf((words) => words.shouldRefuse(call))
      : both((language) => wordsIn(language).refusedOtherwise(call, got[language])),
  );
}

/** An argument in a few characters. */
function brief(value: unknown): string {
  if (value instanceof tf.Tensor) return `[${value.shape.join(", ")}]`;
  if (typeof value === "function" || value instanceof Map) return "…";
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const fields = Object.entries(value).map(([key, inner]) => `${key}: ${brief(inner)}`);
    return shortened(`{ ${fields.join(", ")} }`);
  }
  if (Array.isArray(value)) return shortened(`[${value.map(brief).join(", ")}]`);
  return typeof value === "number" ? String(Number(value.toPrecision(3))) : JSON.stringify(value);
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 56)} …${text.at(-1)}` : text);
