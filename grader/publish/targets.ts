/** Where a grade is written, in which formats. */
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../errors.js";
import type { Grade } from "../grade.js";
import type { Dictionary } from "../text/en.js";
import { quoteLine } from "../text/quote.js";
import type { Format, Surroundings } from "./formats/format.js";
import { FORMATS } from "./formats/index.js";
import { json as jsonFormat } from "./formats/json.js";

export const STANDARD_OUTPUT = "-";
/** What is shown in any case. */
const TERMINAL = "terminal";

export interface Target {
  readonly format: Format;
  readonly file: string;
}

type Options = Readonly<Record<string, string | boolean | undefined>>;

const stringOf = (option: string | boolean | undefined): string | undefined =>
  typeof option === "string" ? option : undefined;

/**
 * What is to be written where: `--format junit=report.xml,markdown`, `--format junit --out report.xml`, `--json FILE`.
 *
 * @throws UsageError for a format that there is not, or two on standard output
 */
export function targetsOf(options: Options, text: Dictionary): Target[] {
  const known = [TERMINAL, ...FORMATS.map(({ name }) => name)];
  const words = (stringOf(options.format) ?? "").split(",").filter((word) => word !== "" && word !== TERMINAL);
  const targets = words.map((word): Target => {
    const [name = "", ...file] = word.split("=");
    const format = FORMATS.find((candidate) => candidate.name === name);
    if (format === undefined) throw new UsageError(text.unknownFormat(name, known.join(", ")));
    return { format, file: file.join("=") };
  });
  const out = stringOf(options.out);
  const open = targets.filter(({ file }) => file === "");
  if (out !== undefined && open.length !== 1) throw new UsageError(text.oneOut(open.length));
  if (open.length > 1) throw new UsageError(text.manyOnOutput(open.map(({ format }) => format.name).join(", ")));
  const placed = targets.map(({ format, file }) => ({ format, file: file === "" ? (out ?? STANDARD_OUTPUT) : file }));
  const json = stringOf(options.json);
  return json === undefined ? placed : [...placed, { format: jsonFormat, file: json }];
}

/** Takes earlier files away, so that none is taken for the grade of a run that came to no end. */
export async function clear(targets: readonly Target[]): Promise<void> {
  for (const { file } of targets) if (file !== STANDARD_OUTPUT) await rm(path.resolve(file), { force: true });
}

/** @throws UsageError when a file cannot be written */
export async function writeTo(targets: readonly Target[], grade: Grade, surroundings: Surroundings): Promise<void> {
  for (const { format, file } of targets) await put(format.name, file, format.write(grade, surroundings));
}

/** What is written in place of a grade when there is none: for platforms that wait for a file whatever happens. */
export async function writeFailure(targets: readonly Target[], message: string): Promise<void> {
  for (const { format, file } of targets) {
    if (format.failure !== undefined) await put(format.name, file, format.failure(message));
  }
}

async function put(name: string, file: string, document: string): Promise<void> {
  if (file === STANDARD_OUTPUT) process.stdout.write(document);
  else {
    await writeFile(path.resolve(file), document).catch((error: Error) => {
      throw new UsageError(`${name}: ${quoteLine(error.message)}`);
    });
  }
}
