/** When something was handed in, by repositories whose dates say one thing and whose history says another. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  commit,
  DEADLINE,
  forgetFolders,
  GRU,
  gitIn,
  gru,
  history,
  inGit,
  newFolder,
  newRepository,
  problemsOf,
  refusal,
  SOFTMAX,
  softmax,
  taken,
  texts,
  write,
} from "./for-tests.js";

afterAll(forgetFolders);

const [EARLY, IN_TIME, LATE, LATER] = [
  "2026-11-01T00:00:00.000Z",
  "2026-11-20T00:00:00.000Z",
  "2026-12-02T00:00:00.000Z",
  "2026-12-04T00:00:00.000Z",
] as const;
/** After all late days. */
const LAST = new Date("2026-12-31T00:00:00Z");

const handedIn = async (folder: string): Promise<string | undefined> =>
  (await taken(inGit(folder), { deadline: LAST })).committed;

const short = (folder: string, name: string): string => gitIn(folder, ["rev-parse", "--short=12", name]);

/** Merges a branch, at an instant; whatever conflicts is as it is there. */
function merge(folder: string, branch: string, date: string): void {
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  gitIn(folder, ["merge", "-q", "--no-ff", "-X", "theirs", "-m", "merge", branch], dates);
}

/** A branch with a commit of these files, beside what main has. */
function beside(folder: string, files: Readonly<Record<string, string>>, date: string): void {
  gitIn(folder, ["checkout", "-q", "-b", "side"]);
  commit(write(folder, files), date);
  gitIn(folder, ["checkout", "-q", "main"]);
}

describe("the time of a submission", () => {
  it("is that of the first commit that has these exercises, whatever else was changed since", async () => {
    const folder = history(["old", EARLY], ["new", IN_TIME]);
    const head = commit(
      write(folder, { "README.md": "notes", "exercises/01-recurrent-attention/README.md": "x" }),
      LATE,
    );
    expect(await handedIn(folder)).toBe(IN_TIME);
    commit(write(folder, { "exercises/01-recurrent-attention/helper.ts": "no exercise", "grader/x.ts": "" }), LATER);
    expect(await handedIn(folder)).toBe(IN_TIME);
    const all = await taken(inGit(folder), { deadline: new Date(LATE) });
    expect([all.commit, all.committed]).toEqual([head, IN_TIME]);
    expect(all.problems).toEqual([]);
    commit(write(folder, { [gru]: "one more" }), LATER);
    expect(await handedIn(folder)).toBe(LATER);
  });

  it("begins anew when exercises come back to what they were", async () => {
    const folder = history(["a", EARLY], ["b", IN_TIME], ["a", LATE], ["a", LATER]);
    expect(await handedIn(folder)).toBe(LATE);
  });

  it("does not begin anew with what is moved, made executable, or too large to be taken", async () => {
    const folder = history(["a", IN_TIME]);
    renameSync(path.join(folder, "exercises"), path.join(folder, "moved"));
    write(folder, { "work/x": "" });
    renameSync(path.join(folder, "moved"), path.join(folder, "work/exercises"));
    commit(folder, LATE);
    expect(texts(await taken(inGit(folder)))).toEqual({ [SOFTMAX]: "a" });
    expect(await handedIn(folder)).toBe(IN_TIME);
    renameSync(path.join(folder, "work/exercises"), path.join(folder, "exercises"));
    commit(folder, LATE);
    gitIn(folder, ["update-index", "--chmod=+x", softmax]);
    const dates = { GIT_AUTHOR_DATE: LATER, GIT_COMMITTER_DATE: LATER };
    gitIn(folder, ["commit", "-q", "-m", "executable"], dates);
    expect(gitIn(folder, ["ls-files", "-s", softmax])).toContain("100755");
    expect(await handedIn(folder)).toBe(IN_TIME);
    commit(write(folder, { [gru]: "x".repeat(300 * 1024) }), LATER);
    expect(await handedIn(folder)).toBe(IN_TIME);
  });

  it("is found where the exercises are not at the top, and where they were hidden behind others", async () => {
    const folder = newRepository();
    commit(write(folder, { [`work/${softmax}`]: "a" }), IN_TIME);
    commit(write(folder, { "work/notes.md": "x" }), LATE);
    expect(await handedIn(folder)).toBe(IN_TIME);
    // As long as exercises lie at the top, those count.
    commit(write(folder, { [softmax]: "b" }), LATE);
    rmSync(path.join(folder, "exercises"), { recursive: true });
    commit(folder, LATER);
    expect(texts(await taken(inGit(folder)))).toEqual({ [SOFTMAX]: "a" });
    expect(await handedIn(folder)).toBe(LATER);
  });

  it("goes along first parents: a merge that changes no exercise costs nothing, one that does counts", async () => {
    const folder = history(["a", IN_TIME]);
    beside(folder, { "notes.md": "x" }, LATE);
    merge(folder, "side", LATER);
    expect(await handedIn(folder)).toBe(IN_TIME);
    gitIn(folder, ["branch", "-D", "-q", "side"]);
    beside(folder, { [softmax]: "b" }, LATE);
    merge(folder, "side", LATER);
    expect(texts(await taken(inGit(folder)))).toEqual({ [SOFTMAX]: "b" });
    expect(await handedIn(folder)).toBe(LATER);
  });

  it("is told without a deadline as well", async () => {
    const folder = history(["a", EARLY], ["b", IN_TIME]);
    commit(write(folder, { "notes.md": "x" }), LATE);
    expect((await taken(inGit(folder))).committed).toBe(IN_TIME);
  });

  it("is that of the commit where what is before it cannot be read", async () => {
    const folder = history(["a", EARLY]);
    const first = gitIn(folder, ["rev-parse", "HEAD"]);
    commit(write(folder, { "notes.md": "x" }), IN_TIME);
    commit(write(folder, { "notes.md": "y" }), LATE);
    rmSync(path.join(folder, ".git/objects", first.slice(0, 2), first.slice(2)));
    const all = await taken(inGit(folder), { deadline: LAST });
    expect(all.committed).toBe(LATE);
    expect(problemsOf(all)).toMatch(/^Of its history only the last commit could be looked at/);
    const clones = newFolder();
    gitIn(clones, [
      "clone",
      "-q",
      "--depth=2",
      `file://${history(["a", EARLY], ["b", IN_TIME], ["c", LATE])}`,
      "shallow",
    ]);
    const shallow = await taken(inGit(path.join(clones, "shallow")), { deadline: LAST });
    expect([shallow.committed, problemsOf(shallow).includes("only the last 2 commits")]).toEqual([LATE, true]);
  });
});

