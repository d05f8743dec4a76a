/** JUnit XML: a suite for each unit, a case for each exercise; points stand among the properties of a case. */
import type { GradedExercise } from "../../grade.js";
import { UNITS } from "../../syllabus.js";
import { inMarkup } from "../../text/quote-for.js";
import { explained, format, nameOf } from "./format.js";

export const junit = format({
  name: "junit",
  write: (grade) => {
    const suites = UNITS.flatMap(({ folder, exercises: own }) => {
      const exercises = grade.exercises.filter(({ id }) => own.some((one) => one.id === id));
      return exercises.length === 0 ? [] : [{ folder, exercises }];
    });
    const lines = suites.flatMap(({ folder, exercises }) => [
      `  <testsuite ${attributes({ name: folder, ...counts(exercises) })}>`,
      ...(grade.complete ? [] : ["    <properties>", `      ${property("complete", "false")}`, "    </properties>"]),
      ...exercises.flatMap((exercise) => testCase(exercise, folder, explained(exercise, grade.language))),
      "  </testsuite>",
    ]);
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites ${attributes({ name: "attention-workbook", ...counts(grade.exercises) })}>`,
      ...lines,
      "</testsuites>",
      "",
    ].join("\n");
  },
});

function testCase(exercise: GradedExercise, folder: string, explanation: string): string[] {
  const { file, start, milliseconds, points, maxPoints, outcome } = exercise;
  const head = {
    classname: folder,
    name: nameOf(exercise),
    time: (milliseconds / 1000).toFixed(3),
    file,
    ...(start === undefined ? {} : { line: start.line }),
  };
  return [
    `    <testcase ${attributes(head)}>`,
    "      <properties>",
    ...(outcome === "grader error" ? [] : [`        ${property("score", points)}`]),
    `        ${property("maxScore", maxPoints)}`,
    "      </properties>",
    ...verdict(outcome, explanation),
    "    </testcase>",
  ];
}

const property = (name: string, value: string | number): string => `<property ${attributes({ name, value })}/>`;

function verdict(outcome: GradedExercise["outcome"], explanation: string): string[] {
  if (outcome === "passed") return [];
  if (outcome === "not started" || outcome === "waiting")
    return [`      <skipped ${attributes({ message: outcome })}/>`];
  const element = outcome === "grader error" ? "error" : "failure";
  const what = attributes({ message: outcome, type: outcome });
  return [`      <${element} ${what}>${inMarkup(explanation)}</${element}>`];
}

function counts(exercises: readonly GradedExercise[]) {
  const of = (...outcomes: GradedExercise["outcome"][]) =>
    exercises.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const skipped = of("not started", "waiting");
  const errors = of("grader error");
  return {
    tests: exercises.length,
    failures: exercises.length - of("passed") - skipped - errors,
    errors,
    skipped,
    time: (exercises.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(3),
  };
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${inMarkup(String(value))}"`)
    .join(" ");
