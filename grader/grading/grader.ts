/** Grades exercises of a submission. */

import type { Diagnosis } from "../explain/explain.js";
import { type Grade, type GradedExercise, type Progress, sumUp } from "../grade.js";
import type { Language } from "../language.js";
import { release } from "../release.js";
import { keepSpares, type Spares } from "../sandbox/spare.js";
import { helpers } from "../submission/helpers.js";
import { link } from "../submission/link.js";
import type { Module } from "../submission/module.js";
import { openReader, type Reader } from "../submission/reader/reader.js";
import { type Computed, nothingComputed } from "../suite/computed.js";
import { EXERCISES, exerciseOf, forbiddenIn } from "../syllabus.js";
import type { Budget } from "./budget.js";
import { openCache, type ResultCache } from "./cache.js";
import { blank, conclude } from "./conclude.js";
import { type Files, gather, modulesOf, readFiles, type Sources, type Trees } from "./files.js";
import type { Job } from "./job.js";
import { openSealed } from "./sealed.js";
import { connectStudent, type StudentConnection, type Told } from "./student.js";
import { type SuiteRun, type SuiteRunner, startRunner } from "./vitest-runner.js";

export interface GradeRequest extends Trees {
  readonly ids: readonly string[];
  readonly seed: number;
  readonly language: Language;
  /** Whether results of earlier runs may be taken. */
  readonly useCache: boolean;
  /** Where they are kept; by the submission's folder unless said. */
  readonly cache?: ResultCache;
  /** Stop at the first exercise that does not pass. */
  readonly bail?: boolean;
  /** What the code of all exercises may take together, where that is bounded. */
  readonly budget?: Budget;
  readonly onProgress?: (event: Progress) => void;
  /** Whether an explanation is still waited for: who saves again wants the next verdict. As long as it takes unless said. */
  readonly isAwaited?: () => boolean;
}

