/**
 * A class whose grades are known before it is graded: stubs, solutions, every known mistake as a file of its own, every
 * attack and every kind of bad input. For tests and measurements.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { build, type Plugin } from "esbuild";
import { parseSync } from "oxc-parser";
import { root } from "../store.js";
import { solutionFile, stubOf } from "../submission/stub.js";
import type { Functions, Suite } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import * as words from "../suite/index.js";
import { runSuite } from "../suite/run.js";
import { loadSuite, suiteFile } from "../suites/index.js";
import { type Exercise, exerciseOf, placeOf, pointsOf } from "../syllabus.js";

export interface Sampled {
  readonly student: string;
  /** By exercise: the points that it must come to. Nothing where only that it is less than all is known. */
  readonly points: Readonly<Record<string, number | undefined>>;
  /** A kind of bad input whose file is right: it only prints, say. */
  readonly rightAllTheSame?: true;
}

export interface SampleRequest {
  /** How many: at least as many as there are fixtures, and mistakes in one exercise. */
  readonly count: number;
  readonly seed: number;
  readonly ids: readonly string[];
  /** Which attacks and kinds of bad input; all unless said. */
  readonly fixtures?: readonly string[];
}

/** One wrong file: the exercise, and how many points its checks leave it. */
interface Wrong {
  readonly id: string;
  readonly mistake: string;
  readonly source: string;
  readonly points: number | undefined;
}

/** Mistakes whose answers are zero but for rounding, which decides whether they look like a constant. */
const UNSURE: ReadonlySet<string> = new Set(["2.4 measures-equivariance"]);

/** Writes submissions as folders below `folder`. */
export async function writeClass(folder: string, request: SampleRequest): Promise<Sampled[]> {
  const { count, seed, ids } = request;
  const exercises = ids.map(exerciseOf);
  const wrong: Wrong[] = [];
  for (const { id } of exercises) wrong.push(...(await wrongFiles(id, seed)));
  const sampled: Sampled[] = [];
  const add = (student: string, files: (exercise: Exercise) => { source: string; points: number | undefined }) => {
    const entries = exercises.map((exercise) => [exercise.id, files(exercise)] as const);
    for (const [id, { source }] of entries) write(folder, student, id, source);
    sampled.push({ student, points: Object.fromEntries(entries.map(([id, { points }]) => [id, points])) });
  };
  const stub = ({ id }: Exercise) => ({ source: stubOf(id) ?? "", points: 0 });
  const solved = (exercise: Exercise) => ({
    source: readFileSync(solutionFile(exercise.id), "utf8"),
    points: pointsOf(exercise),
  });
  sampled.push(...writeFixtures(folder, request.fixtures));
  // All mistakes at once: the n-th submission makes the n-th mistake of each exercise.
  const most = Math.max(...exercises.map(({ id }) => wrong.filter((one) => one.id === id).length));
  for (let n = 0; n < most; n++) {
    add(`mistakes-${n + 1}`, (exercise) => wrong.filter(({ id }) => id === exercise.id)[n] ?? solved(exercise));
  }
  // And one by one, in submissions that are right otherwise, as far as there is room; between them stubs and solutions.
  for (let n = 0; sampled.length < count; n++) {
    const one = wrong[Math.floor((n * 7919) % wrong.length)];
    if (n % 5 === 0) add(`stubs-${n}`, stub);
    else if (n % 5 === 1) add(`solved-${n}`, solved);
    else if (n % 5 === 2)
      add(`begun-${n}`, (exercise) => (exercises.indexOf(exercise) < n % ids.length ? solved : stub)(exercise));
    else add(`mistake-${n}`, (exercise) => (exercise.id === one?.id ? one : solved(exercise)));
  }
  return sampled;
}

function write(folder: string, student: string, id: string, source: string): void {
  const file = path.join(folder, student, "exercises", `${placeOf(id)}.ts`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, source);
}

/** Kinds of bad input that are right, and only do something odd beside it. */
const RIGHT: ReadonlySet<string> = new Set(["prints-and-passes", "prints-too-much"]);

