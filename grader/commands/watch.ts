/** `npm run watch`: the screen of one exercise, drawn again after each save. */
import { type FSWatcher, watch as watchFolder } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.js";
import type { Grade, GradedExercise } from "../grade.js";
import { sumUp } from "../grade.js";
import { openGrader } from "../grading/grader.js";
import { details, exerciseLine, nextExercise, nextStep } from "../publish/terminal.js";
import { root } from "../store.js";
import { openSubmission, type Submission } from "../submission/find.js";
import { solutionsFolder } from "../submission/solutions.js";
import { EXERCISES, placeOf, UNITS } from "../syllabus.js";
import { quoteScreen, quoteStack } from "../text/quote.js";
import type { Call, Command } from "./command.js";
import { nextHint } from "./hint.js";
import { syllabusLines } from "./list.js";
import { putStub } from "./reset.js";
import { selectExercises } from "./select.js";

export const watch: Command = {
  name: "watch",
  words: { en: "[1.4]", es: "[1.4]" },
  summary: { en: "grade an exercise again on each save", es: "califica un ejercicio cada vez que lo guardas" },
  options: {},
  run: async (call) => {
    if (!process.stdin.isTTY || !process.stdout.isTTY) throw new UsageError(call.text.needsTerminal);
    const wanted = call.words.length === 0 ? undefined : selectExercises(call.words, call.text)[0];
    return await new Promise((resolve, reject) => {
      keepWatching(call, wanted, resolve).catch(reject);
    });
  },
};

const ALL = EXERCISES.map(({ id }) => id);
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

type View =
  | { readonly is: "exercise" }
  | { readonly is: "list" }
  | { readonly is: "text"; readonly lines: readonly string[] }
  | { readonly is: "asking"; readonly question: string };

async function keepWatching(call: Call, wanted: string | undefined, done: (code: number) => void): Promise<void> {
  const { language, text, screen } = call;
  const submission = openSubmission(root, language);
  const solutions = solutionsFolder(language);
  const grader = openGrader();
  const results = new Map<string, GradedExercise>();
  let current = wanted ?? EXERCISES[0]?.id ?? "";
  let view: View = { is: "exercise" };
  let busy = "";
  let touched = false; // a save has chosen the exercise already
  let ended = false;

  const draw = () => {
    if (ended) return;
    const lines = contentOf(view, results, current, call);
    const room = Math.max(8, (process.stdout.rows ?? 40) - 4);
    const shown = lines.length > room ? [...lines.slice(0, room - 1), ` … npm run grade -- ${current}`] : lines;
    const status = busy === "" ? text.watching(fileOf(current)) : busy;
    process.stdout.write(
      `${CLEAR}${quoteScreen([...shown, "", ` ${screen.chalk.dim(status)}`, ` ${screen.chalk.bold(text.watchKeys)}`].join("\n"))}`,
    );
  };

  const grade = async (ids: readonly string[]): Promise<void> => {
    busy = ids.length === 1 ? text.grading(ids[0] ?? "", "") : text.starting;
    draw();
    const seed = Math.floor(Math.random() * 2 ** 32);
    const graded = await grader.grade({
      ...{ ids, submission, solutions, seed, language, useCache: true },
      // The verdict does not wait for its explanation, nor does the next save.
      onProgress: (event) => {
        if (event.is !== "judged" || ids.length > 1) return;
        results.set(event.exercise.id, event.exercise);
        busy = "";
        draw();
      },
      isAwaited: () => waiting.size === 0,
    });
    for (const exercise of graded.exercises) results.set(exercise.id, exercise);
    busy = "";
    draw();
    await grader.warmUp();
  };

  // One grade at a time: saves that come meanwhile are graded together after it.
  const waiting = new Set<string>();
  let working = false;
  const ask = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) waiting.add(id);
    if (working) return;
    working = true;
    try {
      while (waiting.size > 0 && !ended) {
        const next = ALL.filter((id) => waiting.has(id));
        waiting.clear();
        await grade(next);
      }
    } catch (error) {
      stop(error);
    } finally {
      working = false;
    }
  };

  const watchers = watchExercises(submission, (id) => {
    touched = true;
    current = id;
    view = { is: "exercise" };
    ask([id]);
  });
  const restoreTerminal = () => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdout.write(`${SHOW_CURSOR}\n`);
  };
  process.once("exit", restoreTerminal);

  function stop(error?: unknown): void {
    if (ended) return;
    ended = true;
    for (const watcher of watchers) watcher.close();
    process.stdin.off("data", onKey);
    process.stdin.pause();
    grader.close().finally(() => {
      if (error !== undefined) process.stderr.write(`${quoteStack(error)}\n`);
      done(error === undefined ? 0 : 3);
    });
  }

  const keys: Readonly<Record<string, () => void | Promise<void>>> = {
    n: () => {
      current = afterwards(results, current) ?? current;
      view = { is: "exercise" };
      if (!results.has(current)) ask([current]);
    },
    h: async () => {
      view = { is: "text", lines: await nextHint(current, call) };
    },
    l: () => {
      view = view.is === "list" ? { is: "exercise" } : { is: "list" };
    },
    r: () => {
      view = { is: "asking", question: text.resetQuestion(fileOf(current)) };
    },
    a: () => {
      view = { is: "list" };
      ask(ALL);
    },
    q: () => stop(),
    "\u0003": () => stop(), // Ctrl-C
    "\u0004": () => stop(), // Ctrl-D
  };

  async function onKey(data: Buffer): Promise<void> {
    const key = data.toString("utf8");
    try {
      await answer(key);
    } catch (error) {
      stop(error);
    }
    draw();
  }

  async function answer(key: string): Promise<void> {
    if (view.is === "asking" && key !== "\u0003") {
      view = text.yes.test(key) ? { is: "text", lines: resetLines(current, call) } : { is: "exercise" };
    } else {
      await keys[key.length === 1 ? key.toLowerCase() : key]?.();
    }
  }

  process.stdin.setRawMode(true);
  process.stdin.resume();
  process.stdin.on("data", onKey);
  process.stdout.on("resize", draw);
  process.stdout.write(HIDE_CURSOR);
  draw();
  await ask(ALL);
  if (!touched) current = wanted ?? nextExercise(gradeOf(results, language))?.id ?? current;
  draw();
}

