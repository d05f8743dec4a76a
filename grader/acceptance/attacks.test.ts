/** Submissions that try to get points they did not earn: each must come to what honest wrong code comes to, or less. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../store.js";
import { runGrade } from "./run.js";

const fixtures = path.join(root, "grader/fixtures/attacks");
const names = readdirSync(fixtures).filter((name) => !name.startsWith("honest-"));
const SEED = "99";

/** Without the programs that make the sandbox stronger where they are installed: it must hold by itself. */
const ALONE = { PATH: "/nowhere" };

const attack = (name: string) =>
  runGrade(["1.1", "--submission", path.join(fixtures, name), "--fresh", "--seed", SEED], { env: ALONE });

/** What honest code scores that has the same fault. */
const honest = { wrong: Number.NaN, disposing: Number.NaN };

/** Attacks whose code is not the sigmoid: what they may reach all the same. */
const HONEST: Readonly<Record<string, keyof typeof honest>> = {
  "hides-what-it-disposed": "disposing",
  "hides-behind-a-clone": "disposing",
  "forges-through-a-proxy": "disposing",
};

beforeAll(async () => {
  const [wrong, disposing] = await Promise.all([attack("honest-wrong"), attack("honest-disposing")]);
  honest.wrong = wrong.grade?.points ?? Number.NaN;
  honest.disposing = disposing.grade?.points ?? Number.NaN;
  expect(honest.wrong).toBeLessThan(5);
  expect(honest.disposing).toBeLessThan(5);
});

/** Processes of the sandbox that run now. */
function sandboxes(): string[] {
  const all = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  return all.filter((line) => /^\S*node\b.*--snapshot-blob/.test(line));
}

describe("attacks", () => {
  test.each(names)("%s", async (name) => {
    const { code, stdout, stderr, grade } = await attack(name);
    const [exercise] = grade?.exercises ?? [];
    expect(exercise?.points).toBeLessThanOrEqual(honest[HONEST[name] ?? "wrong"]);
    expect(exercise?.outcome).not.toBe("passed");
    expect(exercise?.outcome).not.toBe("grader error");
    expect(exercise?.outcome).not.toBe("does not compile"); // it would have tried nothing
    expect([code, stderr]).toEqual([1, ""]);
    expect(exercise?.printed ?? "").not.toContain("FOUND");
    // What it printed is quoted: no line is a verdict, a command of a workflow or a command of a terminal.
    expect(["\u001b", "\r", "##["].filter((command) => stdout.includes(command))).toEqual([]);
    const own = stdout.split("\n").filter((line) => !line.startsWith("   │ "));
    expect(own.filter((line) => /^\s*(::|✓ 1\.1|\{"schema)/.test(line))).toEqual([]);
  });

  afterAll(() => {
    expect(existsSync("/tmp/workbook-pwned")).toBe(false);
  });
});

describe("nothing is left behind", () => {
  const endless = [
    "grade",
    "1.1",
    "--submission",
    path.join(root, "grader/fixtures/bad-input/endless-loop"),
    "--fresh",
  ];

  test.skipIf(process.platform !== "linux").each([
    ["SIGINT", {}],
    ["SIGTERM", {}],
    ["SIGHUP", {}],
    ["SIGKILL", {}],
    ["SIGKILL", ALONE],
  ] as const)("after %s, %j", async (signal, surroundings) => {
    const before = sandboxes().length;
    const { CI: _, ...inherited } = process.env;
    const env = { ...inherited, ...surroundings };
    const child = spawn(process.execPath, [path.join(root, "grader/start.mjs"), ...endless], {
      cwd: root,
      env,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => sandboxes().length > before);
    await new Promise((resolve) => setTimeout(resolve, 700)); // by now it loops
    child.kill(signal);
    await ended;
    await until(() => sandboxes().length <= before);
  });

  test.skipIf(process.platform !== "linux")("after a time-out", async () => {
    const before = sandboxes().length;
    await runGrade(endless.slice(1));
    await until(() => sandboxes().length <= before);
  });
});

/** Waits until something holds; fails after ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    if (waited > 10_000) throw new Error("it did not come about within ten seconds");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
