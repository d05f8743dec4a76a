/** What a submission changed of the repository that was handed out. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { matters, mayMatter, shown } from "./known.js";

/** The SHA-256 of a file, or that it is no file whose content could be the release's: a link, too large, … */
export type Digest = string | "unread";

/** In place of a digest: of a file that is made anew each time, so that it can hold anything. */
export const ANYTHING = "anything";

/** What a submission with these files was made from: digests by path. */
export type Handout = (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>;

export interface Changes {
  /** Files that differ, are missing or were added, fit to be printed; and how many more there are. */
  readonly changed: readonly string[];
  readonly changedMore: number;
}

/** Of whoever hands in the exercises alone. */
export const UNCHANGED: Changes = { changed: [], changedMore: 0 };

/** Whether more was handed in than exercises. */
export const isMore = (names: Iterable<string>): boolean =>
  [...names].some((file) => matters(file) && !file.startsWith("exercises/"));

/** Names in `changed`: more are only counted. */
const MOST = 50;

/**
 * @param handedOut digests by path
 * @param found digests of those of its files that are there
 * @param names of all files that may have been added
 */
export function changesFrom(
  handedOut: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, Digest>,
  names: Iterable<string>,
): Changes {
  const compared = [...handedOut].filter(([file]) => matters(file));
  // Whoever hands in the exercises alone has changed nothing, rather than deleted everything.
  const whole = compared.some(([file]) => found.has(file) && !file.startsWith("exercises/"));
  const changed = new Set<string>();
  for (const [file, digest] of compared) {
    const own = found.get(file);
    if (whole && (own === undefined || (own !== digest && digest !== ANYTHING))) changed.add(file);
  }
  for (const file of names) if (!handedOut.has(file) && matters(file)) changed.add(file);
  const sorted = [...changed].sort().map(shown);
  return { changed: sorted.slice(0, MOST), changedMore: Math.max(0, sorted.length - MOST) };
}

/** The SHA-256 of every file of a repository that matters, by its path with slashes. */
export async function manifestOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const manifest = new Map<string, string>();
  await addBelow(folder, "", manifest);
  return new Map([...manifest].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function addBelow(folder: string, place: string, manifest: Map<string, string>): Promise<void> {
  for (const entry of await readdir(path.join(folder, place), { withFileTypes: true })) {
    const file = place === "" ? entry.name : `${place}/${entry.name}`;
    if (entry.isDirectory() && mayMatter(file)) await addBelow(folder, file, manifest);
    else if (entry.isFile() && matters(file)) manifest.set(file, await digestOf(path.join(folder, file)));
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
