/** Which commit is graded. */
import type { Text } from "../../language.js";
import { git, READING } from "./git.js";
import { LIMITS } from "./known.js";
import type { Repository } from "./repository.js";
import { say } from "./words.js";

export interface Graded {
  readonly commit: string;
  /** Its committer's date. */
  readonly committed?: Date;
  /** A commit below it that is dated after the deadline. */
  readonly late?: string;
}

interface Commit {
  readonly hash: string;
  readonly date: Date | undefined;
}

/**
 * The last commit of the branch that is dated at the deadline or before: from its tip back along first parents, the first one
 * whose committer's date is not later.
 *
 * Dates are what the committer's clock said, and anybody can write others. What was pushed when, only the server knows. So a
 * commit that builds on one dated after the deadline is told: its own date can hardly be true.
 */
export async function gradedCommit(
  { folder, tip }: Repository,
  deadline: Date | undefined,
): Promise<Graded | { readonly refused: Text }> {
  const most = deadline === undefined ? 1 : LIMITS.commits;
  const walk = ["rev-list", "--first-parent", `--max-count=${most}`, "--format=%H %ct", tip, "--"];
  const ran = await git(folder, ["--git-dir=.", ...walk], READING);
  if (ran.stopped === "missing") return { refused: say((words) => words.noGit) };
  if (ran.stopped === "time") return { refused: say((words) => words.tookTooLong(READING.seconds)) };
  const commits = commitsIn(ran.output.toString("latin1"));
  // Of a history with a hole in it, what comes before the hole counts.
  const [last] = commits;
  if (last === undefined) return { refused: say((words) => words.badRepository(words.unknownRefs)) };
  if (deadline === undefined) return graded(last);
  const isLate = ({ date }: Commit): boolean => date === undefined || date.getTime() > deadline.getTime();
  const chosen = commits.findIndex((commit) => !isLate(commit));
  const commit = commits[chosen];
  if (commit === undefined) {
    const first = commits.at(-1)?.date?.toISOString();
    return { refused: say((words) => words.nothingBefore(deadline.toISOString(), first ?? words.unknownDate)) };
  }
  const late = commits.slice(chosen + 1).find(isLate);
  return { ...graded(commit), ...(late === undefined ? {} : { late: late.hash.slice(0, 12) }) };
}

const graded = ({ hash, date }: Commit): Graded => ({
  commit: hash,
  ...(date === undefined ? {} : { committed: date }),
});

function commitsIn(output: string): Commit[] {
  return output.split("\n").flatMap((line) => {
    const [, hash, seconds] = /^([0-9a-f]{40,64}) (-?\d*)$/.exec(line) ?? [];
    if (hash === undefined) return [];
    const date = new Date(seconds === undefined || seconds === "" ? Number.NaN : Number(seconds) * 1000);
    // A date that nobody can compute with is none.
    return [{ hash, date: Number.isNaN(date.getTime()) ? undefined : date }];
  });
}
