/** Finds a student's file. Only `exercises/**\/*.ts` of a submission is ever read. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { nearest, UsageError } from "../errors.js";
import type { Language, Text } from "../language.js";
import { EXERCISES, exerciseOf, placeOf, UNITS } from "../syllabus.js";
import { textOf, wordsIn } from "../text/index.js";
import { quoteLine } from "../text/quote.js";

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
    return { is: "missing", file, text: missingText(folder, label, id) };
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

/** Says what is missing, and which file may be meant. */
function missingText(folder: string, label: string, id: string): Text {
  const place = `${placeOf(id)}.ts`;
  const [unit = "", name = ""] = place.split("/");
  const taken = new Set(EXERCISES.map((exercise) => `${placeOf(exercise.id)}.ts`));
  const others = isFolder(path.join(folder, unit))
    ? readdirSync(path.join(folder, unit)).filter((other) => other.endsWith(".ts") && !taken.has(`${unit}/${other}`))
    : [];
  const near = others.find((other) => other.includes(exerciseOf(id).slug)) ?? nearest(name, others);
  return textOf(
    (words) => words.missingFile(`${label}/${place}`) + (near ? words.nearestFile(`${label}/${unit}/${near}`) : ""),
  );
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}
