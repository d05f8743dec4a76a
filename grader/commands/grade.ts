/** `npm run grade`. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../errors.js";
import { exitCodeOf } from "../grade.js";
import { openGrader } from "../grading/grader.js";
import { openScreen } from "../publish/screen.js";
import { openReport } from "../publish/show.js";
import { root } from "../store.js";
import { openSubmission } from "../submission/find.js";
import { solutionsFolder } from "../submission/solutions.js";
import type { Call, Command } from "./command.js";
import { selectExercises } from "./select.js";

export const grade: Command = {
  name: "grade",
  words: { en: "[ids or units…]", es: "[ejercicios o unidades…]" },
  summary: {
    en: "grade exercises: all, or those named (1.4, 1, alignment-scores)",
    es: "califica ejercicios: todos o los que nombres (1.4, 1, alignment-scores)",
  },
  options: {
    submission: {
      type: "string",
      value: "DIR",
      help: {
        en: "what to grade: a fork's root, or a folder of units such as solutions",
        es: "qué calificar: la raíz de un fork o una carpeta de unidades como solutions",
      },
    },
    json: {
      type: "string",
      value: "FILE",
      help: {
        en: "write the grade as JSON (- for standard output)",
        es: "escribe la calificación como JSON (- para la salida estándar)",
      },
    },
    seed: {
      type: "string",
      value: "N",
      help: { en: "repeat the inputs of an earlier run", es: "repite las entradas de una ejecución anterior" },
    },
    fresh: {
      type: "boolean",
      help: {
        en: "grade everything anew, also what did not change",
        es: "califica todo de nuevo, también lo que no cambió",
      },
    },
    bail: {
      type: "boolean",
      help: {
        en: "stop at the first exercise that does not pass",
        es: "se detiene en el primer ejercicio no aprobado",
      },
    },
  },
  run: runGrade,
};

async function runGrade({ words, options, language, text, screen: terminal }: Call): Promise<number> {
  const ids = selectExercises(words, text);
  const submission = openSubmission(path.resolve(stringOf(options.submission) ?? root), language);
  const seed = seedOf(stringOf(options.seed), text.badSeed);
  const json = stringOf(options.json);
  // With the grade on standard output, what is for people goes to the other one.
  const screen = json === "-" ? openScreen(process.stderr, options.plain === true) : terminal;
  const report = openReport(ids, seed, language, screen);
  const grader = openGrader();
  try {
    const result = await grader.grade({
      ids,
      submission,
      solutions: solutionsFolder(language),
      seed,
      language,
      useCache: options.fresh !== true && options.seed === undefined && !process.env.CI,
      bail: options.bail === true,
      onProgress: report.onProgress,
    });
    report.finish(result);
    const document = `${JSON.stringify(result, null, 2)}\n`;
    if (json === "-") process.stdout.write(document);
    else if (json !== undefined) {
      await writeFile(path.resolve(json), document).catch((error: Error) => {
        throw new UsageError(`--json ${json}: ${error.message}`);
      });
    }
    return exitCodeOf(result);
  } finally {
    await grader.close();
  }
}

const LARGEST_SEED = 2 ** 32 - 1;

function seedOf(word: string | undefined, complain: (word: string) => string): number {
  if (word === undefined) return Math.floor(Math.random() * (LARGEST_SEED + 1));
  const seed = Number(word);
  if (!/^\d+$/.test(word) || seed > LARGEST_SEED) throw new UsageError(complain(word));
  return seed;
}

function stringOf(option: string | boolean | undefined): string | undefined {
  return typeof option === "string" ? option : undefined;
}
