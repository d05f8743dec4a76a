/** The house agrees with itself: syllabus, files, imports, lessons, types, style. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import * as reference from "#reference";
import { LANGUAGES } from "../language.js";
import { anchorsOf, fencesOf, formulasOf, hintsOf, lessonFile, linksOf, sectionOf } from "../lessons/lesson.js";
import { filesBelow, root } from "../store.js";
import { rulesOf } from "../submission/rules.js";
import { exerciseFile, solutionFile, stubOf } from "../submission/stub.js";
import { oxc } from "../submission/syntax/oxc.js";
import { vet } from "../submission/vet.js";
import { suiteFile } from "../suites/index.js";
import { EXERCISES, placeOf, pointsOf, UNITS } from "../syllabus.js";

const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))("exercise %s", (id, exercise) => {
  test("has its files, and no others stand in its place", () => {
    for (const file of [exerciseFile(id), solutionFile(id), suiteFile(id)]) expect(existsSync(file), file).toBe(true);
  });

  test("its stub is cut from its solution (npm run stubs)", () => {
    expect(readFileSync(exerciseFile(id), "utf8")).toBe(stubOf(id));
  });

  test("its stub imports tfjs so that it can be used", () => {
    expect(readFileSync(exerciseFile(id), "utf8")).not.toMatch(/import type \* as tf/);
  });

  test("its solution exports its functions and keeps its rules", () => {
    const source = readFileSync(solutionFile(id), "utf8");
    const vetted = vet(oxc(parseSync), rulesOf(exercise), solutionFile(id), source);
    expect(vetted.is).toBe("fine");
    const exported = [...source.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
    expect(exported).toEqual(exercise.exports);
    if (vetted.is === "fine") expect([...vetted.imports].sort()).toEqual([...exercise.needs].sort());
  });

  test("its functions are in the reference, with the same parameters", () => {
    const solution = signatures(readFileSync(solutionFile(id), "utf8"));
    const referenceFiles = filesBelow(path.join(root, "reference")).filter((file) => /^(?!.*\.test).*\.ts$/.test(file));
    const known = Object.assign({}, ...referenceFiles.map((file) => signatures(readFileSync(file, "utf8")))) as Record<
      string,
      string
    >;
    for (const name of exercise.exports) {
      expect(reference).toHaveProperty(name);
      expect(known[name], name).toBe(solution[name]);
    }
  });

  test.each(LANGUAGES)("has a section with two or three hints in the lesson (%s)", (language) => {
    const section = sectionOf(id, read(lessonFile(id, language)));
    expect(section).toBeDefined();
    expect([2, 3]).toContain(hintsOf(section ?? "").length);
    expect(linksOf(section ?? "")).toContain(`${path.basename(placeOf(id))}.ts`);
    expect(section).toMatch(new RegExp(`· ${"★".repeat(exercise.stars)} · ${pointsOf(exercise)} p`));
  });

  test("needs only earlier exercises", () => {
    const ids = EXERCISES.map((other) => other.id);
    for (const needed of exercise.needs) expect(ids.indexOf(needed)).toBeLessThan(ids.indexOf(id));
    expect(ids.filter((other) => other === id)).toEqual([id]);
  });
});

/** The parameters and result of each exported function, as written, without white space. */
function signatures(source: string): Record<string, string> {
  const found = [...source.matchAll(/^export function (\w+)(\([\s\S]*?\): [^{]+?|\([\s\S]*?\): \{[\s\S]*?\}) \{$/gm)];
  return Object.fromEntries(
    found.map(([, name = "", signature = ""]) => [
      name,
      signature.replace(/\s|,(?=\s*\))/g, "").replace(/tf\.Tensor/g, "Tensor"),
    ]),
  );
}

test("no file of an exercise stands there that the syllabus does not know", () => {
  const known = new Set(EXERCISES.map(({ id }) => `${placeOf(id)}.ts`));
  for (const tree of ["exercises", "solutions", "grader/suites"]) {
    for (const { folder } of UNITS) {
      const files = readdirSync(path.join(root, tree, folder)).filter((file) => file.endsWith(".ts"));
      for (const file of files) expect(known, `${tree}/${folder}/${file}`).toContain(`${folder}/${file}`);
    }
  }
});

describe.each(UNITS.map(({ folder, exercises }) => [folder, exercises[0]?.id ?? ""] as const))(
  "lesson %s",
  (folder, id) => {
    const [english, spanish] = LANGUAGES.map((language) => read(lessonFile(id, language))) as [string, string];

    test("agrees in both languages: anchors, formulas, code, hints", () => {
      for (const parts of [anchorsOf, formulasOf, fencesOf]) expect(parts(spanish)).toEqual(parts(english));
      expect(hintsOf(spanish).length).toBe(hintsOf(english).length);
      expect(spanish.match(/^#+ /gm)).toEqual(english.match(/^#+ /gm));
    });

    test.each([
      ["en", english],
      ["es", spanish],
    ])("links lead somewhere (%s)", (_, lesson) => {
      for (const link of linksOf(lesson).filter((target) => !/^(https?:|#)/.test(target))) {
        const [file = ""] = link.split("#");
        expect(existsSync(path.join(root, "exercises", folder, file)), link).toBe(true);
      }
    });
  },
);

/** Who may never import whom (folder → folders), from the way a grade goes. */
const NEVER: readonly (readonly [from: string, to: readonly string[]])[] = [
  ["reference", ["grader"]],
  ["grader/sandbox", ["reference", "grader/suites", "grader/suite"]],
  [
    "grader/publish",
    ["vitest", "grader/grading", "grader/sandbox", "grader/suites", "grader/suite", "grader/submission"],
  ],
  ["grader/suites", ["grader/grading", "grader/sandbox", "grader/submission", "grader/commands", "grader/publish"]],
  ["grader/labs", ["grader/commands", "grader/suites", "grader/sandbox", "vitest"]],
  ["grader/grading", ["grader/commands", "grader/class", "grader/labs", "grader/publish", "reference"]],
  ["grader/suite", ["grader/commands", "grader/class", "grader/grading", "grader/sandbox", "grader/publish"]],
  ["grader/class/intake", ["grader/commands", "grader/grading", "grader/suite", "grader/sandbox", "solutions"]],
  ["data", ["grader", "reference", "solutions", "exercises"]],
  ["exercises", ["grader", "reference", "solutions"]],
  ["solutions", ["grader", "reference", "exercises"]],
];

test.each(NEVER)("%s imports nothing of %s", (from, to) => {
  const files = filesBelow(path.join(root, from)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    for (const target of importsOf(file)) {
      for (const folder of to)
        expect(isBelow(target, folder), `${path.relative(root, file)} imports ${target}`).toBe(false);
    }
  }
});

/** What a file imports: packages by name, files relative to the root. */
function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(file, "utf8"), { lang: "ts", sourceType: "module" });
  const names = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  return names.map((name) => {
    if (name.startsWith("#")) return name.slice(1);
    return name.startsWith(".") ? path.relative(root, path.resolve(path.dirname(file), name)) : name;
  });
}

const isBelow = (target: string, folder: string): boolean => target === folder || target.startsWith(`${folder}/`);

describe("text of foreign origin", () => {
  const sources = filesBelow(path.join(root, "grader"))
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|\/(fixtures|acceptance|inside)\//.test(file))
    .map((file) => [path.relative(root, file), readFileSync(file, "utf8")] as const);
  const holding = (pattern: RegExp) => sources.flatMap(([file, source]) => (pattern.test(source) ? [file] : []));

  test("few files write to a terminal or a log: all others go by a screen, which lets no command through", () => {
    expect(holding(/process\.std(out|err)\.write\(|console\.\w+\(/)).toEqual([
      "grader/class/program.ts", // numbers
      "grader/class/proof.ts",
      "grader/cli.ts",
      "grader/commands/publish.ts",
      "grader/commands/watch.ts",
      "grader/explain/proof.ts",
      "grader/publish/targets.ts",
      "grader/release.ts",
      "grader/submission/reader/process.ts", // its answers, on its pipe
      "grader/tally.ts",
    ]);
  });

  test("whatever is started, and not waited for on the spot, ends with who starts it", () => {
    const starting = holding(/import \{[^}]*\b(spawn|fork|exec|execFile)\b[^}]*\} from "node:child_process"/);
    expect(starting.filter((file) => !/watchOver\(\s*spawn\(/.test(read(file)))).toEqual([
      "grader/commands/doctor.ts", // these three start what ends by itself within seconds: one line of code,
      "grader/sandbox/snapshot.ts", // the making of a snapshot,
      "grader/sandbox/usage.ts", // and ps
    ]);
    expect(starting).toContain("grader/tied.ts");
  });

  test("every dictionary quotes what is put into its sentences", () => {
    const dictionaries = holding(/^const es: (typeof en|\w+Words|Dictionary) = /m);
    expect(dictionaries.length).toBeGreaterThan(7);
    for (const file of dictionaries)
      expect(readFileSync(path.join(root, file), "utf8"), file).toContain("quoting({ en, es })");
    expect(read("grader/text/index.ts")).toContain("quoting({ en, es })");
  });

  test("signs of a format are escaped by the functions of grader/text alone", () => {
    expect(holding(/&(amp|lt|#\$\{)|%0A|\\p\{(C|Cc|Cf)\}/)).toEqual([
      "grader/class/intake/repository.ts", // names of branches, which are quoted again where they are said
      "grader/class/table.ts", // CSV
      "grader/lessons/pictures/picture.ts", // pictures of the reference's own numbers
      "grader/text/quote-for.ts",
      "grader/text/quote.ts",
    ]);
  });
});

const bin = (name: string) => path.join(root, "node_modules", ".bin", name);
const run = (file: string, args: readonly string[]): string => {
  try {
    return execFileSync(file, args, { cwd: root, encoding: "utf8", stdio: "pipe" }) && "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
};

test("types are right (npm run typecheck)", () => {
  expect(run(bin("tsc"), [])).toBe("");
});

test("style is kept (npm run lint)", () => {
  expect(run(bin("biome"), ["check", "--error-on-warnings"])).toBe("");
});

test("the program starts without tfjs and without plots: only the commands that need them load them", async () => {
  const { metafile } = await build({
    ...{ entryPoints: [path.join(root, "grader/cli.ts")], outdir: "out", write: false, metafile: true },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", packages: "external", logLevel: "silent" },
  });
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    for (const { path: name, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind !== "import-statement" || loaded.has(name)) continue;
      loaded.add(name);
      visit(name);
    }
  };
  const entry = Object.keys(metafile.outputs).find((file) => file.endsWith("cli.js"));
  visit(entry ?? "");
  expect(loaded).toContain("chalk"); // what is looked for would be found
  expect([...loaded].filter((name) => /tensorflow|echarts|vitest|esbuild/.test(name))).toEqual([]);
});
