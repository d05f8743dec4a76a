/**
 * Judges mutants in a process of its own, which can be ended: quicker than a class, which gives each a sandbox, and with the
 * same checks on the same inputs. What passes here is graded as a class does afterwards.
 */

import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { type Computed, nothingComputed } from "../suite/computed.js";
import { type Connection, SECONDS } from "../suite/connection.js";
import type { Functions, Suite } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import { runCheck } from "../suite/run.js";
import { openSession } from "../suite/session.js";
import { loadSuite } from "../suites/index.js";
import { load } from "./load.js";

export interface ToJudge {
  /** The exercise. */
  readonly id: string;
  readonly source: string;
  readonly seed: number;
}

export type Verdict =
  /** It loses the points of a check. */
  | { readonly is: "rejected"; readonly check: string }
  /** A call took too much time or memory; here that ends the process, and in a class the call. */
  | { readonly is: "cut short" }
  | { readonly is: "passed" }
  /** A check ended in an error that is no verdict. */
  | { readonly is: "grader error"; readonly message: string };

export type FromJudge = { readonly is: "ready" } | { readonly is: "judged"; readonly verdict: Verdict };

/**
 * Ends the process when a call takes more processor time than a class gives it wall time: nothing else can be done about
 * an endless loop.
 */
const GUARD = `
const state = require("node:worker_threads").workerData;
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
let seen = 0;
let since = 0;
for (;;) {
  Atomics.wait(state, 2, 0, 100);
  const call = Atomics.load(state, 0);
  if (call !== seen) [seen, since] = [call, used()];
  else if (call !== 0 && used() - since > Atomics.load(state, 1)) process.kill(process.pid, "SIGKILL");
}`;

/** The number of the call that runs, 0 between calls; the milliseconds that it may take; a place to wait at. */
const state = new Int32Array(new SharedArrayBuffer(12));
let calls = 0;

function guarded<R>(seconds: number, run: () => R): R {
  Atomics.store(state, 1, Math.ceil(seconds * 1000));
  Atomics.store(state, 0, ++calls);
  try {
    return run();
  } finally {
    Atomics.store(state, 0, 0);
  }
}

/** What the functions are asked happens at once, before anything is awaited: so a call is what is guarded. */
function connect(functions: Functions): Connection {
  const { call, gradients } = connectInProcess(functions);
  return {
    call: (name, args, seconds = SECONDS) => guarded(seconds, () => call(name, args)),
    gradients: (name, args, wrt, seconds = SECONDS) => guarded(seconds, () => gradients(name, args, wrt)),
  };
}

const suites = new Map<string, Promise<Suite>>();
/** What mutants of an exercise share, by seed; of the last exercise only. */
let shared = { id: "", bySeed: new Map<number, Computed>() };

function computedFor(id: string, seed: number): Computed {
  if (shared.id !== id) shared = { id, bySeed: new Map() };
  const computed = shared.bySeed.get(seed) ?? nothingComputed();
  shared.bySeed.set(seed, computed);
  return computed;
}

/** Whether a mutant fails is asked, not why: what mistakes answer need not be computed. */
function withoutVariants(suite: Suite): Suite {
  const mistakes = Object.entries(suite.mistakes).map(([id, mistake]) => [id, { ...mistake, variant: {} }] as const);
  return { ...suite, mistakes: Object.fromEntries(mistakes) };
}

async function judge({ id, source, seed }: ToJudge): Promise<Verdict> {
  const known = suites.get(id) ?? loadSuite(id);
  suites.set(id, known);
  const suite = withoutVariants(await known);
  let functions: Functions;
  try {
    functions = guarded(SECONDS, () => load(id, source));
  } catch (error) {
    return { is: "rejected", check: `loading it: ${error}` };
  }
  tf.engine().startScope();
  try {
    const session = openSession(suite, seed, connect(functions), computedFor(id, seed));
    for (const check of suite.checks) {
      const { failure } = await runCheck(check, session);
      if (failure !== undefined) return { is: "rejected", check: check.name.en };
    }
    return { is: "passed" };
  } catch (error) {
    return { is: "grader error", message: String(error) };
  } finally {
    tf.engine().endScope();
  }
}

tf.enableProdMode();
new Worker(GUARD, { eval: true, workerData: state }).unref();
const send = (message: FromJudge) => process.send?.(message);
process.on("message", async (mutant: ToJudge) => send({ is: "judged", verdict: await judge(mutant) }));
process.on("disconnect", () => process.exit());
send({ is: "ready" });
