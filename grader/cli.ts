/** From the words on the command line to a command. */
import { readFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { type Command, parserOptions } from "./commands/command.js";
import { COMMANDS } from "./commands/table.js";
import { nearest, UsageError, WorkbookError } from "./errors.js";
import { chooseLanguage, isLanguage, type Language } from "./language.js";
import { openScreen, type Screen } from "./publish/screen.js";
import { columns } from "./publish/width.js";
import { release } from "./release.js";

import { wordsIn } from "./text/index.js";
import { quoteLine, quoteScreen, quoteStack } from "./text/quote.js";
import { endAllTied } from "./tied.js";

/** What every command understands. */
const COMMON: Command["options"] = {
  lang: { type: "string", value: "en|es", help: { en: "language", es: "idioma" } },
  plain: {
    type: "boolean",
    help: { en: "no colours, no moving lines", es: "sin colores ni líneas que se reescriben" },
  },
  help: { type: "boolean", help: { en: "this help", es: "esta ayuda" } },
};

const { exit } = process; // kept: vitest puts a guard in its place while suites run

/** Exit codes: 0 all passed, 1 not all, 2 usage error, 3 grader error. */
export async function main(args: readonly string[]): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => leave(signal));
  leaveWithNpm();
  process.exitCode = await run(args).catch((error: unknown) => {
    if (error instanceof UsageError) {
      process.stderr.write(quoteScreen(`${error.message}\n`));
      return 2;
    }
    process.stderr.write(quoteScreen(`${wordsOf(error, languageOf(optionIn(args)))}\n`));
    return 3;
  });
  // Whatever a library left open must not keep the program from ending.
  process.stdout.write("", () => exit());
}

/** What was started ends first: it stands in process groups of its own, which the terminal does not reach. */
function leave(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): void {
  endAllTied();
  exit(128 + os.constants.signals[signal]);
}

/** npm hands signals on, but whoever kills it leaves its script running, for nobody. */
function leaveWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = whoRanIt();
  setInterval(() => {
    if (whoRanIt() !== before) leave("SIGHUP");
  }, 1000).unref();
}

/** The process that started this one; where that is the shell that npm starts a script with, npm as well. */
function whoRanIt(): string {
  const parent = process.ppid;
  try {
    const [, name = "", above = ""] = /\((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${parent}/stat`, "latin1")) ?? [];
    return /^(sh|dash|bash|ash|ksh|zsh)$/.test(name) ? `${parent} ${above}` : String(parent);
  } catch {
    return String(parent); // no Linux, or gone: then it is another's
  }
}

const languageOf = (option: string | undefined): Language => chooseLanguage(option, process.env, release?.language);

/** The value of --lang, before options are understood. */
function optionIn(args: readonly string[]): string | undefined {
  const place = args.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  return place < 0 ? undefined : args[place]?.slice("--lang=".length) || args[place + 1];
}

/** What went wrong beside the words: where the system refused a file, where is enough; a fault of the program shows its stack. */
function wordsOf(error: unknown, language: Language): string {
  if (error instanceof WorkbookError) return error.text[language];
  return error instanceof Error && "syscall" in error && "path" in error ? quoteLine(error.message) : quoteStack(error);
}

async function run([name = "", ...rest]: readonly string[]): Promise<number> {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const language = languageOf(undefined);
    if (name === "" || name === "--help" || name === "help") {
      process.stdout.write(overview(language));
      return 0;
    }
    const near = nearest(
      name,
      COMMANDS.map((candidate) => candidate.name),
    );
    throw new UsageError(wordsIn(language).unknownCommand(name, near));
  }
  const { values, positionals } = parse(command, rest);
  const wish = typeof values.lang === "string" ? values.lang : undefined;
  checkLanguages(wish);
  const language = languageOf(wish);
  const screen: Screen = openScreen(process.stdout, values.plain === true);
  if (values.help === true) {
    screen.print(help(command, language));
    return 0;
  }
  return await command.run({ words: positionals, options: values, language, text: wordsIn(language), screen });
}

/** Neither --lang nor WORKBOOK_LANG, which may be a locale, names a language that the workbook does not speak. */
function checkLanguages(option: string | undefined): void {
  const { badLanguage } = wordsIn(languageOf(undefined));
  if (option !== undefined && !isLanguage(option)) throw new UsageError(badLanguage("--lang", option));
  const set = process.env.WORKBOOK_LANG ?? "";
  const isKnown = set === "" || isLanguage(set.slice(0, 2).toLowerCase());
  if (!isKnown) throw new UsageError(badLanguage("WORKBOOK_LANG", set));
}

function parse(command: Command, args: readonly string[]) {
  const all = { ...command, options: { ...command.options, ...COMMON } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: parserOptions(all), allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const [option = ""] = /--?[^\s'=<]+/.exec(message) ?? [];
    const text = wordsIn(languageOf(optionIn(args)));
    const near = nearest(
      option,
      Object.keys(all.options).map((name) => `--${name}`),
    );
    const what =
      code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? text.unknownOption(option, near) : text.badOptionValue(option);
    throw new UsageError(`${what}\nnpm run ${command.name} -- --help`);
  }
}

function overview(language: Language): string {
  const rows = COMMANDS.map(
    ({ name, words, summary }) =>
      [`npm run ${name}${words.en === "" ? "" : ` -- ${words[language]}`}`, summary[language]] as const,
  );
  return `${wordsIn(language).commands}\n${table(rows)}`;
}

function help(command: Command, language: Language): string {
  const text = wordsIn(language);
  const rows = Object.entries({ ...command.options, ...COMMON }).map(
    ([name, option]) => [`--${name}${option.value ? ` ${option.value}` : ""}`, option.help[language]] as const,
  );
  const words = command.words[language];
  return `${command.summary[language]}\n\n${text.usage} npm run ${command.name}${words === "" ? "" : ` -- ${words}`}\n\n${text.options}\n${table(rows)}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => columns(left)));
  return rows.map(([left, right]) => `  ${left}${" ".repeat(width - columns(left))}  ${right}\n`).join("");
}
