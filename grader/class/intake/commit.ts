/** A commit, read from git's objects. Nothing is checked out: no link, filter or submodule comes into being. */
import { type Bounds, git, READING } from "./git.js";
import { isMade, LIMITS } from "./known.js";
import type { Kind, Seen, Tree } from "./tree.js";

/** The objects of a repository are not what git expects. */
export class BrokenRepository extends Error {}

interface Listed {
  readonly kind: Kind;
  readonly hash: string;
}

const MIB = 1024 * 1024;

/** What is read of blobs at once. */
const AT_ONCE = 32 * MIB;

/** Paths in one call: command lines are limited. */
const PATHS_AT_ONCE = 200;

/** @param folder of a repository of our own */
export function commitTree(folder: string, commit: string): Tree {
  /** A tree of hostile depth or width ends git, or its listing: what was listed until then is used if that is allowed. */
  async function names(words: readonly string[], bounds: Bounds = READING): Promise<Map<string, Listed>> {
    const ran = await git(folder, ["--git-dir=.", "ls-tree", "-z", ...words], bounds);
    if (ran.code !== 0 && ran.stopped !== "output") throw new BrokenRepository(ran.said);
    return listedIn(ran.output.toString("utf8"));
  }

  async function list(place: string): ReturnType<Tree["list"]> {
    const where = place === "" ? [] : ["--", `${place}/`];
    const entries = await names([commit, ...where], { ...READING, output: MIB });
    const start = place === "" ? 0 : place.length + 1;
    return [...entries].slice(0, LIMITS.listed).map(([name, { kind }]) => ({ name: name.slice(start), kind }));
  }

  async function read(files: readonly string[], limit: number, see: (file: string, seen: Seen) => void): Promise<void> {
    for (let start = 0; start < files.length; start += PATHS_AT_ONCE) {
      const some = files.slice(start, start + PATHS_AT_ONCE);
      const entries = await names([commit, "--", ...some]);
      const blobs: [string, string][] = [];
      for (const file of some) {
        const entry = entries.get(file);
        if (entry?.kind === "file") blobs.push([file, entry.hash]);
        else if (entry === undefined) see(file, { is: "nothing" });
        else see(file, { is: "not taken", why: entry.kind === "link" ? "link" : "special" });
      }
      await readBlobs(folder, blobs, limit, see);
    }
  }

  return {
    kindOf: async (place) => (await names([commit, "--", place])).get(place)?.kind ?? "nothing",
    list,
    read,
    below: async (folders) => {
      const bounds = { ...READING, output: LIMITS.walked * 300 };
      const ran = await git(folder, ["--git-dir=.", "ls-tree", "-r", "-z", commit, "--", ...folders], bounds);
      const all = [...listedIn(ran.output.toString("utf8")).keys()];
      const files = all.slice(0, LIMITS.walked).filter((file) => !isMade(file));
      return { files, more: ran.code !== 0 || all.length > LIMITS.walked };
    },
  };
}

/** Entries of `ls-tree -z`: "mode type hash<tab>path<nul>". A last one that was cut off has no nul. */
function listedIn(output: string): Map<string, Listed> {
  const entries = new Map<string, Listed>();
  for (const line of output.split("\0").slice(0, -1)) {
    const tab = line.indexOf("\t");
    const [mode = "", , hash = ""] = line.slice(0, tab).split(" ");
    entries.set(line.slice(tab + 1), { kind: kindOf(mode), hash });
  }
  return entries;
}

function kindOf(mode: string): Kind {
  if (mode === "040000") return "folder";
  if (mode === "120000") return "link";
  return mode.startsWith("100") ? "file" : "special";
}

async function readBlobs(
  folder: string,
  blobs: readonly (readonly [file: string, hash: string])[],
  limit: number,
  see: (file: string, seen: Seen) => void,
): Promise<void> {
  const sizes = await sizesOf(
    folder,
    blobs.map(([, hash]) => hash),
  );
  let batch: { file: string; hash: string; size: number }[] = [];
  let total = 0;
  for (const [file, hash] of blobs) {
    const size = sizes.get(hash);
    if (size === undefined) see(file, { is: "not taken", why: "absent" });
    else if (size > limit) see(file, { is: "not taken", why: "large" });
    else {
      batch.push({ file, hash, size });
      total += size;
    }
    if (total > AT_ONCE) {
      await readBatch(folder, batch, see);
      batch = [];
      total = 0;
    }
  }
  await readBatch(folder, batch, see);
}

/** Sizes, before anything is inflated. */
async function sizesOf(folder: string, hashes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  if (hashes.length === 0) return sizes;
  const ran = await git(folder, ["--git-dir=.", "cat-file", "--batch-check"], { ...READING, input: lines(hashes) });
  for (const line of ran.output.toString("latin1").split("\n")) {
    const [, hash, size] = /^(\w+) blob (\d+)$/.exec(line) ?? [];
    if (hash !== undefined) sizes.set(hash, Number(size));
  }
  return sizes;
}

async function readBatch(
  folder: string,
  batch: readonly { readonly file: string; readonly hash: string; readonly size: number }[],
  see: (file: string, seen: Seen) => void,
): Promise<void> {
  if (batch.length === 0) return;
  const bounds = { ...READING, output: 2 * AT_ONCE + MIB, input: lines(batch.map(({ hash }) => hash)) };
  const { output } = await git(folder, ["--git-dir=.", "cat-file", "--batch"], bounds);
  let at = 0;
  for (const { file, hash, size } of batch) {
    const head = `${hash} blob ${size}\n`;
    const start = at + head.length;
    const fits = output.subarray(at, start).toString("latin1") === head && output.length > start + size;
    // Git ends at an object that is damaged: those after it could not be read either.
    if (!fits) at = output.length;
    else at = start + size + 1;
    see(file, fits ? { is: "file", bytes: Buffer.from(output.subarray(start, start + size)) } : DAMAGED);
  }
}

const DAMAGED: Seen = { is: "not taken", why: "damaged" };

const lines = (words: readonly string[]): string => words.map((word) => `${word}\n`).join("");
