/** `npm run train`, `npm run translate` and `npm run dates`: models built of the exercises. */
import type { Call, Command, Option } from "./command.js";

/** The labs bring tfjs and a library of plots: they are loaded when one is asked for. */
const program = () => import("../labs/program.js");

const OUT: Option = {
  type: "string",
  value: "DIR",
  help: { en: "where runs are kept, instead of runs", es: "dónde se guardan los entrenamientos, en vez de runs" },
};
/** Whose exercises, and whether their code may do whatever it likes. */
const OTHERS: Readonly<Record<string, Option>> = {
  submission: {
    type: "string",
    value: "DIR",
    help: {
      en: "whose exercises, instead of this checkout's (only with --trust)",
      es: "de quién son los ejercicios, en vez de los de aquí (solo con --trust)",
    },
  },
  trust: {
    type: "boolean",
    help: {
      en: "run the files of --submission with all your rights: they can read, change and send whatever you can",
      es: "ejecuta los archivos de --submission con todos tus permisos: pueden leer, cambiar y enviar lo mismo que tú",
    },
  },
};

export const train: Command = {
  name: "train",
  words: { en: "[lab]", es: "[laboratorio]" },
  summary: {
    en: "train a model built of your exercises, on data of the workbook (without a name: all labs)",
    es: "entrena un modelo hecho con tus ejercicios, con datos del cuaderno (sin nombre: todos los laboratorios)",
  },
  options: {
    solutions: {
      type: "boolean",
      help: { en: "build it of the solved exercises", es: "lo construye con los ejercicios resueltos" },
    },
    use: {
      type: "string",
      value: "4.5=reference,…",
      help: {
        en: "take single exercises from elsewhere: student, solutions or reference",
        es: "toma algunos ejercicios de otro lado: student, solutions o reference",
      },
    },
    anyway: {
      type: "boolean",
      help: { en: "train also with exercises that do not pass", es: "entrena aunque haya ejercicios sin aprobar" },
    },
    ablate: {
      type: "string",
      value: "NAME",
      help: {
        en: "leave something out: scale, positions, mask, shift, warmup or norm",
        es: "quita algo: scale, positions, mask, shift, warmup o norm",
      },
    },
    seed: {
      type: "string",
      value: "N",
      help: { en: "other weights and another order of the data", es: "otros pesos y otro orden de los datos" },
    },
    steps: {
      type: "string",
      value: "N",
      help: { en: "how many updates", es: "cuántas actualizaciones" },
    },
    sentences: {
      type: "string",
      value: "N",
      help: {
        en: "measure on the first N test examples only",
        es: "mide solo con los primeros N ejemplos de prueba",
      },
    },
    resume: {
      type: "boolean",
      help: { en: "go on where the last run stopped", es: "continúa donde se detuvo el último entrenamiento" },
    },
    backend: {
      type: "string",
      value: "wasm|cpu",
      help: { en: "what computes", es: "con qué se calcula" },
    },
    ...OTHERS,
    out: OUT,
  },
  run: async (call) => (await program()).train(call),
};

/** A command that asks the trained model of a lab. */
function asking(name: string, example: string, summary: Command["summary"]): Command {
  return {
    name,
    words: { en: `"${example}"`, es: `"${example}"` },
    summary,
    options: {
      attention: {
        type: "boolean",
        help: {
          en: "show which word each word looked at most",
          es: "muestra a qué palabra miró más cada palabra",
        },
      },
      ...OTHERS,
      out: OUT,
    },
    run: async (call: Call) => (await program()).ask(name, example, call),
  };
}

export const translate = asking("translate", "el perro negro no come", {
  en: "Spanish to English, with the model that npm run train -- translate made",
  es: "del español al inglés, con el modelo que hizo npm run train -- translate",
});

export const dates = asking("dates", "3 de mayo de 1998", {
  en: "Spanish dates to ISO, with the model that npm run train -- dates made",
  es: "fechas en español a ISO, con el modelo que hizo npm run train -- dates",
});
