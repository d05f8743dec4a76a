/** Sorts the entries of an archive by name, as they come: what is read of them, and where the root is. */

import { mayBeMisnamed } from "../../submission/misnamed.js";
import type { Handout } from "./changes.js";
import { DEEPEST, EXERCISE_FILES, LIMITS, matters, maybeRoot, misspelt, UNIT_FOLDERS } from "./known.js";
import type { Root } from "./tree.js";

export interface Sorted<T> {
  readonly root: Root;
  /** By path from the folder of the units. */
  readonly exercises: ReadonlyMap<string, T>;
  /** Whatever else is compared with what was handed out. */
  readonly others: ReadonlyMap<string, T>;
  /** What else lies in units beside the exercises, by path from their folder. */
  readonly beside: readonly string[];
}

export interface Sorter<T> {
  /** Whether the entry of this name is an exercise, is compared with what was handed out, or is passed over. */
  readonly wants: (name: string) => "exercise" | "other" | "nothing";
  /** Keeps what is known of an entry that is wanted. A later one of the same name takes its place. */
  readonly put: (name: string, what: T) => void;
  /** Nothing when no name was an exercise's, nor lay where exercises lie. */
  readonly result: () => Sorted<T> | undefined;
  /** Further folders with exercises, as deep as the root. */
  readonly rivals: ReadonlySet<string>;
  readonly doubled: ReadonlySet<string>;
  readonly misspelt: ReadonlyMap<string, string>;
  /** Whether there were more files to compare than are kept. */
  readonly full: () => boolean;
}

/** Names that are kept of an archive: a hostile one may hold 200 000 that look as if they mattered. */
const MOST_OTHERS = 4 * LIMITS.walked;
const MOST_BESIDE = LIMITS.walked;
const MOST_REMARKS = 10;

/**
 * A name as a path with single slashes, or nothing for a folder, and for what no honest program writes: absolute,
 * climbing, with control characters.
 */
export function safeName(name: string): string | "folder" | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it.
  if (name.length > 1024 || /[\u0000-\u001f\u007f\\]/.test(name) || name.startsWith("/")) return undefined;
  if (name.endsWith("/")) return "folder";
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") || /^[a-z]:$/i.test(parts[0] ?? "") ? undefined : parts.join("/");
}

const isSame = (a: Root, b: Root): boolean => a.folder === b.folder && a.exercises === b.exercises;

export function sorter<T>(handout: Handout | undefined): Sorter<T> {
  let best: { readonly root: Root; readonly rank: number; readonly exercises: Map<string, T> } | undefined;
  const others = new Map<string, T>();
  /** Files in units that are no exercises: one may be meant for one. */
  const beside = new Map<string, { readonly root: Root; readonly file: string }>();
  const rivals = new Set<string>();
  const doubled = new Set<string>();
  const spelt = new Map<string, string>();
  let full = false;

  function placed(name: string): { readonly root: Root; readonly file: string } | undefined {
    const parts = name.split("/");
    const file = parts.slice(-2).join("/");
    const expected = misspelt(file);
    if (expected !== undefined && spelt.size < MOST_REMARKS) spelt.set(name, expected);
    if (!UNIT_FOLDERS.includes(parts.at(-2) ?? "")) return undefined;
    const above = parts.slice(0, -2);
    const exercises = above.at(-1) === "exercises" ? "exercises" : "";
    const folders = exercises === "" ? above : above.slice(0, -1);
    if (folders.length > DEEPEST || !folders.every(maybeRoot)) return undefined;
    const root: Root = { folder: folders.join("/"), exercises };
    if (EXERCISE_FILES.has(file)) return { root, file };
    if (mayBeMisnamed(parts.at(-1) ?? "") && beside.size < MOST_BESIDE) beside.set(name, { root, file });
    return undefined;
  }

  /** Notes the root of an exercise, and says whether the exercise is of the best one so far. */
  function isOfBest(root: Root): boolean {
    // Of two ways to hold exercises in one folder, the one that the workbook has comes first.
    const depth = root.folder === "" ? 0 : root.folder.split("/").length;
    const rank = 2 * depth + (root.exercises === "" ? 1 : 0);
    if (best === undefined || rank < best.rank) {
      best = { root, rank, exercises: new Map() };
      rivals.clear();
      doubled.clear();
    }
    if (rank === best.rank && root.folder !== best.root.folder && rivals.size < MOST_REMARKS) rivals.add(root.folder);
    return isSame(root, best.root);
  }

  function isCompared(name: string): boolean {
    if (handout === undefined) return false;
    const parts = name.split("/");
    for (let depth = 0; depth <= Math.min(DEEPEST, parts.length - 1); depth++) {
      const own = parts.slice(depth).join("/");
      // Where the units lie at the top, so does what lies beside them.
      if (matters(own) || matters(`exercises/${own}`)) return true;
    }
    return false;
  }

  return {
    wants: (name) => {
      const exercise = placed(name);
      if (exercise !== undefined) return isOfBest(exercise.root) ? "exercise" : "nothing";
      if (!isCompared(name)) return "nothing";
      if (others.size < MOST_OTHERS || others.has(name)) return "other";
      full = true;
      return "nothing";
    },
    put: (name, what) => {
      const exercise = placed(name);
      if (exercise === undefined) others.set(name, what);
      else if (best !== undefined && isSame(exercise.root, best.root)) {
        if (best.exercises.has(exercise.file)) doubled.add(exercise.file);
        best.exercises.set(exercise.file, what);
      }
    },
    result: () => {
      // Where all exercises are misnamed, what lies in their place tells where they should be.
      if (best === undefined) for (const { root } of beside.values()) isOfBest(root);
      if (best === undefined) return undefined;
      const { root, exercises } = best;
      const own = [...beside.values()].filter((one) => isSame(one.root, root));
      return { root, exercises, others, beside: own.map(({ file }) => file) };
    },
    rivals,
    doubled,
    misspelt: spelt,
    full: () => full,
  };
}
