/** Wrong code is explained truly: by probes where one gives all its numbers, by where it is wrong, or not at all. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { load } from "../mutants/load.js";
import { rulesOf } from "../submission/rules.js";
import { solutionFile } from "../submission/stub.js";
import { oxc } from "../submission/syntax/oxc.js";
import { vet } from "../submission/vet.js";
import { nothingComputed } from "../suite/computed.js";
import type { Functions } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import { type CheckResult, runCheck } from "../suite/run.js";
import { gradientsBy, openSession } from "../suite/session.js";
import { loadSuite } from "../suites/index.js";
import { EXERCISES } from "../syllabus.js";
import { answersOf } from "./answers.js";
import { editsOf } from "./edits/edited.js";
import { type Diagnosis, explain } from "./explain.js";
import { findProbes } from "./find-probes.js";
import { namesIn, parametersOf } from "./parameters.js";
import { probings } from "./probes.js";
import { openRepertoire } from "./repertoire.js";

tf.enableProdMode();

const [SEED, OTHER] = [1, 2];

/** What is said of functions in the place of a student's. */
async function explained(id: string, functions: Functions, isAwaited = () => true): Promise<Diagnosis[]> {
  const suite = await loadSuite(id);
  const connection = connectInProcess({ ...suite.functions, ...functions });
  tf.engine().startScope();
  try {
    const session = openSession(suite, SEED, connection);
    const results: CheckResult[] = [];
    for (const check of suite.checks) results.push(await runCheck(check, session));
    const computed = nothingComputed();
    return await explain(session, results, {
      repertoireOf: (name) => openRepertoire(session, name, probings([editsOf(id)])),
      again: () => openSession(suite, OTHER, connection, computed),
      gradientsBy: (name, caseName, wrt) => gradientsBy(session, connection, name, caseName, wrt),
      isAwaited,
    });
  } finally {
    tf.engine().endScope();
  }
}

/** The solution with each of some texts, which stand there once, replaced. */
function edited(id: string, ...edits: readonly (readonly [from: string, to: string])[]): Functions {
  const source = edits.reduce(
    (text, [from, to]) => {
      const [before, after, ...more] = text.split(from);
      if (before === undefined || after === undefined || more.length > 0) throw new Error(`${id}: not once: ${from}`);
      return `${before}${to}${after}`;
    },
    readFileSync(solutionFile(id), "utf8"),
  );
  return load(id, source);
}

type Case = readonly [
  id: string,
  what: string,
  edits: readonly (readonly [from: string, to: string])[],
  is: Diagnosis["is"],
  said: RegExp,
];

const CASES: readonly Case[] = [
  ["1.3", "a bias forgotten", [["p.wc, p.bc)", "p.wc)"]], "probe", /when `p\.bc` is taken for 0\.$/],
  [
    "1.3",
    "the wrong weights",
    [["linear(x, p.wr, p.br)", "linear(x, p.wz, p.br)"]],
    "probe",
    /`p\.wz` stands for `p\.wr`/,
  ],
  ["1.3", "no reset", [["reset.mul(state)", "state"]], "probe", /`candidate` is computed without the product/],
  [
    "1.3",
    "another activation at the end",
    [
      ["return tf.sub(1, update)", "return tf.tanh(tf.sub(1, update)"],
      ["candidate)); // [B, dh]\n  //", "candidate))); // [B, dh]\n  //"],
    ],
    "probe",
    /the result goes through tanh in the end/,
  ],
  [
    "2.1",
    "only half of the mask's work",
    [["v), weights };", "v).mul(2), weights };"]],
    "probe",
    /`output` is multiplied by 2/,
  ],
  [
    "2.1",
    "nothing but the mask is wrong",
    [["scores, -1e9)", "scores, 0)"]],
    "place",
    /wrong when `mask` is given, and right otherwise/,
  ],
  [
    "2.1",
    "one field is wrong",
    [["tf.matMul(weights, v), weights", "tf.matMul(weights, v).sin(), weights"]],
    "place",
    /^`weights` is right, `output` is not\./,
  ],
  [
    "2.5",
    "one of several functions",
    [["return tf.relu(tf.matMul(coefficients,", "return tf.sin(tf.matMul(coefficients,"]],
    "place",
    /`graphSelfAttention` and `messagePassing` are right, `graphConvolution` is not/,
  ],
  ["3.2", "the scale upside down", [["scale ? words.mul", "!scale ? words.mul"]], "probe", /when `scale` is inverted/],
  ["3.8", "another default", [["eps = 1e-5", "eps = 1e-3"]], "probe", /when `eps` is 0\.001 where it is not given/],
  [
    "5.4",
    "another gradient instead",
    [["dbeta: rows(dOut)", "dbeta: rows(dOut.mul(p.gamma))"]],
    "probe",
    /`dbeta` is computed with `g` in place of `dOut`/,
  ],
  [
    "5.4",
    "a mean for a sum",
    [["rows(dOut).sum(0)", "rows(dOut).mean(0)"]],
    "probe",
    /`dbeta` is computed with the mean in place of the sum/,
  ],
];

