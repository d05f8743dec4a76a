/** Which names a file declares, and which it uses without declaring them. */
import { bare, isNode, isOfTypes, type Node, runtimeChildren } from "./tree.js";

/** The names that a pattern binds: `{ a, b: [c = 1], ...d }`. */
export function boundNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name as string];
    case "ObjectPattern":
      return (pattern.properties as Node[]).flatMap((property) =>
        boundNames((property.type === "RestElement" ? property.argument : property.value) as Node),
      );
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).flatMap((element) => (element ? boundNames(element) : []));
    case "AssignmentPattern":
      return boundNames(pattern.left as Node);
    case "RestElement":
      return boundNames(pattern.argument as Node);
    default:
      return [];
  }
}

/** The names that a statement itself declares, as values. */
export function declaredBy(statement: Node): string[] {
  const node = isNode(statement.declaration) ? statement.declaration : statement;
  if (node.declare === true || isOfTypes(node)) return [];
  if (node.type === "VariableDeclaration") {
    return (node.declarations as Node[]).flatMap(({ id }) => boundNames(id as Node));
  }
  if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    return node.id === null || node.id === undefined ? [] : [(node.id as Node).name as string];
  }
  if (node.type === "ImportDeclaration" && node.importKind !== "type") {
    const own = (node.specifiers as Node[]).filter(({ importKind }) => importKind !== "type");
    return own.map(({ local }) => (local as Node).name as string);
  }
  return [];
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

export const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type);

/** `var` and, in a function's or module's own statements, everything else: what is declared for a whole function. */
function hoisted(node: Node): string[] {
  if (isFunction(node) || node.type.startsWith("Class") || isOfTypes(node)) return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var" ? declaredBy(node) : [];
  return [...own, ...runtimeChildren(node).flatMap(hoisted)];
}

/** The names that are declared in the scope that a node opens, if it opens one. */
function scopeOf(node: Node): string[] {
  if (isFunction(node)) {
    const body = node.body as Node;
    const named = node.type === "FunctionExpression" && isNode(node.id) ? [node.id.name as string] : [];
    return [...named, ...(node.params as Node[]).flatMap(boundNames), ...hoisted(body), ...statementsIn(body)];
  }
  if (node.type === "CatchClause") return isNode(node.param) ? boundNames(node.param) : [];
  if (/^For(In|Of)?Statement$/.test(node.type)) {
    return [node.init, node.left].flatMap((head) => (isNode(head) ? declaredBy(head) : []));
  }
  if (node.type === "ClassExpression" && isNode(node.id)) return [node.id.name as string];
  if (node.type === "SwitchStatement") {
    return (node.cases as Node[]).flatMap(({ consequent }) => (consequent as Node[]).flatMap(declaredBy));
  }
  return statementsIn(node);
}

const statementsIn = (node: Node): string[] =>
  node.type === "BlockStatement" || node.type === "StaticBlock" ? (node.body as Node[]).flatMap(declaredBy) : [];

/** Where a file uses a name that nothing in it declares; none where it only calls a property so. */
export function freeUses(body: readonly Node[], name: string): Node[] {
  const uses: Node[] = [];
  const visit = (node: Node): void => {
    if (isOfTypes(node)) return;
    if (node.type === "Identifier" && node.name === name) uses.push(node);
    if (scopeOf(node).includes(name)) return;
    for (const child of runtimeChildren(node)) if (!isMereName(node, child)) visit(child);
  };
  if (!body.some((node) => occursIn(node, name))) return uses;
  const declared = [...body.flatMap(declaredBy), ...body.flatMap(hoisted)];
  if (!declared.includes(name)) for (const node of body) visit(node);
  return uses;
}

/** Whether a name occurs at all: most files never say it, and are spared the search for who declares it. */
const occursIn = (node: Node, name: string): boolean =>
  (node.type === "Identifier" && node.name === name) || runtimeChildren(node).some((child) => occursIn(child, name));

/** Whether an identifier below a node is no use of a variable: a key, a property, a label, a foreign name. */
function isMereName(parent: Node, child: Node): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return child === parent.property && parent.computed !== true;
    case "Property":
      return child === parent.key && parent.computed !== true && parent.shorthand !== true;
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return child === parent.key && parent.computed !== true;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return child === parent.label;
    case "ImportSpecifier":
      return true;
    case "ExportSpecifier":
      return child === parent.exported;
    case "ExportAllDeclaration":
    case "MetaProperty":
      return true;
    default:
      return false;
  }
}

/** The functions that a file declares at its top, by name. */
export function declaredFunctions(body: readonly Node[]): Map<string, Node> {
  const functions = new Map<string, Node>();
  for (const statement of body) {
    const node =
      statement.type === "ExportNamedDeclaration" && isNode(statement.declaration) ? statement.declaration : statement;
    if (node.type === "FunctionDeclaration" && isNode(node.id)) functions.set(node.id.name as string, node);
    if (node.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations as { id: Node; init: Node | null }[]) {
      const value = init && bare(init);
      if (value && isFunction(value) && id.type === "Identifier") functions.set(id.name as string, value);
    }
  }
  return functions;
}
