/** Reads a tar, compressed by gzip or not, from its beginning to its end, and keeps what is wanted by its names. */
import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { LIMITS } from "./known.js";
import { gatherer, mebibytes, type Notes, type Put, type Refused } from "./shelf.js";
import { type Sorter, safeName } from "./sorter.js";
import { say, type Why } from "./words.js";

/** What a file may be called in a tar: others (sparse ones, say) do not hold their bytes as they are. */
const ORDINARY: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);

type Stop = "end" | "entries" | "bytes" | "time" | "twice";

export async function readTar(file: FileHandle, shelf: Sorter<Put>, notes: Notes): Promise<Refused | undefined> {
  let stop: Stop | undefined;
  let entries = 0;
  let damaged = false;
  const parser = new Parser({
    // Compression is undone before, where it can be limited; a tar within a gzip within a gzip is refused.
    zstd: false,
    brotli: false,
    filter: (_, entry) => {
      if (++entries > LIMITS.entries) stop ??= "entries";
      return stop === undefined && "type" in entry && isWanted(entry, shelf, notes);
    },
    onReadEntry: (entry) => keep(entry, shelf),
    onwarn: () => {
      damaged = true;
    },
  });
  // What follows its end is never read: the parser would hold on to all of it.
  parser.on("eof", () => {
    stop ??= "end";
  });
  parser.on("error", () => {
    damaged = true;
  });
  try {
    stop = (await feed(parser, file, () => stop)) ?? stop;
  } catch {
    damaged = true;
  }
  if (stop === undefined) damaged = (await ended(parser)) || damaged;
  const refused = refusalOf(stop);
  if (refused !== undefined) return { refused };
  if (stop === "bytes") notes.add(say((words) => words.stoppedAt(mebibytes(LIMITS.inflated))));
  else if (damaged) notes.add(say((words) => words.truncated));
  return undefined;
}

function refusalOf(stop: Stop | undefined): Refused["refused"] | undefined {
  if (stop === "entries") return say((words) => words.tooManyEntries(LIMITS.entries));
  if (stop === "time") return say((words) => words.tookTooLong(LIMITS.seconds));
  return stop === "twice" ? say((words) => words.packedTwice) : undefined;
}

function isWanted(entry: ReadEntry, shelf: Sorter<Put>, notes: Notes): boolean {
  const name = safeName(entry.path);
  if (name === undefined) notes.unsafe(entry.path);
  if (name === undefined || name === "folder" || entry.type === "Directory") return false;
  const wish = shelf.wants(name);
  if (wish === "nothing") return false;
  const why = refusal(entry, wish === "exercise" ? LIMITS.file : LIMITS.digest);
  if (why !== undefined) shelf.put(name, { is: "not taken", why });
  return why === undefined;
}

function refusal(entry: ReadEntry, limit: number): Why | undefined {
  if (entry.type === "SymbolicLink" || entry.type === "Link") return "link";
  if (!ORDINARY.has(entry.type)) return "special";
  return entry.size > limit ? "large" : undefined;
}

function keep(entry: ReadEntry, shelf: Sorter<Put>): void {
  const name = safeName(entry.path);
  const wish = name === undefined ? "nothing" : shelf.wants(name);
  if (name === undefined || wish === "nothing") {
    entry.resume();
    return;
  }
  const gathered = gatherer(wish);
  let total = 0;
  entry.on("data", (piece: Buffer) => {
    total += piece.length;
    gathered.take(piece);
  });
  // An archive that is cut short ends its last entry early.
  entry.on("end", () => shelf.put(name, total === entry.size ? gathered.done() : { is: "not taken", why: "damaged" }));
}

/** Gives the parser the bytes of the archive, as many as are allowed. */
async function feed(parser: Parser, file: FileHandle, stopped: () => Stop | undefined): Promise<Stop | undefined> {
  const until = performance.now() + LIMITS.seconds * 1000;
  let total = 0;
  for await (const chunk of await inflated(file)) {
    if (total === 0 && isCompressed(chunk)) return "twice";
    total += chunk.length;
    if (total > LIMITS.inflated) return "bytes";
    if (performance.now() > until) return "time";
    if (!parser.write(chunk)) await once(parser, "drain", { signal: AbortSignal.timeout(LIMITS.seconds * 1000) });
    if (stopped() !== undefined) return stopped();
  }
  return undefined;
}

async function inflated(file: FileHandle): Promise<AsyncIterable<Buffer>> {
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  const bytes = file.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 });
  if (!isCompressed(buffer)) return bytes;
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  bytes.on("error", (error) => gunzip.destroy(error));
  gunzip.on("close", () => bytes.destroy());
  return bytes.pipe(gunzip);
}

const isCompressed = (head: Buffer): boolean =>
  (head[0] === 0x1f && head[1] === 0x8b) || head.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));

/** Ends the parser, and says whether the archive ended before it should have. */
async function ended(parser: Parser): Promise<boolean> {
  let early = false;
  parser.on("warn", () => {
    early = true;
  });
  const end = once(parser, "end", { signal: AbortSignal.timeout(LIMITS.seconds * 1000) });
  parser.end();
  await end.catch(() => {
    early = true;
  });
  return early;
}
