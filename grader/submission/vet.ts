/**
 * Reads a student's file as a syntax tree: what it imports, what it may not use, and whether it was started. Nothing
 * here is of Node: whatever parses the file can stand behind the seam.
 */
import { neutral, type Text } from "../language.js";
import type { Place } from "../suite/failure.js";
import type { Dictionary } from "../text/en.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { allowedImports, type Meaning, resolveImport, TFJS } from "./imports.js";
import { type Module, moduleOf } from "./module.js";
import type { Rules } from "./rules.js";
import { isErasedStatement } from "./syntax/erase.js";
import { declaredFunctions, freeUses, isFunction } from "./syntax/names.js";
import { placesOf } from "./syntax/places.js";
import { bare, children, isNode, isOfTypes, type Node, type Parser, runtimeChildren } from "./syntax/tree.js";

export type Vetted =
  | { readonly is: "broken"; readonly text: Text; readonly place: Place; readonly line: string }
  | { readonly is: "refused"; readonly text: Text; readonly place: Place }
  | {
      readonly is: "fine";
      /** It has an `export default`, which gives its function no name. */
      readonly exportsDefault: boolean;
      /** The names of tfjs that it uses and the syllabus has a remark on. */
      readonly remarkable: readonly string[];
      /** The earlier exercises that it imports. */
      readonly imports: readonly string[];
      /** Every function that it exports is still a TODO. */
      readonly untouched: boolean;
      /** The names of the parameters of the functions that it declares. */
      readonly parameters: Readonly<Record<string, readonly string[]>>;
      /** Where each function that it declares begins. */
      readonly lines: Readonly<Record<string, number>>;
      /** What of it runs. */
      readonly module: Module;
    };

/**
 * @param file how the file is called in messages
 * @throws RangeError when it is nested deeper than the stack
 */
export function vet(parse: Parser, rules: Rules, file: string, source: string): Vetted {
  const places = placesOf(source);
  const placeAt = (offset: number): Place => ({ file, ...places(offset) });
  const broken = (text: Text, offset: number): Vetted => {
    const place = placeAt(offset);
    return { is: "broken", text, place, line: source.split(/\r?\n/)[place.line - 1] ?? "" };
  };
  const parsed = parse(source);
  if (parsed.is === "broken") return broken(neutral(quoteLine(parsed.message)), parsed.offset);
  const { body } = parsed;
  const awaiting = body.map(awaitIn).find((node) => node !== undefined);
  if (awaiting !== undefined)
    return broken(
      textOf((words) => words.topLevelAwait),
      awaiting.start,
    );
  const refused = [...refusedImports(rules, body), ...refusedUses(body, rules.forbidden)].sort(
    (a, b) => a.offset - b.offset,
  )[0];
  if (refused !== undefined) return { is: "refused", text: textOf(refused.say), place: placeAt(refused.offset) };

  const meaningOf = (name: string) => resolveImport(rules, name) as Meaning;
  const functions = declaredFunctions(body);
  const meanings = importedNames(body).map(({ name }) => meaningOf(name));
  return {
    is: "fine",
    exportsDefault: body.some(({ type }) => type === "ExportDefaultDeclaration"),
    remarkable: rules.remarkable.filter((name) => body.some((node) => mentions(node, name))),
    imports: [...new Set(meanings.flatMap((meaning) => (meaning.is === "exercise" ? [meaning.id] : [])))],
    untouched: rules.exports.every((name) => isTodo(functions.get(name))),
    parameters: Object.fromEntries([...functions].map(([name, node]) => [name, parameterNames(node)])),
    lines: Object.fromEntries([...functions].map(([name, node]) => [name, places(node.start).line])),
    module: moduleOf(source, body, meaningOf),
  };
}

/** A file that is the workbook's own: the helpers that exercises share. */
export function readTrusted(parse: Parser, source: string): Module {
  const parsed = parse(source);
  if (parsed.is === "broken") throw new SyntaxError(parsed.message);
  return moduleOf(source, parsed.body, (name) => {
    if (name === TFJS) return { is: "tfjs" };
    throw new SyntaxError(`"${name}" may not be imported here`);
  });
}

/** Something that a file may not have. */
interface Refusal {
  readonly offset: number;
  readonly say: (words: Dictionary) => string;
}

/** Whatever a file imports or hands on, types as well: the name and where it stands. */
function importedNames(body: readonly Node[]): { readonly name: string; readonly offset: number }[] {
  return body.flatMap(({ source }) => (isNode(source) ? [{ name: String(source.value), offset: source.start }] : []));
}

