/**
 * `npm run explain:proof [-- ids]`, for authors: how many wrong variants are explained, placed, told by their error, and
 * explained falsely, with the full suites and with what a release has of them; with `--all`, what is said of each.
 */
import { existsSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { EXERCISES } from "../syllabus.js";
import { fileOf, type Proven, prove } from "./prove.js";

tf.enableProdMode();

const words = process.argv.slice(2);
const ids = words.filter((word) => !word.startsWith("--"));
const all = words.includes("--all");
const wanted = EXERCISES.map(({ id }) => id).filter(
  (id) => ids.length === 0 || ids.includes(id) || ids.includes(id.split(".")[0] ?? ""),
);

const chosen = wanted.filter((id) => existsSync(fileOf(id)));
const without = wanted.filter((id) => !chosen.includes(id));
if (without.length > 0) console.log(`no wrong variants yet of ${without.join(", ")}`);

let wasFalse = false;
for (const cases of ["fresh", "recorded"] as const) {
  const proven: Proven[] = [];
  for (const id of chosen) {
    const own = await prove(id, cases);
    proven.push(...own);
    for (const { name, wrong, verdict, diagnoses } of own) {
      if (!all && verdict !== "false" && verdict !== "passes") continue;
      console.log(`${id} ${name} (${cases}): ${verdict}\n    it ${wrong}`);
      for (const { is, id: said, about, text } of diagnoses)
        console.log(`    ${is} ${about}: ${text.en}\n      ${said}`);
    }
  }
  const count = (...verdicts: Proven["verdict"][]) => proven.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const share = (number: number) => `${number} (${Math.round((100 * number) / Math.max(1, proven.length))} %)`;
  console.log(
    [
      `${cases === "fresh" ? "full suites" : "a release"}: ${proven.length} variants of ${chosen.length} exercises`,
      `explained ${share(count("mistake", "probe"))}`,
      `placed ${share(count("place"))}`,
      `told by their error ${share(count("error"))}`,
      `nothing ${share(count("nothing"))}`,
      `falsely ${count("false")}`,
      `not wrong ${count("passes")}`,
    ].join(" · "),
  );
  wasFalse ||= count("false", "passes") > 0;
}
process.exit(wasFalse ? 1 : 0);
