/** The tables of the README that tell which exercises cover what: `npm run coverage` writes them anew. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { LANGUAGES, type Language, type Text } from "../language.js";
import { PAPERS, type Paper, TOPICS } from "../sources.js";
import { root } from "../store.js";
import { EXERCISES, type Exercise, unitOf } from "../syllabus.js";

const WORDS = {
  topic: { en: "topic of the course", es: "tema del curso" },
  paper: { en: "paper", es: "artículo" },
  exercises: { en: "exercises", es: "ejercicios" },
  added: { en: "added", es: "añadido" },
} as const satisfies Readonly<Record<string, Text>>;

/** Where the tables stand in a README. */
const [START, END] = ["<!-- coverage: npm run coverage -->\n", "<!-- /coverage -->\n"];

export const readmeIn = (language: Language): string =>
  path.join(root, language === "en" ? "README.md" : `README.${language}.md`);

/** A README with the tables of today in place of its own. */
export function withCoverage(readme: string, language: Language): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the README has no place for the coverage: ${START.trim()} … ${END}`);
  return readme.slice(0, start + START.length) + coverage(language) + readme.slice(end);
}

/** A table of topics, and one of papers. */
function coverage(language: Language): string {
  const topics = Object.entries(TOPICS).map(([key, title]: [string, Text]) => {
    const number = /\d/.test(key) ? `${key} ` : "";
    return [number + title[language], linked(language, (exercise) => exercise.topics.includes(key as never))];
  });
  const papers = Object.entries(PAPERS).map(([key, { authors, year, title, url, added }]: [string, Paper]) => [
    `${authors} ${year}, [${title}](${url})${added ? ` (${WORDS.added[language]})` : ""}`,
    linked(language, (exercise) => exercise.papers.includes(key as never)),
  ]);
  const head = (word: Text): string[] => [word[language], WORDS.exercises[language]];
  return `\n${table([head(WORDS.topic), ...topics])}\n${table([head(WORDS.paper), ...papers])}\n`;
}

/** The exercises that belong, each with a link to its section of the lesson. */
function linked(language: Language, belongs: (exercise: Exercise) => boolean): string {
  const lesson = path.basename(readmeIn(language));
  return EXERCISES.filter(belongs)
    .map(({ id }) => `[${id}](exercises/${unitOf(id).folder}/${lesson}#${id})`)
    .join(" ");
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const language of LANGUAGES) {
    const file = readmeIn(language);
    writeFileSync(file, withCoverage(readFileSync(file, "utf8"), language));
  }
}
