/** The side of the class: worker processes, each with a submission at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Grade, GradedExercise } from "../grade.js";
import { both, type Language, neutral, type Text } from "../language.js";
import { root } from "../store.js";
import { quoteLine } from "../text/quote.js";
import { APART, endTied, tiedCommand, watchOver } from "../tied.js";
import type { Results } from "./results.js";
import { classWords } from "./words.js";

export type ToWorker =
  | {
      readonly is: "grade";
      readonly folder: string;
      readonly ids: readonly string[];
      readonly seed: number;
      readonly language: Language;
      /** Processor time that the code of all exercises may take together. */
      readonly seconds: number;
    }
  | { readonly is: "known"; readonly number: number; readonly exercise?: GradedExercise | undefined }
  | { readonly is: "stop" };

export type FromWorker =
  | { readonly is: "ready" }
  | { readonly is: "do you know"; readonly number: number; readonly key: string }
  | { readonly is: "made"; readonly key: string; readonly exercise: GradedExercise }
  | { readonly is: "graded"; readonly grade: Grade }
  | { readonly is: "failed"; readonly message: string };

export type Task = Omit<Extract<ToWorker, { is: "grade" }>, "is">;

/** A submission was not graded, and that is not its fault: whoever asks again may be luckier. */
export class NotGraded extends Error {
  override readonly name = "NotGraded";

  readonly text: Text;
  /** Whether there is time to try again at once. */
  readonly mayTryAgain: boolean;

  constructor(text: Text, mayTryAgain = true) {
    super(text.en);
    this.text = text;
    this.mayTryAgain = mayTryAgain;
  }
}

/** After so many submissions a worker is replaced: nothing that has gathered in it stays. */
const SUBMISSIONS = 40;
/** The grader's own guard: a submission takes at most this long, all tries together. What its code takes is bounded before. */
export const MOST_MINUTES = 15;
/** A worker that was told to stop may take so long to do it (ms). */
const LEAVE = 10_000;

export interface Worker {
  /**
   * Grades a submission. A worker that dies of it, or fails at it, is replaced, and the next one tries once more.
   *
   * @throws NotGraded when that fails as well, or the time is up
   */
  readonly grade: (task: Task) => Promise<Grade>;
  readonly stop: () => void;
}

/** @param guard how long a submission takes at most, in ms */
export function openWorker(
  results: Results,
  start: () => ChildProcess = startWorker,
  guard = MOST_MINUTES * 60_000,
): Worker {
  let child: ChildProcess | undefined;
  let graded = 0;
  const stop = () => {
    const own = child;
    child = undefined;
    graded = 0;
    if (own === undefined) return;
    if (own.connected) own.send({ is: "stop" } satisfies ToWorker, () => {});
    const timer = setTimeout(() => endTied(own), LEAVE).unref();
    own.once("exit", () => clearTimeout(timer));
  };
  /** What has failed once is not asked again: it may have been spoiled for whoever comes next. */
  const discard = () => {
    if (child !== undefined) endTied(child);
    child = undefined;
    graded = 0;
  };
  const once = (task: Task, until: number) =>
    new Promise<Grade>((resolve, reject) => {
      if (child === undefined || !child.connected) child = start(); // it may have ended while it was not asked
      const own = child;
      const settle = (act: () => void) => {
        clearTimeout(timer);
        own.removeListener("error", onError).removeListener("exit", onExit).removeListener("message", onMessage);
        act();
      };
      const fail = (text: Text, mayTryAgain?: boolean) =>
        settle(() => {
          discard();
          reject(new NotGraded(text, mayTryAgain));
        });
      const timer = setTimeout(
        () =>
          fail(
            both((language) => classWords(language).guardEnded(Math.max(1, Math.round(guard / 60_000)))),
            false,
          ),
        Math.max(0, until - performance.now()),
      );
      const send = (message: ToWorker) => own.send(message, (error) => error && onError(error));
      const onError = (error: Error) => fail(neutral(quoteLine(error.message)));
      const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
        fail(both((language) => classWords(language).workerEnded(String(signal ?? code))));
      const onMessage = (message: FromWorker) => {
        if (message.is === "do you know")
          send({ is: "known", number: message.number, exercise: results.get(message.key) });
        if (message.is === "made") results.put(message.key, message.exercise);
        if (message.is === "failed") fail(neutral(quoteLine(message.message)));
        if (message.is !== "graded") return;
        const reason = faultIn(message.grade);
        if (reason === undefined) settle(() => resolve(message.grade));
        else fail(reason);
      };
      own.on("error", onError).on("exit", onExit).on("message", onMessage);
      send({ is: "grade", ...task });
    });
  return {
    grade: async (task) => {
      const until = performance.now() + guard;
      try {
        return await once(task, until).catch((error: unknown) => {
          if (error instanceof NotGraded && !error.mayTryAgain) throw error;
          return once(task, until);
        });
      } finally {
        if (++graded >= SUBMISSIONS) stop();
      }
    },
    stop,
  };
}

/** What the grader failed on in a grade that is none. */
function faultIn({ complete, exercises }: Grade): Text | undefined {
  if (complete) return undefined;
  const faults = exercises.flatMap((one) => (one.outcome === "grader error" ? [`${one.id}: ${one.message}`] : []));
  return neutral(quoteLine(faults.join("; ")));
}

/** It ends with the class, however that ends, and also when it hangs. */
function startWorker(): ChildProcess {
  const words = [...process.execArgv, path.join(root, "grader", "start.mjs"), "class", "worker"];
  const { file, args } = tiedCommand(process.execPath, words);
  return watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "ignore", "inherit", "ipc"] }));
}
