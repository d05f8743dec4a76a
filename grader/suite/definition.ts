/** What a suite consists of. */
import type { Text } from "../language.js";
import type { Path } from "../values/tree.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Tolerance } from "./compare.js";
import type { Answered, Call, Connection } from "./connection.js";
import type { LawDemand, References } from "./laws/law.js";
import type { Random } from "./random.js";

/** The functions of an exercise. */
export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Inputs by function and case: the arguments of one call. */
export type Cases<F extends Functions> = { readonly [K in keyof F]?: Readonly<Record<string, Parameters<F[K]>>> };

/** One part of what a check expects. Its data are what a recording of the check is made from. */
export type Demand =
  | { readonly is: "agrees"; readonly questions: readonly Question[] }
  | { readonly is: OnCases; readonly about: string; readonly cases: readonly string[] }
  | {
      readonly is: "calls hold";
      readonly about: string;
      readonly cases: readonly string[];
      /** Throws CheckFailure when the calls of a case's callables are not as they should be. */
      readonly holds: (session: Session, about: string, caseName: string) => Promise<void>;
    }
  | {
      readonly is: "stays below";
      readonly about: string;
      readonly cases: readonly string[];
      /** How many entries a tensor may not have, for the arguments of a case. */
      readonly limit: (args: readonly unknown[]) => number;
      readonly advice: Text;
    }
  | LawDemand;

/** What is asked of each of some cases, beside numbers. */
export type OnCases = "stays finite" | "calls agree" | "leaves nothing" | "refuses";

/** One named expectation. Its English name is its identity. */
export interface Check {
  readonly name: Text;
  readonly points: number;
  /** The function that it is about. */
  readonly about: string;
  /** Ends when the check passes, with what is worth knowing all the same; throws CheckFailure when it does not. */
  readonly run: (session: Session) => Promise<readonly Text[]>;
  /** The calls whose answers it compares with the reference: what the mistakes are told apart by. */
  readonly compares: readonly Question[];
  readonly demands: readonly Demand[];
}

/** A known wrong way to write the exercise. */
export interface Mistake<F extends Functions> {
  /** The functions that come out wrong; the others are the reference's. */
  readonly variant: Partial<F>;
  /** What it is, as the end of "this is what comes out …", and what to do instead. */
  readonly hint: Text;
  /** No number that is compared with the reference shows it: a law names it where it does not hold (see `holds`). */
  readonly shownByProperty?: true;
}

export interface Definition<F extends Functions> {
  readonly cases: (random: Random) => Cases<F>;
  readonly checks: readonly Check[];
  readonly mistakes: Readonly<Record<string, Mistake<F>>>;
  /** Other right ways to write it, which must get full points. */
  readonly routes?: Readonly<Record<string, Partial<F>>>;
  /** A call may take this long; 5 unless said. */
  readonly seconds?: number;
}

/** Two inputs that the reference answers differently: a case, and its arguments changed. */
export interface Variation {
  readonly case: string;
  readonly changed: readonly unknown[];
}

export interface Suite extends Omit<Definition<Functions>, "cases"> {
  readonly id: string;
  readonly functions: Functions;
  readonly cases: (random: Random) => Cases<Functions>;
  /** The names of the parameters of its functions, where these do not tell. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
  /** Opens sessions in another way than from `cases` and `functions`: from what was recorded of them. */
  readonly open?: (seed: number, connection: Connection) => Session;
}

/** A call whose answer is compared with the reference's. */
export interface Question {
  readonly function: string;
  readonly case: string;
  readonly gradients?: boolean;
  readonly tolerance?: Tolerance;
  /** The field of the answer that is compared; all of it unless said. */
  readonly part?: string;
}

/** One student before one suite. */
export interface Session {
  readonly suite: Suite;
  /** The arguments of a case. Throws when the suite has no such case: a fault of the grader. */
  readonly argsOf: (name: string, caseName: string) => readonly unknown[];
  /** The student's answer to a case; asked once. */
  readonly answerTo: (name: string, caseName: string) => Promise<Answered>;
  /** The student's gradients on a case; asked once. */
  readonly gradientsOf: (name: string, caseName: string) => Promise<Answered>;
  /** What a trusted function answers to a question, or nothing when it throws; computed once for each. */
  readonly expected: (f: (...args: never[]) => unknown, question: Question) => Parcel<Wire> | undefined;
  /** The arguments to differentiate by, and the upstream gradient, on a case. */
  readonly gradientQuestion: (name: string, caseName: string) => { wrt: readonly Path[]; upstream: unknown };
  /** @param seconds it may take, if not what all calls of the suite may */
  readonly call: (name: string, args: readonly unknown[], seconds?: number) => Promise<Answered>;
  /** What the reference answers to the calls of a law, as far as that is known; whoever asks it further adds to it. */
  readonly referencesFor: (demand: LawDemand) => References;
  /** What tells a function that looks at its arguments from one that does not, if anything does. */
  readonly variation: (name: string) => Variation | undefined;
  /** The calls of the callables among the arguments of a case that the reference makes. */
  readonly callsDue: (name: string, caseName: string) => Promise<readonly Call[]>;
  /** Random numbers for a law, by its name. */
  readonly randomFor: (label: string) => Random;
}
