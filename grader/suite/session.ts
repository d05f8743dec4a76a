/** One student before one suite: the inputs of a seed, the connection, and what was answered so far. */
import * as tf from "@tensorflow/tfjs";
import { floatLeaves, type Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { type Computed, nothingComputed } from "./computed.js";
import type { Answered, Connection } from "./connection.js";
import type { Session, Suite } from "./definition.js";
import { connectInProcess } from "./in-process.js";
import { randomOf } from "./random.js";
import { toParcel } from "./trusted.js";
import { attempt, mapTensors, reference, tidied, trustedGradients } from "./trusted-answers.js";
import { findVariation } from "./variation.js";

/** @param computed what sessions of the same suite and seed may share */
export function openSession(
  suite: Suite,
  seed: number,
  connection: Connection,
  computed: Computed = nothingComputed(),
): Session {
  if (suite.open !== undefined) return suite.open(seed, connection);
  const cases = suite.cases(randomOf(seed, `${suite.id} cases`));
  const argsOf = (name: string, caseName: string): readonly unknown[] => {
    const args = cases[name]?.[caseName];
    if (args === undefined) throw new Error(`suite ${suite.id} has no case ${name}.${caseName}`);
    return args;
  };
  const gradientQuestion = (name: string, caseName: string) => {
    const args = argsOf(name, caseName);
    const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;
    const wrt = floatLeaves(args, isTensor).map(({ path }) => path);
    const random = randomOf(seed, `${suite.id} upstream ${name} ${caseName}`);
    const output = reference(suite, name)(...(args as never[]));
    return { wrt, upstream: mapTensors(output, (tensor) => random.normal(tensor.shape)) };
  };

  const expected: Session["expected"] = (f, { function: name, case: caseName, gradients = false }) => {
    const known = computed.answers.get(f) ?? new Map<string, Parcel<Wire> | undefined>();
    computed.answers.set(f, known);
    const key = `${name} ${caseName} ${gradients}`;
    if (!known.has(key)) {
      const compute = () =>
        gradients
          ? trustedGradients(f, { argsOf, gradientQuestion }, name, caseName)
          : toParcel(f(...(argsOf(name, caseName) as never[])));
      known.set(
        key,
        attempt(() => tidied(compute)),
      );
    }
    return known.get(key);
  };

  return {
    suite,
    argsOf,
    expected,
    gradientQuestion,
    ...askOnce(suite, connection, { argsOf, gradientQuestion }),
    referencesFor: (demand) => {
      const known = computed.references.get(demand) ?? [];
      computed.references.set(demand, known);
      return known;
    },
    variation: (name) => findVariation(suite, name, argsOf, computed.telling),
    callsDue: async (name, caseName) => {
      const answered = await connectInProcess(suite.functions).call(name, toParcel(argsOf(name, caseName)));
      return answered.is === "answer" ? answered.calls : [];
    },
    randomFor: (label) => randomOf(seed, `${suite.id} law ${label}`),
  };
}

/** The student's gradients on a case by some of what they could be asked for. */
export function gradientsBy(
  { suite, argsOf, gradientQuestion }: Session,
  connection: Connection,
  name: string,
  caseName: string,
  wrt: readonly Path[],
): Promise<Answered> {
  const { upstream } = gradientQuestion(name, caseName);
  return connection.gradients(name, toParcel([argsOf(name, caseName), upstream]), wrt, suite.seconds);
}

/** The parts of a session that ask the student; about a case, once. */
export function askOnce(
  { seconds }: Pick<Suite, "seconds">,
  connection: Connection,
  { argsOf, gradientQuestion }: Pick<Session, "argsOf" | "gradientQuestion">,
): Pick<Session, "call" | "answerTo" | "gradientsOf"> {
  const answers = new Map<string, Promise<Answered>>();
  const once = (key: string, ask: () => Promise<Answered>): Promise<Answered> => {
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    return known;
  };
  const call = (name: string, args: readonly unknown[], most = seconds) => connection.call(name, toParcel(args), most);
  return {
    call,
    answerTo: (name, caseName) => once(`${name} ${caseName}`, () => call(name, argsOf(name, caseName))),
    gradientsOf: (name, caseName) =>
      once(`gradients ${name} ${caseName}`, () => {
        const { wrt, upstream } = gradientQuestion(name, caseName);
        return connection.gradients(name, toParcel([argsOf(name, caseName), upstream]), wrt, seconds);
      }),
  };
}
