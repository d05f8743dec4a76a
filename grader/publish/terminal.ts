/** A grade as a screen of text. */

import type { Grade, GradedCheck, GradedExercise, Outcome } from "../grade.js";
import { UNITS } from "../syllabus.js";
import type { Dictionary } from "../text/en.js";
import { quoteLine, quoteLines } from "../text/quote.js";
import { quotedExercise, quotedGrade } from "./quoted.js";
import type { Screen } from "./screen.js";
import { columns } from "./width.js";

/** One sign for each outcome. */
export function signOf(outcome: Outcome): string {
  if (outcome === "passed") return "✓";
  if (outcome === "partial") return "◐";
  if (outcome === "not started") return "·";
  if (outcome === "waiting") return "…";
  return outcome === "grader error" ? "!" : "✗";
}

/** The line of one exercise. */
export function exerciseLine(given: GradedExercise, text: Dictionary, screen: Screen): string {
  const exercise = quotedExercise(given);
  const { chalk } = screen;
  const colour = colourOf(exercise.outcome, screen);
  const remark = remarkOn(exercise, text);
  const left = ` ${colour(signOf(exercise.outcome))} ${chalk.bold(exercise.id)} ${exercise.title}${remark === "" ? "" : chalk.dim(` · ${remark}`)}`;
  return spread(left, colour(shownPoints(exercise, text)), screen);
}

/** The points of an exercise; of one that the grader failed on there are none. */
export const shownPoints = ({ outcome, points, maxPoints }: GradedExercise, text: Dictionary): string =>
  outcome === "grader error" ? text.ungraded : text.shortPoints(points, maxPoints);

/** The points of several exercises, or of a grade; where some are missing, no more than what there is so far. */
export const sumOf = (complete: boolean, points: number, maxPoints: number, text: Dictionary): string =>
  complete ? text.points(points, maxPoints) : text.pointsSoFar(points);

/** That a grade is none, where the grader failed on some of it. */
export function notFinal({ complete, exercises }: Grade, text: Dictionary): string | undefined {
  const broken = exercises.filter(({ outcome }) => outcome === "grader error");
  return complete ? undefined : text.notFinal(broken.map(({ id }) => id).join(", "));
}

function remarkOn(exercise: GradedExercise, text: Dictionary): string {
  const remarks: string[] = [];
  if (exercise.outcome === "waiting") remarks.push(text.waitingFor(exercise.waitingFor.join(", ")));
  else if (!["passed", "partial", "wrong"].includes(exercise.outcome)) remarks.push(text.outcome[exercise.outcome]);
  if (exercise.optional) remarks.push(text.optional);
  return remarks.join(" · ");
}

function colourOf(outcome: Outcome, { chalk }: Screen) {
  if (outcome === "passed") return chalk.green;
  if (outcome === "partial" || outcome === "waiting") return chalk.yellow;
  if (outcome === "not started") return chalk.dim;
  return outcome === "grader error" ? chalk.magenta : chalk.red;
}

