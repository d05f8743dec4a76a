/** Child processes that are groups of their own: each is ended with all that it started, and none outlives the program. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Command } from "./confine.js";

const alive = new Set<ChildProcess>();
process.on("exit", killGroups);

/** Starts a command as a group of its own, with a minimal environment: no secret of whoever runs the program is in it. */
export function startGroup({ file, args }: Command, errors: "pipe" | "ignore"): ChildProcess {
  const child = spawn(file, args, {
    stdio: ["pipe", "pipe", errors],
    env:
      process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : { PATH: "/usr/local/bin:/usr/bin:/bin" },
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  alive.add(child);
  child.once("close", () => alive.delete(child));
  return child;
}

/** Kills a process and everything that it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // already gone
  }
}

/** Ends every group that still runs. */
export function killGroups(): void {
  for (const child of alive) killGroup(child);
}
