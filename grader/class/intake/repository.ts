/**
 * Makes a repository readable without git ever reading a setting of it.
 *
 * A student's `.git` may hold a configuration that runs programs: hooks, fsmonitor, filters, an ssh command, a promisor remote
 * with its own `uploadpack`. Not even git's own server side is safe there: upload-pack reads all of it. So we make an empty
 * repository of our own which borrows the objects, and read HEAD and its branch as the plain text that they are.
 */
import { mkdir, opendir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Text } from "../../language.js";
import { readInside } from "./folder.js";
import { LIMITS } from "./known.js";
import { say } from "./words.js";

export interface Repository {
  /** Of our own: git runs here. */
  readonly folder: string;
  /** The commit that HEAD means. */
  readonly tip: string;
  /** What came before some of its commits is not in it. */
  readonly shallow: boolean;
}

const MIB = 1024 * 1024;
const HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCH = /^refs(\/[^./\s~^:?*[\\][^/\s~^:?*[\\]*)+$/;

/** @param theirs the folder with HEAD and objects, absolute, without links */
export async function borrow(theirs: string, scratch: string): Promise<Repository | { readonly refused: Text }> {
  const alone = await standsAlone(path.join(theirs, "objects")).catch(() => undefined);
  if (alone === undefined) return { refused: say((words) => words.badRepository(words.unknownRefs)) };
  if (theirs.includes("\n") || !alone) return { refused: say((words) => words.borrows) };
  const tip = await tipOf(theirs);
  if (typeof tip !== "string") return tip;
  const folder = path.join(scratch, "reader.git");
  const objects = path.join(folder, "objects", "info");
  await mkdir(objects, { recursive: true });
  await mkdir(path.join(folder, "refs"), { recursive: true });
  const format = tip.length === 64 ? "[extensions]\n\tobjectFormat = sha256\n" : "";
  const version = tip.length === 64 ? 1 : 0;
  await writeFile(
    path.join(folder, "config"),
    `[core]\n\trepositoryFormatVersion = ${version}\n\tbare = true\n${format}`,
  );
  await writeFile(path.join(folder, "HEAD"), "ref: refs/heads/none\n");
  await writeFile(path.join(objects, "alternates"), `${path.join(theirs, "objects")}\n`);
  const shallow = (await textOf(theirs, "shallow"))?.split("\n").filter((line) => HASH.test(line)) ?? [];
  if (shallow.length > 0) await writeFile(path.join(folder, "shallow"), `${shallow.join("\n")}\n`);
  return { folder, tip, shallow: shallow.length > 0 };
}

/** Whether all objects are files of the repository itself: with a link, somebody could hand in another one's work. */
async function standsAlone(objects: string): Promise<boolean> {
  let looked = 0;
  const waiting = [objects];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for await (const entry of await opendir(folder)) {
      if (++looked > LIMITS.entries) return false;
      if (entry.isDirectory()) waiting.push(path.join(folder, entry.name));
      else if (!entry.isFile() || /alternates$/.test(entry.name)) return false;
    }
  }
  return true;
}

/** The commit that HEAD means, through its branch. */
async function tipOf(theirs: string): Promise<string | { readonly refused: Text }> {
  const broken = { refused: say((words) => words.badRepository(words.noHead)) };
  let name = "HEAD";
  for (let step = 0; step < 5; step++) {
    const text = (await textOf(theirs, name))?.trim() ?? (await packed(theirs, name));
    if (text === undefined) return name === "HEAD" ? broken : { refused: say((words) => words.empty(quoted(name))) };
    if (HASH.test(text)) return text;
    const next = /^ref: *(\S+)$/.exec(text)?.[1] ?? "";
    if (!BRANCH.test(next) || next.includes("..") || next.length > 250) return broken;
    name = next;
  }
  return broken;
}

const quoted = (name: string): string => name.replace(/^refs\/heads\//, "").replace(/\p{C}/gu, "�");

async function packed(theirs: string, name: string): Promise<string | undefined> {
  const lines = (await textOf(theirs, "packed-refs"))?.split("\n") ?? [];
  return lines.find((line) => line.slice(line.indexOf(" ") + 1) === name)?.split(" ", 1)[0];
}

async function textOf(theirs: string, file: string): Promise<string | undefined> {
  const seen = await readInside(theirs, file, 16 * MIB);
  return seen.is === "file" ? seen.bytes.toString("utf8") : undefined;
}
