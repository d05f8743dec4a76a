/** What a repository for students holds: copied, cut or made. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { RELEASE_FILE, type Release } from "../../release.js";
import { filesBelow, root } from "../../store.js";
import { HELPERS_COPY, HELPERS_FILE } from "../../submission/helpers.js";
import { cutStub, solutionFile } from "../../submission/stub.js";
import { placeOf, UNITS } from "../../syllabus.js";

/** Files by their path from the root. */
export type Contents = Map<string, Buffer>;

/** What is copied as it is. */
const COPIED = [
  "data",
  "grader",
  "LICENSE",
  ".gitignore",
  ".gitattributes",
  "exercises/support.ts",
  "exercises/types.ts",
];
const WORKFLOWS = [
  ".github/workflows/classroom.yml",
  ".github/workflows/classroom50.yml",
  ".github/grade.svg",
  ".github/grade.es.svg",
];

/** What of the grader is for those who make the workbook and teach with it. */
const LEFT_OUT: readonly RegExp[] = [
  /\.test\.ts$/,
  /(^|\/)(node_modules|__pycache__|fixtures)(\/|$)/,
  /\.(bak|log)$/,
  /^data\/make\.ts$/,
  /^grader\/(acceptance|class|mutants|stubs)\//,
  /^grader\/suites\/(?!index\.ts$)/,
  /^grader\/lessons\/(pictures|coverage)/,
  /^grader\/explain\/((edits|variants)\/|pro(of|ve)\.ts$)/,
  /^grader\/labs\/(bench|targets)\.ts$/,
  /^grader\/labs\/backend\/(compile\.ts|products\.wat|pytorch\.py)$/,
  /^grader\/commands\/(bench|class|mutants|release|stubs|table)\.ts$/,
  /^grader\/(quiet|tally)\.ts$/,
];

/** Scripts of package.json that have no place there. */
const SCRIPTS_LEFT_OUT =
  /^(stubs|pictures|data|wasm|coverage|bench|mutants|lint|typecheck|test|release|class(:.*)?|explain:proof)$/;

/** Whatever of a release is the same in each of them; sealed suites, recorded cases and readmes are added by others. */
export function contentsOf(release: Release): Contents {
  const files: Contents = new Map();
  const units = UNITS.filter(({ number }) => release.units.includes(number));
  const copied = [...COPIED, ...WORKFLOWS, ...units.map(({ folder }) => `exercises/${folder}`)];
  for (const file of copied.flatMap((place) => filesAt(place))) {
    if (!LEFT_OUT.some((pattern) => pattern.test(file))) files.set(file, readFileSync(path.join(root, file)));
  }
  for (const { folder } of units) {
    // Of a unit's own folder: its lesson and pictures. Stubs are cut anew, whatever was tried out in their place.
    for (const file of files.keys())
      if (file.startsWith(`exercises/${folder}/`) && file.endsWith(".ts")) files.delete(file);
  }
  for (const { id } of units.flatMap(({ exercises }) => exercises)) {
    const stub = Buffer.from(cutStub(id, readFileSync(solutionFile(id), "utf8")));
    files.set(`exercises/${placeOf(id)}.ts`, stub);
    files.set(`grader/stubs/${placeOf(id)}.ts`, stub);
    files.set(`grader/suites/${placeOf(id)}.ts`, Buffer.from(REPLAY));
  }
  files.set(HELPERS_COPY, readFileSync(path.join(root, HELPERS_FILE)));
  files.set("grader/commands/table.ts", Buffer.from(TABLE));
  files.set("grader/explain/edits/edited.ts", Buffer.from(NO_EDITS));
  files.set(RELEASE_FILE, json(release));
  files.set("package.json", json(packageOf(readJson("package.json"))));
  files.set("package-lock.json", json(lockOf(readJson("package-lock.json"))));
  for (const [file, content] of files) {
    if (file.startsWith(".github/workflows/")) files.set(file, Buffer.from(withUnits(String(content), release.units)));
    if (/^exercises\/.*\.md$/.test(file)) files.set(file, Buffer.from(String(content).replace(WITH_SOLUTIONS, "")));
  }
  files.set("tsconfig.json", json(TSCONFIG));
  return files;
}

