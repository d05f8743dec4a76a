/** Runs the real command, as a person would. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import { type Grade, gradeSchema } from "../grade.js";
import { root } from "../store.js";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RanGrade extends Ran {
  /** What was written with --json, if the run came that far. */
  readonly grade: Grade | undefined;
}

export interface Surroundings {
  /** The folder of the workbook; the real one unless said. */
  readonly workbook?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Without the programs that make the sandbox stronger where they are installed: it must hold by itself. */
export const ALONE = { PATH: "/nowhere" } as const;

/** Runs the program with some words; its language is English and it is no CI unless said otherwise. */
export async function run(words: readonly string[], { workbook = root, env = {} }: Surroundings = {}): Promise<Ran> {
  const { CI: _, WORKBOOK_ROOT: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [path.join(workbook, "grader/start.mjs"), ...words], {
    cwd: workbook,
    env: { ...inherited, WORKBOOK_LANG: "en", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = ["", ""].map(() => ({ text: "" })) as [{ text: string }, { text: string }];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout.text += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr.text += chunk.toString("utf8");
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** `npm run grade -- …`, and the grade that it wrote. */
export async function runGrade(words: readonly string[], surroundings: Surroundings = {}): Promise<RanGrade> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-grade-"));
  const file = path.join(folder, "grade.json");
  try {
    const ran = await run(["grade", ...words, "--json", file], surroundings);
    const grade = existsSync(file) ? v.parse(gradeSchema, JSON.parse(readFileSync(file, "utf8"))) : undefined;
    return { ...ran, grade };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
