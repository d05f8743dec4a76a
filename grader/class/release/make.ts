/** Makes the repository that students receive. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../errors.js";
import { SEALED_FILE, seal } from "../../grading/sealed.js";
import type { Release } from "../../release.js";
import { filesBelow, root } from "../../store.js";
import { EXERCISES, UNITS, unitOf } from "../../syllabus.js";
import { runTied } from "../../tied.js";
import { type Contents, contentsOf, hiddenSources } from "./contents.js";
import { findLeaks, type Search } from "./leaks.js";
import { readmesOf } from "./readme.js";
import type { ReleaseWords } from "./words.js";

/** Public: whoever has a release can read what was recorded with them. */
const RECORDED_SEEDS = [101, 102, 103];
/** Processes that record side by side. */
const RECORDERS = 2;

/**
 * Writes a release into a folder that is empty or not there.
 *
 * @param key seals the suites
 * @returns what was found in it that must not be there: nothing, it is to be hoped
 * @throws UsageError when the folder is in use
 */
export async function makeRelease(folder: string, release: Release, key: string, words: ReleaseWords): Promise<Search> {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(words.folderInUse(folder));
  checkUnits(release.units, words);
  const contents = contentsOf(release);
  for (const [name, text] of readmesOf(release)) contents.set(name, Buffer.from(text));
  const hidden = hiddenSources(release.units);
  contents.set(SEALED_FILE, seal(hidden, key));
  const ids = UNITS.filter(({ number }) => release.units.includes(number)).flatMap(({ exercises }) =>
    exercises.map(({ id }) => id),
  );
  write(folder, contents);
  await recordInto(folder, ids);
  return findLeaks(readAll(folder), hidden);
}

/** Units build on earlier ones: those that are needed must be there as well. */
function checkUnits(units: readonly number[], words: ReleaseWords): void {
  for (const { id, needs } of EXERCISES) {
    const unit = unitOf(id).number;
    const missing = needs.find((needed) => units.includes(unit) && !units.includes(unitOf(needed).number));
    if (missing !== undefined) throw new UsageError(words.unitMissing(unit, unitOf(missing).number, id, missing));
  }
}

function write(folder: string, contents: Contents): void {
  for (const [name, content] of contents) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

const readAll = (folder: string): Contents =>
  new Map(filesBelow(folder).map((file) => [path.relative(folder, file), readFileSync(file)]));

async function recordInto(folder: string, ids: readonly string[]): Promise<void> {
  const recorder = path.join(root, "grader", "class", "release", "recorder.ts");
  const lists = Array.from({ length: RECORDERS }, (_, i) => ids.filter((__, place) => place % RECORDERS === i));
  await Promise.all(
    lists.map(async (list) => {
      const words = ["--import", "tsx", recorder, path.resolve(folder), RECORDED_SEEDS.join(","), ...list];
      const env = { ...process.env, WORKBOOK_ROOT: root };
      const { code, said } = await runTied(process.execPath, words, { cwd: root, env });
      if (code !== 0) throw new Error(`the suites of ${list.join(", ")} cannot be recorded:\n${said.slice(-2000)}`);
    }),
  );
}

/** Makes the folder a repository with a single commit: nothing that was ever elsewhere is in its history. */
export function commit(folder: string, message: string): boolean {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  try {
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return true;
  } catch {
    return false; // no git, or nobody told it a name: the folder is there all the same
  }
}
