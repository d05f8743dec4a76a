/** What is recorded of a suite judges as the suite does. */
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { explain } from "../../explain/explain.js";
import { openRepertoire } from "../../explain/repertoire.js";
import type { Functions, Suite } from "../../suite/definition.js";
import { connectInProcess } from "../../suite/in-process.js";
import { packRecording, type Recording, unpackRecording } from "../../suite/recording.js";
import { replay } from "../../suite/replay.js";
import { type CheckResult, runCheck, runSuite } from "../../suite/run.js";
import { gradientsBy, openSession } from "../../suite/session.js";
import { loadSuite } from "../../suites/index.js";
import { EXERCISES } from "../../syllabus.js";
import { record } from "./record.js";

tf.enableProdMode();

const recorded = new Map<string, Promise<readonly [Recording, Suite]>>();

/** The suite of a recording that has been written to a file and read again. */
function recordedSuite(suite: Suite): Promise<readonly [Recording, Suite]> {
  const made = async () => {
    const recording = unpackRecording(packRecording(await record(suite, [101])));
    return [recording, replay(recording)] as const;
  };
  const known = recorded.get(suite.id) ?? made();
  recorded.set(suite.id, known);
  return known;
}

const results = async (suite: Suite, replayed: Suite, functions: Partial<Functions>) =>
  await runSuite(replayed, 0, connectInProcess({ ...suite.functions, ...functions } as Functions));

const failuresOf = (ran: Awaited<ReturnType<typeof results>>) =>
  ran.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name.en}: ${failure.text.en}`]));

describe.each(EXERCISES.map(({ id }) => id))("suite %s, recorded", async (id) => {
  const suite = await loadSuite(id);

  test("has the same checks and points, and nothing of its functions", async () => {
    const [, replayed] = await recordedSuite(suite);
    const head = (one: Suite) => one.checks.map(({ name, points, about }) => ({ name, points, about }));
    expect(head(replayed)).toEqual(head(suite));
    for (const f of Object.values(replayed.functions)) expect(() => (f as () => unknown)()).toThrow("was recorded");
  });

  test("the reference and every other right way pass", async () => {
    const [, replayed] = await recordedSuite(suite);
    for (const [name, route] of Object.entries({ reference: {}, ...suite.routes })) {
      expect(failuresOf(await results(suite, replayed, route)), name).toEqual([]);
    }
  });

  test("every mistake is rejected and named", async () => {
    const [, replayed] = await recordedSuite(suite);
    for (const [name, { variant }] of Object.entries(suite.mistakes)) {
      const failures = (await results(suite, replayed, variant)).flatMap(({ failure }) => failure ?? []);
      const named = [...new Set(failures.flatMap(({ mistake }) => mistake?.id ?? []))];
      expect(named).toEqual([name]);
    }
  });

  test("a function that refuses everything gets no points", async () => {
    const [, replayed] = await recordedSuite(suite);
    const refuse = () => {
      throw new RangeError("no");
    };
    const refusing = Object.fromEntries(Object.keys(suite.functions).map((name) => [name, refuse]));
    const passed = (await results(suite, replayed, refusing)).filter(({ failure }) => failure === undefined);
    expect(passed.map(({ name }) => name.en)).toEqual([]);
  });
});

test("another seed takes another tape", async () => {
  const suite = await loadSuite("1.1");
  const replayed = replay(await record(suite, [101, 102]));
  const inputs = (seed: number) => {
    const [x] = openSession(replayed, seed, connectInProcess({})).argsOf("stableSoftmax", "vector");
    return (x as tf.Tensor).dataSync().join();
  };
  expect(inputs(0)).toBe(inputs(2));
  expect(inputs(0)).not.toBe(inputs(1));
});

test("a damaged file is refused", async () => {
  const file = packRecording(await record(await loadSuite("1.1"), [101]));
  expect(() => unpackRecording(file.subarray(0, file.length / 2))).toThrow();
  expect(() => unpackRecording(Buffer.from("nothing"))).toThrow();
});

test("random weights must look as they are drawn, and come again with their seed", async () => {
  const suite = await loadSuite("5.11");
  const [, replayed] = await recordedSuite(suite);
  const draw = suite.functions.initTransformer as (config: unknown, seed: number) => unknown;
  const zeros = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return tf.zerosLike(node);
    if (Array.isArray(node)) return node.map(zeros);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, zeros(inner)]));
  };
  let drawn = 0;
  const unseeded = ((config: unknown) => draw(config, ++drawn)) as Functions[string];
  const nothing = ((config: unknown, seed: number) => zeros(draw(config, seed))) as Functions[string];
  expect(failuresOf(await results(suite, replayed, { initTransformer: unseeded }))).toHaveLength(1);
  expect(failuresOf(await results(suite, replayed, { initTransformer: nothing }))).toHaveLength(5);
});

describe("calls of functions among the arguments, recorded", () => {
  type Callee = (...args: unknown[]) => unknown;

  test("what no known mistake calls may be called", async () => {
    const suite = await loadSuite("5.14");
    const [, replayed] = await recordedSuite(suite);
    const original = suite.functions.beamSearch as (step: Callee, options: unknown) => unknown;
    const indexed = (step: Callee, options: unknown) =>
      original((ids) => [ids].map(step as (ids: unknown) => unknown)[0], options); // as map gives it: index and array too
    const beamSearch = indexed as Functions[string];
    expect(failuresOf(await results(suite, replayed, { beamSearch }))).toEqual([]);
  });

  test("a call too many is said to be that", async () => {
    const suite = await loadSuite("5.13");
    const [, replayed] = await recordedSuite(suite);
    const variant = suite.mistakes["re-encodes"]?.variant ?? {};
    const failures = failuresOf(await results(suite, replayed, variant));
    expect(failures).toHaveLength(2); // the prefixes are whole all the same
    expect(failures[1]).toMatch(/encode is called once.*: /);
  });
});

test("where an answer is wrong is said there as well, by the names of the parameters", async () => {
  const suite = await loadSuite("3.8");
  const [, replayed] = await recordedSuite(suite);
  const original = suite.functions.layerNorm as (x: unknown, p: unknown, eps?: number) => unknown;
  const layerNorm = ((x: unknown, p: unknown, eps?: number) => original(x, p, eps || 1e-5)) as Functions[string];
  const connection = connectInProcess({ layerNorm });
  const session = openSession(replayed, 0, connection);
  const ran: CheckResult[] = [];
  for (const check of replayed.checks) ran.push(await runCheck(check, session));
  const diagnoses = await explain(session, ran, {
    repertoireOf: (name) => openRepertoire(session, name, []),
    again: () => openSession(replayed, 1, connection),
    gradientsBy: (name, caseName, wrt) => gradientsBy(session, connection, name, caseName, wrt),
    isAwaited: () => true,
  });
  expect(diagnoses.map(({ is, text }) => [is, text.en])).toEqual([
    ["place", "It is wrong when `eps` is 0, and right otherwise."],
  ]);
});
