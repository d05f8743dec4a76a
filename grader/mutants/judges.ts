/** Processes that judge mutants beside each other; one that ends is replaced, and its mutant was cut short. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root } from "../store.js";
import { APART, tiedCommand, watchOver } from "../tied.js";
import type { FromJudge, ToJudge, Verdict } from "./judge.js";

export interface Judged<T extends ToJudge> {
  readonly asked: T;
  readonly verdict: Verdict;
}

/**
 * @param processes how many at once
 * @param onJudged hears of each as it is judged
 * @returns in the order of `mutants`
 * @throws Error when a process cannot be started
 */
export async function judgeAll<T extends ToJudge>(
  mutants: readonly T[],
  processes: number,
  onJudged: (judged: Judged<T>) => void = () => {},
): Promise<readonly Judged<T>[]> {
  const queue = queueOf(mutants);
  const verdicts = new Map<T, Verdict>();
  const judge = async () => {
    let child: ChildProcess | undefined;
    try {
      let last: string | undefined;
      for (let mutant = queue.next(last); mutant !== undefined; mutant = queue.next(last)) {
        last = mutant.id;
        child ??= await start();
        const verdict = await ask(child, mutant);
        if (verdict.is === "cut short") child = undefined;
        verdicts.set(mutant, verdict);
        onJudged({ asked: mutant, verdict });
      }
    } finally {
      if (child !== undefined) await end(child);
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, mutants.length) }, judge));
  return mutants.flatMap((mutant) => {
    const verdict = verdicts.get(mutant);
    return verdict === undefined ? [] : { asked: mutant, verdict };
  });
}

/** Gives out mutants, those of one exercise to one process where that can be: it keeps the reference's answers. */
function queueOf<T extends ToJudge>(mutants: readonly T[]) {
  const byExercise = new Map<string, T[]>();
  for (const mutant of mutants) byExercise.set(mutant.id, [...(byExercise.get(mutant.id) ?? []), mutant]);
  const begun = new Set<string>();
  const longest = (ids: readonly string[]) =>
    ids.reduce<string | undefined>(
      (best, id) => (lengthOf(id) > (best === undefined ? 0 : lengthOf(best)) ? id : best),
      undefined,
    );
  const lengthOf = (id: string) => byExercise.get(id)?.length ?? 0;
  return {
    /** @param last the exercise of the one before */
    next: (last: string | undefined): T | undefined => {
      const all = [...byExercise.keys()];
      const untouched = () => longest(all.filter((id) => !begun.has(id)));
      const id = last !== undefined && lengthOf(last) > 0 ? last : (untouched() ?? longest(all));
      if (id === undefined) return undefined;
      begun.add(id);
      return byExercise.get(id)?.shift();
    },
  };
}

/** Megabytes of heap: a loop that fills an array ends sooner. */
const HEAP = 768;

async function start(): Promise<ChildProcess> {
  const judge = path.join(root, "grader", "mutants", "judge.ts");
  const { file, args } = tiedCommand(process.execPath, ["--import", "tsx", `--max-old-space-size=${HEAP}`, judge]);
  const child = watchOver(spawn(file, args, { ...APART, cwd: root, stdio: ["ignore", "ignore", "pipe", "ipc"] }));
  let said = "";
  child.stderr?.on("data", (text: Buffer) => {
    said = (said + text).slice(-2000);
  });
  const first = await new Promise<"ready" | "ended">((resolve) => {
    child.once("message", () => resolve("ready"));
    child.once("exit", () => resolve("ended"));
  });
  if (first === "ended") throw new Error(`a process that judges mutants did not start: ${said}`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, "exit");
  if (child.connected) child.disconnect(); // it ends when nobody asks any more
  await ended;
}

function ask(child: ChildProcess, mutant: ToJudge): Promise<Verdict> {
  return new Promise((resolve) => {
    const settle = (verdict: Verdict) => {
      child.removeAllListeners();
      resolve(verdict);
    };
    child.once("message", (message: FromJudge) => settle(message.is === "judged" ? message.verdict : CUT_SHORT));
    child.once("exit", () => settle(CUT_SHORT));
    const { id, source, seed } = mutant;
    child.send({ id, source, seed } satisfies ToJudge);
  });
}

const CUT_SHORT: Verdict = { is: "cut short" };
