/** What a new run changes in a gradebook, and why: shown before it is written. */
import type { Gradebook, Run, StudentGrade } from "./gradebook.js";

export type Cause = "suite" | "grader" | "submission" | "terms" | "seed" | "not graded" | "code that runs differently";

export interface Change {
  readonly student: string;
  /** Nothing where it is not about one exercise. */
  readonly exercise?: string;
  readonly from: number;
  readonly to: number;
  readonly causes: readonly Cause[];
  /** Checks that pass now, and that do not any more. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** Changes of grades, by student and exercise, and students that came or went. */
export function changesBetween(before: Gradebook, after: Gradebook): Change[] {
  const old = new Map(before.students.map((student) => [student.student, student]));
  const now = new Map(after.students.map((student) => [student.student, student]));
  const gone = before.students.filter(({ student }) => !now.has(student));
  return [
    ...after.students.flatMap((student) => changesOf(old.get(student.student), student, before.run, after.run)),
    ...gone.map(({ student, points }) => ({ student, from: points, to: 0, causes: [], gained: [], lost: [] })),
  ];
}

function changesOf(old: StudentGrade | undefined, now: StudentGrade, before: Run, after: Run): Change[] {
  if (old === undefined) {
    return [{ student: now.student, from: 0, to: now.points, causes: ["submission"], gained: [], lost: [] }];
  }
  // Who is not graded has no points to compare: that there is no grade now, or that there was none, is the change.
  if ([old.status, now.status].includes("not graded")) {
    if (old.status === now.status) return [];
    const { student } = now;
    return [{ student, from: old.points, to: now.points, causes: ["not graded"], gained: [], lost: [] }];
  }
  const ids = [...new Set([...Object.keys(old.exercises), ...Object.keys(now.exercises)])];
  return ids.flatMap((id) => {
    const [was, is] = [old.exercises[id], now.exercises[id]];
    if (was?.points === is?.points) return [];
    const [failedThen, failedNow] = [was?.failed ?? [], is?.failed ?? []];
    const causes: Cause[] = [];
    if (before.suites[id] !== after.suites[id]) causes.push("suite");
    if (before.grader !== after.grader) causes.push("grader");
    if (old.files !== now.files) causes.push("submission");
    if (before.due !== after.due || before.lateDays !== after.lateDays || old.status !== now.status)
      causes.push("terms");
    if (before.seed !== after.seed) causes.push("seed");
    return {
      student: now.student,
      exercise: id,
      from: was?.points ?? 0,
      to: is?.points ?? 0,
      causes: causes.length > 0 ? causes : ["code that runs differently"],
      gained: failedThen.filter((name) => !failedNow.includes(name)),
      lost: failedNow.filter((name) => !failedThen.includes(name)),
    };
  });
}

/** Late days that a student has used, and has left. */
export interface LateDays {
  readonly used: number;
  readonly left: number;
}

/** What changes beside points: who is graded, and how many late days that costs. */
export type TermsChange = { readonly student: string; readonly causes: readonly Cause[] } & (
  | { readonly of: "status"; readonly from: StudentGrade["status"]; readonly to: StudentGrade["status"] }
  | { readonly of: "late days"; readonly from: LateDays; readonly to: LateDays }
);

/** Of students who are in both: another deadline can change late days and no grade. */
export function termsBetween(before: Gradebook, after: Gradebook): TermsChange[] {
  const old = new Map(before.students.map((student) => [student.student, student]));
  return after.students.flatMap((now): TermsChange[] => {
    const was = old.get(now.student);
    if (was === undefined) return [];
    const about = { student: now.student, causes: causesOf(was, now, before.run, after.run) };
    const [from, to] = [lateDaysOf(was), lateDaysOf(now)];
    return [
      ...(was.status === now.status ? [] : [{ ...about, of: "status" as const, from: was.status, to: now.status }]),
      ...(from.used === to.used && from.left === to.left ? [] : [{ ...about, of: "late days" as const, from, to }]),
    ];
  });
}

const lateDaysOf = ({ daysLate, lateDaysLeft }: StudentGrade): LateDays => ({ used: daysLate, left: lateDaysLeft });

/** A student's own deadline and late days stand in the roster alone: what nothing else explains comes from there. */
function causesOf(was: StudentGrade, now: StudentGrade, before: Run, after: Run): Cause[] {
  const causes: Cause[] = [];
  if (before.grader !== after.grader) causes.push("grader");
  if (was.files !== now.files || was.submitted !== now.submitted) causes.push("submission");
  if (before.due !== after.due || before.lateDays !== after.lateDays || causes.length === 0) causes.push("terms");
  return causes;
}
