/** Records a suite: runs it once for each seed with the reference in the student's place, and keeps what was asked. */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import { compare, GRADIENTS, ORDINARY } from "../../suite/compare.js";
import type { Demand, Functions, Question, Session, Student, Suite } from "../../suite/definition.js";
import { timesMade, type WrongCall } from "../../suite/demands.js";
import { CheckFailure } from "../../suite/failure.js";
import { connectInProcess } from "../../suite/in-process.js";
import { formulate, type LawDemand, storeLaw, withStructures } from "../../suite/laws/law.js";
import {
  keyOf,
  type RecordedAnswers,
  type RecordedCheck,
  type RecordedDemand,
  type RecordedQuestion,
  type Recording,
  type Tape,
} from "../../suite/recording.js";
import { openSession } from "../../suite/session.js";
import { fromParcel, toParcel } from "../../suite/trusted.js";
import { attempt, reference, tidied } from "../../suite/trusted-answers.js";
import type { Parcel, Wire } from "../../values/wire.js";
import { settleTolerances } from "./tolerances.js";

/** @param seeds one tape each */
export async function record(suite: Suite, seeds: readonly number[]): Promise<Recording> {
  const tapes: Tape[] = [];
  for (const seed of seeds) tapes.push(await recordTape(suite, seed));
  const mistakes = Object.entries(suite.mistakes).map(
    ([id, { variant, hint }]) => [id, { functions: Object.keys(variant), hint }] as const,
  );
  return {
    schema: "workbook/recording/v1",
    id: suite.id,
    functions: Object.keys(suite.functions),
    ...(suite.seconds !== undefined && { seconds: suite.seconds }),
    mistakes: Object.fromEntries(mistakes),
    tapes,
  };
}

/** The arguments that properties asked about, by function and a name made of their content. */
type Asked = Map<string, { readonly name: string; readonly caseName: string; readonly args: Parcel<Wire> }>;

async function recordTape(suite: Suite, seed: number): Promise<Tape> {
  tf.engine().startScope();
  try {
    const session = openSession(suite, seed, connectInProcess(suite.functions));
    const asked: Asked = new Map();
    const checks: RecordedCheck[] = [];
    const wrongCalls: Record<string, readonly WrongCall[]> = {};
    const laws: Record<string, Parcel<Wire>> = {};
    for (const { name, points, about, demands } of suite.checks) {
      const recorded: RecordedDemand[] = [];
      for (const demand of demands) {
        if (demand.is === "calls hold") {
          const key = `${name.en} ${demand.about}`;
          for (const caseName of demand.cases)
            wrongCalls[`${key} ${caseName}`] = await wrongCallsOf(suite, seed, demand, caseName);
          recorded.push({ is: demand.is, about: demand.about, cases: demand.cases, key });
        } else if (demand.is === "law") {
          const key = `${name.en} ${recorded.length}`;
          const { law, values } = storeLaw(withStructures(formulate(demand, session, name.en), suite));
          laws[key] = values;
          recorded.push({ is: demand.is, about: demand.about, law, key });
        } else recorded.push(...[await recordDemand(session, demand, asked)].flat());
      }
      checks.push({ name, points, about, demands: recorded });
    }
    const demands = checks.flatMap((check) => check.demands);
    const variations = variationsOf(session);
    const cases = new Map([
      ...casesIn(demands, variations).map(({ name, caseName }) => {
        const args = toParcel(session.argsOf(name, caseName));
        return [`${name} ${caseName}`, { name, caseName, args }] as const;
      }),
      ...asked,
    ]);
    const tape: Tape = {
      seed,
      checks,
      cases: nested(cases),
      ...answersIn(session, demands, asked),
      calls: await callsIn(session, demands),
      laws,
      wrongCalls,
      variations,
    };
    return settleTolerances(suite, tape);
  } finally {
    tf.engine().endScope();
  }
}

async function recordDemand(
  session: Session,
  demand: Exclude<Demand, CallsHold | LawDemand>,
  asked: Asked,
): Promise<RecordedDemand | RecordedDemand[]> {
  switch (demand.is) {
    case "agrees": {
      const questions = demand.questions.map((question) => ({
        ...question,
        tolerance: question.tolerance ?? (question.gradients ? GRADIENTS : ORDINARY),
      }));
      return { is: demand.is, about: questions[0]?.function ?? "", questions };
    }
    case "stays below": {
      const { is, about, cases, advice } = demand;
      return { is, about, cases, limits: cases.map((name) => demand.limit(session.argsOf(about, name))), advice };
    }
    case "property": {
      const questions = new Map<string, RecordedQuestion>();
      const repeated = new Map<string, { readonly about: string; readonly cases: readonly string[] }>();
      const student = watched(session.suite, (name, args) => {
        const caseName = `#${createHash("sha256").update(JSON.stringify(args.head)).update(args.body).digest("hex").slice(0, 8)}`;
        asked.set(`${name} ${caseName}`, { name, caseName, args });
        if (questions.has(`${name} ${caseName}`))
          repeated.set(`${name} ${caseName}`, { about: name, cases: [caseName] });
        questions.set(`${name} ${caseName}`, { function: name, case: caseName, tolerance: ORDINARY });
      });
      await demand.holds(student, session.argsOf(demand.about, demand.case), session.random);
      return [
        { is: "agrees", about: demand.about, questions: [...questions.values()] },
        ...[...repeated.values()].map((one) => ({ is: "repeats" as const, ...one })),
      ];
    }
    default:
      return { is: demand.is, about: demand.about, cases: demand.cases };
  }
}

