/** The parsers that everything over the seam is tested with. */
import { parse } from "@babel/parser";
import { parseSync } from "oxc-parser";
import { oxc } from "./oxc.js";
import { isNode, type Node, type Parser } from "./tree.js";

/** Babel's parser behind the seam: of JavaScript alone, and so small enough for a page. */
const babel: Parser = (source) => {
  try {
    const { program } = parse(source, {
      sourceType: "module",
      plugins: [
        "typescript",
        ["estree", { classFeatures: true }],
        "decorators",
        "decoratorAutoAccessors",
        "explicitResourceManagement",
      ],
    });
    const body = program.body as unknown as readonly Node[];
    return { is: "tree", body: body.map(withEmptyBodies) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos = 0 } = error as SyntaxError & { pos?: number };
    return { is: "broken", message: error.message, offset: pos };
  }
};

/** A method without a body has a node of its own elsewhere. */
function withEmptyBodies(node: Node): Node {
  const isEmpty = node.type === "FunctionExpression" && !isNode(node.body);
  const change = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(change) : isNode(value) ? withEmptyBodies(value) : value;
  const entries = Object.entries(node).map(([key, value]) => [key, change(value)] as const);
  return { ...(Object.fromEntries(entries) as Node), ...(isEmpty && { type: "TSEmptyBodyFunctionExpression" }) };
}

export const PARSERS = [
  ["oxc", oxc(parseSync)],
  ["babel", babel],
] as const;
