/** Single edits of a solution: most wrong code is right but for one. */
import { readFileSync } from "node:fs";
import { type Edit, editsAt } from "../../mutants/edits.js";
import { run } from "../../mutants/load.js";
import { listIn, type Node, nodeIn, parse, walk } from "../../mutants/tree.js";
import { solutionFile } from "../../submission/stub.js";
import type { Functions } from "../../suite/definition.js";
import type { Probing, Trusted } from "../probe.js";
import { say } from "./say.js";
import { otherActivations, otherAxes, otherNames, secondOperand } from "./substitutes.js";
import { withoutTypes } from "./without-types.js";

/** More names would be one for another that has nothing to do with it. */
const MOST_NAMES = 12;

/** An edit of a solution. */
interface Edited {
  readonly edit: Edit;
  /** What its formula computes; nothing for what is returned. */
  readonly computes: string | undefined;
  /** The solution's functions with the edit made; loaded when they are first asked. */
  readonly functions: () => Functions;
}

const edited = new Map<string, readonly Edited[]>();

/** The probes that edit the solution of an exercise. */
export function editsOf(id: string): Probing {
  const source = readFileSync(solutionFile(id), "utf8");
  const known = edited.get(id) ?? allEdits(id, source);
  edited.set(id, known);
  const words = wordsMet(source);
  return function* ({ name }) {
    for (const { edit, computes, functions } of known) {
      const claim = edit.did && say(edit.did, computes, words);
      if (claim === undefined) continue;
      yield { id: `edit ${computes ?? "result"}: ${edit.what}`, claim, variant: named(functions, name) };
    }
  };
}

/** The words that students meet, in docstrings and signatures: other names of a solution would say nothing to them. */
function wordsMet(source: string): ReadonlySet<string> {
  const stub = source.replace(REGION, "");
  return new Set(stub.match(/[\p{L}_$][\p{L}\d_$]*/gu));
}

function named(functions: () => Functions, name: string): Trusted {
  return (...args) => {
    const f = functions()[name];
    if (f === undefined) throw new Error(`no function ${name}`);
    return f(...args);
  };
}

const REGION = /\/\/ #region solution[\s\S]*?\/\/ #endregion/g;

function allEdits(id: string, source: string): Edited[] {
  const regions = [...source.matchAll(REGION)].map(({ index, 0: text }) => [index, index + text.length] as const);
  const isSolved = ({ start, end }: Node) => regions.some(([from, to]) => start >= from && end <= to);
  const body = parse(`${id}.ts`, source);
  const { code, toCommon } = withoutTypes(source, body);
  const found = new Map<string, Edited>();
  walk(body, (node, above) => {
    if (!isSolved(node) || mayNotEnd(node, above)) return;
    const edits = [
      ...otherAxes(node, above, source),
      ...(isNegativeNumber(node) ? [] : editsAt(node, above, source).map((edit) => signed(edit, node, above))),
      ...secondOperand(node, code),
      ...otherActivations(node),
      ...otherNames(node, above, namesBefore(node, above, source)),
    ];
    for (const edit of edits) {
      const changed = code.slice(0, edit.start) + edit.text + code.slice(edit.end);
      if (changed === code || found.has(changed)) continue;
      let functions: Functions | undefined;
      found.set(changed, {
        edit,
        computes: computedBy(above),
        functions: () => {
          functions ??= run(id, toCommon(changed));
          return functions;
        },
      });
    }
  });
  // What says which axis it is says more than what merely has the same effect.
  const isAxis = ({ edit }: Edited) => edit.did?.is === "other axis";
  return [...found.values()].sort((a, b) => Number(isAxis(b)) - Number(isAxis(a)));
}

/** A number with its sign is one thing: `otherAxes` has what it could be instead. */
const isNegativeNumber = (node: Node): boolean =>
  node.type === "UnaryExpression" && node.operator === "-" && nodeIn(node, "argument")?.type === "Literal";

/** A number below a minus sign is said with it. */
function signed(edit: Edit, node: Node, [parent]: readonly Node[]): Edit {
  const { did } = edit;
  if (node.type !== "Literal" || parent?.type !== "UnaryExpression" || parent.operator !== "-") return edit;
  return did?.is === "other value" ? { ...edit, did: { ...did, from: `-${did.from}`, to: `-${did.to}` } } : edit;
}

/** What decides how often a loop turns is left alone: one that never ends explains nothing. */
function mayNotEnd(node: Node, above: readonly Node[]): boolean {
  const line = [node, ...above];
  return line.some((one, i) => {
    const inside = line[i - 1];
    if (one.type === "WhileStatement" || one.type === "DoWhileStatement") return true;
    return one.type === "ForStatement" && inside !== undefined && inside !== one.body;
  });
}

/** The name of the value in whose declaration something stands, or of the field of what is returned. */
function computedBy(above: readonly Node[]): string | undefined {
  for (const [i, node] of above.entries()) {
    if (node.type === "ReturnStatement") return undefined;
    if (node.type === "Property" && above[i + 2]?.type === "ReturnStatement") return nameIn(nodeIn(node, "key"));
    if (node.type === "VariableDeclarator") return nameIn(nodeIn(node, "id"));
  }
  return undefined;
}

/** What is true or false stands in the place of no number: where both come out alike, it is by chance. */
const isCondition = ({ start, end }: Node, source: string): boolean =>
  /"bool"|tf\.(step|less|greater|equal|notEqual|logical)/.test(source.slice(start, end));

/** Parameters and values that are declared before it, in the functions that something stands in. */
function namesBefore(node: Node, above: readonly Node[], source: string): string[] {
  const names = new Set<string>();
  for (const one of above) {
    for (const parameter of listIn(one, "params")) for (const name of namesIn(parameter)) names.add(name);
    if (one.type !== "BlockStatement") continue;
    for (const statement of listIn(one, "body")) {
      if (statement.type !== "VariableDeclaration" || statement.end > node.start) continue;
      for (const declarator of listIn(statement, "declarations")) {
        const id = nodeIn(declarator, "id");
        if (isCondition(declarator, source)) continue;
        for (const name of id === undefined ? [] : namesIn(id)) names.add(name);
      }
    }
  }
  return [...names].slice(0, MOST_NAMES);
}

const nameIn = (node: Node | undefined): string | undefined =>
  node?.type === "Identifier" ? String(node.name) : undefined;

function namesIn(pattern: Node): string[] {
  if (pattern.type === "Identifier") return [String(pattern.name)];
  if (pattern.type === "AssignmentPattern") return namesIn(nodeIn(pattern, "left") ?? pattern);
  if (pattern.type === "ArrayPattern") return listIn(pattern, "elements").flatMap(namesIn);
  if (pattern.type === "ObjectPattern")
    return listIn(pattern, "properties").flatMap((property) => {
      const value = nodeIn(property, "value");
      return value === undefined ? [] : namesIn(value);
    });
  return [];
}
