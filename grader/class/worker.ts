/** The side of a worker: a process that grades one submission after the other, and asks for what is known already. */

import type { GradedExercise } from "../grade.js";
import { openBudget } from "../grading/budget.js";
import { openKeys } from "../grading/cache.js";
import { openGrader } from "../grading/grader.js";
import { openSubmission } from "../submission/find.js";
import { solutionsFolder } from "../submission/solutions.js";
import type { FromWorker, ToWorker } from "./workers.js";

/** Grades what it is told to, until it is told to stop. */
export async function work(): Promise<void> {
  const send = (message: FromWorker) => process.send?.(message);
  const waiting = new Map<number, (message: Extract<ToWorker, { is: "known" }>) => void>();
  let asked = 0;
  const grader = openGrader();
  const key = openKeys();
  const grade = async ({ folder, ids, seed, language, seconds }: Extract<ToWorker, { is: "grade" }>) => {
    const budget = openBudget(seconds);
    const ask = (sought: string) =>
      new Promise<GradedExercise | undefined>((resolve) => {
        const number = asked++;
        waiting.set(number, ({ exercise }) => resolve(exercise));
        send({ is: "do you know", number, key: sought });
      });
    const result = await grader.grade({
      ids,
      submission: openSubmission(folder, language),
      solutions: solutionsFolder(language),
      seed,
      language,
      useCache: true,
      budget,
      cache: {
        key: (id, parts) => key(id, [...parts, String(seed)]), // all are asked the same
        // What a classmate's equal file took is taken from the budget as well: who comes first makes no difference.
        get: async (_, sought) => {
          const known = await ask(sought);
          const cost = (known?.worked ?? 0) / 1000;
          const affordable = cost <= budget.left();
          budget.spend(Math.min(cost, budget.left()));
          return affordable ? known : undefined;
        },
        put: async (_, made, exercise) => {
          send({ is: "made", key: made, exercise });
        },
      },
    });
    send({ is: "graded", grade: result });
  };
  await new Promise<void>((resolve) => {
    process.on("message", (message: ToWorker) => {
      if (message.is === "known") {
        waiting.get(message.number)?.(message);
        waiting.delete(message.number);
      } else if (message.is === "stop") resolve();
      else grade(message).catch((error: unknown) => send({ is: "failed", message: String(error) }));
    });
    process.on("disconnect", resolve); // the class was interrupted
    send({ is: "ready" });
  });
  await grader.close();
}
