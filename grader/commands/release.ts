/** `npm run release`. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { readDue } from "../class/due.js";
import { commit, makeRelease } from "../class/release/make.js";
import { prove } from "../class/release/prove.js";
import { releaseWords } from "../class/release/words.js";
import { UsageError } from "../errors.js";
import { givenKey, KEY_VARIABLE, newKey, SHORTEST_KEY } from "../grading/sealed.js";
import type { Release } from "../release.js";
import { filesBelow, root } from "../store.js";
import { UNITS } from "../syllabus.js";
import { quoteLine } from "../text/quote.js";
import type { Call, Command } from "./command.js";

export const release: Command = {
  name: "release",
  words: { en: "--out DIR", es: "--out DIR" },
  summary: {
    en: "for instructors: make the repository that students receive",
    es: "para docentes: crea el repositorio que reciben tus estudiantes",
  },
  options: {
    out: {
      type: "string",
      value: "DIR",
      help: { en: "where it goes: a new folder", es: "adónde va: una carpeta nueva" },
    },
    units: {
      type: "string",
      value: "1,2,…",
      help: { en: "the units that it holds; all unless said", es: "las unidades que contiene; si no dices, todas" },
    },
    due: {
      type: "string",
      value: "WHEN",
      help: {
        en: "when it is due: 2026-12-01T23:59-06:00",
        es: "cuándo se entrega: 2026-12-01T23:59-06:00",
      },
    },
  },
  run: runRelease,
};

async function runRelease({ options, language, screen }: Call): Promise<number> {
  const words = releaseWords(language);
  if (!existsSync(path.join(root, "solutions"))) throw new UsageError(words.noSolutions);
  if (typeof options.out !== "string" || options.out === "") throw new UsageError(words.noOut);
  const folder = path.resolve(options.out);
  if (`${folder}${path.sep}`.startsWith(`${root}${path.sep}`)) throw new UsageError(words.inside(folder));
  const wish: Release = {
    schema: "workbook/release/v1",
    units: unitsOf(options.units, words.badUnits),
    ...(typeof options.lang === "string" && { language }),
    ...dueOf(options.due, words.badDue),
  };
  const given = givenKey();
  if (given !== undefined && given.length < SHORTEST_KEY)
    throw new UsageError(words.shortKey(KEY_VARIABLE, SHORTEST_KEY));
  const key = given ?? newKey();

  screen.print(` ${words.recording}\n`);
  const { leaks, common } = await makeRelease(folder, wish, key, words);
  if (leaks.length > 0) {
    screen.print(`${words.leaked(leaks.length)}\n`);
    for (const { file, of, text } of leaks.slice(0, 20)) screen.print(`  ${words.leak(file, of, text)}\n`);
    return 1;
  }
  screen.print(` ✓ ${words.clean(common)}\n ${words.proving}\n`);
  const proofs = await prove(folder, wish, key);
  for (const { what, points, maxPoints, wrong } of proofs) {
    screen.print(` ${wrong.length === 0 ? "✓" : "✗"} ${words.proved[what](points, maxPoints)}\n`);
    for (const line of wrong) screen.print(`     ${quoteLine(line)}\n`);
  }
  if (proofs.some(({ wrong }) => wrong.length > 0)) {
    screen.print(`${words.notProved} ${quoteLine(folder)}\n`);
    return 1;
  }
  const files = filesBelow(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  screen.print(`\n ${words.done(folder, files.length, `${(bytes / 1e6).toFixed(1)} MB`)}\n`);
  screen.print(` ${commit(folder, "Attention workbook") ? words.committed : words.notCommitted}\n\n`);
  screen.print(given === undefined ? `${words.madeKey(KEY_VARIABLE, key)}\n` : ` ${words.ownKey(KEY_VARIABLE)}\n`);
  screen.print(` ${words.next}\n`);
  return 0;
}

function unitsOf(word: string | boolean | undefined, complain: (word: string) => string): number[] {
  const known = UNITS.map(({ number }) => number);
  if (typeof word !== "string") return known;
  const units = word.split(",").map(Number);
  if (!units.every((unit) => known.includes(unit))) throw new UsageError(complain(word));
  return known.filter((unit) => units.includes(unit));
}

function dueOf(word: string | boolean | undefined, complain: (word: string) => string): Pick<Release, "due"> {
  if (typeof word !== "string") return {};
  const due = readDue(word);
  if (due === undefined) throw new UsageError(complain(word));
  return { due };
}
