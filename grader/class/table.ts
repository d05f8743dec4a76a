/** The gradebook as a table: a row for each student, a column for each exercise. */
import { stringify } from "csv-stringify/sync";
import type { Gradebook } from "./gradebook.js";

/** CSV with a head line; what a spreadsheet would take for a formula is written as text. */
export function tableOf({ run, students, maxPoints }: Gradebook): string {
  const head = ["student", "name", "status", "points", "max_points", "bonus"];
  const terms = ["days_late", "late_days_left", "submitted", "commit", "changed_files", "in_roster"];
  const rows = students.map((one) => [
    ...[plain(one.student), plain(one.name ?? ""), one.status, one.points, maxPoints, one.bonus],
    ...[one.daysLate, one.lateDaysLeft, one.submitted ?? "", one.commit ?? ""],
    ...[one.changed.length + one.changedMore, one.unknown ? "no" : "yes"],
    ...run.exercises.map((id) => one.exercises[id]?.points ?? 0),
  ]);
  return stringify([[...head, ...terms, ...run.exercises], ...rows], { escape_formulas: true });
}

/** Without control characters, which spreadsheets and terminals may obey. */
const plain = (text: string): string => text.replace(/\p{C}/gu, "�");
