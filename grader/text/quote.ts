/**
 * The only way by which text that the workbook did not write reaches a screen, a log or a file for people: what a
 * student's code made or says, names of files, folders and students, places, messages of parsers, what stands in a file.
 * Quoted once more, it stays as it is. What a format needs beside is in `quote-for.ts`.
 */

/** What cannot be seen: controls, what turns the direction of writing, joiners, lone surrogates, what no character is. */
const HIDDEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;

/** Scripts whose letters an invisible sign joins and parts, as spelling demands it. */
const JOINED = `[${[
  ...["Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu"],
  ...["Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"],
]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join("")}]`;

/** Where an invisible sign is part of what is seen: emoji made of several, flags of regions, styles of a sign, joined letters. */
const SEEN = [
  String.raw`\p{ExtPict}[\ufe0f\p{EMod}]?(?:\u200d\p{ExtPict}[\ufe0f\p{EMod}]?)+`,
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
  String.raw`[\p{S}\p{P}\p{N}\p{ExtPict}\p{Script=Han}][\ufe00-\ufe0f]`,
  String.raw`\p{Script=Han}[\u{e0100}-\u{e01ef}]`,
  String.raw`(?<=${JOINED})[\u200c\u200d](?=${JOINED})`,
].join("|");

const SEEN_OR_HIDDEN = new RegExp(`(${SEEN})|${HIDDEN}`, "gu");
const LINE_BREAK = /\r?\n|[\u0085\u2028\u2029]/g;

/** Characters of a line that are shown. */
const MOST = 1000;

/** One line: no control characters, nothing hidden, and nothing that a CI log would take for a command. However long. */
export function quoteWhole(line: string): string {
  return hide(line.replace(/\t/g, "  ").replace(LINE_BREAK, "⏎"))
    .replace(/##(?=\w*\[)/g, "# #")
    .replace(/:(?=:)/g, ": "); // each pair, also in a longer row of them
}

/** Lines that are made of quoted parts. */
export const quoteLaidOut = (text: string): string => text.split(/\r?\n/).map(quoteWhole).join("\n");

const hide = (text: string): string => text.replace(SEEN_OR_HIDDEN, (_, seen?: string) => seen ?? "�");

/** One line that is fit to be shown, of a length that is. */
export function quoteLine(line: string): string {
  const quoted = quoteWhole(line);
  if (quoted.length <= MOST) return quoted;
  const signs = [...quoted];
  // What was seen may be hidden where it is cut through.
  return signs.length <= MOST ? quoted : `${hide(signs.slice(0, MOST - 1).join(""))}…`;
}

/** The lines of a text, each quoted. */
export function quoteLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map(quoteLine);
}

/** A text of several lines. */
export const quoteText = (text: string): string => quoteLines(text).join("\n");

/**
 * All texts in a document.
 *
 * @param several keys whose texts have several lines; all others have one
 */
export function quoteDocument<T>(document: T, several: ReadonlySet<string> = new Set()): T {
  const quoted = (value: unknown, quote: (text: string) => string): unknown => {
    if (typeof value === "string") return quote(value);
    if (Array.isArray(value)) return value.map((entry) => quoted(entry, quote));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, quoted(entry, several.has(key) ? quoteText : quoteLine)]),
    );
  };
  return quoted(document, quoteLine) as T;
}

/** Keys and values, of whatever realm. */
const isRecord = (value: unknown): value is object => Object.prototype.toString.call(value) === "[object Object]";

/**
 * A dictionary whose sentences quote what is put into them, each text as one line. Colours of a terminal are not foreign,
 * but look so: they are put around what comes out.
 */
export function quoting<T>(words: T): T {
  if (typeof words === "function") {
    const say = words as unknown as (...parts: unknown[]) => unknown;
    return ((...parts: unknown[]) => {
      const said = say(...parts.map((part) => quoteDocument(part)));
      return typeof said === "string" ? quoteLaidOut(said) : said; // a sign of ours beside one of theirs may be a command
    }) as T;
  }
  if (!isRecord(words)) return words;
  return Object.fromEntries(Object.entries(words).map(([key, entry]) => [key, quoting(entry)])) as T;
}

const COLOUR = new RegExp(String.raw`(${"\u001b"}\[[\d;]*m)`);

/** Text that is laid out for a screen already: its lines and colours stay, and nothing else that a terminal obeys. */
export const quoteScreen = (text: string): string =>
  text
    .split("\n")
    .map((line) =>
      line
        .split(COLOUR)
        .map((part, i) => (i % 2 === 1 ? part : quoteWhole(part)))
        .join(""),
    )
    .join("\n");

/** An error that nobody expected, with its stack; further lines of its message stand behind a bar. */
export function quoteStack(error: unknown): string {
  if (!(error instanceof Error)) return quoteLine(String(error));
  const [first = "", ...more] = quoteLines(error.message);
  const stack = error.stack ?? "";
  const after = stack.indexOf(error.message) + error.message.length;
  const frames = stack
    .slice(Math.max(0, after))
    .split("\n")
    .filter((line) => /^ {4}at \S/.test(line));
  return [`${quoteLine(error.name)}: ${first}`, ...more.map((line) => `    │ ${line}`), ...frames.map(quoteLine)].join(
    "\n",
  );
}
