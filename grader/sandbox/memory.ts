/** How much memory a process and its descendants hold. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const PAGE = 4096;

/** Resident bytes of a process and all below it; 0 when it is gone or the system does not tell. */
export async function residentMemory(pid: number): Promise<number> {
  return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
}

async function fromProc(pid: number): Promise<number> {
  try {
    const statm = await readFile(`/proc/${pid}/statm`, "utf8");
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    const below = await Promise.all(
      children
        .split(" ")
        .filter(Boolean)
        .map((child) => fromProc(Number(child))),
    );
    return Number(statm.split(" ")[1]) * PAGE + below.reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    return 0;
  }
}

/** A sandbox is a process group of its own, named by its first process. */
async function fromPs(pid: number): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-axo", "pgid=,rss="]);
    const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    return rows.reduce((sum, [group, kilobytes = 0]) => sum + (group === pid ? kilobytes * 1024 : 0), 0);
  } catch {
    return 0;
  }
}
