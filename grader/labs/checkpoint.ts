/**
 * Where training stands, in files: `step-000400.checkpoint` and the one before it. A file is a line of JSON with its
 * version and checksum, and then the state as the grader writes values down. It is written beside its place and renamed,
 * so that there is never half a one.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { fromParcel, toParcel } from "../suite/trusted.js";
import { announced, frame, PREFIX, parseHead } from "../values/frame.js";
import type { Wire } from "../values/wire.js";

/** Files of another version are refused. */
const VERSION = 1;
const KEPT = 2;
const ENDING = ".checkpoint";

interface Header {
  readonly workbook: "checkpoint";
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Loaded {
  /** What was saved: tensors, numbers and texts in objects and lists. */
  readonly state: unknown;
  readonly file: string;
  /** Newer files that cannot be used, and why. */
  readonly refused: readonly { readonly file: string; readonly why: Damage }[];
}

/** Why a checkpoint cannot be used. */
export type Damage = "cut short" | "changed" | "of another version" | "no checkpoint";

/**
 * Saves a state; of the earlier ones, the newest stays.
 *
 * @param step names the file, and orders the files of a folder
 * @returns the file
 */
export function saveCheckpoint(folder: string, step: number, state: unknown): string {
  mkdirSync(folder, { recursive: true });
  const content = frame(toParcel(state));
  const header: Header = { workbook: "checkpoint", version: VERSION, sha256: digest(content), bytes: content.length };
  const file = path.join(folder, `step-${String(step).padStart(6, "0")}${ENDING}`);
  const beside = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(beside, "w");
  try {
    writeSync(descriptor, `${JSON.stringify(header)}\n`);
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
  for (const old of newestFirst(folder).slice(KEPT)) rmSync(path.join(folder, old), { force: true });
  return file;
}

/** The newest state of a folder that is whole, or nothing; what is damaged is told. */
export function loadCheckpoint(folder: string): Loaded | undefined {
  const refused: { file: string; why: Damage }[] = [];
  for (const name of newestFirst(folder)) {
    const file = path.join(folder, name);
    const read = readCheckpoint(file);
    if (typeof read !== "string") return { state: read.state, file, refused };
    refused.push({ file, why: read });
  }
  return refused.length === 0 ? undefined : { state: undefined, file: "", refused };
}

function readCheckpoint(file: string): { readonly state: unknown } | Damage {
  const bytes = readFileSync(file);
  const end = bytes.indexOf("\n");
  const header = end < 0 ? undefined : headerIn(bytes.subarray(0, end).toString("utf8"));
  if (header === undefined) return "no checkpoint";
  if (header.version !== VERSION) return "of another version";
  const content = new Uint8Array(bytes.subarray(end + 1));
  if (content.length < header.bytes) return "cut short";
  if (digest(content) !== header.sha256) return "changed";
  const { head } = announced(content.subarray(0, PREFIX));
  const wire = parseHead(content.slice(PREFIX, PREFIX + head)) as Wire;
  return { state: fromParcel({ head: wire, body: content.slice(PREFIX + head) }) };
}

function headerIn(line: string): Header | undefined {
  try {
    const header = JSON.parse(line) as Partial<Header>;
    return header.workbook === "checkpoint" ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}

function newestFirst(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ENDING))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

const digest = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
