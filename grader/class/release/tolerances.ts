/**
 * How near a recorded answer of a property has to be matched. A property leaves a right function more room than a
 * number does: where another right way of the suite answers otherwise, its recording demands less.
 */
import { compare, compareStructure, EXTREME, ORDINARY, type Tolerance } from "../../suite/compare.js";
import type { Functions, Suite } from "../../suite/definition.js";
import { type Look, looksOf } from "../../suite/demands.js";
import { keyOf, type RecordedDemand, type RecordedQuestion, type Tape } from "../../suite/recording.js";
import { fromParcel, toParcel } from "../../suite/trusted.js";
import { attempt, tidied } from "../../suite/trusted-answers.js";
import type { Parcel, Wire } from "../../values/wire.js";

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
      ...looked.map((question) => ({
        is: "looks drawn" as const,
        about: question.function,
        cases: [question.case],
        looks: [looksFor(question, tape, routes)],
      })),
    ];
  };
  return { ...tape, checks: tape.checks.map((check) => ({ ...check, demands: check.demands.flatMap(settle) })) };
}

function roomFor(question: RecordedQuestion, tape: Tape, routes: readonly Partial<Functions>[]): Room {
  if (!question.case.startsWith("#")) return question.tolerance; // compared by the suite itself
  const args = tape.cases[question.function]?.[question.case];
  const due = tape.answers[keyOf(question)];
  if (args === undefined || !due) throw new Error(`${keyOf(question)} was not recorded`);
  const answers = answersBy(question, args, routes);
  const within = (tolerance: Tolerance) => answers.every((answer) => compare(answer, due, tolerance) === undefined);
  const room = [ORDINARY, EXTREME].find(within);
  if (room !== undefined) return room;
  return answers.every((answer) => compareStructure(answer.head, due.head) === undefined) ? "structure" : EXTREME;
}

/** What the other right ways answer. */
function answersBy(question: RecordedQuestion, args: Parcel<Wire>, routes: readonly Partial<Functions>[]) {
  return routes.flatMap(({ [question.function]: route }) => {
    if (route === undefined) return [];
    return attempt(() => tidied(() => toParcel(route(...(fromParcel(args) as never[]))))) ?? [];
  });
}

const FEW = 16;

/** How random numbers of right ways look, and five standard errors to either side. */
function looksFor(question: RecordedQuestion, tape: Tape, routes: readonly Partial<Functions>[]): Look[] {
  const args = tape.cases[question.function]?.[question.case];
  const due = tape.answers[keyOf(question)];
  if (args === undefined || !due) throw new Error(`${keyOf(question)} was not recorded`);
  const [first = [], ...rest] = [due, ...answersBy(question, args, routes)].map(looksOf);
  return first.map((one, i) => {
    const ways = [one, ...rest.flatMap((looks) => looks[i] ?? [])];
    const widest = Math.max(...ways.map(({ deviation }) => deviation));
    const same = widest < 1e-6 && ways.every(({ mean }) => Math.abs(mean - one.mean) < 1e-6);
    // A few numbers say nothing of how they were drawn.
    const room = same || one.size >= FEW ? (5 * widest) / Math.sqrt(one.size) + 1e-6 : 1e9;
    const around = (values: readonly number[]): [number, number] => [
      Math.min(...values) - room,
      Math.max(...values) + room,
    ];
    return { mean: around(ways.map(({ mean }) => mean)), deviation: around(ways.map(({ deviation }) => deviation)) };
  });
}
