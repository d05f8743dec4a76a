/** What of a submission is looked at, by name, and how much of it. */
import { EXERCISES, placeOf, UNITS } from "../../syllabus.js";
import { quoteLine } from "../../text/quote.js";

const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  /** Of the file of an exercise. */
  file: 256 * KIB,
  /** Of a file that is compared with the release: a larger one counts as changed. */
  digest: 5 * MIB,
  /** Entries of an archive. */
  entries: 200_000,
  /** What is inflated of an archive in all: a submission packed with its node_modules (600 MB) is let through. */
  inflated: 1024 * MIB,
  /** Files that are looked at for having been added. */
  walked: 5_000,
  /** Names that are listed of one folder. */
  listed: 1_000,
  /** What a clone may take on the disk. */
  clone: 512 * MIB,
  /** Commits that are looked at, from the last one back. */
  commits: 100_000,
  /** Commits whose exercises are compared, where git cannot tell by their paths that they are equal. */
  steps: 300,
  /** For one archive, and for one call of git, in seconds. */
  seconds: 60,
  /** For fetching a repository, in seconds. */
  cloneSeconds: 180,
} as const;

/** How deep in a submission its root may lie: `alice_123/workbook-main/exercises`. */
export const DEEPEST = 2;

/** The files of exercises: "01-recurrent-attention/01-stable-softmax.ts". */
export const EXERCISE_FILES: ReadonlySet<string> = new Set(EXERCISES.map(({ id }) => `${placeOf(id)}.ts`));

export const UNIT_FOLDERS: readonly string[] = UNITS.map(({ folder }) => folder);

const BY_SMALL_LETTERS = new Map([...EXERCISE_FILES].map((file) => [file.toLowerCase(), file]));

/** The exercise file that this would be, were it not for its capital letters. */
export function misspelt(file: string): string | undefined {
  const known = BY_SMALL_LETTERS.get(file.toLowerCase());
  return known === file ? undefined : known;
}

/** Folders that hold files of the same names, but never a student's. */
const NO_ROOTS = new Set(["grader", "solutions", "reference", "node_modules", "__MACOSX"]);

export const maybeRoot = (name: string): boolean => !NO_ROOTS.has(name) && !name.startsWith(".") && name.length <= 255;

/** Where a file can change how a submission is graded in the student's own repository. */
export const WATCHED_FOLDERS: readonly string[] = ["grader", "reference", "solutions", "data", ".github"];

const WATCHED_FILES =
  /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-.*|bun\.lockb?|\.npmrc|\.yarnrc.*|\.pnpmfile\.cjs|\.env.*|\.gitattributes|\.gitmodules|\.node-version|\.nvmrc|tsconfig.*\.json|(vitest|vite)\..*)$/;

/** What is made by working with the repository: what its .gitignore names. */
const MADE = new RegExp(
  [
    /(^|\/)(node_modules|runs|__pycache__|\.git)(\/|$)/,
    /(^|\/)\.DS_Store$|\.(bak|log)$/,
    /^(grade\.json|report\.html|result\.json|release-body\.md)$|^gradebook[^/]*\//,
  ]
    .map(({ source }) => source)
    .join("|"),
);

export const isMade = (file: string): boolean => MADE.test(file);

/** Files of exercises that are not the student's to write in. */
const GIVEN = /^exercises\/(types|support)\.ts$/;

/** Whether it matters that this file was changed, removed or added: lessons, notes and exercises are the student's. */
export function matters(file: string): boolean {
  if (isMade(file)) return false;
  const top = file.split("/", 1)[0] ?? "";
  return file.includes("/") ? WATCHED_FOLDERS.includes(top) || GIVEN.test(file) : WATCHED_FILES.test(file);
}

/** Whether something in this folder may matter. */
export const mayMatter = (folder: string): boolean =>
  !isMade(folder) && (folder === "exercises" || WATCHED_FOLDERS.includes(folder.split("/", 1)[0] ?? ""));

/** A path of some parts; "" is the whole. */
export const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("/");

/** A student's name for a file, fit to be printed. */
export function shown(name: string): string {
  const quoted = quoteLine(name);
  return quoted.length > 120 ? `${quoted.slice(0, 60)}…${quoted.slice(-50)}` : quoted;
}
