/** The small changes that mutants are made by: what can be done to one node of a solution. */
import { calleeOf, isLibrary, listIn, type Node, nodeIn } from "./tree.js";

/** A piece of the text, what stands in its place, and what that is called. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** "max to min", "arguments 1 and 2 exchanged". */
  readonly what: string;
  /** The same, to be said to people; nothing where it is not worth saying. */
  readonly did?: Did;
}

/** What an edit does to the formula that it is in. */
export type Did =
  | {
      readonly is: "other operator" | "other operation" | "other value" | "other axis";
      readonly from: string;
      readonly to: string;
    }
  | { readonly is: "left out"; readonly what: string }
  | { readonly is: "exchanged" | "last left out"; readonly of: string }
  | { readonly is: "condition"; readonly to: boolean };

/** @param above the nodes that it stands in, the nearest first */
export function editsAt(node: Node, above: readonly Node[], source: string): readonly Edit[] {
  const known = FAMILIES[node.type];
  return known === undefined
    ? []
    : known(node, { parent: above[0], textOf: ({ start, end }) => source.slice(start, end) });
}

interface Around {
  readonly parent: Node | undefined;
  readonly textOf: (piece: { readonly start: number; readonly end: number }) => string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*" },
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===" },
  ...{ "&&": "||", "||": "&&", "??": "||" },
  ...{ "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=" },
};

/** What else a method of a tensor, of tfjs, of Math or of an array could have been. */
const METHODS: Readonly<Record<string, string>> = {
  ...{ add: "sub", sub: "add", mul: "div", div: "mul" },
  ...{ sum: "mean", mean: "sum", max: "min", min: "max", maximum: "minimum", minimum: "maximum", argMax: "argMin" },
  ...{ less: "lessEqual", lessEqual: "less", greater: "greaterEqual", greaterEqual: "greater" },
  ...{ equal: "notEqual", notEqual: "equal", logicalAnd: "logicalOr", logicalOr: "logicalAnd" },
  ...{ sigmoid: "tanh", tanh: "sigmoid", relu: "tanh", cos: "sin", sin: "cos", floor: "ceil", ceil: "floor" },
  ...{ zeros: "ones", ones: "zeros", zerosLike: "onesLike", onesLike: "zerosLike" },
  ...{ push: "unshift", unshift: "push", some: "every", every: "some" },
};

/** What a chain, or a call of tfjs or Math, can do without and still be a chain. */
const DROPPED: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "div", "mod", "pow", "neg", "sqrt", "square", "exp", "log", "abs", "round", "floor", "step"],
  ...["relu", "tanh", "sigmoid", "softmax", "logSoftmax", "logicalNot", "maximum", "minimum", "clipByValue"],
  ...["transpose", "expandDims", "squeeze", "tile", "flatten", "cast", "toInt"],
  ...["reverse", "slice", "sort", "filter", "flat"],
]);

const FAMILIES: Readonly<Record<string, (node: Node, around: Around) => readonly Edit[]>> = {
  BinaryExpression: operator,
  LogicalExpression: operator,
  AssignmentExpression: operator,
  Literal: literal,
  ConditionalExpression: (node) => conditions(node, "condition", [true, false]),
  IfStatement: (node) => conditions(node, "if", refuses(node) ? [false] : [true, false]), // always refusing: nobody would
  ExpressionStatement: (node) => [{ ...spanOf(node), text: "", what: "statement away" }],
  ContinueStatement: (node) => [{ ...spanOf(node), text: ";", what: "continue away" }],
  BreakStatement: (node, { parent }) =>
    parent?.type === "SwitchCase" ? [] : [{ ...spanOf(node), text: ";", what: "break away" }],
  UnaryExpression: unary,
  NewExpression: refusal,
  ArrayExpression: (node, around) =>
    exchanges(listIn(node, "elements"), "elements", around, around.parent && calleeOf(around.parent)?.name),
  CallExpression: call,
};

function operator(node: Node, { textOf }: Around): readonly Edit[] {
  const [left, right] = [nodeIn(node, "left"), nodeIn(node, "right")];
  const old = String(node.operator);
  const other = OPERATORS[old];
  if (left === undefined || right === undefined || other === undefined) return [];
  const gap = { start: left.end, end: right.start }; // comments and brackets may stand in it, too
  return [
    {
      ...gap,
      text: textOf(gap).replace(old, () => other),
      what: `${old} to ${other}`,
      did: { is: "other operator", from: old, to: other },
    },
  ];
}

