/** An archive, read as it streams: nothing of it is ever written to the disk. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Changes, changesFrom, type Digest, type Handout, isMore, UNCHANGED } from "./changes.js";
import { shown } from "./known.js";
import { remarkLetters, remarkMisnamed } from "./names.js";
import type { Problems } from "./problems.js";
import type { Notes, Put, Refused, Shelved } from "./shelf.js";
import { type Sorted, type Sorter, sorter } from "./sorter.js";
import { readTar } from "./tar.js";
import { foldersAround, placeIn, severalRoots, type TakenFiles } from "./tree.js";
import { say } from "./words.js";
import { readZip } from "./zip.js";

/** Reads entries into the sorter: all that is wanted by its names. */
export type Reader = (file: FileHandle, shelf: Sorter<Put>, notes: Notes) => Promise<Refused | undefined>;

export async function takeArchive(
  place: string,
  handout: Handout | undefined,
  problems: Problems,
): Promise<TakenFiles | Refused> {
  let file: FileHandle | undefined;
  try {
    // What is called an archive may be a fifo, which would block.
    file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) return { refused: say((words) => words.notAnArchive(shown(place))) };
    return await takeOpened(place, file, handout, problems);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return { refused: say((words) => words.gone(shown(place))) };
    throw error;
  } finally {
    await file?.close();
  }
}

async function takeOpened(
  place: string,
  file: FileHandle,
  handout: Handout | undefined,
  problems: Problems,
): Promise<TakenFiles | Refused> {
  const reader = await readerFor(file);
  if (reader === undefined) return { refused: say((words) => words.notAnArchive(shown(place))) };
  const shelf = sorter<Put>(handout);
  let unsafe = 0;
  let example = "";
  const failed = await reader(file, shelf, {
    unsafe: (name) => {
      if (unsafe++ === 0) example = shown(name);
    },
    add: problems.add,
  });
  if (failed !== undefined) return failed;
  if (unsafe > 0) problems.add(say((words) => words.unsafeNames(unsafe, example)));
  return await conclude(shelf, handout, problems);
}

/** By what the file holds: names lie. */
async function readerFor(file: FileHandle): Promise<Reader | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.subarray(0, 2).equals(Buffer.from("PK"))) return readZip;
  if (head.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return readTar;
  return head.subarray(257, 262).toString("latin1") === "ustar" ? readTar : undefined;
}

async function conclude(
  shelf: Sorter<Put>,
  handout: Handout | undefined,
  problems: Problems,
): Promise<TakenFiles | Refused> {
  for (const [name, expected] of shelf.misspelt) remarkLetters(name, expected, problems);
  const sorted = shelf.result();
  if (sorted === undefined) return { refused: say((words) => words.noExercises) };
  if (shelf.rivals.size > 0) return severalRoots([sorted.root.folder, ...shelf.rivals]);
  for (const file of shelf.doubled) problems.add(say((words) => words.doubled(shown(file))));
  const files = new Map<string, Buffer>();
  for (const [file, put] of [...sorted.exercises].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shelved = await read(put);
    if (shelved.is === "bytes") files.set(file, shelved.bytes);
    if (shelved.is === "not taken") problems.notTaken(file, shelved.why);
  }
  remarkMisnamed(sorted.root.exercises, [...sorted.exercises.keys(), ...sorted.beside], problems);
  if (handout === undefined) return { files, ...UNCHANGED };
  if (shelf.full()) problems.add(say((words) => words.notCompared));
  return { files, ...(await changesIn(sorted, handout)) };
}

async function changesIn({ root, others }: Sorted<Put>, handout: Handout): Promise<Changes> {
  for (const around of foldersAround(root)) {
    const start = around === "" ? 0 : around.length + 1;
    const inside = [...others.keys()].filter((name) => around === "" || name.startsWith(`${around}/`));
    const names = inside.map((name) => name.slice(start));
    if (!isMore(names)) continue;
    const handedOut = await handout(new Set(names));
    const digests = new Map<string, Digest>();
    for (const file of handedOut.keys()) {
      const put = others.get(placeIn(root, around, file));
      const shelved = put && (await read(put));
      if (shelved !== undefined) digests.set(file, shelved.is === "digest" ? shelved.sha256 : "unread");
    }
    return changesFrom(handedOut, digests, names);
  }
  return UNCHANGED;
}

const read = (put: Put): Shelved | Promise<Shelved> => (typeof put === "function" ? put() : put);
