/** What a function of the student answered to all that it was asked, beside what is expected. */
import { compare, ORDINARY, type Tolerance, toleranceOf } from "../suite/compare.js";
import type { Question, Session } from "../suite/definition.js";
import { formulate } from "../suite/laws/law.js";
import { evaluate, isAboutAnswers } from "../suite/laws/term.js";
import { partOf } from "../suite/part.js";
import { toParcel } from "../suite/trusted.js";
import { attempt, reference, tidied } from "../suite/trusted-answers.js";
import type { Parcel, Wire } from "../values/wire.js";
import { wrongNumbers } from "./numbers.js";
import type { Trusted } from "./probe.js";

/** Something that a function is asked, and how to have the answer. */
export interface Asking {
  /** The same for every student, of a suite and a seed. */
  readonly key: string;
  readonly args: readonly unknown[];
  /** The case of the suite that it is, where it is one. */
  readonly caseName?: string;
  readonly gradients: boolean;
  readonly tolerance: Tolerance;
  readonly ask: () => Promise<Parcel<Wire> | undefined>;
  /** What a trusted function answers; nothing when it throws. */
  readonly expected: (f: Trusted) => Parcel<Wire> | undefined;
}

export interface Compared extends Asking {
  readonly got: Parcel<Wire>;
  readonly due: Parcel<Wire>;
  readonly isRight: boolean;
  /** How many finite numbers are not what is expected. */
  readonly wrong: number;
}

/** What the function answered of all that is compared with the reference. */
export async function answersOf(session: Session, name: string): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const asking of askedOf(session, name)) {
    const due = asking.expected(reference(session.suite, name));
    const got = due && (await asking.ask());
    if (got === undefined || due === undefined) continue;
    const isRight = compare(got, due, asking.tolerance) === undefined;
    compared.push({ ...asking, got, due, isRight, wrong: isRight ? 0 : wrongNumbers(got, due, asking.tolerance) });
  }
  return compared;
}

/**
 * All that a function is asked: cases first, then what laws ask on inputs of their own, then gradients. A law compares
 * nothing with the reference, but who is wrong there is wrong.
 */
export function askedOf(session: Session, name: string): Asking[] {
  const all = [...questionsOf(session, name), ...callsOf(session, name)];
  return all.sort((a, b) => Number(a.gradients) - Number(b.gradients));
}

/** Where checks ask about several parts of one answer, each of them. */
function questionsOf(session: Session, name: string): Asking[] {
  const own = session.suite.checks.flatMap(({ compares }) => compares).filter((one) => one.function === name);
  const askings = own.map((question) => asQuestion(session, question));
  return [...new Map(askings.map((asking) => [asking.key, asking])).values()];
}

function asQuestion(session: Session, question: Question): Asking {
  const { function: name, case: caseName, part = "", gradients = false } = question;
  const ask = gradients ? session.gradientsOf : session.answerTo;
  const only = (parcel: Parcel<Wire> | undefined) => parcel && partOf(parcel, question);
  return {
    key: `${gradients ? "gradients " : ""}${caseName} ${part}`,
    args: session.argsOf(name, caseName),
    caseName,
    gradients,
    tolerance: toleranceOf(question),
    ask: async () => only((await ask(name, caseName)).value),
    expected: (f) => only(session.expected(f, question)),
  };
}

/** The calls of laws that can be made without another answer of the student. */
function callsOf(session: Session, name: string): Asking[] {
  return session.suite.checks.flatMap((check) =>
    check.demands.flatMap((demand) => {
      if (demand.is !== "law" || demand.limits !== undefined) return [];
      const { calls } = formulate(demand, session, check.name.en);
      return calls.flatMap((call, i) => {
        if (call.function !== name) return [];
        if (call.case !== undefined) return [asQuestion(session, { function: name, case: call.case })];
        if (call.args.some(isAboutAnswers)) return [];
        const args = call.args.map((node) => evaluate(node, []));
        return [asCall(session, name, `${check.name.en} ${i}`, args)];
      });
    }),
  );
}

const asCall = (session: Session, name: string, key: string, args: readonly unknown[]): Asking => ({
  key,
  args,
  gradients: false,
  tolerance: ORDINARY,
  ask: async () => (await session.call(name, args)).value,
  expected: (f) => attempt(() => tidied(() => toParcel(f(...(args as never[]))))),
});
