/** Whatever ends a grade, no process outlives it, and no lock. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { lock } from "../class/lock.js";
import { root } from "../store.js";
import { ALONE } from "./run.js";
import { temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();
const ENDLESS = path.join(root, "grader/fixtures/bad-input/endless-loop");

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

/** What a process started, itself or by way of others. */
function below(child: ChildProcess): Process[] {
  const all = processes();
  const under = (pid: number | undefined): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...under(one.pid)]);
  return under(child.pid);
}

const sandboxesOf = (child: ChildProcess): Process[] =>
  below(child).filter(({ command }) => /^\S*node\b.*--snapshot-blob/.test(command));
const workersOf = (child: ChildProcess): Process[] =>
  below(child).filter(({ command }) => /^\S*node\b.*start\.mjs class worker/.test(command));

/** Whether any of them runs still; what waits only to be told of is no more. */
const stillRun = (list: readonly Process[]): boolean => {
  const now = new Map(processes().map(({ pid, command }) => [pid, command]));
  return list.some(({ pid, command }) => now.get(pid) === command);
};

function start(file: string, words: readonly string[], surroundings: Readonly<Record<string, string>>): ChildProcess {
  const { CI: _, ...inherited } = process.env;
  return spawn(file, words, { cwd: root, env: { ...inherited, ...surroundings }, stdio: "ignore" });
}

const START = path.join(root, "grader/start.mjs");
const startEndless = (surroundings: Readonly<Record<string, string>>): ChildProcess =>
  start(process.execPath, [START, "grade", "1.1", "--submission", ENDLESS, "--fresh"], surroundings);

let classes = 0;
/** A class of one, whose code never ends; and where its gradebook goes. */
function classOfOne(): { readonly words: readonly string[]; readonly out: string } {
  const folder = path.join(temporary, String(classes++));
  cpSync(ENDLESS, path.join(folder, "class", "ada"), { recursive: true });
  const out = path.join(folder, "out");
  mkdirSync(out);
  return { words: ["grade", path.join(folder, "class"), "--out", out, "--exercises", "1.1"], out };
}

/** Waits for a process that has started all that it needs, whatever that is, and has begun to loop. */
async function looping(child: ChildProcess): Promise<Process[]> {
  await until(() => sandboxesOf(child).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  return below(child);
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
    const ours = await looping(child);
    child.kill(signal);
    await ended;
    await until(() => !stillRun(ours));
  });

  test("after a time-out", async () => {
    const child = startEndless({});
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => sandboxesOf(child).length > 0);
    const ours = below(child);
    await ended;
    await until(() => !stillRun(ours));
  });
});

describe.skipIf(process.platform !== "linux")("nothing is left behind by a class", { concurrent: true }, () => {
  test.each([
    ["SIGINT", {}],
    ["SIGTERM", {}],
    ["SIGHUP", {}],
    ["SIGKILL", {}],
    ["SIGKILL", ALONE],
  ] as const)("after %s, %j", async (signal, surroundings) => {
    const { words, out } = classOfOne();
    const child = start(process.execPath, [START, "class", ...words], surroundings);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const ours = await looping(child);
    expect(workersOf(child).length).toBeGreaterThan(0);
    child.kill(signal);
    await ended;
    await until(() => !stillRun(ours));
    (await lock(out, "it is locked"))();
  });

  test.each([
    ["SIGTERM", {}],
    ["SIGKILL", {}],
    ["SIGKILL", ALONE],
  ] as const)("where a worker hangs, after %s, %j", async (signal, surroundings) => {
    const child = start(process.execPath, [START, "class", ...classOfOne().words], surroundings);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const ours = await looping(child);
    const workers = workersOf(child);
    expect(workers.length).toBeGreaterThan(0);
    for (const { pid } of workers) process.kill(pid, "SIGSTOP"); // as one whose loop never comes round
    child.kill(signal);
    await ended;
    await until(() => !stillRun(ours));
  });

  test.each([
    ["SIGTERM", {}],
    ["SIGKILL", {}],
  ] as const)("where git waits for an answer that never comes, after %s, %j", async (signal, surroundings) => {
    const silent = net.createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as net.AddressInfo;
    const folder = path.join(temporary, `git-${signal}`);
    mkdirSync(folder);
    const list = path.join(folder, "list.csv");
    writeFileSync(list, `student,submission\nada,https://127.0.0.1:${port}/ada.git\n`);
    const words = ["grade", list, "--out", path.join(folder, "out"), "--exercises", "1.1"];
    const child = start(process.execPath, [START, "class", ...words], surroundings);
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => below(child).some(({ command }) => /git-remote-https/.test(command)));
    const ours = below(child);
    child.kill(signal);
    await ended;
    await until(() => !stillRun(ours));
    silent.close();
  });

  test("after npm, which ran it, was killed", async () => {
    const { words, out } = classOfOne();
    const child = start("npm", ["run", "class", "--", ...words], {});
    const ended = new Promise((resolve) => child.on("close", resolve));
    const ours = await looping(child);
    expect(workersOf(child).length).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await ended;
    await until(() => !stillRun(ours));
    (await lock(out, "it is locked"))();
    expect(existsSync(path.join(out, "gradebook.json"))).toBe(false); // it did not just come to its end
  });
});

/** Waits until something holds; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
