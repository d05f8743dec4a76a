/** `npm run bench`, for authors: how long things take, beside a plain baseline in the same run. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { UsageError } from "../errors.js";
import { openGrader } from "../grading/grader.js";
import { startSandbox } from "../sandbox/sandbox.js";
import { usageOf } from "../sandbox/usage.js";
import { root } from "../store.js";
import { openSubmission } from "../submission/find.js";
import { openReader } from "../submission/reader/reader.js";
import { rulesOf } from "../submission/rules.js";
import { solutionFile } from "../submission/stub.js";
import { EXERCISES, placeOf } from "../syllabus.js";
import { APART, tiedCommand, watchOver } from "../tied.js";
import type { Call, Command } from "./command.js";
import { watchExercises } from "./watch.js";

export const bench: Command = {
  name: "bench",
  words: { en: "[train | labs]", es: "[train | labs]" },
  summary: {
    en: "for authors: measure the grader beside plain vitest, or the labs",
    es: "para autores: mide el calificador junto a vitest simple, o los laboratorios",
  },
  options: {},
  run: async (call) => {
    const [what, ...names] = call.words;
    if (what === undefined) return await runBench(call);
    // Only here: the labs bring tfjs with them.
    if (what === "train") return await (await import("../labs/bench.js")).benchTraining(call.screen, call.language);
    if (what === "labs")
      return await (await import("../labs/targets.js")).measureLabs(names, call.screen, call.language);
    throw new UsageError(call.text.unknownBench(what));
  },
};

interface Row {
  readonly what: string;
  readonly median: number;
  readonly unit: "s" | "MB";
  readonly limit: number;
  /** What plain vitest takes for the same exercises. */
  readonly baseline?: number;
}

const RUNS = 5;
const SAVES = 20;

