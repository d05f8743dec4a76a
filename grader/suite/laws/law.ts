/**
 * Laws: what holds of a student's own answers, whether they are the right ones or not. "Permuting keys and values
 * together changes no output" is true of attention without a scale, too, and must not cost its points. A law is data,
 * so that it can be recorded and judged where neither the suite nor the reference may be read.
 */
import type { Text } from "../../language.js";
import { textOf } from "../../text/index.js";
import type { Parcel, Wire } from "../../values/wire.js";
import { compareStructure } from "../compare.js";
import type { Functions, Session, Suite } from "../definition.js";
import { CheckFailure, type FailureKind, fail } from "../failure.js";
import type { Random } from "../random.js";
import { fromParcel, toParcel } from "../trusted.js";
import { attempt, reference, tidied } from "../trusted-answers.js";
import { expectRelation, mapRelation, type Relation } from "./relation.js";
import { type Answer, evaluate, type Given, mapNode, type Node, nodeOf, termOf } from "./term.js";

/** The student's functions, as a law asks them: answers are terms. */
export type Ask<F extends Functions> = {
  readonly [K in keyof F]: (...args: GivenEach<Parameters<F[K]>>) => Answer<ReturnType<F[K]>>;
};

type GivenEach<A extends readonly unknown[]> = { [I in keyof A]: Given<A[I]> };

/** One question of a law. */
export interface AskedCall<N = Node> {
  readonly function: string;
  readonly args: readonly N[];
  /** The case of the suite that it is, where it is one: its answer is asked once. */
  readonly case?: string;
  /** What the answer must look like, null where that is open; found out from the reference where it is not said. */
  readonly due?: Wire | null;
}

export interface Law<N = Node> {
  readonly calls: readonly AskedCall<N>[];
  readonly relations: readonly Relation<N>[];
  readonly limits?: Limits;
}

/** For calls that ask whether something can be afforded at all. Nothing but their relations says what comes back. */
export interface Limits {
  /** How long each call may take that is no case of the suite. */
  readonly seconds: number;
  /** How to do with less time and memory. */
  readonly advice: Text;
}

/** How a suite writes a law: which questions it asks, and how their answers are related. */
export interface LawDemand {
  readonly is: "law";
  readonly about: string;
  readonly case: string;
  readonly state: (ask: Ask<Functions>, args: readonly unknown[], random: Random) => readonly Relation[];
  readonly limits?: Limits;
}

/** The law on the inputs of a session. */
export function formulate(
  { about, case: caseName, state, limits }: LawDemand,
  session: Pick<Session, "suite" | "argsOf" | "randomFor">,
  label: string,
): Law {
  const calls: AskedCall[] = [];
  const own = session.argsOf(about, caseName);
  const askFor =
    (name: string) =>
    (...args: readonly unknown[]) => {
      const isCase = name === about && args.length === own.length && args.every((arg, i) => arg === own[i]);
      const kind = isCase ? { case: caseName } : limits && { due: null };
      const call = calls.push({ function: name, args: args.map(nodeOf), ...kind }) - 1;
      return termOf({ is: "answer", call, path: [] });
    };
  const ask = Object.fromEntries(Object.keys(session.suite.functions).map((name) => [name, askFor(name)]));
  const relations = state(ask as Ask<Functions>, own, session.randomFor(label));
  return { calls, relations, ...(limits && { limits }) };
}

/**
 * Fails the check unless the law holds of the student's answers.
 *
 * @param references what the reference answers to the law's calls, as far as that is known; it is gone on with
 */
export async function expectLaw(session: Session, law: Law, references: References = []): Promise<void> {
  const answers: unknown[] = [];
  for (const [i, call] of law.calls.entries()) {
    const due = () => (call.due === undefined ? structureDue(session.suite, law, i, references) : call.due);
    answers.push(await answerTo(session, call, answers, due, law.limits));
  }
  for (const relation of law.relations) expectRelation(relation, (node) => valueAt(node, answers));
}

