/**
 * Takes one submission in: the files of exercises and nothing else, whatever it is that was handed in.
 *
 * Everything in a submission may be made to harm: nothing of it is run, extracted or followed, and all that is read has a limit.
 */
import { lstat, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import path from "node:path";
import { both, type Text } from "../../language.js";
import { takeArchive } from "./archive.js";
import type { Changes, Handout } from "./changes.js";
import { clone } from "./clone.js";
import { BrokenRepository, commitTree } from "./commit.js";
import { folderTree } from "./folder.js";
import { datesInDoubt, gradedCommit, handedIn, historyOf } from "./history.js";
import { shown } from "./known.js";
import { noProblems, type Problems } from "./problems.js";
import { borrow } from "./repository.js";
import { localPath, repositoryIn, type Source } from "./source.js";
import { exercisesIn, type TakenFiles, takeHeld, takeTree } from "./tree.js";
import { say } from "./words.js";

export { type Source, sourceOf } from "./source.js";

export interface Taken extends Changes {
  /** The files of exercises that the syllabus knows, by path "01-recurrent-attention/01-stable-softmax.ts". */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What could not be taken, and why. The rest is taken all the same. */
  readonly problems: readonly Text[];
  /** For git: the commit that is graded, and when its exercises were handed in (ISO 8601, UTC). */
  readonly commit?: string;
  readonly committed?: string;
}

export interface IntakeOptions {
  /** For git: what is dated later is not graded. */
  readonly deadline?: Date | undefined;
  /** What the submission is compared with. */
  readonly handout?: Handout | undefined;
  /** An existing folder of our own, for clones: what is made in it is removed again. */
  readonly scratch: string;
}

type Refused = { readonly refused: Text };
type Dated = Pick<Taken, "commit" | "committed">;

export async function takeIn(source: Source, options: IntakeOptions): Promise<Taken | Refused> {
  const problems = noProblems();
  const taken = await takenFrom(source, options, problems);
  return "refused" in taken ? taken : { ...taken, problems: problems.all() };
}

async function takenFrom(
  source: Source,
  options: IntakeOptions,
  problems: Problems,
): Promise<(TakenFiles & Dated) | Refused> {
  if (source.is === "archive") return takeArchive(source.place, options.handout, problems);
  if (source.is === "folder") return takeFolder(source.place, options, problems);
  const scratch = await mkdtemp(path.join(options.scratch, "intake-"));
  try {
    return await takeGit(source.url, { ...options, scratch }, problems);
  } catch (error) {
    if (error instanceof BrokenRepository) return { refused: say((words) => words.badRepository(words.unknownRefs)) };
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function takeFolder(
  place: string,
  { handout }: IntakeOptions,
  problems: Problems,
): Promise<TakenFiles | Refused> {
  // The folder itself is the instructor's word, and may be a link.
  const base = await realpath(place).catch(() => undefined);
  if (base === undefined) return { refused: say((words) => words.gone(shown(place))) };
  if (!(await stat(base)).isDirectory()) return { refused: say((words) => words.notAFolder(shown(place))) };
  // A `.git` that points elsewhere could be another student's.
  const git = await lstat(path.join(base, ".git")).catch(() => undefined);
  if (git !== undefined) problems.add(say((words) => words.strangeGit(".git")));
  return takeTree(folderTree(base), handout, problems);
}

async function takeGit(
  url: string,
  options: IntakeOptions,
  problems: Problems,
): Promise<(TakenFiles & Dated) | Refused> {
  const place = await repositoryOf(url, options.scratch);
  if ("refused" in place) return place;
  const repository = await borrow(place.folder, options.scratch);
  if ("refused" in repository) return repository;
  const history = await historyOf(repository);
  if ("refused" in history) return history;
  // Without a deadline nothing depends on dates.
  const doubts = options.deadline === undefined ? [] : datesInDoubt(history);
  const graded = gradedCommit(history, options.deadline);
  if ("refused" in graded) return { refused: together(graded.refused, ...doubts) };
  for (const doubt of doubts) problems.add(doubt);
  const { commit } = graded;
  const tree = commitTree(repository.folder, commit);
  const held = await exercisesIn(tree);
  if ("refused" in held) return held;
  const taken = await takeHeld(tree, held, options.handout, problems);
  const committed = await handedIn(repository, history, commit, held);
  return { ...taken, commit, ...(committed === undefined ? {} : { committed: committed.toISOString() }) };
}

const together = (...texts: readonly Text[]): Text => both((language) => texts.map((text) => text[language]).join(" "));

/** A repository on this machine is read where it lies; another is cloned. */
async function repositoryOf(url: string, scratch: string): Promise<{ readonly folder: string } | Refused> {
  const local = localPath(url);
  if (local === undefined) return clone(url, scratch);
  const base = await realpath(local).catch(() => undefined);
  if (base === undefined) return { refused: say((words) => words.gone(shown(local))) };
  const folder = repositoryIn(base);
  return folder === undefined ? { refused: say((words) => words.badRepository(words.unknownRefs)) } : { folder };
}
