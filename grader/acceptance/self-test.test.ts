/** The workbook proves itself: solutions, stubs, mistakes and other right ways, through the real sandbox. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { connectStudent, type StudentConnection } from "../grading/student.js";
import { startSandbox } from "../sandbox/sandbox.js";
import { root } from "../store.js";
import { stubOf } from "../submission/stub.js";
import { nothingComputed } from "../suite/computed.js";
import type { Connection } from "../suite/connection.js";
import type { Suite } from "../suite/definition.js";
import { runSuite } from "../suite/run.js";
import { loadSuite, suiteFile } from "../suites/index.js";
import { EXERCISES, exerciseOf, placeOf, pointsOf } from "../syllabus.js";
import { runGrade } from "./run.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-self-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const total = EXERCISES.filter(({ optional }) => !optional).reduce((sum, exercise) => sum + pointsOf(exercise), 0);

test.each([1, 20, 300])("every solution gets full points, seed %i", async (seed) => {
  const { code, grade } = await runGrade(["--submission", "solutions", "--fresh", "--seed", String(seed)]);
  expect(grade?.exercises.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect(grade?.exercises.map(({ id }) => id)).toEqual(EXERCISES.map(({ id }) => id));
  expect([grade?.points, grade?.maxPoints, grade?.seed, code]).toEqual([total, total, seed, 0]);
});

test("every stub is not started", async () => {
  for (const { id } of EXERCISES) {
    const file = path.join(folder, "exercises", `${placeOf(id)}.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, stubOf(id) ?? "");
  }
  const { code, grade } = await runGrade(["--submission", folder, "--fresh"]);
  expect(new Set(grade?.exercises.map(({ outcome }) => outcome))).toEqual(new Set(["not started"]));
  expect(grade?.exercises.length).toBe(EXERCISES.length);
  expect([grade?.points, code]).toEqual([0, 1]);
});

test("a stub whose TODO is thrown from elsewhere is not started either", async () => {
  const id = EXERCISES[0]?.id ?? "";
  const file = path.join(folder, "moved", "exercises", `${placeOf(id)}.ts`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `const todo = (): never => {\n  throw new Error("TODO ${id}");\n};\n${stubOf(id)?.replace(/throw new Error\(.*\);/g, "return todo();")}`,
  );
  const { grade } = await runGrade([id, "--submission", path.join(folder, "moved"), "--fresh"]);
  expect(grade?.exercises[0]?.outcome).toBe("not started");
});

describe.each(EXERCISES.map(({ id }) => id))("suite %s, in the sandbox", async (id) => {
  const suite = await loadSuite(id);
  // What calls may take in all is meant for one answer to the exercise: mistakes and other ways each get as much.
  const [wrong, right] = [openVariants(suite), openVariants(suite)];
  const computed = nothingComputed();
  afterAll(() => Promise.all([wrong.close(), right.close()]));

  test.each(Object.keys(suite.mistakes))("rejects and names %s", async (mistake) => {
    const results = await runSuite(suite, 7, wrong.as(`mistake ${mistake}`), computed);
    const failures = results.flatMap(({ failure }) => failure ?? []);
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.flatMap((failure) => failure.mistake?.id ?? []))).toEqual(new Set([mistake]));
  });

  test.each(Object.keys(suite.routes ?? {}))("another right way passes: %s", async (route) => {
    const results = await runSuite(suite, 7, right.as(`route ${route}`), computed);
    expect(results.flatMap(({ failure }) => failure?.text.en ?? [])).toEqual([]);
  });
});

/** All variants of a suite, in one sandbox: each function under the name of its variant and its own. */
function openVariants(suite: Suite): { readonly as: (variant: string) => Connection; readonly close: () => void } {
  const variants = [
    ...Object.keys(suite.mistakes).map((name) => ({
      name: `mistake ${name}`,
      where: `suite.mistakes[${JSON.stringify(name)}].variant`,
    })),
    ...Object.keys(suite.routes ?? {}).map((name) => ({
      name: `route ${name}`,
      where: `suite.routes[${JSON.stringify(name)}]`,
    })),
  ];
  const lines = variants.flatMap(({ name, where }, i) =>
    Object.keys(suite.functions).map(
      (f) =>
        `const ${f}${i} = ${where}.${f} ?? suite.functions.${f};\nexport { ${f}${i} as ${JSON.stringify(`${name} ${f}`)} };`,
    ),
  );
  const source = `import * as module from ${JSON.stringify(suiteFile(suite.id))};\nconst suite = Object.values(module)[0];\n${lines.join("\n")}`;
  let opened: Promise<StudentConnection> | undefined;
  const open = () => {
    opened ??= bundleTrusted(source).then((code) =>
      connectStudent(
        {
          exercise: exerciseOf(suite.id),
          bundle: { code, origin: () => undefined },
          nameOf: () => undefined,
          parameters: {},
          exportsDefault: false,
          forbidden: [],
        },
        startSandbox,
      ),
    );
    return opened;
  };
  return {
    as: (variant) => ({
      call: async (name, ...rest) => (await open()).call(`${variant} ${name}`, ...rest),
      gradients: async (name, ...rest) => (await open()).gradients(`${variant} ${name}`, ...rest),
    }),
    close: () => opened?.then((connection) => connection.close()),
  };
}

/** Bundles code of the workbook itself for the sandbox; it goes past the vetting that students' files go through. */
async function bundleTrusted(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    external: ["@tensorflow/tfjs"],
    absWorkingDir: root,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
