/** Nothing that student code can reach is a way out: a submission walks all of it, inside a real sandbox. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../store.js";
import { fromParcel, toParcel } from "../../suite/trusted.js";
import { callable } from "../../values/callables.js";
import { utf16 } from "../../values/frame.js";
import { ALLOWED } from "../inside/allowed.js";
import type { Reply } from "../messages.js";
import { type Sandbox, startSandbox } from "../sandbox.js";

const opened: Sandbox[] = [];
let code = "";

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "grader/sandbox/doors/walk.ts")],
    ...{ bundle: true, write: false, format: "cjs", platform: "neutral", target: "node20", logLevel: "silent" },
    external: ["@tensorflow/tfjs"],
    banner: { js: '"use strict";' },
  });
  code = outputFiles[0]?.text ?? "";
});
afterAll(() => {
  for (const sandbox of opened) sandbox.kill();
});

/** A sandbox with the walk in it; each call gives what the function answers, or the reply if it is no answer. */
async function load(forbidden: readonly string[] = []) {
  const sandbox = await startSandbox();
  opened.push(sandbox);
  const loaded = await sandbox.ask({ head: { do: "load", name: "submission.cjs", forbidden }, body: utf16(code) }, 20);
  expect(loaded).toMatchObject({ reply: { is: "loaded" } });
  const read = (answer: Awaited<ReturnType<Sandbox["ask"]>>): unknown => {
    const reply: Reply | undefined = "reply" in answer ? answer.reply : undefined;
    return reply?.is === "answer" && "body" in answer ? fromParcel({ head: reply.value, body: answer.body }) : answer;
  };
  return {
    call: async (name: string, args: readonly unknown[] = []) => {
      const { head, body } = toParcel([...args]);
      return read(await sandbox.ask({ head: { do: "call", function: name, args: head }, body }, 200));
    },
    gradients: async (name: string, args: readonly unknown[], upstream: unknown) => {
      const { head, body } = toParcel([[...args], upstream]);
      const [inputs, weights] = head.type === "array" ? head.items : [];
      if (inputs === undefined || weights === undefined) throw new Error("no arguments");
      const request = { do: "gradients", function: name, args: inputs, wrt: [[0]], upstream: weights } as const;
      return read(await sandbox.ask({ head: request, body }, 200));
    },
  };
}

const x = tf.tensor2d([
  [1, 2],
  [3, 4],
]);

const STEPS = ["look", "callFunctions", "callMethods", "callGlobals", "exchangeAll"];

test.each([[[]], [["softmax", "grad", "linalg.bandPart"]]])(
  "student code reaches no engine, no register, no process, no module and no other tfjs (without %o)",
  async (forbidden) => {
    const { call, gradients } = await load(forbidden);
    const args = [x, [1, 2], { x }, new Map([["x", x]]), callable("zeros"), callable("linear", { w: x })];
    for (const name of ["answer", "proxied", "Made", "throws"]) {
      await call(name, args);
      await gradients(name, args, { tensor: tf.tensor1d([1, 1]) });
    }
    let known = 0;
    for (const step of STEPS) {
      const more = await call(step);
      expect(more, step).toBeGreaterThan(known);
      known = more as number;
    }
    expect(known).toBeGreaterThan(20_000);
    expect(await call("calledBack")).toEqual(
      expect.arrayContaining(["callback", "operation", "save", "gradient", "trap get", "trap getPrototypeOf"]),
    );
    expect(await call("findings")).toEqual([]);
  },
);

/** What the walk finds in a thread of plain Node, with these names of tfjs, or with all of it. */
function findOutside(step: string, names: readonly string[] | undefined): Promise<readonly string[]> {
  // Getters of streams that are asked as nobody's give promises that fail.
  const script = `
    process.on("unhandledRejection", () => {});
    const { parentPort, workerData: { code, step, names } } = require("node:worker_threads");
    const all = require("@tensorflow/tfjs");
    const tf = names === undefined ? all : Object.fromEntries(names.map((name) => [name, all[name]]));
    const holder = { exports: {} };
    require("node:vm").compileFunction(code, ["require", "exports", "module"])(() => tf, holder.exports, holder);
    holder.exports[step]();
    parentPort.postMessage(holder.exports.findings());`;
  const worker = new Worker(script, {
    ...{ eval: true, stdout: true, stderr: true, execArgv: [] },
    workerData: { code, step, names },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", (found) => {
      resolve(found);
      void worker.terminate();
    });
    worker.once("error", reject);
  });
}

test("where nothing is closed, the walk finds all that it looks for", async () => {
  const found = await findOutside("look", undefined);
  for (const kind of [
    ...["the engine", "a backend", "a kernel", "a gradient", "the environment of tfjs", "the register of classes"],
    ...["tfjs without restrictions", "the process", "machine code", "sleep", "an evaluator of text"],
    ...["the function SharedArrayBuffer", "the function fetch", "a function that tells its callers"],
  ]) {
    expect(
      found.filter((one) => one.startsWith(`${kind}: `)),
      kind,
    ).toHaveLength(1);
  }
});

test("where built-in functions can be exchanged, the walk finds the engine by what they are given", async () => {
  const found = await findOutside("exchangeAll", ALLOWED.names);
  expect(found.map((one) => one.replace(/: .*/, ""))).toContain("the engine");
});
