/** Finds a student's file. Only `exercises/**\/*.ts` of a submission is ever read. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.js";
import type { Language, Text } from "../language.js";
import { placeOf, UNITS } from "../syllabus.js";
import { textOf, wordsIn } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { misnamedIn, missingText } from "./misnamed.js";

/** A folder of units: what is graded. */
export interface Submission {
  /** Absolute, without links. */
  readonly folder: string;
  /** How its files are called in messages: "exercises". */
  readonly label: string;
}

export type Found =
  | { readonly is: "found"; readonly file: string; readonly source: string }
  | { readonly is: "missing"; readonly file: string; readonly text: Text }
  | { readonly is: "refused"; readonly file: string; readonly text: Text };

const LARGEST = 256 * 1024; // 256 KiB

/**
 * The submission in a folder: the root of a fork, or a folder of units such as `solutions`.
 *
 * @throws UsageError when it is neither
 */
export function openSubmission(folder: string, language: Language): Submission {
  for (const [place, label] of [
    [path.join(folder, "exercises"), "exercises"],
    [folder, quoteLine(path.basename(path.resolve(folder)))],
  ] as const) {
    if (!UNITS.some((unit) => isFolder(path.join(place, unit.folder)))) continue;
    const real = realpathSync(place);
    if (place !== folder && !real.startsWith(realpathSync(folder) + path.sep)) {
      throw new UsageError(wordsIn(language).linkedOutside(label));
    }
    return { folder: real, label };
  }
  throw new UsageError(wordsIn(language).noSubmission(folder));
}

/** The file of an exercise: its text, or why there is none. */
export function findFile({ folder, label }: Submission, id: string): Found {
  const place = `${placeOf(id)}.ts`;
  const file = `${label}/${place}`;
  const full = path.join(folder, place);
  try {
    lstatSync(full);
  } catch {
    return { is: "missing", file, text: missingText(file, nearTo(folder, place)) };
  }
  try {
    const real = realpathSync(full);
    if (!real.startsWith(folder + path.sep))
      return { is: "refused", file, text: textOf((words) => words.linkedOutside(file)) };
    const stats = statSync(real);
    if (!stats.isFile()) return { is: "missing", file, text: textOf((words) => words.notAFile(file)) };
    if (stats.size > LARGEST)
      return { is: "refused", file, text: textOf((words) => words.fileTooLarge(file, "256 KiB")) };
    return { is: "found", file, source: readFileSync(real, "utf8").replace(/^\ufeff/, "") };
  } catch {
    return { is: "missing", file, text: textOf((words) => words.notAFile(file)) };
  }
}

/** The file in its place that may be meant. */
function nearTo(folder: string, place: string): string | undefined {
  const [unit = "", name = ""] = place.split("/");
  return isFolder(path.join(folder, unit))
    ? misnamedIn(unit, readdirSync(path.join(folder, unit))).get(name)
    : undefined;
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}