/** The reference's functions in a student's place; `hear` learns of each call. */
function watched(suite: Suite, hear: (name: string, args: Parcel<Wire>) => void): Student<Functions> {
  const ask =
    (name: string) =>
    async (...args: unknown[]) => {
      hear(name, toParcel(args));
      return fromParcel(toParcel(reference(suite, name)(...(args as never[]))));
    };
  return Object.fromEntries(Object.keys(suite.functions).map((name) => [name, ask(name)])) as Student<Functions>;
}

/** The suite's own cases that are asked about. */
function casesIn(demands: readonly RecordedDemand[], variations: Tape["variations"]) {
  const own = demands.flatMap((demand) => {
    if (demand.is === "agrees")
      return demand.questions.map((question) => ({ name: question.function, caseName: question.case }));
    if (demand.is === "law")
      return demand.law.calls.flatMap((call) =>
        call.case === undefined ? [] : [{ name: call.function, caseName: call.case }],
      );
    return demand.cases.map((caseName) => ({ name: demand.about, caseName }));
  });
  const varied = Object.entries(variations).map(([name, one]) => ({ name, caseName: one.case }));
  return [...own, ...varied].filter(({ caseName }) => !caseName.startsWith("#"));
}

function nested(cases: Asked): Tape["cases"] {
  const tree: Record<string, Record<string, Parcel<Wire>>> = {};
  for (const { name, caseName, args } of cases.values()) tree[name] = { ...tree[name], [caseName]: args };
  return tree;
}

/** What the reference and the mistakes answer to everything whose answer is compared or looked at. */
function answersIn(
  session: Session,
  demands: readonly RecordedDemand[],
  asked: Asked,
): Pick<Tape, "answers" | "mistaken" | "gradients"> {
  const { suite } = session;
  const questions = new Map<string, Question>();
  const gradients: Record<string, Tape["gradients"][string]> = {};
  const add = (question: Question) => questions.set(keyOf(question), question);
  for (const demand of demands) {
    if (demand.is === "stays finite") {
      for (const caseName of demand.cases) add({ function: demand.about, case: caseName });
    }
    for (const question of demand.is === "agrees" ? demand.questions : []) {
      add(question);
      if (!question.gradients) continue;
      add({ function: question.function, case: question.case }); // of a value of another shape there is no gradient
      const { wrt, upstream } = session.gradientQuestion(question.function, question.case);
      gradients[`${question.function} ${question.case}`] = { wrt, upstream: toParcel(upstream) };
    }
  }
  const answersOf = (f: (...args: never[]) => unknown, question: Question): Parcel<Wire> | null => {
    const args = asked.get(`${question.function} ${question.case}`)?.args;
    if (args === undefined) return session.expected(f, question) ?? null;
    return attempt(() => tidied(() => toParcel(f(...(fromParcel(args) as never[]))))) ?? null;
  };
  const answers: Record<string, Parcel<Wire> | null> = {};
  const mistaken: Record<string, Record<string, Parcel<Wire> | null>> = {};
  for (const id of Object.keys(suite.mistakes)) mistaken[id] = {};
  for (const [key, question] of questions) {
    const due = answersOf(reference(suite, question.function), question);
    if (due === null) throw new Error(`the reference fails on ${key}`);
    answers[key] = due;
    for (const [id, { variant }] of Object.entries(suite.mistakes)) {
      const f = variant[question.function];
      const answer = f === undefined ? due : answersOf(f, question);
      if (answer === null || compare(answer, due, ORDINARY) !== undefined)
        mistaken[id] = { ...mistaken[id], [key]: answer };
    }
  }
  return { answers, mistaken: mistaken satisfies Record<string, RecordedAnswers<Parcel<Wire>>>, gradients };
}

/** The calls of callables that the reference makes, where a check asks about them. */
async function callsIn(session: Session, demands: readonly RecordedDemand[]): Promise<Tape["calls"]> {
  const calls: Record<string, Tape["calls"][string]> = {};
  for (const demand of demands) {
    if (demand.is !== "calls agree" && demand.is !== "calls hold") continue;
    for (const caseName of demand.cases)
      calls[`${demand.about} ${caseName}`] = await session.callsDue(demand.about, caseName);
  }
  return calls;
}

type CallsHold = Extract<Demand, { is: "calls hold" }>;

/** The calls that only mistakes make which do not meet a demand, or that only they make so often. */
async function wrongCallsOf(suite: Suite, seed: number, demand: CallsHold, caseName: string): Promise<WrongCall[]> {
  const { about } = demand;
  const ask = async (functions: Partial<Functions>) => {
    const session = openSession(suite, seed, connectInProcess({ ...suite.functions, ...functions } as Functions));
    const answered = await session.answerTo(about, caseName);
    const calls = answered.is === "answer" ? answered.calls : [];
    const holds = await demand.holds(session, about, caseName).then(
      () => true,
      (error) => {
        if (!(error instanceof CheckFailure)) throw error;
        return false;
      },
    );
    return { calls, holds };
  };
  const right = await Promise.all([{}, ...Object.values(suite.routes ?? {})].map(ask));
  const wrong: WrongCall[] = [];
  for (const { variant } of Object.values(suite.mistakes)) {
    const { calls, holds } = await ask(variant);
    for (const call of holds ? [] : calls) {
      const from = 1 + Math.max(...right.map((way) => timesMade(call, way.calls)));
      const known = wrong.some((one) => one.callable === call.callable && timesMade(one, [call]) > 0);
      if (!known && timesMade(call, calls) >= from) wrong.push({ callable: call.callable, args: call.args, from });
    }
  }
  return wrong;
}

function variationsOf(session: Session): Tape["variations"] {
  const found = Object.keys(session.suite.functions).flatMap((name) => {
    const variation = session.variation(name);
    return variation === undefined
      ? []
      : [[name, { case: variation.case, changed: toParcel(variation.changed) }] as const];
  });
  return Object.fromEntries(found);
}