/** The attacks and the bad input that the workbook is tested with. But for a few, none may come to all points of 1.1. */
function writeFixtures(folder: string, wanted: readonly string[] | undefined): Sampled[] {
  return ["attacks", "bad-input"].flatMap((kind) => {
    const from = path.join(root, "grader", "fixtures", kind);
    const names = readdirSync(from).filter((name) => wanted?.includes(name) ?? true);
    return names.map((name): Sampled => {
      cpSync(path.join(from, name), path.join(folder, `${kind}-${name}`), { recursive: true });
      return { student: `${kind}-${name}`, points: {}, ...(RIGHT.has(name) && { rightAllTheSame: true }) };
    });
  });
}

/** Every known mistake of an exercise as a file that stands alone, with the points that the suite leaves it. */
async function wrongFiles(id: string, seed: number): Promise<Wrong[]> {
  tf.enableProdMode();
  const suite = await loadSuite(id);
  const files: Wrong[] = [];
  for (const [mistake, { variant }] of Object.entries(suite.mistakes)) {
    const connection = connectInProcess({ ...suite.functions, ...variant } as Functions);
    const results = await runSuite(suite, seed, connection);
    const sum = results.reduce((total, result) => total + result.points, 0);
    const points = UNSURE.has(`${id} ${mistake}`) ? undefined : sum;
    files.push({ id, mistake, source: await wrongSource(suite, mistake), points });
  }
  return files;
}

async function wrongSource(suite: Suite, mistake: string): Promise<string> {
  const { exports } = exerciseOf(suite.id);
  const wrong = suite.mistakes[mistake]?.variant ?? {};
  const functions = exports.map((name) => {
    const where = wrong[name] === undefined ? "suite.functions" : "variant";
    return `export function ${name}(...args) { return ${where}.${name}(...args); }`;
  });
  const contents = [
    `import * as module from ${JSON.stringify(suiteFile(suite.id))};`,
    "const suite = Object.values(module)[0];",
    `const variant = suite.mistakes[${JSON.stringify(mistake)}].variant;`,
    ...functions,
  ].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    ...{ bundle: true, write: false, format: "esm", platform: "neutral", logLevel: "silent" },
    external: ["@tensorflow/tfjs"],
    plugins: [
      onlyMistakes(
        suite,
        exports.every((name) => wrong[name] !== undefined),
      ),
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * Leaves of a suite its mistakes, and its functions where they are needed: the rest may use what the exercise forbids.
 */
function onlyMistakes(suite: Suite, withoutFunctions: boolean): Plugin {
  const others = Object.keys(words).filter((name) => name !== "suite");
  const shim = [
    "const nothing = () => nothing;",
    "const any = new Proxy({}, { get: () => nothing });",
    "export const suite = (id, functions) => (define) => ({ ...define(any), functions });",
    ...others.map((name) => `export const ${name} = nothing;`),
  ].join("\n");
  return {
    name: "only mistakes",
    setup(bundling) {
      bundling.onResolve({ filter: /^#grader\/suite\/index/ }, () => ({ path: "shim", namespace: "shim" }));
      bundling.onResolve({ filter: /^#reference$/ }, () => ({ path: path.join(root, "reference", "index.ts") }));
      bundling.onLoad({ filter: /.*/, namespace: "shim" }, () => ({ contents: shim }));
      bundling.onLoad({ filter: /grader\/suites\// }, ({ path: file }) => ({
        contents:
          file === suiteFile(suite.id) ? cut(readFileSync(file, "utf8"), withoutFunctions) : readFileSync(file, "utf8"),
        loader: "ts",
      }));
    },
  };
}

/** What is looked at of a syntax tree. */
interface Node {
  readonly type: string;
  readonly key: { readonly name?: string };
  readonly value: Span;
  readonly callee: { readonly name?: string };
  readonly arguments: readonly Span[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The source of a suite with empty cases, checks and routes, and perhaps without the reference's functions. */
function cut(source: string, withoutFunctions: boolean): string {
  const places: Span[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const inner of node) visit(inner);
      return;
    }
    const { type, key, value, callee, arguments: args } = node as Partial<Node>;
    if (withoutFunctions && type === "CallExpression" && callee?.name === "suite" && args?.[1] !== undefined) {
      places.push(args[1]);
    }
    if (type === "Property" && value !== undefined && ["cases", "checks", "routes"].includes(key?.name ?? "")) {
      places.push(value);
      return;
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSync("suite.ts", source).program.body);
  places.sort((a, b) => a.start - b.start);
  return places.reduceRight((text, { start, end }) => `${text.slice(0, start)}[]${text.slice(end)}`, source);
}
