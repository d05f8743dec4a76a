/** Where only gradients are wrong: by which arguments. */
import { both, type Text } from "../../language.js";
import { compare } from "../../suite/compare.js";
import type { Session } from "../../suite/definition.js";
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

function itemOf({ head, body }: Parcel<Wire>, index: number): Parcel<Wire> | undefined {
  const item = head.type === "array" ? head.items[index] : undefined;
  return item && { head: item, body };
}
