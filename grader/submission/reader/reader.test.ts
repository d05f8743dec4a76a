/** What cannot be read within the limits costs its own exercise, and nobody else anything. */
import { afterAll, describe, expect, test } from "vitest";
import { rulesOf } from "../rules.js";
import { openReader } from "./reader.js";

const reader = openReader();
afterAll(() => reader.close());

const FINE = "export function stableSoftmax(x: number): number {\n  return x;\n}\n";
const rules = rulesOf("1.1");

test("a file is read, and the helpers as well", async () => {
  expect(await reader.vet(rules, "file.ts", FINE)).toMatchObject({ is: "fine", lines: { stableSoftmax: 1 } });
  expect(await reader.read("export const linear: number = 1;")).toMatchObject({ exports: [{ name: "linear" }] });
});

describe("texts that parsers fall over", () => {
  test.each([
    ["conditions and arrow functions in each other", `const f = ${"x?(a):b=>(".repeat(60)}1${")".repeat(60)};`],
    ["parentheses", `const f = ${"(".repeat(60_000)}1${")".repeat(60_000)};`],
    ["brackets", `const f = ${"[".repeat(100_000)}${"]".repeat(100_000)};`],
    ["blocks", `${"{".repeat(100_000)}${"}".repeat(100_000)}`],
    ["types", `type T = ${"Array<".repeat(40_000)}1${">".repeat(40_000)};`],
    ["objects in arrays in calls", `const f = ${"a({b:[".repeat(30_000)}${"]})".repeat(30_000)};`],
    ["generics", `${"<T>(".repeat(60_000)}`],
    ["async calls", `${"async(".repeat(40_000)}${")".repeat(40_000)}`],
    ["templates", `const f = ${"`${".repeat(60_000)}1${"}`".repeat(60_000)};`],
    ["signs", `const f = ${"-".repeat(100_000)}1;`.replace(/--/g, "- ")],
    ["a long sum", `const f = 1${"+1".repeat(120_000)};`],
    [
      "enums that double a text",
      `enum E { a = "xxxxxxxxxx", ${Array.from({ length: 30 }, (_, i) => `b${i} = b${i - 1} + b${i - 1}`).join()} }`,
    ],
    ["thirteen thousand functions", Array.from({ length: 13_000 }, (_, i) => `\nfunction f${i}(){}`).join("")],
    ["functions in functions that all say require", `${"function f(){require;".repeat(5000)}${"}".repeat(5000)}`],
    ["one line of 250,000 signs", `const f = "${"x".repeat(250_000)}";`],
    ["what is no text", Array.from({ length: 50_000 }, (_, i) => String.fromCharCode((i * 7919) % 65536)).join("")],
  ])("%s", async (_, source) => {
    const vetted = await reader.vet(rules, "file.ts", source);
    expect(["fine", "refused", "broken"]).toContain(vetted.is);
    if (vetted.is === "broken") expect(vetted.place.line).toBeGreaterThan(0);
    expect(await reader.vet(rules, "file.ts", FINE)).toMatchObject({ is: "fine" });
  });
});

test("what is nested too deeply is said to be that", async () => {
  const vetted = await reader.vet(rules, "file.ts", `const f = ${"(".repeat(100_000)}1${")".repeat(100_000)};`);
  expect(vetted).toMatchObject({ is: "broken", place: { file: "file.ts", line: 1, column: 1 } });
  expect(vetted.is === "broken" && vetted.text.en).toMatch(/nested too deeply/);
});

test("files are read one after the other, and each gets its own answer", async () => {
  const deep = `const f = ${"(".repeat(100_000)}1${")".repeat(100_000)};`;
  const sources = [FINE, deep, FINE.replace("stableSoftmax", "other"), deep, FINE];
  const all = await Promise.all(sources.map((source) => reader.vet(rules, "file.ts", source)));
  expect(all.map((vetted) => (vetted.is === "fine" ? Object.keys(vetted.lines)[0] : vetted.is))).toEqual([
    "stableSoftmax",
    "broken",
    "other",
    "broken",
    "stableSoftmax",
  ]);
});

test("a reader that is closed ends, and one that is asked again begins anew", async () => {
  const other = openReader();
  expect((await other.vet(rules, "file.ts", FINE)).is).toBe("fine");
  other.close();
  expect((await other.vet(rules, "file.ts", FINE)).is).toBe("fine");
  other.close();
});
