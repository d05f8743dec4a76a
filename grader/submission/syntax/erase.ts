/**
 * Takes the types out of TypeScript whose types can be erased. What is left stands where it stood: types become
 * spaces, line ends stay, and so do the lines and columns that an error tells.
 */
import { isNode, isOfTypes, type Node, runtimeChildren } from "./tree.js";

/** A place of the text and what stands there instead. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with its edits made; none may overlap another unless one lies within it, which then goes. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let text = "";
  let at = 0;
  for (const { start, end, text: instead } of inOrder) {
    if (start < at) continue;
    text += source.slice(at, start) + instead;
    at = end;
  }
  return text + source.slice(at);
}

/** Spaces in place of everything but line ends. */
export const blanked = (text: string): string => text.replace(/[^\n\r\u2028\u2029]/g, " ");

/** What may stand between two words: spaces, comments, and closing parentheses, which some parsers leave out of the tree. */
const BETWEEN = /^(?:[\s)]|\/\/.*|\/\*[\s\S]*?\*\/)*/;
const BETWEEN_ITEMS = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/;
const lengthOf = (pattern: RegExp, text: string): number => pattern.exec(text)?.[0].length ?? 0;

const NEW_LINE = /[\n\r\u2028\u2029]/;
const MODIFIERS = /\b(public|private|protected|readonly|override|abstract|declare)\b/g;

