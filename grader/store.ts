/** Where the workbook lies, and where it keeps what it can make again. */
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { lstat, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** The folder of the workbook: the nearest one above the program that holds `exercises` and `grader`. */
export const root: string = findRoot();

function findRoot(): string {
  let folder = process.env.WORKBOOK_ROOT ?? process.cwd();
  while (!existsSync(path.join(folder, "grader", "syllabus.ts"))) {
    const above = path.dirname(folder);
    if (above === folder) return process.cwd();
    folder = above;
  }
  return folder;
}

/**
 * A folder for what can be made again: `node_modules/.cache/workbook`, or, where the checkout is read-only, one
 * in the system's temporary folder that nobody else can write to.
 */
export async function cacheFolder(): Promise<string> {
  const local = path.join(root, "node_modules", ".cache", "workbook");
  try {
    await mkdir(local, { recursive: true });
    accessSync(local, constants.W_OK);
    return local;
  } catch {
    const user = process.getuid?.() ?? 0;
    const place = createHash("sha256").update(root).digest("hex").slice(0, 8);
    const folder = path.join(os.tmpdir(), `workbook-${user}-${place}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(folder);
    if (process.getuid !== undefined && (uid !== user || (mode & 0o022) !== 0)) {
      throw new Error(`${folder} belongs to somebody else; remove it or set TMPDIR to a folder of your own`);
    }
    return folder;
  }
}

/** A digest of the content of files and folders below the root, of those that are there. */
export async function hashFiles(places: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => filesIn(path.join(root, place))).sort()) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

const filesIn = (place: string): string[] => (existsSync(place) ? filesBelow(place) : []);

/** All files below a folder, or the file itself. */
export function filesBelow(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => filesBelow(path.join(place, entry.name)));
}
