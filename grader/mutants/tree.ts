/** The syntax tree of a solution, as far as mutants need one. */
import { parseSync } from "oxc-parser";
import { oxc } from "../submission/syntax/oxc.js";
import { isNode, type Node, runtimeChildren } from "../submission/syntax/tree.js";

export { children, isNode, type Node } from "../submission/syntax/tree.js";

/** @throws Error when the text is no TypeScript */
export function parse(file: string, source: string): readonly Node[] {
  const parsed = oxc(parseSync)(source);
  if (parsed.is === "broken") throw new Error(`${file}: ${parsed.message}`);
  return parsed.body;
}

/**
 * Calls `visit` with each node that is code, and with the nodes that it stands in, the nearest first. Types are left out, but for what
 * stands in front of one: the x of `x as number`.
 */
export function walk(nodes: readonly Node[], visit: (node: Node, above: readonly Node[]) => void): void {
  const step = (node: Node, above: readonly Node[]): void => {
    visit(node, above);
    for (const child of runtimeChildren(node)) step(child, [node, ...above]);
  };
  for (const node of nodes) step(node, []);
}

/** The nodes in a field that holds a list of them: arguments, elements, parameters. A gap in the list is left out. */
export const listIn = (node: Node, field: string): readonly Node[] => {
  const list = node[field];
  return Array.isArray(list) ? list.filter(isNode) : [];
};

/** The node in a field, if there is one. */
export const nodeIn = (node: Node | undefined, field: string): Node | undefined => {
  const found = node?.[field];
  return isNode(found) ? found : undefined;
};

/** The name of what a call calls: `sum` in `x.sum(0)` and in `tf.sum(x, 0)`, and what stands before it. */
export function calleeOf(
  node: Node,
): { readonly name: string; readonly property: Node; readonly object: Node } | undefined {
  const callee = node.type === "CallExpression" ? nodeIn(node, "callee") : undefined;
  const [object, property] = [nodeIn(callee, "object"), nodeIn(callee, "property")];
  if (callee?.type !== "MemberExpression" || callee.computed === true || object === undefined) return undefined;
  if (property === undefined) return undefined;
  return { name: String(property.name), property, object };
}

/** Whether it stands for a library rather than a value: what is called of it has all its operands as arguments. */
export const isLibrary = (node: Node): boolean =>
  node.type === "Identifier" && (node.name === "tf" || node.name === "Math");
