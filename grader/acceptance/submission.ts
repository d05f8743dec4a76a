/** Submissions to try the real command on. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";

/** Submissions with one fault each, named by it. */
export const fixtures = path.join(root, "grader/fixtures/bad-input");

/** The file of 1.1 below `exercises`, and its solution. */
export const place = `${placeOf("1.1")}.ts`;
export const solved = readFileSync(path.join(root, "solutions", place), "utf8");

/** A folder that goes when the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes a submission with one file below its `exercises`. */
export function submission(folder: string, file: string, source: string): string {
  mkdirSync(path.dirname(path.join(folder, "exercises", file)), { recursive: true });
  writeFileSync(path.join(folder, "exercises", file), source);
  return folder;
}

/** A screen in one line, however it was broken. */
export const flat = (screen: string): string => screen.replace(/\s+/g, " ");
