/** Types go, everything else stays where it stood. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { filesBelow, root } from "../../store.js";
import { applyEdits, typeEdits } from "./erase.js";
import { PARSERS } from "./for-tests.js";
import type { Parser } from "./tree.js";

function erase(parse: Parser, source: string): string {
  const parsed = parse(source);
  if (parsed.is === "broken") throw new SyntaxError(`${parsed.message} at ${parsed.offset}`);
  return applyEdits(source, typeEdits(source, parsed.body));
}

/** Code without its layout, as esbuild writes it. */
const written = (code: string, loader: "ts" | "js"): string =>
  transformSync(code, {
    loader,
    target: "esnext",
    format: "esm",
    legalComments: "none",
    minifyWhitespace: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
  }).code.replace(/(^|[{};])[;\n]+/g, "$1");

/** Each is read as esbuild reads it, and its lines and columns stay. */
const SNIPPETS = [
  "const a: number = 1, b = a as unknown as string;",
  "let a!: string; var c: typeof a | undefined;",
  "function f<T extends object = {}>(this: Date, a?: T, ...rest: number[]): a is T { return a!.b!.c as never; }",
  "function f(this: Date): void {}",
  "const f = <T,>(x: T): T => x, g = async <T>(x: T): Promise<T> => x;",
  "const f = (a: number): {\n  b: number;\n} => ({ b: a });",
  "const f = async <\n  T,\n>(a: T): Promise<T> => a;",
  "type A = 1; interface B { a: A } declare const c: B; declare function d(): void; export type { A }; export interface E {}",
  "let a = 1\ntype B = string\n(a as any)",
  "const a = f as any\n(b)",
  "const a = f as any\n[b].map(c)",
  "const a = (f as any)\n+ 1",
  "const a = (b as\n  number), c = d satisfies\n  E;",
  "function f() { return <number>\n  (x); }",
  "const a = <number>b, c = <any>(d);",
  'import type { A } from "a"; import { type B, c } from "b"; import d, { e as f } from "c"; export type * from "d";',
  'export { type A, b } from "a"; export * as g from "b"; export * from "c";',
  "abstract class A<T> extends B<T> implements C, D<T> { abstract a: number; abstract b(): void; private readonly c: number = 1; declare d: string; e?: number; f!: string; static #g?: number; [key: string]: unknown; h?(): void; override i(): void {} protected constructor(a: number) { super(); } get j(): number { return 1; } static async *k<U>(a?: U): AsyncGenerator<U> {} }",
  "class A { a = 1\n private ['b'] = 2\n public *c() {}\n readonly d = 3 }",
  "class A { a = b\n declare c: number\n ['d']() {} }",
  "export abstract class A { public a = 1 }",
  "f<number>(1); new F<string>(2); f?.<number>(3); const g = h<string>; tag<number>`x`;",
  "try {} catch (error: unknown) {} for (const a of b as number[]) {} for (let i: number = 0; i < 1; i++) {}",
  "function f(a: string): void; function f(a: number): void; function f(a: unknown): void {}",
  "const { a, b: [c] }: { a: number; b: [number] } = d, [e]: number[] = g;",
  "const f = ({ a }: { a: number }, [b]: [number] = [1]): number => a + b!;",
  "const f = function <T>(this: T, a: number) {}, g = { h<T>(a: T): T { return a; }, get i(): number { return 1; } };",
  "let x = a ? (b as number) : c!; const y = a! < b! && c! > d;",
  "x! += 1; (y as any) = 2; (z!)++; a!.b!()!.c;",
  "export default function <T>(a: T): T { return a; }",
  "export default class<T> { a: T }",
  "const a = b /* as */ as /* as */ c; const d = (e /* ) */) as f;",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
  "const regular = /[(]as number/ as RegExp, text = `a ${b as string} c`, quoted = 'x as y';",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
  "type T = typeof import('a'); let u: unique symbol; let v: `a${string}`;",
  "label: for (;;) { break label; }",
  "enumeration.enum = namespace.declare; type(a); declare(b); abstract(c);",
  "const asserted = <const T extends readonly unknown[]>(a: T) => a, satisfies = 1, as = satisfies as number;",
  "if (a) { type B = 1\n(c) }",
  "let über: string = 'ñ', 名 = über!; const 𝒳: number = 1;",
];

describe.each(PARSERS)("over %s", (_, parse) => {
  test.each(SNIPPETS)("%s", (snippet) => {
    const erased = erase(parse, snippet);
    expect(written(erased, "js")).toBe(written(snippet, "ts"));
    const lines = (text: string) => text.split("\n");
    expect(lines(erased).length).toBe(lines(snippet).length);
    for (const [i, line] of lines(snippet).entries()) {
      // Where a word stays, it stays in its column.
      for (const { index, 0: word } of lines(erased)[i]?.matchAll(/[\p{L}\p{N}]+/gu) ?? []) {
        if (!/^return/.test(line.trim())) expect(line.slice(index, index + word.length)).toBe(word);
      }
    }
  });

  const files = ["exercises", "solutions", "reference", "grader/submission", "grader/suite", "grader/class"]
    .flatMap((folder) => filesBelow(path.join(root, folder)))
    .filter((file) => file.endsWith(".ts"));
  test("all of the workbook's own files come out as esbuild reads them", () => {
    expect(files.length).toBeGreaterThan(200);
    for (const file of files) {
      const source = readFileSync(file, "utf8");
      expect(written(erase(parse, source), "js"), file).toBe(written(source, "ts"));
    }
  });
});
