/** A folder, read without following a link out of it and without opening what is no file. */
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, open, opendir, readlink, realpath } from "node:fs/promises";
import path from "node:path";
import { isMade, LIMITS } from "./known.js";
import type { Kind, Named, Seen, Tree } from "./tree.js";

/** @param base absolute, without links */
export function folderTree(base: string): Tree {
  const at = (place: string): string => path.join(base, place);
  return {
    kindOf: async (place) => ((await lastingWay(base, place)) ?? []).map(kindOf).at(-1) ?? "nothing",
    list: async (folder) => {
      if ((await lastingWay(base, folder)) === undefined) return [];
      return listed(at(folder), LIMITS.listed);
    },
    read: async (files, limit, see) => {
      for (const file of files) see(file, await readInside(base, file, limit));
    },
    below: (folders) => below(base, folders),
  };
}

async function listed(folder: string, limit: number): Promise<readonly Named[]> {
  const names: Named[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (names.length === limit) break;
      names.push({ name: entry.name, kind: kindOf(entry) });
    }
  } catch {
    // A folder that cannot be listed holds nothing for us.
  }
  return names;
}

function kindOf(entry: Pick<BigIntStats, "isDirectory" | "isFile" | "isSymbolicLink">): Kind {
  if (entry.isDirectory()) return "folder";
  if (entry.isFile()) return "file";
  return entry.isSymbolicLink() ? "link" : "special";
}

/** What lies at each step of a way, when all but its end are folders of their own: no link is walked through. */
async function lastingWay(base: string, place: string): Promise<readonly BigIntStats[] | undefined> {
  const steps: BigIntStats[] = [];
  let here = base;
  for (const part of ["", ...place.split("/")]) {
    if (steps.length > 0 && !steps.at(-1)?.isDirectory()) return undefined;
    here = path.join(here, part);
    const step = await lstat(here, { bigint: true }).catch(() => undefined);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

/**
 * The file of this name, if it is one and small enough.
 *
 * Somebody may exchange a folder for a link between our looking at the way and our opening its end. So what was opened must
 * itself lie in that very place. A second hard link to a file is not a link here: only who may write to the file system can
 * make one.
 */
export async function readInside(base: string, place: string, limit: number): Promise<Seen> {
  const before = (await lastingWay(base, place))?.at(-1);
  if (before === undefined) return { is: "nothing" };
  const kind = kindOf(before);
  if (kind === "link") return { is: "not taken", why: "link" };
  if (kind !== "file") return { is: "not taken", why: "special" };
  let handle: FileHandle | undefined;
  try {
    // A fifo that took the file's place would block without O_NONBLOCK.
    handle = await open(path.join(base, place), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const opened = await handle.stat({ bigint: true });
    if (!opened.isFile() || (await whereIs(handle, path.join(base, place))) !== path.join(base, place))
      return { is: "not taken", why: "link" };
    if (opened.size > BigInt(limit)) return { is: "not taken", why: "large" };
    return await readUpTo(handle, limit);
  } catch {
    return { is: "not taken", why: "unreadable" };
  } finally {
    await handle?.close();
  }
}

/** Linux tells where an open file lies; elsewhere the way to it is resolved once more, which is nearly as good. */
const whereIs = (handle: FileHandle, place: string): Promise<string> =>
  readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(place));

/** A file may grow while it is read, and files of /proc have no size. */
async function readUpTo(handle: FileHandle, limit: number): Promise<Seen> {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024);
    if (bytesRead === 0) return { is: "file", bytes: Buffer.concat(pieces) };
    total += bytesRead;
    if (total > limit) return { is: "not taken", why: "large" };
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

async function below(base: string, folders: readonly string[]): ReturnType<Tree["below"]> {
  const files: string[] = [];
  const waiting: string[] = [];
  for (const folder of folders) {
    const kind = (await lastingWay(base, folder))?.map(kindOf).at(-1);
    if (kind === "folder") waiting.push(folder);
    else if (kind !== undefined) files.push(folder);
  }
  let looked = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for (const { name, kind } of await listed(path.join(base, folder), LIMITS.walked - looked + 1)) {
      if (looked++ >= LIMITS.walked) return { files, more: true };
      const place = `${folder}/${name}`;
      if (isMade(name)) continue;
      if (kind === "folder") waiting.push(place);
      else files.push(place);
    }
  }
  return { files, more: false };
}
