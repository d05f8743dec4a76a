/** Which fields of the answer are right. */
import { both, type Text } from "../../language.js";
import { compare } from "../../suite/compare.js";
import type { Compared } from "../answers.js";
import { fieldOf, fieldsOf } from "./answer.js";

export interface Fields {
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

/** Over all answers: a field is right when it always is. */
export function fieldsRight(answers: readonly Compared[]): Fields {
  const keys = [...new Set(answers.flatMap(fieldsOf))];
  const isRight = (key: string) =>
    answers.every(({ got, due, tolerance }) => {
      const [mine, right] = [fieldOf(got, key), fieldOf(due, key)];
      return right === undefined || (mine !== undefined && compare(mine, right, tolerance) === undefined);
    });
  return { right: keys.filter(isRight), wrong: keys.filter((key) => !isRight(key)) };
}

/** Nothing where none is right, or all are. */
export function sayFields({ right, wrong }: Fields): Text | undefined {
  if (right.length === 0 || wrong.length === 0) return undefined;
  return both((language) => {
    const [fine, off] = [list(right, language), list(wrong, language)];
    return language === "en"
      ? `${fine} ${right.length === 1 ? "is" : "are"} right, ${off} ${wrong.length === 1 ? "is" : "are"} not.`
      : `${fine} ${right.length === 1 ? "está" : "están"} bien; ${off}, no.`;
  });
}

const list = (names: readonly string[], language: "en" | "es"): string => {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${language === "en" ? "and" : "y"} ${last}`;
};
