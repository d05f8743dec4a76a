/** One vitest that stays: it runs the suites of some exercises and hands over what their checks came to. */
import path from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { cacheFolder, root } from "../store.js";
import type { CheckResult } from "../suite/run.js";
import { suiteFile } from "../suites/index.js";
import { inMemory } from "./in-memory.js";
import { inProcessPool } from "./in-process-pool.js";
import { type Job, setJob } from "./job.js";
import type { Sources } from "./sealed.js";

/** What became of one suite. */
export interface SuiteRun {
  readonly checks: readonly CheckResult[];
  readonly milliseconds: number;
  /** Why the suite itself failed: no fault of the student. */
  readonly error?: string;
}

export interface SuiteRunner {
  /** Runs suites in the order of `ids`; `onSuite` hears of each as it ends. */
  readonly run: (
    ids: readonly string[],
    job: Job,
    onSuite: (id: string, run: SuiteRun) => Promise<void> | void,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param sealed sources that are in memory only, in place of the files of suites and the reference */
export async function startRunner(sealed?: Sources): Promise<SuiteRunner> {
  const { createVitest } = await import("vitest/node");
  const folder = await cacheFolder();
  const order = new Map<string, number>();
  const exit = process.exit; // vitest puts a guard in its place

  let report: (module: TestModule) => void = () => {};
  const reporter: Reporter = { onTestModuleEnd: (module) => report(module) };
  const vitest = await createVitest(
    "test",
    {
      config: false,
      root,
      watch: false,
      include: ["grader/suites/*/*.ts"],
      exclude: [],
      setupFiles: [path.join(root, "grader/grading/register.ts")],
      pool: inProcessPool(),
      isolate: false,
      cache: false,
      // Transformed suites are kept for the next run; sealed ones must never be written down.
      experimental: { fsModuleCache: sealed === undefined, fsModuleCachePath: path.join(folder, "modules") },
      fileParallelism: false,
      maxWorkers: 1,
      disableConsoleIntercept: true,
      testTimeout: 0, // each call to the sandbox has a limit of its own
      hookTimeout: 0,
      reporters: [reporter],
      sequence: { sequencer: inOrder(order) },
    },
    {
      logLevel: "silent",
      server: { watch: null },
      plugins: sealed === undefined ? [] : [inMemory(sealed)],
      cacheDir: path.join(folder, "vite"),
    },
  );
  process.exit = exit;

  return {
    run: async (ids, job, onSuite) => {
      order.clear();
      const files = ids.map((id) => suiteFile(id));
      for (const [i, file] of files.entries()) order.set(file, i);
      const ended: Promise<void>[] = [];
      report = (module) => {
        const id = ids[order.get(module.moduleId) ?? -1];
        if (id !== undefined) ended.push(Promise.resolve(onSuite(id, summarise(module))));
      };
      setJob(job);
      try {
        const project = vitest.getRootProject();
        await vitest.runTestSpecifications(
          files.map((file) => project.createSpecification(file)),
          false,
        );
        await Promise.all(ended);
      } finally {
        setJob(undefined);
        process.exit = exit;
      }
    },
    close: () => vitest.close(),
  };
}

function summarise(module: TestModule): SuiteRun {
  const checks: CheckResult[] = [];
  const errors = module.errors().map(({ message }) => message);
  for (const test of module.children.allTests()) {
    const { check } = test.meta() as { check?: CheckResult };
    if (check !== undefined) checks.push(check);
    else if (test.result().state === "failed") errors.push(...messagesOf(test));
  }
  for (const suite of module.children.allSuites()) errors.push(...suite.errors().map(({ message }) => message));
  const milliseconds = Math.round(module.diagnostic().duration);
  const first = errors[0];
  return first === undefined ? { checks, milliseconds } : { checks, milliseconds, error: first };
}

function messagesOf(test: TestCase): string[] {
  const result = test.result();
  return result.state === "failed" ? result.errors.map(({ message }) => `${test.name}: ${message}`) : [];
}

/** Suites run in the order of the course: later ones may use earlier exercises. */
function inOrder(order: ReadonlyMap<string, number>) {
  return class {
    async sort<T extends { moduleId: string }>(files: T[]): Promise<T[]> {
      return [...files].sort((a, b) => (order.get(a.moduleId) ?? 0) - (order.get(b.moduleId) ?? 0));
    }
    async shard<T>(files: T[]): Promise<T[]> {
      return files;
    }
  };
}
