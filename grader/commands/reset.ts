/** `npm run reset`. */
import { constants, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../errors.js";
import { root } from "../store.js";
import { exerciseFile, stubOf } from "../submission/stub.js";
import { quoteLine } from "../text/quote.js";
import type { Command } from "./command.js";
import { selectOne } from "./select.js";

export const reset: Command = {
  name: "reset",
  words: { en: "1.4", es: "1.4" },
  summary: {
    en: "the stub of an exercise again; what you wrote is kept beside it",
    es: "otra vez la plantilla de un ejercicio; lo que escribiste se guarda al lado",
  },
  options: { yes: { type: "boolean", help: { en: "do not ask", es: "no preguntar" } } },
  run: async ({ words, options, text, screen }) => {
    const id = selectOne(words, "reset", text);
    const file = path.relative(root, exerciseFile(id));
    if (isStub(id)) {
      screen.print(`${text.resetSame(file)}\n`);
      return 0;
    }
    if (options.yes !== true && existsSync(exerciseFile(id))) {
      if (!process.stdin.isTTY) throw new UsageError(text.resetAsk);
      const prompt = createInterface({ input: process.stdin, output: process.stdout });
      const answer = await prompt.question(text.resetQuestion(file));
      prompt.close();
      if (!text.yes.test(answer)) {
        screen.print(`${text.resetKept}\n`);
        return 1;
      }
    }
    const backup = putStub(id);
    screen.print(`${backup === undefined ? text.written(file) : text.resetDone(file, path.relative(root, backup))}\n`);
    return 0;
  },
};

function isStub(id: string): boolean {
  const file = exerciseFile(id);
  return existsSync(file) && readFileSync(file, "utf8") === stubOf(id);
}

/**
 * Writes the stub of an exercise; what stood there is copied beside it first, under a name that was free.
 *
 * @returns the file of the copy, if there was anything to copy
 * @throws UsageError when this repository cannot make stubs
 */
export function putStub(id: string): string | undefined {
  const stub = stubOf(id);
  const file = exerciseFile(id);
  if (stub === undefined) throw new UsageError(`${id}: git checkout -- ${quoteLine(path.relative(root, file))}`);
  let backup: string | undefined;
  if (existsSync(file) && !isStub(id)) {
    for (let n = 1; backup === undefined; n++) {
      const candidate = `${file}.${n}.bak`;
      if (existsSync(candidate)) continue;
      copyFileSync(file, candidate, constants.COPYFILE_EXCL);
      backup = candidate;
    }
  }
  writeFileSync(file, stub);
  return backup;
}
