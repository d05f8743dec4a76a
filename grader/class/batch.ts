/** Grades the students of a class side by side; whoever is graded is written down before the next one is. */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.js";
import type { Grade } from "../grade.js";
import { both, type Language, neutral, type Text } from "../language.js";
import { quoteLine } from "../text/quote.js";
import { condense, nothing, type Run, type StudentGrade } from "./gradebook.js";
import type { Handout } from "./intake/changes.js";
import { sourceOf, type Taken, takeIn } from "./intake/take.js";
import { daysLate, deadlineOf, type Terms } from "./late.js";
import { inTurn } from "./once.js";
import type { Results } from "./results.js";
import type { Student } from "./students.js";
import { classWords } from "./words.js";
import { MOST_MINUTES, NotGraded, openWorker, type Task, type Worker } from "./workers.js";

export interface Batch {
  readonly students: readonly Student[];
  readonly run: Run;
  readonly terms: Terms;
  readonly language: Language;
  /** Processes that grade side by side. */
  readonly jobs: number;
  /** Processor time that the code of a submission may take, all exercises together: two minutes unless said. */
  readonly seconds?: number;
  /** A folder for what is taken in, one submission at a time. */
  readonly scratch: string;
  readonly results: Results;
  /** What submissions are compared with. */
  readonly handout: Handout;
  readonly onGraded: (grade: StudentGrade) => void;
}

const SECONDS = 120;

export async function gradeClass(batch: Batch): Promise<void> {
  // What a run that was killed has left there belongs to other students.
  rmSync(batch.scratch, { recursive: true, force: true });
  const workers = Array.from({ length: batch.jobs }, () => openWorker(batch.results));
  const free = openPool(workers);
  const turn = inTurn(MOST_MINUTES * 60_000);
  const queue = batch.students.entries();
  // More lanes than workers: while one submission is graded, the next is taken in.
  const lane = async () => {
    for (const [number, student] of queue) {
      const folder = path.join(batch.scratch, String(number));
      try {
        batch.onGraded(
          await gradeOne(student, folder, batch, (task, files) => turn(files, () => free((one) => one.grade(task)))),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: batch.jobs + 1 }, lane));
  } finally {
    for (const worker of workers) worker.stop();
    rmSync(batch.scratch, { recursive: true, force: true });
  }
}

/** Hands out workers one by one; whoever finds none waits. */
function openPool(workers: readonly Worker[]) {
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];
  return async <T>(use: (worker: Worker) => Promise<T>): Promise<T> => {
    const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
    try {
      return await use(worker);
    } finally {
      const next = waiting.shift();
      if (next === undefined) idle.push(worker);
      else next(worker);
    }
  };
}

type Grading = (task: Task, files: readonly string[]) => ReturnType<Worker["grade"]>;

async function gradeOne(student: Student, folder: string, batch: Batch, grade: Grading): Promise<StudentGrade> {
  const { run, language, terms, handout } = batch;
  const deadline = deadlineOf(student, terms);
  const { id, name, unknown } = student;
  const about = {
    student: id,
    ...(name !== undefined && { name }),
    ...(unknown && { unknown }),
    daysLate: 0,
    lateDaysLeft: deadline.bank,
    ...{ files: "", changed: [], changedMore: 0, problems: [] },
    ...nothing(run.exercises, language),
  };
  const refused = (why: Text): StudentGrade => ({ ...about, status: "refused", why });
  const { called } = student;
  if (called?.is === "unclear") return refused(both((one) => classWords(one).unclear(called.names.map(quoteLine))));
  if (student.place === undefined) return { ...about, status: "nothing handed in" };
  const unlucky = { status: "not graded", ...nothing(run.exercises, language, "grader error") } as const;
  const taken = await take(student.place, path.join(folder, "taking"), deadline.last, handout);
  if ("refused" in taken) return refused(taken.refused);
  if ("failed" in taken) return { ...about, ...unlucky, why: taken.failed };

  const submitted = taken.committed ?? student.submitted;
  const late = daysLate(submitted === undefined ? undefined : new Date(submitted), deadline);
  if (late > deadline.bank) {
    return refused(both((one) => classWords(one).tooLate(submitted ?? "", deadline.last?.toISOString() ?? "")));
  }
  const digests = [...taken.files].map(([file, content]) => `${file} ${sha256(content)}`).sort();
  for (const [file, content] of taken.files) {
    const place = path.join(folder, "exercises", file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  const known = {
    ...about,
    daysLate: late,
    lateDaysLeft: deadline.bank - late,
    files: sha256(digests.join("\n")).slice(0, 16),
    changed: [...taken.changed],
    changedMore: taken.changedMore,
    problems: [...(called?.is === "likely" ? [likely(called.name)] : []), ...taken.problems],
    ...(taken.commit !== undefined && { commit: taken.commit }),
    ...(submitted !== undefined && { submitted }),
  };
  if (taken.files.size === 0) return { ...known, status: "graded" };
  const { seconds = SECONDS } = batch;
  const task = { folder, ids: run.exercises, seed: run.seed, language, seconds };
  try {
    const graded = await grade(task, digests);
    const problems = [...known.problems, ...unreached(graded, seconds)];
    return { ...known, status: "graded", ...condense(graded), problems };
  } catch (error) {
    const why = error instanceof NotGraded ? error.text : neutral(quoteLine((error as Error).message));
    return { ...known, ...unlucky, why };
  }
}

const likely = (name: string): Text => both((language) => classWords(language).likely(quoteLine(name)));

/** Says which exercises were not asked, or not to the end, since those before them had taken all the time there is. */
function unreached({ exercises }: Grade, seconds: number): Text[] {
  const ids = exercises.filter(({ cutShort }) => cutShort).map(({ id }) => id);
  return ids.length === 0 ? [] : [both((language) => classWords(language).unreached(seconds, ids))];
}

/** Takes a submission in; whatever is wrong with it is said, and stops nobody else. What fails otherwise is our fault. */
async function take(
  place: string,
  scratch: string,
  deadline: Date | undefined,
  handout: Handout,
): Promise<Taken | { readonly refused: Text } | { readonly failed: Text }> {
  try {
    mkdirSync(scratch, { recursive: true });
    return await takeIn(sourceOf(place), { scratch, handout, ...(deadline && { deadline }) });
  } catch (error) {
    if (error instanceof UsageError) return { refused: neutral(quoteLine(error.message)) };
    return { failed: neutral(quoteLine(String(error))) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");
