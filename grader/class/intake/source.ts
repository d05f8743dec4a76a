/** Where a submission comes from, by the word that an instructor wrote for it. */
import { lstatSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../errors.js";
import { chooseLanguage, type Language } from "../../language.js";
import { shown } from "./known.js";
import { intakeWordsIn } from "./words.js";

export type Source =
  | { readonly is: "folder"; readonly place: string }
  | { readonly is: "archive"; readonly place: string }
  /** An address, or the path of a repository on this machine. */
  | { readonly is: "git"; readonly url: string };

const ARCHIVE = /\.(zip|tar|tar\.gz|tgz)$/i;

// No address begins with a dash, and no host: git or ssh would take it for an option.
const HTTPS = /^https:\/\/(?:[^\s/@]*@)?[\w[][\w.:[\]-]*(\/[^\s]*)?$/i;
const SSH = /^ssh:\/\/(?:\w[\w.+-]*@)?[\w[][\w.:[\]-]*\/[^\s]*$/i;
const SCP = /^(?:\w[\w.+-]*@)?\w[\w.-]+:(?![:/-]*:)[^\s:-][^\s]*$/;

/** Whether it is an address that git may fetch from. `ext::…` and other helpers run programs, http and git are open to anybody between. */
export const isCloned = (url: string): boolean =>
  !url.includes("::") && (HTTPS.test(url) || SSH.test(url) || (SCP.test(url) && !url.includes("://")));

/** The path that a `file:` address, or a path, means. */
export function localPath(url: string): string | undefined {
  if (/^file:\/\/(localhost)?\//i.test(url)) {
    const written = url.replace(/^file:\/\/(localhost)?/i, "");
    try {
      const place = decodeURIComponent(written);
      return place.includes("\0") ? undefined : place;
    } catch {
      return undefined;
    }
  }
  return path.isAbsolute(url) && !url.includes("\0") ? url : undefined;
}

/**
 * @param word a folder, an archive, or the address of a git repository
 * @throws UsageError when it is neither, or not there
 */
export function sourceOf(word: string, language: Language = chooseLanguage(undefined)): Source {
  const words = intakeWordsIn(language);
  if (word === "" || word.startsWith("-") || word.includes("\0")) throw new UsageError(words.badSource(shown(word)));
  const local = /^file:\/\//i.test(word) ? localPath(word) : path.resolve(word);
  const stats = local === undefined ? undefined : statSync(local, { throwIfNoEntry: false });
  if (local !== undefined && stats?.isDirectory()) {
    return repositoryIn(local) === undefined ? { is: "folder", place: local } : { is: "git", url: local };
  }
  if (local !== undefined && stats?.isFile() && ARCHIVE.test(local)) return { is: "archive", place: local };
  if (stats !== undefined) throw new UsageError(words.badSource(shown(word)));
  if (isCloned(word)) return { is: "git", url: word };
  const looksLikePath = local !== undefined && !word.includes("::") && (!/^\w+:/.test(word) || /^file:/i.test(word));
  throw new UsageError(looksLikePath ? words.noSource(shown(word)) : words.badSource(shown(word)));
}

/** The folder that git would call its own: `.git` in a working copy, or a bare repository itself. */
export function repositoryIn(folder: string): string | undefined {
  return [path.join(folder, ".git"), folder].find(
    (place) => isFolder(place) && isFolder(path.join(place, "objects")) && isThere(path.join(place, "HEAD")),
  );
}

const isFolder = (place: string): boolean => lstatSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isThere = (place: string): boolean => lstatSync(place, { throwIfNoEntry: false }) !== undefined;
