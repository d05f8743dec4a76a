import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { readInside } from "./folder.js";
import { forgetFolders, GRU, newFolder, problemsOf, refusal, SOFTMAX, taken, texts, write } from "./for-tests.js";
import { LIMITS } from "./known.js";

afterAll(forgetFolders);

const inFolder = (place: string) => ({ is: "folder", place }) as const;

it("takes the files of exercises, from the root, and nothing else", async () => {
  const folder = write(newFolder(), {
    [`exercises/${SOFTMAX}`]: "one",
    "exercises/01-recurrent-attention/99-other.ts": "other",
    "exercises/01-recurrent-attention/README.md": "notes",
    "exercises/types.ts": "types",
    "package.json": "{}",
  });
  const all = await taken(inFolder(folder));
  expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
  expect(all.problems).toEqual([]);
  expect(all.commit).toBeUndefined();
});

it.each(["", "workbook-main/", "alice_123/workbook-main/"])("finds the root in %j", async (above) => {
  const folder = write(newFolder(), {
    [`${above}exercises/${SOFTMAX}`]: "one",
    "__MACOSX/exercises/01-recurrent-attention/x": "",
    ".hidden/exercises/x": "",
  });
  expect(texts(await taken(inFolder(folder)))).toEqual({ [SOFTMAX]: "one" });
});

it("takes units that lie in the folder itself", async () => {
  expect(texts(await taken(inFolder(write(newFolder(), { [GRU]: "gru" }))))).toEqual({ [GRU]: "gru" });
});

it("prefers exercises at the top to those of a folder, and refuses two folders of the same depth", async () => {
  const folder = write(newFolder(), { [`a/exercises/${SOFTMAX}`]: "a", [`b/exercises/${SOFTMAX}`]: "b" });
  expect(await refusal(inFolder(folder))).toMatch(/More than one folder.*(a, b|b, a)/);
  write(folder, { [`exercises/${SOFTMAX}`]: "top" });
  expect(texts(await taken(inFolder(folder)))).toEqual({ [SOFTMAX]: "top" });
});

it("refuses a folder without exercises, one that is not there, and a file", async () => {
  const folder = write(newFolder(), { "grader/stubs/01-recurrent-attention/01-stable-softmax.ts": "", file: "" });
  expect(await refusal(inFolder(folder))).toContain("no exercises");
  expect(await refusal(inFolder(path.join(folder, "gone")))).toContain("is not there");
  expect(await refusal(inFolder(path.join(folder, "file")))).toContain("is not a folder");
});

it("follows no link: not of a file, not of a unit, not of exercises; not out of it and not within", async () => {
  const secret = write(newFolder(), { [SOFTMAX]: "of another student", [GRU]: "of another student" });
  const folder = write(newFolder(), { [`exercises/${GRU}`]: "mine" });
  symlinkSync(path.join(secret, SOFTMAX), path.join(folder, "exercises", SOFTMAX));
  symlinkSync(path.join(secret, "02-self-attention"), path.join(folder, "exercises/02-self-attention"));
  symlinkSync("03-gru-cell.ts", path.join(folder, "exercises/01-recurrent-attention/02-bidirectional-rnn.ts"));
  symlinkSync("loop", path.join(folder, "exercises/01-recurrent-attention/04-alignment-scores.ts"));
  const all = await taken(inFolder(folder));
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all).match(/it is a link/g)).toHaveLength(4);

  const linked = newFolder();
  symlinkSync(secret, path.join(linked, "exercises"));
  expect(await refusal(inFolder(linked))).toContain("exercises is a link");
});

it("opens no fifo and no socket, and takes no folder for a file", async () => {
  const folder = write(newFolder(), { [`exercises/${GRU}`]: "mine" });
  const unit = path.join(folder, "exercises/01-recurrent-attention");
  execFileSync("mkfifo", [path.join(unit, "01-stable-softmax.ts")]);
  mkdirSync(path.join(unit, "02-bidirectional-rnn.ts"));
  const server = net.createServer().listen(path.join(unit, "04-alignment-scores.ts"));
  await new Promise((resolve) => server.once("listening", resolve));
  const all = await taken(inFolder(folder));
  server.close();
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all).match(/not an ordinary file/g)).toHaveLength(3);
});

