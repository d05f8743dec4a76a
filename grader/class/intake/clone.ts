/** Fetches a repository from elsewhere into a folder of our own, bare, within limits of time and size. */
import { lstat, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import type { Text } from "../../language.js";
import { git, type Ran } from "./git.js";
import { LIMITS, shown } from "./known.js";
import { mebibytes } from "./shelf.js";
import { isCloned } from "./source.js";
import { say } from "./words.js";

/** @returns the folder of the repository */
export async function clone(
  url: string,
  scratch: string,
): Promise<{ readonly folder: string } | { readonly refused: Text }> {
  if (!isCloned(url)) return { refused: say((words) => words.badUrl(shownUrl(url))) };
  await mkdir(scratch, { recursive: true });
  const folder = path.join(scratch, "clone.git");
  const words = [
    ...["clone", "--quiet", "--bare", "--single-branch", "--no-tags", "--no-recurse-submodules", "--template="],
    // Larger files are not fetched: neither taken nor compared with the release, they count as changed.
    `--filter=blob:limit=${LIMITS.digest + 1}`,
    ...["--", url, folder],
  ];
  const ran = await git(scratch, words, {
    seconds: LIMITS.cloneSeconds,
    output: 1024 * 1024,
    tooLarge: async () => (await sizeOf(folder, LIMITS.clone)) > LIMITS.clone,
    transports: "https:ssh",
  });
  const refused = refusalOf(ran, url);
  return refused === undefined ? { folder } : { refused };
}

function refusalOf(ran: Ran, url: string): Text | undefined {
  if (ran.stopped === "missing") return say((words) => words.noGit);
  if (ran.stopped === "size") return say((words) => words.tooLarge(mebibytes(LIMITS.clone)));
  if (ran.stopped === "time") return say((words) => words.tookTooLong(LIMITS.cloneSeconds));
  if (ran.code === 0) return undefined;
  const lines = ran.said.split("\n").filter((line) => line.trim() !== "");
  const last = withoutSecrets(lines.findLast((line) => /^(fatal|error|ERROR)/.test(line)) ?? lines.at(-1) ?? "?");
  return say((words) => words.notCloned(shownUrl(url), shown(last)));
}

/** An address may carry a token: it is never shown. */
const withoutSecrets = (text: string): string => text.replace(/(\w+:\/\/)[^\s/@]*@/g, "$1");

export const shownUrl = (url: string): string => shown(withoutSecrets(url));

/** What a folder holds in bytes; more than the limit is not counted further. */
async function sizeOf(folder: string, limit: number): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) total += await sizeOf(place, limit - total);
    else total += (await lstat(place).catch(() => undefined))?.size ?? 0;
    if (total > limit) break;
  }
  return total;
}
