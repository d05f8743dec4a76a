/** `npm run class`: loaded when it is asked for. */
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../errors.js";
import type { Language } from "../language.js";
import { quoteLine } from "../text/quote.js";
import { type Call, countOf, dueOf, newSeed, seedOf, stringOf } from "./call.js";
import { type Change, changesBetween, type TermsChange, termsBetween } from "./changes.js";
import type { Gradebook, StudentGrade } from "./gradebook.js";
import { ownHandout, releaseIn } from "./handout.js";
import { mergeParts } from "./merge.js";
import { knownIn, runClass, writeGradebook } from "./run.js";
import { readShard, WHOLE } from "./shards.js";
import { type Student, studentsOf } from "./students.js";
import { type ClassWords, classWords } from "./words.js";
import { work } from "./worker.js";
import { handOn } from "./workflow.js";

export async function runClassCommand(call: Call): Promise<number> {
  const [verb, ...places] = call.words;
  const words = classWords(call.language);
  if (verb === "grade") return await grade(call, places, words);
  if (verb === "plan") return plan(call, places, words);
  if (verb === "merge") return merge(call, places, words);
  if (verb === "worker" && process.send !== undefined) {
    await work();
    return 0;
  }
  throw new UsageError(words.usage);
}

async function grade(call: Call, [place, ...more]: readonly string[], words: ClassWords): Promise<number> {
  const { options, language, screen } = call;
  if (place === undefined || more.length > 0) throw new UsageError(words.noPlaceGiven("grade"));
  const students = studentsOf(place, stringOf(options.roster), words);
  const shard = options.shard === undefined ? WHOLE : readShard(String(options.shard), words);
  const out = path.resolve(stringOf(options.out) ?? (shard === WHOLE ? "gradebook" : `gradebook-${shard.index}`));
  const known = knownIn(out);
  if (shard.of > 1 && options.seed === undefined && known.part === undefined) throw new UsageError(words.seedForShards);
  const seed =
    options.seed === undefined
      ? (known.part?.run.seed ?? known.gradebook?.run.seed ?? newSeed())
      : seedOf(String(options.seed), words);
  if (known.part !== undefined && JSON.stringify(known.part.shard) !== JSON.stringify(shard))
    throw new UsageError(words.otherRunThere(out, `--shard ${known.part.shard.index}/${known.part.shard.of}`));
  const release = stringOf(options.release);
  let graded = 0;
  let total = 0;
  const { gradebook, part } = await runClass({
    ...{ students, shard, seed, out, language, again: options.again === true },
    ids: call.select(stringOf(options.exercises)?.split(",") ?? []),
    terms: { due: dueOf(options.due, words), lateDays: countOf("late-days", options["late-days"], 0, words, 0) },
    jobs: countOf("jobs", options.jobs, Math.max(1, Math.min(8, os.availableParallelism())), words),
    handout: release === undefined ? ownHandout() : await releaseIn(path.resolve(release)),
    locked: words.running(out),
    onBegin: (count, done) => {
      [graded, total] = [done, count];
      screen.print(` ${words.head(count, done, seed)}\n\n`);
    },
    onGraded: (one) => {
      screen.print(` ${words.line(++graded, total, quoteLine(one.student), saidOf(one, language, words))}\n`);
    },
  });
  screen.print("\n");
  const failed = sayNotGraded(gradebook, call, words);
  if (known.gradebook !== undefined && !(await accepted(known.gradebook, gradebook, call, words)))
    return failed ? 3 : 1;
  writeGradebook(out, gradebook, language, part);
  screen.print(` ${words.written(out)}\n`);
  const [changers, alike] = changedAlike(gradebook.students);
  if (changers > 1 && alike.length > 0) screen.print(` ${words.changedAlike(changers, alike)}\n`);
  const handedIn = gradebook.students.filter(({ status }) => status !== "nothing handed in");
  if (handedIn.length > 0 && handedIn.every(({ status }) => status === "refused")) {
    screen.print(` ${words.allRefused}\n`);
    return 1;
  }
  return failed ? 3 : 0;
}

/** Says how many students have no grade because the grader failed: whether there are any. */
function sayNotGraded({ students }: Gradebook, { screen }: Call, words: ClassWords): boolean {
  const count = students.filter(({ status }) => status === "not graded").length;
  if (count > 0) screen.print(` ${words.notGraded(count)}\n`);
  return count > 0;
}

