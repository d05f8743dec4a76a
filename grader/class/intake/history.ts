/** Which commit is graded, and when what is graded was handed in. */
import type { Text } from "../../language.js";
import { BrokenRepository, commitTree } from "./commit.js";
import { git, READING } from "./git.js";
import { EXERCISE_FILES, join, LIMITS } from "./known.js";
import type { Repository } from "./repository.js";
import { exercisesIn, type Held } from "./tree.js";
import { say } from "./words.js";

/**
 * The commits that the default branch is made of, those that were merged into it included.
 *
 * Dates are what a committer's clock said, and anybody can write others. What was pushed when, only the server knows. So
 * a commit counts as made no earlier than all that it builds on: its own date, or the latest of those below it.
 */
export interface History {
  readonly tip: string;
  readonly commits: ReadonlyMap<string, Commit>;
  /** Whether these are all: not of a shallow clone, nor of a history with a hole in it, nor of one that is too long. */
  readonly whole: boolean;
}

interface Commit {
  readonly hash: string;
  /** Its committer's; nothing where nobody can compute with it. */
  readonly dated: Date | undefined;
  /** When it counts as made. */
  readonly made: Date | undefined;
  readonly parents: readonly string[];
}

type Listed = Omit<Commit, "made">;

export async function historyOf({ folder, tip, shallow }: Repository): Promise<History | { readonly refused: Text }> {
  const walk = ["rev-list", `--max-count=${LIMITS.commits}`, "--format=%H %ct %P", tip, "--"];
  const ran = await git(folder, ["--git-dir=.", ...walk], READING);
  if (ran.stopped === "missing") return { refused: say((words) => words.noGit) };
  if (ran.stopped === "time") return { refused: say((words) => words.tookTooLong(READING.seconds)) };
  // Of a history with a hole in it, what comes before the hole counts.
  const listed = commitsIn(ran.output.toString("latin1"));
  if (!listed.has(tip)) return { refused: say((words) => words.badRepository(words.unknownRefs)) };
  const whole = ran.code === 0 && !shallow && listed.size < LIMITS.commits;
  return { tip, commits: withTimes(listed, tip), whole };
}

/** A last line that was cut off has no end, and could be missing a digit or a parent. */
function commitsIn(output: string): Map<string, Listed> {
  const commits = new Map<string, Listed>();
  for (const line of output.split("\n").slice(0, -1)) {
    const [, hash, seconds = "", parents = ""] = /^([0-9a-f]{40,64}) (-?\d*) ?([0-9a-f ]*)$/.exec(line) ?? [];
    if (hash === undefined) continue;
    const date = new Date(seconds === "" ? Number.NaN : Number(seconds) * 1000);
    const dated = Number.isNaN(date.getTime()) ? undefined : date;
    commits.set(hash, { hash, dated, parents: parents.split(" ").filter((parent) => parent !== "") });
  }
  return commits;
}

/** From the oldest to the youngest, without recursion: a history may be deeper than a stack. */
function withTimes(listed: ReadonlyMap<string, Listed>, tip: string): ReadonlyMap<string, Commit> {
  const latest = new Map<string, number>(); // of a commit and of all below it
  const waiting = [tip];
  for (let hash = waiting.at(-1); hash !== undefined; hash = waiting.at(-1)) {
    const { dated, parents = [] } = listed.get(hash) ?? {};
    const open = parents.filter((parent) => listed.has(parent) && !latest.has(parent));
    if (open.length > 0) {
      waiting.push(...open);
      continue;
    }
    waiting.pop();
    const below = parents.map((parent) => latest.get(parent) ?? Number.NEGATIVE_INFINITY);
    latest.set(hash, Math.max(dated?.getTime() ?? Number.NEGATIVE_INFINITY, ...below));
  }
  const made = ({ hash, dated }: Listed) => (dated === undefined ? undefined : new Date(latest.get(hash) ?? dated));
  return new Map([...listed].map(([hash, commit]) => [hash, { ...commit, made: made(commit) }]));
}

/** The last commit of the branch, along first parents, that was made at the deadline or before. */
export function gradedCommit(
  history: History,
  deadline: Date | undefined,
): { readonly commit: string } | { readonly refused: Text } {
  const { commits, tip } = history;
  let oldest: Commit | undefined;
  for (let commit = commits.get(tip); commit !== undefined; commit = commits.get(commit.parents[0] ?? "")) {
    if (isInTime(commit, deadline)) return { commit: commit.hash };
    oldest = commit;
  }
  const until = deadline?.toISOString() ?? "";
  const first = oldest?.dated?.toISOString();
  return { refused: say((words) => words.nothingBefore(until, first ?? words.unknownDate)) };
}