function literal(node: Node, { parent }: Around): readonly Edit[] {
  const { value } = node;
  const to = (text: string): Edit => ({
    ...{ ...spanOf(node), text, what: `${String(value)} to ${text}` },
    did: { is: "other value", from: String(value), to: text },
  });
  if (typeof value === "boolean") return [to(String(!value))];
  if (typeof value !== "number" || (parent?.type === "Property" && parent.key === node)) return [];
  const size = Math.abs(value);
  // So large that it stands for what is beyond all others: one that is not. One more would be the same in float32.
  if (size >= 1e6) return [to("100")];
  if (size >= 1e3) return [to(String(value * 2))]; // one more would be lost in tolerances
  const others = size === 0 ? [] : size < 1e-2 ? [value * 1e3] : value === 1 ? [0] : [value * 2];
  return [value + 1, ...others].map((other) => to(String(other)));
}

function conditions(node: Node, name: string, values: readonly boolean[]): readonly Edit[] {
  const test = nodeIn(node, "test");
  return test === undefined
    ? []
    : values.map((value) => ({
        ...{ ...spanOf(test), text: String(value), what: `${name} to ${value}` },
        did: { is: "condition", to: value },
      }));
}

/** Whether an if leads to nothing but a throw. */
function refuses(node: Node): boolean {
  const then = nodeIn(node, "consequent");
  return (then?.type === "BlockStatement" ? listIn(then, "body")[0] : then)?.type === "ThrowStatement";
}

function unary(node: Node, { textOf }: Around): readonly Edit[] {
  const argument = nodeIn(node, "argument");
  if (argument === undefined || (node.operator !== "-" && node.operator !== "!")) return [];
  const did = { is: "left out", what: String(node.operator) } as const;
  return [{ ...spanOf(node), text: textOf(argument), what: `${node.operator} away`, did }];
}

function refusal(node: Node): readonly Edit[] {
  const callee = nodeIn(node, "callee");
  if (callee?.name !== "RangeError") return [];
  return [{ ...spanOf(callee), text: "Error", what: "RangeError to Error" }];
}

function exchanges(items: readonly Node[], what: string, { textOf }: Around, of = ""): readonly Edit[] {
  return items.slice(1).flatMap((after, i) => {
    const before = items[i];
    if (before === undefined || textOf(before) === textOf(after)) return [];
    const gap = textOf({ start: before.end, end: after.start });
    return {
      ...{ start: before.start, end: after.end },
      text: textOf(after) + gap + textOf(before),
      what: `${what} ${i + 1} and ${i + 2} exchanged`,
      did: { is: "exchanged", of },
    };
  });
}

function call(node: Node, around: Around): readonly Edit[] {
  const { textOf } = around;
  const edits: Edit[] = [];
  const given = listIn(node, "arguments");
  const callee = calleeOf(node);
  if (callee !== undefined) {
    const { name, property, object } = callee;
    const other = METHODS[name];
    if (other !== undefined) {
      const did = { is: "other operation", from: name, to: other } as const;
      edits.push({ ...spanOf(property), text: other, what: `${name} to ${other}`, did });
    }
    const did = { is: "left out", what: name } as const;
    const [first] = given;
    if (DROPPED.has(name) && !isLibrary(object))
      edits.push({ start: object.end, end: node.end, text: "", what: `.${name}(…) away`, did });
    if (DROPPED.has(name) && isLibrary(object) && first !== undefined)
      edits.push({ ...spanOf(node), text: `(${textOf(first)})`, what: `${textOf(object)}.${name} away`, did });
  }
  const of = callee?.name ?? "";
  const [last, before] = [given.at(-1), given.at(-2)];
  const isCode = ({ type }: Node) => type === "ArrowFunctionExpression";
  if (!given.some(isCode)) edits.push(...exchanges(given, "arguments", around, of));
  if (last !== undefined && before !== undefined && !isCode(last))
    edits.push({
      ...{ start: before.end, end: last.end, text: "", what: "last argument away" },
      did: { is: "last left out", of },
    });
  return edits;
}

const spanOf = ({ start, end }: Node) => ({ start, end });
