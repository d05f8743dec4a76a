/** `npm run publish`: the formats of a grade that was made before, and what a step of GitHub Actions hands on. */
import { appendFileSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { UsageError } from "../errors.js";
import { type Grade, gradeSchema, sumUp } from "../grade.js";
import { githubClassroom } from "../publish/formats/github-classroom.js";
import { markdown } from "../publish/formats/markdown.js";
import { annotationsOf } from "../publish/github/annotations.js";
import { type GithubWords, githubWords } from "../publish/github/words.js";
import { targetsOf, writeTo } from "../publish/targets.js";
import { exerciseOf, UNITS } from "../syllabus.js";
import type { Call, Command } from "./command.js";

export const publish: Command = {
  name: "publish",
  words: { en: "", es: "" },
  summary: {
    en: "write a grade that was made before in other formats",
    es: "escribe en otros formatos una calificación que ya se hizo",
  },
  options: {
    grade: {
      type: "string",
      value: "FILE",
      help: {
        en: "the grade (npm run grade -- --format json=FILE)",
        es: "la calificación (npm run grade -- --format json=FILE)",
      },
    },
    units: {
      type: "string",
      value: "1,2,…",
      help: { en: "only these units of it", es: "solo estas unidades" },
    },
    format: {
      type: "string",
      value: "NAME[=FILE],…",
      help: { en: "as for npm run grade", es: "como en npm run grade" },
    },
    out: { type: "string", value: "FILE", help: { en: "where a single format goes", es: "adónde va un solo formato" } },
    github: {
      type: "boolean",
      help: {
        en: "the summary, the outputs and the annotations of a step of GitHub Actions",
        es: "el resumen, las salidas y las anotaciones de un paso de GitHub Actions",
      },
    },
    runner: {
      type: "boolean",
      help: {
        en: "the output `result` of a runner of GitHub Classroom",
        es: "la salida `result` de un runner de GitHub Classroom",
      },
    },
  },
  run: runPublish,
};

async function runPublish({ options, text, language }: Call): Promise<number> {
  const words = githubWords(language);
  const whole = readGrade(options.grade, words, () => {
    // Whoever pushed sees a summary also when there is nothing to sum up.
    if (options.github === true) append("GITHUB_STEP_SUMMARY", `${words.notGraded}\n`, words);
  });
  const grade = options.units === undefined ? whole : unitsOf(whole, String(options.units), words);
  const now = Date.now();
  const surroundings = { start: now, end: now, env: process.env };
  await writeTo(targetsOf(options, text), grade, surroundings);
  if (options.github === true) {
    append("GITHUB_STEP_SUMMARY", markdown.write(grade, surroundings), words);
    if (grade.complete) append("GITHUB_OUTPUT", `points=${grade.points}/${grade.maxPoints}\n`, words);
    // Not by the screen, which lets no command of a log through.
    process.stdout.write(
      annotationsOf(grade)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  if (options.runner === true) append("GITHUB_OUTPUT", `result=${githubClassroom.write(grade, surroundings)}`, words);
  return 0;
}

/** @throws UsageError when the file is not there or is no grade */
function readGrade(file: string | boolean | undefined, words: GithubWords, onBad: () => void): Grade {
  if (typeof file !== "string") throw new UsageError(words.noGrade);
  try {
    const grade = v.parse(gradeSchema, JSON.parse(readFileSync(file, "utf8")));
    for (const { id } of grade.exercises) exerciseOf(id); // throws where there is none
    return grade;
  } catch (error) {
    onBad();
    throw new UsageError(words.badGrade(file, (error as Error).message));
  }
}

/** Some units of a grade: they are no more final than all of it. */
function unitsOf({ seed, language, exercises, cases, complete }: Grade, word: string, words: GithubWords): Grade {
  const wanted = word.split(",").map((number) => UNITS.find((unit) => String(unit.number) === number.trim()));
  if (wanted.includes(undefined)) throw new UsageError(words.badUnits(word));
  const ids = new Set(wanted.flatMap((unit) => unit?.exercises ?? []).map(({ id }) => id));
  const own = exercises.filter(({ id }) => ids.has(id));
  return { ...sumUp(seed, language, own, cases), complete };
}

/** Adds to a file that the runner reads after the step. */
function append(variable: string, content: string, words: GithubWords): void {
  const file = process.env[variable];
  if (file === undefined || file === "") throw new UsageError(words.noEnvironment(variable));
  appendFileSync(file, content);
}
