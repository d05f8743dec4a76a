/** Edits that explain, beside those of mutants: another axis, another of the values at hand. */
import type { Edit } from "../../mutants/edits.js";
import { calleeOf, isLibrary, listIn, type Node } from "../../mutants/tree.js";

const AXES = [-2, -1, 0, 1, 2];

/** What takes an axis. */
const ALONG: ReadonlySet<string> = new Set([
  ...["sum", "mean", "max", "min", "prod", "argMax", "argMin", "moments", "softmax", "logSoftmax", "logSumExp", "norm"],
  ...["concat", "stack", "unstack", "split", "expandDims", "squeeze", "cumsum", "reverse", "gather", "any", "all"],
]);

/** A small number among the arguments of a call may be an axis, and so may the others. */
export function otherAxes(node: Node, [parent, call]: readonly Node[], source: string): Edit[] {
  const isNegative = parent?.type === "UnaryExpression" && parent.operator === "-";
  const literal = isNegative ? parent : node;
  const around = isNegative ? call : parent;
  if (node.type !== "Literal" || typeof node.value !== "number" || around?.type !== "CallExpression") return [];
  const value = Number(source.slice(literal.start, literal.end));
  if (!AXES.includes(value)) return [];
  const is = ALONG.has(calleeOf(around)?.name ?? "") ? "other axis" : "other value";
  return AXES.filter((axis) => axis !== value).map((axis) => ({
    ...{ start: literal.start, end: literal.end, text: String(axis), what: `${value} to ${axis}` },
    did: { is, from: String(value), to: String(axis) },
  }));
}

/** A value where another stands: one of those that are named before it in the same function. */
export function otherNames(node: Node, above: readonly Node[], names: readonly string[]): Edit[] {
  const [parent] = above;
  if (node.type !== "Identifier" || typeof node.name !== "string" || !names.includes(node.name)) return [];
  if (parent === undefined || !isRead(node, parent) || isOpened(node, above)) return [];
  const name = node.name;
  return names
    .filter((other) => other !== name)
    .map((other) => ({
      ...{ start: node.start, end: node.end, text: other, what: `${name} to ${other}` },
      did: { is: "other value", from: `\`${name}\``, to: `\`${other}\`` },
    }));
}

/** Whether only a field of it is meant, as in `p.wq`: another value has no such field. */
function isOpened(node: Node, [parent, call]: readonly Node[]): boolean {
  const isField = parent?.type === "MemberExpression" && parent.object === node;
  return isField && !(call?.type === "CallExpression" && call.callee === parent);
}

/** What takes two values alike: what is left of it may be either. */
const PAIRS: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "logicalAnd",
  "logicalOr",
]);

const ACTIVATIONS = ["tanh", "sigmoid", "relu", "elu", "softplus"] as const;

/** Another activation. */
export function otherActivations(node: Node): Edit[] {
  const callee = calleeOf(node);
  if (callee === undefined || !ACTIVATIONS.some((name) => name === callee.name)) return [];
  const { start, end } = callee.property;
  return ACTIVATIONS.filter((name) => name !== callee.name).map((name) => ({
    ...{ start, end, text: name, what: `${callee.name} to ${name}` },
    did: { is: "other operation", from: callee.name, to: name },
  }));
}

/** The second operand alone. */
export function secondOperand(node: Node, source: string): Edit[] {
  const callee = calleeOf(node);
  if (callee === undefined || !PAIRS.has(callee.name)) return [];
  const operands = listIn(node, "arguments");
  const other = operands[isLibrary(callee.object) ? 1 : 0];
  if (other === undefined) return [];
  const text = `(${source.slice(other.start, other.end)})`;
  const did = { is: "left out", what: callee.name } as const;
  return [{ start: node.start, end: node.end, text, what: `only the second operand of ${callee.name}`, did }];
}

/** Whether a name stands for its value there, and not for a property, a key or something that is declared. */
function isRead(node: Node, parent: Node): boolean {
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed === true;
  if (parent.type === "Property") return parent.value === node && parent.shorthand !== true;
  if (parent.type === "VariableDeclarator") return parent.init === node;
  if (parent.type === "CallExpression") return parent.callee !== node || calleeOf(parent) !== undefined;
  return !/Pattern$|Function|Declaration$|^Import|^Export|^RestElement/.test(parent.type);
}
