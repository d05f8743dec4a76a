/**
 * Proves a class on itself: submissions whose grades are known, graded at once and in shards, one of which is killed
 * half-way. `tsx grader/class/proof.ts [COUNT] [ID…]` prints what it measures.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { root } from "../store.js";
import { EXERCISES, exerciseOf, pointsOf } from "../syllabus.js";
import { APART, watchOver } from "../tied.js";
import { type Gradebook, gradebookSchema } from "./gradebook.js";
import { type Sampled, writeClass } from "./sample.js";

export interface ProofRequest {
  readonly count: number;
  readonly ids: readonly string[];
  readonly shards: number;
  /** Which attacks and kinds of bad input are among them; all unless said. */
  readonly fixtures?: readonly string[];
  readonly say?: (line: string) => void;
}

export interface ClassProof {
  /** What is not as it should be: nothing, it is to be hoped. */
  readonly wrong: readonly string[];
  readonly students: number;
  readonly seconds: { readonly whole: number; readonly again: number; readonly shards: number; readonly merge: number };
  /** Of the whole class graded at once. */
  readonly cpuSeconds: number;
  readonly memory: Memory;
}

/** Of the coordinating process; of those that grade for it; and of all, with the sandboxes that submissions fill. */
interface Memory {
  readonly coordinator: Peaks;
  readonly workers: Peaks;
  readonly all: Peaks;
}

/** The most that was held, in MiB: flat memory needs no more later than in the first third of a class. */
interface Peaks {
  readonly firstThird: number;
  readonly whole: number;
}

