/** `npm run mutants`, for authors: whether small changes of the solutions lose points. */
import { existsSync } from "node:fs";
import os from "node:os";
import { UsageError } from "../errors.js";
import { solutionFile } from "../submission/stub.js";
import type { Command } from "./command.js";
import { seedOf } from "./grade.js";
import { selectExercises } from "./select.js";

/** What mutants are graded with: a wrong answer must lose points whatever the seed. */
const SEEDS = [1, 2, 3];

export const mutants: Command = {
  name: "mutants",
  words: { en: "[ids or units…]", es: "[ejercicios o unidades…]" },
  summary: {
    en: "for authors: change the solutions a little, and see which changes cost no points",
    es: "para autores: cambia un poco las soluciones y mira qué cambios no cuestan puntos",
  },
  options: {
    seed: {
      type: "string",
      value: "N",
      help: {
        en: `grade with this seed; with ${SEEDS} unless said`,
        es: `califica con esta semilla; si no dices, con ${SEEDS}`,
      },
    },
  },
  run: async ({ words, options, text, language, screen }) => {
    const ids = selectExercises(words, text);
    const missing = ids.find((id) => !existsSync(solutionFile(id)));
    if (missing !== undefined) throw new UsageError(`${missing}: solutions/ has no file for it`);
    const seeds = typeof options.seed === "string" ? [seedOf(options.seed, text.badSeed)] : SEEDS;
    // Only here: a parser comes with them.
    const { gradeMutants, mutantsOfAll } = await import("../mutants/grade.js");
    const { reportLines, stageLine } = await import("../mutants/report.js");
    const result = await gradeMutants(mutantsOfAll(ids), {
      seeds,
      processes: os.availableParallelism(),
      onProgress: (stage, done, of) => screen.status(stageLine(stage, done, of, language)),
    });
    for (const line of reportLines(result, language)) screen.print(`${line}\n`);
    return result.survivors.length > 0 ? 1 : 0;
  },
};
