/** What a function keeps to that never looks at its arguments proves nothing: such functions are told apart here. */
import { textOf } from "../text/index.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Session } from "./definition.js";
import { CheckFailure, fail } from "./failure.js";
import { casesOf } from "./variation.js";

const answered = new WeakMap<Session, Map<string, Promise<"depends" | "constant">>>();

/**
 * Fails the check when the student's function gives one and the same answer to two inputs that the reference answers
 * differently, or none at all.
 */
export async function expectToDependOnInputs(session: Session, name: string): Promise<void> {
  const known = answered.get(session) ?? new Map<string, Promise<"depends" | "constant">>();
  answered.set(session, known);
  const verdict = known.get(name) ?? judge(session, name);
  known.set(name, verdict);
  if ((await verdict) === "constant")
    fail(
      "wrong",
      textOf((words) => words.sameForAll(name)),
    );
}

async function judge(session: Session, name: string): Promise<"depends" | "constant"> {
  const answerTo = async (caseName: string) => {
    const answer = await session.answerTo(name, caseName);
    if (answer.is === "failed") throw new CheckFailure(answer.failure);
    return answer.value;
  };
  const variation = session.variation(name);
  if (variation === undefined) {
    const [any] = casesOf(session.suite, name); // no tensors to change, but an answer there must be
    if (any !== undefined) await answerTo(any);
    return "depends";
  }
  const first = await answerTo(variation.case);
  const second = await session.call(name, variation.changed);
  return second.is === "answer" && same(first, second.value) ? "constant" : "depends";
}

function same(a: Parcel<Wire>, b: Parcel<Wire>): boolean {
  return JSON.stringify(a.head) === JSON.stringify(b.head) && Buffer.compare(a.body, b.body) === 0;
}
