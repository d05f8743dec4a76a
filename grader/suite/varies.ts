/** What a function keeps to that never looks at its arguments proves nothing: such functions are told apart here. */
import { textOf } from "../text/index.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Session } from "./definition.js";
import { CheckFailure, fail } from "./failure.js";
import { casesOf } from "./variation.js";

type Verdict = "depends" | "constant" | "unsteady";

const answered = new WeakMap<Session, Map<string, Promise<Verdict>>>();

/**
 * Fails the check when the student's function gives one and the same answer to two inputs that the reference answers
 * differently, two answers to the same input, or none at all.
 */
export async function expectToDependOnInputs(session: Session, name: string): Promise<void> {
  const known = answered.get(session) ?? new Map<string, Promise<"depends" | "constant">>();
  answered.set(session, known);
  const verdict = known.get(name) ?? judge(session, name);
  known.set(name, verdict);
  const said = await verdict;
  if (said !== "depends")
    fail(
      "wrong",
      textOf((words) => (said === "constant" ? words.sameForAll(name) : words.answersOtherwise(name))),
    );
}

async function judge(session: Session, name: string): Promise<Verdict> {
  const answerTo = async (caseName: string) => {
    const answer = await session.answerTo(name, caseName);
    if (answer.is === "failed") throw new CheckFailure(answer.failure);
    return answer.value;
  };
  const variation = session.variation(name);
  const caseName = variation?.case ?? casesOf(session.suite, name)[0]; // without tensors to change, an answer there must be
  if (caseName === undefined) return "depends";
  const first = await answerTo(caseName);
  const again = await session.call(name, session.argsOf(name, caseName));
  if (again.is === "answer" && !same(first, again.value)) return "unsteady";
  const other = variation && (await session.call(name, variation.changed));
  return other?.is === "answer" && same(first, other.value) ? "constant" : "depends";
}

function same(a: Parcel<Wire>, b: Parcel<Wire>): boolean {
  return JSON.stringify(a.head) === JSON.stringify(b.head) && Buffer.compare(a.body, b.body) === 0;
}
