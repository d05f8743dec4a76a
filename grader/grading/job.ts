/**
 * What the program hands to the suites that vitest loads. Vitest loads modules of its own, so the two sides meet at
 * one place of the global object.
 */

import type { Diagnosis } from "../explain/explain.js";
import type { Computed } from "../suite/computed.js";
import type { Connection } from "../suite/connection.js";
import type { CheckResult } from "../suite/run.js";

export interface Job {
  readonly seed: number;
  /** The student's functions for an exercise, or nothing when its suite is not to run. */
  readonly open: (id: string) => Promise<Connection | undefined>;
  /** What earlier runs of a suite with this seed have computed, where there may be any. */
  readonly computed?: (id: string) => Computed;
  /** Hears of each check as it begins: its number, from 1. */
  readonly onCheck: (id: string, check: number, of: number) => void;
  /** Hears what the checks of a suite came to that did not pass, before it is asked why. Nobody asks where it is left out. */
  readonly onChecked?: (id: string, results: readonly CheckResult[]) => void;
  /** Whether somebody still waits for what `onExplained` is to hear. */
  readonly isAwaited?: (id: string) => boolean;
  readonly onExplained?: (id: string, diagnoses: readonly Diagnosis[]) => void;
}

const KEY = Symbol.for("workbook.job");
const holder = globalThis as { [KEY]?: Job | undefined };

export function setJob(job: Job | undefined): void {
  holder[KEY] = job;
}

/** @throws Error outside of a grade */
export function currentJob(): Job {
  const job = holder[KEY];
  if (job === undefined) throw new Error("suites run in a grade only: npm run grade");
  return job;
}
