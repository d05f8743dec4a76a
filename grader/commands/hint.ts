/** `npm run hint`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { lessonFile, readHints } from "../lessons/lesson.js";
import { cacheFolder } from "../store.js";
import type { Call, Command } from "./command.js";
import { selectOne } from "./select.js";

export const hint: Command = {
  name: "hint",
  words: { en: "1.4", es: "1.4" },
  summary: { en: "the next hint for an exercise", es: "la siguiente pista de un ejercicio" },
  options: {},
  run: async (call) => {
    const id = selectOne(call.words, "hint", call.text);
    for (const line of await nextHint(id, call)) call.screen.print(`${line}\n`);
    return 0;
  },
};

/** The hint that comes after the one that was shown last, and where to read more. */
export async function nextHint(
  id: string,
  { language, text, screen }: Pick<Call, "language" | "text" | "screen">,
): Promise<string[]> {
  const { chalk } = screen;
  const hints = readHints(id, language);
  const place = `${lessonFile(id, language)}#${id}`;
  const lesson = text.readMore(place).replace(place, () => chalk.cyan(place));
  if (hints.length === 0) return [text.noHints(id), lesson];
  const shown = await readShown();
  const index = (shown[id] ?? 0) % hints.length;
  await writeShown({ ...shown, [id]: index + 1 });
  const after = index + 1 === hints.length ? text.lastHint(id) : text.moreHints(id);
  return [
    chalk.bold(text.hint(index + 1, hints.length, id)),
    "",
    ...(hints[index] ?? "").split("\n"),
    "",
    chalk.dim(after),
    lesson,
  ];
}

/** How many hints were shown, by exercise. */
const shownSchema = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0)));

async function shownFile(): Promise<string> {
  return path.join(await cacheFolder(), "hints.json");
}

async function readShown(): Promise<Record<string, number>> {
  try {
    return v.parse(shownSchema, JSON.parse(readFileSync(await shownFile(), "utf8")));
  } catch {
    return {}; // not there, or damaged: the hints start anew
  }
}

async function writeShown(shown: Record<string, number>): Promise<void> {
  const file = await shownFile();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(shown));
}