describe("dates that go backwards", () => {
  it("do not make late work of a side branch early: it counts from when it was made, and the merge is marked", async () => {
    const folder = history(["main", EARLY]);
    beside(folder, { [softmax]: "late" }, LATE);
    merge(folder, "side", IN_TIME);
    const all = await taken(inGit(folder), { deadline: DEADLINE });
    expect(texts(all)).toEqual({ [SOFTMAX]: "main" });
    expect(all.committed).toBe(EARLY);
    expect(problemsOf(all)).toBe(
      `Merge ${short(folder, "HEAD")} is dated ${IN_TIME}, before ${short(folder, "side")} (${LATE}), which is in it: a clock was wrong, or dates were changed. It counts as made at the later date. Look at when it was pushed.`,
    );
    const withLateDays = await taken(inGit(folder), { deadline: LAST });
    expect(texts(withLateDays)).toEqual({ [SOFTMAX]: "late" });
    expect(withLateDays.committed).toBe(LATE);
    expect(problemsOf(withLateDays)).toContain("Merge");
  });

  it("do so no more with commits between, with three parents, or where the late work is the first parent", async () => {
    const honest = { "notes.md": "x" };
    const between = history(["main", EARLY]);
    beside(between, { [softmax]: "late" }, LATE);
    merge(between, "side", IN_TIME);
    commit(write(between, honest), IN_TIME);
    const three = history(["main", EARLY]);
    beside(three, honest, EARLY);
    gitIn(three, ["checkout", "-q", "-b", "other"]);
    commit(write(three, { [gru]: "late" }), LATE);
    gitIn(three, ["checkout", "-q", "main"]);
    const dates = { GIT_AUTHOR_DATE: IN_TIME, GIT_COMMITTER_DATE: IN_TIME };
    gitIn(three, ["merge", "-q", "--no-ff", "-m", "three", "side", "other"], dates);
    expect(gitIn(three, ["log", "-1", "--format=%P"]).split(" ")).toHaveLength(3);
    const first = history(["main", EARLY], ["late", LATE]);
    gitIn(first, ["checkout", "-q", "-b", "side", "HEAD~1"]);
    commit(write(first, honest), EARLY);
    gitIn(first, ["checkout", "-q", "main"]);
    merge(first, "side", IN_TIME);
    for (const folder of [between, three, first]) {
      const all = await taken(inGit(folder), { deadline: DEADLINE });
      expect(texts(all)).toEqual({ [SOFTMAX]: "main" });
      expect(problemsOf(all)).toMatch(/^Merge .* which is in it/);
      expect(await handedIn(folder)).toBe(LATE);
    }
  });

  it("do not make a commit earlier than its parent, and mark it, with how many there are", async () => {
    const folder = history(["first", EARLY], ["late", LATE], ["forged", IN_TIME]);
    const all = await taken(inGit(folder), { deadline: DEADLINE });
    expect(texts(all)).toEqual({ [SOFTMAX]: "first" });
    expect(all.problems[0]?.en).toContain(
      `Commit ${short(folder, "HEAD")} is dated ${IN_TIME}, before ${short(folder, "HEAD~1")} (${LATE}), which it builds on: `,
    );
    expect(all.problems[0]?.es).toContain(`El commit ${short(folder, "HEAD")} tiene fecha ${IN_TIME}, anterior a`);
    expect(await handedIn(folder)).toBe(LATE);
    expect(problemsOf(await taken(inGit(folder)))).toBe(""); // nothing depends on dates
    for (const content of ["more", "and more"]) {
      commit(write(folder, { [softmax]: content }), LATE);
      commit(write(folder, { [softmax]: `forged ${content}` }), EARLY);
    }
    expect(problemsOf(await taken(inGit(folder), { deadline: DEADLINE }))).toContain(
      "which it builds on; so are 2 more:",
    );
  });

  it("are marked before the deadline too, and say so where nothing is left to be graded", async () => {
    const folder = history(["a", IN_TIME], ["b", EARLY]);
    const all = await taken(inGit(folder), { deadline: DEADLINE });
    expect([texts(all), all.committed]).toEqual([{ [SOFTMAX]: "b" }, IN_TIME]);
    expect(problemsOf(all)).toContain("which it builds on");
    const none = history(["a", LATE], ["b", IN_TIME]);
    const refused = await refusal(inGit(none), { deadline: DEADLINE });
    expect(refused).toMatch(/^There is no commit .* the first one is of 2026-12-02.*\. Commit .* which it builds on/);
  });

  it("are told from dates that nobody can compute with, which make nothing early", async () => {
    const folder = history(["one", EARLY]);
    const parent = gitIn(folder, ["rev-parse", "HEAD"]);
    write(folder, { [softmax]: "two" });
    gitIn(folder, ["add", "-A"]);
    const tree = gitIn(folder, ["write-tree"]);
    const text = `tree ${tree}\nparent ${parent}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 99999999999999999999 +0000\n\nx\n`;
    writeFileSync(path.join(folder, ".git/commit"), text);
    const hash = gitIn(folder, ["hash-object", "-t", "commit", "-w", "--literally", ".git/commit"]);
    gitIn(folder, ["update-ref", "refs/heads/main", hash]);
    const all = await taken(inGit(folder), { deadline: DEADLINE });
    expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
    expect(problemsOf(all)).toContain(`Commit ${hash.slice(0, 12)} has a date that nobody can compute with.`);
  });

  it("are no matter of branches that were never merged", async () => {
    const folder = history(["main", IN_TIME]);
    beside(folder, { [GRU]: "side" }, EARLY);
    expect((await taken(inGit(folder), { deadline: DEADLINE })).problems).toEqual([]);
  });
});
