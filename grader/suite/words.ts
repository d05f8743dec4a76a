/** The words that suites are written in. */
import type { Text } from "../language.js";
import { GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
import { comparison } from "./comparison.js";
import type { Check, Functions, Session, Student } from "./definition.js";
import {
  callsOf,
  expectBelow,
  expectFinite,
  expectNothingLeft,
  expectRefusal,
  expectSameCalls,
  type SeenCall,
} from "./demands.js";
import { CheckFailure } from "./failure.js";
import type { Random } from "./random.js";
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