async function runBench({ screen, language }: Call): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-bench-"));
  const rows: Row[] = [];
  try {
    screen.status(" sandbox …");
    rows.push({ what: "a sandbox ready to answer", median: await medianOf(10, sandboxStart), unit: "s", limit: 0.2 });
    screen.status(" reader …");
    rows.push({ what: "a reader ready to read", median: await medianOf(10, readerStart), unit: "s", limit: 0.3 });
    const read = await readAll();
    rows.push({ what: "all files vetted, their types taken away", median: read, unit: "s", limit: 1 });
    const idsOf = (units: string) => EXERCISES.filter(({ id }) => units.includes(id[0] ?? "")).map(({ id }) => id);
    const solved = ["--submission", path.join(root, "solutions")];
    const commands = [
      { what: "npm run grade -- 1.1 --fresh", args: ["1.1", "--fresh", ...solved], limit: 1.4, ids: ["1.1"] },
      { what: "unit 1, fresh", args: ["1", "--fresh", ...solved], limit: 2.5, ids: idsOf("1") },
      { what: "units 1 to 3, fresh", args: ["1", "2", "3", "--fresh", ...solved], limit: 6, ids: idsOf("123") },
      { what: "all, fresh", args: ["--fresh", ...solved], limit: 10, ids: EXERCISES.map(({ id }) => id) },
      { what: "all, unchanged, cached", args: solved, limit: 1.2, ids: EXERCISES.map(({ id }) => id) },
    ];
    let memory = 0;
    for (const { what, args, limit, ids } of commands) {
      screen.status(` ${what} …`);
      const plain = path.join(folder, String(rows.length));
      writePlainTests(plain, ids);
      const times: number[] = [];
      const baselines: number[] = [];
      for (let run = 0; run <= RUNS; run++) {
        // In turn, so that both see the same machine; the first pair warms caches up and does not count.
        const grade = await timed("npm", ["run", "--silent", "grade", "--", ...args], root);
        const vitest = await timed(
          process.execPath,
          [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", plain],
          plain,
        );
        if (run === 0) continue;
        times.push(grade.seconds);
        baselines.push(vitest.seconds);
      }
      rows.push({ what, median: median(times), unit: "s", limit, baseline: median(baselines) });
    }
    screen.status(" memory …");
    for (let run = 0; run < RUNS; run++) {
      // The program itself, without npm above it.
      const program = [path.join(root, "grader/start.mjs"), "grade", "--fresh", ...solved];
      memory = Math.max(memory, (await timed(process.execPath, program, root)).memory);
    }
    screen.status(" watch …");
    rows.push({
      what: `watch: save to verdict, median of ${SAVES}`,
      median: await saveToVerdict(path.join(folder, "watch"), language),
      unit: "s",
      limit: 0.3,
    });
    rows.push({ what: "resident memory, grader and sandboxes", median: memory / 2 ** 20, unit: "MB", limit: 600 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  screen.print(`${table(rows)}\n`);
  return 0;
}

function table(rows: readonly Row[]): string {
  const number = (value: number, unit: Row["unit"]) =>
    Number.isNaN(value) ? "" : unit === "s" ? `${value.toFixed(2)} s` : `${value.toFixed(0)} MB`;
  const cells = rows.map(({ what, median: value, unit, limit, baseline }) => [
    what,
    number(value, unit),
    number(limit, unit),
    baseline === undefined ? "" : number(baseline, unit),
    baseline === undefined ? "" : `${(value / baseline).toFixed(2)} ×`,
  ]);
  const all = [["", "measured", "at most", "plain vitest", "ratio"], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        ` ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`,
    )
    .join("\n");
}

async function sandboxStart(): Promise<number> {
  const start = performance.now();
  const sandbox = await startSandbox();
  const seconds = (performance.now() - start) / 1000;
  sandbox.kill();
  return seconds;
}

async function readerStart(): Promise<number> {
  const reader = openReader();
  const start = performance.now();
  await reader.read("export const ready = true;");
  const seconds = (performance.now() - start) / 1000;
  reader.close();
  return seconds;
}

/** Every solution read once, by a reader that is ready. */
async function readAll(): Promise<number> {
  const reader = openReader();
  const sources = EXERCISES.map(({ id }) => [id, readFileSync(solutionFile(id), "utf8")] as const);
  try {
    return await medianOf(RUNS, async () => {
      await reader.read("export const ready = true;");
      const start = performance.now();
      for (const [id, source] of sources) await reader.vet(rulesOf(id), solutionFile(id), source);
      return (performance.now() - start) / 1000;
    });
  } finally {
    reader.close();
  }
}

/** What somebody without this grader would do: default vitest, tests beside code that imports the student's files. */
function writePlainTests(folder: string, ids: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  for (const id of ids) {
    const place = placeOf(id);
    const test = [
      'import * as tf from "@tensorflow/tfjs";',
      'import { expect, test } from "vitest";',
      `import * as solution from ${JSON.stringify(path.join(root, "solutions", `${place}.ts`))};`,
      'test("exports functions", () => {',
      '  expect(Object.values(solution).every((f) => typeof f === "function")).toBe(true);',
      "  expect(tf.softmax(tf.tensor([1, 2])).dataSync().length).toBe(2);",
      "});",
    ];
    writeFileSync(path.join(folder, `${place.replace("/", "-")}.test.ts`), test.join("\n"));
  }
  // Solutions name the shared files as exercises do: relative to their own tree.
  writeFileSync(
    path.join(folder, "vitest.config.ts"),
    `export default { resolve: { alias: [{ find: /^\\.\\.\\/(types|support)\\.js$/, replacement: ${JSON.stringify(path.join(root, "exercises"))} + "/$1.ts" }] } };`,
  );
}

/** Wall time and the largest resident memory of a command and all that it starts. */
async function timed(file: string, args: readonly string[], cwd: string): Promise<{ seconds: number; memory: number }> {
  const start = performance.now();
  const env = { ...process.env };
  delete env.CI; // as at a student's desk
  const tied = tiedCommand(file, args);
  const child = watchOver(spawn(tied.file, tied.args, { ...APART, cwd, env, stdio: "ignore" }));
  let memory = 0;
  const sample = setInterval(async () => {
    memory = Math.max(memory, (await usageOf(child.pid ?? 0)).bytes);
  }, 10);
  await new Promise((resolve) => child.on("close", resolve));
  clearInterval(sample);
  return { seconds: (performance.now() - start) / 1000, memory };
}

/** From writing a file to its verdict, with everything that watch uses but the drawing. */
async function saveToVerdict(folder: string, language: Call["language"]): Promise<number> {
  cpSync(path.join(root, "exercises"), path.join(folder, "exercises"), { recursive: true });
  const file = path.join(folder, "exercises", `${placeOf("1.1")}.ts`);
  const solved = readFileSync(path.join(root, "solutions", `${placeOf("1.1")}.ts`), "utf8");
  const submission = openSubmission(folder, language);
  const grader = openGrader();
  let verdict: () => void = () => {};
  const watchers = watchExercises(submission, async (id) => {
    await grader.grade({ ids: [id], submission, seed: 1, language, useCache: true });
    verdict();
  });
  try {
    await grader.warmUp();
    const times: number[] = [];
    for (let save = 0; save <= SAVES; save++) {
      await new Promise((resolve) => setTimeout(resolve, 300)); // a student thinks; the next sandbox starts meanwhile
      await grader.warmUp();
      const done = new Promise<void>((resolve) => {
        verdict = resolve;
      });
      const start = performance.now();
      writeFileSync(file, `${solved}// ${save}\n`);
      await done;
      if (save > 0) times.push((performance.now() - start) / 1000);
    }
    return median(times);
  } finally {
    for (const watcher of watchers) watcher.close();
    await grader.close();
  }
}

async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return median(values);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
