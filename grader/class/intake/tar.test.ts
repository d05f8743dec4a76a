import { execFileSync } from "node:child_process";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import {
  fileOf,
  forgetFolders,
  GRU,
  gru,
  newFolder,
  pax,
  problemsOf,
  refusal,
  SOFTMAX,
  softmax,
  type TarEntry,
  taken,
  tar,
  tarEntry,
  texts,
  write,
} from "./for-tests.js";
import { LIMITS } from "./known.js";

afterAll(forgetFolders);

const inTar = (bytes: Buffer) => ({ is: "archive", place: fileOf("work.tar.gz", bytes) }) as const;
const ofTar = (entries: readonly TarEntry[]) => taken(inTar(gzipSync(tar(entries))));

const mine = { name: gru, content: "mine" };

it("takes the files of exercises from a tar, compressed or not", async () => {
  const bytes = tar([{ name: "work/", type: "5" }, { name: `./work/${softmax}`, content: "one" }, { name: "work/x" }]);
  for (const packed of [bytes, gzipSync(bytes)]) {
    const all = await taken(inTar(packed));
    expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
    expect(all.problems).toEqual([]);
  }
});

it("takes what the program tar packs, with long names", async () => {
  const long = `${"alice-".repeat(20)}_123456`;
  const folder = write(newFolder(), { [`${long}/${softmax}`]: "one", [`${long}/${gru}`]: Buffer.alloc(LIMITS.file) });
  const place = path.join(newFolder(), "work.tgz");
  execFileSync("tar", ["-czf", place, "-C", folder, "."]);
  const all = await taken({ is: "archive", place });
  expect([...all.files.keys()]).toEqual([SOFTMAX, GRU]);
  expect(all.files.get(GRU)?.length).toBe(LIMITS.file);
});

it.each([
  `../${softmax}`,
  `/${softmax}`,
  `exercises/../../exercises/${SOFTMAX}`,
  `exercises/\u001b[31m/${SOFTMAX}`,
  `exercises\\${SOFTMAX}`,
])("passes over the name %j", async (name) => {
  const all = await ofTar([{ name, content: "hostile" }, mine]);
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toContain("names that no file should have");
});

it.each([
  ["a symbolic link", { type: "2", link: "/etc/passwd" }, "it is a link"],
  ["a hard link", { type: "1", link: gru }, "it is a link"],
  ["a fifo", { type: "6" }, "not an ordinary file"],
  ["a device", { type: "3" }, "not an ordinary file"],
  ["too large", { content: Buffer.alloc(LIMITS.file + 1) }, "larger than an exercise"],
])("does not take %s, not even after an ordinary file of that name", async (_, entry, why) => {
  const all = await ofTar([{ name: softmax, content: "before" }, { name: softmax, ...entry }, mine]);
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toContain(why);
});

it("takes the last of several entries of one name", async () => {
  const all = await ofTar([
    { name: softmax, content: "first" },
    { name: softmax, content: "" },
  ]);
  expect(texts(all)).toEqual({ [SOFTMAX]: "" });
  expect(problemsOf(all)).toContain("the last one counts");
});

it("goes by the names of extended headers, and passes over those that are too large", async () => {
  const header = (type: string, key: string, value: string) => ({ name: "pax", type, content: pax(key, value) });
  expect(texts(await ofTar([header("x", "path", softmax), { name: "other", content: "one" }]))).toEqual({
    [SOFTMAX]: "one",
  });
  const all = await ofTar([
    header("x", "path", `../${softmax}`),
    { name: softmax, content: "hostile" },
    header("g", "comment", "a".repeat(5e6)),
    mine,
  ]);
  expect(texts(all)).toEqual({ [GRU]: "mine" });
});

it("holds up under sizes that lie", async () => {
  const huge = tarEntry({ name: softmax, size: 0o77777777777 });
  const all = await taken(inTar(gzipSync(Buffer.concat([tarEntry(mine), huge, Buffer.alloc(2048)]))));
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  const sized = [{ name: "pax", type: "x", content: pax("size", "-5") }, { name: softmax, content: "one" }, mine];
  expect((await ofTar(sized)).files.size).toBeLessThanOrEqual(2);
});

it("takes what came before an archive breaks off, and says so", async () => {
  const bytes = tar([mine, { name: softmax, content: "a".repeat(5000) }]);
  for (const cut of [bytes.subarray(0, 3000), gzipSync(bytes.subarray(0, 3000))]) {
    const all = await taken(inTar(cut));
    expect(texts(all)).toEqual({ [GRU]: "mine" });
    expect(problemsOf(all)).toMatch(/cut short or damaged/);
  }
  const random = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251));
  const packed = gzipSync(tar([mine, { name: softmax, content: random }]));
  const all = await taken(inTar(packed.subarray(0, -200)));
  expect(problemsOf(all)).toMatch(/cut short or damaged/);
  expect(all.files.has(SOFTMAX)).toBe(false);
});

it("refuses what is no tar, and what is compressed twice", async () => {
  expect(await refusal(inTar(gzipSync("hello")))).toContain("no exercises");
  expect(await refusal(inTar(gzipSync(gzipSync(tar([mine])))))).toContain("compressed twice");
  expect(await refusal(inTar(Buffer.from("7z\xbc\xaf", "latin1")))).toContain("neither a zip nor a tar");
});

it("stops a bomb, and keeps what it read before", async () => {
  // Sixteen megabytes of nothing, again and again: members of one gzip file.
  const nothing = gzipSync(Buffer.alloc(16 * 1024 * 1024));
  const members = Math.ceil(LIMITS.inflated / (16 * 1024 * 1024));
  const head = gzipSync(Buffer.concat([tarEntry(mine), tarEntry({ name: "bomb", size: 0o77777777777 })]));
  const bomb = Buffer.concat([
    head,
    ...Array.from({ length: members }, () => nothing),
    gzipSync(tar([{ name: softmax }])),
  ]);
  expect(bomb.length).toBeLessThan(2e6);
  const all = await taken(inTar(bomb));
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toContain("was read up to 1024 MiB");
});

it("does not read what follows an archive's end", async () => {
  const nothing = gzipSync(Buffer.alloc(16 * 1024 * 1024, "x"));
  const bytes = Buffer.concat([gzipSync(tar([mine])), ...Array.from({ length: 80 }, () => nothing)]);
  const all = await taken(inTar(bytes));
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(all.problems).toEqual([]);
});

it("refuses more entries than are looked at", async () => {
  const empty = tarEntry({ name: "node_modules/x" });
  const many = Buffer.concat([tarEntry(mine), ...Array.from({ length: LIMITS.entries }, () => empty)]);
  expect(await refusal(inTar(gzipSync(many, { level: 1 })))).toContain(`more than ${LIMITS.entries} entries`);
});
