/** What a suite is: one definition that registers the tests, names the mistakes and lets the workbook test itself. */
import type { Text } from "../language.js";
import type { Question } from "./mistakes.js";
import type { Random } from "./random.js";
import type { Session } from "./session.js";
import { type Words, wordsFor } from "./words.js";

/** The functions of an exercise. */
export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Inputs by function and case: the arguments of one call. */
export type Cases<F extends Functions> = { readonly [K in keyof F]?: Readonly<Record<string, Parameters<F[K]>>> };

/** The student's functions, as a suite calls them. */
export type Student<F extends Functions> = {
  readonly [K in keyof F]: (...args: Parameters<F[K]>) => Promise<ReturnType<F[K]>>;
};

/** One named expectation. Its English name is its identity. */
export interface Check {
  readonly name: Text;
  readonly points: number;
  /** The function that it is about. */
  readonly about: string;
  /** Ends when the check passes; throws CheckFailure when it does not. */
  readonly run: (session: Session) => Promise<void>;
  /** The calls whose answers it compares with the reference: what the mistakes are told apart by. */
  readonly compares: readonly Question[];
}

/** A known wrong way to write the exercise. */
export interface Mistake<F extends Functions> {
  /** The functions that come out wrong; the others are the reference's. */
  readonly variant: Partial<F>;
  /** What it is, as the end of "this is what comes out …", and what to do instead. */
  readonly hint: Text;
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

export interface Suite extends Omit<Definition<Functions>, "cases"> {
  readonly id: string;
  readonly functions: Functions;
  readonly cases: (random: Random) => Cases<Functions>;
}

/** Called with each suite as it is defined; a grade registers its tests here. */
type Registrar = (suite: Suite) => void;
const REGISTRAR = Symbol.for("workbook.registrar");

export function onSuite(registrar: Registrar | undefined): void {
  (globalThis as { [REGISTRAR]?: Registrar | undefined })[REGISTRAR] = registrar;
}

/**
 * Defines the suite of an exercise.
 *
 * @param id of the exercise
 * @param functions the reference's functions, under the names that the exercise exports
 * @returns takes its inputs, checks, mistakes and routes, written in the words that it gives
 */
export function suite<F extends Functions>(
  id: string,
  functions: F,
): (define: (words: Words<F>) => Definition<F>) => Suite {
  return (define) => {
    const definition = define(wordsFor<F>()) as unknown as Definition<Functions>;
    const whole: Suite = { ...definition, id, functions };
    (globalThis as { [REGISTRAR]?: Registrar | undefined })[REGISTRAR]?.(whole);
    return whole;
  };
}
