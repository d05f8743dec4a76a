/** `npm run grade`. */
import path from "node:path";
import { UsageError } from "../errors.js";
import { exitCodeOf } from "../grade.js";
import { withPublicFigures } from "../grading/figures.js";
import { type GradeRequest, openGrader } from "../grading/grader.js";
import { FORMATS } from "../publish/formats/index.js";
import { openScreen } from "../publish/screen.js";
import { openReport } from "../publish/show.js";
import { clear, STANDARD_OUTPUT, type Target, targetsOf, writeFailure, writeTo } from "../publish/targets.js";
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
    format: {
      type: "string",
      value: "NAME[=FILE],…",
      help: {
        en: `write the grade in other formats: ${FORMATS.map(({ name }) => name).join(", ")}`,
        es: `escribe la calificación en otros formatos: ${FORMATS.map(({ name }) => name).join(", ")}`,
      },
    },
    out: {
      type: "string",
      value: "FILE",
      help: {
        en: "where a single format goes (- or nothing: standard output)",
        es: "adónde va un solo formato (- o nada: la salida estándar)",
      },
    },
    json: {
      type: "string",
      value: "FILE",
      help: { en: "the same as --format json=FILE", es: "lo mismo que --format json=FILE" },
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
    zero: {
      type: "boolean",
      help: {
        en: "exit code 0 when all was graded, whatever the points",
        es: "código de salida 0 si se calificó todo, sean cuales sean los puntos",
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

async function runGrade(call: Call): Promise<number> {
  const targets = targetsOf(call.options, call.text);
  // The steps after this one must not take the file of a run before, or one that was pushed, for the grade.
  if (process.env.CI) await clear(targets);
  try {
    return await gradeAndWrite(call, targets);
  } catch (error) {
    await writeFailure(targets, (error as Error).message);
    throw error;
  }
}

async function gradeAndWrite({ words, options, language, text, screen: terminal }: Call, targets: readonly Target[]) {
  const ids = selectExercises(words, text);
  const submission = openSubmission(path.resolve(stringOf(options.submission) ?? root), language);
  const seed = seedOf(stringOf(options.seed), text.badSeed);
  // With a format on standard output, what is for people goes to the other one.
  const taken = targets.some(({ file }) => file === STANDARD_OUTPUT);
  const screen = taken ? openScreen(process.stderr, options.plain === true) : terminal;
  const start = Date.now();
  const report = openReport(ids, seed, language, screen);
  const grader = openGrader();
  try {
    const request: GradeRequest = {
      ids,
      submission,
      solutions: solutionsFolder(language),
      seed,
      language,
      useCache: options.fresh !== true && options.seed === undefined && !process.env.CI,
      bail: options.bail === true,
      onProgress: report.onProgress,
    };
    const result = await grader.grade(request);
    report.finish(result);
    const shown = targets.length > 0 ? await withPublicFigures(result, request) : result;
    await writeTo(targets, shown, { start, end: Date.now(), env: process.env });
    const code = exitCodeOf(result);
    return code === 1 && options.zero === true ? 0 : code;
  } finally {
    await grader.close();
  }
}

const LARGEST_SEED = 2 ** 32 - 1;

export function seedOf(word: string | undefined, complain: (word: string) => string): number {
  if (word === undefined) return Math.floor(Math.random() * (LARGEST_SEED + 1));
  const seed = Number(word);
  if (!/^\d+$/.test(word) || seed > LARGEST_SEED) throw new UsageError(complain(word));
  return seed;
}

function stringOf(option: string | boolean | undefined): string | undefined {
  return typeof option === "string" ? option : undefined;
}
