/** The wrong variants of people who do not know the bank: none is explained falsely, and most are. */
import { existsSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { EXERCISES } from "../syllabus.js";
import { fileOf, type Proven, prove, variantsOf } from "./prove.js";

tf.enableProdMode();

const ids = EXERCISES.map(({ id }) => id).filter((id) => existsSync(fileOf(id)));
const proven: Proven[] = [];

describe.each(ids)("%s", (id) => {
  test("has at least four, each with what is wrong with it", async () => {
    const variants = Object.values(await variantsOf(id));
    expect(variants.length).toBeGreaterThanOrEqual(4);
    for (const { wrong, edits } of variants) expect([wrong.length > 10, edits.length > 0]).toEqual([true, true]);
  });

  test("nothing is said of them that is not true", async () => {
    const own = await prove(id);
    proven.push(...own);
    expect(own.filter(({ verdict }) => verdict === "false" || verdict === "passes")).toEqual([]);
  });
});

test("more than half are explained, and nine of ten are explained, placed or told by their error", () => {
  const share = (...verdicts: Proven["verdict"][]) =>
    proven.filter(({ verdict }) => verdicts.includes(verdict)).length / proven.length;
  expect(share("mistake", "probe")).toBeGreaterThan(0.55);
  expect(share("mistake", "probe", "place", "error")).toBeGreaterThan(0.9);
});

test("in a release, too, nothing is said that is not true", async () => {
  const [first = ""] = ids;
  const own = await prove(first, "recorded");
  expect(own.filter(({ verdict }) => verdict === "false" || verdict === "passes")).toEqual([]);
});
