import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

afterAll(forgetFolders);

it.each(["refs/heads/../../../other/.git/HEAD", "refs/heads/a..b", "/etc/passwd", "refs/heads/x\u0000y", "../HEAD"])(
  "goes to no branch %j",
  async (name) => {
    const folder = history(["one", "2026-11-01T00:00:00Z"]);
    writeFileSync(path.join(folder, ".git/HEAD"), `ref: ${name}\n`);
    expect(await refusal(inGit(folder))).toMatch(/names no branch|no commit on its branch/);
  },
);

it("ends where branches name one another", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  writeFileSync(path.join(folder, ".git/refs/heads/main"), "ref: refs/heads/main\n");
  expect(await refusal(inGit(folder))).toContain("names no branch");
});

it("takes no objects from another repository", async () => {
  const other = history(["of another student", "2026-11-01T00:00:00Z"]);
  const hash = gitIn(other, ["rev-parse", "HEAD"]);
  const theirs = path.join(other, ".git/objects");
  const thieves = {
    alternates: (objects: string) => write(objects, { "info/alternates": `${theirs}\n` }),
    folder: (objects: string) => {
      rmSync(objects, { recursive: true });
      symlinkSync(theirs, objects);
    },
    objects: (objects: string) => {
      for (const name of readdirSync(theirs)) {
        rmSync(path.join(objects, name), { recursive: true, force: true });
        symlinkSync(path.join(theirs, name), path.join(objects, name));
      }
    },
  };
  for (const steal of Object.values(thieves)) {
    const folder = newRepository();
    steal(path.join(folder, ".git/objects"));
    write(folder, { ".git/refs/heads/main": `${hash}\n` });
    expect(await refusal(inGit(folder))).toMatch(/takes objects from elsewhere|cannot be read/);
  }
});

it("runs nothing that a repository's configuration names", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  const proof = path.join(newFolder(), "ran");
  const script = path.join(newFolder(), "run.sh");
  writeFileSync(script, `#!/bin/sh\ntouch ${proof}\n`);
  chmodSync(script, 0o755);
  for (const hook of ["post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"]) {
    write(folder, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${proof}\n` });
    chmodSync(path.join(folder, ".git/hooks", hook), 0o755);
  }
  appendFileSync(
    path.join(folder, ".git/config"),
    `[core]
	fsmonitor = ${script}
	sshCommand = ${script}
	pager = ${script}
	alternateRefsCommand = ${script}
	hooksPath = ${path.join(folder, ".git/hooks")}
	partialClone = evil
[uploadpack]
	packObjectsHook = ${script}
[alias]
	ls-tree = !${script}
	rev-list = !${script}
[filter "evil"]
	smudge = ${script}
	process = ${script}
[protocol "ext"]
	allow = always
[remote "evil"]
	url = ext::${script}
	uploadpack = ${script}
	promisor = true
[extensions]
	partialClone = evil
[include]
	path = /dev/zero
`,
  );
  // A missing object: git would fetch it from the promisor.
  commitMissing(folder);
  const all = await taken(inGit(folder), { deadline: DEADLINE, handout: async () => new Map([["package.json", "0"]]) });
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toContain("not in the repository's objects");
  expect(existsSync(proof)).toBe(false);
  // The trap is set: git itself, run there, does fall into it.
  const config = path.join(folder, ".git/config");
  writeFileSync(config, readFileSync(config, "utf8").replace(/\[include\]\n.*\n/, ""));
  expect(() => gitIn(folder, ["cat-file", "-p", `HEAD:${softmax}`])).toThrow();
  expect(existsSync(proof)).toBe(true);
});

/** Adds 1.3, and an attribute for filters, and takes the object of 1.1 away. Without running what the configuration names. */
function commitMissing(folder: string): void {
  const config = path.join(folder, ".git/config");
  const hostile = readFileSync(config);
  writeFileSync(config, "[core]\n\tbare = false\n");
  renameSync(path.join(folder, ".git/hooks"), path.join(folder, ".git/no-hooks"));
  commit(write(folder, { [gru]: "mine", ".gitattributes": "* filter=evil\n" }), "2026-11-02T00:00:00Z");
  const hash = gitIn(folder, ["rev-parse", `HEAD:${softmax}`]);
  rmSync(path.join(folder, ".git/objects", hash.slice(0, 2), hash.slice(2)));
  renameSync(path.join(folder, ".git/no-hooks"), path.join(folder, ".git/hooks"));
  writeFileSync(config, hostile);
}

it("is not blocked by fifos in a repository", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  rmSync(path.join(folder, ".git/HEAD"));
  execFileSync("mkfifo", [path.join(folder, ".git/HEAD")]);
  expect(await refusal(inGit(folder))).toContain("names no branch");
  const other = history(["one", "2026-11-01T00:00:00Z"]);
  execFileSync("mkfifo", [path.join(other, ".git/objects/info/commit-graph")]);
  expect(await refusal(inGit(other))).toContain("takes objects from elsewhere");
});

it("lists no more of a tree that holds itself a thousand millionfold than it needs", async () => {
  const folder = newRepository();
  const mktree = (lines: readonly string[]): string =>
    execFileSync("git", ["mktree"], {
      cwd: folder,
      input: lines.map((line) => `${line}\n`).join(""),
      encoding: "utf8",
    }).trim();
  writeFileSync(path.join(folder, "x"), "one");
  const blob = gitIn(folder, ["hash-object", "-w", "x"]);
  let bomb = mktree(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name) => `100644 blob ${blob}\t${name}`));
  for (let i = 0; i < 9; i++)
    bomb = mktree(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name) => `040000 tree ${bomb}\t${name}`));
  const unit = mktree([`100644 blob ${blob}\t01-stable-softmax.ts`, `040000 tree ${bomb}\tz`]);
  const exercises = mktree([`040000 tree ${unit}\t01-recurrent-attention`]);
  const root = mktree([
    `040000 tree ${exercises}\texercises`,
    `040000 tree ${bomb}\tgrader`,
    `040000 tree ${bomb}\tnode_modules`,
  ]);
  const dates = { GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z" };
  gitIn(folder, ["update-ref", "refs/heads/main", gitIn(folder, ["commit-tree", "-m", "x", root], dates)]);
  const all = await taken(inGit(folder), { handout: async () => new Map([["grader/cli.ts", "0"]]) });
  expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
  expect(problemsOf(all)).toContain("the list of changes is not complete");
  expect(all.changed).toHaveLength(50);
  expect(all.changedMore).toBeGreaterThan(1000);
});
