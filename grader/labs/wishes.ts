/** What somebody asks of a lab on the command line, checked. */
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { nearest, UsageError } from "../errors.js";
import type { Language } from "../language.js";
import type { Screen } from "../publish/screen.js";
import { root } from "../store.js";
import { openSubmission, type Submission } from "../submission/find.js";
import { solutionsFolder } from "../submission/solutions.js";
import { BACKENDS, type Backend } from "./backend/index.js";
import { ABLATIONS, type Ablation, type Lab } from "./lab.js";
import { LABS } from "./labs.js";
import { needsOf } from "./needs.js";
import { ORIGINS, type OriginName, type Sources } from "./run.js";
import type { LabWords } from "./words.js";

/** What a command hands over. */
export interface Call {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, Value>>;
  readonly language: Language;
  readonly screen: Screen;
}

type Value = string | boolean | undefined;

export function wholeNumber(option: string, value: Value, otherwise: number, words: LabWords): number {
  if (typeof value !== "string") return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new UsageError(words.badNumber(option, value));
  return Number(value);
}

export function ablationOf(lab: Lab, value: Value, words: LabWords): Ablation | undefined {
  if (typeof value !== "string") return undefined;
  const ablation = ABLATIONS.find((name) => name === value && lab.ablations.includes(name));
  if (ablation === undefined) throw new UsageError(words.badAblation(lab.name, value, lab.ablations.join(", ")));
  return ablation;
}

export function backendOf(value: Value, words: LabWords): Backend {
  if (typeof value !== "string") return "wasm";
  const backend = BACKENDS.find((name) => name === value);
  if (backend === undefined) throw new UsageError(words.badBackend(value));
  return backend;
}

export function labCalled(name: string, words: LabWords): Lab {
  const lab = LABS.find((candidate) => candidate.name === name.toLowerCase());
  const names = LABS.map((candidate) => candidate.name);
  if (lab === undefined)
    throw new UsageError(names.length === 0 ? words.noLabs : words.noLab(name, nearest(name, names)));
  return lab;
}

/** Whose functions are called: `--solutions`, and `--use 4.5=reference` for some of them. */
export function sourcesOf(call: Call, lab: Lab, words: LabWords): Sources {
  const { options } = call;
  const origin: OriginName = options.solutions === true ? "solutions" : "student";
  const needs = needsOf(lab.calls);
  const use: Record<string, OriginName> = {};
  for (const word of typeof options.use === "string" ? options.use.split(",") : []) {
    const [id = "", from] = word.trim().split("=");
    const name = ORIGINS.find((known) => known === from);
    if (name === undefined) throw new UsageError(words.badUse(word));
    if (!needs.includes(id)) throw new UsageError(words.notUsed(id, lab.name));
    use[id] = name;
  }
  return { origin, use, folders: foldersOf(call, words, ...[origin, ...Object.values(use)]) };
}

/**
 * Where the functions of a lab come from. They are called in this very process, with all that it may do: so those of a
 * folder that is not this repository's own are called only where somebody has said that they are trusted.
 */
export function foldersOf({ options, language }: Call, words: LabWords, ...names: OriginName[]): Sources["folders"] {
  const solutions = solutionsFolder(language);
  if (names.includes("solutions") && solutions === undefined) throw new UsageError(words.noSolutions);
  const place = typeof options.submission === "string" ? path.resolve(options.submission) : root;
  const student = openSubmission(place, language);
  if (!isOwn(student) && options[TRUST] !== true) throw new UsageError(words.notTrusted(student.folder, TRUST));
  return { student, solutions };
}

/** The option that lets a lab call the functions of somebody else's files. */
const TRUST = "trust";

/** Whether it is a folder of this repository, with links followed. */
const isOwn = ({ folder }: Submission): boolean =>
  ["exercises", "solutions"].some((name) => {
    const own = path.join(root, name);
    return existsSync(own) && realpathSync(own) === folder;
  });
