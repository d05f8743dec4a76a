// Starts the program: compiles grader/cli.ts once (and again when it changes), then runs it. Loading TypeScript file
// by file costs half a second on each run; one compiled file costs nothing to speak of.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import v8 from "node:v8";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.env.WORKBOOK_ROOT = root;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.version} is too old: the workbook needs 20.19 or newer (https://nodejs.org).`);
  console.error(`Node.js ${process.version} es muy antigua: el cuaderno necesita la 20.19 o una más nueva.`);
  process.exit(3);
}

// Most functions run too briefly to be worth optimising: to begin later saves a tenth of the processor time. Later
// versions optimise in cheaper steps, and do not know the flag.
if (major < 21) v8.setFlagsFromString("--interrupt-budget=400000");

/** This many compiled programs of other states of the sources may lie about. */
const KEPT = 8;

const program = await compiled().catch((error) => {
  if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
  console.error("Packages are missing: run npm ci first.");
  console.error("Faltan paquetes: ejecuta primero npm ci.");
  process.exit(3);
});
await program.main(process.argv.slice(2));

async function compiled() {
  const folder = path.join(root, "node_modules", ".cache", "workbook");
  const program = path.join(folder, `cli-${sourcesKey()}`);
  const entry = path.join(program, "cli.mjs");
  try {
    return await import(pathToFileURL(entry).href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND" && !(error instanceof SyntaxError)) throw error;
  }
  const { build } = await import("esbuild");
  const beside = `${program}.${process.pid}`;
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "grader", "cli.ts")],
    bundle: true,
    splitting: true, // what a command loads when it runs stays out of the others' way
    outdir: beside,
    outExtension: { ".js": ".mjs" },
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  try {
    const older = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("cli-")) : [];
    if (older.length > KEPT)
      for (const name of older) rmSync(path.join(folder, name), { recursive: true, force: true });
    mkdirSync(beside, { recursive: true });
    for (const { path: file, contents } of outputFiles) writeFileSync(file, contents);
    rmSync(program, { recursive: true, force: true }); // damaged, or it would have been loaded
    renameSync(beside, program);
  } catch {
    try {
      rmSync(beside, { recursive: true, force: true });
    } catch {} // where nothing can be written, nothing is left either
    // Somebody else made it at the same time; or the checkout is read-only: then the sources themselves, through tsx.
    if (!existsSync(entry)) {
      const { register } = await import("tsx/esm/api");
      register();
      return await import(pathToFileURL(path.join(root, "grader", "cli.ts")).href);
    }
  }
  return await import(`${pathToFileURL(entry).href}?built`);
}

/** Changes whenever a source of the grader does. */
function sourcesKey() {
  const hash = createHash("sha256")
    .update(process.version)
    .update(readFileSync(path.join(root, "package-lock.json")));
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!["suites", "fixtures", "acceptance"].includes(entry.name)) visit(place);
      } else if (entry.name.endsWith(".ts")) {
        const { mtimeMs, size } = statSync(place);
        hash.update(`${path.relative(root, place)} ${mtimeMs} ${size}\n`);
      }
    }
  };
  for (const part of ["grader", "reference", "data"]) {
    const folder = path.join(root, part);
    if (existsSync(folder)) visit(folder); // a repository for students has no reference
  }
  return hash.digest("hex").slice(0, 16);
}
