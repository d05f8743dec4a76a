/** Files that are nearly called as an exercise: what a browser, an editor or haste made of the name. */
import { nearest } from "../errors.js";
import type { Text } from "../language.js";
import { placeOf, UNITS } from "../syllabus.js";
import { textOf } from "../text/index.js";
import { quoteLine } from "../text/quote.js";

/** Names that may be of code, whatever was put behind: "a.ts", "a.ts.txt", "a.ts (1)", "a.js". */
const CODE = /\.[cm]?[jt]sx?(?![a-z0-9])/i;
/** No mistyped name is longer. */
const LONGEST = 120;

export const mayBeMisnamed = (name: string): boolean => CODE.test(name) && name.length <= LONGEST;

/**
 * For files of a unit that are not there, those that seem to be meant. Each is meant for one exercise: the one whose
 * name is in it, the longest where several are (`03-self-attention-gradient (1).ts` is no attention-gradient), or else
 * the one that differs in few letters.
 *
 * @param folder of the unit
 * @param names of the files in it
 */
export function misnamedIn(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  const expected = (UNITS.find((unit) => unit.folder === folder)?.exercises ?? []).map(({ id, slug }) => ({
    file: placeOf(id)
      .slice(folder.length + 1)
      .concat(".ts"),
    slug,
  }));
  const files = expected.map(({ file }) => file);
  const there = new Set(names);
  const others = names.filter((name) => !files.includes(name) && mayBeMisnamed(name)).sort();
  const meant = new Map<string, string>();
  const close = new Map<string, string>();
  for (const name of others) {
    const words = `-${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}-`;
    const [holding] = expected
      .filter(({ slug }) => words.includes(`-${slug}-`))
      .sort((a, b) => b.slug.length - a.slug.length);
    const file = holding?.file ?? nearest(name, files);
    const kind = holding === undefined ? close : meant;
    if (file !== undefined && !there.has(file) && !kind.has(file)) kind.set(file, name);
  }
  return new Map([...close, ...meant]);
}

/** Says that a file is missing, and which one may be meant. */
export const missingText = (file: string, near: string | undefined): Text =>
  textOf(
    (words) =>
      words.missingFile(file) +
      (near === undefined ? "" : words.nearestFile(quoteLine(`${file.slice(0, file.lastIndexOf("/") + 1)}${near}`))),
  );
