/** Makes one piece of code of a student's file, the shared helpers and the earlier exercises that it imports. */
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import type { BuildFailure, Plugin } from "esbuild";
import { neutral, type Text } from "../language.js";
import { root } from "../store.js";
import type { Place } from "../suite/failure.js";
import { exerciseOf } from "../syllabus.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { HELPERS_FILE } from "./helpers.js";
import { resolveImport } from "./vet.js";

/** The file of an exercise, under the name that messages call it by. */
export interface SourceFile {
  readonly file: string;
  readonly source: string;
}

export interface Bundle {
  readonly code: string;
  /** The place in the sources that a place in `code` comes from (both count from 1). */
  readonly origin: (line: number, column: number) => Place | undefined;
}

export type Bundled =
  | { readonly is: "bundle"; readonly bundle: Bundle }
  | { readonly is: "broken"; readonly text: Text; readonly place: Place; readonly line: string };

/**
 * @param id of the exercise
 * @param sources the files of the exercise and of all that it imports, by id
 * @param shared the helpers that they may import
 */
export async function bundle(id: string, sources: ReadonlyMap<string, SourceFile>, shared: string): Promise<Bundled> {
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      stdin: { contents: `export * from "exercise:${id}";`, loader: "ts" },
      bundle: true,
      write: false,
      outfile: "submission.cjs",
      format: "cjs",
      platform: "neutral",
      target: "node20",
      charset: "ascii",
      banner: { js: '"use strict";' }, // as a module is; strict functions do not tell who called them
      external: ["@tensorflow/tfjs"],
      sourcemap: "external",
      sourcesContent: false,
      legalComments: "none", // engines read some comments as directions, too
      logLevel: "silent",
      plugins: [exercises(sources, shared)],
      tsconfigRaw: {},
    });
    const [code, map] = [".cjs", ".map"].map((end) => outputFiles.find((file) => file.path.endsWith(end))?.text ?? "");
    return { is: "bundle", bundle: { code: code ?? "", origin: originIn(map ?? "") } };
  } catch (error) {
    const first = (error as BuildFailure).errors?.[0];
    if (first === undefined) throw error;
    const { file = "", line = 1, column = 0, lineText = "" } = first.location ?? {};
    const place = { file: file.replace(/^exercise:/, ""), line, column: column + 1 };
    return { is: "broken", text: kindly(first.text), place, line: lineText };
  }
}

/** What vetting could not see, in the workbook's own words. */
function kindly(message: string): Text {
  if (message.startsWith("Top-level await")) return textOf((words) => words.topLevelAwait);
  if (message.startsWith("Could not resolve")) return textOf((words) => words.requireCall);
  return neutral(quoteLine(message));
}

/** Resolves what exercises may import: vetting has refused everything else already. */
function exercises(sources: ReadonlyMap<string, SourceFile>, shared: string): Plugin {
  return {
    name: "exercises",
    setup(build) {
      build.onResolve({ filter: /^exercise:/ }, ({ path: name }) => ({ path: name.slice(9), namespace: "exercise" }));
      build.onResolve({ filter: /^\./, namespace: "exercise" }, ({ path: name, importer }) => {
        const meaning = resolveImport(exerciseOf(importer), name);
        if (meaning === "refused" || meaning.is === "tfjs")
          return { errors: [{ text: `"${name}" may not be imported` }] };
        if (meaning.is === "exercise") return { path: meaning.id, namespace: "exercise" };
        return { path: path.join(root, "exercises", `${meaning.name}.ts`) };
      });
      build.onLoad({ filter: /.*/, namespace: "exercise" }, ({ path: id }) => {
        const file = sources.get(id);
        return file === undefined
          ? { errors: [{ text: `no file for ${id}` }] }
          : { contents: withoutSourceMap(file.source), loader: "ts" };
      });
      // The helpers' own imports: anything else could bring a file of this machine into the bundle.
      build.onResolve({ filter: /.*/, namespace: "file" }, ({ path: name, importer }) => {
        if (importer !== helpersPath) return undefined;
        if (name === "@tensorflow/tfjs") return { path: name, external: true };
        return { errors: [{ text: `"${name}" may not be imported by ${HELPERS_FILE}` }] };
      });
      build.onLoad({ filter: /support\.ts$/, namespace: "file" }, () => ({ contents: shared, loader: "ts" }));
    },
  };
}

/**
 * A comment that names a source map has esbuild read that file, whichever it is, quote it when it is none, and believe it
 * when it is one. Without its sign the comment is as long, and one like all others.
 */
const withoutSourceMap = (source: string): string => source.replace(/(\/[/*])[#@](?= sourceMappingURL=)/g, "$1 ");

const helpersPath = path.join(root, HELPERS_FILE);

function originIn(map: string): Bundle["origin"] {
  const parsed = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return (line, column) => {
    const entry = parsed.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || entry.originalSource === undefined) return undefined;
    return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}
