import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { usageNow } from "./sandbox/usage.js";
import { root } from "./store.js";
import { APART, type Bounds, endTied, findTools, type Tools, tiedCommand, watchOver } from "./tied.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-tied-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With what the machine has, and with nothing but a shell. */
const KINDS = [findTools(), { bubblewrap: false, setpriv: false }] as const;

const LOOP = "console.log(process.pid); for (;;) {}";
const FAMILY = `require("node:child_process").spawn("sleep", ["1000"]); ${LOOP}`;

/** Those of a process group that still run. */
function running(group: number): string[] {
  const lines = execFileSync("ps", ["-eo", "pgid,stat,args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.trim().startsWith(`${group} `) && !/^\s*\d+\s+Z/.test(line));
}

async function firstLine(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk).trim())));
}

/** A process of ours that starts a tied one, and says its number when that one works. */
function startParent(code: string, bounds: Bounds, tools: Tools): ChildProcess {
  const script = `
    import { spawn } from "node:child_process";
    import { APART, tiedCommand, watchOver } from ${JSON.stringify(pathToFileURL(path.join(root, "grader/tied.ts")).href)};
    const { file, args } = tiedCommand(process.execPath, ["-e", ${JSON.stringify(code)}],
      ${JSON.stringify(bounds)}, ${JSON.stringify(tools)});
    const child = watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "pipe", "ignore", "ipc"] }));
    child.stdout.once("data", () => console.log(child.pid));
    process.on("SIGTERM", () => process.exit(1));
    process.on("SIGINT", () => { throw new Error("a crash"); });
  `;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe.skipIf(process.platform === "win32")("a tied process", { concurrent: true }, () => {
  describe.each(KINDS)("with %j", (tools) => {
    test.each([
      ["is killed", "SIGKILL", LOOP, {}],
      ["exits", "SIGTERM", LOOP, {}],
      ["crashes", "SIGINT", LOOP, {}],
      ["is killed", "SIGKILL", FAMILY, { startsOthers: true }],
      ["exits", "SIGTERM", FAMILY, { startsOthers: true }],
    ] as const)("ends when its parent %s (%s), also while it is busy", async (_, signal, code, bounds) => {
      const parent = startParent(code, bounds, tools);
      const group = Number(await firstLine(parent));
      expect(running(group).join("\n")).toContain("for (;;)");
      parent.kill(signal);
      await until(() => running(group).length === 0);
    });

    test("ends when it is told to, and one that was forgotten does not begin", async () => {
      const { file, args } = tiedCommand(process.execPath, ["-e", LOOP], {}, tools);
      const child = watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "pipe", "ignore"] }));
      await firstLine(child);
      endTied(child);
      await until(() => running(child.pid ?? 0).length === 0);
      // As if whoever started it had ended before anything could be tied.
      const orphan = args.map((word) => (word === String(process.pid) ? "1" : word));
      const late = spawn(file, orphan, { ...APART, stdio: "ignore" });
      await until(() => running(late.pid ?? 0).length === 0);
    });

    test("hands on input, output, messages and the exit code", async () => {
      const code = `process.stdin.on("data", (data) => process.stdout.write(data)).on("end", () => process.send("heard", () => process.exit(7)));`;
      const { file, args } = tiedCommand(process.execPath, ["-e", code], {}, tools);
      const child = watchOver(spawn(file, args, { ...APART, stdio: ["pipe", "pipe", "inherit", "ipc"] }));
      const [said, heard] = [firstLine(child), new Promise((resolve) => child.once("message", resolve))];
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin?.end("words");
      expect([await said, await heard, await ended]).toEqual(["words", "heard", 7]);
    });

    test("is held to its bounds", async () => {
      const code = `try { require("node:fs").writeFileSync(process.argv[1], "x"); console.log("written"); } catch (e) { console.log(e.code); }`;
      const place = path.join(folder, `${tools.setpriv}`);
      const { file, args } = tiedCommand(process.execPath, ["-e", code, place], { files: "none" }, tools);
      const child = watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "pipe", "inherit"] }));
      expect(await firstLine(child)).toBe("EFBIG");
      const short = tiedCommand(process.execPath, ["-e", LOOP], { processorSeconds: 1 }, tools);
      const busy = watchOver(spawn(short.file, short.args, { ...APART, stdio: "ignore" }));
      expect(await new Promise((resolve) => busy.once("exit", (exit, signal) => resolve(signal ?? exit)))).not.toBe(0);
    });
  });

  test.skipIf(process.platform !== "linux")("is watched without work, also where no program can be found", async () => {
    const idle = ["-e", 'process.stdout.write("idle"); setTimeout(() => {}, 60_000)'];
    const { file, args } = tiedCommand(process.execPath, idle, { startsOthers: true });
    const child = watchOver(
      spawn(file, args, { ...APART, stdio: ["ignore", "pipe", "ignore"], env: { PATH: "/nowhere" } }),
    );
    await firstLine(child);
    const list = execFileSync("ps", ["-eo", "pid,ppid,comm"], { encoding: "utf8" }).split("\n");
    const watch = list
      .map((line) => line.trim().split(/\s+/))
      .find(([, up, name]) => up === `${child.pid}` && name === "sh");
    const spent = () => usageNow(Number(watch?.[0]))?.processorSeconds;
    expect(spent()).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(spent()).toBeLessThan(0.5);
    endTied(child);
  });
});

/** Waits until something holds; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
