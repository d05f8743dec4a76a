/**
 * Records suites, as a program of its own: suites are TypeScript that the compiled program does not hold.
 * `tsx recorder.ts FOLDER SEED,SEED,… ID…` writes a file for each exercise.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { packRecording, RECORDING } from "../../suite/recording.js";
import { loadSuite } from "../../suites/index.js";
import { placeOf } from "../../syllabus.js";
import { record } from "./record.js";

const [folder = "", seeds = "", ...ids] = process.argv.slice(2);
tf.enableProdMode();
for (const id of ids) {
  const recording = await record(await loadSuite(id), seeds.split(",").map(Number));
  const file = path.join(folder, "grader", "suites", `${placeOf(id)}${RECORDING}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, packRecording(recording));
}
