/** Files that are called nearly as an exercise: a class says what a grade says. */
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { findFile, openSubmission } from "../../submission/find.js";
import {
  commit,
  fileOf,
  forgetFolders,
  gru,
  newFolder,
  newRepository,
  problemsOf,
  SOFTMAX,
  taken,
  tar,
  texts,
  write,
  zip,
} from "./for-tests.js";
import type { Source } from "./take.js";

afterAll(forgetFolders);

type Files = Readonly<Record<string, string>>;

/** The same files, handed in in every way. */
function handedIn(files: Files): readonly (readonly [string, Source])[] {
  const repository = write(newRepository(), files);
  commit(repository);
  const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
  return [
    ["folder", { is: "folder", place: write(newFolder(), files) }],
    ["git", { is: "git", url: repository }],
    ["zip", { is: "archive", place: fileOf("a.zip", zip(entries)) }],
    ["tar", { is: "archive", place: fileOf("a.tar", tar(entries)) }],
  ];
}

/** What a grade of 1.1 says of these files. */
function saidByGrade(files: Files): string {
  const found = findFile(openSubmission(write(newFolder(), files), "en"), "1.1");
  return found.is === "missing" ? found.text.en : "";
}

const UNIT = path.dirname(SOFTMAX);

it.each(["01-stable-softmax (1).ts", "01-stable-softmax_final.ts", "01-stable-sofmax.ts"])(
  "says of %s in a class what it says in a grade, however it was handed in",
  async (name) => {
    const files = { [`exercises/${UNIT}/${name}`]: "one", [gru]: "two", "exercises/types.ts": "" };
    expect(saidByGrade(files)).toContain(`is exercises/${UNIT}/${name} the one? Rename it`);
    for (const [kind, source] of handedIn(files)) {
      const all = await taken(source);
      expect(problemsOf(all), kind).toBe(saidByGrade(files));
      expect(all.problems[0]?.es, kind).toContain(`¿será exercises/${UNIT}/${name}?`);
      expect(Object.values(texts(all)), kind).toEqual(["two"]);
    }
  },
);

it("says so where nothing else was handed in, where the units lie at the top, and below a folder", async () => {
  const name = "01-stable-softmax (1).ts";
  for (const [kind, source] of handedIn({ [`exercises/${UNIT}/${name}`]: "one" })) {
    const all = await taken(source);
    expect([all.files.size, problemsOf(all)], kind).toEqual([0, saidByGrade({ [`exercises/${UNIT}/${name}`]: "one" })]);
  }
  for (const above of ["", "work/exercises/", "work/"]) {
    for (const [kind, source] of handedIn({ [`${above}${UNIT}/${name}`]: "one", [`${above}${UNIT}/x.ts`]: "two" })) {
      expect(problemsOf(await taken(source)), `${above} ${kind}`).toContain(`${UNIT}/${name} the one?`);
    }
  }
});

it("says nothing of copies beside an exercise that is there, nor of other code", async () => {
  const files = {
    [`exercises/${UNIT}/01-stable-softmax.ts`]: "one",
    [`exercises/${UNIT}/01-stable-softmax (1).ts`]: "copy",
    [`exercises/${UNIT}/helper.ts`]: "mine",
    [`elsewhere/${UNIT}/03-gru-cell (1).ts`]: "not where exercises lie",
  };
  for (const [kind, source] of handedIn(files)) expect(problemsOf(await taken(source)), kind).toBe("");
});

it("makes names fit to be printed, and says only once what differs in its capital letters", async () => {
  const folder = write(newFolder(), { [`exercises/${UNIT}/01-stable-softmax ::error::\u001b[2J.ts`]: "" });
  const said = problemsOf(await taken({ is: "folder", place: folder }));
  expect(said).toContain("the one?");
  expect(said).not.toMatch(/\p{Cc}|::/u);
  for (const [kind, source] of handedIn({ [`exercises/${UNIT}/01-Stable-Softmax.ts`]: "one" })) {
    const { problems } = await taken(source);
    expect(problems, kind).toHaveLength(1);
    expect(problems[0]?.en, kind).toContain("its name must be");
  }
});