const isInTime = ({ made }: Commit, deadline: Date | undefined): boolean =>
  deadline === undefined || (made !== undefined && made.getTime() <= deadline.getTime());

/**
 * When the exercises of a commit were handed in: the time of the first commit of the last unbroken run, along first
 * parents, in which they are what they are in this one. What else was changed since costs nobody a day.
 *
 * @param held the exercises of the commit
 */
export async function handedIn(
  repository: Repository,
  { commits }: History,
  commit: string,
  held: Held,
): Promise<Date | undefined> {
  const first = held.files.size === 0 ? commit : await firstWith(repository, commits, commit, held);
  return (commits.get(first) ?? commits.get(commit))?.made ?? commits.get(commit)?.made;
}

async function firstWith(
  { folder }: Repository,
  commits: ReadonlyMap<string, Commit>,
  commit: string,
  held: Held,
): Promise<string> {
  let [first, { root }] = [commit, held];
  // Runs are long where the exercises lie at the top, and git itself goes along them; elsewhere a step is a commit.
  for (let step = 0; step < LIMITS.steps; step++) {
    if (root.folder === "" && root.exercises !== "") first = await lastChange(folder, first);
    const before = commits.get(first)?.parents[0];
    if (before === undefined || !commits.has(before)) break;
    const there = await heldBy(folder, before);
    if (there === undefined || !areEqual(there.files, held.files)) break;
    [first, root] = [before, there.root];
  }
  return first;
}

/** The last commit, from this one back, in which a file of the exercises at the top is not as in its first parent. */
async function lastChange(folder: string, commit: string): Promise<string> {
  const paths = [...EXERCISE_FILES].map((file) => join("exercises", file));
  const walk = ["rev-list", "--first-parent", "--max-count=1", commit, "--", ...paths];
  const ran = await git(folder, ["--git-dir=.", ...walk], READING);
  const hash = ran.output.toString("latin1").trim();
  return ran.code === 0 && hash !== "" ? hash : commit;
}

/** Nothing where there are none, and behind a hole in the history. */
async function heldBy(folder: string, commit: string): Promise<Held | undefined> {
  try {
    const held = await exercisesIn(commitTree(folder, commit));
    return "refused" in held ? undefined : held;
  } catch (error) {
    if (error instanceof BrokenRepository) return undefined;
    throw error;
  }
}

const areEqual = (a: ReadonlyMap<string, Buffer>, b: ReadonlyMap<string, Buffer>): boolean =>
  a.size === b.size && [...a].every(([file, bytes]) => b.get(file)?.equals(bytes) ?? false);

/** What makes the dates of a history doubtful: commits dated before what they build on or merge, dated at no time at all, or missing. */
export function datesInDoubt({ commits, whole }: History): Text[] {
  const all = [...commits.values()];
  const backwards = all.flatMap((commit) => {
    const latest = latestOf(commit.parents.flatMap((parent) => commits.get(parent) ?? []));
    const isBackwards = latest?.dated !== undefined && commit.dated !== undefined && commit.dated < latest.dated;
    return isBackwards
      ? [{ commit: shortly(commit), parent: shortly(latest), isMerge: commit.parents.length > 1 }]
      : [];
  });
  const [merge, ...merges] = backwards.filter(({ isMerge }) => isMerge);
  const [other, ...others] = backwards.filter(({ isMerge }) => !isMerge);
  const [undated, ...more] = all.filter(({ dated }) => dated === undefined);
  const texts: (Text | undefined)[] = [
    merge && say((words) => words.mergedBackwards(merge.commit, merge.parent, merges.length)),
    other && say((words) => words.datedBackwards(other.commit, other.parent, others.length)),
    undated && say((words) => words.undated(shortly(undated).hash, more.length)),
    whole ? undefined : say((words) => words.notWhole(commits.size)),
  ];
  return texts.filter((text) => text !== undefined);
}

function latestOf(commits: readonly Commit[]): Commit | undefined {
  const dated = commits.filter((commit) => commit.dated !== undefined);
  return dated.sort((a, b) => (b.dated?.getTime() ?? 0) - (a.dated?.getTime() ?? 0))[0];
}

const shortly = ({ hash, dated }: Commit) => ({ hash: hash.slice(0, 12), date: dated?.toISOString() ?? "" });
