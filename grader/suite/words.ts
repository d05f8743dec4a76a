/** The words that suites are written in. */
import type { Text } from "../language.js";
import { GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
import { comparison } from "./comparison.js";
import type { Check, Demand, Functions, OnCases, Session } from "./definition.js";
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
import { type Ask, expectLaw, formulate, type LawDemand, type Limits } from "./laws/law.js";
import type { Relation } from "./laws/relation.js";
import type { Random } from "./random.js";
import { expectToDependOnInputs } from "./varies.js";

export interface Words<F extends Functions> {
  /** The student's answers equal the reference's on these cases of a function: all of them, or one field. */
  readonly agrees: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    cases: readonly string[],
    tolerance?: Tolerance,
    part?: keyof ReturnType<F[K]> & string,
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
  /** Something that holds of the student's own answers to questions made of a case's arguments (see `laws/law.ts`). */
  readonly law: <K extends keyof F & string>(
    name: Text,
    points: number,
    f: K,
    caseName: string,
    state: (ask: Ask<F>, args: Parameters<F[K]>, random: Random) => readonly Relation[],
    limits?: Limits,
  ) => Check;
}

export function wordsFor<F extends Functions>(): Words<F> {
  /** A check that asks something of each of some cases. */
  const onCases =
    (is: OnCases, expectation: (session: Session, f: string, caseName: string) => Promise<void>) =>
    (name: Text, points: number, about: string, cases: readonly string[]) =>
      holding({ name, points, about }, { is, about, cases }, async (session) => {
        for (const caseName of cases) await expectation(session, about, caseName);
      });

  return {
    agrees: (name, points, f, cases, tolerance = ORDINARY, part) =>
      comparison(
        name,
        points,
        f,
        cases.map((caseName) => ({ function: f, case: caseName, tolerance, ...(part !== undefined && { part }) })),
      ),

    gradientsAgree: (name, points, f, cases) =>
      comparison(
        name,
        points,
        f,
        cases.map((caseName) => ({ function: f, case: caseName, gradients: true, tolerance: GRADIENTS })),
      ),

    staysFinite: onCases("stays finite", expectFinite),
    callsAgree: onCases("calls agree", expectSameCalls),
    leavesNothing: onCases("leaves nothing", expectNothingLeft),
    refuses: onCases("refuses", expectRefusal),

    callsHold: (name, points, f, cases, holds) => {
      const onCase = async (session: Session, about: string, caseName: string) =>
        holds(await callsOf(session, about, caseName), session.argsOf(about, caseName) as Parameters<F[typeof f]>);
      const demand: Demand = { is: "calls hold", about: f, cases, holds: onCase };
      return holding({ name, points, about: f }, demand, async (session) => {
        for (const caseName of cases) await onCase(session, f, caseName);
      });
    },

    staysBelow: (name, points, f, cases, limit, advice) => {
      const limitOf = (args: readonly unknown[]) => limit(...(args as Parameters<F[typeof f]>));
      const demand = { is: "stays below", about: f, cases, limit: limitOf, advice } as const;
      return holding({ name, points, about: f }, demand, async (session) => {
        for (const caseName of cases)
          await expectBelow(session, f, caseName, limitOf(session.argsOf(f, caseName)), advice);
      });
    },

    law: (name, points, f, caseName, state, limits) => {
      const demand: LawDemand = {
        is: "law",
        about: f,
        case: caseName,
        state: (ask, args, random) => state(ask as unknown as Ask<F>, args as Parameters<F[typeof f]>, random),
        ...(limits && { limits }),
      };
      return holding({ name, points, about: f }, demand, (session) =>
        expectLaw(session, formulate(demand, session, name.en), session.referencesFor(demand)),
      );
    },
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
  const compares = parts.flatMap((part) => part.compares);
  return { ...first, compares, demands: parts.flatMap(({ demands }) => demands), run };
}

/** A check that compares nothing with the reference case by case. What answers the same to everything fails it. */
export function holding(
  { name, points, about }: Pick<Check, "name" | "points" | "about">,
  demand: Demand | undefined,
  holds: (session: Session) => Promise<void>,
): Check {
  const run = async (session: Session) => {
    try {
      await expectToDependOnInputs(session, about);
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
  return { name, points, about, compares: [], demands: demand === undefined ? [] : [demand], run };
}
