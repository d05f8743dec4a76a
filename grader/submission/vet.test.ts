import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { root } from "../store.js";
import { resolveImport } from "./imports.js";
import { rulesOf } from "./rules.js";
import { PARSERS } from "./syntax/for-tests.js";
import { vet } from "./vet.js";

const HEAD = 'import * as tf from "@tensorflow/tfjs";\n';

describe("what may be imported", () => {
  test.each([
    ["@tensorflow/tfjs", { is: "tfjs" }],
    ["../types.js", { is: "shared", name: "types" }],
    ["../support", { is: "shared", name: "support" }],
    ["./01-stable-softmax.js", { is: "exercise", id: "1.1" }],
    ["../01-recurrent-attention/01-stable-softmax.ts", { is: "exercise", id: "1.1" }],
    ["./02-bidirectional-rnn.js", "refused"],
    ["node:fs", "refused"],
    ["@tensorflow/tfjs-core", "refused"],
    ["#reference", "refused"],
    ["../../solutions/01-recurrent-attention/01-stable-softmax.js", "refused"],
    ["../../grader/suites/index.js", "refused"],
    ["/etc/passwd", "refused"],
    ["data:text/javascript,{{{", "refused"],
    ["../types.json", "refused"],
  ])("%s", (name, meaning) => {
    expect(resolveImport(rulesOf("1.5"), name)).toEqual(meaning);
  });
});

