/** The gradebook as a table: a row for each student, a column for each exercise. */
import { stringify } from "csv-stringify/sync";
import type { Gradebook, StudentGrade } from "./gradebook.js";

/**
 * What some program takes for the end of a cell or for more than text. Which sign ends a cell is a matter of the country:
 * where commas are for decimals, `a;=1` would be two cells, and the second one a formula.
 */
const QUOTED = /[,;|\t\r\n"']|^[\s=+\-@＝＋－＠]/u;

/** CSV with a head line; what a spreadsheet would take for a formula is written as text. Who has no grade has no points. */
export function tableOf({ run, students, maxPoints }: Gradebook): string {
  const head = ["student", "name", "status", "points", "max_points", "bonus"];
  const terms = ["days_late", "late_days_left", "submitted", "commit", "changed_files", "remarks", "in_roster"];
  const rows = students.map((one) => [
    ...[plain(one.student), inside(one.name ?? ""), one.status],
    ...[gradeOf(one, one.points), maxPoints, gradeOf(one, one.bonus)],
    ...[one.daysLate, one.lateDaysLeft, one.submitted ?? "", one.commit ?? ""],
    ...[one.changed.length + one.changedMore, one.problems.length, one.unknown ? "no" : "yes"],
    ...run.exercises.map((id) => gradeOf(one, one.exercises[id]?.points ?? 0)),
  ]);
  return stringify([[...head, ...terms, ...run.exercises], ...rows], { escape_formulas: true, quoted_match: QUOTED });
}

/** Points, unless the grader failed: a 0 would be taken for a grade. */
const gradeOf = ({ status }: StudentGrade, points: number): number | "" => (status === "not graded" ? "" : points);

/**
 * Without control characters, which spreadsheets and terminals may obey, nor other ends of lines; and as text, also where
 * spaces stand before the sign of a formula.
 */
const plain = (text: string): string =>
  text.replace(/[\p{C}\u2028\u2029]/gu, "�").replace(/^(?=\s+[=+\-@＝＋－＠])/u, "'");

/** Of a cell that is not the first of its line: for a program that goes by another sign its quotes open too late. */
const inside = (text: string): string => plain(text).replace(/([,;|])(?=\s*[=+\-@＝＋－＠])/gu, "$1'");
