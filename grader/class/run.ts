/** One run over a class: what it depends on, what is known of it, what it comes to. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { WorkbookError } from "../errors.js";
import { graderDigest, suiteDigest } from "../grading/cache.js";
import { both, type Language } from "../language.js";
import { quoteLine } from "../text/quote.js";
import { inJson } from "../text/quote-for.js";
import { gradeClass } from "./batch.js";
import {
  type Gradebook,
  gradebookOf,
  gradebookSchema,
  type Run,
  type StudentGrade,
  studentGradeSchema,
} from "./gradebook.js";
import type { HandedOut } from "./handout.js";
import type { Terms } from "./late.js";
import { openLedger } from "./ledger.js";
import { lock } from "./lock.js";
import { GRADEBOOK_FILE, PART_FILE, type Part, partSchema } from "./merge.js";
import { overviewOf } from "./overview.js";
import { openResults } from "./results.js";
import { fingerprintOf, inShard, type Shard } from "./shards.js";
import type { Student } from "./students.js";
import { tableOf } from "./table.js";
import { classWords } from "./words.js";

export interface ClassRequest {
  /** Of the whole class, in the order in which they are to stand. */
  readonly students: readonly Student[];
  readonly ids: readonly string[];
  readonly shard: Shard;
  readonly seed: number;
  readonly terms: Terms;
  readonly jobs: number;
  /** Takes everything in anew: submissions may have changed. */
  readonly again: boolean;
  readonly language: Language;
  /** Where everything is kept. */
  readonly out: string;
  /** What submissions are compared with. */
  readonly handout: HandedOut;
  /** What to say when another process grades into the same folder. */
  readonly locked: string;
  readonly onBegin: (students: number, known: number) => void;
  readonly onGraded: (grade: StudentGrade) => void;
}

export interface ClassRun {
  readonly gradebook: Gradebook;
  readonly part: Part;
}

/** The gradebook of the students of a shard; whoever was graded before under the same conditions is not graded again. */
export async function runClass(request: ClassRequest): Promise<ClassRun> {
  mkdirSync(request.out, { recursive: true });
  const unlock = await lock(request.out, request.locked);
  try {
    return await runAlone(request);
  } finally {
    unlock();
  }
}

async function runAlone(request: ClassRequest): Promise<ClassRun> {
  const { students, shard, out, terms } = request;
  const run = await runOf(request);
  const own = inShard(students, shard);
  const part: Part = { schema: "workbook/class-part/v1", shard, class: fingerprintOf(students), run, complete: false };
  writePart(out, part);
  const ledger = openLedger(path.join(out, `grades-${identityOf(run)}.jsonl`), entrySchema);
  const results = openResults(out);
  const grades = new Map<string, StudentGrade>();
  try {
    const wanted = new Map(own.map((student) => [student.id, digest([student, request.handout.digest])]));
    for (const { entry } of ledger.entries()) {
      const same = wanted.get(entry.grade.student) === entry.conditions;
      if (same && !request.again) grades.set(entry.grade.student, entry.grade);
    }
    const left = own.filter(({ id }) => !grades.has(id));
    request.onBegin(own.length, grades.size);
    await gradeClass({
      ...request,
      ...{ students: left, run, terms, results, handout: request.handout.formOf },
      scratch: path.join(out, ".scratch"),
      onGraded: (grade) => {
        // Who was not graded is asked about again: only grades are written down.
        if (grade.status !== "not graded") ledger.append({ conditions: wanted.get(grade.student) ?? "", grade });
        grades.set(grade.student, grade);
        request.onGraded(grade);
      },
    });
  } finally {
    ledger.close();
    results.close();
  }
  const inOrder = students.flatMap(({ id }) => grades.get(id) ?? []);
  return { gradebook: gradebookOf(run, inOrder), part: { ...part, complete: true } };
}

const entrySchema = v.object({
  /** Of this student: where it was handed in, until when, and what it is compared with. */
  conditions: v.string(),
  grade: studentGradeSchema,
});

async function runOf({ ids, seed, terms }: ClassRequest): Promise<Run> {
  const suites: Record<string, string> = {};
  for (const id of ids) suites[id] = (await suiteDigest(id)).slice(0, 16);
  const { due, lateDays } = terms;
  const grader = (await graderDigest()).slice(0, 16);
  return { seed, ...(due !== undefined && { due }), lateDays, grader, suites, exercises: [...ids] };
}

const identityOf = (run: Run): string => digest(run);

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);

/**
 * What stands in a folder from before, if anything does.
 *
 * @throws WorkbookError when it is damaged
 */
export function knownIn(out: string): { readonly part?: Part; readonly gradebook?: Gradebook } {
  const read = <S extends v.GenericSchema>(name: string, schema: S): v.InferOutput<S> | undefined => {
    const file = path.join(out, name);
    if (!existsSync(file)) return undefined;
    try {
      return v.parse(schema, JSON.parse(readFileSync(file, "utf8")));
    } catch (error) {
      throw new WorkbookError(
        both((language) => classWords(language).damaged(file, quoteLine((error as Error).message))),
      );
    }
  };
  const [part, gradebook] = [read(PART_FILE, partSchema), read(GRADEBOOK_FILE, gradebookSchema)];
  return { ...(part && { part }), ...(gradebook && { gradebook }) };
}

/** Writes the gradebook in all its forms, each at once. */
export function writeGradebook(out: string, book: Gradebook, language: Language, part?: Part): void {
  const gradebook = v.parse(gradebookSchema, book); // its fields in one order, whether they come from a file or not
  mkdirSync(out, { recursive: true });
  writeWhole(path.join(out, "gradebook.csv"), tableOf(gradebook));
  writeWhole(path.join(out, "overview.html"), overviewOf(gradebook, language));
  writeWhole(path.join(out, GRADEBOOK_FILE), `${inJson(gradebook, 1)}\n`);
  if (part !== undefined) writePart(out, part);
}

const writePart = (out: string, part: Part) => writeWhole(path.join(out, PART_FILE), `${JSON.stringify(part)}\n`);

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
