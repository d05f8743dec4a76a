/** Grades exercises of a submission. */
import { type Grade, type GradedExercise, type Progress, sumUp } from "../grade.js";
import type { Language } from "../language.js";
import { release } from "../release.js";
import type { Sandbox } from "../sandbox/sandbox.js";
import { keepSpares, type Spares } from "../sandbox/spare.js";
import { type Bundle, bundle, type SourceFile } from "../submission/bundle.js";
import type { Submission } from "../submission/find.js";
import { helpers } from "../submission/helpers.js";
import type { Connection } from "../suite/connection.js";
import type { Computed } from "../suite/session.js";
import { EXERCISES, type Exercise, exerciseOf, forbiddenIn } from "../syllabus.js";
import type { Budget } from "./budget.js";
import { openCache, type ResultCache } from "./cache.js";
import { blank, conclude } from "./conclude.js";
import type { Job } from "./job.js";
import { gather, inspect, type Ready } from "./prepare.js";
import { openSealed } from "./sealed.js";
import { connectStudent, type StudentConnection } from "./student.js";
import { type SuiteRunner, startRunner } from "./vitest-runner.js";

export interface GradeRequest {
  readonly ids: readonly string[];
  readonly submission: Submission;
  /** Solutions, for earlier exercises that the student has not passed; not in every repository. */
  readonly solutions?: Submission | undefined;
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
  let runner: Promise<SuiteRunner> | undefined;
  const sealed = wish === "recorded" ? undefined : openSealed();
  const cases = release !== undefined && sealed === undefined ? "recorded" : "fresh";
  const shared = helpers(sealed);
  const getRunner = () => (runner ??= startRunner(sealed));
  // Of the last seed: whoever is graded with the same one is compared with the same answers.
  let answers = { seed: -1, bySuite: new Map<string, Computed>() };
  const computedWith = (seed: number) => (id: string) => {
    if (answers.seed !== seed) answers = { seed, bySuite: new Map() };
    const known = answers.bySuite.get(id) ?? new WeakMap();
    answers.bySuite.set(id, known);
    return known;
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One after the other: there is one vitest.
    grade: (request) => {
      const grade = last.then(() =>
        gradeAll(request, { cases, spares, getRunner, shared, computed: computedWith(request.seed) }),
      );
      last = grade.catch(() => {});
      return grade;
    },
    warmUp: async () => {
      spares.prepare();
      await Promise.all([getRunner(), import("esbuild")]);
    },
    close: async () => {
      spares.close();
      await (await runner)?.close();
    },
  };
}

/** What grades of one grader share. */
interface Equipment {
  readonly cases: Grade["cases"];
  readonly spares: Spares;
  readonly getRunner: () => Promise<SuiteRunner>;
  /** What exercises import as `../support.js`. */
  readonly shared: string;
  readonly computed: NonNullable<Job["computed"]>;
}