export async function proveClass({ count, ids, shards, fixtures, say = () => {} }: ProofRequest): Promise<ClassProof> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-class-"));
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const wrong: string[] = [];
  const expectRun = async (words: readonly string[], code = 0) => {
    const ran = await runClassCommand(words);
    if (ran.code !== code) wrong.push(`class ${words.join(" ")} ended with ${ran.code}: ${ran.said.slice(-500)}`);
    return ran;
  };
  try {
    say(`writing ${count} submissions …`);
    const seed = 20260101;
    mkdirSync(at("class"));
    const sampled = await writeClass(at("class"), { count, seed, ids, ...(fixtures && { fixtures }) });
    const common = ["--exercises", ids.join(","), "--seed", String(seed), "--late-days", "2"];

    say("grading all of them at once …");
    const whole = await expectRun(["grade", at("class"), "--out", at("whole"), ...common]);
    const once = gradebookIn(at("whole"));
    wrong.push(...differences(sampled, once));
    const again = await expectRun(["grade", at("class"), "--out", at("whole"), ...common]);

    say(`grading them in ${shards} shards, one of which is killed …`);
    const planned = await expectRun(["plan", at("class"), "--shards", String(shards), "--seed", String(seed)]);
    const { shards: parts } = v.parse(planSchema, JSON.parse(planned.said.trim().split("\n").at(-1) ?? ""));
    const began = performance.now();
    for (const [i, shard] of parts.entries()) {
      const words = ["grade", at("class"), "--out", at(`part-${i}`), "--shard", shard, ...common];
      if (i === 1) await killHalfWay(words, at(`part-${i}`), Math.floor(count / shards / 2), wrong);
      if (i === 1) await expectRun(["merge", ...parts.map((_, j) => at(`part-${j}`)), "--out", at("early")], 2);
      await expectRun(words);
    }
    const seconds = (performance.now() - began) / 1000;
    const merged = await expectRun(["merge", ...parts.map((_, i) => at(`part-${i}`)).reverse(), "--out", at("merged")]);
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
    for (const name of ["gradebook.csv", "gradebook.json", "overview.html"]) {
      const [a, b] = ["whole", "merged"].map((run) => readFileSync(at(run, name), "utf8"));
      if (a !== b) wrong.push(`${name} of the merged shards is not that of the class graded at once`);
    }
    const apart = new Map(gradebookIn(at("merged")).students.map((student) => [student.student, student]));
    for (const student of once.students) {
      const [a, b] = [student, apart.get(student.student)].map((one) => JSON.stringify(one));
      if (a !== b) wrong.push(`${student.student} at once: ${a}\nin its shard: ${b}`);
    }
    return {
      wrong,
      students: once.students.length,
      seconds: { whole: whole.seconds, again: again.seconds, shards: seconds, merge: merged.seconds },
      cpuSeconds: whole.cpuSeconds,
      memory: whole.memory,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const planSchema = v.object({ students: v.number(), seed: v.number(), shards: v.array(v.string()) });

const gradebookIn = (folder: string): Gradebook =>
  v.parse(gradebookSchema, JSON.parse(readFileSync(path.join(folder, "gradebook.json"), "utf8")));

/** Where the gradebook is not what the class was written to be. */
function differences(sampled: readonly Sampled[], { students }: Gradebook): string[] {
  const graded = new Map(students.map((student) => [student.student, student]));
  return sampled.flatMap(({ student, points, rightAllTheSame = false }) => {
    const entry = graded.get(student);
    if (entry?.status !== "graded") return [`${student} was not graded: ${entry?.why?.en ?? "not there"}`];
    const off = Object.entries(points).flatMap(([id, due]) => {
      const got = entry.exercises[id]?.points;
      return due === undefined || got === due ? [] : [`${student}, ${id}: ${got} points, expected ${due}`];
    });
    const first = entry.exercises["1.1"];
    const deceived =
      Object.keys(points).length === 0 && !rightAllTheSame && first?.points === pointsOf(exerciseOf("1.1"));
    return deceived ? [...off, `${student} got all points of 1.1`] : off;
  });
}

interface Ran {
  readonly code: number | null;
  readonly said: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memory: Memory;
}

const start = (words: readonly string[]): ChildProcess =>
  // Under a shell that tells afterwards how much processor time all of it took.
  watchOver(
    spawn(
      "/bin/sh",
      [
        "-c",
        '"$@"; code=$?; times >&2; exit $code',
        "sh",
        process.execPath,
        path.join(root, "grader/start.mjs"),
        "class",
        ...words,
      ],
      {
        cwd: root,
        env: { ...process.env, NO_COLOR: "1", WORKBOOK_LANG: "en" },
        stdio: ["ignore", "pipe", "pipe"],
        ...APART,
      },
    ),
  );

async function runClassCommand(words: readonly string[]): Promise<Ran> {
  const began = performance.now();
  const child = start(words);
  let [said, errors] = ["", ""];
  const held: { [of in keyof Memory]: number[] } = { coordinator: [], workers: [], all: [] };
  const watch = setInterval(() => {
    const [coordinator = 0] = childrenOf(child.pid ?? 0);
    held.coordinator.push(memoryOf(coordinator));
    held.workers.push(sum(childrenOf(coordinator).map(memoryOf)));
    held.all.push(withAllBelow(coordinator));
  }, 1000);
  child.stdout?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(watch);
  const [, user = "0m0s", system = "0m0s"] = /\n?(\d+m[\d.]+s) (\d+m[\d.]+s)\s*$/.exec(errors) ?? [];
  return {
    code,
    said: said + (code === 0 ? "" : errors),
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: secondsIn(user) + secondsIn(system),
    memory: { coordinator: peaks(held.coordinator), workers: peaks(held.workers), all: peaks(held.all) },
  };
}

function peaks(samples: readonly number[]): Peaks {
  const most = (part: readonly number[]) => Math.round(Math.max(0, ...part));
  return { firstThird: most(samples.slice(0, Math.ceil(samples.length / 3))), whole: most(samples) };
}

/** "1m2.5s" */
function secondsIn(word: string): number {
  const [, minutes = "0", seconds = "0"] = /^(\d+)m([\d.]+)s$/.exec(word) ?? [];
  return 60 * Number(minutes) + Number(seconds);
}

/** What a process holds, in MiB; pages that several share are counted once. 0 where it ended meanwhile or /proc is not. */
function memoryOf(pid: number): number {
  try {
    const [, kibibytes = "0"] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return Number(kibibytes) / 1024;
  } catch {
    return 0;
  }
}

const withAllBelow = (pid: number): number => memoryOf(pid) + sum(childrenOf(pid).map(withAllBelow));

/** Of a process that is no more: none. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Starts a shard and kills all of it when so many students are written down. */
async function killHalfWay(words: readonly string[], out: string, after: number, wrong: string[]): Promise<void> {
  const child = start(words);
  const ended = new Promise((resolve) => child.on("close", resolve));
  let over = false;
  ended.then(() => {
    over = true;
  });
  while (!over && gradedIn(out) < after) await new Promise((resolve) => setTimeout(resolve, 20));
  if (over) wrong.push("the shard that was to be killed had ended before");
  else process.kill(-(child.pid ?? 0), "SIGKILL");
  await ended;
}

/** The lines of a part's ledger. */
function gradedIn(out: string): number {
  const part = path.join(out, "part.json");
  if (!existsSync(part)) return 0;
  const [ledger] = ledgersIn(out);
  return ledger === undefined ? 0 : readFileSync(ledger, "utf8").split("\n").length - 1;
}

const ledgersIn = (out: string): string[] =>
  readdirSync(out)
    .filter((name) => /^grades-.*\.jsonl$/.test(name))
    .map((name) => path.join(out, name));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count = "300", ...ids] = process.argv.slice(2);
  const proof = await proveClass({
    count: Number(count),
    ids: ids.length > 0 ? ids : EXERCISES.map(({ id }) => id),
    shards: 3,
    say: (line) => console.log(line),
  });
  const { students, seconds, cpuSeconds, memory, wrong } = proof;
  const round = (value: number) => value.toFixed(1);
  console.log(`${students} submissions at once: ${round(seconds.whole)} s, ${round(cpuSeconds)} s of processor time`);
  console.log(`again, nothing left to do: ${round(seconds.again)} s`);
  console.log(
    `in 3 shards, one after the other, one killed and run again: ${round(seconds.shards)} s; merged in ${round(seconds.merge)} s`,
  );
  for (const [what, { firstThird, whole }] of [
    ["the coordinating process", memory.coordinator],
    ["the processes that grade", memory.workers],
    ["all, with the sandboxes that submissions fill", memory.all],
  ] as const) {
    console.log(`memory of ${what}: at most ${firstThird} MiB in the first third, ${whole} MiB in all`);
  }
  console.log(
    wrong.length === 0 ? "All grades are as they should be, and the merged gradebook is the same." : wrong.join("\n"),
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
