/** Holds the reference against PyTorch's numbers: every case of golden/*.json, its values and its gradients. */
import { readdirSync, readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { make } from "../grader/values/callables.js";
import * as reference from "./index.js";

/** A tensor as it is written in the JSON; bools are 0 and 1. */
interface Encoded {
  shape: number[];
  dtype: "float32" | "int32" | "bool";
  values: number[];
}

interface Tolerance {
  absolute: number;
  relative: number;
}

interface Case {
  function: string;
  name: string;
  args: unknown[]; // Encoded, inside objects and arrays, and plain values; null is an argument left out
  expected: unknown; // as the function returns it
  upstream?: unknown; // nested as expected
  gradients?: unknown[]; // of sum(output · upstream), nested as args, null where there is none
  tolerance?: Tolerance;
}

type Reference = (...args: unknown[]) => unknown;

const VALUES: Tolerance = { absolute: 1e-5, relative: 1e-4 };
const GRADIENTS: Tolerance = { absolute: 1e-4, relative: 1e-3 };

const folder = new URL("./golden/", import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({
    file,
    cases: (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: Case[] }).cases,
  }));
const functions = new Map(
  Object.entries(reference).filter(([, value]) => typeof value === "function") as [string, Reference][],
);

beforeAll(async () => {
  await tf.setBackend("cpu");
});

for (const { file, cases } of files) {
  describe(file, () => {
    it.each(cases.map((golden) => [`${golden.function}: ${golden.name}`, golden] as const))("%s", (title, golden) => {
      const run = functions.get(golden.function);
      if (run === undefined) {
        expect.fail(`${file} has the case "${title}", but reference/index.ts exports no function of that name`);
      }
      const args = golden.args.map(decode);
      const complaints = compare(run(...args), golden.expected, golden.tolerance ?? VALUES, "output");
      if (complaints.length === 0 && golden.gradients !== undefined) {
        complaints.push(...compareGradients(run, args, golden));
      }
      if (complaints.length > 0) expect.fail([title, ...complaints].join("\n  "));
    });
  });
}

describe("golden numbers", () => {
  const covered = new Set(files.flatMap(({ cases }) => cases.map((golden) => golden.function)));
  it.each([...functions.keys()])("there are some for %s", (name) => {
    const advice = `${name} has no case in reference/golden/*.json: add one to the script of its unit`;
    expect(covered.has(name), advice).toBe(true);
  });
});

describe("compare", () => {
  const expected: Encoded = { shape: [2, 2], dtype: "float32", values: [1, 2, 3, 4] };
  const complaint = (got: unknown, want: unknown = expected) => compare(got, want, VALUES, "output").join("; ");

  it("accepts what lies within the tolerance", () => {
    expect(complaint(tf.tensor([1, 2, 3, 4.0004], [2, 2]))).toBe("");
  });

  it("names the worst entry", () => {
    expect(complaint(tf.tensor([1, 2.5, 6, 4], [2, 2]))).toBe(
      "output [2, 2]: 2 of 4 values off, worst at [1, 0]: got 6, expected 3 (tolerance 0.00001 + 0.0001·|expected|)",
    );
  });

  it.each([
    ["another shape", tf.tensor([1, 2, 3, 4])],
    ["another dtype", tf.tensor([1, 2, 3, 4], [2, 2], "int32")],
    ["NaN", tf.tensor([1, 2, 3, Number.NaN], [2, 2])],
    ["no tensor", [1, 2, 3, 4]],
    ["nothing", undefined],
  ])("rejects %s", (_, got) => {
    expect(complaint(got)).not.toBe("");
  });

  it("rejects a missing and a surplus field", () => {
    const tensor = tf.tensor([1, 2, 3, 4], [2, 2]);
    expect(complaint({ weights: tensor }, { weights: expected, context: expected })).toContain("output.context");
    expect(complaint({ weights: tensor, context: tensor }, { weights: expected })).toContain("output.context");
  });
});

/** What is wrong with the gradients of sum(output · upstream), for every float tensor among the arguments. */
function compareGradients(run: Reference, args: unknown[], golden: Case): string[] {
  const inputs = [...leaves(args)].flatMap(([path, leaf]) =>
    leaf instanceof tf.Tensor && leaf.dtype === "float32" ? [{ path, tensor: leaf }] : [],
  );
  const objective = () => {
    const output = leaves(run(...args));
    const terms = [...leaves(golden.upstream)].map(([path, upstream]) =>
      tf.mul(output.get(path) as tf.Tensor, decode(upstream) as tf.Tensor).sum(),
    );
    return tf.addN(terms).asScalar();
  };
  const gradients = tf.grads(objective)(inputs.map(({ tensor }) => tensor));
  const expected = leaves(golden.gradients);
  return inputs.flatMap(({ path }, i) =>
    compare(gradients[i], expected.get(path), golden.tolerance ?? GRADIENTS, `gradient of args${path}`),
  );
}

