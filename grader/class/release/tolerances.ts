/**
 * How near a recorded answer of a property has to be matched. A property leaves a right function more room than a
 * number does: where another right way of the suite answers otherwise, its recording demands less.
 */
import { compare, compareStructure, EXTREME, ORDINARY, type Tolerance } from "../../suite/compare.js";
import type { Functions, Suite } from "../../suite/definition.js";
import { keyOf, type RecordedDemand, type RecordedQuestion, type Tape } from "../../suite/recording.js";
import { fromParcel, toParcel } from "../../suite/trusted.js";
import { attempt, tidied } from "../../suite/trusted-answers.js";

/** What a question about a property may come to: numbers that are as near, or only the structure, finite. */
type Room = Tolerance | "structure";

export function settleTolerances(suite: Suite, tape: Tape): Tape {
  const routes = Object.values(suite.routes ?? {});
  const settle = (demand: RecordedDemand): RecordedDemand[] => {
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
  return { ...tape, checks: tape.checks.map((check) => ({ ...check, demands: check.demands.flatMap(settle) })) };
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
