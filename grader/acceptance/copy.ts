/** A copy of the workbook to work in, so that tests leave the real one alone. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../store.js";

const LEFT_OUT = new Set([".git", "node_modules"]);

/** Copies everything but the packages, which are linked. */
export function copyWorkbook(folder: string): string {
  mkdirSync(folder, { recursive: true });
  cpSync(root, folder, { recursive: true, filter: (source) => !LEFT_OUT.has(path.relative(root, source)) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

/**
 * Changes one place of a file of a copy.
 *
 * @throws Error when the file has no such place: a test that changes nothing proves nothing
 */
export function change(workbook: string, file: string, from: string, to: string): void {
  const at = path.join(workbook, file);
  const [before, after, ...more] = readFileSync(at, "utf8").split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} has not one place with "${from}"`);
  }
  writeFileSync(at, `${before}${to}${after}`);
}

/** Lets the suite of 1.1 do something first, which the others do not, whenever it runs. */
export function changeFirstSuite(workbook: string, statement: string): void {
  const asked = "const p = ask.stableSoftmax(rows);";
  change(workbook, "grader/suites/01-recurrent-attention/01-stable-softmax.ts", asked, `${statement}\n${asked}`);
}
