/** Whose submissions are graded: from a folder of submissions, a list of places, and a roster. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { UsageError } from "../errors.js";
import { quoteLine } from "../text/quote.js";
import { readDue } from "./due.js";
import { type Called, whose } from "./whose.js";
import type { ClassWords } from "./words.js";

/** One student, as the class is planned. */
export interface Student {
  /** What the course calls them: the key of everything. Any text: it is never a path. */
  readonly id: string;
  readonly name?: string;
  /** A folder, an archive or a git URL; nothing when nothing was handed in. */
  readonly place?: string;
  /** Not in the roster, though there is one. */
  readonly unknown?: true;
  /** Their own deadline, and what is left of their late days. */
  readonly due?: string;
  readonly lateDays?: number;
  /** When it was handed in, where git does not tell. */
  readonly submitted?: string;
  /** Where what was handed in is called otherwise than the roster says: what it is called, and whether it is surely theirs. */
  readonly called?: Called;
}

/** The columns that a roster or a list may have; any others are left alone. */
const COLUMNS = ["student", "name", "submission", "due", "late_days", "submitted"] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/** More lines than this are no class. */
const MOST_STUDENTS = 1_000_000;

const ARCHIVE = /\.(zip|tar|tar\.gz|tgz)$/i;

/**
 * The students of a class, in the order of the roster, then by their ids.
 *
 * @param place a folder of submissions, or a list of them (CSV with the columns student and submission)
 * @throws UsageError when a file cannot be read or a student stands there twice
 */
export function studentsOf(place: string, roster: string | undefined, words: ClassWords): Student[] {
  const handedIn = isFolder(place, words) ? inFolder(place, words) : inList(place, words);
  if (roster === undefined) return unique(handedIn, words);
  const known = unique(
    readRows(roster, words).map((row, i) => fromRow(row, i, roster, path.dirname(roster), words)),
    words,
  );
  const { found, called, strangers } = whose(unique(handedIn, words), known);
  const enrolled = known.map((student): Student => {
    if (student.place !== undefined) return student;
    const own = called.get(student.id);
    const { place, submitted = student.submitted } = found.get(student.id) ?? {};
    return {
      ...student,
      ...(place !== undefined && { place }),
      ...(submitted !== undefined && { submitted }),
      ...(own !== undefined && { called: own }),
    };
  });
  return [...enrolled, ...strangers.map((student) => ({ ...student, unknown: true as const }))];
}

function isFolder(place: string, words: ClassWords): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    throw new UsageError(words.noPlace(place));
  }
}

/** Each folder and archive in it is one submission, called by its name. */
function inFolder(place: string, words: ClassWords): Student[] {
  const entries = readdirSync(place, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink() || ARCHIVE.test(entry.name));
  if (entries.length === 0) throw new UsageError(words.noSubmissions(place));
  return entries
    .map(({ name }): Student => ({ id: name.replace(ARCHIVE, "").normalize("NFC"), place: path.resolve(place, name) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function inList(file: string, words: ClassWords): Student[] {
  return readRows(file, words).map((row, i) => fromRow(row, i, file, path.dirname(file), words));
}

/** The rows of a CSV file by its head line. */
function readRows(file: string, words: ClassWords): Row[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(words.cannotRead(file, (error as Error).message));
  }
  try {
    const rows: Row[] = parse(text, {
      columns: true,
      // Spreadsheets in countries with a decimal comma put semicolons between the columns.
      delimiter: /^[^\r\n,]*;/.test(text) ? ";" : ",",
      bom: true,
      trim: true,
      skip_empty_lines: true,
      to: MOST_STUDENTS,
    });
    if (rows.length === 0) throw new Error(words.emptyList);
    if (!("student" in (rows[0] ?? {}))) throw new Error(words.noStudentColumn);
    return rows;
  } catch (error) {
    throw new UsageError(words.badList(file, (error as Error).message));
  }
}

function fromRow(row: Row, index: number, file: string, folder: string, words: ClassWords): Student {
  const at = (what: string) => new UsageError(words.badRow(file, index + 2, what));
  const id = (row.student ?? "").normalize("NFC");
  if (id === "") throw at(words.noId);
  const instant = (name: "due" | "submitted"): string | undefined => {
    const word = row[name] ?? "";
    const read = word === "" ? undefined : readDue(word);
    if (word !== "" && read === undefined) throw at(words.badInstant(name, word));
    return read;
  };
  const days = row.late_days ?? "";
  if (!/^\d{0,3}$/.test(days)) throw at(words.badDays("late_days", days));
  const [due, submitted] = [instant("due"), instant("submitted")];
  const place = row.submission ?? "";
  return {
    id,
    ...(row.name ? { name: row.name } : {}),
    ...(place !== "" && { place: isUrl(place) ? place : path.resolve(folder, place) }),
    ...(due !== undefined && { due }),
    ...(submitted !== undefined && { submitted }),
    ...(days !== "" && { lateDays: Number(days) }),
  };
}

/** `https://…`, `git@host:…`: no path. */
const isUrl = (place: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || /^[\w.-]+@[\w.-]+:/.test(place);

function unique(students: readonly Student[], words: ClassWords): Student[] {
  const seen = new Set<string>();
  for (const { id } of students) {
    if (seen.has(id)) throw new UsageError(words.twice(quoteLine(id)));
    seen.add(id);
  }
  return [...students];
}