async function answerTo(
  session: Session,
  call: AskedCall,
  before: readonly unknown[],
  dueOf: () => Wire | null,
  limits: Limits | undefined,
): Promise<unknown> {
  const { function: about, case: caseName } = call;
  const args = call.args.map((node) => valueAt(node, before));
  const pending =
    caseName === undefined ? session.call(about, args, limits?.seconds) : session.answerTo(about, caseName);
  const due = dueOf(); // meanwhile
  const answered = await pending;
  if (answered.is === "failed") {
    const { failure } = answered;
    const advice = limits && TOO_MUCH.has(failure.kind) ? { advice: limits.advice } : {};
    throw new CheckFailure({ about, ...failure, ...advice });
  }
  const { head } = answered.value;
  const difference = due === null ? undefined : compareStructure(head, asLongAs(head, due));
  if (difference !== undefined) throw new CheckFailure({ about, kind: difference.kind, text: difference.text });
  return fromParcel(answered.value);
}

/** What is due, its lists as long as those that came: how long they must be is for the relations to say. */
function asLongAs(got: Wire, due: Wire): Wire {
  if (due.type === "object" && got.type === "object") {
    const fields = new Map(got.entries);
    return { ...due, entries: due.entries.map(([key, inner]) => [key, asLongAs(fields.get(key) ?? inner, inner)]) };
  }
  if (due.type === "numbers" && (got.type === "numbers" || (got.type === "array" && got.items.length === 0)))
    return got;
  if (due.type !== "array" || (got.type !== "array" && got.type !== "numbers")) return due;
  const [first] = due.items;
  if (first === undefined || got.type === "numbers") return first === undefined ? got : due;
  return { ...due, items: got.items.map((item, i) => asLongAs(item, due.items[i] ?? first)) };
}

const TOO_MUCH: ReadonlySet<FailureKind> = new Set(["timed out", "out of memory", "crashed", "threw"]);

/** The reference's answers to the first calls of a law; nothing where it refuses, or nobody asks it. */
export type References = (Parcel<Wire> | undefined)[];

/** What the answer to a call looks like, by the reference's; null where that refuses. */
function structureDue(suite: Suite, { calls }: Law, call: number, known: References): Wire | null {
  for (const { function: name, args, due } of calls.slice(known.length, call + 1)) {
    const given = () =>
      args.map((node) =>
        evaluate(
          node,
          known.map((answer) => answer && fromParcel(answer)),
        ),
      );
    known.push(
      due === null ? undefined : attempt(() => tidied(() => toParcel(reference(suite, name)(...(given() as never[]))))),
    );
  }
  return known[call]?.head ?? null;
}

/** Where answers of an open form do not fit into what a law makes of them, it does not hold. */
function valueAt(node: Node, answers: readonly unknown[]): unknown {
  try {
    return evaluate(node, answers);
  } catch {
    return fail(
      "bad value",
      textOf((words) => words.doesNotFit),
    );
  }
}

/** The answers of the reference to a law's calls look like this. */
export function withStructures(law: Law, suite: Suite): Law {
  const known: References = [];
  return { ...law, calls: law.calls.map((call, i) => ({ ...call, due: structureDue(suite, law, i, known) })) };
}

/** A law with its known values in one parcel, and their places where they stood. */
export type StoredLaw = Law<Node<{ readonly at: number }>>;

export function storeLaw(law: Law): { readonly law: StoredLaw; readonly values: Parcel<Wire> } {
  const values: unknown[] = [];
  const keep = ({ value }: { readonly value: unknown }) => ({ at: values.push(value) - 1 });
  return { law: mapLaw(law, keep), values: toParcel(values) };
}

export function restoreLaw(law: StoredLaw, values: Parcel<Wire>): Law {
  const list = fromParcel(values) as readonly unknown[];
  return mapLaw(law, ({ at }) => ({ value: list[at] }));
}

function mapLaw<A, B>(law: Law<Node<A>>, change: (held: { readonly is: "value" } & A) => B): Law<Node<B>> {
  return {
    ...law,
    calls: law.calls.map((call) => ({ ...call, args: call.args.map((node) => mapNode(node, change)) })),
    relations: law.relations.map((relation) => mapRelation(relation, change)),
  };
}
