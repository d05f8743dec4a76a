/** A copy of the workbook to work in, so that tests leave the real one alone. */
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
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
