/** Reads a student's file as a syntax tree: what it imports, what it may not use, and whether it was started. */
import { spawnSync } from "node:child_process";
import { type ParseResult, parseSync } from "oxc-parser";
import type { Text } from "../language.js";
import { neutral } from "../language.js";
import { root } from "../store.js";
import type { Place } from "../suite/failure.js";
import { type Exercise, forbiddenIn, placeOf } from "../syllabus.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";

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
    };

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

const TFJS = "@tensorflow/tfjs";

/** @param file how the file is called in messages */
export function vet(exercise: Exercise, file: string, source: string): Vetted {
  const tooDeep: Vetted = {
    is: "broken",
    text: textOf((words) => words.tooDeep),
    place: { file, line: 1, column: 1 },
    line: source.split(/\r?\n/, 1)[0]?.slice(0, 80) ?? "",
  };
  if (!canBeParsed(source)) return tooDeep;
  try {
    return inspect(exercise, file, source);
  } catch (error) {
    if (error instanceof RangeError) return tooDeep; // the tree is deeper than our own stack
    throw error;
  }
}

/** Nesting cannot be deeper than there are tokens; the parser, which is native code, is safe with this many. */
const SAFE_TOKENS = 2000;

/**
 * Whether the parser survives a text: nested deeply enough, it would overflow the stack and take the whole grader
 * down. Long texts are therefore tried in a process of their own first.
 */
function canBeParsed(source: string): boolean {
  if ((source.match(/\w+|[^\s\w]/g)?.length ?? 0) <= SAFE_TOKENS) return true;
  const parse = 'import { parseSync } from "oxc-parser"; import { readFileSync } from "node:fs";';
  const run = 'parseSync("a.ts", readFileSync(0, "utf8"), { lang: "ts", sourceType: "module" }).program;';
  const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", parse + run], {
    cwd: root,
    input: source,
    stdio: ["pipe", "ignore", "ignore"],
    timeout: 10_000,
  });
  return status === 0;
}

function inspect(exercise: Exercise, file: string, source: string): Vetted {
  const parsed = parseSync(file, source, { lang: "ts", sourceType: "module" });
  const placeAt = (offset: number): Place => locate(file, source, offset);
  const error = parsed.errors[0];
  if (error !== undefined) {
    const place = placeAt(error.labels[0]?.start ?? 0);
    return {
      is: "broken",
      text: neutral(quoteLine(error.message)),
      place,
      line: source.split(/\r?\n/)[place.line - 1] ?? "",
    };
  }
  const body = parsed.program.body as unknown as Node[];
  const imports: string[] = [];
  for (const { name, offset } of importedNames(parsed)) {
    const meaning = resolveImport(exercise, name);
    if (meaning === "refused") {
      const allowed = [
        TFJS,
        "../types.js",
        "../support.js",
        ...exercise.needs.map((id) => importPath(exercise.id, id)),
      ];
      return {
        is: "refused",
        text: textOf((words) => words.importRefused(quoteLine(name), allowed.join(", "))),
        place: placeAt(offset),
      };
    }
    if (meaning.is === "exercise") imports.push(meaning.id);
  }
  const refused = forbiddenUse(body, forbiddenIn(exercise));
  if (refused !== undefined) {
    return { is: "refused", text: textOf(refused.say), place: placeAt(refused.offset) };
  }
  const functions = declaredFunctions(body);
  const parameters = Object.fromEntries([...functions].map(([name, node]) => [name, parameterNames(node)]));
  const lines = Object.fromEntries([...functions].map(([name, node]) => [name, placeAt(node.start).line]));
  const untouched = exercise.exports.every((name) => isTodo(functions.get(name)));
  const remarkable = Object.keys(exercise.remarks ?? {}).filter((name) => body.some((node) => mentions(node, name)));
  const exportsDefault = body.some(({ type }) => type === "ExportDefaultDeclaration");
  return { is: "fine", exportsDefault, remarkable, imports: [...new Set(imports)], untouched, parameters, lines };
}

