/** One student before one suite: the inputs of a seed, the connection, and what was answered so far. */
import * as tf from "@tensorflow/tfjs";
import { gradients } from "../values/gradients.js";
import { floatLeaves } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import { compareStructure } from "./compare.js";
import type { Answered, Connection } from "./connection.js";
import type { Session, Suite } from "./definition.js";
import { CheckFailure } from "./failure.js";
import { randomOf } from "./random.js";
import { fromParcel, toParcel } from "./trusted.js";

/** What trusted functions answered: by function, and then by question. */
export type Computed = WeakMap<object, Map<string, Parcel<Wire> | undefined>>;

/** @param computed what sessions of the same suite and seed may share */
export function openSession(
  suite: Suite,
  seed: number,
  connection: Connection,
  computed: Computed = new WeakMap(),
): Session {
  const cases = suite.cases(randomOf(seed, `${suite.id} cases`));
  const answers = new Map<string, Promise<Answered>>();
  const once = (key: string, ask: () => Promise<Answered>): Promise<Answered> => {
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    return known;
  };
  const argsOf = (name: string, caseName: string): readonly unknown[] => {
    const args = cases[name]?.[caseName];
    if (args === undefined) throw new Error(`suite ${suite.id} has no case ${name}.${caseName}`);
    return args;
  };
  const call = (name: string, args: readonly unknown[]) => connection.call(name, toParcel(args), suite.seconds);
  const gradientQuestion = (name: string, caseName: string) => {
    const args = argsOf(name, caseName);
    const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;
    const wrt = floatLeaves(args, isTensor).map(({ path }) => path);
    const random = randomOf(seed, `${suite.id} upstream ${name} ${caseName}`);
    const output = reference(suite, name)(...(args as never[]));
    return { wrt, upstream: mapTensors(output, (tensor) => random.normal(tensor.shape)) };
  };

  const student = Object.fromEntries(
    Object.keys(suite.functions).map((name) => [
      name,
      async (...args: unknown[]) => {
        const pending = call(name, args);
        const expected = attempt(() => toParcel(reference(suite, name)(...(args as never[])))); // meanwhile
        const answered = await pending;
        if (answered.is === "failed") throw new CheckFailure(answered.failure);
        const difference = expected && compareStructure(answered.value.head, expected.head);
        if (difference !== undefined) throw new CheckFailure(difference);
        return fromParcel(answered.value) as never;
      },
    ]),
  );

  const expected: Session["expected"] = (f, { function: name, case: caseName, gradients = false }) => {
    const known = computed.get(f) ?? new Map<string, Parcel<Wire> | undefined>();
    computed.set(f, known);
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
    call,
    student,
    gradientQuestion,
    random: randomOf(seed, `${suite.id} properties`),
    answerTo: (name, caseName) => once(`${name} ${caseName}`, () => call(name, argsOf(name, caseName))),
    gradientsOf: (name, caseName) =>
      once(`gradients ${name} ${caseName}`, () => {
        const { wrt, upstream } = gradientQuestion(name, caseName);
        return connection.gradients(name, toParcel([argsOf(name, caseName), upstream]), wrt, suite.seconds);
      }),
  };
}

export function reference(suite: Suite, name: string): (...args: never[]) => unknown {
  const f = suite.functions[name];
  if (f === undefined) throw new Error(`suite ${suite.id} has no function ${name}`);
  return f;
}

/** The parcel, and none of the tensors that were made for it. */
function tidied(f: () => Parcel<Wire>): Parcel<Wire> {
  tf.engine().startScope();
  try {
    return f();
  } finally {
    tf.engine().endScope();
  }
}

/** What `f` returns, as a parcel, or nothing when it throws. */
export function attempt(f: () => Parcel<Wire>): Parcel<Wire> | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** The gradients of a trusted function on a case. */
export function trustedGradients(
  f: (...args: never[]) => unknown,
  session: Pick<Session, "argsOf" | "gradientQuestion">,
  name: string,
  caseName: string,
): Parcel<Wire> {
  const { wrt, upstream } = session.gradientQuestion(name, caseName);
  return toParcel(gradients(f as never, session.argsOf(name, caseName), wrt, upstream));
}

function mapTensors(tree: unknown, change: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (tree instanceof tf.Tensor) return tree.dtype === "float32" ? change(tree) : undefined;
  if (Array.isArray(tree)) return tree.map((item) => mapTensors(item, change));
  if (typeof tree !== "object" || tree === null) return undefined;
  return Object.fromEntries(Object.entries(tree).map(([key, inner]) => [key, mapTensors(inner, change)]));
}
