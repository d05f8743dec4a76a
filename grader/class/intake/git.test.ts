import { readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
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
import { git, READING } from "./git.js";
import { LIMITS } from "./known.js";
import { takeIn } from "./take.js";

afterAll(forgetFolders);

it("takes the last commit of a working copy, not what lies in its folder", async () => {
  const folder = history(["old", "2026-01-01T00:00:00Z"], ["new", "2026-01-02T10:00:00+02:00"]);
  write(folder, { [softmax]: "not committed", [gru]: "not committed" });
  const all = await taken(inGit(folder));
  expect(texts(all)).toEqual({ [SOFTMAX]: "new" });
  expect(all.commit).toBe(gitIn(folder, ["rev-parse", "HEAD"]));
  expect(all.committed).toBe("2026-01-02T08:00:00.000Z");
  expect(all.problems).toEqual([]);
});

it("reads bare repositories, packed ones, file: addresses, sha256 and shallow clones alike", async () => {
  const folder = history(["old", "2026-01-01T00:00:00Z"], ["new", "2026-01-02T00:00:00Z"]);
  const copies = newFolder();
  gitIn(copies, ["clone", "-q", "--bare", folder, "bare.git"]);
  gitIn(copies, ["clone", "-q", "--depth=1", `file://${folder}`, "shallow"]);
  gitIn(copies, ["init", "-q", "--object-format=sha256", "long"]);
  commit(write(path.join(copies, "long"), { [softmax]: "new" }));
  gitIn(folder, ["gc", "-q"]);
  gitIn(folder, ["commit-graph", "write", "--reachable"]);
  const urls = [folder, `file://${folder}`, ...["bare.git", "shallow", "long"].map((name) => path.join(copies, name))];
  for (const url of urls) expect(texts(await taken(inGit(url), { deadline: DEADLINE }))).toEqual({ [SOFTMAX]: "new" });
});

it("finds exercises in the only folder of a repository", async () => {
  const folder = newRepository();
  commit(write(folder, { [`work/${softmax}`]: "one", "work/package.json": "{}", ".github/x.yml": "" }));
  expect(texts(await taken(inGit(folder)))).toEqual({ [SOFTMAX]: "one" });
});

it("grades the last commit at the deadline or before it, to the second", async () => {
  const folder = history(
    ["early", "2026-11-01T00:00:00Z"],
    ["in time", "2026-11-30T23:59:00Z"],
    ["late", "2026-11-30T23:59:01Z"],
  );
  expect(texts(await taken(inGit(folder), { deadline: DEADLINE }))).toEqual({ [SOFTMAX]: "in time" });
  const before = new Date(DEADLINE.getTime() - 1);
  expect(texts(await taken(inGit(folder), { deadline: before }))).toEqual({ [SOFTMAX]: "early" });
  const refused = await refusal(inGit(folder), { deadline: new Date("2026-10-01T00:00:00Z") });
  expect(refused).toContain("2026-10-01T00:00:00.000Z");
  expect(refused).toContain("2026-11-01T00:00:00.000Z");
});

it("follows the default branch alone: neither other branches nor what was merged into it", async () => {
  const folder = history(["main", "2026-11-01T00:00:00Z"]);
  gitIn(folder, ["checkout", "-q", "-b", "side"]);
  commit(write(folder, { [softmax]: "side" }), "2026-11-02T00:00:00Z");
  gitIn(folder, ["checkout", "-q", "main"]);
  expect(texts(await taken(inGit(folder), { deadline: DEADLINE }))).toEqual({ [SOFTMAX]: "main" });
  const late = { GIT_COMMITTER_DATE: "2026-12-02T00:00:00Z", GIT_AUTHOR_DATE: "2026-11-02T00:00:00Z" };
  gitIn(folder, ["merge", "-q", "--no-ff", "-m", "merge", "side"], late);
  expect(texts(await taken(inGit(folder), { deadline: DEADLINE }))).toEqual({ [SOFTMAX]: "main" });
});

it("survives dates that nobody can compute with", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  const tree = gitIn(folder, ["rev-parse", "HEAD^{tree}"]);
  for (const date of ["99999999999999999999", "-5", "tomorrow"]) {
    const text = `tree ${tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> ${date} +0000\n\nx\n`;
    writeFileSync(path.join(folder, "commit"), text);
    const hash = gitIn(folder, ["hash-object", "-t", "commit", "-w", "--literally", "commit"]);
    gitIn(folder, ["update-ref", "refs/heads/main", hash]);
    const result = await takeIn(inGit(folder), { scratch: newFolder(), deadline: DEADLINE });
    if ("refused" in result) expect(result.refused.en).toContain("before the deadline");
    else expect(texts(result)).toEqual({ [SOFTMAX]: "one" });
  }
});

it("takes neither links nor submodules nor large files of a commit, and takes the others", async () => {
  const folder = newRepository();
  write(folder, {
    [gru]: "mine",
    "exercises/01-recurrent-attention/02-bidirectional-rnn.ts": Buffer.alloc(LIMITS.file + 1),
  });
  symlinkSync("/etc/passwd", path.join(folder, softmax));
  const head = commit(folder);
  const submodule = "exercises/01-recurrent-attention/04-alignment-scores.ts";
  gitIn(folder, ["update-index", "--add", "--cacheinfo", `160000,${head},${submodule}`]);
  gitIn(folder, ["commit", "-q", "-m", "submodule"]);
  const all = await taken(inGit(folder));
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toMatch(/01-stable-softmax.ts was not taken: it is a link/);
  expect(problemsOf(all)).toMatch(/02-bidirectional-rnn.ts was not taken: it is larger/);
  expect(problemsOf(all)).toMatch(/04-alignment-scores.ts was not taken: it is not an ordinary file/);
});

it("refuses an exercises that is a link in the commit", async () => {
  const folder = write(newRepository(), { [`elsewhere/${SOFTMAX}`]: "x" });
  symlinkSync("elsewhere", path.join(folder, "exercises"));
  commit(folder);
  expect(await refusal(inGit(folder))).toContain("exercises is a link");
});

it("refuses empty repositories, broken ones and none", async () => {
  expect(await refusal(inGit(newRepository()))).toContain("no commit on its branch main");
  expect(await refusal(inGit(newFolder()))).toContain("cannot be read");
  expect(await refusal(inGit("/nowhere"))).toContain("is not there");
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  const objects = path.join(folder, ".git/objects");
  for (const name of readdirSync(objects)) if (name.length === 2) rmSync(path.join(objects, name), { recursive: true });
  expect(await refusal(inGit(folder))).toContain("git does not understand it");
});

it("removes what it made in the scratch folder", async () => {
  const scratch = newFolder();
  await takeIn(inGit(history(["one", "2026-11-01T00:00:00Z"])), { scratch });
  await takeIn(inGit(newRepository()), { scratch });
  expect(readdirSync(scratch)).toEqual([]);
});

it("ends git at its limits: time, output, size", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  expect((await git(folder, ["cat-file", "--batch"], { ...READING, seconds: 0.2, input: "" })).code).toBe(0);
  expect((await git(folder, ["ls-tree", "-r", "HEAD"], { ...READING, output: 5 })).stopped).toBe("output");
  const slow = await git(folder, ["-c", "alias.wait=!sleep 60", "wait"], { ...READING, seconds: 0.2 });
  expect(slow.stopped).toBe("time");
  const large = { ...READING, tooLarge: async () => true };
  expect((await git(folder, ["-c", "alias.wait=!sleep 60", "wait"], large)).stopped).toBe("size");
});
