/** The words that suites are written in. */
import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "../language.js";
import { textOf, wordsIn } from "../text/index.js";
import { leaves, showPath } from "../values/tree.js";
import { compare, EXTREME, GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
import type { Check, Functions, Question, Session, Student } from "./definition.js";
import { digits } from "./excerpt.js";
import { CheckFailure, type Failure, type FailureKind, fail } from "./failure.js";
import { connectInProcess } from "./in-process.js";
import { nameMistake } from "./mistakes.js";
import type { Random } from "./random.js";
import { reference, trustedGradients } from "./session.js";
import { toParcel } from "./trusted.js";
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

    staysFinite: (name, points, f, cases) => ({
      name,
      points,
      about: f,
      compares: [],
      run: async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) {
          const value = await (session.student[f] as (...args: unknown[]) => Promise<unknown>)(
            ...session.argsOf(f, caseName),
          );
          for (const { path, leaf } of leaves(value, (node): node is tf.Tensor => node instanceof tf.Tensor)) {
            const odd = leaf.dataSync().find((number) => !Number.isFinite(number));
            if (odd === undefined) continue;
            fail(
              "bad value",
              textOf((words) => words.notFinite(showPath(path) || words.theResult, digits(odd))),
            );
          }
        }
      },
    }),

    callsAgree: (name, points, f, cases) => ({
      name,
      points,
      about: f,
      compares: [],
      run: async (session) => {
        for (const caseName of cases) {
          const answered = await session.answerTo(f, caseName);
          if (answered.is === "failed") throw new CheckFailure(answered.failure);
          const args = session.argsOf(f, caseName);
          const trusted = await connectInProcess(session.suite.functions).call(f, toParcel(args));
          const callables = args.filter((argument) => typeof argument === "function").length;
          for (let i = 0; i < callables; i++) {
            const [got, due] = [answered, trusted].map(
              (one) => one.is === "answer" && one.calls.filter(({ callable }) => callable === i).length,
            );
            if (got === due) continue;
            fail(
              "wrong",
              textOf((words) => words.calledOften(i + 1, callables, Number(got), Number(due))),
            );
          }
        }
      },
    }),

    refuses: (name, points, f, cases) => ({
      name,
      points,
      about: f,
      compares: [],
      run: async (session) => {
        await expectToDependOnInputs(session, f);
        for (const caseName of cases) {
          const answered = await session.call(f, session.argsOf(f, caseName));
          if (answered.is === "failed" && answered.rangeError) continue;
          if (answered.is === "failed" && answered.failure.kind !== "threw") throw new CheckFailure(answered.failure);
          const got = answered.is === "answer" ? undefined : answered.failure.text;
          fail(
            "wrong",
            got === undefined
              ? textOf((words) => words.shouldRefuse)
              : both((language) => wordsIn(language).refusedOtherwise(got[language])),
          );
        }
      },
    }),

    property: (name, points, f, caseName, holds) => ({
      name,
      points,
      about: f,
      compares: [],
      run: async (session) => {
        await expectToDependOnInputs(session, f);
        const args = session.argsOf(f, caseName) as Parameters<F[typeof f]>;
        await holds(session.student as Student<F>, args, session.random);
      },
    }),
  };
}

/** A check that passes when every question is answered as the reference answers it. */
function comparison(name: Text, points: number, about: string, questions: readonly Question[]): Check {
  const run = async (session: Session) => {
    const failed: { question: Question; failure: Failure }[] = [];
    for (const question of questions) {
      const failure = await ask(session, question);
      if (failure === undefined) continue;
      failed.push({ question, failure });
      if (FINAL.has(failure.kind)) throw new CheckFailure(failure);
    }
    const first = failed[0];
    if (first === undefined) return;
    // The first case tells what is wrong; another one may be what tells why.
    for (const { question } of failed) {
      const mistake = await nameMistake(session, question);
      if (mistake !== undefined) throw new CheckFailure({ ...first.failure, mistake });
    }
    if (!(await onlyExtreme(session, failed))) throw new CheckFailure(first.failure);
    throw new CheckFailure({ ...first.failure, advice: textOf((words) => words.onlyExtreme) });
  };
  return { name, points, about, compares: questions, run };
}

/** Whether a function is right but for inputs near ±1000. */
async function onlyExtreme(session: Session, failed: readonly { readonly question: Question }[]): Promise<boolean> {
  const name = failed[0]?.question.function;
  if (failed.some(({ question }) => question.tolerance !== EXTREME || question.function !== name)) return false;
  const questions = session.suite.checks.flatMap(({ compares }) => compares);
  const ordinary = questions.filter(({ function: f, tolerance }) => f === name && tolerance !== EXTREME);
  for (const question of ordinary) if ((await ask(session, question)) !== undefined) return false;
  return ordinary.length > 0;
}

/** After these, other cases of a function have nothing to add. */
const FINAL: ReadonlySet<FailureKind> = new Set([
  "not started",
  "missing",
  "breaks a rule",
  "timed out",
  "out of memory",
  "crashed",
]);

/** Asks the student and compares; how the answer fails, or nothing. */
async function ask(session: Session, question: Question): Promise<Failure | undefined> {
  const { function: name, case: caseName, gradients = false, tolerance = ORDINARY } = question;
  const answered = await (gradients ? session.gradientsOf : session.answerTo)(name, caseName);
  if (answered.is === "failed") return answered.failure;
  const f = reference(session.suite, name);
  const expected = gradients
    ? trustedGradients(f, session, name, caseName)
    : toParcel(f(...(session.argsOf(name, caseName) as never[])));
  const difference = compare(answered.value, expected, tolerance);
  if (difference === undefined) return undefined;
  const text = gradients ? gradientText(session, question, difference.text) : difference.text;
  return { kind: difference.kind, text };
}

/** Gradients come as a list: their index is put into words. */
function gradientText(session: Session, question: Question, text: Text): Text {
  const { wrt } = session.gradientQuestion(question.function, question.case);
  return both((language) =>
    text[language].replace(/^\[(\d+)\]/, (_, index: string) => {
      const path = wrt[Number(index)] ?? [];
      const [argument, ...inside] = path;
      const place = `${Number(argument) + 1}${inside.length > 0 ? ` (${showPath(inside)})` : ""}`;
      return wordsIn(language).gradientBy(place);
    }),
  );
}