function gradeOf(results: ReadonlyMap<string, GradedExercise>, language: Call["language"]): Grade {
  const inOrder = EXERCISES.flatMap(({ id }) => results.get(id) ?? []);
  return sumUp(0, language, inOrder);
}

/** The next exercise that does not pass, after this one and then from the start. */
function afterwards(results: ReadonlyMap<string, GradedExercise>, current: string): string | undefined {
  const ids = ALL;
  const from = ids.indexOf(current) + 1;
  return [...ids.slice(from), ...ids.slice(0, from)].find((id) => results.get(id)?.outcome !== "passed");
}

function contentOf(view: View, results: ReadonlyMap<string, GradedExercise>, current: string, call: Call): string[] {
  const { text, screen } = call;
  const exercise = results.get(current);
  if (view.is === "list") return syllabusLines(ALL, results, call);
  if (view.is === "text") return [...view.lines];
  if (view.is === "asking") return ["", ` ${view.question}`];
  if (exercise === undefined) return [` ${text.waitingForSave}`];
  const explained = details(exercise, text, screen).trimEnd();
  const head = exerciseLine(exercise, text, screen);
  if (explained !== "") return explained.split("\n");
  const hint = exercise.outcome === "passed" ? [` ${text.watchNext}`] : [` ${nextStep(exercise, text, screen)}`];
  return [head, "", ...hint];
}

function resetLines(id: string, { text }: Call): string[] {
  const backup = putStub(id);
  const file = fileOf(id);
  return [backup === undefined ? text.resetSame(file) : text.resetDone(file, path.relative(root, backup))];
}

const fileOf = (id: string): string => `exercises/${placeOf(id)}.ts`;

/** Calls `onSave` with the exercise whose file was written; several events of one save count once. */
export function watchExercises(submission: Submission, onSave: (id: string) => void): FSWatcher[] {
  const byFile = new Map(EXERCISES.map(({ id }) => [`${placeOf(id)}.ts`, id]));
  const pending = new Map<string, NodeJS.Timeout>();
  return UNITS.map(({ folder }) =>
    watchFolder(path.join(submission.folder, folder), (_, name) => {
      const id = byFile.get(`${folder}/${name}`);
      if (id === undefined) return;
      clearTimeout(pending.get(id));
      pending.set(
        id,
        setTimeout(() => onSave(id), SETTLE),
      );
    }),
  );
}

/** Editors write in several steps; this long (ms) after the last one a file is whole. */
const SETTLE = 20;
