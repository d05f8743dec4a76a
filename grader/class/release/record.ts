/** Records a suite: runs it once for each seed with the reference in the student's place, and keeps what was asked. */
import * as tf from "@tensorflow/tfjs";
import { parametersOf } from "../../explain/parameters.js";
import { compare, EXACT, toleranceOf } from "../../suite/compare.js";
import type { Demand, Functions, Question, Session, Suite } from "../../suite/definition.js";
import { timesMade, type WrongCall } from "../../suite/demands.js";
import { CheckFailure } from "../../suite/failure.js";
import { connectInProcess } from "../../suite/in-process.js";
import { formulate, type LawDemand, storeLaw, withStructures } from "../../suite/laws/law.js";
import {
  keyOf,
  type RecordedAnswers,
  type RecordedCheck,
  type RecordedDemand,
  type Recording,
  type Tape,
} from "../../suite/recording.js";
import { openSession } from "../../suite/session.js";
import { toParcel } from "../../suite/trusted.js";
import { reference } from "../../suite/trusted-answers.js";
import type { Parcel, Wire } from "../../values/wire.js";

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
    parameters: Object.fromEntries(Object.keys(suite.functions).map((name) => [name, parametersOf(suite, name)])),
    ...(suite.seconds !== undefined && { seconds: suite.seconds }),
    mistakes: Object.fromEntries(mistakes),
    tapes,
  };
}

async function recordTape(suite: Suite, seed: number): Promise<Tape> {
  tf.engine().startScope();
  try {
    const session = openSession(suite, seed, connectInProcess(suite.functions));
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
        } else recorded.push(recordDemand(session, demand));
      }
      checks.push({ name, points, about, demands: recorded });
    }
    const demands = checks.flatMap((check) => check.demands);
    const variations = variationsOf(session);
    return {
      seed,
      checks,
      cases: casesOf(session, demands, variations),
      ...answersIn(session, demands),
      calls: await callsIn(session, demands),
      laws,
      wrongCalls,
      variations,
    };
  } finally {
    tf.engine().endScope();
  }
}

function recordDemand(session: Session, demand: Exclude<Demand, CallsHold | LawDemand>): RecordedDemand {
  switch (demand.is) {
    case "agrees": {
      const questions = demand.questions.map((question) => ({
        ...question,
        tolerance: toleranceOf(question),
      }));
      return { is: demand.is, about: questions[0]?.function ?? "", questions };
    }
    case "stays below": {
      const { is, about, cases, advice } = demand;
      return { is, about, cases, limits: cases.map((name) => demand.limit(session.argsOf(about, name))), advice };
    }
    default:
      return { is: demand.is, about: demand.about, cases: demand.cases };
  }
}

/** The arguments of each case that is asked about. */
function casesOf(session: Session, demands: readonly RecordedDemand[], variations: Tape["variations"]): Tape["cases"] {
  const asked = demands.flatMap((demand) => {
    if (demand.is === "agrees")
      return demand.questions.map((question) => ({ name: question.function, caseName: question.case }));
    if (demand.is === "law")
      return demand.law.calls.flatMap((call) =>
        call.case === undefined ? [] : [{ name: call.function, caseName: call.case }],
      );
    return demand.cases.map((caseName) => ({ name: demand.about, caseName }));
  });
  const varied = Object.entries(variations).map(([name, one]) => ({ name, caseName: one.case }));
  const tree: Record<string, Record<string, Parcel<Wire>>> = {};
  for (const { name, caseName } of [...asked, ...varied]) {
    tree[name] = { ...tree[name], [caseName]: toParcel(session.argsOf(name, caseName)) };
  }
  return tree;
}

/** What the reference and the mistakes answer to everything whose answer is compared or looked at. */
function answersIn(
  session: Session,
  demands: readonly RecordedDemand[],
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
  const answers: Record<string, Parcel<Wire> | null> = {};
  const mistaken: Record<string, Record<string, Parcel<Wire> | null>> = {};
  for (const id of Object.keys(suite.mistakes)) mistaken[id] = {};
  for (const [key, question] of questions) {
    const due = session.expected(reference(suite, question.function), question);
    if (due === undefined) throw new Error(`the reference fails on ${key}`);
    answers[key] = due;
    for (const [id, { variant }] of Object.entries(suite.mistakes)) {
      const f = variant[question.function];
      const answer = f === undefined ? due : (session.expected(f, question) ?? null);
      if (answer === null || compare(answer, due, EXACT) !== undefined)
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
