/** What a function keeps to that never looks at its arguments proves nothing: such functions are told apart here. */
import * as tf from "@tensorflow/tfjs";
import { textOf } from "../text/index.js";
import { leaves, replaceAt } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { compare } from "./compare.js";
import type { Session } from "./definition.js";
import { CheckFailure, fail } from "./failure.js";
import { randomOf } from "./random.js";
import { attempt, reference } from "./session.js";
import { toParcel } from "./trusted.js";

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
  const all = session.suite.checks.flatMap(({ compares }) => compares);
  const questions = all.filter(({ function: f, gradients = false }) => f === name && !gradients);
  const answerTo = async (caseName: string) => {
    const answer = await session.answerTo(name, caseName);
    if (answer.is === "failed") throw new CheckFailure(answer.failure);
    return answer.value;
  };
  for (const { case: caseName } of questions) {
    const args = session.argsOf(name, caseName);
    const changed = changeTensors(args, `${session.suite.id} varies ${name}`);
    const [before, after] = [args, changed].map((list) => answerOf(session, name, list));
    const tells = before !== undefined && after !== undefined && compare(before, after)?.kind === "wrong";
    if (!tells) continue;
    const first = await answerTo(caseName);
    const second = await session.call(name, changed);
    return second.is === "answer" && same(first, second.value) ? "constant" : "depends";
  }
  if (questions[0] !== undefined) await answerTo(questions[0].case); // no tensors to change, but an answer there must be
  return "depends";
}

const answerOf = (session: Session, name: string, args: readonly unknown[]) =>
  attempt(() => toParcel(reference(session.suite, name)(...(args as never[]))));

/** Every float tensor with its entries changed by up to a third; zeros and signs stay. */
function changeTensors(args: readonly unknown[], label: string): readonly unknown[] {
  const random = randomOf(0, label);
  const tensors = leaves(args, (node): node is tf.Tensor => node instanceof tf.Tensor && node.dtype === "float32");
  const changed = tensors.map(({ path, leaf }) => ({ path, value: leaf.mul(random.uniform(leaf.shape, 0.7, 1.3)) }));
  return replaceAt(args, changed) as readonly unknown[];
}

function same(a: Parcel<Wire>, b: Parcel<Wire>): boolean {
  return JSON.stringify(a.head) === JSON.stringify(b.head) && Buffer.compare(a.body, b.body) === 0;
}
