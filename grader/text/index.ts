/** The grader's dictionaries. */
import { both, type Language, type Text } from "../language.js";
import { type Dictionary, en } from "./en.js";
import { es } from "./es.js";
import { quoting } from "./quote.js";

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = quoting({ en, es });

export const wordsIn = (language: Language): Dictionary => DICTIONARIES[language];

/** A text in both languages, from one entry of the dictionaries. */
export const textOf = (pick: (words: Dictionary) => string): Text => both((language) => pick(DICTIONARIES[language]));
