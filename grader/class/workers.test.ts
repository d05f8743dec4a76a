/** What becomes of a submission when the process that grades it does not do what it should. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type GradedExercise, sumUp } from "../grade.js";
import { blank } from "../grading/conclude.js";
import { exerciseOf } from "../syllabus.js";
import { APART, tiedCommand, watchOver } from "../tied.js";
import { NotGraded, openWorker, type Worker } from "./workers.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-workers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = path.join(folder, "log");
beforeEach(() => writeFileSync(log, ""));

const base = blank(exerciseOf("1.1"), "file.ts", 1, "en");
const GOOD = sumUp(1, "en", [{ ...base, outcome: "passed", points: 5 }]);
const BROKEN = sumUp(1, "en", [{ ...base, outcome: "grader error", message: "the suite is broken" }]);

/** What a process does with its n-th submission; the folder of the task says which is asked for. */
const ACTS = {
  grades: `process.send({ is: "graded", grade: ${JSON.stringify(GOOD)} });`,
  fails: `process.send({ is: "graded", grade: ${JSON.stringify(BROKEN)} });`,
  throws: `process.send({ is: "failed", message: "Error: no sandbox" });`,
  dies: `process.kill(process.pid, "SIGKILL");`,
  hangs: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
} as const;
type Act = keyof typeof ACTS;

const results = { get: () => undefined, put: (_: string, __: GradedExercise) => {}, close: () => {} };
const started: ChildProcess[] = [];

/** Processes that say their number and act in turn, all of them together. */
function workerThat(acts: readonly Act[], guard = 100_000): Worker {
  const code = `
    const fs = require("node:fs");
    const log = ${JSON.stringify(log)};
    process.on("message", (message) => {
      if (message.is === "stop") process.exit(0);
      const turn = fs.readFileSync(log, "utf8").split("\\n").length - 1;
      fs.appendFileSync(log, process.pid + "\\n");
      [${acts.map((act) => `() => { ${ACTS[act]} }`).join(", ")}][turn]();
    });
    process.on("disconnect", () => process.exit(0));
    process.send({ is: "ready" });`;
  const { file, args } = tiedCommand(process.execPath, ["-e", code]);
  const start = () => {
    const child = watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "ignore", "inherit", "ipc"] }));
    started.push(child);
    return child;
  };
  return openWorker(results, start, guard);
}

const task = { folder: "", ids: ["1.1"], seed: 1, language: "en", seconds: 1 } as const;
const graders = () => readFileSync(log, "utf8").split("\n").filter(Boolean);
const isGone = (pid: string) =>
  !existsSync(`/proc/${pid}`) || /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

/** How a submission comes out: its points, or why it has none. */
const outcomeOf = async (worker: Worker): Promise<number | string> =>
  await worker.grade(task).then(
    ({ points }) => points,
    (error: unknown) => (error instanceof NotGraded ? error.text.en : `no NotGraded: ${error}`),
  );

describe("a worker", () => {
  test("grades one submission after the other in one process", async () => {
    const worker = workerThat(["grades", "grades"]);
    expect([await outcomeOf(worker), await outcomeOf(worker)]).toEqual([5, 5]);
    expect(new Set(graders()).size).toBe(1);
    worker.stop();
  });

  test.each(["dies", "throws", "fails"] as const)("that %s is replaced and asked once more", async (act) => {
    const worker = workerThat([act, "grades", "grades"]);
    expect(await outcomeOf(worker)).toBe(5);
    expect(await outcomeOf(worker)).toBe(5);
    const [first, second, third] = graders();
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    worker.stop();
  });

  test.each([
    ["dies", "the process that graded it ended (SIGKILL)"],
    ["throws", "Error: no sandbox"],
    ["fails", "1.1: the suite is broken"],
  ] as const)("that %s twice has not graded, and the next submission meets another", async (act, why) => {
    const worker = workerThat([act, act, "grades"]);
    expect(await outcomeOf(worker)).toBe(why);
    expect(await outcomeOf(worker)).toBe(5);
    expect(new Set(graders()).size).toBe(3);
    worker.stop();
  });

  test("that ended while nobody asked it is replaced without a word", async () => {
    const worker = workerThat(["grades", "grades"]);
    expect(await outcomeOf(worker)).toBe(5);
    const child = started.at(-1);
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    process.kill(Number(graders()[0]), "SIGKILL");
    await gone;
    expect(await outcomeOf(worker)).toBe(5);
    worker.stop();
  });

  test.skipIf(process.platform !== "linux")(
    "that hangs is ended by the guard, for all tries together, and leaves no process",
    async () => {
      const before = started.length;
      const worker = workerThat(["hangs", "hangs"], 2000);
      expect(await outcomeOf(worker)).toMatch(/grading it took more than 1 min, and was given up/);
      const own = started.slice(before);
      expect(own.length).toBe(1); // the time is up: no second try
      await until(() => own.every(({ pid }) => isGone(String(pid))) && graders().every(isGone));
    },
  );
});

/** Waits until something holds; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
