/** Puts the parts of a class together, and says what is missing or double. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { UsageError } from "../errors.js";
import { quoteLine } from "../text/quote.js";
import { type Gradebook, gradebookOf, gradebookSchema, runSchema, type StudentGrade } from "./gradebook.js";
import type { Student } from "./students.js";
import type { ClassWords } from "./words.js";

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a part says of itself. */
export const partSchema = v.object({
  schema: v.literal("workbook/class-part/v1"),
  shard: v.object({ index: natural, of: natural }),
  /** Of the whole class. */
  class: v.string(),
  run: runSchema,
  /** Every student of the part has a line. */
  complete: v.boolean(),
});
export type Part = v.InferOutput<typeof partSchema>;

export const PART_FILE = "part.json";
export const GRADEBOOK_FILE = "gradebook.json";

/**
 * The gradebook of a class whose shards were graded apart.
 *
 * @param folders one of each shard
 * @param order the students as they are to stand; by their ids unless said
 * @throws UsageError when a shard is missing, double, not finished or of another run, or a student is missing or double
 */
export function mergeParts(
  folders: readonly string[],
  order: readonly Student[] | undefined,
  words: ClassWords,
): Gradebook {
  const parts = folders.map((folder) => ({ folder, ...readPart(folder, words) }));
  const [first] = parts;
  if (first === undefined) throw new UsageError(words.noParts);
  const complaints: string[] = [];
  const { of } = first.part.shard;
  for (const { folder, part } of parts) {
    if (!part.complete) complaints.push(words.partUnfinished(folder, `${part.shard.index}/${part.shard.of}`));
    if (part.class !== first.part.class || part.shard.of !== of)
      complaints.push(words.otherClass(folder, first.folder));
    else if (JSON.stringify(part.run) !== JSON.stringify(first.part.run))
      complaints.push(words.otherRun(folder, first.folder));
  }
  for (let index = 1; index <= of; index++) {
    const count = parts.filter(({ part }) => part.shard.index === index).length;
    if (count === 0) complaints.push(words.partMissing(`${index}/${of}`));
    if (count > 1) complaints.push(words.partDouble(`${index}/${of}`));
  }
  const students = new Map<string, StudentGrade>();
  for (const student of parts.flatMap(({ gradebook }) => gradebook.students)) {
    if (students.has(student.student)) complaints.push(words.studentDouble(quoteLine(student.student)));
    students.set(student.student, student);
  }
  const missing = (order ?? []).filter(({ id }) => !students.has(id));
  for (const { id } of missing.slice(0, 20)) complaints.push(words.studentMissing(quoteLine(id)));
  if (missing.length > 20) complaints.push(words.andMore(missing.length - 20));
  if (complaints.length > 0) throw new UsageError(complaints.join("\n"));
  const ids = order?.map(({ id }) => id) ?? [...students.keys()].sort();
  return gradebookOf(
    first.part.run,
    ids.flatMap((id) => students.get(id) ?? []),
  );
}

function readPart(folder: string, words: ClassWords): { readonly part: Part; readonly gradebook: Gradebook } {
  const read = (name: string): unknown => {
    const file = path.join(folder, name);
    if (!existsSync(file)) throw new UsageError(words.noPart(folder, name));
    return JSON.parse(readFileSync(file, "utf8"));
  };
  try {
    return { part: v.parse(partSchema, read(PART_FILE)), gradebook: v.parse(gradebookSchema, read(GRADEBOOK_FILE)) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(words.cannotRead(folder, (error as Error).message));
  }
}
