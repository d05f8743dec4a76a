/** Deadlines and late days: a bank of days for each student, taken from as they are needed. */
import type { Student } from "./students.js";

const DAY = 24 * 60 * 60 * 1000; // ms

export interface Terms {
  /** When the class hands in; nothing when it may do so at any time. */
  readonly due?: string | undefined;
  /** Days that each student may be late, in all. */
  readonly lateDays: number;
}

/** What applies to one student. */
export interface Deadline {
  readonly due?: Date;
  /** After this nothing counts: the deadline and all late days. */
  readonly last?: Date;
  readonly bank: number;
}

export function deadlineOf(student: Student, terms: Terms): Deadline {
  const bank = student.lateDays ?? terms.lateDays;
  const word = student.due ?? terms.due;
  if (word === undefined) return { bank };
  const due = new Date(word);
  return { due, last: new Date(due.getTime() + bank * DAY), bank };
}

/** Late days used by something handed in at an instant: each begun day is one. */
export function daysLate(submitted: Date | undefined, { due }: Deadline): number {
  if (submitted === undefined || due === undefined) return 0;
  return Math.max(0, Math.ceil((submitted.getTime() - due.getTime()) / DAY));
}
