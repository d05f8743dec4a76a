/** What is said of files that are called nearly as an exercise. */
import { misnamedIn, missingText } from "../../submission/misnamed.js";
import { join, misspelt, shown, UNIT_FOLDERS } from "./known.js";
import type { Problems } from "./problems.js";
import { say } from "./words.js";

/**
 * Remarks files that count as missing, where another may be meant: what `grade` says.
 *
 * @param label how the folder of the units is called
 * @param names of all files in units: "01-recurrent-attention/01-stable-softmax (1).ts"
 */
export function remarkMisnamed(label: string, names: Iterable<string>, problems: Problems): void {
  const inUnits = new Map<string, string[]>(UNIT_FOLDERS.map((unit) => [unit, []]));
  for (const name of names) {
    const [unit = "", file = ""] = name.split("/");
    if (misspelt(name) === undefined) inUnits.get(unit)?.push(file);
  }
  for (const [unit, files] of inUnits) {
    for (const [file, near] of misnamedIn(unit, files)) problems.add(missingText(join(label, unit, file), near));
  }
}

/** Remarks a file that differs from an exercise's in its capital letters alone. */
export const remarkLetters = (name: string, expected: string, problems: Problems): void =>
  problems.add(say((words) => words.letterCase(shown(name), expected)));
