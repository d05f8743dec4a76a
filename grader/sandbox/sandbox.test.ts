/** A sandbox is measured by what it works, not by how long it has to wait for a processor. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { utf16 } from "../values/frame.js";
import { type Sandbox, startSandbox } from "./sandbox.js";

const opened: Sandbox[] = [];
afterEach(() => {
  for (const sandbox of opened.splice(0)) sandbox.kill();
});

const ADDS = "let sum = 0; for (let i = 0; i < n; i++) sum += i % 7; return sum;";

async function loaded(code: string): Promise<Sandbox> {
  const sandbox = await startSandbox();
  opened.push(sandbox);
  const body = utf16(`"use strict"; exports.f = () => { ${code} };`);
  const answer = await sandbox.ask({ head: { do: "load", name: "submission.cjs", forbidden: [] }, body }, 5);
  expect("reply" in answer && answer.reply.is).toBe("loaded");
  return sandbox;
}

const call = (sandbox: Sandbox, seconds: number) => {
  const head = { do: "call", function: "f", args: { type: "array", items: [] } } as const;
  return sandbox.ask({ head, body: new Uint8Array(0) }, seconds);
};

/** Holds a sandbox up, as a machine does that is busy with others: its process and, where it stands in a namespace, those below. */
function holdUp(sandbox: Sandbox, signal: "SIGSTOP" | "SIGCONT"): void {
  for (const pid of treeOf(sandbox.pid)) process.kill(pid, signal);
}

const treeOf = (pid: number): number[] => [
  pid,
  ...readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number).flatMap(treeOf),
];
const pass = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

test("a loop without end is ended when it has worked as long as it may", async () => {
  const sandbox = await loaded("for (;;) {}");
  expect(await call(sandbox, 0.5)).toEqual({ is: "timed out", seconds: 0.5 });
  expect(sandbox.worked()).toBeGreaterThan(0.5);
});

describe.skipIf(process.platform !== "linux")("where the system tells of processor time", () => {
  test("an answer that had to wait for the processor counts", async () => {
    const sandbox = await loaded(`const n = 1e6; ${ADDS}`);
    const before = sandbox.worked();
    holdUp(sandbox, "SIGSTOP");
    const answer = call(sandbox, 1);
    await pass(2);
    holdUp(sandbox, "SIGCONT");
    expect("reply" in (await answer)).toBe(true);
    expect(sandbox.worked() - before).toBeLessThan(1);
  });

  test("who never works at it is ended by the clock", async () => {
    const sandbox = await loaded("return 1;");
    holdUp(sandbox, "SIGSTOP");
    expect(await call(sandbox, 0.25)).toEqual({ is: "timed out", seconds: 3 });
  });

  test("an array that nobody writes to is held all the same, one of 64 MiB may be", async () => {
    expect(await call(await loaded("return new Uint8Array(1.5 * 2 ** 30).length;"), 5)).toEqual({
      is: "out of memory",
    });
    expect("reply" in (await call(await loaded("return new Uint8Array(2 ** 26).length;"), 5))).toBe(true);
  });

  test("what all questions take is counted", async () => {
    const sandbox = await loaded(`const n = 3e8; ${ADDS}`);
    const before = sandbox.worked();
    for (let i = 0; i < 2; i++) expect("reply" in (await call(sandbox, 10))).toBe(true);
    expect(sandbox.worked()).toBeGreaterThan(before);
  });
});
