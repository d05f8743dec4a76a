/** The suites prove themselves: right code gets full points, each mistake is rejected and named, all are told apart. */

import { existsSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compare, toleranceOf } from "../suite/compare.js";
import { type Computed, nothingComputed } from "../suite/computed.js";
import type { Functions, Suite } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import { type Random, randomOf } from "../suite/random.js";
import { runSuite } from "../suite/run.js";
import { openSession } from "../suite/session.js";
import { fromParcel, toParcel } from "../suite/trusted.js";
import { reference } from "../suite/trusted-answers.js";
import { EXERCISES, pointsOf } from "../syllabus.js";
import { loadSuite, suiteFile } from "./index.js";

tf.enableProdMode();

/** A run of these suites takes seconds, and their inputs are much the same with every seed. */
const TAKE_LONG = new Set(["4.9", "5.11", "5.12"]);
const seedsOf = (id: string) => (TAKE_LONG.has(id) ? [1] : [1, 2, 3]);
const DISTINCT = 20; // tolerances between any two mistakes, and between a mistake and the reference

const suites = await Promise.all(
  EXERCISES.filter(({ id }) => existsSync(suiteFile(id))).map(({ id }) => loadSuite(id)),
);

describe.each(suites.map((suite) => [suite.id, suite] as const))("suite %s", (id, suite) => {
  const exercise = EXERCISES.find((candidate) => candidate.id === id);
  const seeds = seedsOf(id);

  test("has the checks, points and functions that the syllabus says", () => {
    expect(suite.checks.length).toBe(exercise?.checks);
    expect(suite.checks.reduce((sum, check) => sum + check.points, 0)).toBe(exercise && pointsOf(exercise));
    expect(Object.keys(suite.functions).sort()).toEqual([...(exercise?.exports ?? [])].sort());
    const names = suite.checks.flatMap(({ name }) => [name.en, name.es]);
    expect(new Set(names).size).toBe(names.length);
    expect(suite.checks.every(({ points }) => Number.isInteger(points) && points > 0)).toBe(true);
  });

  test.each(seeds)("the reference gets full points, seed %i", async (seed) => {
    expect(await failures(suite, {}, seed)).toEqual([]);
  });

  test.each([0, 1, 0.3])("a function that always answers %d, in the right shape, gets no points", async (number) => {
    const constant = Object.fromEntries(
      Object.entries(suite.functions).map(([name, f]) => [
        name,
        (...args: never[]) =>
          fill(
            attemptValue(() => f(...args)),
            number,
          ),
      ]),
    );
    const results = await runSuite(suite, 1, connectInProcess(constant as Functions));
    expect(results.filter(({ failure }) => failure === undefined).map(({ name }) => name.en)).toEqual([]);
  });

  test("a function that answers random numbers, in the right shape, gets no points", async () => {
    const results = await runSuite(suite, 1, connectInProcess(noise(suite, () => String(Math.random()))));
    expect(results.filter(({ failure }) => failure === undefined).map(({ name }) => name.en)).toEqual([]);
  });

  test("nor does one that answers the same random numbers to the same arguments", async () => {
    const results = await runSuite(suite, 1, connectInProcess(noise(suite, JSON.stringify)));
    expect(results.filter(({ failure }) => failure === undefined).map(({ name }) => name.en)).toEqual([]);
  });

  test("a function that refuses everything gets no points", async () => {
    const refusing = () => {
      throw new RangeError("no");
    };
    const functions = Object.fromEntries(Object.keys(suite.functions).map((name) => [name, refusing]));
    const results = await runSuite(suite, 1, connectInProcess(functions));
    expect(results.filter(({ failure }) => failure === undefined).map(({ name }) => name.en)).toEqual([]);
  });

  const routes = Object.entries(suite.routes ?? {}).flatMap(([name, route]) =>
    seeds.map((seed) => [name, seed, route] as const),
  );
  test.each(routes)("another right way passes: %s, seed %i", async (_, seed, route) => {
    expect(await failures(suite, route, seed)).toEqual([]);
  });

  const mistakes = Object.entries(suite.mistakes).flatMap(([name, { variant }]) =>
    seeds.map((seed) => [name, seed, variant] as const),
  );
  test.each(mistakes)("rejects and names %s, seed %i", async (name, seed, variant) => {
    const failed = await failures(suite, variant, seed);
    expect(failed.length).toBeGreaterThan(0);
    const named = failed.flatMap(({ mistake }) => mistake ?? []);
    expect(new Set(named)).toEqual(new Set([name]));
  });

  test.each(seeds)("tells the reference and all mistakes apart by more than 20 tolerances, seed %i", (seed) => {
    tf.tidy(() => {
      const all: [string, Partial<Functions>][] = [
        ["the reference", {}],
        ...Object.entries(suite.mistakes)
          .filter(([, { shownByProperty }]) => !shownByProperty)
          .map(([name, { variant }]) => [name, variant] as [string, Partial<Functions>]),
      ];
      const answers = all.map(([name, variant]) => ({ name, answers: answersOf(suite, variant, seed) }));
      for (const [i, a] of answers.entries()) {
        for (const b of answers.slice(i + 1)) {
          expect(largestDifference(a.answers, b.answers), `${a.name} and ${b.name}`).toBeGreaterThan(DISTINCT);
        }
      }
    });
  });
});

