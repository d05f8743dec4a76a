/** A suite from what was recorded of it: the same checks, points and mistakes, on the recorded inputs. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXACT, EXTREME, GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
import { comparison } from "./comparison.js";
import type { Connection } from "./connection.js";
import type { Check, Functions, Session, Suite } from "./definition.js";
import {
  expectBelow,
  expectFinite,
  expectNothingLeft,
  expectNoWrongCall,
  expectRefusal,
  expectSameCalls,
} from "./demands.js";
import { expectLaw, restoreLaw } from "./laws/law.js";
import { randomOf } from "./random.js";
import {
  keyOf,
  RECORDING,
  type RecordedCheck,
  type RecordedDemand,
  type Recording,
  type Tape,
  unpackRecording,
} from "./recording.js";
import { askOnce } from "./session.js";
import { register } from "./suite.js";
import { fromParcel } from "./trusted.js";
import { holding, together } from "./words.js";

/**
 * The suite of a recording. A session takes the tape that its seed points at.
 *
 * @throws Error when no tape is in the recording
 */
export function replay(recording: Recording): Suite {
  const suites = recording.tapes.map((tape) => suiteOf(recording, tape));
  const [first] = suites;
  if (first === undefined) throw new Error(`nothing is recorded of ${recording.id}`);
  const suite: Suite = {
    ...first,
    // The checks of a tape ask what was asked when it was made, which may differ a little from seed to seed.
    checks: first.checks.map((check, i) => ({
      ...check,
      run: (session) => (session.suite.checks[i] ?? check).run(session),
    })),
    open: (seed, connection) => (suites[seed % suites.length] ?? first).open(seed, connection),
  };
  register(suite);
  return suite;
}

/**
 * The suite whose recording lies beside a file: `01-stable-softmax.cases` beside `01-stable-softmax.ts`.
 *
 * @param url of that file
 */
export function replayBeside(url: string): Suite {
  const file = fileURLToPath(url).replace(/\.ts$/, RECORDING);
  return replay(unpackRecording(readFileSync(file)));
}

type Opened = Suite & Required<Pick<Suite, "open">>;

function suiteOf(recording: Recording, tape: Tape): Opened {
  const { id, seconds, parameters } = recording;
  // Nobody calls these: sessions look up what they answered.
  const stand = (who: string) => () => {
    throw new Error(`${who} of ${id} was recorded and cannot be called`);
  };
  const functionsOf = (names: readonly string[], who: string): Functions =>
    Object.fromEntries(names.map((name) => [name, stand(who)]));
  const mistakes = Object.entries(recording.mistakes).map(
    ([name, { functions, hint }]) => [name, { variant: functionsOf(functions, name), hint }] as const,
  );
  const suite: Suite = {
    id,
    functions: functionsOf(recording.functions, "the reference"),
    mistakes: Object.fromEntries(mistakes),
    checks: tape.checks.map((check) => checkOf(check, tape)),
    cases: () => ({}),
    ...(seconds !== undefined && { seconds }),
    ...(parameters !== undefined && { parameters }),
  };
  const opened: Opened = { ...suite, open: (_, connection) => openTape(opened, tape, connection) };
  return opened;
}

function openTape(suite: Suite, tape: Tape, connection: Connection): Session {
  const args = decodeAll(tape.cases);
  const argsOf = (name: string, caseName: string): readonly unknown[] => {
    const found = args.get(`${name} ${caseName}`);
    if (found === undefined) throw new Error(`no case ${name}.${caseName} is recorded of ${suite.id}`);
    return found;
  };
  const gradientQuestion: Session["gradientQuestion"] = (name, caseName) => {
    const found = tape.gradients[`${name} ${caseName}`];
    if (found === undefined) throw new Error(`no gradients of ${name}, ${caseName} are recorded of ${suite.id}`);
    return { wrt: found.wrt, upstream: fromParcel(found.upstream) };
  };
  const owners = new Map<unknown, string>(
    Object.entries(suite.mistakes).flatMap(([id, { variant }]) => Object.values(variant).map((f) => [f, id] as const)),
  );
  return {
    suite,
    argsOf,
    gradientQuestion,
    ...askOnce(suite, connection, { argsOf, gradientQuestion }),
    expected: (f, question) => {
      const key = keyOf(question);
      const mistaken = tape.mistaken[owners.get(f) ?? ""]?.[key];
      return (mistaken === undefined ? tape.answers[key] : mistaken) ?? undefined;
    },
    variation: (name) => {
      const found = tape.variations[name];
      return found && { case: found.case, changed: fromParcel(found.changed) as unknown[] };
    },
    referencesFor: () => [], // what they look like is recorded
    callsDue: async (name, caseName) => tape.calls[`${name} ${caseName}`] ?? [],
    randomFor: (label) => randomOf(tape.seed, `${suite.id} ${label}`),
  };
}

const decodeAll = (cases: Tape["cases"]): Map<string, readonly unknown[]> =>
  new Map(
    Object.entries(cases).flatMap(([name, own]) =>
      Object.entries(own).map(
        ([caseName, parcel]) => [`${name} ${caseName}`, fromParcel(parcel) as unknown[]] as const,
      ),
    ),
  );

function checkOf({ name, points, about, demands }: RecordedCheck, tape: Tape): Check {
  const [first, ...rest] = demands.map((demand) => partOf({ name, points, about: demand.about }, demand, tape));
  if (first === undefined) throw new Error(`nothing is recorded of "${name.en}"`);
  return { ...(rest.length > 0 ? together(first, ...rest) : first), about };
}

function partOf(head: Pick<Check, "name" | "points" | "about">, demand: RecordedDemand, tape: Tape): Check {
  const { about } = demand;
  if (demand.is === "agrees") {
    const questions = demand.questions.map((question) => ({ ...question, tolerance: known(question.tolerance) }));
    return comparison(head.name, head.points, about, questions);
  }
  if (demand.is === "law") {
    const { law, key } = demand;
    return holding(head, undefined, (session) => {
      const values = tape.laws[key];
      if (values === undefined) throw new Error(`the values of ${key} are not recorded`);
      return expectLaw(session, restoreLaw(law, values));
    });
  }
  const { cases } = demand;
  return holding(head, undefined, async (session) => {
    for (const [i, caseName] of cases.entries()) {
      if (demand.is === "stays below")
        await expectBelow(session, about, caseName, demand.limits[i] ?? 0, demand.advice);
      else if (demand.is === "calls hold")
        await expectNoWrongCall(session, about, caseName, tape.wrongCalls[`${demand.key} ${caseName}`] ?? []);
      else await EXPECTATIONS[demand.is](session, about, caseName);
    }
  });
}

const EXPECTATIONS = {
  "stays finite": expectFinite,
  "calls agree": expectSameCalls,
  "leaves nothing": expectNothingLeft,
  refuses: expectRefusal,
} as const;

/** The tolerance that has these numbers: reports differ by which one it is. */
const known = (tolerance: Tolerance): Tolerance =>
  [EXACT, ORDINARY, EXTREME, GRADIENTS].find(
    ({ absolute, relative }) => absolute === tolerance.absolute && relative === tolerance.relative,
  ) ?? tolerance;
