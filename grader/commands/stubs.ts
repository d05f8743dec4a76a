/** `npm run stubs`, for authors. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.js";
import { root } from "../store.js";
import { exerciseFile, stubOf } from "../submission/stub.js";
import type { Command } from "./command.js";
import { selectExercises } from "./select.js";

export const stubs: Command = {
  name: "stubs",
  words: { en: "[ids or units…]", es: "[ejercicios o unidades…]" },
  summary: {
    en: "for authors: cut the stubs from the solutions",
    es: "para autores: recorta las plantillas de las soluciones",
  },
  options: {},
  run: async ({ words, text, screen }) => {
    const ids = selectExercises(words, text);
    let written = 0;
    for (const id of ids) {
      const stub = stubOf(id);
      if (stub === undefined) throw new UsageError(`${id}: solutions/ has no file for it`);
      const file = exerciseFile(id);
      if (existsSync(file) && readFileSync(file, "utf8") === stub) continue;
      writeFileSync(file, stub);
      written++;
      screen.print(`${text.written(path.relative(root, file))}\n`);
    }
    screen.print(`${text.stubsDone(written, ids.length)}\n`);
    return 0;
  },
};
