/**
 * Judges mutants in a process of its own, which can be ended: quicker than a class, which gives each a sandbox, and with the
 * same checks on the same inputs. What passes here is graded as a class does afterwards.
 */
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import type { Connection } from "../suite/connection.js";
import type { Functions, Suite } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import { runCheck } from "../suite/run.js";
import { type Computed, openSession } from "../suite/session.js";
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

/** Seconds of processor time that a call may take. A class gives it 5 of wall time; the solutions need 1 at most. */
const MOST = 3;

/** Ends the process when a call takes more: nothing else can be done about an endless loop. */
const GUARD = `
const { calls, most } = require("node:worker_threads").workerData;
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
let seen = 0;
let since = 0;
for (;;) {
  Atomics.wait(calls, 1, 0, 100);
  const call = Atomics.load(calls, 0);
  if (call !== seen) [seen, since] = [call, used()];
  else if (call !== 0 && used() - since > most) process.kill(process.pid, "SIGKILL");
}`;

/** The number of the call that runs, 0 between calls; and a place to wait at. */
const calls = new Int32Array(new SharedArrayBuffer(8));
let called = 0;

const guarded =
  <A extends readonly unknown[], R>(f: (...args: A) => R) =>
  (...args: A): R => {
    Atomics.store(calls, 0, ++called);
    try {
      return f(...args);
    } finally {
      Atomics.store(calls, 0, 0);
    }
  };

/** What the functions are asked happens at once, before anything is awaited: so a call is what is guarded. */
function connect(functions: Functions): Connection {
  const { call, gradients } = connectInProcess(functions);
  return { call: guarded(call), gradients: guarded(gradients) };
}

const suites = new Map<string, Promise<Suite>>();
/** What mutants of an exercise share with one seed. */
let shared: { readonly key: string; readonly computed: Computed } | undefined;

/** Whether a mutant fails is asked, not why: what mistakes answer need not be computed. */
function withoutVariants(suite: Suite): Suite {
  const mistakes = Object.entries(suite.mistakes).map(([id, mistake]) => [id, { ...mistake, variant: {} }] as const);
  return { ...suite, mistakes: Object.fromEntries(mistakes) };
}

async function judge({ id, source, seed }: ToJudge): Promise<Verdict> {
  const known = suites.get(id) ?? loadSuite(id);
  suites.set(id, known);
  const suite = withoutVariants(await known);
  if (shared?.key !== `${id} ${seed}`) shared = { key: `${id} ${seed}`, computed: new WeakMap() };
  const { computed } = shared;
  let functions: Functions;
  try {
    functions = guarded(load)(id, source);
  } catch (error) {
    return { is: "rejected", check: `loading it: ${error}` };
  }
  tf.engine().startScope();
  try {
    const session = openSession(suite, seed, connect(functions), computed);
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
new Worker(GUARD, { eval: true, workerData: { calls, most: MOST } }).unref();
const send = (message: FromJudge) => process.send?.(message);
process.on("message", async (mutant: ToJudge) => send({ is: "judged", verdict: await judge(mutant) }));
process.on("disconnect", () => process.exit());
send({ is: "ready" });
