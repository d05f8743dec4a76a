import fs from "node:fs";
import { open } from "node:fs/promises";
import { afterAll, expect, it, vi } from "vitest";
import {
  fileOf,
  forgetFolders,
  GRU,
  gru,
  problemsOf,
  refusal,
  SOFTMAX,
  softmax,
  taken,
  texts,
  type ZipEntry,
  zip,
} from "./for-tests.js";
import { LIMITS } from "./known.js";

afterAll(forgetFolders);

const inZip = (bytes: Buffer) => ({ is: "archive", place: fileOf("work.zip", bytes) }) as const;
const ofZip = (entries: readonly ZipEntry[]) => taken(inZip(zip(entries)));

it("takes the files of exercises from a zip, deflated or stored, at the top or in a folder", async () => {
  const some = [{ name: softmax, content: "one" }, { name: gru, content: "two", method: 0 }, { name: "package.json" }];
  expect(texts(await ofZip(some))).toEqual({ [SOFTMAX]: "one", [GRU]: "two" });
  const below = some.map((entry) => ({ ...entry, name: `workbook-main/${entry.name}` }));
  const all = await ofZip([...below, { name: `__MACOSX/${softmax}`, content: "resource fork" }]);
  expect(texts(all)).toEqual({ [SOFTMAX]: "one", [GRU]: "two" });
  expect(all.problems).toEqual([]);
});

it("lets the shallowest root win wherever it comes, and refuses two of the same depth", async () => {
  const deep = { name: `a/${softmax}`, content: "deep" };
  const top = { name: softmax, content: "top" };
  expect(texts(await ofZip([deep, top]))).toEqual({ [SOFTMAX]: "top" });
  expect(texts(await ofZip([top, deep]))).toEqual({ [SOFTMAX]: "top" });
  expect(texts(await ofZip([{ name: SOFTMAX, content: "loose" }, top]))).toEqual({ [SOFTMAX]: "top" });
  expect(texts(await ofZip([top, { name: SOFTMAX, content: "loose" }]))).toEqual({ [SOFTMAX]: "top" });
  expect(await refusal(inZip(zip([deep, { name: `b/${softmax}` }])))).toContain("(a, b)");
});

it.each([
  `../${softmax}`,
  `exercises/../../exercises/${SOFTMAX}`,
  `/${softmax}`,
  `C:/${softmax}`,
  `${softmax}\0.ts`,
  `exercises/\u001b[31m/${SOFTMAX}`,
  `exercises\\x/${SOFTMAX}`,
  `${"a".repeat(2000)}/${softmax}`,
])("passes over the name %j", async (name) => {
  const all = await ofZip([
    { name, content: "hostile" },
    { name: gru, content: "mine" },
  ]);
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toMatch(/1 entries .* names that no file should have/);
  expect(problemsOf(all)).not.toMatch(/\p{Cc}/u);
});

it("understands what an old Windows program packed", async () => {
  expect(texts(await ofZip([{ name: softmax.replaceAll("/", "\\"), content: "one" }]))).toEqual({ [SOFTMAX]: "one" });
});

it("takes the last of several entries of one name, says so, and takes none when that is a link", async () => {
  const twice = [
    { name: softmax, content: "first" },
    { name: `./exercises//${SOFTMAX}`, content: "last" },
  ];
  const all = await ofZip(twice);
  expect(texts(all)).toEqual({ [SOFTMAX]: "last" });
  expect(problemsOf(all)).toContain("more than once; the last one counts");
  expect(texts(await ofZip([...twice, { name: softmax, content: "/etc/passwd", mode: 0o120777 }]))).toEqual({});
});

it.each([
  ["a link", { mode: 0o120777, content: "../../solutions/x.ts" }, "it is a link"],
  ["a fifo", { mode: 0o010644 }, "not an ordinary file"],
  ["a device", { mode: 0o020644 }, "not an ordinary file"],
  ["encrypted", { flags: 0x801, content: "secret" }, "it is encrypted"],
  ["of another compression", { method: 12, content: "bzip" }, "compressed in a way"],
  ["too large", { content: Buffer.alloc(LIMITS.file + 1, "a") }, "larger than an exercise"],
  ["of another checksum", { content: "one", crc: 1 }, "it is damaged"],
  ["shorter than it says", { content: "one", size: 9 }, "it is damaged"],
  ["a bomb that says to be small", { content: Buffer.alloc(5e7), size: 100 }, "it is damaged"],
  ["lying outside of the archive", { content: "one", offset: 1e6 }, "it is damaged"],
  ["lying in another entry's place", { content: "one", offset: 1 }, "it is damaged"],
  ["not deflated at all", { content: "one", packedSize: 2 }, "it is damaged"],
])("does not take a file that is %s, and takes the others", async (_, entry, why) => {
  const all = await ofZip([
    { name: gru, content: "mine" },
    { name: softmax, ...entry },
  ]);
  expect(texts(all)).toEqual({ [GRU]: "mine" });
  expect(problemsOf(all)).toContain(why);
});

