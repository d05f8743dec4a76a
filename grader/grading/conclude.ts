/** What the checks of an exercise come to. */

import type { Diagnosis } from "../explain/explain.js";
import type { GradedCheck, GradedExercise, Outcome } from "../grade.js";
import type { Language } from "../language.js";
import type { FailureKind } from "../suite/failure.js";
import type { CheckResult } from "../suite/run.js";
import { type Exercise, exerciseOf, pointsOf } from "../syllabus.js";
import { wordsIn } from "../text/index.js";
import type { Told } from "./student.js";
import type { SuiteRun } from "./vitest-runner.js";

/** An exercise before its outcome is known. */
export function blank(exercise: Exercise, file: string, seed: number, language: Language) {
  const { id, slug, title, optional = false } = exercise;
  const maxPoints = pointsOf(exercise);
  const checks: GradedCheck[] = [];
  const diagnoses: GradedExercise["diagnoses"] = [];
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
    diagnoses,
    cached: false,
    seed,
  };
}

/** What a run of a suite comes to. */
export function conclude(
  base: ReturnType<typeof blank>,
  run: SuiteRun,
  { printed, worked, cutShort }: Told,
  vetted: { readonly lines: Readonly<Record<string, number>>; readonly remarkable: readonly string[] },
  language: Language,
  why: readonly Diagnosis[] = [],
): GradedExercise {
  const words = wordsIn(language);
  const { checks: expected, remarks } = exerciseOf(base.id);
  const milliseconds = run.milliseconds;
  if (run.error !== undefined) {
    return { ...base, milliseconds, outcome: "grader error", message: words.suiteFailed(run.error) };
  }
  if (run.checks.length !== expected) {
    return { ...base, milliseconds, outcome: "grader error", message: words.noChecks(expected, run.checks.length) };
  }
  const pictured = new Set(run.checks.filter(({ failure }) => failure?.figure !== undefined).slice(0, MOST_FIGURES));
  const diagnoses = why.map((one) => ({ ...one, text: one.text[language] }));
  const checks = run.checks.map((check) => gradedCheck(check, language, pictured.has(check), diagnoses));
  const points = checks.reduce((sum, check) => sum + check.points, 0);
  const said = run.checks.flatMap((check) => check.remarks ?? []).map((remark) => remark[language]);
  const notes = [...new Set([...vetted.remarkable.map((name) => remarks?.[name]?.[language] ?? ""), ...said])];
  const line = vetted.lines[run.checks.find(({ failure }) => failure !== undefined)?.about ?? ""];
  const graded = {
    ...base,
    milliseconds,
    checks,
    diagnoses,
    points,
    ...(line !== undefined && { start: { file: base.file, line, column: 1 } }),
    ...(notes.length > 0 && { remarks: notes }),
    ...(printed !== "" && { printed }),
    worked: Math.round(1000 * worked),
    ...(cutShort && { cutShort: true as const }),
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

/** Figures of one exercise: what fails later mostly fails for the same reason, and a grade is to stay small. */
const MOST_FIGURES = 2;

/** What says more about a file than how its first check failed, the most telling first. */
const TELLING = ["breaks a rule", "missing", "timed out", "out of memory", "crashed"] as const;

type Concluded = Exclude<Outcome, "does not compile" | "waiting" | "grader error">;

function outcomeOf(kinds: readonly FailureKind[], points: number): Concluded {
  if (kinds.length === 0) return "passed";
  if (points > 0) return "partial";
  if (kinds.every((kind) => kind === "not started")) return "not started";
  return TELLING.find((kind) => kinds.includes(kind)) ?? kinds[0] ?? "wrong";
}

function gradedCheck(
  { name, about, points, maxPoints, failure }: CheckResult,
  language: Language,
  pictured: boolean,
  diagnoses: GradedExercise["diagnoses"],
): GradedCheck {
  const check = { name: name.en, title: name[language], about, passed: failure === undefined, points, maxPoints };
  if (failure === undefined) return check;
  const { text, mistake, advice, place, figure } = failure;
  const found = diagnoses.find(({ is, check: of }) => of === name.en && (is === "probe" || is === "place"))?.text;
  const hint = mistake?.hint[language] ?? advice?.[language] ?? found;
  return {
    ...check,
    message: text[language],
    ...(mistake && { mistake: mistake.id }),
    ...(hint !== undefined && { hint }),
    ...(place && { place }),
    ...(pictured &&
      figure && {
        figure: { ...figure, subject: figure.subject[language], got: [...figure.got], expected: [...figure.expected] },
      }),
  };
}
