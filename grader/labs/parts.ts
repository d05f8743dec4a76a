/**
 * The one seam through which labs get the functions of exercises: a student's, a solution's or the reference's, any of
 * which can stand in for another, also below the surface: with 2.1 changed, the attention of every layer is.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { compileFunction } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import type { Plugin } from "esbuild";
import type * as Reference from "#reference";
import { UsageError } from "../errors.js";
import type { Language } from "../language.js";
import { root } from "../store.js";
import { findFile, type Submission } from "../submission/find.js";
import { resolveImport } from "../submission/imports.js";
import { rulesOf } from "../submission/rules.js";
import { exerciseOf } from "../syllabus.js";
import { quoteLine } from "../text/quote.js";

/** Every function of an exercise, under its own name. */
export type Parts = typeof Reference;

/** Where the functions of an exercise come from. */
export type Origin = Submission | "reference";

export interface PartsRequest {
  /** The exercises whose functions a lab calls. */
  readonly ids: readonly string[];
  readonly originOf: (id: string) => Origin;
  /**
   * Code put around exercises, by id. It has the exercise's own functions as `original`, and exports those that it
   * changes: `export const sinusoidalPositions = (n, d) => original.sinusoidalPositions(n, d).mul(0);`
   */
  readonly around?: Readonly<Record<string, string>>;
  readonly language: Language;
}

export interface Loaded {
  /** The functions, ready to be called in this process. */
  readonly parts: Parts;
  /** Changes when their code does, comments aside. */
  readonly fingerprint: string;
}

/**
 * The functions of exercises.
 *
 * @throws UsageError when a file is missing or does not compile
 */
export async function loadParts(request: PartsRequest): Promise<Loaded> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: request.ids.map((id) => `export * from "exercise:${id}";`).join("\n"), loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "neutral",
    target: "node20",
    external: ["@tensorflow/tfjs"],
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [exercises(request)],
    tsconfigRaw: {},
  }).catch((error: { errors?: readonly { text: string; location?: { file: string; line: number } | null }[] }) => {
    const [first] = error.errors ?? [];
    if (first === undefined) throw error;
    const place = first.location ? `${first.location.file.replace(/^\w+:/, "")}:${first.location.line}: ` : "";
    throw new UsageError(quoteLine(place + first.text));
  });
  const holder = { exports: {} };
  const require = createRequire(import.meta.url);
  const give = (name: string) => (name === "@tensorflow/tfjs" ? tf : require(name));
  const code = outputFiles[0]?.text ?? "";
  compileFunction(code, ["require", "exports", "module"], { filename: "exercises.cjs" })(give, holder.exports, holder);
  const [written = ""] = code.split("//# sourceMappingURL");
  const fingerprint = createHash("sha256").update(written).digest("hex").slice(0, 16);
  return { parts: { ...holder.exports } as Parts, fingerprint };
}

/** Resolves exercises, whatever stands around them, and what they import. */
function exercises({ originOf, around = {}, language }: PartsRequest): Plugin {
  return {
    name: "exercises",
    setup(build) {
      build.onResolve({ filter: /^exercise:/ }, ({ path: name }) => placed(name.slice("exercise:".length)));
      build.onResolve({ filter: /^original:/ }, ({ path: name }) => ({
        path: name.slice("original:".length),
        namespace: "exercise",
      }));
      build.onResolve({ filter: /^\./, namespace: "exercise" }, ({ path: name, importer }) => {
        const meaning = resolveImport(rulesOf(importer), name);
        if (meaning === "refused" || meaning.is === "tfjs")
          return { errors: [{ text: `"${name}" may not be imported` }] };
        if (meaning.is === "exercise") return placed(meaning.id);
        return { path: path.join(root, "exercises", `${meaning.name}.ts`) };
      });
      build.onLoad({ filter: /.*/, namespace: "exercise" }, ({ path: id }) => load(id));
      build.onLoad({ filter: /.*/, namespace: "around" }, ({ path: id }) => ({
        contents: `import * as original from "original:${id}";\nexport * from "original:${id}";\n${around[id]}`,
        loader: "ts",
      }));
    },
  };

  function placed(id: string) {
    return { path: id, namespace: around[id] === undefined ? "exercise" : "around" };
  }

  function load(id: string) {
    const origin = originOf(id);
    if (origin === "reference") {
      const names = exerciseOf(id).exports.join(", ");
      const file = JSON.stringify(path.join(root, "reference", "index.ts"));
      return { contents: `export { ${names} } from ${file};`, resolveDir: root, loader: "ts" as const };
    }
    const found = findFile(origin, id);
    if (found.is !== "found") return { errors: [{ text: found.text[language] }] };
    return { contents: found.source, loader: "ts" as const };
  }
}