describe.each(PARSERS)("over %s", (_, parse) => {
  const vetted = (source: string) => vet(parse, rulesOf("1.1"), "file.ts", source);
  const softmax = (body: string) =>
    vetted(`${HEAD}export function stableSoftmax(x: tf.Tensor): tf.Tensor {\n${body}\n}\n`);

  test.each([
    'export * from "node:fs";',
    'export { readFile } from "fs";',
    'import type { Stats } from "node:fs";',
    'import "node:fs";',
  ])("nothing else may be imported or handed on: %s", (source) => {
    expect(vetted(source)).toMatchObject({ is: "refused", place: { line: 1 } });
  });

  test.each([
    ["return tf.softmax(x);", "tf.softmax may not be used"],
    ['return tf["softmax"](x);', "tf.softmax may not be used"],
    ["return (tf as any).softmax(x);", "tf.softmax may not be used"],
    ["return (tf!).softmax(x);", "tf.softmax may not be used"],
    ["return tf.layers.softmax().apply(x) as tf.Tensor;", "tf.layers may not be used"],
    ['import("fs"); return x;', "import(…)"],
    ["import.meta.url; return x;", "import.meta"],
    ['require("fs"); return x;', "require(…)"],
    ['(require)("fs"); return x;', "require(…)"],
    ['(require as any)("fs"); return x;', "require(…)"],
    ['require!("fs"); return x;', "require(…)"],
    ['(require satisfies any)("fs"); return x;', "require(…)"],
    ["const r = [require]; return x;", "require(…)"],
    ["const r = { require }; return x;", "require(…)"],
    ["typeof require; return x;", "require(…)"],
    ["{ let require = 1; } return require(x);", "require(…)"],
    ["r\\u0065quire(x); return x;", "require(…)"],
    ["const f = (require = 1) => require; return require;", "require(…)"],
  ])("not %s", (body, message) => {
    expect(softmax(body)).toMatchObject({ is: "refused", place: { file: "file.ts", line: 3 } });
    expect(softmax(body)).toMatchObject({ text: { en: expect.stringContaining(message) } });
  });

  test.each([
    "const softmax = (y: tf.Tensor) => y; return softmax(x);",
    "const my = { softmax: tf.exp }; return my.softmax(x);",
    'return x; // tf.softmax("no")',
    "const require = (n: number) => n; require(1); return x;",
    "const f = (require: () => void) => require(); return x;",
    "const all = { require: 1 }; all.require; return x;",
    "try { return x; } catch (require) { throw require; }",
    "for (const require of [1]) require.toFixed(); return x;",
    "function require() {} require(); return x;",
    "if (x) { var require = 1; } return require ? x : x;",
    "class A { require() {} } require: for (;;) break require; return x;",
    "type require = 1; return x as require as any;",
    "declare const later: number; declare enum Ambient { a } return x;",
  ])("but %s", (body) => {
    expect(softmax(body)).toMatchObject({ is: "fine" });
  });

  test.each([
    ["enum A { b }", "enum"],
    ["const enum A { b }", "enum"],
    ["export enum A { b }", "enum"],
    ["namespace A { export const b = 1 }", "namespace"],
    ["module A { export const b = 1 }", "namespace"],
    ['import a = require("data:text/javascript,{{{");', "import … ="],
    ["export import a = tf.exp;", "import … ="],
    ["export = 1;", "export ="],
    ["class A { constructor(private b: number) {} }", "constructor(public …)"],
    ["const a = class { constructor(readonly b = 1) {} }", "constructor(public …)"],
    ["@a class B {}", "@decorator"],
    ["class A { @b c() {} }", "@decorator"],
    ["class A { accessor b = 1 }", "accessor"],
    ["function f() { using a = b; }", "using"],
  ])("nor what is more than types: %s", (line, what) => {
    const text = `${what} is not available in exercises`;
    expect(vetted(`${HEAD}\n${line}`)).toMatchObject({ is: "refused", place: { line: 3 } });
    expect(vetted(`${HEAD}\n${line}`)).toMatchObject({ text: { en: expect.stringContaining(text) } });
  });

  test("names are followed through named imports", () => {
    for (const name of ["softmax as s", '"softmax" as s', "exp as e, softmax as s"])
      expect(vetted(`import { ${name} } from "@tensorflow/tfjs";\nexport const stableSoftmax = s;`)).toMatchObject({
        is: "refused",
        place: { line: 1 },
      });
  });

  test.each([
    ['throw new Error("TODO 1.1: stableSoftmax");', true],
    ['const y = x; throw new Error("TODO 1.1: stableSoftmax");', false],
    ['throw new Error("what?");', false],
    ["return x;", false],
  ])("%s is untouched: %s", (body, untouched) => {
    expect(softmax(body)).toMatchObject({ untouched });
  });

  test("a syntax error is placed", () => {
    const broken = softmax("  const y = ;");
    expect(broken).toMatchObject({ is: "broken", place: { line: 3, column: 13 }, line: "  const y = ;" });
  });

  test.each(["await x;", "for await (const y of x);", "const y = { z: await x };"])(
    "%s at the top is placed",
    (line) => {
      expect(vetted(`${HEAD}${line}`)).toMatchObject({
        is: "broken",
        place: { line: 2 },
        text: { en: expect.stringContaining("await outside of a function") },
      });
    },
  );

  test("parameters and places of functions are known, however they are written", () => {
    expect(
      vetted("export const stableSoftmax = ((x: number, y = 2) => x) as any;\nfunction other(z: number) {}"),
    ).toMatchObject({ parameters: { stableSoftmax: ["x", "y"], other: ["z"] }, lines: { stableSoftmax: 1, other: 2 } });
  });

  test("thirteen thousand functions are read as quickly as they are long", () => {
    const lines = Array.from({ length: 13_000 }, (_, i) => `\nfunction f${i}() {}`);
    expect(vetted(lines.join(""))).toMatchObject({ is: "fine", lines: { f0: 2, f12999: 13_001 } });
  });
});

test("vetting, erasing and linking need nothing of Node", async () => {
  for (const entry of ["vet.ts", "link.ts"]) {
    const { metafile } = await build({
      entryPoints: [`grader/submission/${entry}`],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: "neutral",
      packages: "external",
    });
    const imported = Object.values(metafile.inputs).flatMap((input) =>
      input.imports.filter(({ external }) => external),
    );
    expect(imported).toEqual([]);
  }
});
