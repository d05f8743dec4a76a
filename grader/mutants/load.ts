/** The functions of a solution's text, in this process: for code that the workbook itself made, never for a student's. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { compileFunction } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { transformSync } from "esbuild";
import * as support from "../../exercises/support.js";
import { solutionFile } from "../submission/stub.js";
import type { Functions } from "../suite/definition.js";
import { EXERCISES, placeOf } from "../syllabus.js";

/** What modules of this process export, by what they are called by. */
const solutions = new Map<string, Functions>();

/**
 * @param id of the exercise
 * @param source a solution of it; the earlier exercises that it imports are the solutions
 * @throws Error when it cannot be compiled, or throws while it is loaded
 */
export function load(id: string, source: string): Functions {
  const { code } = transformSync(source, { loader: "ts", format: "cjs", target: "node20", tsconfigRaw: {} });
  return run(id, code);
}

/** The same of plain JavaScript in the form of CommonJS. */
export function run(id: string, code: string): Functions {
  const module: { exports: Functions } = { exports: {} };
  const require = (name: string): unknown => {
    if (name === "@tensorflow/tfjs") return tf;
    const place = path.posix.join(path.posix.dirname(placeOf(id)), name).replace(/\.js$/, "");
    if (place === "support") return support;
    const needed = EXERCISES.find((exercise) => placeOf(exercise.id) === place);
    if (needed === undefined) throw new Error(`${id} may not import ${name}`);
    return solved(needed.id);
  };
  compileFunction(code, ["require", "module", "exports"])(require, module, module.exports);
  return module.exports;
}

function solved(id: string): Functions {
  const known = solutions.get(id) ?? load(id, readFileSync(solutionFile(id), "utf8"));
  solutions.set(id, known);
  return known;
}