/** What is wrong with `got`, one sentence for each wrong place; nothing when it agrees. */
function compare(got: unknown, expected: unknown, tolerance: Tolerance, where: string): string[] {
  const found = leaves(got);
  const wanted = leaves(expected);
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((path) =>
    compareLeaf(found.get(path), wanted.get(path), tolerance, where + path),
  );
}

function compareLeaf(got: unknown, expected: unknown, tolerance: Tolerance, where: string): string[] {
  if (isEncoded(expected)) {
    return got instanceof tf.Tensor
      ? compareTensor(got, expected, tolerance, where)
      : [`${where}: got ${show(got)}, expected a tensor [${expected.shape.join(", ")}]`];
  }
  const agree =
    typeof expected === "number" && typeof got === "number"
      ? excess(got, expected, tolerance) <= 0
      : show(got) === show(expected);
  return agree ? [] : [`${where}: got ${show(got)}, expected ${show(expected)}`];
}

function compareTensor(got: tf.Tensor, expected: Encoded, tolerance: Tolerance, where: string): string[] {
  const shape = expected.shape.join(", ");
  if (got.shape.join(", ") !== shape) return [`${where}: got shape [${got.shape.join(", ")}], expected [${shape}]`];
  if (got.dtype !== expected.dtype) return [`${where}: got dtype ${got.dtype}, expected ${expected.dtype}`];
  const exact = expected.dtype !== "float32";
  const { absolute, relative } = exact ? { absolute: 0, relative: 0 } : tolerance;
  const values = got.dataSync();
  const off = expected.values
    .map((want, index) => ({ want, index, by: excess(values[index], want, { absolute, relative }) }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by);
  const [worst] = off;
  if (worst === undefined) return [];
  return [
    `${where} [${shape}]: ${off.length} of ${values.length} values off, ` +
      `worst at [${position(worst.index, expected.shape)}]: got ${values[worst.index]}, ` +
      `expected ${worst.want} (tolerance ${absolute} + ${relative}·|expected|)`,
  ];
}

/** How far `got` lies outside the tolerance: at most 0 inside, Infinity for NaN. */
function excess(got: number | undefined, expected: number, { absolute, relative }: Tolerance): number {
  const by = Math.abs((got ?? Number.NaN) - expected) - absolute - relative * Math.abs(expected);
  return Number.isNaN(by) ? Number.POSITIVE_INFINITY : by;
}

/** The indices, one for each axis, of the entry at `flat` in row-major order. */
function position(flat: number, shape: readonly number[]): string {
  const indices: number[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices.join(", ");
}

/** The value that `node` stands for: tensors, Maps, callables, `undefined` for null, and the rest as it is. */
function decode(node: unknown): unknown {
  if (node === null) return undefined;
  if (isMap(node)) return new Map(decode(node.map) as [string, unknown][]);
  if (isNested(node) && "callable" in node && "data" in node) return make(String(node.callable), decode(node.data));
  if (isEncoded(node)) return tf.tensor(node.values, node.shape, node.dtype);
  if (Array.isArray(node)) return node.map(decode);
  if (!isNested(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, decode(inner)]));
}

/** Tensors, encoded or not, and plain values by their paths, such as `[3].gru.wz`; a lone one has the path "". */
function leaves(node: unknown, path = ""): Map<string, unknown> {
  if (node instanceof Map) return leaves(Object.fromEntries(node), path);
  if (isMap(node)) return leaves(Object.fromEntries(node.map), path);
  if (!isNested(node) || isEncoded(node) || Object.keys(node).length === 0) return new Map([[path, node]]);
  const step = (name: string) => (Array.isArray(node) ? `[${name}]` : `.${name}`);
  return new Map(Object.entries(node).flatMap(([name, inner]) => [...leaves(inner, path + step(name))]));
}

function isNested(node: unknown): node is object {
  return typeof node === "object" && node !== null && !(node instanceof tf.Tensor);
}

function isMap(node: unknown): node is { map: [string, unknown][] } {
  return isNested(node) && Object.hasOwn(node, "map");
}

function isEncoded(node: unknown): node is Encoded {
  return isNested(node) && "shape" in node && "dtype" in node && "values" in node;
}

function show(value: unknown): string {
  return value instanceof tf.Tensor
    ? `a tensor [${value.shape.join(", ")}]`
    : (JSON.stringify(value ?? undefined) ?? "nothing");
}
