/** What became of mutants, for people. */
import path from "node:path";
import type { Language } from "../language.js";
import { root } from "../store.js";
import { solutionFile } from "../submission/stub.js";
import { exerciseOf } from "../syllabus.js";
import type { Result, Stage, Survivor } from "./grade.js";

export function reportLines(result: Result, language: Language): readonly string[] {
  const words = WORDS[language];
  const ids = [...new Set(result.survivors.map(({ mutant }) => mutant.id))];
  const lines = ids.flatMap((id) => [
    ` ${id} ${exerciseOf(id).title[language]}`,
    ...result.survivors.filter(({ mutant }) => mutant.id === id).flatMap((survivor) => linesOf(survivor, words)),
    "",
  ]);
  if (result.stale.length > 0) lines.push(` ${words.stale}`, ...result.stale.map((name) => `   ${name}`), "");
  return [...lines, ` ${words.total(result)}`];
}

export const stageLine = (stage: Stage, done: number, of: number, language: Language): string =>
  ` ${WORDS[language].stages[stage]} ${done}/${of} …`;

function linesOf({ mutant, seeds }: Survivor, words: Words): readonly string[] {
  const place = `${path.relative(root, solutionFile(mutant.id))}:${mutant.line}`;
  return [
    `   ${place}  ${mutant.what}  (${words.seeds(seeds.join(", "))})`,
    `     - ${mutant.before}`,
    `     + ${mutant.after}`,
  ];
}

interface Words {
  readonly stages: Readonly<Record<Stage, string>>;
  readonly seeds: (seeds: string) => string;
  readonly stale: string;
  readonly total: (result: Result) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    stages: { judging: "mutants", "as a class": "as a class" },
    seeds: (seeds) => `passes with seed ${seeds}`,
    stale: "Reasons in grader/mutants/reasons.ts for what does not pass, or is no mutant any more; take them away:",
    total: ({ count, equal, rejected, cutShort, standing, survivors }) =>
      `${count} mutants: ${rejected} rejected (${cutShort} of them cut short), ${equal} equal by rule, ` +
      `${standing} pass with a reason, ${survivors.length} without one.`,
  },
  es: {
    stages: { judging: "mutantes", "as a class": "como una clase" },
    seeds: (seeds) => `pasa con la semilla ${seeds}`,
    stale: "Razones en grader/mutants/reasons.ts de lo que no pasa o ya no es un mutante; quítalas:",
    total: ({ count, equal, rejected, cutShort, standing, survivors }) =>
      `${count} mutantes: ${rejected} rechazados (${cutShort} de ellos interrumpidos), ${equal} iguales por regla, ` +
      `${standing} pasan con una razón, ${survivors.length} sin ella.`,
  },
};
