/** What the parameters of a function are called. */

/** @param f trusted code, whose text is what its author wrote, without types */
export function parametersOf(f: (...args: never[]) => unknown): string[] {
  const text = f.toString();
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