/** Functions that answer noise of the right structure, drawn anew for each `label` of their arguments. */
function noise(suite: Suite, label: (args: readonly unknown[]) => string): Functions {
  const answering =
    (name: string, f: (...args: never[]) => unknown) =>
    (...args: never[]) => {
      const random = randomOf(5, `${name} ${label(args.map((arg) => written(arg)))}`);
      const unheard = fromParcel(toParcel(args)) as never[]; // what it does not ask of others is no part of an answer
      return noisy(
        attemptValue(() => f(...unheard)),
        random,
      );
    };
  return Object.fromEntries(Object.entries(suite.functions).map(([name, f]) => [name, answering(name, f)]));
}

/** A value with the numbers of its tensors in the open. */
const written = (value: unknown): unknown =>
  value instanceof tf.Tensor
    ? value.arraySync()
    : Array.isArray(value)
      ? value.map(written)
      : typeof value === "object" && value !== null && !(value instanceof Map)
        ? Object.entries(value).map(([key, inner]) => [key, written(inner)])
        : value;

/** A value of the same structure, made of random numbers. */
function noisy(like: unknown, random: Random): unknown {
  if (like instanceof tf.Tensor)
    return like.dtype === "float32"
      ? random.normal(like.shape)
      : random.uniform(like.shape, 0, like.dtype === "bool" ? 2 : 9).cast(like.dtype);
  if (typeof like === "number") return random.normal([]).dataSync()[0];
  if (typeof like === "boolean") return random.integer(0, 1) === 1;
  if (typeof like === "string") return String(random.integer(0, 99));
  if (like instanceof Map) return new Map([...like].map(([key, inner]) => [key, noisy(inner, random)]));
  if (Array.isArray(like)) return like.map((inner) => noisy(inner, random));
  if (typeof like !== "object" || like === null) return like;
  return Object.fromEntries(Object.entries(like).map(([key, inner]) => [key, noisy(inner, random)]));
}

/** A value of the same structure, with one number everywhere; nothing has no structure. */
function fill(like: unknown, number: number): unknown {
  if (like instanceof tf.Tensor) return tf.fill(like.shape, like.dtype === "float32" ? number : 0).cast(like.dtype);
  if (typeof like === "number") return number;
  if (typeof like === "string") return String(number);
  if (like instanceof Map) return new Map([...like].map(([key, inner]) => [key, fill(inner, number)]));
  if (Array.isArray(like)) return like.map((inner) => fill(inner, number));
  if (typeof like !== "object" || like === null) return like;
  return Object.fromEntries(Object.entries(like).map(([key, inner]) => [key, fill(inner, number)]));
}

/** What `f` returns, or nothing when it throws. */
function attemptValue(f: () => unknown): unknown {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** The checks that fail for functions in place of the reference's. */
async function failures(suite: Suite, functions: Partial<Functions>, seed: number) {
  const connection = connectInProcess({ ...suite.functions, ...functions } as Functions);
  const results = await runSuite(suite, seed, connection, computedFor(suite, seed));
  return results.flatMap(({ name, failure }) =>
    failure ? [{ name: name.en, kind: failure.kind, text: failure.text.en, mistake: failure.mistake?.id }] : [],
  );
}

const shared = new Map<string, Computed>();

/** The answers of the reference and of the mistakes, which all runs of a suite with a seed have in common. */
function computedFor({ id }: Suite, seed: number): Computed {
  const key = `${id} ${seed}`;
  const computed = shared.get(key) ?? nothingComputed();
  shared.set(key, computed);
  return computed;
}

/** What functions return on everything that the suite compares; nothing where they throw. */
function answersOf(suite: Suite, functions: Partial<Functions>, seed: number) {
  const session = openSession(suite, seed, connectInProcess(suite.functions), computedFor(suite, seed));
  return suite.checks.flatMap((check) =>
    check.compares.map((question) => {
      const { function: name } = question;
      const parcel = session.expected(functions[name] ?? reference(suite, name), question);
      return { parcel, tolerance: toleranceOf(question) };
    }),
  );
}

/** How far two lists of answers are apart at their farthest, in tolerances; infinite where one throws or differs in kind. */
function largestDifference(a: ReturnType<typeof answersOf>, b: ReturnType<typeof answersOf>): number {
  return Math.max(
    ...a.map(({ parcel, tolerance }, i) => {
      const other = b[i]?.parcel;
      if (parcel === undefined || other === undefined) return parcel === other ? 0 : Number.POSITIVE_INFINITY;
      return compare(parcel, other, tolerance)?.size ?? 0;
    }),
  );
}
