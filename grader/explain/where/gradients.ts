/** Where only gradients are wrong: by which arguments. */
import { both, type Text } from "../../language.js";
import { compare } from "../../suite/compare.js";
import type { Answered } from "../../suite/connection.js";
import type { Session } from "../../suite/definition.js";
import type { Path } from "../../values/tree.js";
import type { Parcel, Wire } from "../../values/wire.js";
import type { Compared } from "../answers.js";
import { numbersIn } from "../numbers.js";
import { shownAt } from "../places.js";

/** More names are no place any more. */
const MOST_NAMES = 3;

/** Nothing where values are wrong, or gradients by more arguments than one would look at. */
export function sayGradients(
  session: Session,
  name: string,
  parameters: readonly string[],
  answers: readonly Compared[],
): Text | undefined {
  if (answers.some(({ gradients, isRight }) => !gradients && !isRight)) return undefined;
  const wrong = new Set<string>();
  const right = new Set<string>();
  let allZero = true;
  for (const { caseName, gradients, got, due, tolerance } of answers) {
    if (!gradients || caseName === undefined) continue;
    const { wrt } = session.gradientQuestion(name, caseName);
    for (const [i, path] of wrt.entries()) {
      const [mine, expected] = [itemOf(got, i), itemOf(due, i)];
      if (mine === undefined || expected === undefined) continue;
      const isRight = compare(mine, expected, tolerance) === undefined;
      (isRight ? right : wrong).add(shownAt(path, parameters));
      if (!isRight && numbersIn(mine).some((number) => number !== 0)) allZero = false;
    }
  }
  if (wrong.size === 0 || wrong.size > MOST_NAMES || [...wrong].every((one) => right.has(one))) return undefined;
  const names = [...wrong];
  const others = [...right].filter((one) => !wrong.has(one)).length > 0;
  return both((language) => {
    const list = names.join(language === "en" ? " and " : " y ");
    if (allZero)
      return language === "en"
        ? `The values are right, but no gradient reaches ${list}.`
        : `Los valores están bien, pero ningún gradiente llega a ${list}.`;
    if (language === "en")
      return `The values are right; ${others ? "only " : ""}the gradient with respect to ${list} is not.`;
    return `Los valores están bien; ${others ? "solo " : ""}falla el gradiente respecto a ${list}.`;
  });
}

/** Asks for the gradients of a function on a case by some of its arguments alone. */
export type GradientsBy = (name: string, caseName: string, wrt: readonly Path[]) => Promise<Answered>;

/**
 * Where tfjs finds no way from some arguments to the result, it says so of none by its name: each is asked for by itself.
 * Nothing where values are wrong, too, or where no gradient at all can be had.
 */
export async function sayUnreached(
  session: Session,
  name: string,
  parameters: readonly string[],
  gradientsBy: GradientsBy,
): Promise<Text | undefined> {
  const compared = session.suite.checks.flatMap(({ compares }) => compares);
  const own = compared.filter(({ function: f, gradients }) => f === name && gradients);
  for (const { case: caseName } of own) {
    const asked = await session.gradientsOf(name, caseName);
    if (asked.is !== "failed" || asked.failure.kind !== "threw") continue;
    const { wrt } = session.gradientQuestion(name, caseName);
    const unreached: string[] = [];
    for (const path of wrt) {
      const answered = await gradientsBy(name, caseName, [path]);
      if (answered.is === "failed") unreached.push(shownAt(path, parameters));
    }
    const names = [...new Set(unreached)];
    if (unreached.length === wrt.length || names.length === 0 || names.length > MOST_NAMES) return undefined;
    return sayNone(names);
  }
  return undefined;
}

const sayNone = (names: readonly string[]): Text => ({
  en: `No gradient reaches ${names.join(" and ")}.`,
  es: `Ningún gradiente llega a ${names.join(" y ")}.`,
});

function itemOf({ head, body }: Parcel<Wire>, index: number): Parcel<Wire> | undefined {
  const item = head.type === "array" ? head.items[index] : undefined;
  return item && { head: item, body };
}