function refusedImports(rules: Rules, body: readonly Node[]): Refusal[] {
  return importedNames(body)
    .filter(({ name }) => resolveImport(rules, name) === "refused")
    .map(({ name, offset }) => ({
      offset,
      say: (words) => words.importRefused(quoteLine(name), allowedImports(rules).join(", ")),
    }));
}

/** TypeScript that is more than types, and what engines do not know yet. */
const NOT_ERASABLE: Readonly<Record<string, string>> = {
  TSEnumDeclaration: "enum",
  TSModuleDeclaration: "namespace",
  TSImportEqualsDeclaration: "import … =",
  TSExportAssignment: "export =",
  TSNamespaceExportDeclaration: "export as namespace",
  TSParameterProperty: "constructor(public …)",
  Decorator: "@decorator",
  AccessorProperty: "accessor",
  TSAbstractAccessorProperty: "accessor",
};

/** Every use of something that no exercise, or not this one, may have. */
function refusedUses(body: readonly Node[], forbidden: readonly string[]): Refusal[] {
  const hidden = new Set(forbidden);
  const namespaces = new Set<string>();
  const found: Refusal[] = [];
  const note = (offset: number, say: Refusal["say"]) => found.push({ offset, say });
  const noteName = (offset: number, name: unknown) => {
    if (typeof name === "string" && hidden.has(name)) note(offset, (words) => words.nameRefused(`tf.${name}`));
  };
  const visit = (node: Node): void => {
    const more = notErasable(node);
    if (more !== undefined) note(node.start, (words) => words.notErasable(more));
    if (isOfTypes(node)) return;
    switch (node.type) {
      case "ImportDeclaration":
        if ((node.source as Node).value !== TFJS) break;
        for (const specifier of node.specifiers as Node[]) {
          const { type, imported, local, start } = specifier;
          if (type !== "ImportSpecifier") namespaces.add((local as Node).name as string);
          else noteName(start, (imported as Node).name ?? (imported as Node).value);
        }
        break;
      case "ImportExpression":
        note(node.start, (words) => words.dynamicImport);
        break;
      case "MetaProperty":
        if ((node.meta as Node).name === "import") note(node.start, (words) => words.importMeta);
        break;
      case "MemberExpression": {
        const object = bare(node.object as Node);
        if (object.type !== "Identifier" || !namespaces.has(object.name as string)) break;
        const property = node.property as Node;
        noteName(property.start, node.computed === true ? property.value : property.name);
        break;
      }
    }
    for (const child of children(node)) if (!isOfTypes(child) || Object.hasOwn(NOT_ERASABLE, child.type)) visit(child);
  };
  for (const node of body) visit(node);
  for (const { start } of freeUses(body, "require")) note(start, (words) => words.requireCall);
  return found;
}

function notErasable(node: Node): string | undefined {
  if (node.type === "VariableDeclaration" && /using/.test(String(node.kind))) return String(node.kind);
  if (node.declare === true || (isErasedStatement(node) && !/^TS(Enum|Module)/.test(node.type))) return undefined;
  return Object.hasOwn(NOT_ERASABLE, node.type) ? NOT_ERASABLE[node.type] : undefined;
}

/** An `await` outside of all functions. */
function awaitIn(node: Node): Node | undefined {
  if (isFunction(node)) return undefined;
  if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await === true)) return node;
  for (const child of runtimeChildren(node)) {
    const found = awaitIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a member or an import of this name occurs: `tf.gather`, `table.gather`, `import { gather }`. */
function mentions(node: Node, name: string): boolean {
  const key = node.type === "MemberExpression" ? node.property : node.type === "ImportSpecifier" ? node.imported : null;
  return (isNode(key) && key.name === name) || runtimeChildren(node).some((child) => mentions(child, name));
}

function parameterNames(node: Node): string[] {
  return (node.params as Node[]).map((parameter) => {
    const inner = parameter.type === "AssignmentPattern" ? (parameter.left as Node) : parameter;
    return inner.type === "Identifier" ? (inner.name as string) : "";
  });
}

/** Whether a function does nothing but throw its TODO. */
function isTodo(node: Node | undefined): boolean {
  const statements = (node?.body as { body?: Node[] } | undefined)?.body;
  const only = statements?.length === 1 ? statements[0] : undefined;
  if (only?.type !== "ThrowStatement") return false;
  const argument = (only.argument as { arguments?: Node[] }).arguments?.[0];
  return argument?.type === "Literal" && String(argument.value).startsWith("TODO ");
}
