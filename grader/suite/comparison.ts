/** Comparing a student's answers with the reference's, case by case. */
import { both, type Text } from "../language.js";
import { textOf, wordsIn } from "../text/index.js";
import { showPath } from "../values/tree.js";
import { compare, EXTREME, toleranceOf } from "./compare.js";
import type { Check, Question, Session } from "./definition.js";
import { CheckFailure, type Failure, type FailureKind } from "./failure.js";
import { nameMistake } from "./mistakes.js";
import { partOf } from "./part.js";
import { reference } from "./trusted-answers.js";

/** A check that passes when every question is answered as the reference answers it. */
export function comparison(name: Text, points: number, about: string, questions: readonly Question[]): Check {
  const run = async (session: Session): Promise<readonly Text[]> => {
    const failed: { question: Question; failure: Failure }[] = [];
    const remarks: Text[] = [];
    for (const question of questions) {
      const failure = await ask(session, question);
      if (failure === undefined) continue;
      if (failure.limit && (await isRight(session, question))) {
        remarks.push(failure.text);
        continue;
      }
      failed.push({ question, failure });
      if (FINAL.has(failure.kind)) throw new CheckFailure(failure);
    }
    const first = failed[0];
    if (first === undefined) return remarks;
    const mistake = await nameMistake(
      session,
      failed.map(({ question }) => question),
    );
    if (mistake !== undefined) throw new CheckFailure({ ...first.failure, mistake });
    if (!(await onlyExtreme(session, failed))) throw new CheckFailure(first.failure);
    throw new CheckFailure({ ...first.failure, advice: textOf((words) => words.onlyExtreme) });
  };
  return { name, points, about, compares: questions, demands: [{ is: "agrees", questions }], run };
}

/** Whether the values are right where the gradient could not be had. */
async function isRight(session: Session, { function: f, case: caseName }: Question): Promise<boolean> {
  return (await ask(session, { function: f, case: caseName })) === undefined;
}

/** Whether a function is right but for inputs near ±1000. */
async function onlyExtreme(session: Session, failed: readonly { readonly question: Question }[]): Promise<boolean> {
  const name = failed[0]?.question.function;
  if (failed.some(({ question }) => question.tolerance !== EXTREME || question.function !== name)) return false;
  const questions = session.suite.checks.flatMap(({ compares }) => compares);
  const ordinary = questions.filter(({ function: f, tolerance }) => f === name && tolerance !== EXTREME);
  for (const question of ordinary) if ((await ask(session, question)) !== undefined) return false;
  return ordinary.length > 0;
}

/** After these, other cases of a function have nothing to add. */
const FINAL: ReadonlySet<FailureKind> = new Set([
  "not started",
  "missing",
  "breaks a rule",
  "timed out",
  "out of memory",
  "crashed",
]);

/** Asks the student and compares; how the answer fails, or nothing. */
async function ask(session: Session, question: Question): Promise<Failure | undefined> {
  const { function: name, case: caseName, gradients = false } = question;
  if (gradients) {
    // Of a value of another shape there is no gradient to compare.
    const value = await ask(session, { function: name, case: caseName });
    if (value?.kind === "bad value") return value;
  }
  const pending = (gradients ? session.gradientsOf : session.answerTo)(name, caseName);
  const f = reference(session.suite, name); // works while the student's process does
  const expected = session.expected(f, question);
  if (expected === undefined) throw new Error(`the reference fails on ${name}, ${caseName}`);
  const answered = await pending;
  if (answered.is === "failed") return answered.failure;
  const difference = compare(partOf(answered.value, question), partOf(expected, question), toleranceOf(question));
  if (difference === undefined) return undefined;
  const said = (text: Text) => (gradients ? gradientText(session, question, text) : text);
  const { figure } = difference;
  const shown = figure && { figure: { ...figure, case: caseName, subject: said(figure.subject) } };
  return { kind: difference.kind, text: said(difference.text), ...shown };
}

/** Gradients come as a list: their index is put into words. */
function gradientText(session: Session, question: Question, text: Text): Text {
  const { wrt } = session.gradientQuestion(question.function, question.case);
  return both((language) =>
    text[language].replace(/^\[(\d+)\]/, (_, index: string) => {
      const path = wrt[Number(index)] ?? [];
      const [argument, ...inside] = path;
      const place = `${Number(argument) + 1}${inside.length > 0 ? ` (${showPath(inside)})` : ""}`;
      return wordsIn(language).gradientBy(place);
    }),
  );
}
