/** From words on the command line to exercises. */
import { nearest, UsageError } from "../errors.js";
import { EXERCISES, UNITS } from "../syllabus.js";
import type { Dictionary } from "../text/en.js";

/**
 * The ids that words name, in the order of the course: an id ("1.4"), a unit ("1", "unit-1",
 * "01-recurrent-attention"), a slug ("alignment-scores") or a file of an exercise. All of them without words.
 *
 * @throws UsageError for a word that names nothing, with the nearest that does
 */
export function selectExercises(words: readonly string[], text: Dictionary): string[] {
  if (words.length === 0) return EXERCISES.map(({ id }) => id);
  const chosen = new Set(words.flatMap((word) => meaningOf(word, text)));
  return EXERCISES.map(({ id }) => id).filter((id) => chosen.has(id));
}

/** @throws UsageError unless the words name exactly one exercise */
export function selectOne(words: readonly string[], command: string, text: Dictionary): string {
  const [id, ...others] = words.length === 0 ? [] : selectExercises(words, text);
  if (id === undefined || others.length > 0) throw new UsageError(text.oneExercise(command));
  return id;
}

function meaningOf(word: string, text: Dictionary): string[] {
  const name = word.replace(/^.*\//, "").replace(/\.ts$/, "").toLowerCase();
  const unit = UNITS.find(({ number, folder }) => [String(number), `unit-${number}`, folder].includes(name));
  if (unit !== undefined) return unit.exercises.map(({ id }) => id);
  const exercise = EXERCISES.find(
    ({ id, slug }) => [id, slug].includes(name) || name === `${id.split(".")[1]?.padStart(2, "0")}-${slug}`,
  );
  if (exercise !== undefined) return [exercise.id];
  const known = [...EXERCISES.flatMap(({ id, slug }) => [id, slug]), ...UNITS.map(({ folder }) => folder)];
  throw new UsageError(text.unknownExercise(word, nearest(name, known)));
}
