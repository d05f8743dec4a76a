/**
 * How near a recorded answer of a property has to be matched. A property leaves a right function more room than a
 * number does: where another right way of the suite answers otherwise, its recording demands less.
 */
import { compare, compareStructure, EXTREME, ORDINARY, type Tolerance } from "../../suite/compare.js";
import type { Functions, Suite } from "../../suite/definition.js";
import { unknownCall } from "../../suite/demands.js";
import { connectInProcess } from "../../suite/in-process.js";
import {
  keyOf,
  type RecordedCheck,
  type RecordedDemand,
  type RecordedQuestion,
  type Tape,
} from "../../suite/recording.js";
import { fromParcel, toParcel } from "../../suite/trusted.js";
import { attempt, tidied } from "../../suite/trusted-answers.js";

/** What a question about a property may come to: numbers that are as near, or only the structure, finite. */
type Room = Tolerance | "structure";

export async function settleTolerances(suite: Suite, tape: Tape): Promise<Tape> {
  const routes = Object.values(suite.routes ?? {});
  const settle = async (demand: RecordedDemand): Promise<RecordedDemand[]> => {
    if (demand.is === "calls hold") return [{ ...demand, repeats: await anyRepeats(suite, tape, demand) }];
    if (demand.is !== "agrees") return [demand];
    const rooms = demand.questions.map((question) => ({ question, room: roomFor(question, tape, routes) }));
    const compared = rooms.flatMap(({ question, room }) =>
      room === "structure" ? [] : [{ ...question, tolerance: room }],
    );
    const looked = rooms.filter(({ room }) => room === "structure").map(({ question }) => question);
    return [
      ...(compared.length > 0 ? [{ ...demand, questions: compared }] : []),
      ...looked.map((question) => ({ is: "stays finite" as const, about: question.function, cases: [question.case] })),
    ];
  };
  const checks: RecordedCheck[] = [];
  for (const check of tape.checks) {
    const demands: RecordedDemand[] = [];
    for (const demand of check.demands) demands.push(...(await settle(demand)));
    checks.push({ ...check, demands });
  }
  return { ...tape, checks };
}

/** Whether another right way makes a call of the reference's more than once. */
async function anyRepeats(suite: Suite, tape: Tape, demand: Extract<RecordedDemand, { cases: unknown }>) {
  for (const route of Object.values(suite.routes ?? {})) {
    const connection = connectInProcess({ ...suite.functions, ...route } as Functions);
    for (const caseName of demand.cases) {
      const args = tape.cases[demand.about]?.[caseName];
      const answered = args && (await connection.call(demand.about, args));
      const due = tape.calls[`${demand.about} ${caseName}`] ?? [];
      if (answered?.is === "answer" && unknownCall(answered.calls, due, false) !== undefined) return true;
    }
  }
  return false;
}

function roomFor(question: RecordedQuestion, tape: Tape, routes: readonly Partial<Functions>[]): Room {
  if (!question.case.startsWith("#")) return question.tolerance; // compared by the suite itself
  const args = tape.cases[question.function]?.[question.case];
  const due = tape.answers[keyOf(question)];
  if (args === undefined || !due) throw new Error(`${keyOf(question)} was not recorded`);
  const answers = routes.flatMap(({ [question.function]: route }) => {
    if (route === undefined) return [];
    return attempt(() => tidied(() => toParcel(route(...(fromParcel(args) as never[]))))) ?? [];
  });
  const within = (tolerance: Tolerance) => answers.every((answer) => compare(answer, due, tolerance) === undefined);
  const room = [ORDINARY, EXTREME].find(within);
  if (room !== undefined) return room;
  return answers.every((answer) => compareStructure(answer.head, due.head) === undefined) ? "structure" : EXTREME;
}
