/** Which known mistake explains what a student's functions return. */
import { compare, toleranceOf } from "./compare.js";
import type { Answered } from "./connection.js";
import type { Functions, Mistake, Question, Session } from "./definition.js";
import type { FailureKind, Named } from "./failure.js";
import { partOf } from "./part.js";
import { reference } from "./trusted-answers.js";

/**
 * The mistake whose numbers are the student's: on more than half of the questions of a check that came out otherwise than
 * the reference's, and, of the functions that it changes, on every question of all checks that was answered, right answers
 * included. Where several are, the one that explains most wrong answers; where that does not tell them apart, none.
 *
 * @param failed the questions of the check whose answers are not the reference's
 */
export async function nameMistake(session: Session, failed: readonly Question[]): Promise<Named | undefined> {
  const wrong: Question[] = [];
  for (const question of failed) if (await hasWrongNumbers(session, question)) wrong.push(question);
  const candidates: { id: string; mistake: Mistake<Functions>; explained: number }[] = [];
  const all = session.suite.checks.flatMap((check) => check.compares);
  for (const [id, mistake] of Object.entries(session.suite.mistakes)) {
    if (!(await explainsMost(session, mistake, wrong)) || (await isContradicted(session, mistake, all))) continue;
    candidates.push({ id, mistake, explained: 0 });
  }
  if (candidates.length > 1) {
    for (const candidate of candidates) {
      for (const other of all) if (await explains(session, candidate.mistake, other)) candidate.explained++;
    }
    candidates.sort((a, b) => b.explained - a.explained);
    if (candidates[0]?.explained === candidates[1]?.explained) return undefined;
  }
  const best = candidates[0];
  return best && { id: best.id, hint: best.mistake.hint };
}

/** Whether a function that the mistake changes was answered otherwise than the mistake answers, rightly or wrongly. */
async function isContradicted(
  session: Session,
  mistake: Mistake<Functions>,
  questions: readonly Question[],
): Promise<boolean> {
  for (const question of questions) {
    if (mistake.variant[question.function] === undefined || (await explains(session, mistake, question))) continue;
    if (saysSomething(await answerTo(session, question))) return true;
  }
  return false;
}

/** Whether the student's function said something itself: what was ended from outside, or tfjs cannot do, says nothing. */
const saysSomething = (answered: Answered): boolean =>
  answered.is === "answer" || (SAID.has(answered.failure.kind) && answered.failure.limit === undefined);

const SAID: ReadonlySet<FailureKind> = new Set(["wrong", "bad value", "threw"]);

/** Whether an answer came back whose numbers are not the reference's. */
async function hasWrongNumbers(session: Session, question: Question): Promise<boolean> {
  const { value } = await answerTo(session, question);
  const f = reference(session.suite, question.function);
  const expected = session.expected(f, question);
  if (value === undefined || expected === undefined) return false;
  return compare(partOf(value, question), partOf(expected, question), toleranceOf(question)) !== undefined;
}

/** Whether a mistake explains more than half of the questions: in a side case, two ways of making it may differ. */
async function explainsMost(
  session: Session,
  mistake: Mistake<Functions>,
  questions: readonly Question[],
): Promise<boolean> {
  let others = 0;
  for (const question of questions) {
    if (mistake.variant[question.function] !== undefined && (await explains(session, mistake, question))) continue;
    if (++others >= questions.length / 2) return false;
  }
  return questions.length > 0;
}

/** Whether a mistake's variant returns what the student's function does, or both throw. */
async function explains(session: Session, mistake: Mistake<Functions>, question: Question): Promise<boolean> {
  const f = mistake.variant[question.function] ?? reference(session.suite, question.function);
  const answered = await answerTo(session, question);
  const variant = session.expected(f, question);
  if (answered.value === undefined || variant === undefined) {
    return variant === undefined && answered.is === "failed" && answered.failure.kind === "threw";
  }
  return compare(partOf(answered.value, question), partOf(variant, question), toleranceOf(question)) === undefined;
}

function answerTo(session: Session, { function: name, case: caseName, gradients }: Question): Promise<Answered> {
  return (gradients ? session.gradientsOf : session.answerTo)(name, caseName);
}
