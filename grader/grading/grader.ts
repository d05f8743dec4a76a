/** Grades exercises of a submission. */
import type { Grade, GradedCheck, GradedExercise, Outcome, Progress } from "../grade.js";
import { sumUp } from "../grade.js";
import type { Language } from "../language.js";
import { keepSpares, type Spares } from "../sandbox/spare.js";
import { type Bundle, bundle, type SourceFile } from "../submission/bundle.js";
import { type Found, findFile, type Submission } from "../submission/find.js";
import { type Vetted, vet } from "../submission/vet.js";
import type { Connection } from "../suite/connection.js";
import type { FailureKind, Place } from "../suite/failure.js";
import type { CheckResult } from "../suite/run.js";
import { EXERCISES, type Exercise, exerciseOf, forbiddenIn, pointsOf } from "../syllabus.js";
import { wordsIn } from "../text/index.js";
import { openCache } from "./cache.js";
import { connectStudent, type StudentConnection } from "./student.js";
import { type SuiteRun, type SuiteRunner, startRunner } from "./vitest-runner.js";

export interface GradeRequest {
  readonly ids: readonly string[];
  readonly submission: Submission;
  /** Solutions, for earlier exercises that the student has not passed; not in every repository. */
  readonly solutions?: Submission | undefined;
  readonly seed: number;
  readonly language: Language;
  /** Whether results of earlier runs may be taken. */
  readonly useCache: boolean;
  /** Stop at the first exercise that does not pass. */
  readonly bail?: boolean;
  readonly onProgress?: (event: Progress) => void;
}

