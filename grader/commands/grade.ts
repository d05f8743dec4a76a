/** `npm run grade`. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../errors.js";
import { exitCodeOf } from "../grade.js";
import { openGrader } from "../grading/grader.js";
import type { Format } from "../publish/formats/format.js";
import { FORMATS } from "../publish/formats/index.js";
import { json as jsonFormat } from "../publish/formats/json.js";
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
  const targets = targetsOf(options, text);
  // With a format on standard output, what is for people goes to the other one.
  const taken = targets.some(({ file }) => file === STANDARD_OUTPUT);
  const screen = taken ? openScreen(process.stderr, options.plain === true) : terminal;
  const start = Date.now();
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
    const surroundings = { start, end: Date.now(), env: process.env };
    for (const { format, file } of targets) {
      const document = format.write(result, surroundings);
      if (file === STANDARD_OUTPUT) process.stdout.write(document);
      else {
        await writeFile(path.resolve(file), document).catch((error: Error) => {
          throw new UsageError(`${format.name}: ${error.message}`);
        });
      }
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

const STANDARD_OUTPUT = "-";
/** What is shown in any case. */
const TERMINAL = "terminal";

interface Target {
  readonly format: Format;
  readonly file: string;
}

/** What is to be written where: `--format junit=report.xml,markdown`, `--format junit --out report.xml`, `--json FILE`. */
function targetsOf(options: Call["options"], text: Call["text"]): Target[] {
  const known = [TERMINAL, ...FORMATS.map(({ name }) => name)];
  const words = (stringOf(options.format) ?? "").split(",").filter((word) => word !== "" && word !== TERMINAL);
  const targets = words.map((word): Target => {
    const [name = "", ...file] = word.split("=");
    const format = FORMATS.find((candidate) => candidate.name === name);
    if (format === undefined) throw new UsageError(text.unknownFormat(name, known.join(", ")));
    return { format, file: file.join("=") };
  });
  const out = stringOf(options.out);
  const open = targets.filter(({ file }) => file === "");
  if (out !== undefined && open.length !== 1) throw new UsageError(text.oneOut(open.length));
  if (open.length > 1) throw new UsageError(text.manyOnOutput(open.map(({ format }) => format.name).join(", ")));
  const placed = targets.map(({ format, file }) => ({ format, file: file === "" ? (out ?? STANDARD_OUTPUT) : file }));
  const json = stringOf(options.json);
  return json === undefined ? placed : [...placed, { format: jsonFormat, file: json }];
}
