/** What a process and its descendants use: the memory that they hold, the processor time that they have had. */
import { execFile } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { promisify } from "node:util";

export interface Usage {
  /** Resident bytes; 0 when the process is gone or the system does not tell. */
  readonly bytes: number;
  /** Nothing when the process is gone or the system does not tell. */
  readonly processorSeconds?: number;
}

const PAGE = 4096;
const TICK = 0.01; // s: what Linux counts processor time in

/** Of a process and all below it. */
export const usageOf = async (pid: number): Promise<Usage> => usageNow(pid) ?? (await fromPs(pid));

/** What the kernel tells fits in here. Whoever reads a file of unknown length takes a new one each time, and reads twice. */
const page = Buffer.alloc(16 * 1024);

function read(file: string): string {
  const opened = openSync(file, "r");
  try {
    return page.toString("latin1", 0, readSync(opened, page, 0, page.length, 0));
  } finally {
    closeSync(opened);
  }
}

/** The same at once, where the system tells it without another process. */
export function usageNow(pid: number): Usage | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const [, pages = "0"] = read(`/proc/${pid}/statm`).split(" ");
    // What stands before the last bracket is the name of the program, which may hold anything.
    const stat = read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = Number(stat[11]) + Number(stat[12]);
    const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
    const below = children.map((child) => usageNow(Number(child)) ?? NOTHING);
    return {
      bytes: Number(pages) * PAGE + sum(below.map(({ bytes }) => bytes)),
      processorSeconds: ticks * TICK + sum(below.map(({ processorSeconds = 0 }) => processorSeconds)),
    };
  } catch {
    return NOTHING;
  }
}

const NOTHING: Usage = { bytes: 0 };

/** The addresses that a process and its descendants have: memory that is asked for counts, written to or not. */
export interface Reserved {
  readonly bytes: number;
  /** The most that there ever were. */
  readonly peak: number;
}

/** Nothing when the process is gone or the system does not tell. */
export function reservedNow(pid: number): Reserved | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const status = read(`/proc/${pid}/status`);
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
    const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
    const below = children.map((child) => reservedNow(Number(child)) ?? { bytes: 0, peak: 0 });
    return {
      bytes: 1024 * kilobytes("VmSize") + sum(below.map(({ bytes }) => bytes)),
      peak: 1024 * kilobytes("VmPeak") + sum(below.map(({ peak }) => peak)),
    };
  } catch {
    return undefined;
  }
}

/** A process that stands apart is a group of its own, named by its first process. */
async function fromPs(pid: number): Promise<Usage> {
  if (process.platform === "win32") return NOTHING;
  try {
    const { stdout } = await promisify(execFile)("ps", ["-axo", "pgid=,rss=,time="]);
    return usageIn(stdout, pid);
  } catch {
    return NOTHING;
  }
}

/** Of a process group, in a list of `ps`: a group, kilobytes and a time in each line. */
export function usageIn(list: string, group: number): Usage {
  const rows = list.split("\n").map((line) => line.trim().split(/\s+/));
  const own = rows.filter(([id]) => Number(id) === group);
  if (own.length === 0) return NOTHING;
  return {
    bytes: sum(own.map(([, kilobytes]) => Number(kilobytes) * 1024)),
    processorSeconds: sum(own.map(([, , time = ""]) => secondsIn(time))),
  };
}

/** "0:03.52", "01:02:03", "2-01:02:03" */
function secondsIn(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((total, part) => 60 * total + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