/** What to know about an exercise: why it did not pass, what it printed, what is worth a remark. Often nothing. */
export function details(given: GradedExercise, text: Dictionary, screen: Screen): string {
  const exercise = quotedExercise(given);
  const { chalk } = screen;
  const lines: string[] = [];
  const quiet = ["passed", "not started", "waiting"].includes(exercise.outcome);
  if (quiet && exercise.printed === undefined && exercise.remarks === undefined) return "";
  lines.push(
    spread(
      ` ${chalk.bold(`${exercise.id} ${exercise.title}`)}`,
      exercise.outcome === "grader error" ? text.ungraded : text.points(exercise.points, exercise.maxPoints),
      screen,
    ),
  );
  if ("message" in exercise) {
    lines.push(...indent(quoteLine(exercise.message), 5, screen));
    if ("place" in exercise && exercise.place !== undefined) {
      const { file, line, column } = exercise.place;
      lines.push(`     ${chalk.cyan(quoteLine(`${file}:${line}:${column}`))}`);
      if (exercise.outcome === "does not compile") lines.push(...sourceLine(exercise.line, line, column, screen));
    }
    if (exercise.outcome === "grader error") lines.push(...indent(text.graderError, 5, screen));
  }
  if (!quiet) for (const check of exercise.checks) lines.push(...checkLines(check, text, screen));
  for (const remark of exercise.remarks ?? []) lines.push(...indent(`${text.remark} ${remark}`, 5, screen));
  if (exercise.printed !== undefined) {
    const printed = quoteLines(exercise.printed);
    lines.push(`   ${text.printed}`, ...printed.slice(0, SHOWN_PRINTS).map((line) => chalk.dim(`   │ ${line}`)));
    if (printed.length > SHOWN_PRINTS) lines.push(chalk.dim(`   │ … (+${printed.length - SHOWN_PRINTS})`));
  }
  if (!quiet && exercise.outcome !== "grader error") {
    lines.push(`   ${nextStep(exercise, text, screen)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Lines of a student's printing that a screen shows; the grade keeps all. */
const SHOWN_PRINTS = 20;

/** What to do next about an exercise. */
export function nextStep(exercise: GradedExercise, text: Dictionary, screen: Screen): string {
  const noFile = exercise.outcome === "missing" && exercise.checks.length === 0;
  return `${screen.chalk.bold(text.next)} ${noFile ? text.bringBack(exercise.id) : openingOf(exercise, text, screen)}`;
}

/** The next step, with its place in colour. */
function openingOf(exercise: GradedExercise, text: Dictionary, { chalk }: Screen): string {
  const place = placeToOpen(exercise);
  return text.nextStep(place, exercise.id).replace(place, () => chalk.cyan(place));
}

/** Where to look first: the place of a failure, or the file. */
export function placeToOpen(exercise: GradedExercise): string {
  const own = "place" in exercise ? exercise.place : undefined;
  const thrown = exercise.checks.find((check) => check.place?.file === exercise.file)?.place;
  const place = own ?? thrown ?? exercise.start;
  return quoteLine(place === undefined ? exercise.file : `${place.file}:${place.line}`);
}

function checkLines(check: GradedCheck, text: Dictionary, screen: Screen): string[] {
  const { chalk } = screen;
  const sign = check.passed ? chalk.green("✓") : chalk.red("✗");
  const lines = [spread(`   ${sign} ${check.title}`, text.shortPoints(check.points, check.maxPoints), screen)];
  if (check.message !== undefined) {
    const [first = "", ...excerpt] = check.message.split("\n");
    const at = check.place && quoteLine(`(${check.place.file.split("/").at(-1)}:${check.place.line})`);
    const place = at === undefined ? "" : ` ${chalk.cyan(at)}`;
    lines.push(
      ...indent(quoteLine(first) + place, 5, screen),
      ...excerpt.map((line) => chalk.dim(`     ${quoteLine(line)}`)),
    );
  }
  if (check.hint !== undefined) lines.push(...indent(check.hint, 5, screen).map((line) => chalk.yellow(line)));
  return lines;
}

/** A line of source with a mark below the place; of a long line, the part around it. */
function sourceLine(line: string, number: number, column: number, { chalk, width }: Screen): string[] {
  const margin = `   ${number} | `;
  const room = width - margin.length;
  const start = column <= room ? 0 : column - Math.floor(room / 2);
  const shown = quoteLine(line.replace(/\t/g, " ").slice(start, start + room));
  return [chalk.dim(margin) + shown, " ".repeat(margin.length + column - start - 1) + chalk.red("^")];
}

/** Points for each unit and in all, and the next step. */
export function summary(given: Grade, text: Dictionary, screen: Screen): string {
  const grade = quotedGrade(given);
  const { chalk } = screen;
  const lines: string[] = [];
  const graded = new Map(grade.exercises.map((exercise) => [exercise.id, exercise]));
  const units = UNITS.map((unit) => ({ unit, list: unit.exercises.flatMap(({ id }) => graded.get(id) ?? []) }));
  const shown = units.filter(({ list }) => list.length > 0);
  for (const { unit, list } of shown) {
    const counted = list.filter(({ optional }) => !optional);
    const complete = counted.every(({ outcome }) => outcome !== "grader error");
    const sum = (key: "points" | "maxPoints") => counted.reduce((total, one) => total + one[key], 0);
    lines.push(
      spread(
        ` ${text.unit(unit.number, unit.title[grade.language])}`,
        sumOf(complete, sum("points"), sum("maxPoints"), text),
        screen,
      ),
    );
  }
  const { complete, points, maxPoints, bonus, maxBonus } = grade;
  lines.push(chalk.bold(spread(` ${text.total}`, sumOf(complete, points, maxPoints, text), screen)));
  if (maxBonus > 0) lines.push(spread(` ${text.bonus}`, sumOf(complete, bonus, maxBonus, text), screen));
  const warning = notFinal(grade, text);
  if (warning !== undefined) lines.push("", ...indent(warning, 1, screen).map((line) => chalk.magenta(line)));
  const next = nextExercise(grade);
  if (next !== undefined) lines.push("", ` ${chalk.bold(text.next)} ${openingOf(next, text, screen)}`);
  else if (grade.exercises.every(({ outcome }) => outcome === "passed"))
    lines.push("", ` ${chalk.green(text.allPassed)}`);
  if (grade.cases === "recorded") lines.push("", ` ${chalk.dim(text.recordedCases)}`);
  return `${lines.join("\n")}\n`;
}

/** The first exercise that waits for work. */
export function nextExercise(grade: Grade): GradedExercise | undefined {
  const open = grade.exercises.filter(
    ({ outcome }) => outcome !== "passed" && outcome !== "waiting" && outcome !== "grader error",
  );
  return open.find(({ optional }) => !optional) ?? open[0];
}

/** Left and right ends of a line of the screen's width. */
function spread(left: string, right: string, screen: Screen): string {
  const gap = screen.width - columns(left) - columns(right) - 1;
  return `${left}${" ".repeat(Math.max(2, gap))}${right}`;
}

/** Text broken at spaces, indented. */
function indent(text: string, by: number, screen: Screen): string[] {
  const room = screen.width - by - 1;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && columns(`${line} ${word}`) > room) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => " ".repeat(by) + line);
}
