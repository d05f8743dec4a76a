/** Makes submissions for tests: folders, archives byte by byte, repositories. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { placeOf } from "../../syllabus.js";
import type { Source, Taken } from "./take.js";
import { type IntakeOptions, takeIn } from "./take.js";

export const SOFTMAX = `${placeOf("1.1")}.ts`;
export const GRU = `${placeOf("1.3")}.ts`;
/** The same two, as they lie in a submission. */
export const softmax = `exercises/${SOFTMAX}`;
export const gru = `exercises/${GRU}`;

export const DEADLINE = new Date("2026-11-30T23:59:00Z");

export const inGit = (url: string): Source => ({ is: "git", url });

const made: string[] = [];

/** A new folder; forgetFolders removes it. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "intake-test-")));
  made.push(folder);
  return folder;
}

export function forgetFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

export function fileOf(name: string, content: Buffer): string {
  const file = path.join(newFolder(), name);
  writeFileSync(file, content);
  return file;
}

export async function taken(source: Source, options: Omit<IntakeOptions, "scratch"> = {}): Promise<Taken> {
  const result = await takeIn(source, { scratch: newFolder(), ...options });
  if ("refused" in result) throw new Error(`refused: ${result.refused.en}`);
  return result;
}

export async function refusal(source: Source, options: Omit<IntakeOptions, "scratch"> = {}): Promise<string> {
  const result = await takeIn(source, { scratch: newFolder(), ...options });
  if (!("refused" in result)) throw new Error(`taken: ${[...result.files.keys()].join(", ")}`);
  if (result.refused.es === "" || result.refused.es === result.refused.en) throw new Error("not in Spanish");
  return result.refused.en;
}

/** What was taken, as texts by path. */
export const texts = ({ files }: Taken): Record<string, string> =>
  Object.fromEntries([...files].map(([file, bytes]) => [file, bytes.toString("utf8")]));

export const problemsOf = ({ problems }: Taken): string => problems.map(({ en }) => en).join("\n");

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Of a Unix file: 0o100644 and so on. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says of the sizes, where it lies. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  /** Where the entry is said to lie. */
  readonly offset?: number;
}

export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? "");
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(content), 10);
    common.writeUInt32LE(entry.packedSize ?? packed.length, 14);
    common.writeUInt32LE(entry.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(entry.offset ?? offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, name);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

export interface TarEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** "0" a file, "1" and "2" links, "5" a folder, "6" a fifo, "x" and "g" headers for what follows. */
  readonly type?: string;
  readonly link?: string;
  /** What the header says of the size, where it lies. */
  readonly size?: number;
}

export const tar = (entries: readonly TarEntry[]): Buffer =>
  Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);

export function tarEntry({ name, content = "", type = "0", link = "", size }: TarEntry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, "utf8");
  header.write("0000644\0", 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(link, 157, 100, "utf8");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A record of a pax header. */
export function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return `${length}${rest}`;
}

/** Runs git in a repository of the test's own. */
export function gitIn(folder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const clean = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", PATH: process.env.PATH ?? "" };
  const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  const options = {
    cwd: folder,
    env: { ...clean, ...who, ...env },
    encoding: "utf8",
    stdio: "pipe",
    timeout: 20_000,
  } as const;
  return execFileSync("git", words, options).trim();
}

export function newRepository(): string {
  const folder = newFolder();
  gitIn(folder, ["init", "-q", "-b", "main"]);
  return folder;
}

/** Commits all files of a repository, at an instant. */
export function commit(folder: string, date = "2026-01-01T00:00:00Z"): string {
  gitIn(folder, ["add", "-A", "-f"]);
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  gitIn(folder, ["commit", "-q", "--allow-empty", "-m", "work"], dates);
  return gitIn(folder, ["rev-parse", "HEAD"]);
}

/** A repository with a commit of 1.1 for each of these contents and dates. */
export function history(...commits: readonly (readonly [content: string, date: string])[]): string {
  const folder = newRepository();
  for (const [content, date] of commits) commit(write(folder, { [`exercises/${SOFTMAX}`]: content }), date);
  return folder;
}
