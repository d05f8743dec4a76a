/** What a command is. */
import type { ParseArgsConfig } from "node:util";
import type { Language, Text } from "../language.js";
import type { Screen } from "../publish/screen.js";
import type { Dictionary } from "../text/en.js";

export interface Option {
  readonly type: "string" | "boolean";
  /** How its value is called in the help: "DIR". */
  readonly value?: string;
  readonly help: Text;
}

export interface Call {
  /** The words that are no options. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly language: Language;
  readonly text: Dictionary;
  readonly screen: Screen;
}

export interface Command {
  readonly name: string;
  /** What may follow the name: "[ids or units…]". */
  readonly words: Text;
  readonly summary: Text;
  readonly options: Readonly<Record<string, Option>>;
  /** @returns the exit code */
  readonly run: (call: Call) => Promise<number>;
}

/** The options of a command, as node:util takes them. */
export function parserOptions(command: Command): NonNullable<ParseArgsConfig["options"]> {
  return Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
}
