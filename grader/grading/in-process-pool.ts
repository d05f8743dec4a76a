/**
 * Runs vitest's worker in this very process. A thread would be started and torn down on each run; here tfjs, the
 * reference and the suites stay loaded, so that a watched file is graded again within milliseconds.
 */
import { EventEmitter } from "node:events";
import type { PoolRunnerInitializer, PoolWorker } from "vitest/node";

export function inProcessPool(): PoolRunnerInitializer {
  return { name: "in-process", createPoolWorker: createWorker };
}

function createWorker(): PoolWorker {
  const toWorker = new EventEmitter();
  const fromWorker = new EventEmitter();
  // Both ends expect copies, as threads would give them.
  const post = (emitter: EventEmitter, message: unknown) => {
    const copy = structuredClone(message);
    queueMicrotask(() => emitter.emit("message", copy));
  };
  return {
    name: "in-process",
    on: (event, callback) => void fromWorker.on(event, callback),
    off: (event, callback) => void fromWorker.off(event, callback),
    send: (message) => post(toWorker, message),
    deserialize: (data) => data,
    start: async () => {
      const { init, runBaseTests, setupEnvironment } = await import("vitest/worker");
      init({
        on: (callback) => toWorker.on("message", callback),
        off: (callback) => toWorker.off("message", callback),
        post: (message) => post(fromWorker, message),
        runTests: (state, traces) => runBaseTests("run", state, traces),
        collectTests: (state, traces) => runBaseTests("collect", state, traces),
        setup: setupEnvironment,
      });
    },
    stop: async () => {
      toWorker.removeAllListeners();
    },
    canReuse: () => true,
  };
}
