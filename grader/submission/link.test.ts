/** Files put together behave as modules do, and each place is told as it stands in its file. */
import { compileFunction } from "node:vm";
import { describe, expect, test } from "vitest";
import { type Meaning, resolveImport } from "./imports.js";
import { link } from "./link.js";
import { type Module, moduleOf } from "./module.js";
import { rulesOf } from "./rules.js";
import { PARSERS } from "./syntax/for-tests.js";

const TFJS = { exp: (x: number) => `exp ${x}`, default: undefined };

describe.each(PARSERS)("over %s", (_, parse) => {
  const moduleFrom = (id: string, source: string): Module => {
    const parsed = parse(source);
    if (parsed.is === "broken") throw new SyntaxError(parsed.message);
    return moduleOf(source, parsed.body, (name) => resolveImport(rulesOf(id), name) as Meaning);
  };
  const bundleOf = (files: Readonly<Record<string, string>>) =>
    link(new Map(Object.entries(files).map(([id, source]) => [id, moduleFrom(id === "support" ? "1.1" : id, source)])));
  const run = (files: Readonly<Record<string, string>>): Record<string, unknown> => {
    const holder = { exports: {} };
    const code = compileFunction(bundleOf(files).code, ["require", "exports", "module"], { filename: "bundle.cjs" });
    code(() => TFJS, holder.exports, holder);
    return { ...holder.exports };
  };

  test.each([
    ['import * as tf from "@tensorflow/tfjs";\nexport const a = tf.exp(1);', { a: "exp 1" }],
    ['import { exp } from "@tensorflow/tfjs";\nexport const a = exp(1);', { a: "exp 1" }],
    [
      'import { exp as e } from "@tensorflow/tfjs";\nexport { a as b, a as "c d" };\nconst a = e(1);',
      { b: "exp 1", "c d": "exp 1" },
    ],
    ['import tf from "@tensorflow/tfjs";\nexport const a = tf.exp(1);', { a: "exp 1" }],
    ['export const a = tf.exp(1);\nimport * as tf from "@tensorflow/tfjs";', { a: "exp 1" }],
    ["export default 1;", { default: 1 }],
    ["export default function named() { return 2; }\nexport const a = named();", { a: 2 }],
    ["export default class {}\nexport const a = 1", { a: 1 }],
    ["export const { a, b: [c] } = { a: 1, b: [2] };", { a: 1, c: 2 }],
    ["export let a = 1;\na = 2;", { a: 2 }],
    ["type T = 1;\ninterface I {}\nexport { T, I };\nexport type { T as U };\nexport const a: T = 1;", { a: 1 }],
    [
      'import { Attention } from "../types.js";\nexport { type Attention, Attention as B };\nexport const a = 1;',
      { a: 1 },
    ],
    [
      "export const a = typeof require + typeof exports + typeof module + typeof this;",
      { a: "undefinedundefinedundefinedundefined" },
    ],
    ["const require = 1, exports = 2, module = 3;\nexport const a = [require, exports, module];", { a: [1, 2, 3] }],
    ["export const a = (function () { return this; })();", { a: undefined }],
    ["const $ = 1, $$ = 2, $t = 3, $$x = 4;\nexport const a = $ + $$ + $t + $$x;", { a: 10 }],
    ["let b = 1;\nexport const a = -1<!--b;", { a: true }],
    ["export const toString = 1, __proto__ = 2, constructor = 3;", { toString: 1, ["__proto__"]: 2, constructor: 3 }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
    ['export const a = "Σ\\u{1f600}ñ名" + `🎲${1}`; // ∑', { a: "Σ😀ñ名🎲1" }],
    ["#!/usr/bin/env node\nexport const a = 1;", { a: 1 }],
    ["export const a = 1 // no line end, and a comment */", { a: 1 }],
    ["const arguments_ = 1;\nexport const a = arguments_", { a: 1 }],
  ])("%s", (source, exported) => {
    expect(run({ "1.1": source })).toMatchObject(exported);
    expect(Object.keys(exported).every((name) => name in run({ "1.1": source }))).toBe(true);
  });

  test("files import from each other and from the helpers, and hand on", () => {
    const files = {
      support: 'import * as tf from "@tensorflow/tfjs";\nexport const linear = (x: number): string => tf.exp(x);',
      "1.1": "export function stableSoftmax(x: number) { return x + 1; }\nexport default 5;\nexport const other = 7;",
      "1.5": [
        'import * as all from "./01-stable-softmax.js";',
        'import five, { stableSoftmax as s } from "./01-stable-softmax.js";',
        'import { linear } from "../support.js";',
        'export * from "./01-stable-softmax.js";',
        'export * as whole from "./01-stable-softmax.js";',
        'export { other as again } from "./01-stable-softmax.js";',
        "export const other = [five, s(1), all.other, linear(2)];",
      ].join("\n"),
    };
    const got = run(files);
    expect(got.other).toEqual([5, 2, 7, "exp 2"]);
    expect(Object.keys(got).sort()).toEqual(["again", "other", "stableSoftmax", "whole"]);
    expect([got.again, (got.whole as { other: number }).other]).toEqual([7, 7]);
  });

  test("what would be a direction or a comment to an engine is none", () => {
    const comments = "//# sourceMappingURL=file:///etc/passwd\n//# sourceURL=other.js\n/*! kept */";
    for (const source of [
      `export function f() {\n  throw new Error("x");\n}\n${comments}`,
      `${comments}\nexport function f() {\n  throw new Error("x");\n}`,
    ]) {
      const { code, origin } = bundleOf({ "1.1": source });
      const holder = { exports: {} as { f?: () => never } };
      compileFunction(code, ["require", "exports", "module"], { filename: "bundle.cjs" })(
        () => TFJS,
        holder.exports,
        holder,
      );
      let stack = "";
      try {
        holder.exports.f?.();
      } catch (error) {
        stack = (error as Error).stack ?? "";
      }
      const [, line = 0, column = 0] = /bundle\.cjs:(\d+):(\d+)/.exec(stack) ?? [];
      const due = { file: "1.1", line: source.split("\n").findIndex((one) => one.includes("throw")) + 1, column: 9 };
      expect(origin(Number(line), Number(column))).toEqual(due);
    }
  });

  test("places come from the file that they are in", () => {
    const { code, origin } = bundleOf({
      "1.1": "\n\nexport const a: number =\n  1;",
      "1.5": "// ñ\r\nexport const b = a1;",
    });
    for (const [text, place] of [
      ["  1;", { file: "1.1", line: 4, column: 1 }],
      ["= a1;", { file: "1.5", line: 2, column: 16 }],
    ] as const) {
      const line = code.split("\n").findIndex((one) => one.includes(text));
      expect(origin(line + 1, (code.split("\n")[line]?.indexOf(text) ?? 0) + 1)).toEqual(place);
    }
    expect(origin(1, 1)).toBeUndefined();
    expect(origin(code.split("\n").length, 1)).toBeUndefined();
  });
});
