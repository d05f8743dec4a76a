import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, truncateSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { changesFrom, type Handout, manifestOf } from "./changes.js";
import {
  commit,
  fileOf,
  forgetFolders,
  gitIn,
  newFolder,
  newRepository,
  problemsOf,
  SOFTMAX,
  taken,
  tar,
  write,
  zip,
} from "./for-tests.js";
import { isMade, LIMITS } from "./known.js";
import type { Source } from "./take.js";

afterAll(forgetFolders);

const RELEASE: Readonly<Record<string, string>> = {
  [`exercises/${SOFTMAX}`]: "stub",
  "exercises/types.ts": "types",
  "exercises/support.ts": "support",
  "exercises/01-recurrent-attention/README.md": "lesson",
  "grader/cli.ts": "cli",
  "grader/sandbox/start.ts": "start",
  ".github/workflows/classroom.yml": "workflow",
  "data/dates/train.tsv": "data",
  "package.json": "{}",
  "package-lock.json": "lock",
  "README.md": "readme",
};

async function released(): Promise<Handout> {
  const manifest = await manifestOf(write(newFolder(), RELEASE));
  return async () => manifest;
}

type Files = Readonly<Record<string, string>>;

/** The same files, handed in as a folder, as archives and as a commit, at the top or below one folder. */
function handedIn(files: Files): readonly (readonly [string, Source])[] {
  const folder = write(newFolder(), files);
  const repository = write(newRepository(), files);
  commit(repository);
  const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
  const below = entries.map(({ name, content }) => ({ name: `work/${name}`, content }));
  return [
    ["folder", { is: "folder", place: folder }],
    [
      "folder below",
      { is: "folder", place: write(newFolder(), Object.fromEntries(below.map((e) => [e.name, e.content]))) },
    ],
    ["git", { is: "git", url: repository }],
    ["zip", { is: "archive", place: fileOf("a.zip", zip(entries)) }],
    ["zip below", { is: "archive", place: fileOf("a.zip", zip(below)) }],
    ["tar", { is: "archive", place: fileOf("a.tar", tar(below)) }],
  ];
}

async function changedIn(files: Files): Promise<readonly string[]> {
  const handout = await released();
  const all = await Promise.all(
    handedIn(files).map(async ([name, source]) => [name, (await taken(source, { handout })).changed] as const),
  );
  for (const [name, changed] of all) expect(changed, name).toEqual(all[0]?.[1]);
  return all[0]?.[1] ?? [];
}

it("finds nothing in a submission where only exercises and lessons were written in", async () => {
  expect(
    await changedIn({
      ...RELEASE,
      [`exercises/${SOFTMAX}`]: "solved",
      "exercises/01-recurrent-attention/README.md": "my notes",
      "exercises/01-recurrent-attention/01-stable-softmax.ts.bak": "old",
      "exercises/01-recurrent-attention/helper.ts": "mine",
      "node_modules/x/index.js": "x",
      "runs/dates/model.json": "x",
      "grader/x.log": "x",
      "notes.txt": "x",
    }),
  ).toEqual([]);
});

it("names what differs, what is missing and what was added, in the same way for every kind of submission", async () => {
  const { "package-lock.json": _, ...rest } = RELEASE;
  expect(
    await changedIn({
      ...rest,
      "grader/cli.ts": "console.log('49 of 49')",
      "exercises/types.ts": "other",
      "grader/added.ts": "x",
      ".github/workflows/other.yml": "x",
      ".npmrc": "x",
      "vitest.config.ts": "x",
      "solutions/x.ts": "x",
      "data/dates/x.tsv": "x",
    }),
  ).toEqual([
    ".github/workflows/other.yml",
    ".npmrc",
    "data/dates/x.tsv",
    "exercises/types.ts",
    "grader/added.ts",
    "grader/cli.ts",
    "package-lock.json",
    "solutions/x.ts",
    "vitest.config.ts",
  ]);
});

it("calls nothing missing in a submission of the exercises alone", async () => {
  expect(await changedIn({ [`exercises/${SOFTMAX}`]: "one", "exercises/types.ts": "types" })).toEqual([]);
  expect(await changedIn({ [SOFTMAX]: "one" })).toEqual([]);
});

