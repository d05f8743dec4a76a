// Starts the program: compiles grader/cli.ts once (and again when it changes), then runs it. Loading TypeScript file
// by file costs half a second on each run; one compiled file costs nothing to speak of.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.env.WORKBOOK_ROOT = root;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.version} is too old: the workbook needs 20.19 or newer (https://nodejs.org).`);
  console.error(`Node.js ${process.version} es muy antigua: el cuaderno necesita la 20.19 o una más nueva.`);
  process.exit(3);
}

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
  const name = `cli-${sourcesKey()}.mjs`;
  const file = path.join(folder, name);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND" && !(error instanceof SyntaxError)) throw error;
  }
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "grader", "cli.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  try {
    const { mkdirSync } = await import("node:fs");
    mkdirSync(folder, { recursive: true });
    const older = readdirSync(folder).filter((other) => /^cli-.*\.mjs$/.test(other));
    if (older.length > KEPT) for (const other of older) rmSync(path.join(folder, other), { force: true });
    writeFileSync(`${file}.${process.pid}`, outputFiles[0].contents);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A read-only checkout: load the sources themselves, through tsx.
    const { register } = await import("tsx/esm/api");
    register();
    return await import(pathToFileURL(path.join(root, "grader", "cli.ts")).href);
  }
  return await import(`${pathToFileURL(file).href}?built`);
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
  visit(path.join(root, "grader"));
  return hash.digest("hex").slice(0, 16);
}
