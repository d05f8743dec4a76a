/** The functions that labs call: whose they are, and what changes when one is changed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, test } from "vitest";
import * as reference from "#reference";
import { root } from "../store.js";
import { openSubmission } from "../submission/find.js";
import { randomOf } from "../suite/random.js";
import { placeOf } from "../syllabus.js";
import { loadParts, type Origin } from "./parts.js";

const random = randomOf(1, "parts");
const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-parts-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const solutions = openSubmission(path.join(root, "solutions"), "en");
const load = async (originOf: (id: string) => Origin, around: Record<string, string> = {}) =>
  (await loadParts({ ids: ["2.3"], originOf, around, language: "en" })).parts;

/** A submission with one file of its own. */
function submissionWith(id: string, source: string) {
  const file = path.join(temporary, id, `${placeOf(id)}.ts`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, source);
  return openSubmission(path.join(temporary, id), "en");
}

const x = random.normal([5, 4]);
const p = { wq: random.normal([4, 3]), wk: random.normal([4, 3]), wv: random.normal([4, 6]) };
const farthest = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).abs().max().dataSync()[0] as number;
const expected = reference.selfAttention(x, p).output;

test.each(["solutions", "reference"])("the functions of the %s compute what the reference computes", async (whose) => {
  const { selfAttention } = await load(() => (whose === "reference" ? "reference" : solutions));
  expect(farthest(selfAttention(x, p).output, expected)).toBeLessThan(1e-5);
});

test("one exercise may come from elsewhere than those that import it", async () => {
  const doubled = submissionWith(
    "2.1",
    `import * as tf from "@tensorflow/tfjs";
     export const scaledDotProductAttention = (q, k, v) => ({ output: tf.zerosLike(v), weights: tf.matMul(q, k, false, true) });`,
  );
  const { selfAttention } = await load((id) => (id === "2.1" ? doubled : id === "2.3" ? solutions : "reference"));
  expect(farthest(selfAttention(x, p).output, tf.zerosLike(expected))).toBe(0);
});

test("code around an exercise changes it for all that import it", async () => {
  const around = {
    "2.1": `export const scaledDotProductAttention = (q, k, v, mask) =>
      original.scaledDotProductAttention(q.mul(Math.sqrt(q.shape.at(-1))), k, v, mask);`,
  };
  const { selfAttention } = await load(() => solutions, around);
  const unscaled = reference.selfAttention(x, { ...p, wq: p.wq.mul(Math.sqrt(3)) }).output;
  expect(farthest(selfAttention(x, p).output, unscaled)).toBeLessThan(1e-5);
});

test("a file that is missing or does not compile is named", async () => {
  const empty = submissionWith("1.2", "export const rnn = 1;");
  await expect(load((id) => (id === "2.3" ? empty : solutions))).rejects.toThrow(
    "02-self-attention/03-self-attention.ts",
  );
  const broken = submissionWith("2.3", "export const = 1;");
  await expect(load((id) => (id === "2.3" ? broken : solutions))).rejects.toThrow(/2\.3:1: /);
});
