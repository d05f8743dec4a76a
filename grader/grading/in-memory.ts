/** Lets vitest load sources that are in memory only, in place of files or where there is none. */
import path from "node:path";
import { root } from "../store.js";
import type { Sources } from "./sealed.js";

/** What of a plugin of Vite is needed here. */
interface Plugin {
  readonly name: string;
  readonly enforce: "pre";
  readonly resolveId: (source: string, importer: string | undefined) => string | undefined;
  readonly load: (id: string) => string | undefined;
}

export function inMemory(sources: Sources): Plugin {
  const files = new Map([...sources].map(([name, source]) => [path.join(root, name), source]));
  return {
    name: "in-memory",
    enforce: "pre",
    resolveId: (source, importer) => {
      if (source === "#reference") return known(path.join(root, "reference", "index.ts"));
      if (!source.startsWith(".") || importer === undefined || !files.has(clean(importer))) return undefined;
      return known(path.resolve(path.dirname(clean(importer)), source.replace(/\.js$/, ".ts")));
    },
    load: (id) => files.get(clean(id)),
  };

  function known(file: string): string | undefined {
    return files.has(file) ? file : undefined;
  }
}

/** Without what Vite appends: `?v=…`. */
const clean = (id: string): string => id.replace(/[?#].*$/, "");
