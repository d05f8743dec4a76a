/** The side of the class: worker processes, each with a submission at a time. */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Grade, GradedExercise } from "../grade.js";
import type { Language } from "../language.js";
import { root } from "../store.js";
import type { Results } from "./results.js";

export type ToWorker =
  | {
      readonly is: "grade";
      readonly folder: string;
      readonly ids: readonly string[];
      readonly seed: number;
      readonly language: Language;
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

/** After so many submissions a worker is replaced: nothing that has gathered in it stays. */
const SUBMISSIONS = 40;
/** A submission takes at most this long: every call of every exercise has limits of its own. */
const MOST_MINUTES = 45;

export interface Worker {
  /**
   * Grades a submission. A worker that dies of it is replaced, and tries once more.
   *
   * @throws Error when that fails as well
   */
  readonly grade: (task: Task) => Promise<Grade>;
  readonly stop: () => void;
}

export function openWorker(results: Results): Worker {
  let child: ChildProcess | undefined;
  let graded = 0;
  const stop = () => {
    child?.send({ is: "stop" } satisfies ToWorker);
    child = undefined;
    graded = 0;
  };
  const once = (task: Task) =>
    new Promise<Grade>((resolve, reject) => {
      child ??= start();
      const own = child;
      const timer = setTimeout(() => own.kill("SIGKILL"), MOST_MINUTES * 60_000);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        own.removeAllListeners();
        act();
      };
      const send = (message: ToWorker) => own.send(message);
      own.on("error", (error) => settle(() => reject(error)));
      own.on("exit", (code, signal) => {
        if (child === own) child = undefined;
        settle(() => reject(new Error(`the process that graded it ended (${signal ?? code})`)));
      });
      own.on("message", (message: FromWorker) => {
        if (message.is === "do you know")
          send({ is: "known", number: message.number, exercise: results.get(message.key) });
        if (message.is === "made") results.put(message.key, message.exercise);
        if (message.is === "graded") settle(() => resolve(message.grade));
        if (message.is === "failed") settle(() => reject(new Error(message.message)));
      });
      send({ is: "grade", ...task });
    });
  return {
    grade: async (task) => {
      try {
        return await once(task).catch(() => once(task));
      } finally {
        if (++graded >= SUBMISSIONS) stop();
      }
    },
    stop,
  };
}

const start = (): ChildProcess =>
  fork(path.join(root, "grader", "start.mjs"), ["class", "worker"], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
