/** Why a check did not pass, in words for the student. */
import type { Text } from "../language.js";

export type FailureKind =
  | "wrong"
  | "bad value"
  | "threw"
  | "breaks a rule"
  | "missing"
  | "not started"
  | "timed out"
  | "out of memory"
  | "crashed";

/** A place in the student's file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Named {
  readonly id: string;
  readonly hint: Text;
}

export interface Failure {
  readonly kind: FailureKind;
  readonly text: Text;
  /** The mistake that explains the student's numbers. */
  readonly mistake?: Named;
  /** The function that failed, where a check is about several. */
  readonly about?: string;
  /** What to do, where no mistake is named. */
  readonly advice?: Text;
  readonly place?: Place;
  /** It is tfjs that cannot do this: the function itself may be right. */
  readonly limit?: true;
}

/** Thrown inside a check; anything else that a check throws is a fault of the grader. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly failure: Failure;
  /** The id of the mistake behind it, where a property can tell; the suite has its hint. */
  readonly suspect: string | undefined;
  constructor(failure: Failure, suspect?: string) {
    super(failure.text.en);
    this.failure = failure;
    this.suspect = suspect;
  }
}

export function fail(kind: FailureKind, text: Text, suspect?: string): never {
  throw new CheckFailure({ kind, text }, suspect);
}
