/** `npm run class`. */
import type { Call, Command, Option } from "./command.js";
import { selectExercises } from "./select.js";

const option = (value: string, en: string, es: string): Option => ({ type: "string", value, help: { en, es } });

export const gradeOfRecord: Command = {
  name: "class",
  words: { en: "grade DIR|LIST · plan DIR|LIST · merge DIR…", es: "grade DIR|LISTA · plan DIR|LISTA · merge DIR…" },
  summary: {
    en: "for instructors: grade a class, or plan and merge its shards",
    es: "para docentes: califica un grupo, o planea y reúne sus partes",
  },
  options: {
    roster: option(
      "FILE",
      "CSV of the students: student, name, submission, due, late_days",
      "CSV con el grupo: student, name, submission, due, late_days",
    ),
    due: option("WHEN", "the deadline: 2026-12-01T23:59-06:00", "la fecha de entrega: 2026-12-01T23:59-06:00"),
    "late-days": option(
      "N",
      "days that each student may be late, in all",
      "días de retraso que tiene cada estudiante, en total",
    ),
    out: option("DIR", "where the gradebook goes (gradebook)", "adónde van las calificaciones (gradebook)"),
    exercises: option(
      "1,2.1,…",
      "which exercises or units; all unless said",
      "qué ejercicios o unidades; si no dices, todos",
    ),
    release: option(
      "DIR",
      "what was handed out, to see what was changed (this repository, unless said)",
      "lo que se repartió, para ver qué cambió (si no dices, este repositorio)",
    ),
    jobs: option("N", "submissions graded side by side", "entregas que se califican a la vez"),
    seed: option("N", "one seed for all (drawn, unless said)", "una semilla para todos (si no la dices, se sortea)"),
    shard: option("i/N", "only this part of the class", "solo esta parte del grupo"),
    shards: option("N", "for plan: how many parts", "para plan: cuántas partes"),
    ci: {
      type: "boolean",
      help: {
        en: "take the options from the environment of a workflow (class.yml)",
        es: "toma las opciones del entorno de un workflow (class.yml)",
      },
    },
    again: {
      type: "boolean",
      help: {
        en: "take all submissions in anew: they may have changed",
        es: "toma otra vez todas las entregas: pudieron cambiar",
      },
    },
    yes: {
      type: "boolean",
      help: { en: "write changed grades without asking", es: "escribe las calificaciones que cambian sin preguntar" },
    },
  },
  run: async ({ words, options, language, screen, text }: Call) => {
    const { runClassCommand } = await import("../class/program.js");
    const { inWorkflow } = await import("../class/workflow.js");
    const select = (names: readonly string[]) => selectExercises(names, text);
    const call = { words, options, language, screen, select };
    return await runClassCommand(options.ci === true ? inWorkflow(call) : call);
  },
};
