/** What the parameters of a function are called. */
import type { Suite } from "../suite/definition.js";
import { reference } from "../suite/trusted-answers.js";

/** As the exercise has them: a recorded suite has noted them, any other has the reference's own. */
export const parametersOf = (suite: Suite, name: string): readonly string[] =>
  suite.parameters?.[name] ?? namesIn(reference(suite, name).toString());

/** @param text of a function, as its author wrote it, without types */
function namesIn(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let start = text.indexOf("(") + 1;
  if (start === 0) return [];
  for (let at = start; at < text.length; at++) {
    const sign = text[at] as string;
    const isEnd = sign === ")" && depth === 0;
    if (isEnd || (sign === "," && depth === 0)) {
      const name = /^\s*([\w$]+)/.exec(text.slice(start, at))?.[1];
      if (name !== undefined) names.push(name);
      start = at + 1;
    }
    if (isEnd) break;
    if ("([{".includes(sign)) depth++;
    if (")]}".includes(sign)) depth--;
  }
  return names;
}
