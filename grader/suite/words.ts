/** The words that suites are written in. */
import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "../language.js";
import { textOf, wordsIn } from "../text/index.js";
import { leaves, showPath } from "../values/tree.js";
import { GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
import { comparison } from "./comparison.js";
import type { Check, Functions, Session, Student } from "./definition.js";
import { digits } from "./excerpt.js";
import { CheckFailure, fail } from "./failure.js";
import { connectInProcess } from "./in-process.js";
import type { Random } from "./random.js";
import { fromParcel, toParcel } from "./trusted.js";
import { expectToDependOnInputs } from "./varies.js";

export interface Words<F extends Functions> {
  /** The student's answers equal the reference's on these cases of a function. */
  readonly agrees: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
    tolerance?: Tolerance,
  ) => Check;
  /** The gradients of the student's function equal the reference's, by every float tensor among its arguments. */
  readonly gradientsAgree: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
  ) => Check;
  /** Every number that comes out is finite: for inputs whose result is not defined further. */
  readonly staysFinite: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
  ) => Check;
  /** Each callable among the arguments is called as often as the reference calls it. */
  readonly callsAgree: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
  ) => Check;
  /** Something that holds of the calls of the callables among the arguments. */
  readonly callsHold: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
    holds: (calls: readonly SeenCall[], args: Parameters<F[K]>) => void,
  ) => Check;
  /** No tensor is made on the way that has as many entries as the limit says; the advice says how to do without. */
  readonly staysBelow: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
    limit: (...args: Parameters<F[K]>) => number,
    advice: Text,
  ) => Check;
  /** Of the tensors that the function makes, those of its answer alone remain. */
  readonly leavesNothing: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
  ) => Check;
  /** Bad input is refused with a RangeError. */
  readonly refuses: <K extends keyof F & string>(name: Text, points: number, f: K, cases: readonly string[]) => Check;
  /** Something that holds of the student's functions on the arguments of a case. */
  readonly property: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    caseName: string,
    holds: (student: Student<F>, args: Parameters<F[K]>, random: Random) => Promise<void>,
  ) => Check;
}

/** A call of a callable among the arguments. */
export interface SeenCall {
  /** What it is called in its object, or its place among the arguments: "encode", "0". */
  readonly of: string;
  /** As the code gave them; anything may be among them. */
  readonly args: readonly unknown[];
}

export function wordsFor<F extends Functions>(): Words<F> {
  return {
    agrees: (name, points, f, cases, tolerance = ORDINARY) =>
      comparison(
        name,
        points,
        f,
        cases.map((caseName) => ({ function: f, case: caseName, tolerance })),
      ),

    gradientsAgree: (name, points, f, cases) =>
      comparison(
        name,
        points,
        f,
        cases.map((caseName) => ({ function: f, case: caseName, gradients: true, tolerance: GRADIENTS })),
      ),

    staysFinite: (name, points, f, cases) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) await expectFinite(session, f, caseName);
      }),

    callsAgree: (name, points, f, cases) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) await expectSameCalls(session, f, caseName);
      }),

    callsHold: (name, points, f, cases, holds) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) {
          holds(await callsOf(session, f, caseName), session.argsOf(f, caseName) as Parameters<F[typeof f]>);
        }
      }),

    staysBelow: (name, points, f, cases, limit, advice) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) {
          const entries = limit(...(session.argsOf(f, caseName) as Parameters<F[typeof f]>));
          await expectBelow(session, f, caseName, entries, advice);
        }
      }),

    leavesNothing: (name, points, f, cases) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) await expectNothingLeft(session, f, caseName);
      }),

    refuses: (name, points, f, cases) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) await expectRefusal(session, f, caseName);
      }),

    property: (name, points, f, caseName, holds) =>
      holding(name, points, f, async (session) => {
        await expectToDependOnInputs(session, f);
        const args = session.argsOf(f, caseName) as Parameters<F[typeof f]>;
        await holds(session.student as Student<F>, args, session.random);
      }),
  };
}

/** One check of several parts, which passes when all of them do; name, points and function are the first one's. */
export function together(first: Check, ...rest: readonly Check[]): Check {
  const parts = [first, ...rest];
  const run = async (session: Session) => {
    const remarks: Text[] = [];
    for (const part of parts) {
      try {
        remarks.push(...(await part.run(session)));
      } catch (error) {
        if (!(error instanceof CheckFailure)) throw error;
        throw new CheckFailure({ about: part.about, ...error.failure });
      }
    }
    return remarks;
  };
  return { ...first, compares: parts.flatMap(({ compares }) => compares), run };
}

/** A check that compares nothing with the reference case by case. */
function holding(name: Text, points: number, about: string, holds: (session: Session) => Promise<void>): Check {
  const run = async (session: Session) => {
    try {
      await holds(session);
    } catch (error) {
      const suspect = error instanceof CheckFailure ? error.suspect : undefined;
      if (!(error instanceof CheckFailure) || suspect === undefined) throw error;
      const mistake = session.suite.mistakes[suspect];
      if (mistake === undefined) throw new Error(`suite ${session.suite.id} has no mistake ${suspect}`);
      throw new CheckFailure({ ...error.failure, mistake: { id: suspect, hint: mistake.hint } });
    }
    return [];
  };
  return { name, points, about, compares: [], run };
}

async function expectFinite(session: Session, f: string, caseName: string): Promise<void> {
  const call = session.student[f] as (...args: readonly unknown[]) => Promise<unknown>;
  const value = await call(...session.argsOf(f, caseName));
  for (const { path, leaf } of leaves(value, (node): node is tf.Tensor => node instanceof tf.Tensor)) {
    const odd = leaf.dataSync().find((number) => !Number.isFinite(number));
    if (odd === undefined) continue;
    fail(
      "bad value",
      textOf((words) => words.notFinite(showPath(path) || words.theResult, digits(odd))),
    );
  }
}

async function expectNothingLeft(session: Session, f: string, caseName: string): Promise<void> {
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

async function expectSameCalls(session: Session, f: string, caseName: string): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const args = session.argsOf(f, caseName);
  const trusted = await connectInProcess(session.suite.functions).call(f, toParcel(args));
  const callables = args.filter((argument) => typeof argument === "function").length;
  for (let i = 0; i < callables; i++) {
    const [got = 0, due = 0] = [answered, trusted].map((one) =>
      one.is === "answer" ? one.calls.filter(({ callable }) => callable === i).length : 0,
    );
    if (got === due) continue;
    fail(
      "wrong",
      textOf((words) => words.calledOften(i + 1, callables, got, due)),
    );
  }
}

/** The calls of the callables among the arguments of a case. */
async function callsOf(session: Session, f: string, caseName: string): Promise<SeenCall[]> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const isFunction = (node: unknown): node is object => typeof node === "function";
  const callables = leaves(session.argsOf(f, caseName), isFunction); // in the order in which both sides count them
  return answered.calls.map(({ callable, args }) => ({
    of: String(callables[callable]?.path.at(-1)),
    args: fromParcel(args) as unknown[],
  }));
}

async function expectBelow(session: Session, f: string, caseName: string, limit: number, advice: Text): Promise<void> {
  const answered = await session.answerTo(f, caseName);
  if (answered.is === "failed") throw new CheckFailure(answered.failure);
  const { largest } = answered;
  if (largest < limit) return;
  const text = textOf((words) => words.tensorTooLarge(largest, limit));
  throw new CheckFailure({ kind: "wrong", text, advice });
}

async function expectRefusal(session: Session, f: string, caseName: string): Promise<void> {
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
