/** The results of exercises by what was graded and what graded it, so that equal ones are graded once. */
import path from "node:path";
import * as v from "valibot";
import { exerciseSchema, type GradedExercise } from "../grade.js";
import { openLedger, type Place } from "./ledger.js";

const entrySchema = v.object({ key: v.string(), exercise: exerciseSchema });

export interface Results {
  readonly get: (key: string) => GradedExercise | undefined;
  readonly put: (key: string, exercise: GradedExercise) => void;
  readonly close: () => void;
}

/** Only the keys are held in memory, with the place of each result in the file. */
export function openResults(folder: string): Results {
  const ledger = openLedger(path.join(folder, "results.jsonl"), entrySchema);
  const places = new Map<string, Place>();
  for (const { entry, place } of ledger.entries()) places.set(entry.key, place);
  return {
    get: (key) => {
      const place = places.get(key);
      return place && ledger.read(place).exercise;
    },
    put: (key, exercise) => {
      if (!places.has(key)) places.set(key, ledger.append({ key, exercise }));
    },
    close: ledger.close,
  };
}