export interface Grader {
  readonly grade: (request: GradeRequest) => Promise<Grade>;
  /** Gets everything ready that a grade needs, so that the next one is quick. */
  readonly warmUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param wish "recorded" leaves sealed suites closed, also when their key is there */
export function openGrader(wish?: "recorded"): Grader {
  const spares = keepSpares();
  const reader = openReader();
  reader.prepare();
  let runner: Promise<SuiteRunner> | undefined;
  let shared: Promise<Module> | undefined;
  const sealed = wish === "recorded" ? undefined : openSealed();
  const cases = release !== undefined && sealed === undefined ? "recorded" : "fresh";
  const getRunner = () => (runner ??= startRunner(sealed));
  const getShared = () => (shared ??= reader.read(helpers(sealed)));
  // Of the last seed: whoever is graded with the same one is compared with the same answers.
  let answers = { seed: -1, bySuite: new Map<string, Computed>() };
  const computedWith = (seed: number) => (id: string) => {
    if (answers.seed !== seed) answers = { seed, bySuite: new Map() };
    const known = answers.bySuite.get(id) ?? nothingComputed();
    answers.bySuite.set(id, known);
    return known;
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One after the other: there is one vitest.
    grade: (request) => {
      const equipment = { cases, spares, reader, getRunner, getShared, computed: computedWith(request.seed) } as const;
      const grade = last.then(() => gradeAll(request, equipment));
      last = grade.catch(() => {});
      return grade;
    },
    warmUp: async () => {
      spares.prepare();
      await Promise.all([getRunner(), getShared()]);
    },
    close: async () => {
      spares.close();
      reader.close();
      await (await runner)?.close();
    },
  };
}

/** What grades of one grader share. */
interface Equipment {
  readonly cases: Grade["cases"];
  readonly spares: Spares;
  readonly reader: Reader;
  readonly getRunner: () => Promise<SuiteRunner>;
  /** What exercises import as `../support.js`. */
  readonly getShared: () => Promise<Module>;
  readonly computed: NonNullable<Job["computed"]>;
}

/** One grade on its way. */
interface Grading {
  readonly request: GradeRequest;
  readonly equipment: Equipment;
  readonly cache: ResultCache;
  readonly files: Files;
  /** What is known so far, by exercise. */
  readonly results: ReadonlyMap<string, GradedExercise>;
  /** Takes a result in, and tells of it. */
  readonly settle: (result: GradedExercise) => void;
  /** An exercise did not pass, and nothing after it is to be graded. */
  readonly isStopped: () => boolean;
}

/** Looks the files up and reads them; takes what earlier runs know; gathers, connects and runs the rest; concludes. */
async function gradeAll(request: GradeRequest, equipment: Equipment): Promise<Grade> {
  const { ids, seed, language } = request;
  if (!request.useCache) getReady(equipment); // while the files are read
  const files = await readFiles(ids, request, equipment.reader, request);
  const grading = begin(request, equipment, files, request.cache ?? (await openCache(request.submission.folder)));
  for (const result of files.settled) grading.settle(result);
  const remaining = await recall(grading);
  if (remaining.length > 0) await run(grading, remaining);
  const results = ids.flatMap((id) => grading.results.get(id) ?? []);
  return sumUp(seed, language, results, equipment.cases);
}

/** Starts what a run of suites needs; whoever needs it hears of what goes wrong. */
function getReady({ getRunner, getShared, spares }: Equipment): void {
  spares.prepare();
  for (const started of [getRunner(), getShared()]) started.catch(() => {});
}

function begin(request: GradeRequest, equipment: Equipment, files: Files, cache: ResultCache): Grading {
  const results = new Map<string, GradedExercise>();
  const wanted = new Set(request.ids);
  let stopped = false;
  const settle = (result: GradedExercise) => {
    results.set(result.id, result);
    if (!wanted.has(result.id)) return;
    request.onProgress?.({ is: "graded", exercise: result });
    if (request.bail === true && result.outcome !== "passed") stopped = true;
  };
  return { request, equipment, cache, files, results, settle, isStopped: () => stopped };
}

/**
 * Settles what earlier runs know, in order: a result depends on whether the exercises that it imports pass. Where all share
 * a budget, what is known takes from it in its turn, as if it ran.
 *
 * @returns what remains
 */
async function recall(grading: Grading): Promise<string[]> {
  const { request, files, results, settle } = grading;
  const isEarly = request.useCache && request.budget === undefined;
  const remaining: string[] = [];
  for (const { id } of EXERCISES) {
    const ready = files.ready.get(id);
    if (ready === undefined) continue;
    const isDecided = isEarly && ready.vetted.imports.every((needed) => results.has(needed));
    const sources = isDecided ? await gather(id, files, results) : undefined;
    const known = sources instanceof Map ? await lookUp(grading, id, sources) : undefined;
    if (known === undefined) remaining.push(id);
    else settle(known);
  }
  return remaining;
}

/** Runs the suites of exercises, one after the other. */
async function run(grading: Grading, remaining: readonly string[]): Promise<void> {
  const { request, equipment, results, settle, isStopped } = grading;
  request.onProgress?.({ is: "preparing" });
  getReady(equipment);
  const open = new Map<string, Opened>();
  const job: Job = {
    seed: request.seed,
    computed: equipment.computed,
    open: async (id) => {
      if (isStopped()) return undefined;
      const sources = await settleOrGather(grading, id);
      if (sources === undefined) return undefined;
      request.onProgress?.({ is: "grading", id, index: remaining.indexOf(id), of: remaining.length });
      const student = await connect(grading, id, sources, id !== remaining.at(-1));
      open.set(id, { student, sources, began: performance.now(), diagnoses: [] });
      return student;
    },
    onCheck: (id, check, of) => request.onProgress?.({ is: "checking", id, check, of }),
    onChecked: (id, checks) => {
      const opened = open.get(id);
      if (opened === undefined) return;
      opened.judged = { milliseconds: Math.round(performance.now() - opened.began), told: opened.student.told() };
      opened.student.afterGrading();
      const exercise = concluded(grading, id, { checks, milliseconds: opened.judged.milliseconds }, opened);
      request.onProgress?.({ is: "judged", exercise });
    },
    isAwaited: () => request.isAwaited?.() ?? true,
    onExplained: (id, diagnoses) => {
      const opened = open.get(id);
      if (opened !== undefined) opened.diagnoses = diagnoses;
    },
  };
  const runner = await equipment.getRunner();
  await runner.run(remaining, job, async (id, ran) => {
    const opened = open.get(id);
    opened?.student.close();
    if (results.has(id) || (opened === undefined && isStopped())) return; // settled without a run
    const result = concluded(grading, id, ran, opened);
    settle(result);
    const isWhole = opened?.judged === undefined || request.isAwaited?.() !== false;
    if (opened !== undefined && !result.cutShort && isWhole) await keep(grading, id, opened.sources, result);
  });
}

/** What an exercise runs with; nothing when it has to wait, or when it is known by now what it comes to. */
async function settleOrGather(grading: Grading, id: string): Promise<Sources | undefined> {
  const { files, results, settle } = grading;
  const sources = await gather(id, files, results);
  if (!(sources instanceof Map)) {
    settle({ ...blankOf(grading, id), outcome: "waiting", waitingFor: sources as string[] });
    return undefined;
  }
  // What could not be looked up before: whether its earlier exercises pass has only now come out.
  const known = await lookUp(grading, id, sources);
  if (known !== undefined) settle(known);
  return known === undefined ? sources : undefined;
}

/** The student's functions, ready to be called. */
async function connect(grading: Grading, id: string, sources: Sources, more: boolean): Promise<StudentConnection> {
  const { spares, getShared } = grading.equipment;
  const exercise = exerciseOf(id);
  const { parameters = {}, exportsDefault = false } = grading.files.ready.get(id)?.vetted ?? {};
  const bundle = link(modulesOf(sources, await getShared()));
  const nameOf = (name: string) => sources.get(name)?.file;
  const code = { exercise, bundle, nameOf, parameters, exportsDefault, forbidden: forbiddenIn(exercise) };
  return connectStudent(code, () => spares.take(more), grading.request.budget);
}

/** An exercise whose suite runs. */
interface Opened {
  readonly student: StudentConnection;
  readonly sources: Sources;
  readonly began: number;
  /** How it was when its checks were through: what is asked to explain it belongs to no grade. */
  judged?: { readonly milliseconds: number; readonly told: Told };
  diagnoses: readonly Diagnosis[];
}

const NOTHING_TOLD: Told = { printed: "", worked: 0, cutShort: false };

function concluded(grading: Grading, id: string, ran: SuiteRun, opened: Opened | undefined): GradedExercise {
  const vetted = grading.files.ready.get(id)?.vetted ?? { lines: {}, remarkable: [] };
  const { milliseconds, told } = opened?.judged ?? {
    milliseconds: ran.milliseconds,
    told: opened?.student.told() ?? NOTHING_TOLD,
  };
  const { language } = grading.request;
  return conclude(blankOf(grading, id), { ...ran, milliseconds }, told, vetted, language, opened?.diagnoses);
}

const blankOf = ({ request: { seed, language }, files }: Grading, id: string) =>
  blank(exerciseOf(id), files.ready.get(id)?.file ?? "", seed, language);

/** What an earlier run made of the same sources. */
async function lookUp(grading: Grading, id: string, sources: Sources): Promise<GradedExercise | undefined> {
  if (!grading.request.useCache) return undefined;
  return await grading.cache.get(id, await keyOf(grading, id, sources));
}

/** Keeps a result for later runs; a fault of the grader is no result. */
async function keep(grading: Grading, id: string, sources: Sources, result: GradedExercise): Promise<void> {
  if (result.outcome === "grader error" || !grading.request.useCache) return;
  await grading.cache.put(id, await keyOf(grading, id, sources), result).catch(() => {});
}

function keyOf({ cache, request, equipment, files }: Grading, id: string, sources: Sources): Promise<string> {
  const named = [...sources].flatMap(([name, { source }]) => [name, source]);
  return cache.key(id, [request.language, equipment.cases, files.ready.get(id)?.file ?? "", ...named]);
}