/** The edits that take the types away. */
export function typeEdits(source: string, body: readonly Node[]): Edit[] {
  const edits: Edit[] = [];
  const blank = (start: number, end: number) => edits.push({ start, end, text: blanked(source.slice(start, end)) });
  /** In place of a whole statement or member: what follows must not become a part of what comes before. */
  const remove = ({ start, end }: Pick<Node, "start" | "end">) =>
    edits.push({ start, end, text: `;${blanked(source.slice(start + 1, end))}` });

  const visit = (node: Node): void => {
    if (isErasedStatement(node)) {
      remove(node);
      return;
    }
    switch (node.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
        eraseAs(node);
        break;
      case "TSNonNullExpression":
        blank(node.end - 1, node.end);
        break;
      case "TSTypeAssertion":
        eraseAssertion(node);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        eraseHeritage(node);
        break;
      case "PropertyDefinition":
      case "MethodDefinition":
        if (isErasedMember(node)) {
          remove(node);
          return;
        }
        eraseModifiers(node);
        break;
      case "ArrowFunctionExpression":
        eraseArrow(node);
        break;
      case "ImportSpecifier":
      case "ExportSpecifier":
        if ((node.importKind ?? node.exportKind) === "type") blankItem(node.start, node.end);
        break;
    }
    if (Array.isArray(node.params)) eraseThis(node.params as Node[]);
    eraseMarks(node);
    for (const child of types(node)) {
      if (isErasedStatement(child) || node.type === "ClassBody") remove(child);
      else blank(child.start, child.end);
    }
    for (const child of runtimeChildren(node)) visit(child);
  };

  /** `x as T`, from the keyword on; a line that begins with a bracket after it began a statement of its own. */
  const eraseAs = (node: Node) => {
    const { end } = node.expression as Node;
    const type = node.typeAnnotation as Node;
    const keyword = end + lengthOf(BETWEEN, source.slice(end, type.start));
    const rest = source.slice(node.end, node.end + lengthOf(BETWEEN, source.slice(node.end)));
    const begins = NEW_LINE.test(rest) && /^[([`]/.test(source.slice(node.end + rest.length));
    if (begins) remove({ start: keyword, end: type.end });
    else blank(keyword, type.end);
  };

  /** `<T>x`; where a line ends between the two, parentheses keep a `return` from ending there. */
  const eraseAssertion = (node: Node) => {
    const close = source.indexOf(">", (node.typeAnnotation as Node).end) + 1;
    const { start } = node.expression as Node;
    if (NEW_LINE.test(source.slice(node.start, start))) {
      edits.push({ start: node.start, end: close, text: `(${blanked(source.slice(node.start + 1, close))}` });
      edits.push({ start: node.end, end: node.end, text: ")" });
    } else blank(node.start, close);
  };

  const eraseHeritage = (node: Node) => {
    if (node.abstract === true) {
      const keyword = source.slice(node.start).search(/\babstract\b/);
      blank(node.start + keyword, node.start + keyword + "abstract".length);
    }
    const list = node.implements as Node[] | undefined;
    const [first, last] = [list?.[0], list?.at(-1)];
    if (first === undefined || last === undefined) return;
    const before = [node.superTypeArguments, node.superTypeParameters, node.superClass, node.typeParameters, node.id]
      .flatMap((part) => (isNode(part) ? part.end : []))
      .reduce((a, b) => Math.max(a, b), node.start);
    blank(before + source.slice(before, first.start).lastIndexOf("implements"), last.end);
  };

  /** Words before a member's name. A computed name, or a star, would go on with the member before. */
  const eraseModifiers = (node: Node) => {
    const { start } = node.key as Node;
    const head = source.slice(node.start, start);
    const goesOn = node.computed === true || head.includes("*");
    for (const match of head.matchAll(MODIFIERS)) {
      const [from, to] = [node.start + match.index, node.start + match.index + match[0].length];
      if (goesOn && match.index === 0) remove({ start: from, end: to });
      else blank(from, to);
    }
  };

  /**
   * No line may end between the parameters of an arrow function and its arrow, nor between `async` and them: there a
   * parenthesis moves to where the type ended or began.
   */
  const eraseArrow = (node: Node) => {
    const type = node.returnType;
    if (isNode(type) && NEW_LINE.test(source.slice(type.start, type.end))) {
      const paren = source.lastIndexOf(")", type.start);
      blank(paren, paren + 1);
      edits.push({ start: type.start, end: type.end, text: `${blanked(source.slice(type.start, type.end - 1))})` });
    }
    const generic = node.typeParameters;
    if (node.async === true && isNode(generic) && NEW_LINE.test(source.slice(generic.start, generic.end))) {
      const paren = source.indexOf("(", generic.end);
      blank(paren, paren + 1);
      edits.push({
        start: generic.start,
        end: generic.end,
        text: `(${blanked(source.slice(generic.start + 1, generic.end))}`,
      });
    }
  };

  /** An item of a list, and the comma after it. */
  const blankItem = (start: number, end: number) => {
    const next = end + lengthOf(BETWEEN_ITEMS, source.slice(end));
    blank(start, source[next] === "," ? next + 1 : end);
  };

  /** A first parameter `this` is of types alone. */
  const eraseThis = ([first]: readonly Node[]) => {
    if (first?.type !== "Identifier" || first.name !== "this") return;
    blankItem(first.start, first.end);
  };

  /** `x?`, `x!: T`, `foo?()`. */
  const eraseMarks = (node: Node) => {
    if (node.optional !== true && node.definite !== true) return;
    if (/Expression$/.test(node.type)) return; // a?.b
    const key = isNode(node.key) ? node.key : isNode(node.id) ? node.id : undefined;
    const type = node.typeAnnotation ?? (isNode(node.id) ? node.id.typeAnnotation : undefined);
    const until = isNode(type) ? type.start : isNode(node.value) ? node.value.start : node.end;
    const from = key === undefined ? node.start : isNode(type) && key.end > type.start ? key.start : key.end;
    const mark = source.lastIndexOf(node.optional === true ? "?" : "!", until - 1);
    if (mark >= from) blank(mark, mark + 1);
  };

  for (const statement of body) visit(statement);
  return edits;
}

/** Statements of which nothing is there at run time. */
export function isErasedStatement(node: Node): boolean {
  if (node.type === "ImportDeclaration") return node.importKind === "type";
  if (node.type === "ExportAllDeclaration") return node.exportKind === "type";
  if (node.type === "ExportNamedDeclaration") {
    return node.exportKind === "type" || (isNode(node.declaration) && isErasedStatement(node.declaration));
  }
  if (node.type === "ExportDefaultDeclaration") return isErasedStatement(node.declaration as Node);
  if (node.declare === true && /Declaration$/.test(node.type)) return true;
  return /^TS(Interface|TypeAlias|Module|Enum|Global)Declaration$|^TSDeclareFunction$/.test(node.type);
}

function isErasedMember(node: Node): boolean {
  if (node.declare === true || node.abstract === true) return true;
  return isNode(node.value) && node.value.type === "TSEmptyBodyFunctionExpression";
}

/** The nodes directly below a node that are of types alone. */
function types(node: Node): Node[] {
  const below = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]));
  return below.filter((value): value is Node => isNode(value) && isOfTypes(value));
}
