/** `npm run watch` in a real terminal (made by the program script, of util-linux), with real saves and keys. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { stubOf } from "../submission/stub.js";
import { placeOf } from "../syllabus.js";
import { copyWorkbook } from "./copy.js";

const hasTerminal = (() => {
  try {
    execFileSync("script", ["--version"], { stdio: "ignore" });
    return process.platform === "linux";
  } catch {
    return false;
  }
})();

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-watch-"));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasTerminal)("watch", () => {
  const workbook = copyWorkbook(path.join(folder, "mi cuaderno ñ"));
  const file = path.join(workbook, "exercises", `${placeOf("1.1")}.ts`);
  writeFileSync(file, stubOf("1.1") ?? "");

  test("grades on save, answers keys, and gives the terminal back", async () => {
    const watch = open(workbook);
    await watch.shows("not started");
    const wrong = readFileSync(file, "utf8").replace(/throw new Error\(.*\);/, "return tf.sigmoid(x);");
    writeFileSync(file, wrong);
    await watch.shows("This is the sigmoid of each entry");
    watch.press("h");
    await watch.shows("for 1.1"); // which hint comes depends on those that were shown before
    watch.press("l");
    await watch.shows("★");
    writeFileSync(file, readFileSync(path.join(workbook, "solutions", `${placeOf("1.1")}.ts`), "utf8"));
    await watch.shows("passed: n goes to the next one");
    watch.press("n");
    await watch.shows("02-bidirectional-rnn.ts");
    watch.press("q");
    expect(await watch.ended).toBe(0);
    expect(watch.screen()).toContain("\u001b[?25h"); // the cursor is back
  });

  test("r puts the stub back and keeps what was there", async () => {
    const watch = open(workbook);
    await watch.shows("watching");
    const solved = readFileSync(path.join(workbook, "solutions", `${placeOf("1.1")}.ts`), "utf8");
    writeFileSync(file, `${solved}console.log("this is", "mine");\n`);
    await watch.shows("this is mine");
    watch.press("r");
    await watch.shows("[y/N]");
    watch.press("y");
    await watch.shows("not started");
    expect(readFileSync(file, "utf8")).toBe(stubOf("1.1"));
    const kept = readdirSync(path.dirname(file)).find((name) => name.endsWith(".bak")) ?? "";
    expect(readFileSync(path.join(path.dirname(file), kept), "utf8")).toContain('"mine"');
    watch.press("\u0003");
    expect(await watch.ended).toBe(0);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s gives the terminal back and leaves no process", async (signal) => {
    const watch = open(workbook);
    await watch.shows("watching");
    const pid = grader(workbook);
    expect(pid).toBeDefined();
    process.kill(pid ?? 0, signal);
    await watch.ended;
    expect(watch.screen()).toContain("\u001b[?25h");
    expect(grader(workbook)).toBeUndefined();
  });
});

interface Watching {
  /** Waits until a text comes, after everything that was waited for before. */
  readonly shows: (text: string) => Promise<void>;
  readonly press: (key: string) => void;
  readonly screen: () => string;
  readonly ended: Promise<number | null>;
}

function open(workbook: string): Watching {
  const command = `stty cols 100 rows 50; exec node ${JSON.stringify(path.join(workbook, "grader/start.mjs"))} watch --lang en`;
  const child: ChildProcess = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    cwd: workbook,
    env: { ...process.env, TERM: "xterm", WORKBOOK_LANG: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  let output = "";
  let seen = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  return {
    shows: async (text) => {
      for (let waited = 0; output.indexOf(text, seen) < 0; waited += 20) {
        if (waited > 10_000) throw new Error(`the screen never showed "${text}":\n${output.slice(seen)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      seen = output.indexOf(text, seen) + text.length;
    },
    press: (key) => child.stdin?.write(key),
    screen: () => output,
    ended: new Promise((resolve) => child.on("close", resolve)),
  };
}

/** The process of the program in a workbook. */
function grader(workbook: string): number | undefined {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const place = `/proc/${pid}/cmdline`;
    const words = existsSync(place) ? readFileSync(place, "utf8").split("\0") : [];
    if (words[0]?.endsWith("node") && words.includes(path.join(workbook, "grader/start.mjs"))) return Number(pid);
  }
  return undefined;
}