async function gradeAll(
  request: GradeRequest,
  { cases, spares, getRunner, shared, computed }: Equipment,
): Promise<Grade> {
  const { submission, seed, language, bail = false } = request;
  const cache = request.cache ?? (await openCache(submission.folder));
  const ready = new Map<string, Ready>();
  const results = new Map<string, GradedExercise>();
  const wanted = new Set(request.ids);
  let stopped = false;

  const settle = (result: GradedExercise) => {
    results.set(result.id, result);
    if (!wanted.has(result.id)) return;
    request.onProgress?.({ is: "graded", exercise: result });
    if (bail && result.outcome !== "passed") stopped = true;
  };

  // What a file is by itself: missing, broken, against a rule, not started, or ready to run.
  const look = (id: string): void => {
    if (ready.has(id) || results.has(id)) return;
    const inspected = inspect(id, submission, seed, language);
    if ("outcome" in inspected) {
      settle(inspected);
    } else {
      ready.set(id, inspected);
      for (const needed of inspected.vetted.imports) look(needed);
    }
  };
  for (const id of request.ids) look(id);
  const order = EXERCISES.map(({ id }) => id).filter((id) => ready.has(id));

  const sourcesOf = (id: string): Map<string, SourceFile> | string[] => gather(id, ready, results, request.solutions);
  const keyOf = (id: string, sources: ReadonlyMap<string, SourceFile>) =>
    cache.key(id, [
      language,
      cases,
      ready.get(id)?.file ?? "",
      ...[...sources].flatMap(([name, { source }]) => [name, source]),
    ]);

  // What is known from earlier runs. A result depends on whether the exercises that it imports pass, so: in order.
  // Where all share a budget, what is known takes from it in its turn, as if it ran.
  const early = request.useCache && request.budget === undefined;
  const remaining: string[] = [];
  for (const id of order) {
    const known = early && ready.get(id)?.vetted.imports.every((needed) => results.has(needed));
    const sources = known ? sourcesOf(id) : undefined;
    const result = sources instanceof Map ? await cache.get(id, await keyOf(id, sources)) : undefined;
    if (result === undefined) remaining.push(id);
    else settle(result);
  }

  if (remaining.length > 0) {
    request.onProgress?.({ is: "preparing" });
    spares.prepare();
    const open = new Map<string, { connection: StudentConnection; sources: ReadonlyMap<string, SourceFile> }>();
    const job: Job = {
      seed,
      computed,
      open: async (id: string): Promise<Connection | undefined> => {
        if (stopped) return undefined;
        const exercise = exerciseOf(id);
        const sources = sourcesOf(id);
        const base = blank(exercise, ready.get(id)?.file ?? "", seed, language);
        if (!(sources instanceof Map)) {
          settle({ ...base, outcome: "waiting", waitingFor: sources });
          return undefined;
        }
        // What could not be looked up before: whether its earlier exercises pass has only now come out.
        const known = request.useCache ? await cache.get(id, await keyOf(id, sources)) : undefined;
        if (known !== undefined) {
          settle(known);
          return undefined;
        }
        const bundled = await bundle(id, sources, shared);
        if (bundled.is === "broken") {
          const { place, line } = bundled;
          const file = sources.get(place.file)?.file ?? place.file;
          settle({
            ...base,
            outcome: "does not compile",
            message: bundled.text[language],
            place: { ...place, file },
            line,
          });
          return undefined;
        }
        request.onProgress?.({ is: "grading", id, index: remaining.indexOf(id), of: remaining.length });
        const more = id !== remaining.at(-1);
        const start = () => spares.take(more);
        const connection = connect(exercise, bundled.bundle, sources, ready.get(id), start, request.budget);
        open.set(id, { connection, sources });
        return connection;
      },
      onCheck: (id: string, check: number, of: number) => request.onProgress?.({ is: "checking", id, check, of }),
    };
    const runner = await getRunner();
    await runner.run(remaining, job, async (id, run) => {
      const opened = open.get(id);
      opened?.connection.close();
      if (results.has(id) || (opened === undefined && stopped)) return; // settled without a run
      const base = blank(exerciseOf(id), ready.get(id)?.file ?? "", seed, language);
      const vetted = ready.get(id)?.vetted ?? { lines: {}, remarkable: [] };
      const told = opened?.connection.told() ?? { printed: "", worked: 0, cutShort: false };
      const result = conclude(base, run, told, vetted, language);
      settle(result);
      if (opened !== undefined && result.outcome !== "grader error" && !told.cutShort && request.useCache) {
        await cache.put(id, await keyOf(id, opened.sources), result).catch(() => {});
      }
    });
  }
  return sumUp(
    seed,
    language,
    request.ids.flatMap((id) => results.get(id) ?? []),
    cases,
  );
}

function connect(
  exercise: Exercise,
  bundled: Bundle,
  sources: ReadonlyMap<string, SourceFile>,
  own: Ready | undefined,
  start: () => Promise<Sandbox>,
  budget: Budget | undefined,
): StudentConnection {
  const nameOf = (source: string) => sources.get(source.replace(/^.*exercise:/, ""))?.file;
  const { parameters = {}, exportsDefault = false } = own?.vetted ?? {};
  const code = { exercise, bundle: bundled, nameOf, parameters, exportsDefault, forbidden: forbiddenIn(exercise) };
  return connectStudent(code, start, budget);
}
