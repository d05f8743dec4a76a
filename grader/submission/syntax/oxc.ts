/** oxc's parser behind the seam. */
import type { parseSync } from "oxc-parser";
import type { Node, Parser } from "./tree.js";

/** @param parse oxc's own function: whoever uses it knows where its native code lies */
export function oxc(parse: typeof parseSync): Parser {
  return (source) => {
    const parsed = parse("exercise.ts", source, { lang: "ts", sourceType: "module" });
    const error = parsed.errors[0];
    if (error !== undefined) return { is: "broken", message: error.message, offset: error.labels[0]?.start ?? 0 };
    return { is: "tree", body: parsed.program.body as unknown as readonly Node[] };
  };
}
