/** Mutants that do what the solution does, told by rule. */
import type { Edit } from "./edits.js";
import { calleeOf, listIn, type Node, nodeIn } from "./tree.js";

/**
 * Why a change makes no difference, or nothing where no rule says so.
 *
 * @param nodes the node that is changed and those that it stands in, the nearest first
 */
export function ruleOf(edit: Edit, nodes: readonly Node[], source: string): string | undefined {
  for (const [rule, holds] of Object.entries(RULES)) if (holds(edit, nodes, source)) return rule;
  return undefined;
}

type Rule = (edit: Edit, nodes: readonly Node[], source: string) => boolean;

const RULES: Readonly<Record<string, Rule>> = {
  "what an error says is not graded": (edit, nodes) =>
    nodes.some(
      (node, i) =>
        node.type === "NewExpression" &&
        nodes[i + 1]?.type === "ThrowStatement" &&
        listIn(node, "arguments").some(({ start, end }) => edit.start >= start && edit.end <= end),
    ),

  // `const [n = 0] = x.shape` and `x.shape.at(-1) ?? 1` are there for the compiler: docstrings say how many axes there are.
  "an axis that is there needs no default": (edit, nodes, source) =>
    nodes.some((node, i) => {
      if (!within(edit, nodeIn(node, "right"), node)) return false;
      if (node.type === "LogicalExpression" && node.operator === "??")
        return isEntryOfShape(nodeIn(node, "left"), source);
      const declared = nodes.slice(i).find(({ type }) => type === "VariableDeclarator");
      return node.type === "AssignmentPattern" && isShape(nodeIn(declared, "init"), source);
    }),

  "a tensor that was read has a first number": (edit, nodes, source) =>
    nodes.some(
      (node) =>
        node.type === "LogicalExpression" &&
        node.operator === "??" &&
        within(edit, nodeIn(node, "right"), node) &&
        (edit.what !== "?? to ||" || textOf(nodeIn(node, "right"), source) === "0") &&
        /dataSync\(\)\[0\]$/.test(textOf(nodeIn(node, "left"), source)),
    ),

  "0 in place of nothing is 0 in place of 0 as well": ({ what }, [node], source) =>
    what === "?? to ||" && node !== undefined && textOf(nodeIn(node, "right"), source) === "0",

  "a tensor or a list that is there is never taken for nothing": ({ what }, [node], source) =>
    what === "?? to ||" && node !== undefined && /^(\[|tf\.)/.test(textOf(nodeIn(node, "right"), source)),

  "the order of the two makes no difference": ({ what }, [node, call], source) => {
    if (node === undefined || !what.endsWith("exchanged")) return false;
    if (what.startsWith("arguments")) {
      const callee = calleeOf(node);
      return callee !== undefined && SYMMETRIC.test(`${textOf(callee.object, source)}.${callee.name}`);
    }
    const callee = call === undefined ? undefined : calleeOf(call);
    return node.type === "ArrayExpression" && callee !== undefined && REDUCES.has(callee.name);
  },

  "left out, it is the same by default": ({ what }, [node], source) => {
    if (node === undefined || what !== "last argument away") return false;
    const last = textOf(listIn(node, "arguments").at(-1), source);
    const callee = calleeOf(node);
    return callee !== undefined && DEFAULTS[`${textOf(callee.object, source)}.${callee.name}`]?.includes(last) === true;
  },
};

/** Whether an edit lies in the right of an operator or default, or changes the operator itself. */
function within(edit: Edit, right: Node | undefined, whole: Node): boolean {
  return (
    right !== undefined &&
    edit.end <= right.end &&
    (edit.start >= right.start || edit.end === right.start) &&
    edit.start >= whole.start
  );
}

const textOf = (node: Node | undefined, source: string): string =>
  node === undefined ? "" : source.slice(node.start, node.end);

const isShape = (node: Node | undefined, source: string): boolean =>
  /\.shape(\.slice\(-?\d+\))?$/.test(textOf(node, source));

const isEntryOfShape = (node: Node | undefined, source: string): boolean =>
  /\.shape(\[\d+\]|\.at\(-?\d+\))$/.test(textOf(node, source));

const SYMMETRIC =
  /^tf\.(add|mul|maximum|minimum|equal|notEqual|logicalAnd|logicalOr|squaredDifference)$|^Math\.(max|min|hypot)$/;

const REDUCES: ReadonlySet<string> = new Set(["sum", "mean", "max", "min", "any", "all", "prod"]);

/** The last argument of a call of tfjs that is what tfjs takes without it. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  "tf.range": ['"float32"'],
  "tf.stack": ["0"],
  "tf.concat": ["0"],
  "tf.gather": ["0"],
  "tf.unstack": ["0"],
  "tf.softmax": ["-1"],
  "tf.logSoftmax": ["-1"],
  "tf.matMul": ["false"],
  "tf.leakyRelu": ["0.2"],
};