it("takes a file of exactly the limit, and none above it, however large", async () => {
  const folder = write(newFolder(), {
    [`exercises/${SOFTMAX}`]: Buffer.alloc(LIMITS.file, "a"),
    [`exercises/${GRU}`]: "",
  });
  truncateSync(path.join(folder, "exercises", GRU), 1e9);
  const all = await taken(inFolder(folder));
  expect(all.files.get(SOFTMAX)?.length).toBe(LIMITS.file);
  expect([...all.files.keys()]).toEqual([SOFTMAX]);
  expect(problemsOf(all)).toContain("larger than an exercise may be");
});

it("says when a name differs in its capital letters", async () => {
  const name = "exercises/01-recurrent-attention/01-Stable-Softmax.ts";
  const all = await taken(inFolder(write(newFolder(), { [name]: "one" })));
  expect(all.files.size).toBe(0);
  expect(problemsOf(all)).toContain("its name must be 01-recurrent-attention/01-stable-softmax.ts");
});

it("does not name a thousand problems one by one", async () => {
  const letters = (i: number) => [..."stable-softmax"].map((c, k) => ((i >> k) & 1 ? c.toUpperCase() : c)).join("");
  const names = Array.from({ length: 300 }, (_, i) => `exercises/01-recurrent-attention/01-${letters(i + 1)}.ts`);
  const { problems } = await taken(inFolder(write(newFolder(), Object.fromEntries(names.map((name) => [name, ""])))));
  expect(problems).toHaveLength(81);
  expect(problems.at(-1)?.es).toMatch(/y \d+ problemas más/);
});

it("is not held up by a folder of many files, nor by names that command a terminal", async () => {
  const folder = write(newFolder(), { [`exercises/${SOFTMAX}`]: "one" });
  const unit = path.join(folder, "exercises/01-recurrent-attention");
  for (let i = 0; i < 3000; i++) writeFileSync(path.join(unit, `${i}.ts`), "");
  writeFileSync(path.join(folder, "::error::\u001b[31m"), "");
  expect(texts(await taken(inFolder(folder)))).toEqual({ [SOFTMAX]: "one" });
});

it("takes nothing from outside while folders and links are exchanged under it", async () => {
  const outside = write(newFolder(), { "file.ts": "secret" });
  const folder = write(newFolder(), { "real/file.ts": "mine" });
  symlinkSync(outside, path.join(folder, "link"));
  let exchanging = true;
  const exchange = (async () => {
    while (exchanging) {
      renameSync(path.join(folder, "real"), path.join(folder, "unit"));
      await new Promise(setImmediate);
      renameSync(path.join(folder, "unit"), path.join(folder, "real"));
      renameSync(path.join(folder, "link"), path.join(folder, "unit"));
      await new Promise(setImmediate);
      renameSync(path.join(folder, "unit"), path.join(folder, "link"));
    }
  })();
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    const read = await readInside(folder, "unit/file.ts", 100);
    seen.add(read.is === "file" ? read.bytes.toString() : read.is);
  }
  exchanging = false;
  await exchange;
  expect(seen).not.toContain("secret");
});

it.runIf(process.platform === "linux")("reads no more than the limit of a file that claims to be empty", async () => {
  expect(await readInside(`/proc/${process.pid}`, "environ", 1)).toEqual({ is: "not taken", why: "large" });
});

it("takes a hard link for the file that it is, and a `.git` that points elsewhere for none", async () => {
  const folder = write(newFolder(), { [`exercises/${GRU}`]: "mine", ".git": "gitdir: ../other/.git" });
  linkSync(path.join(folder, "exercises", GRU), path.join(folder, "exercises", SOFTMAX));
  const all = await taken(inFolder(folder));
  expect(texts(all)).toEqual({ [SOFTMAX]: "mine", [GRU]: "mine" });
  expect(problemsOf(all)).toContain(".git is not a repository by itself");
  rmSync(folder, { recursive: true });
});
