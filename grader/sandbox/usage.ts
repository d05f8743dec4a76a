/** What a process and its descendants use of the machine. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

export interface Usage {
  /** Resident bytes. */
  readonly memory: number;
  /** Processor time so far. */
  readonly processorSeconds: number;
}

const NOTHING: Usage = { memory: 0, processorSeconds: 0 };
const PAGE = 4096; // bytes
const TICKS = 100; // of processor time in a second, on every Linux

const sum = (all: readonly Usage[]): Usage =>
  all.reduce(
    (a, b) => ({ memory: a.memory + b.memory, processorSeconds: a.processorSeconds + b.processorSeconds }),
    NOTHING,
  );

/** Of a process and all below it; nothing when it is gone or the system does not tell. */
export async function usageOf(pid: number): Promise<Usage> {
  return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
}

async function fromProc(pid: number): Promise<Usage> {
  try {
    const [statm, stat, children] = await Promise.all(
      [`/proc/${pid}/statm`, `/proc/${pid}/stat`, `/proc/${pid}/task/${pid}/children`].map((file) =>
        readFile(file, "utf8"),
      ),
    );
    const memory = Number(statm?.split(" ")[1]) * PAGE;
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? []; // a program's name may hold anything
    const processorSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
    const below = (children ?? "").split(" ").filter(Boolean).map(Number);
    return sum([{ memory, processorSeconds }, ...(await Promise.all(below.map(fromProc)))]);
  } catch {
    return NOTHING;
  }
}

/** What is tied is a process group of its own, named by its first process. */
async function fromPs(pid: number): Promise<Usage> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-axo", "pgid=,rss=,time="]);
    const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
    const own = rows.filter(([group]) => Number(group) === pid);
    return sum(own.map(([, rss, time]) => ({ memory: Number(rss) * 1024, processorSeconds: secondsOf(time ?? "") })));
  } catch {
    return NOTHING;
  }
}

/** `1-02:03:04.5` as seconds. */
function secondsOf(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0) + Number(days) * 86_400;
}
