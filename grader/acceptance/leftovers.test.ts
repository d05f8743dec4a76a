/** Whatever ends a grade, no process of the sandbox outlives it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { describe, test } from "vitest";
import { root } from "../store.js";
import { ALONE } from "./run.js";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  const lines = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" }).split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** The sandboxes that a process started, itself or by way of others. */
function sandboxesOf(child: ChildProcess): Process[] {
  const all = processes();
  const below = (pid: number | undefined): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(child.pid).filter(({ command }) => /^\S*node\b.*--snapshot-blob/.test(command));
}

const stillRun = (list: readonly Process[]): boolean => {
  const now = new Map(processes().map(({ pid, command }) => [pid, command]));
  return list.some(({ pid, command }) => now.get(pid) === command);
};

function startEndless(surroundings: Readonly<Record<string, string>>): ChildProcess {
  const { CI: _, ...inherited } = process.env;
  const submission = path.join(root, "grader/fixtures/bad-input/endless-loop");
  return spawn(
    process.execPath,
    [path.join(root, "grader/start.mjs"), "grade", "1.1", "--submission", submission, "--fresh"],
    { cwd: root, env: { ...inherited, ...surroundings }, stdio: "ignore" },
  );
}

describe.skipIf(process.platform !== "linux")("nothing is left behind", { concurrent: true }, () => {
  test.each([
    ["SIGINT", {}],
    ["SIGTERM", {}],
    ["SIGHUP", {}],
    ["SIGKILL", {}],
    ["SIGKILL", ALONE],
  ] as const)("after %s, %j", async (signal, surroundings) => {
    const child = startEndless(surroundings);
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => sandboxesOf(child).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 700)); // by now it loops
    const ours = sandboxesOf(child);
    child.kill(signal);
    await ended;
    await until(() => !stillRun(ours));
  });

  test("after a time-out", async () => {
    const child = startEndless({});
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => sandboxesOf(child).length > 0);
    const ours = sandboxesOf(child);
    await ended;
    await until(() => !stillRun(ours));
  });
});

/** Waits until something holds; fails after twenty seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    if (waited > 20_000) throw new Error("it did not come about within twenty seconds");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