test.each(CASES)("%s, %s", async (id, _, edits, is, said) => {
  const [first] = await explained(id, edited(id, ...edits));
  expect([first?.is, first?.text.en]).toEqual([is, expect.stringMatching(said)]);
  expect(first?.text.es).not.toBe(first?.text.en);
});

test("what no gradient reaches is said by its name", async () => {
  const detached = "tf.matMul(tf.tensor(q.arraySync()), k, false, true)";
  const [first] = await explained("2.1", edited("2.1", ["tf.matMul(q, k, false, true)", detached]));
  expect([first?.is, first?.text.en]).toEqual(["place", "No gradient reaches `q`."]);
});

test("who is right gets no explanation, and nobody is asked for one", async () => {
  expect(await explained("2.5", load("2.5", readFileSync(solutionFile("2.5"), "utf8")))).toEqual([]);
});

test("what holds of most answers only is not said", async () => {
  // The mask of no effect, but for those of rank 4: "forbids nothing" would be false.
  const functions = edited("2.1", ["mask === undefined ?", "mask === undefined || mask.rank < 4 ?"]);
  const diagnoses = await explained("2.1", functions);
  expect(diagnoses.map(({ is }) => is)).not.toContain("probe");
});

test("one wrong case proves nothing", async () => {
  const functions = edited(
    "3.8",
    ["eps = 1e-5", "eps = 1e-5"],
    ["return x.sub", "if (x.rank === 1) return x.mul(2);\n  return x.sub"],
  );
  const diagnoses = await explained("3.8", functions);
  expect(diagnoses.map(({ is }) => is)).toEqual(["place"]);
});

test("who has saved again is not told of the save before", async () => {
  expect(await explained("1.3", edited("1.3", ["p.wc, p.bc)", "p.wc)"]), () => false)).toEqual([]);
});

test("a mistake of the bank comes before all probes", async () => {
  const { mistakes } = await loadSuite("2.1");
  for (const [name, { variant }] of Object.entries(mistakes)) {
    const [first] = await explained("2.1", variant as Functions);
    expect([first?.is, first?.id]).toEqual(["mistake", name]);
  }
});

describe("what a probe does is found", () => {
  test.each(["1.3", "1.5", "2.3", "3.5", "5.1"])("%s", async (id) => {
    const suite = await loadSuite(id);
    const computed = nothingComputed();
    let found = 0;
    for (const name of Object.keys(suite.functions)) {
      tf.engine().startScope();
      const session = openSession(suite, SEED, connectInProcess(suite.functions));
      const repertoire = await openRepertoire(session, name, probings([editsOf(id)]));
      const kinds = new Map(repertoire.probes.map((probe) => [probe.id.replace(/[ :].*/, ""), probe]));
      for (const { id: probe, variant } of kinds.values()) {
        const connection = connectInProcess({ ...suite.functions, [name]: variant } as Functions);
        const own = openSession(suite, SEED, connection);
        const wrong = (await answersOf(own, name)).filter((one) => one.wrong > 0);
        if (wrong.length < 2 || wrong.reduce((sum, one) => sum + one.wrong, 0) < 6) continue; // it proves nothing
        const means = { again: () => openSession(suite, OTHER, connection, computed), isAwaited: () => true };
        const probes = await findProbes(own, name, repertoire, means);
        expect(probes.map((one) => one.id)).toContain(probe);
        found++;
      }
      tf.engine().endScope();
    }
    expect(found).toBeGreaterThan(5);
  });
});

test("a parameter that a tool has renamed has its name back", () => {
  const text = "function block(x, feedForward2, norm1, norm2 = [1, 2], mode) {}";
  expect(namesIn(text)).toEqual(["x", "feedForward", "norm1", "norm2", "mode"]);
});

test("the parameters of a function are called what its stub calls them", async () => {
  for (const { id } of EXERCISES) {
    const suite = await loadSuite(id);
    const file = solutionFile(id);
    const vetted = vet(oxc(parseSync), rulesOf(id), file, readFileSync(file, "utf8"));
    if (vetted.is !== "fine") throw new Error(`${id} is not fine`);
    for (const name of Object.keys(suite.functions))
      expect([id, name, parametersOf(suite, name)]).toEqual([id, name, vetted.parameters[name]]);
  }
});