it("marks the same files where the units lie at the top, or the exercises below a folder of their own", async () => {
  const moved = (to: string, files: Files): Files =>
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name.replace(/^exercises\//, to), content] as const),
    );
  for (const to of ["", "mine/exercises/", "mine/"]) {
    expect(await changedIn(moved(to, { ...RELEASE, [`exercises/${SOFTMAX}`]: "solved" })), to).toEqual([]);
    const { "package-lock.json": _, ...rest } = RELEASE;
    const odd = { "grader/cli.ts": "other", "exercises/types.ts": "other", "grader/added.ts": "x" };
    expect(await changedIn(moved(to, { ...rest, ...odd })), to).toEqual([
      "exercises/types.ts",
      "grader/added.ts",
      "grader/cli.ts",
      "package-lock.json",
    ]);
  }
  expect(await changedIn(moved("", { [`exercises/${SOFTMAX}`]: "one", "exercises/types.ts": "other" }))).toEqual([]);
});

it("compares nothing where nothing is known of what was handed out", async () => {
  for (const [, source] of handedIn({ ...RELEASE, "grader/cli.ts": "other" }))
    expect((await taken(source)).changed).toEqual([]);
});

it("neither follows nor opens what is no ordinary file, and calls it changed", async () => {
  const handout = await released();
  const { "grader/cli.ts": _, "package.json": __, ...rest } = RELEASE;
  const folder = write(newFolder(), rest);
  symlinkSync(path.join(write(newFolder(), { "cli.ts": "cli" }), "cli.ts"), path.join(folder, "grader/cli.ts"));
  execFileSync("mkfifo", [path.join(folder, "package.json")]);
  truncateSync(path.join(folder, "data/dates/train.tsv"), LIMITS.digest + 1);
  symlinkSync("/", path.join(folder, "grader/everything"));
  const { changed } = await taken({ is: "folder", place: folder }, { handout });
  expect(changed).toEqual(["data/dates/train.tsv", "grader/cli.ts", "grader/everything", "package.json"]);
});

it("caps the list, counts the rest, and looks at so many files and no more", async () => {
  const handout = await released();
  const many = Object.fromEntries(Array.from({ length: LIMITS.walked + 10 }, (_, i) => [`grader/many/${i}.ts`, ""]));
  const folder = write(newFolder(), { ...RELEASE, ...many });
  const all = await taken({ is: "folder", place: folder }, { handout });
  expect(all.changed).toHaveLength(50);
  expect(all.changedMore).toBeGreaterThan(LIMITS.walked - 100);
  expect(all.changedMore).toBeLessThan(LIMITS.walked);
  expect(problemsOf(all)).toContain("not complete");
});

it("makes names fit to be printed", () => {
  const { changed } = changesFrom(new Map([["grader/a", "0"]]), new Map(), ["grader/\u001b[31m\n::error::x"]);
  expect(changed.join()).not.toMatch(/\p{Cc}|::/u);
});

it("has every file that matters in the manifest, with slashes", async () => {
  const folder = write(newFolder(), {
    "grader/b.ts": "b",
    "grader/b.bak": "x",
    "notes/x": "x",
    x: "x",
    "node_modules/x": "x",
    "runs/x": "x",
  });
  gitIn(folder, ["init", "-q"]);
  const manifest = await manifestOf(folder);
  // sha256 of "b"
  expect([...manifest]).toEqual([["grader/b.ts", "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"]]);
});

it("takes for made what .gitignore names, and no file of a release", () => {
  const patterns = readFileSync(".gitignore", "utf8").trim().split("\n");
  const ignored = patterns.map((pattern) => pattern.replace(/^\//, "").replace(/\/$/, "/a").replace("*", "x"));
  expect(ignored.filter((file) => !isMade(file))).toEqual([]);
  const ours = readdirSync("grader", { recursive: true, encoding: "utf8" }).map((file) => `grader/${file}`);
  expect(ours.length).toBeGreaterThan(100);
  expect(ours.filter(isMade)).toEqual([]);
});
