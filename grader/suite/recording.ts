/**
 * What was recorded of a suite: for a few seeds the inputs and the reference's answers of everything that its checks
 * ask, and what each known mistake answers there. It stands in for a suite where that and the reference may not be read.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import * as v from "valibot";
import type { Text } from "../language.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Tolerance } from "./compare.js";
import type { OnCases, Question } from "./definition.js";
import type { WrongCall } from "./demands.js";
import type { StoredLaw } from "./laws/law.js";

export type RecordedDemand =
  | { readonly is: "agrees"; readonly about: string; readonly questions: readonly RecordedQuestion[] }
  /** Its values are kept under this key. */
  | { readonly is: "law"; readonly about: string; readonly law: StoredLaw; readonly key: string }
  | {
      readonly is: OnCases;
      readonly about: string;
      readonly cases: readonly string[];
    }
  | {
      readonly is: "calls hold";
      readonly about: string;
      readonly cases: readonly string[];
      /** Where its wrong calls are kept, with the name of a case. */
      readonly key: string;
    }
  | {
      readonly is: "stays below";
      readonly about: string;
      readonly cases: readonly string[];
      /** Of each case. */
      readonly limits: readonly number[];
      readonly advice: Text;
    };

export interface RecordedQuestion extends Question {
  readonly tolerance: Tolerance;
}

export interface RecordedCheck {
  readonly name: Text;
  readonly points: number;
  readonly about: string;
  readonly demands: readonly RecordedDemand[];
}

/** By the key of a question (see `keyOf`). Nothing where the function throws. */
export type RecordedAnswers<P> = Readonly<Record<string, P | null>>;

/** What was recorded with one seed. `P` is how values are kept: as parcels, or as their place in a file. */
export interface Tape<P = Parcel<Wire>> {
  readonly seed: number;
  readonly checks: readonly RecordedCheck[];
  /** Arguments, by function and case. */
  readonly cases: Readonly<Record<string, Readonly<Record<string, P>>>>;
  /** What to differentiate by, and the upstream gradient, by function and case. */
  readonly gradients: Readonly<Record<string, { readonly wrt: readonly Path[]; readonly upstream: P }>>;
  /** The reference's answers. */
  readonly answers: RecordedAnswers<P>;
  /** Where a mistake answers otherwise than the reference: what. */
  readonly mistaken: Readonly<Record<string, RecordedAnswers<P>>>;
  /** The calls of callables that the reference makes, by function and case. */
  readonly calls: Readonly<Record<string, readonly { readonly callable: number; readonly args: P }[]>>;
  /** The values that laws are stated with, by their keys. */
  readonly laws: Readonly<Record<string, P>>;
  /** The calls that a demand does not allow, by its key and case. */
  readonly wrongCalls: Readonly<Record<string, readonly WrongCall<P>[]>>;
  /** For each function: a case, and its arguments changed so that the reference answers otherwise. */
  readonly variations: Readonly<Record<string, { readonly case: string; readonly changed: P }>>;
}

export interface Recording<P = Parcel<Wire>> {
  readonly schema: "workbook/recording/v1";
  readonly id: string;
  readonly functions: readonly string[];
  /** The names of their parameters; recordings of before have none. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
  readonly seconds?: number;
  /** The functions that a mistake gets wrong, and what to do instead. */
  readonly mistakes: Readonly<Record<string, { readonly functions: readonly string[]; readonly hint: Text }>>;
  readonly tapes: readonly Tape<P>[];
}

/** How the file of a recording ends. */
export const RECORDING = ".cases";

export const keyOf = ({ function: name, case: caseName, gradients = false }: Question): string =>
  `${name} ${caseName}${gradients ? " gradients" : ""}`;

/** Where a value lies in the body of a file. */
interface Kept {
  readonly head: Wire;
  readonly at: number;
  readonly length: number;
}

/** The same recording, with each value put through `change`. */
function mapValues<A, B>(recording: Recording<A>, change: (value: A) => B): Recording<B> {
  const each = <X, Y>(record: Readonly<Record<string, X>>, f: (value: X) => Y): Record<string, Y> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
  const answers = (record: RecordedAnswers<A>) => each(record, (value) => (value === null ? null : change(value)));
  const tapes = recording.tapes.map((tape) => ({
    ...tape,
    cases: each(tape.cases, (cases) => each(cases, change)),
    gradients: each(tape.gradients, ({ wrt, upstream }) => ({ wrt, upstream: change(upstream) })),
    answers: answers(tape.answers),
    mistaken: each(tape.mistaken, answers),
    calls: each(tape.calls, (calls) => calls.map(({ callable, args }) => ({ callable, args: change(args) }))),
    laws: each(tape.laws, change),
    wrongCalls: each(tape.wrongCalls, (calls) => calls.map((one) => ({ ...one, args: change(one.args) }))),
    variations: each(tape.variations, (one) => ({ case: one.case, changed: change(one.changed) })),
  }));
  return { ...recording, tapes };
}

/** The file of a recording: the length of a JSON head, the head, and the numbers; all of it compressed. */
export function packRecording(recording: Recording): Buffer {
  const bodies: Uint8Array[] = [];
  const places = new Map<string, number>();
  let end = 0;
  const keep = ({ head, body }: Parcel<Wire>): Kept => {
    const key = Buffer.from(body).toString("latin1");
    const known = places.get(key);
    const at = known ?? end;
    if (known === undefined) {
      places.set(key, at);
      bodies.push(body);
      end += body.length;
    }
    return { head, at, length: body.length };
  };
  const head = Buffer.from(JSON.stringify(mapValues(recording, keep)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return brotliCompressSync(Buffer.concat([length, head, ...bodies]), {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 9 },
  });
}

const headSchema = v.looseObject({
  schema: v.literal("workbook/recording/v1"),
  id: v.string(),
  tapes: v.pipe(v.array(v.looseObject({ seed: v.number() })), v.minLength(1)),
});

/**
 * What `packRecording` has written.
 *
 * @throws Error when the file is damaged
 */
export function unpackRecording(file: Uint8Array): Recording {
  const bytes = brotliDecompressSync(file);
  const start = 4 + bytes.readUInt32LE(0);
  const head: unknown = JSON.parse(bytes.subarray(4, start).toString());
  v.parse(headSchema, head);
  return mapValues(head as Recording<Kept>, ({ head: wire, at, length }) => ({
    head: wire,
    body: Uint8Array.from(bytes.subarray(start + at, start + at + length)),
  }));
}
