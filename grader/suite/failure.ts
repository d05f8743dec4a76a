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

/** What came beside what was expected, as matrices to be looked at. */
export interface Figure {
  /** The case that it is of, as the suite calls it. */
  readonly case: string;
  /** What the matrices are: "weights [2, 5, 7] [1, ·, ·]". */
  readonly subject: Text;
  readonly rows: number;
  readonly columns: number;
  /** Row by row; nothing stands for what is no finite number. */
  readonly got: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  /** The place of the entry that is farthest off. */
  readonly worst: number;
}

/** A figure before it is known of which case it is. */
export type Matrices = Omit<Figure, "case">;

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
  readonly figure?: Figure;
  /** It is tfjs that cannot do this: the function itself may be right. */
  readonly limit?: true;
  /** An argument was changed or disposed of: whatever else is wrong may come of it. */
  readonly spoiled?: true;
}

/** Thrown inside a check; anything else that a check throws is a fault of the grader. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly failure: Failure;
  /** The id of the mistake behind it, where a law can tell; the suite has its hint. */
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
