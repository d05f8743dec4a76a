/** A submission whose files can be asked for by name: a folder, or a commit. And how it is taken in. */
import { createHash } from "node:crypto";
import type { Text } from "../../language.js";
import { type Changes, changesFrom, type Digest, type Handout, isMore, UNCHANGED } from "./changes.js";
import {
  DEEPEST,
  EXERCISE_FILES,
  LIMITS,
  matters,
  maybeRoot,
  misspelt,
  shown,
  UNIT_FOLDERS,
  WATCHED_FOLDERS,
} from "./known.js";
import type { Problems } from "./problems.js";
import { say, type Why } from "./words.js";

export type Kind = "folder" | "file" | "link" | "special" | "nothing";

export interface Named {
  readonly name: string;
  readonly kind: Kind;
}

export type Seen =
  | { readonly is: "file"; readonly bytes: Buffer }
  | { readonly is: "nothing" }
  | { readonly is: "not taken"; readonly why: Why };

/** Paths have slashes and no slash at an end; "" is the whole. */
export interface Tree {
  readonly kindOf: (place: string) => Promise<Kind>;
  /** What lies in a folder: at most LIMITS.listed. */
  readonly list: (folder: string) => Promise<readonly Named[]>;
  /** Shows each of these files, one after the other, so that they are never all in memory. */
  readonly read: (files: readonly string[], limit: number, see: (file: string, seen: Seen) => void) => Promise<void>;
  /** Whatever is no folder below these folders: at most LIMITS.walked. */
  readonly below: (
    folders: readonly string[],
  ) => Promise<{ readonly files: readonly string[]; readonly more: boolean }>;
}

/** Where the exercises lie in a submission. */
export interface Root {
  readonly folder: string;
  /** "exercises", or "" where the units lie in the folder itself. */
  readonly exercises: "exercises" | "";
}

export const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("/");

export interface TakenFiles extends Changes {
  readonly files: ReadonlyMap<string, Buffer>;
}

/** The exercises of a submission. */
export interface Held {
  readonly root: Root;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly notTaken: ReadonlyMap<string, Why>;
}

type Refused = { readonly refused: Text };

export async function takeTree(
  tree: Tree,
  handout: Handout | undefined,
  problems: Problems,
): Promise<TakenFiles | Refused> {
  const held = await exercisesIn(tree);
  return "refused" in held ? held : takeHeld(tree, held, handout, problems);
}

/** What is taken of a submission whose exercises are known, and what is said of it. */
export async function takeHeld(
  tree: Tree,
  { root, files, notTaken }: Held,
  handout: Handout | undefined,
  problems: Problems,
): Promise<TakenFiles> {
  for (const [file, why] of notTaken) problems.notTaken(file, why);
  await remarkNames(tree, join(root.folder, root.exercises), problems);
  if (handout === undefined || root.exercises === "") return { files, ...UNCHANGED };
  return { files, ...(await changesIn(tree, root.folder, handout, problems)) };
}

export async function exercisesIn(tree: Tree): Promise<Held | Refused> {
  const root = await rootOf(tree);
  if ("refused" in root) return root;
  const base = join(root.folder, root.exercises);
  const files = new Map<string, Buffer>();
  const notTaken = new Map<string, Why>();
  await tree.read(
    [...EXERCISE_FILES].map((file) => join(base, file)),
    LIMITS.file,
    (place, seen) => {
      const file = base === "" ? place : place.slice(base.length + 1);
      if (seen.is === "file") files.set(file, seen.bytes);
      if (seen.is === "not taken") notTaken.set(file, seen.why);
    },
  );
  return { root, files, notTaken };
}

/** The shallowest folder that holds the exercises. Only known names are looked for, and one list for each level. */
async function rootOf(tree: Tree): Promise<Root | Refused> {
  let folder = "";
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const here = await held(tree, folder);
    if (here !== undefined) return here;
    const folders = (await tree.list(folder)).filter(({ name, kind }) => kind === "folder" && maybeRoot(name));
    const roots: Root[] = [];
    if (depth < DEEPEST) {
      for (const { name } of folders) {
        const root = await held(tree, join(folder, name));
        if (root !== undefined && "refused" in root) return root;
        if (root !== undefined) roots.push(root);
      }
    }
    const [root] = roots;
    if (root !== undefined) return roots.length === 1 ? root : severalRoots(roots.map((rival) => rival.folder));
    const [only] = folders;
    if (only === undefined || folders.length > 1) break;
    folder = join(folder, only.name);
  }
  return { refused: say((words) => words.noExercises) };
}

export function severalRoots(folders: readonly string[]): Refused {
  const some = folders.slice(0, 5).map((folder) => (folder === "" ? "." : shown(folder)));
  return { refused: say((words) => words.severalRoots(some.join(", "))) };
}

async function held(tree: Tree, folder: string): Promise<Root | Refused | undefined> {
  const place = join(folder, "exercises");
  const kind = await tree.kindOf(place);
  if (kind === "folder") return { folder, exercises: "exercises" };
  if (kind === "link") return { refused: say((words) => words.linkedExercises(shown(place))) };
  for (const unit of UNIT_FOLDERS)
    if ((await tree.kindOf(join(folder, unit))) === "folder") return { folder, exercises: "" };
  return undefined;
}

/** Folders that are links, and files that differ from an exercise's in their capital letters alone. */
async function remarkNames(tree: Tree, base: string, problems: Problems): Promise<void> {
  for (const unit of UNIT_FOLDERS) {
    const kind = await tree.kindOf(join(base, unit));
    if (kind === "link" || kind === "special") problems.notTaken(unit, kind);
    if (kind !== "folder") continue;
    for (const { name } of await tree.list(join(base, unit))) {
      const expected = misspelt(join(unit, name));
      if (expected === undefined) continue;
      problems.add(say((words) => words.letterCase(shown(join(unit, name)), expected)));
    }
  }
}

async function changesIn(tree: Tree, folder: string, handout: Handout, problems: Problems): Promise<Changes> {
  const own = (place: string): string => (folder === "" ? place : place.slice(folder.length + 1));
  const { files, more } = await tree.below(WATCHED_FOLDERS.map((name) => join(folder, name)));
  const beside = (await tree.list(folder)).filter(({ kind }) => kind !== "folder").map(({ name }) => name);
  if (more) problems.add(say((words) => words.notCompared));
  const names = [...files, ...beside.map((name) => join(folder, name))].map(own);
  if (!isMore(names)) return UNCHANGED;
  const handedOut = await handout(new Set(names));
  const digests = new Map<string, Digest>();
  const compared = [...handedOut.keys()].filter(matters);
  await tree.read(
    compared.map((file) => join(folder, file)),
    LIMITS.digest,
    (place, seen) => {
      if (seen.is === "file") digests.set(own(place), createHash("sha256").update(seen.bytes).digest("hex"));
      if (seen.is === "not taken") digests.set(own(place), "unread");
    },
  );
  return changesFrom(handedOut, digests, names);
}