/** In a line, how it went. */
function saidOf(one: StudentGrade, language: Language, words: ClassWords): string {
  if (one.status === "nothing handed in") return words.nothing;
  if (one.status === "refused") return words.refused(quoteLine(one.why?.[language] ?? ""));
  if (one.status === "not graded") return words.graderFailed(quoteLine(one.why?.[language] ?? ""));
  const max = Object.values(one.exercises).reduce(
    (sum, { maxPoints, optional }) => sum + (optional ? 0 : maxPoints),
    0,
  );
  const changed = one.changed.length + one.changedMore;
  return [
    words.points(one.points, max),
    ...(changed > 0 ? [words.changedFiles(changed)] : []),
    ...(one.problems.length > 0 ? [words.problems(one.problems.length)] : []),
  ].join(" · ");
}

/** How many submissions changed files that are no exercises, and the files that each of these changed. */
function changedAlike(students: readonly StudentGrade[]): readonly [number, readonly string[]] {
  const lists = students.map(({ changed }) => changed).filter((changed) => changed.length > 0);
  const [first = [], ...others] = lists;
  return [lists.length, first.filter((file) => others.every((changed) => changed.includes(file)))];
}

const MOST_SHOWN = 200;

/** Shows what would change in a gradebook that is there, and asks. */
async function accepted(before: Gradebook, after: Gradebook, call: Call, words: ClassWords): Promise<boolean> {
  const { options, screen } = call;
  const changes = changesBetween(before, after);
  const terms = termsBetween(before, after);
  if (changes.length + terms.length === 0) {
    screen.print(` ${words.noChanges}\n`);
    return true;
  }
  const show = (head: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    const more = lines.length > MOST_SHOWN ? [words.andMore(lines.length - MOST_SHOWN)] : [];
    for (const line of [` ${head}`, ...[...lines.slice(0, MOST_SHOWN), ...more].map((one) => `   ${one}`)])
      screen.print(`${line}\n`);
  };
  show(
    words.changes(changes.length),
    changes.map((change) => describe(change, words)),
  );
  show(
    words.termsChange(new Set(terms.map(({ student }) => student)).size),
    terms.map((change) => describeTerms(change, words)),
  );
  if (options.yes === true) return true;
  if (process.stdin.isTTY && process.stdout.isTTY) {
    const prompt = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await prompt.question(` ${words.writeIt}`);
    prompt.close();
    if (/^(y|yes|s|sí|si)$/i.test(answer.trim())) return true;
  }
  screen.print(` ${words.notWritten}\n`);
  return false;
}

function describe({ student, exercise = "", from, to, causes, gained, lost }: Change, words: ClassWords): string {
  const details = [
    ...(causes.length > 0 ? [words.because(causes)] : []),
    ...(gained.length > 0 ? [words.gained(gained)] : []),
    ...(lost.length > 0 ? [words.lost(lost)] : []),
  ];
  const head = words.change(quoteLine(student), exercise, from, to);
  return `${head}${details.length > 0 ? ` (${details.join(" · ")})` : ""}`;
}

function describeTerms(change: TermsChange, words: ClassWords): string {
  const student = quoteLine(change.student);
  const what =
    change.of === "status"
      ? words.statusChange(student, change.from, change.to)
      : words.lateDaysChange(student, change.from, change.to);
  return `${what} (${words.because(change.causes)})`;
}

/** Prints, as JSON, the shards of a class and the seed that they share. */
function plan({ options }: Call, [place, ...more]: readonly string[], words: ClassWords): number {
  if (place === undefined || more.length > 0) throw new UsageError(words.noPlaceGiven("plan"));
  const students = studentsOf(place, stringOf(options.roster), words);
  const wished = countOf("shards", options.shards, 1, words);
  const of = Math.min(wished, students.length);
  readShard(`1/${of}`, words);
  const seed = options.seed === undefined ? newSeed() : seedOf(String(options.seed), words);
  const shards = Array.from({ length: of }, (_, i) => `${i + 1}/${of}`);
  process.stdout.write(`${JSON.stringify({ students: students.length, seed, shards })}\n`);
  if (options.ci === true) handOn({ seed, shards });
  return 0;
}

function merge(call: Call, folders: readonly string[], words: ClassWords): number {
  const { options, language, screen } = call;
  const out = stringOf(options.out);
  if (out === undefined) throw new UsageError(words.outMissing);
  const order: Student[] | undefined =
    stringOf(options.roster) === undefined ? undefined : studentsOf(String(options.roster), undefined, words);
  const gradebook = mergeParts(folders, order, words);
  writeGradebook(path.resolve(out), gradebook, language);
  screen.print(` ${words.written(path.resolve(out))}\n`);
  return sayNotGraded(gradebook, call, words) ? 3 : 0;
}
