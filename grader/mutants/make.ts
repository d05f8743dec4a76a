/** Makes the mutants of a solution: the solution with one small change, in what students write or in a default. */
import { createHash } from "node:crypto";
import { type Edit, editsAt } from "./edits.js";
import { ruleOf } from "./equal.js";
import { type Node, parse, walk } from "./tree.js";

export interface Mutant {
  /** The exercise. */
  readonly id: string;
  /** The whole file with the change. */
  readonly source: string;
  /** Where the change begins, from 1. */
  readonly line: number;
  /** What was done: "max to min". */
  readonly what: string;
  /** The function that it is in, and the lines as they were and as they are: what it is called by, wherever it stands. */
  readonly name: string;
  /** The lines as they were, and as they are. */
  readonly before: string;
  readonly after: string;
  /** Depends on the exercise and the name alone. */
  readonly hash: string;
  /** The rule by which it does what the solution does, if one says so. */
  readonly equal?: string;
}

const REGION = /\/\/ #region solution[\s\S]*?\/\/ #endregion/g;

/**
 * @param id of the exercise
 * @param source its solution
 */
export function mutantsOf(id: string, source: string): readonly Mutant[] {
  const regions = [...source.matchAll(REGION)].map(({ index, 0: text }) => [index, index + text.length] as const);
  const seen = new Set([source]);
  const names = new Map<string, number>();
  const mutants: Mutant[] = [];
  walk(parse(`${id}.ts`, source), (node, above) => {
    const isSolved = regions.some(([start, end]) => node.start >= start && node.end <= end);
    if (!isSolved && !isDefault(node, above)) return;
    for (const edit of editsAt(node, above, source)) {
      const changed = source.slice(0, edit.start) + edit.text + source.slice(edit.end);
      if (seen.has(changed)) continue; // another way to the same text
      seen.add(changed);
      const { before, after } = linesOf(source, changed, edit);
      const plain = `${functionAround(above)}: ${before} → ${after}`;
      const count = (names.get(plain) ?? 0) + 1;
      names.set(plain, count);
      const name = count === 1 ? plain : `${plain} (${count})`;
      const equal = ruleOf(edit, [node, ...above], source);
      mutants.push({
        ...{ id, source: changed, name, before, after },
        line: source.slice(0, edit.start).split("\n").length,
        what: edit.what,
        hash: createHash("sha256").update(`${id} ${name}`).digest("hex").slice(0, 8),
        ...(equal !== undefined && { equal }),
      });
    }
  });
  return mutants;
}

/** Whether it is the default of a parameter of a function of the exercise: the stub has it, and a case must leave it out. */
function isDefault(node: Node, [pattern, declaration]: readonly Node[]): boolean {
  return pattern?.type === "AssignmentPattern" && pattern.right === node && declaration?.type === "FunctionDeclaration";
}

/** The function of the exercise that something is in. */
function functionAround(above: readonly Node[]): string {
  const outermost = above.findLast(({ type }) => type === "FunctionDeclaration");
  return (outermost?.id as { readonly name?: string } | undefined)?.name ?? "";
}

/** The lines that an edit touches, without comments and in one, as they were and as they are. */
function linesOf(source: string, changed: string, { start, end, text }: Edit) {
  const first = source.lastIndexOf("\n", start - 1) + 1;
  const rest = source.indexOf("\n", end);
  const last = rest < 0 ? source.length : rest;
  return {
    before: oneLine(source.slice(first, last)),
    after: oneLine(changed.slice(first, last - (end - start) + text.length)),
  };
}

const oneLine = (lines: string): string =>
  lines
    .replace(/(^|\s)\/\/ .*$/gm, "")
    .replace(/\s+/g, " ")
    .trim();