export interface Grader {
  readonly grade: (request: GradeRequest) => Promise<Grade>;
  /** Gets everything ready that a grade needs, so that the next one is quick. */
  readonly warmUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function openGrader(): Grader {
  const spares = keepSpares();
  let runner: Promise<SuiteRunner> | undefined;
  const getRunner = () => (runner ??= startRunner());
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One after the other: there is one vitest.
    grade: (request) => {
      const grade = last.then(() => gradeAll(request, spares, getRunner));
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

/** A student's file that can be run. */
type Ready = { readonly file: string; readonly source: string; readonly vetted: Vetted & { readonly is: "fine" } };

async function gradeAll(request: GradeRequest, spares: Spares, getRunner: () => Promise<SuiteRunner>): Promise<Grade> {
  const { submission, seed, language, bail = false } = request;
  const cache = await openCache(submission.folder);
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

  const sourcesOf = (id: string): Map<string, SourceFile> | string[] => gather(id, ready, results, request);
  const keyOf = (id: string, sources: ReadonlyMap<string, SourceFile>) =>
    cache.key(id, [
      language,
      ready.get(id)?.file ?? "",
      ...[...sources].flatMap(([name, { source }]) => [name, source]),
    ]);

  // What is known from earlier runs. A result depends on whether the exercises that it imports pass, so: in order.
  const remaining: string[] = [];
  for (const id of order) {
    const known = request.useCache && ready.get(id)?.vetted.imports.every((needed) => results.has(needed));
    const sources = known ? sourcesOf(id) : undefined;
    const result = sources instanceof Map ? await cache.get(id, await keyOf(id, sources)) : undefined;
    if (result === undefined) remaining.push(id);
    else settle(result);
  }

  if (remaining.length > 0) {
    request.onProgress?.({ is: "preparing" });
    spares.prepare();
    const open = new Map<string, { connection: StudentConnection; sources: ReadonlyMap<string, SourceFile> }>();
    const job = {
      seed,
      open: async (id: string): Promise<Connection | undefined> => {
        if (stopped) return undefined;
        const exercise = exerciseOf(id);
        const sources = sourcesOf(id);
        const base = blank(exercise, ready.get(id)?.file ?? "", seed, language);
        if (!(sources instanceof Map)) {
          settle({ ...base, outcome: "waiting", waitingFor: sources });
          return undefined;
        }
        const bundled = await bundle(id, sources);
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
        const connection = connect(exercise, bundled.bundle, sources, ready.get(id), spares, id !== remaining.at(-1));
        open.set(id, { connection, sources });
        return connection;
      },
    };
    const runner = await getRunner();
    await runner.run(remaining, job, async (id, run) => {
      const opened = open.get(id);
      opened?.connection.close();
      if (results.has(id) || (opened === undefined && stopped)) return; // settled without a run
      const base = blank(exerciseOf(id), ready.get(id)?.file ?? "", seed, language);
      const lines = ready.get(id)?.vetted.lines ?? {};
      const result = conclude(base, run, opened?.connection.printed() ?? "", lines, language);
      settle(result);
      if (opened !== undefined && result.outcome !== "grader error" && request.useCache) {
        await cache.put(id, await keyOf(id, opened.sources), result).catch(() => {});
      }
    });
  }
  return sumUp(
    seed,
    language,
    request.ids.flatMap((id) => results.get(id) ?? []),
  );
}

/** What an exercise's file is before anything of it runs. */
function inspect(id: string, submission: Submission, seed: number, language: Language): GradedExercise | Ready {
  const exercise = exerciseOf(id);
  const found: Found = findFile(submission, id);
  const base = blank(exercise, found.file, seed, language);
  if (found.is === "missing") return { ...base, outcome: "missing", message: found.text[language] };
  if (found.is === "refused") return { ...base, outcome: "breaks a rule", message: found.text[language] };
  const vetted = vet(exercise, found.file, found.source);
  if (vetted.is === "broken") {
    return {
      ...base,
      outcome: "does not compile",
      message: vetted.text[language],
      place: vetted.place,
      line: vetted.line,
    };
  }
  if (vetted.is === "refused")
    return { ...base, outcome: "breaks a rule", message: vetted.text[language], place: vetted.place };
  if (vetted.untouched) return { ...base, outcome: "not started" };
  return { file: found.file, source: found.source, vetted };
}

/**
 * The files that an exercise runs with: its own, and for each exercise that it imports the student's where that one
 * passes, or else the solution. Without a solution: the exercises that it has to wait for.
 */
function gather(
  id: string,
  ready: ReadonlyMap<string, Ready>,
  results: ReadonlyMap<string, GradedExercise>,
  { solutions }: GradeRequest,
): Map<string, SourceFile> | string[] {
  const sources = new Map<string, SourceFile>();
  const waiting: string[] = [];
  const add = (one: string, own: boolean): void => {
    if (sources.has(one)) return;
    const mine = own ? ready.get(one) : undefined;
    const solved = mine === undefined && solutions !== undefined ? findFile(solutions, one) : undefined;
    const file = mine ?? (solved?.is === "found" ? solved : undefined);
    if (file === undefined) {
      waiting.push(one);
      return;
    }
    sources.set(one, { file: file.file, source: file.source });
    const vetted = mine?.vetted ?? vet(exerciseOf(one), file.file, file.source);
    const imports = vetted.is === "fine" ? vetted.imports : [];
    for (const needed of imports) add(needed, results.get(needed)?.outcome === "passed");
  };
  add(id, true);
  return waiting.length > 0 ? waiting : sources;
}

function connect(
  exercise: Exercise,
  bundled: Bundle,
  sources: ReadonlyMap<string, SourceFile>,
  own: Ready | undefined,
  spares: Spares,
  more: boolean,
): StudentConnection {
  const nameOf = (source: string) => sources.get(source.replace(/^.*exercise:/, ""))?.file;
  const parameters = own?.vetted.parameters ?? {};
  return connectStudent({ exercise, bundle: bundled, nameOf, parameters, forbidden: forbiddenIn(exercise) }, () =>
    spares.take(more),
  );
}

/** An exercise before its outcome is known. */
function blank(exercise: Exercise, file: string, seed: number, language: Language) {
  const { id, slug, title, optional = false } = exercise;
  const maxPoints = pointsOf(exercise);
  const checks: GradedCheck[] = [];
  return {
    id,
    slug,
    title: title[language],
    file,
    points: 0,
    maxPoints,
    optional,
    milliseconds: 0,
    checks,
    cached: false,
    seed,
  };
}

/** What a run of a suite comes to. */
function conclude(
  base: ReturnType<typeof blank>,
  run: SuiteRun,
  printed: string,
  lines: Readonly<Record<string, number>>,
  language: Language,
): GradedExercise {
  const words = wordsIn(language);
  const { checks: expected } = exerciseOf(base.id);
  const milliseconds = run.milliseconds;
  if (run.error !== undefined) {
    return { ...base, milliseconds, outcome: "grader error", message: words.suiteFailed(run.error) };
  }
  if (run.checks.length !== expected) {
    return { ...base, milliseconds, outcome: "grader error", message: words.noChecks(expected, run.checks.length) };
  }
  const checks = run.checks.map((check) => gradedCheck(check, language));
  const points = checks.reduce((sum, check) => sum + check.points, 0);
  const line = lines[run.checks.find(({ failure }) => failure !== undefined)?.about ?? ""];
  const graded = {
    ...base,
    milliseconds,
    checks,
    points,
    ...(line !== undefined && { start: { file: base.file, line, column: 1 } }),
    ...(printed !== "" && { printed }),
  };
  const kinds = run.checks.flatMap(({ failure }) => failure?.kind ?? []);
  const outcome = outcomeOf(kinds, points);
  if (outcome === "missing" || outcome === "breaks a rule") {
    const failure = run.checks.find((check) => check.failure?.kind === outcome)?.failure;
    const message = failure?.text[language] ?? "";
    const place = failure?.place;
    return outcome === "missing"
      ? { ...graded, outcome, message }
      : { ...graded, outcome, message, ...(place && { place }) };
  }
  return { ...graded, outcome };
}

/** From the most telling to the least. */
const TELLING = [
  "breaks a rule",
  "missing",
  "timed out",
  "out of memory",
  "crashed",
  "threw",
  "bad value",
  "wrong",
] as const;

type Concluded = Exclude<Outcome, "does not compile" | "waiting" | "grader error">;

function outcomeOf(kinds: readonly FailureKind[], points: number): Concluded {
  if (kinds.length === 0) return "passed";
  if (points > 0) return "partial";
  if (kinds.every((kind) => kind === "not started")) return "not started";
  return TELLING.find((kind) => kinds.includes(kind)) ?? "wrong";
}

function gradedCheck({ name, points, maxPoints, failure }: CheckResult, language: Language): GradedCheck {
  const check = { name: name.en, title: name[language], passed: failure === undefined, points, maxPoints };
  if (failure === undefined) return check;
  const { text, mistake, place } = failure;
  return {
    ...check,
    message: text[language],
    ...(mistake && { mistake: mistake.id, hint: mistake.hint[language] }),
    ...(place && { place: place satisfies Place }),
  };
}
