/** Reads a zip: the names in its directory; of its entries only those that count in the end, the last of each name. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { crc32, inflateRawSync } from "node:zlib";
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from "yauzl";
import { LIMITS } from "./known.js";
import type { Notes, Put, Refused, Shelved } from "./shelf.js";
import { type Sorter, safeName } from "./sorter.js";
import { say, type Why } from "./words.js";

/** Types of files in the upper half of an entry's attributes, where a Unix packed it. */
const TYPE = 0o170000;
const ORDINARY = 0o100000;
const LINK = 0o120000;

const STORED = 0;
const DEFLATED = 8;

export async function readZip(file: FileHandle, shelf: Sorter<Put>, notes: Notes): Promise<Refused | undefined> {
  let zip: ZipFile;
  try {
    // Names stay bytes: were they text, one bad name would end the whole archive.
    zip = await fromFdPromise(file.fd, { autoClose: false, lazyEntries: true, decodeStrings: false });
  } catch {
    return { refused: say((words) => words.badArchive) };
  }
  const until = performance.now() + LIMITS.seconds * 1000;
  if (zip.entryCount > LIMITS.entries) return { refused: say((words) => words.tooManyEntries(LIMITS.entries)) };
  try {
    for await (const entry of zip.eachEntry()) {
      if (performance.now() > until) return { refused: say((words) => words.tookTooLong(LIMITS.seconds)) };
      sort(zip, file, entry, shelf, notes);
    }
  } catch {
    notes.add(say((words) => words.truncated));
  }
  return undefined;
}

function sort(zip: ZipFile, file: FileHandle, entry: Entry, shelf: Sorter<Put>, notes: Notes): void {
  const name = nameOf(entry);
  const safe = name === undefined ? undefined : safeName(name);
  if (safe === undefined) notes.unsafe(name ?? entry.fileNameRaw.toString("latin1"));
  if (safe === undefined || safe === "folder") return;
  const wish = shelf.wants(safe);
  if (wish === "nothing") return;
  const why = refusal(entry, wish === "exercise" ? LIMITS.file : LIMITS.digest);
  shelf.put(safe, why === undefined ? () => read(zip, file, entry, wish) : { is: "not taken", why });
}

/** Old Windows programs separate folders by backslashes, all through: unzip understands them as well. */
function nameOf(entry: Entry): string | undefined {
  try {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    return name.includes("/") ? name : name.replaceAll("\\", "/");
  } catch {
    return undefined;
  }
}

/** What its directory says against an entry, before a byte of it is read. */
function refusal(entry: Entry, limit: number): Why | undefined {
  const type = (entry.externalFileAttributes >>> 16) & TYPE;
  if (type === LINK) return "link";
  if (type !== 0 && type !== ORDINARY) return "special";
  if (entry.isEncrypted()) return "encrypted";
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) return "method";
  // What cannot be compressed grows by less than a thousandth.
  return entry.uncompressedSize > limit || entry.compressedSize > limit * 1.001 + 64 ? "large" : undefined;
}

/** The sizes in the directory are believed only so far as they limit what is read and inflated. */
async function read(zip: ZipFile, file: FileHandle, entry: Entry, wish: "exercise" | "other"): Promise<Shelved> {
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = Buffer.alloc(entry.compressedSize);
    const { bytesRead } = await file.read(packed, 0, packed.length, fileDataStart);
    const inflated = entry.compressionMethod === DEFLATED;
    const bytes = inflated ? inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) }) : packed;
    const whole = bytesRead === packed.length && bytes.length === entry.uncompressedSize;
    if (!whole || crc32(bytes) !== entry.crc32) return { is: "not taken", why: "damaged" };
    if (wish === "exercise") return { is: "bytes", bytes };
    return { is: "digest", sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch {
    return { is: "not taken", why: "damaged" };
  }
}
