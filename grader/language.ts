/** The two languages of the workbook. */
import { quoteLine } from "./text/quote.js";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in both languages. */
export interface Text {
  readonly en: string;
  readonly es: string;
}

/** The same in both languages: numbers, names, code, whoever wrote them. */
export function neutral(text: string): Text {
  const quoted = quoteLine(text);
  return { en: quoted, es: quoted };
}

/** Both languages at once, from parts in both. */
export function both(write: (language: Language) => string): Text {
  return { en: write("en"), es: write("es") };
}

export function isLanguage(word: string): word is Language {
  return (LANGUAGES as readonly string[]).includes(word);
}

/**
 * `--lang`, then WORKBOOK_LANG, then what the repository says, if anything, then the locale, then English.
 *
 * @param course the language that a course has chosen for its repository
 */
export function chooseLanguage(
  option: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  course?: Language,
): Language {
  const wishes = [option, env.WORKBOOK_LANG, course, env.LC_ALL, env.LC_MESSAGES, env.LANG];
  for (const wish of wishes) {
    const word = wish?.slice(0, 2).toLowerCase();
    if (word !== undefined && isLanguage(word)) return word;
  }
  return "en";
}