/** A workflow without the runners of units that are not there, which grades every repository and not only forks. */
function withUnits(workflow: string, units: readonly number[]): string {
  const isHere = (number: string) => units.includes(Number(number));
  return workflow
    .replace(/^ +# In the open workbook.*\n/m, "")
    .replace(" && github.event.repository.fork", "")
    .replace(/^ {6}- name: Unit (\d+)\n(?: {8}.*\n)+/gm, (step, number: string) => (isHere(number) ? step : ""))
    .replace(/^ +UNIT-(\d+)_RESULTS:.*\n/gm, (line, number: string) => (isHere(number) ? line : ""))
    .replace(/^( +runners: )(.*)$/m, (_, head: string, list: string) => {
      const kept = list.split(",").filter((runner) => isHere(runner.replace("unit-", "")));
      return head + kept.join(",");
    });
}

/** In lessons: a command that looks at what is solved. */
const WITH_SOLUTIONS = /^npm run .* --solutions\b.*\n/gm;

function filesAt(place: string): string[] {
  const full = path.join(root, place);
  return existsSync(full) ? filesBelow(full).map((file) => path.relative(root, file).replaceAll(path.sep, "/")) : [];
}

/** Without solutions there is nothing to edit. */
const NO_EDITS = `/** Edits of a solution, where there is one. */
import type { Probing } from "../probe.js";

export const editsOf = (_id: string): Probing => () => [];
`;

const REPLAY = `// The suite itself is sealed; this one replays what was recorded of it.
import { replayBeside } from "#grader/suite/replay.js";

export const suite = replayBeside(import.meta.url);
`;

const TABLE = `/** The commands, one table. */
export { STUDENTS as COMMANDS } from "./students.js";
`;

/** For editors: exercises are checked, the grader is not the student's to mend. */
const TSCONFIG = {
  compilerOptions: {
    ...{ target: "ES2022", lib: ["ES2023"], module: "nodenext", moduleResolution: "nodenext", types: [] },
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
    ...{ verbatimModuleSyntax: true, isolatedModules: true, skipLibCheck: true, noEmit: true },
  },
  include: ["exercises"],
};

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);

const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));

const record = v.record(v.string(), v.unknown());
const packageSchema = v.looseObject({ scripts: v.record(v.string(), v.string()), imports: record });

/** Without what only makes or teaches: scripts, development dependencies, the reference. */
function packageOf(original: unknown): unknown {
  const { devDependencies: _, ...rest } = v.parse(packageSchema, original);
  const kept = Object.entries(rest.scripts).filter(([name]) => !SCRIPTS_LEFT_OUT.test(name));
  const { "#reference": __, ...imports } = rest.imports;
  return { ...rest, scripts: Object.fromEntries(kept), imports };
}

const lockSchema = v.looseObject({ packages: v.record(v.string(), v.looseObject({ dev: v.optional(v.boolean()) })) });

/** Without the packages that only development needs. */
function lockOf(original: unknown): unknown {
  const { packages, ...rest } = v.parse(lockSchema, original);
  const kept = Object.entries(packages).filter(([, { dev = false }]) => !dev);
  const { devDependencies: _, ...own } = packages[""] ?? {};
  return { ...rest, packages: { ...Object.fromEntries(kept), "": own } };
}

/** The hidden suites and their reference: what is sealed. */
export function hiddenSources(units: readonly number[]): ReadonlyMap<string, string> {
  const suites = UNITS.filter(({ number }) => units.includes(number)).flatMap(({ exercises }) =>
    exercises.map(({ id }) => `grader/suites/${placeOf(id)}.ts`),
  );
  const shared = [...filesAt("grader/suites").filter((file) => file.split("/").length === 3), ...filesAt("reference")];
  // Suites use the helpers of exercises: these, and not what a student made of them.
  const files = [...suites, ...shared, "exercises/support.ts"].filter((file) => /^(?!.*\.test\.).*\.ts$/.test(file));
  return new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
}
