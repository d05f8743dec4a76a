/** A file without its types, imports and exports: its code, and which names go in and out of it. */
import type { Meaning } from "./imports.js";
import { applyEdits, blanked, type Edit, isErasedStatement, typeEdits } from "./syntax/erase.js";
import { declaredBy } from "./syntax/names.js";
import { children, isNode, type Node } from "./syntax/tree.js";

/** What is imported from: tfjs, the helpers that exercises share, or an exercise. */
export type Source = "tfjs" | "support" | (string & {});

export interface Import {
  readonly from: Source;
  /** Imported name and local name; "*" is everything, under one name. */
  readonly names: readonly (readonly [string, string])[];
}

export interface Export {
  readonly name: string;
  /** A name of the file itself, or of what it hands on. */
  readonly local: string;
  readonly from?: Source;
}

export interface Module {
  /** JavaScript on the lines and columns of the file. */
  readonly code: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** Where all that is exported is handed on from. */
  readonly stars: readonly Source[];
}

const DEFAULT = "default";

/**
 * Takes a file apart.
 *
 * @param meaningOf what the file may import; vetting has refused everything else already
 */
export function moduleOf(source: string, body: readonly Node[], meaningOf: (name: string) => Meaning): Module {
  const edits: Edit[] = [];
  const imports: Import[] = [];
  const exports: Export[] = [];
  const stars: Source[] = [];
  const remove = ({ start, end }: Pick<Node, "start" | "end">) =>
    edits.push({ start, end, text: `;${blanked(source.slice(start + 1, end))}` });
  /** Nothing of the types is there at run time. */
  const sourceOf = (statement: Node): Source | undefined => {
    const meaning = meaningOf((statement.source as Node).value as string);
    if (meaning.is === "shared") return meaning.name === "support" ? "support" : undefined;
    return meaning.is === "tfjs" ? "tfjs" : meaning.id;
  };

  const isOfTypesOnly = (node: Node) => node.type === "ImportDeclaration" && sourceOf(node) === undefined;
  const values = new Set(body.filter((node) => !isOfTypesOnly(node)).flatMap(declaredBy));

  if (source.startsWith("#!")) edits.push({ start: 0, end: 2, text: "//" });
  for (const statement of body) {
    if (isErasedStatement(statement)) continue; // goes with the types
    if (statement.type === "ImportDeclaration") {
      const from = sourceOf(statement);
      if (from !== undefined) imports.push({ from, names: importedNames(statement) });
      remove(statement);
    } else if (statement.type === "ExportAllDeclaration") {
      const from = sourceOf(statement);
      const name = isNode(statement.exported) ? nameOf(statement.exported) : undefined;
      if (from !== undefined && name === undefined) stars.push(from);
      if (from !== undefined && name !== undefined) exports.push({ name, local: "*", from });
      if (from !== undefined) imports.push({ from, names: [] });
      remove(statement);
    } else if (statement.type === "ExportNamedDeclaration" && isNode(statement.declaration)) {
      const start = statement.start;
      edits.push({ start, end: start + "export".length, text: blanked("export") });
      for (const name of declaredBy(statement)) exports.push({ name, local: name });
    } else if (statement.type === "ExportNamedDeclaration") {
      const from = isNode(statement.source) ? sourceOf(statement) : undefined;
      if (from !== undefined) imports.push({ from, names: [] });
      for (const specifier of statement.specifiers as Node[]) {
        const [local, name] = [nameOf(specifier.local as Node), nameOf(specifier.exported as Node)];
        if (specifier.exportKind === "type") continue;
        if (from !== undefined) exports.push({ name, local, from });
        else if (!isNode(statement.source) && values.has(local)) exports.push({ name, local });
      }
      remove(statement);
    } else if (statement.type === "ExportDefaultDeclaration") {
      exports.push({ name: DEFAULT, local: exportDefault(statement, edits) });
    }
  }
  edits.push(...body.flatMap((statement) => commentMarks(source, statement)));
  edits.push(...typeEdits(source, body));
  return { code: applyEdits(source, edits), imports, exports, stars };
}

function importedNames(statement: Node): (readonly [string, string])[] {
  return (statement.specifiers as Node[]).flatMap((specifier) => {
    const local = (specifier.local as Node).name as string;
    if (specifier.type === "ImportNamespaceSpecifier") return [["*", local] as const];
    if (specifier.type === "ImportDefaultSpecifier") return [[DEFAULT, local] as const];
    return specifier.importKind === "type" ? [] : [[nameOf(specifier.imported as Node), local] as const];
  });
}

/** A name, which may be written as a text. */
const nameOf = (node: Node): string => String(node.type === "Identifier" ? node.name : node.value);

/** Under which name the code keeps what has none. */
const UNNAMED = "$default$";

/** Takes `export default` away; what has no name gets one. */
function exportDefault(statement: Node, edits: Edit[]): string {
  const declaration = statement.declaration as Node;
  const head = { start: statement.start, end: declaration.start };
  const length = head.end - head.start;
  const isNamed = /^(Function|Class)Declaration$/.test(declaration.type) && isNode(declaration.id);
  if (isNamed) {
    edits.push({ ...head, text: " ".repeat(length) });
    return (declaration.id as Node).name as string;
  }
  edits.push({ ...head, text: `var ${UNNAMED}=`.padEnd(length) });
  edits.push({ start: statement.end, end: statement.end, text: ";" });
  return UNNAMED;
}

/** `a<!--b` means `a < !--b` in a module, and begins a comment in other code: a space tells them apart there, too. */
function commentMarks(source: string, node: Node): Edit[] {
  const below = children(node).flatMap((child) => commentMarks(source, child));
  if (node.type !== "BinaryExpression" || node.operator !== "<") return below;
  const at = (node.right as Node).start;
  return source.startsWith("!--", at) && source[at - 1] === "<" ? [...below, { start: at, end: at, text: " " }] : below;
}
