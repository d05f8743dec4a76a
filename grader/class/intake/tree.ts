/** A submission whose files can be asked for by name: a folder, or a commit. And how it is taken in. */
import { createHash } from "node:crypto";
import type { Text } from "../../language.js";
import { type Changes, changesFrom, type Digest, type Handout, isMore, UNCHANGED } from "./changes.js";
import {
  DEEPEST,
  EXERCISE_FILES,
  join,
  LIMITS,
  matters,
  maybeRoot,
  misspelt,
  shown,
  UNIT_FOLDERS,
  WATCHED_FOLDERS,
} from "./known.js";
import { remarkLetters, remarkMisnamed } from "./names.js";
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
  await remarkNames(tree, root, [...files.keys(), ...notTaken.keys()], problems);
  if (handout === undefined) return { files, ...UNCHANGED };
  return { files, ...(await changesIn(tree, root, handout, problems)) };
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

/** Folders that are links, and files that are called nearly as an exercise. */
async function remarkNames(tree: Tree, root: Root, known: readonly string[], problems: Problems): Promise<void> {
  const base = join(root.folder, root.exercises);
  const names = new Set(known);
  for (const unit of UNIT_FOLDERS) {
    const kind = await tree.kindOf(join(base, unit));
    if (kind === "link" || kind === "special") problems.notTaken(unit, kind);
    if (kind !== "folder") continue;
    for (const { name } of await tree.list(join(base, unit))) names.add(join(unit, name));
  }
  for (const name of names) {
    const expected = misspelt(name);
    if (expected !== undefined) remarkLetters(name, expected, problems);
  }
  remarkMisnamed(root.exercises, names, problems);
}

/** The folders in which what was handed out may lie around the exercises: theirs, and those above it. */
export function foldersAround({ folder }: Root): readonly string[] {
  const parts = folder === "" ? [] : folder.split("/");
  return Array.from({ length: parts.length + 1 }, (_, above) => parts.slice(0, parts.length - above).join("/"));
}

/** Where a file that was handed out lies in a submission: exercises may lie elsewhere than the rest. */
export function placeIn(root: Root, around: string, file: string): string {
  const [top, ...rest] = file.split("/");
  return top === "exercises" ? join(root.folder, root.exercises, ...rest) : join(around, file);
}

async function changesIn(tree: Tree, root: Root, handout: Handout, problems: Problems): Promise<Changes> {
  for (const around of foldersAround(root)) {
    const changes = await changesAround(around, tree, root, handout, problems);
    if (changes !== undefined) return changes;
  }
  return UNCHANGED;
}

/** Nothing where no more than exercises lies there. */
async function changesAround(
  around: string,
  tree: Tree,
  root: Root,
  handout: Handout,
  problems: Problems,
): Promise<Changes | undefined> {
  const { files, more } = await tree.below(WATCHED_FOLDERS.map((name) => join(around, name)));
  const beside = (await tree.list(around)).filter(({ kind }) => kind !== "folder").map(({ name }) => name);
  const start = around === "" ? 0 : around.length + 1;
  const names = [...files.map((place) => place.slice(start)), ...beside];
  if (!isMore(names)) return undefined;
  if (more) problems.add(say((words) => words.notCompared));
  const handedOut = await handout(new Set(names));
  const digests = new Map<string, Digest>();
  const places = new Map([...handedOut.keys()].filter(matters).map((file) => [placeIn(root, around, file), file]));
  await tree.read([...places.keys()], LIMITS.digest, (place, seen) => {
    const file = places.get(place) ?? place;
    if (seen.is === "file") digests.set(file, createHash("sha256").update(seen.bytes).digest("hex"));
    if (seen.is === "not taken") digests.set(file, "unread");
  });
  return changesFrom(handedOut, digests, names);
}
