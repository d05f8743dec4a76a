/**
 * The V8 startup snapshot that every sandbox starts from: tfjs loaded and warmed up, nothing else. It is built on
 * first use and kept under a key made of all that it depends on.
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import type { Plugin } from "esbuild";
import { cacheFolder, hashFiles, root } from "../store.js";

const run = promisify(execFile);

const [nodeMajor = 0] = process.versions.node.split(".").map(Number);

/**
 * V8 flags are part of a snapshot: they must be the same when it is built and when it is used. Node 20 would begin to
 * optimise sooner than pays in so short a life; later ones optimise in cheaper steps and do not know the flag.
 */
export const V8_FLAGS: readonly string[] = [
  "--disallow-code-generation-from-strings",
  "--max-old-space-size=512",
  ...(nodeMajor < 21 ? ["--interrupt-budget=600000"] : []),
];

const SOURCES = ["grader/sandbox/snapshot.ts", "grader/sandbox/inside", "grader/sandbox/messages.ts", "grader/values"];

let known: Promise<string> | undefined;
/** When and how large the file was that was found intact: as long as it stays so, it is not read again. */
let seen: string | undefined;

/** The file of the snapshot, built if it is not there or is damaged. `rebuild` builds it in any case. */
export async function snapshotFile(rebuild = false): Promise<string> {
  known ??= placeOf();
  const file = await known;
  if (!rebuild && seen !== undefined && (await stampOf(file)) === seen) return file;
  if (rebuild || !(await isIntact(file))) await build(file);
  seen = await stampOf(file);
  return file;
}

const placeOf = async (): Promise<string> => path.join(await cacheFolder(), `sandbox-${await snapshotKey()}.blob`);

async function stampOf(file: string): Promise<string | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats && `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}

async function snapshotKey(): Promise<string> {
  const tfjs = JSON.parse(await readFile(path.join(root, "node_modules/@tensorflow/tfjs/package.json"), "utf8"));
  return createHash("sha256")
    .update([process.version, process.arch, process.platform, ...V8_FLAGS, tfjs.version].join(" "))
    .update(await hashFiles(SOURCES))
    .digest("hex")
    .slice(0, 16);
}

/** Whether the file is what was built: its digest stands beside it. */
async function isIntact(file: string): Promise<boolean> {
  try {
    const [blob, digest] = await Promise.all([readFile(file), readFile(`${file}.sha256`, "utf8")]);
    return createHash("sha256").update(blob).digest("hex") === digest;
  } catch {
    return false;
  }
}

async function build(file: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const script = `${draft}.cjs`;
  try {
    await writeFile(script, await bundle());
    await run(process.execPath, [...V8_FLAGS, "--no-warnings", "--snapshot-blob", draft, "--build-snapshot", script], {
      env: {},
    }).catch((error: { stderr?: string }) => {
      const lines = String(error.stderr ?? error)
        .split("\n")
        .filter((line) => line.length < 300); // not the bundle itself
      throw new Error(`the snapshot of the sandbox could not be built: ${lines.join("\n").slice(0, 2000)}`);
    });
    const digest = createHash("sha256")
      .update(await readFile(draft))
      .digest("hex");
    await writeFile(`${draft}.sha256`, digest);
    await rename(`${draft}.sha256`, `${file}.sha256`);
    await rename(draft, file);
  } finally {
    await Promise.all([script, draft, `${draft}.sha256`].map((left) => rm(left, { force: true })));
  }
}

async function bundle(): Promise<string> {
  const { build: esbuild } = await import("esbuild");
  const common = { bundle: true, write: false, minify: true, absWorkingDir: root, logLevel: "silent" } as const;
  const text = (result: { outputFiles: { text: string }[] }) => result.outputFiles[0]?.text ?? "";
  const inner = await esbuild({
    ...common,
    entryPoints: ["grader/sandbox/inside/inner.ts"],
    format: "iife",
    globalName: "inner",
    banner: { js: '"use strict";' },
    footer: { js: "inner.serve" },
  });
  const outer = await esbuild({
    ...common,
    entryPoints: ["grader/sandbox/inside/outer.ts"],
    format: "cjs",
    platform: "node",
    // tfjs keeps its engine in the global object and looks it up there; given another one, it stays out of reach.
    // Functions that are not strict tell, while they run, who called them and with what.
    banner: { js: '"use strict"; const tfjsGlobal = {};' },
    define: { INNER_SOURCE: JSON.stringify(text(inner)), global: "tfjsGlobal" },
    plugins: [withoutBuiltins],
  });
  return text(outer);
}

/** tfjs asks for Node modules that could reach files and the network; it works without them. */
const withoutBuiltins: Plugin = {
  name: "without builtins",
  setup(build) {
    const names = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), "node-fetch"]);
    build.onResolve({ filter: /.*/ }, ({ path: name, importer }) =>
      names.has(name) && name !== "util" && importer.includes("node_modules")
        ? { path: name, namespace: "empty" }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {}" }));
  },
};
