/** Which known mistake explains what a student's functions return. */
import { neutral } from "../language.js";
import type { Parcel, Wire } from "../values/wire.js";
import { compare, GRADIENTS, ORDINARY } from "./compare.js";
import type { Functions, Mistake, Question, Session } from "./definition.js";
import type { Named } from "./failure.js";
import { attempt, reference, trustedGradients } from "./session.js";
import { toParcel } from "./trusted.js";

/**
 * The mistake whose numbers are the student's on a question that the reference answers otherwise. Where several
 * explain it, the one that explains most of the other questions too; where that does not tell them apart, none.
 */
export async function nameMistake(session: Session, question: Question): Promise<Named | undefined> {
  const candidates: { id: string; mistake: Mistake<Functions>; explained: number }[] = [];
  for (const [id, mistake] of Object.entries(session.suite.mistakes)) {
    if (mistake.variant[question.function] === undefined) continue;
    if (!(await explains(session, mistake, question, "by numbers"))) continue;
    candidates.push({ id, mistake, explained: 0 });
  }
  if (candidates.length > 1) {
    const others = session.suite.checks.flatMap((check) => check.compares);
    for (const candidate of candidates) {
      for (const other of others) if (await explains(session, candidate.mistake, other)) candidate.explained++;
    }
    candidates.sort((a, b) => b.explained - a.explained);
    if (candidates[0]?.explained === candidates[1]?.explained) return undefined;
  }
  const best = candidates[0];
  return best && { id: best.id, hint: best.mistake.hint ?? neutral(best.id) };
}

/** Whether a mistake's variant returns what the student's function does. */
async function explains(
  session: Session,
  mistake: Mistake<Functions>,
  question: Question,
  how: "by numbers" | "or both throw" = "or both throw",
): Promise<boolean> {
  const { function: name, case: caseName } = question;
  const f = mistake.variant[name] ?? reference(session.suite, name);
  const ask = question.gradients ? session.gradientsOf : session.answerTo;
  const answered = await ask(name, caseName);
  const variant = attempt(() => compute(session, f, question));
  if (answered.value === undefined || variant === undefined) {
    return (
      how === "or both throw" && answered.is === "failed" && variant === undefined && answered.failure.kind === "threw"
    );
  }
  const tolerance = question.tolerance ?? (question.gradients ? GRADIENTS : ORDINARY);
  return compare(answered.value, variant, tolerance) === undefined;
}

function compute(session: Session, f: (...args: never[]) => unknown, question: Question): Parcel<Wire> {
  if (question.gradients) return trustedGradients(f, session, question.function, question.case);
  return toParcel(f(...(session.argsOf(question.function, question.case) as never[])));
}
