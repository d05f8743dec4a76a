/** The reader's program: one file, compiled on first use and kept under a key made of all that it depends on. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheFolder, hashFiles, root } from "../../store.js";

const SOURCES = ["grader/submission", "grader/text", "grader/language.ts"];

let known: Promise<string> | undefined;

/** The file of the program. */
export function readerScript(): Promise<string> {
  known ??= script();
  return known;
}

async function script(): Promise<string> {
  const file = path.join(await cacheFolder(), `reader-${(await hashFiles(SOURCES)).slice(0, 16)}.mjs`);
  if (existsSync(file)) return file;
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "grader/submission/reader/process.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    logLevel: "silent",
  });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, outputFiles[0]?.contents ?? "");
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return file;
}
