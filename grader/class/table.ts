/** The gradebook as a table: a row for each student, a column for each exercise. */
import { stringify } from "csv-stringify/sync";
import type { Gradebook, StudentGrade } from "./gradebook.js";

/** CSV with a head line; what a spreadsheet would take for a formula is written as text. Who has no grade has no points. */
export function tableOf({ run, students, maxPoints }: Gradebook): string {
  const head = ["student", "name", "status", "points", "max_points", "bonus"];
  const terms = ["days_late", "late_days_left", "submitted", "commit", "changed_files", "in_roster"];
  const rows = students.map((one) => [
    ...[plain(one.student), plain(one.name ?? ""), one.status],
    ...[gradeOf(one, one.points), maxPoints, gradeOf(one, one.bonus)],
    ...[one.daysLate, one.lateDaysLeft, one.submitted ?? "", one.commit ?? ""],
    ...[one.changed.length + one.changedMore, one.unknown ? "no" : "yes"],
    ...run.exercises.map((id) => gradeOf(one, one.exercises[id]?.points ?? 0)),
  ]);
  return stringify([[...head, ...terms, ...run.exercises], ...rows], { escape_formulas: true });
}

/** Points, unless the grader failed: a 0 would be taken for a grade. */
const gradeOf = ({ status }: StudentGrade, points: number): number | "" => (status === "not graded" ? "" : points);

/** Without control characters, which spreadsheets and terminals may obey. */
const plain = (text: string): string => text.replace(/\p{C}/gu, "�");
