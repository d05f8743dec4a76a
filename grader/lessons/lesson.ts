/** Reads the lessons: their sections, formulas, code and hints. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Language } from "../language.js";
import { root } from "../store.js";
import { unitOf } from "../syllabus.js";

/** `exercises/01-recurrent-attention/README.es.md` */
export function lessonFile(id: string, language: Language): string {
  return path.join("exercises", unitOf(id).folder, language === "en" ? "README.md" : `README.${language}.md`);
}

/** The section of an exercise: from its anchor `<a id="1.4"></a>` to the next one or the next title of its rank. */
export function sectionOf(id: string, lesson: string): string | undefined {
  const start = lesson.indexOf(`<a id="${id}"></a>`);
  if (start < 0) return undefined;
  const rest = lesson.slice(start);
  const heading = rest.indexOf("\n## ");
  const after = heading < 0 ? rest.length : heading + 1;
  const ends = [rest.indexOf('\n<a id="', 1), rest.indexOf("\n## ", after)].filter((end) => end > 0);
  return rest.slice(0, Math.min(...ends, rest.length));
}

/** The hints of a section, from the gentlest on: what stands under `<details>`. */
export function hintsOf(section: string): string[] {
  return [...section.matchAll(/<details>\s*<summary>[^<]*<\/summary>([\s\S]*?)<\/details>/g)].map(([, text = ""]) =>
    text.trim(),
  );
}

/** The hints of an exercise, in a language. */
export function readHints(id: string, language: Language): string[] {
  const file = path.join(root, lessonFile(id, language));
  return existsSync(file) ? hintsOf(sectionOf(id, readFileSync(file, "utf8")) ?? "") : [];
}

/** The anchors of a lesson, in order. */
export const anchorsOf = (lesson: string): string[] =>
  [...lesson.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id = ""]) => id);

/** The blocks of code and drawings, with their languages. */
export const fencesOf = (lesson: string): string[] =>
  [...lesson.matchAll(/^```[\s\S]*?^```/gm)].map(([block]) => block);

/** The formulas, in lines and in blocks, outside of code. */
export function formulasOf(lesson: string): string[] {
  const prose = lesson.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\$\$[\s\S]+?\$\$|\$[^$\n]+\$/g)].map(([formula]) => formula);
}

/** The targets of the links. */
export const linksOf = (lesson: string): string[] =>
  [...lesson.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
