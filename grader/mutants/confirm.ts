/** Grades mutants as a class is graded: each is a submission that holds nothing else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { openWorker } from "../class/workers.js";
import { placeOf } from "../syllabus.js";
import type { ToJudge } from "./judge.js";

/** Processor time for one mutant, as long as any exercise may take. */
const SECONDS = 120;

/** Nothing is known from before: each is graded. */
const NO_RESULTS = { get: () => undefined, put: () => {}, close: () => {} };

/**
 * @param processes how many at once
 * @returns those that get full points
 * @throws Error when one cannot be graded, or the grader fails on it
 */
export async function passedInClass<T extends ToJudge>(
  mutants: readonly T[],
  processes: number,
  onGraded: () => void = () => {},
): Promise<ReadonlySet<T>> {
  const passed = new Set<T>();
  const queue = [...mutants];
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-mutants-"));
  let submissions = 0;
  const grade = async () => {
    const worker = openWorker(NO_RESULTS);
    try {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const { id, source, seed } = mutant;
        const submission = path.join(folder, String(submissions++));
        const file = path.join(submission, `${placeOf(id)}.ts`);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, source);
        const { exercises } = await worker.grade({
          folder: submission,
          ids: [id],
          seed,
          language: "en",
          seconds: SECONDS,
        });
        const [exercise] = exercises;
        if (exercise === undefined || exercise.outcome === "grader error")
          throw new Error(`a mutant of ${id} was not graded: ${exercise?.message ?? "its grade has no exercise"}`);
        if (exercise.points === exercise.maxPoints) passed.add(mutant);
        onGraded();
      }
    } finally {
      worker.stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(processes, mutants.length) }, grade));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return passed;
}