it("says when a name differs in its capital letters, and takes neither for the other", async () => {
  const all = await ofZip([
    { name: softmax.toUpperCase(), content: "shout" },
    { name: softmax, content: "one" },
    { name: `Exercises/${GRU.replace("gru", "GRU")}`, content: "two" },
  ]);
  expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
  expect(problemsOf(all).match(/its name must be/g)).toHaveLength(2);
});

it("refuses what is no zip, whatever it is called, what is cut short, and what holds nothing", async () => {
  const whole = zip([{ name: softmax, content: "one" }]);
  expect(await refusal(inZip(Buffer.from("Rar!\x1a\x07")))).toContain("neither a zip nor a tar");
  expect(await refusal(inZip(Buffer.alloc(0)))).toContain("neither a zip nor a tar");
  expect(await refusal(inZip(whole.subarray(0, -30)))).toContain("cannot be read");
  expect(await refusal(inZip(zip([])))).toContain("no exercises");
  expect(await refusal({ is: "archive", place: "/nowhere/work.zip" })).toContain("is not there");
});

it("takes what comes before a damaged part of the directory", async () => {
  const bytes = zip([
    { name: softmax, content: "one" },
    { name: gru, content: "two" },
  ]);
  bytes.write("XX", bytes.lastIndexOf("PK\x01\x02"), "latin1");
  const all = await taken(inZip(bytes));
  expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
  expect(problemsOf(all)).toContain("cut short or damaged");
});

/** Counts the bytes that are read of files, by handles (as the intake does) and by descriptors (as yauzl does). */
async function countReads<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly bytes: number }> {
  const handle = await open(import.meta.filename);
  const byHandle = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "read");
  const byDescriptor = vi.spyOn(fs, "read");
  await handle.close();
  try {
    const result = await act();
    const handles: readonly (readonly unknown[])[] = byHandle.mock.calls;
    const descriptors: readonly (readonly unknown[])[] = byDescriptor.mock.calls;
    const lengths = [...handles.map((call) => call[2]), ...descriptors.map((call) => call[3])];
    return { result, bytes: lengths.reduce<number>((total, length) => total + Number(length), 0) };
  } finally {
    byHandle.mockRestore();
    byDescriptor.mockRestore();
  }
}

it("reads nothing of large entries, of what it does not know, and of entries that do not count", async () => {
  const entries: ZipEntry[] = [
    { name: "video.mp4", content: Buffer.alloc(2e6), method: 0 },
    { name: gru, content: Buffer.alloc(2e6), method: 0 },
    ...Array.from({ length: 20 }, () => ({ name: softmax, content: Buffer.alloc(1e5), method: 0 })),
    { name: softmax, content: "last" },
  ];
  const source = inZip(zip(entries));
  const { result, bytes } = await countReads(() => taken(source));
  expect(texts(result)).toEqual({ [SOFTMAX]: "last" });
  expect(bytes).toBeGreaterThan(100);
  expect(bytes).toBeLessThan(1e5);
});

it("refuses more entries than are looked at", async () => {
  // One local entry, and a directory that names it again and again.
  const one = zip([{ name: softmax, content: "one" }]);
  const start = one.indexOf("PK\x01\x02");
  const record = one.subarray(start, one.lastIndexOf("PK\x05\x06"));
  const many = LIMITS.entries + 1;
  const end64 = Buffer.alloc(56 + 20);
  end64.write("PK\x06\x06", 0, "latin1");
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(many), 24);
  end64.writeBigUInt64LE(BigInt(many), 32);
  end64.writeBigUInt64LE(BigInt(record.length * many), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  end64.write("PK\x06\x07", 56, "latin1");
  end64.writeBigUInt64LE(BigInt(start + record.length * many), 64);
  const last = Buffer.from(one.subarray(-22));
  const directory = Buffer.concat(Array.from({ length: many }, () => record));
  const source = inZip(Buffer.concat([one.subarray(0, start), directory, end64, last]));
  expect(await refusal(source)).toContain(`more than ${LIMITS.entries} entries`);
});
