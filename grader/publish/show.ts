/** Shows a grade on a screen: line by line while it is made, details and sums when it is. */
import type { Grade, GradedExercise, Progress } from "../grade.js";
import type { Language } from "../language.js";
import { exerciseOf } from "../syllabus.js";
import { wordsIn } from "../text/index.js";
import type { Screen } from "./screen.js";
import { details, exerciseLine, summary } from "./terminal.js";

export interface Report {
  readonly onProgress: (event: Progress) => void;
  readonly finish: (grade: Grade) => void;
}

/** An exercise that takes longer than this says so. */
const LONG_SECONDS = 5;

/** @param ids what is graded, in the order in which it is to be shown */
export function openReport(ids: readonly string[], seed: number, language: Language, screen: Screen): Report {
  const text = wordsIn(language);
  const graded = new Map<string, GradedExercise>();
  let shown = 0;
  let status = ""; // what is being graded
  let since = Date.now();
  let clock: NodeJS.Timeout | undefined;
  screen.print(` ${screen.chalk.bold(text.title)} ${screen.chalk.dim(`· ${text.seed(seed)}`)}\n\n`);

  /** Prints the lines of all exercises whose turn has come: results may arrive in another order. */
  const printLines = () => {
    for (let next = graded.get(ids[shown] ?? ""); next !== undefined; next = graded.get(ids[shown] ?? "")) {
      screen.print(`${exerciseLine(next, text, screen)}\n`);
      shown++;
    }
  };
  const stopClock = () => clearInterval(clock);
  /** Where lines can be replaced, the seconds count on; elsewhere one line says that it takes longer. */
  const tick = (id: string) => {
    const seconds = Math.round((Date.now() - since) / 1000);
    if (seconds < LONG_SECONDS) return;
    if (screen.interactive) screen.status(`${status} · ${text.takesLong(seconds)}`);
    else screen.print(` ${screen.chalk.dim(`${id}: ${text.takesLong(seconds)}`)}\n`);
    if (!screen.interactive) stopClock();
  };
  return {
    onProgress: (event) => {
      if (event.is === "preparing") screen.status(` ${screen.chalk.dim(text.starting)}`);
      if (event.is === "grading") {
        const title = exerciseOf(event.id).title[language];
        status = ` ${text.grading(event.id, title)} (${event.index + 1}/${event.of})`;
        screen.status(status);
        since = Date.now();
        stopClock();
        clock = setInterval(() => tick(event.id), 1000).unref();
      }
      if (event.is === "checking") {
        status = status.replace(/( · .*)?$/, ` · ${text.checking(event.check, event.of)}`);
        screen.status(status);
      }
      if (event.is === "graded") {
        graded.set(event.exercise.id, event.exercise);
        printLines();
      }
    },
    finish: (grade) => {
      stopClock();
      const missed = grade.exercises.slice(shown).map((exercise) => `${exerciseLine(exercise, text, screen)}\n`);
      screen.print(`${missed.join("")}\n`);
      for (const exercise of grade.exercises) {
        const explained = details(exercise, text, screen);
        if (explained !== "") screen.print(`${explained}\n`);
      }
      screen.print(summary(grade, text, screen));
      if (grade.exercises.length < ids.length) screen.print(` ${screen.chalk.dim(text.stopped)}\n`);
    },
  };
}
