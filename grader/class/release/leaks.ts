/** Searches a release for what must not be in it: text of solutions, of the reference and of suites. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { filesBelow, root } from "../../store.js";
import { HELPERS_FILE } from "../../submission/helpers.js";
import { solutionFile } from "../../submission/stub.js";
import { RECORDING } from "../../suite/recording.js";
import { EXERCISES } from "../../syllabus.js";
import type { Contents } from "./contents.js";

/** Code shorter than this, without white space, says nothing: `const [n] = x.shape;`. */
const SHORTEST = 24;

export interface Leak {
  readonly file: string;
  /** Where the text comes from. */
  readonly of: string;
  readonly text: string;
}

export interface Search {
  readonly leaks: readonly Leak[];
  /** Lines of solutions or of the reference that the grader's own code has too: labs train, callables attend. */
  readonly common: number;
}

/** @param hidden sources that must not be readable in the release, beside the solutions */
export function findLeaks(contents: Contents, hidden: ReadonlyMap<string, string>): Search {
  const secrets = new Map<string, string>();
  for (const { id } of EXERCISES)
    for (const line of regionsOf(id)) secrets.set(line, path.relative(root, solutionFile(id)));
  const add = (wanted: (file: string) => boolean) => {
    for (const [file, source] of hidden) if (wanted(file) && !SHARED.has(file)) note(secrets, source, file);
  };
  const isReference = (file: string) => file.startsWith("reference/");
  add(isReference);
  const answers = new Set(secrets.keys());
  add((file) => !isReference(file));
  // What stands in files that everybody is given on purpose is no secret: imports, signatures, docstrings.
  const common = new Set<string>();
  for (const file of [...SHARED, ...publicFiles()]) {
    for (const line of linesOf(readFileSync(path.join(root, file), "utf8"))) {
      if (file.startsWith("grader/") && answers.has(line)) common.add(line);
      secrets.delete(line);
    }
  }
  const leaks: Leak[] = [];
  for (const [file, content] of contents) {
    for (const line of linesOf(readable(file, content))) {
      const of = secrets.get(line);
      if (of !== undefined) leaks.push({ file, of, text: line });
    }
  }
  return { leaks, common: common.size };
}

/** The lines of a solution that its stub has not. */
function regionsOf(id: string): string[] {
  const regions = [...readFileSync(solutionFile(id), "utf8").matchAll(REGION)].map(([region]) => region);
  return [...new Set(regions.flatMap(linesOf))];
}

const REGION = /\/\/ #region solution\n[\s\S]*?\/\/ #endregion/g;

/** Given to everybody, though suites use it as well. */
const SHARED: ReadonlySet<string> = new Set([HELPERS_FILE, "grader/suites/index.ts"]);

/** The grader's own code and the stubs, as they are in this repository. */
function publicFiles(): string[] {
  const own = readdirSync(path.join(root, "grader")).map((name) => `grader/${name}`);
  return [...own.filter((name) => name.endsWith(".ts")), "exercises", "data", ...PARTS.map((part) => `grader/${part}`)]
    .flatMap((place) => filesBelow(path.join(root, place)))
    .map((file) => path.relative(root, file))
    .filter((file) => /^(?!.*\.test\.).*\.ts$/.test(file));
}

const PARTS = ["commands", "grading", "labs", "publish", "sandbox", "submission", "suite", "text", "values"] as const;

function note(secrets: Map<string, string>, source: string, of: string): void {
  for (const line of linesOf(source)) if (!line.startsWith("//") && !line.startsWith("*")) secrets.set(line, of);
}

/** The lines of a text without white space, those that say something. */
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.replace(/\/\/ .*$/, "").replace(/\s+/g, ""))
    .filter((line) => line.length >= SHORTEST && !line.startsWith("import"));

/** What can be read in a file, also when it is compressed. */
const readable = (file: string, content: Buffer): string =>
  (file.endsWith(RECORDING) ? brotliDecompressSync(content) : content).toString("latin1");
