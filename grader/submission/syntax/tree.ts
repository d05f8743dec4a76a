/**
 * The seam between what reads a student's file and whatever parses it: an ESTree-shaped tree, with TypeScript's nodes
 * named as typescript-eslint names them. Nothing in this folder but the parsers' own adapters knows which parser it is.
 */

export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

export type Parsed =
  | { readonly is: "tree"; readonly body: readonly Node[] }
  | { readonly is: "broken"; readonly message: string; readonly offset: number };

/** Parses TypeScript as a module. Places count UTF-16 units from 0. */
export type Parser = (source: string) => Parsed;

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** The nodes directly below a node, in no certain order. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const value of Object.values(node)) {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) found.push(item);
  }
  return found;
}

/** An expression that TypeScript wraps, and that is there when the types are gone. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
]);

export const isWrapper = (node: Node): boolean => WRAPPERS.has(node.type);

/** Whether a node is of types alone: nothing of it is there at run time. */
export const isOfTypes = (node: Node): boolean => node.type.startsWith("TS") && !isWrapper(node);

/** The nodes directly below a node that are there at run time. */
export const runtimeChildren = (node: Node): Node[] => children(node).filter((child) => !isOfTypes(child));

/** An expression without the types and parentheses around it. */
export function bare(node: Node): Node {
  return isWrapper(node) || node.type === "ParenthesizedExpression" ? bare(node.expression as Node) : node;
}
