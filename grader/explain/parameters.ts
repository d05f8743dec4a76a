/** What the parameters of a function are called. */
import type { Suite } from "../suite/definition.js";
import { reference } from "../suite/trusted-answers.js";

/** As the exercise has them: a recorded suite has noted them, any other has the reference's own. */
export const parametersOf = (suite: Suite, name: string): readonly string[] =>
  suite.parameters?.[name] ?? namesIn(reference(suite, name).toString());

/**
 * What translates TypeScript file by file adds a 2 to a parameter that hides a function of the file; of one that comes after
 * another with a 1 it is the author's.
 */
const asWritten = (name: string, before: readonly string[]): string =>
  /\D2$/.test(name) && !before.includes(name.replace(/2$/, "1")) ? name.slice(0, -1) : name;

/** @param text of a function, as its author wrote it, without types */
export function namesIn(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let start = text.indexOf("(") + 1;
  if (start === 0) return [];
  for (let at = start; at < text.length; at++) {
    const sign = text[at] as string;
    const isEnd = sign === ")" && depth === 0;
    if (isEnd || (sign === "," && depth === 0)) {
      const name = /^\s*([\w$]+)/.exec(text.slice(start, at))?.[1];
      if (name !== undefined) names.push(asWritten(name, names));
      start = at + 1;
    }
    if (isEnd) break;
    if ("([{".includes(sign)) depth++;
    if (")]}".includes(sign)) depth--;
  }
  return names;
}
