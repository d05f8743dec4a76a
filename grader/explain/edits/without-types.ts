/** A solution as plain JavaScript whose text stands where it stood: edits of the one are edits of the other. */
import type { Node } from "../../mutants/tree.js";
import { applyEdits, blanked, type Edit, typeEdits } from "../../submission/syntax/erase.js";
import { declaredBy } from "../../submission/syntax/names.js";

export interface WithoutTypes {
  readonly code: string;
  /** The code, edited or not, in the form of CommonJS. */
  readonly toCommon: (code: string) => string;
}

const IMPORT = /^import\s+(?:\*\s+as\s+(\w+)|\{([^}]*)\})\s+from\s+("[^"]+");?/;

/** @param body the tree of the source */
export function withoutTypes(source: string, body: readonly Node[]): WithoutTypes {
  const erased = applyEdits(source, typeEdits(source, body));
  const edits: Edit[] = [];
  const head: string[] = [];
  const names: string[] = [];
  for (const node of body) {
    const text = erased.slice(node.start, node.end);
    if (node.type === "ImportDeclaration") {
      edits.push({ start: node.start, end: node.end, text: blanked(text) });
      const [, all, some = "", from] = IMPORT.exec(text) ?? [];
      if (from === undefined) continue; // of types alone
      head.push(`const ${all ?? `{ ${some.replace(/ as /g, ": ")} }`} = require(${from});`);
    } else if (node.type === "ExportNamedDeclaration" && text.startsWith("export ")) {
      edits.push({ start: node.start, end: node.start + "export".length, text: blanked("export") });
      names.push(...declaredBy(node));
    }
  }
  const code = applyEdits(erased, edits);
  return { code, toCommon: (changed) => `${head.join("")}${changed}\nmodule.exports = { ${names.join(", ")} };` };
}