export type Meaning =
  | { readonly is: "tfjs" }
  | { readonly is: "shared"; readonly name: "types" | "support" }
  | { readonly is: "exercise"; readonly id: string };

/** What an import of an exercise's file means, or that it may not be. */
export function resolveImport(exercise: Exercise, name: string): Meaning | "refused" {
  if (name === TFJS) return { is: "tfjs" };
  if (!name.startsWith(".")) return "refused";
  const folder = `/${placeOf(exercise.id)}`.split("/").slice(1, -1);
  const parts = [...folder];
  for (const part of name.replace(/\.(js|ts)$/, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  const target = parts.join("/");
  if (target === "types" || target === "support") return { is: "shared", name: target };
  const id = exercise.needs.find((needed) => placeOf(needed) === target);
  return id === undefined ? "refused" : { is: "exercise", id };
}

function importPath(from: string, to: string): string {
  const [unit, name] = placeOf(to).split("/");
  return placeOf(from).startsWith(`${unit}/`) ? `./${name}.js` : `../${unit}/${name}.js`;
}

function importedNames({ module }: ParseResult): { name: string; offset: number }[] {
  const names = module.staticImports.map(({ moduleRequest }) => ({
    name: moduleRequest.value,
    offset: moduleRequest.start,
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest) names.push({ name: moduleRequest.value, offset: moduleRequest.start });
    }
  }
  return names;
}

/** The first use of a forbidden name of tfjs, of a dynamic import or of require. */
function forbiddenUse(body: readonly Node[], forbidden: readonly string[]) {
  type Use = { readonly offset: number; readonly say: (words: Parameters<Parameters<typeof textOf>[0]>[0]) => string };
  const hidden = new Set(forbidden);
  const namespaces = new Set<string>();
  let found: Use | undefined;
  const note = (offset: number, say: Use["say"]) => {
    found ??= { offset, say };
  };
  const visit = (node: Node): void => {
    if (node.type === "ImportDeclaration" && (node.source as Node).value === TFJS) {
      for (const specifier of node.specifiers as Node[]) {
        if (specifier.type === "ImportNamespaceSpecifier") namespaces.add((specifier.local as Node).name as string);
        const imported = (specifier.imported as Node | undefined)?.name as string | undefined;
        if (imported !== undefined && hidden.has(imported))
          note(specifier.start, (words) => words.nameRefused(`tf.${imported}`));
      }
    }
    if (node.type === "ImportExpression") note(node.start, (words) => words.dynamicImport);
    if (
      node.type === "CallExpression" &&
      (node.callee as Node).type === "Identifier" &&
      (node.callee as Node).name === "require"
    ) {
      note(node.start, (words) => words.requireCall);
    }
    if (
      node.type === "MemberExpression" &&
      (node.object as Node).type === "Identifier" &&
      namespaces.has((node.object as Node).name as string)
    ) {
      const property = node.property as Node;
      const name = (node.computed ? property.value : property.name) as string | undefined;
      if (name !== undefined && hidden.has(name)) note(property.start, (words) => words.nameRefused(`tf.${name}`));
    }
    for (const child of children(node)) visit(child);
  };
  for (const node of body) visit(node);
  return found;
}

/** Whether a member or an import of this name occurs: `tf.gather`, `table.gather`, `import { gather }`. */
function mentions(node: Node, name: string): boolean {
  const key = node.type === "MemberExpression" ? node.property : node.type === "ImportSpecifier" ? node.imported : null;
  return (key as Node | null)?.name === name || children(node).some((child) => mentions(child, name));
}

function children(node: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** The functions that a file declares at its top, by name. */
function declaredFunctions(body: readonly Node[]): Map<string, Node> {
  const functions = new Map<string, Node>();
  for (const statement of body) {
    const node = statement.type === "ExportNamedDeclaration" ? (statement.declaration as Node | null) : statement;
    if (node?.type === "FunctionDeclaration") functions.set((node.id as Node).name as string, node);
    if (node?.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations as { id: Node; init: Node | null }[]) {
      if (init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression")
        functions.set(id.name as string, init);
    }
  }
  return functions;
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

export function locate(file: string, source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
