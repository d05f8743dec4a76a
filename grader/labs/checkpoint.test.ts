import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeEach, expect, test } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";

const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-checkpoint-"));
afterAll(() => rmSync(temporary, { recursive: true }));

let folder = "";
let count = 0;
beforeEach(() => {
  folder = path.join(temporary, String(count++));
});

const state = (step: number) => ({
  step,
  losses: [2.5, 1 / 3],
  params: { w: tf.tensor2d([[step, -1e-30]]), deep: [tf.ones([2])] },
});

test("what is saved comes back, bit by bit", () => {
  saveCheckpoint(folder, 3, state(3));
  const loaded = loadCheckpoint(folder)?.state as ReturnType<typeof state>;
  expect([loaded.step, loaded.losses]).toEqual([3, [2.5, 1 / 3]]);
  expect([...(loaded.params.w.dataSync() as Float32Array)]).toEqual([3, Math.fround(-1e-30)]);
  expect(loaded.params.deep[0]?.shape).toEqual([2]);
});

test("the two newest stay, and nothing is left half written", () => {
  for (const step of [5, 10, 100]) saveCheckpoint(folder, step, state(step));
  expect(readdirSync(folder).sort()).toEqual(["step-000010.checkpoint", "step-000100.checkpoint"]);
});

test.each([
  ["cut short", (file: string) => truncateSync(file, 200)],
  ["changed", (file: string) => changeByte(file)],
  ["no checkpoint", (file: string) => writeFileSync(file, "")],
  [
    "of another version",
    (file: string) =>
      writeFileSync(file, readFileSync(file).toString("latin1").replace('"version":1', '"version":9'), "latin1"),
  ],
] as const)("a file that is %s is refused by name, and the one before it is used", (why, damage) => {
  saveCheckpoint(folder, 1, state(1));
  const file = saveCheckpoint(folder, 2, state(2));
  damage(file);
  expect(loadCheckpoint(folder)).toMatchObject({ state: { step: 1 }, refused: [{ file, why }] });
});

test("without a file there is nothing; with damaged ones alone there is no state", () => {
  expect(loadCheckpoint(folder)).toBeUndefined();
  const file = saveCheckpoint(folder, 1, state(1));
  changeByte(file);
  expect(loadCheckpoint(folder)).toEqual({ state: undefined, file: "", refused: [{ file, why: "changed" }] });
});

/** One bit of the last byte. */
function changeByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
