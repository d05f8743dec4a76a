/** The readme of a repository for students, in both languages. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { LANGUAGES, type Language } from "../../language.js";
import type { Release } from "../../release.js";
import { root } from "../../store.js";
import { UNITS } from "../../syllabus.js";

const WORDS = {
  en: {
    due: (when: string) => `It is due on **${when}**.`,
    lesson: "README.md",
    locale: "en-GB",
  },
  es: {
    due: (when: string) => `Se entrega a más tardar el **${when}**.`,
    lesson: "README.es.md",
    locale: "es-MX",
  },
} as const satisfies Record<Language, unknown>;

/** By the name of the file: the release's language is the one that is shown first. */
export function readmesOf(release: Release): Map<string, string> {
  const main = release.language ?? "en";
  const nameOf = (language: Language) => (language === main ? "README.md" : `README.${language}.md`);
  return new Map(
    LANGUAGES.map((language) => {
      const [other = "en"] = LANGUAGES.filter((one) => one !== language);
      return [nameOf(language), fill(language, { other: nameOf(other), ...textsOf(release, language) })];
    }),
  );
}

function fill(language: Language, texts: Readonly<Record<string, string>>): string {
  const file = path.join(root, "grader", "class", "release", "student", WORDS[language].lesson);
  return readFileSync(file, "utf8").replace(/\{\{(\w+)\}\}\n?/g, (_, name: string) => texts[name] ?? "");
}

function textsOf({ due, units }: Release, language: Language): Record<string, string> {
  const words = WORDS[language];
  const lessons = UNITS.filter(({ number }) => units.includes(number)).map(
    ({ number, folder, title }) => `${number}. [${title[language]}](exercises/${folder}/${words.lesson})`,
  );
  return {
    lessons: `${lessons.join("\n")}\n`,
    due: due === undefined ? "\n" : `\n${words.due(dateIn(due, words.locale))}\n\n`,
  };
}

/** "Tuesday, 1 December 2026 at 23:59 (UTC−06:00)": as it was given, in the words of a language. */
function dateIn(due: string, locale: string): string {
  const [, offset = "Z"] = /(Z|[+-]\d\d:\d\d)$/.exec(due) ?? [];
  const local = new Date(due.replace(/(Z|[+-]\d\d:\d\d)$/, "Z"));
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone: "UTC",
    hour12: false,
  });
  return `${format.format(local)} (UTC${offset === "Z" ? "" : offset.replace("-", "−")})`;
}
