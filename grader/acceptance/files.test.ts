/** Files as they come from other systems, hands and editors: each costs its own exercise at most. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { runGrade } from "./run.js";
import { flat, place, solved, submission, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();

/** What a terminal or the log of a workflow would act on. */
const COMMANDS = /(?!\n)\p{Cc}|^\s*::|##\[/mu;

describe.concurrent("files", () => {
  test("a path with spaces and other letters", async () => {
    const { grade } = await runGrade([
      "1.1",
      "--submission",
      submission(path.join(temporary, "mi tarea ñ 1 – α"), place, solved),
    ]);
    expect(grade?.points).toBe(5);
  });

  test("line ends of Windows and a byte order mark", async () => {
    const folder = submission(path.join(temporary, "windows"), place, `\ufeff${solved.replaceAll("\n", "\r\n")}`);
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });

  test("a symbolic link out of the submission is not followed", async () => {
    const folder = submission(path.join(temporary, "linked"), place, "");
    const file = path.join(folder, "exercises", place);
    rmSync(file);
    symlinkSync(path.join(root, "solutions", place), file);
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("breaks a rule");
    expect(flat(stdout)).toContain("is a link to a place outside of the submission");
  });

  test("a link within the submission is", async () => {
    const folder = submission(path.join(temporary, "linked-within"), "01-recurrent-attention/mine.ts", solved);
    symlinkSync("mine.ts", path.join(folder, "exercises", place));
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });

  test("a folder where a file is due", async () => {
    const folder = submission(path.join(temporary, "folder"), `${place}/index.ts`, solved);
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("missing");
    expect(stdout).toContain("is not a file");
  });

  test("a link in place of the whole folder is not followed either", async () => {
    const folder = path.join(temporary, "linked-folder");
    mkdirSync(folder);
    symlinkSync(path.join(root, "solutions"), path.join(folder, "exercises"));
    const { code, grade } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.points ?? 0).toBe(0);
    expect([1, 2]).toContain(code);
  });

  test.skipIf(process.platform === "win32")("a pipe where a file is due is not waited for", async () => {
    const folder = submission(path.join(temporary, "pipe"), place, "");
    const file = path.join(folder, "exercises", place);
    rmSync(file);
    execFileSync("mkfifo", [file]);
    expect((await runGrade(["1.1", "--submission", folder])).stdout).toContain("is not a file");
  });

  test.skipIf(process.platform === "win32")("a file name that holds commands is shown without them", async () => {
    const name = "01-recurrent-attention/01-stable-softmax\u001b[2J\n::error::pwned.ts";
    const { grade, stdout } = await runGrade([
      "1.1",
      "--submission",
      submission(path.join(temporary, "commands"), name, solved),
    ]);
    expect(grade?.exercises[0]?.outcome).toBe("missing");
    expect(stdout).not.toMatch(COMMANDS);
  });

  test("letters of an old encoding", async () => {
    const folder = submission(path.join(temporary, "latin"), place, "");
    writeFileSync(path.join(folder, "exercises", place), Buffer.from(`// a\u00f1o\n${solved}`, "latin1"));
    const { grade } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.points).toBe(5);
  });

  test("of a very long line with an error, the part with the error is shown", async () => {
    const folder = submission(
      path.join(temporary, "long-line"),
      place,
      `const text = "${"x".repeat(200_000)}"; const broken = ;\n${solved}`,
    );
    const { grade, stdout } = await runGrade(["1.1", "--submission", folder]);
    expect(grade?.exercises[0]?.outcome).toBe("does not compile");
    expect(stdout.length).toBeLessThan(4000);
  });

  test("a file of two megabytes", async () => {
    const folder = submission(path.join(temporary, "large"), place, `${solved}// ${"x".repeat(2 ** 21)}`);
    expect((await runGrade(["1.1", "--submission", folder])).stdout).toContain("is larger than 256 KiB");
  });

  test.each([
    ["brackets", "[".repeat(100_000) + "]".repeat(100_000)],
    ["negations", `${"!".repeat(100_000)}1`],
    ["members", `tf${".b".repeat(50_000)}`],
    ["sums", `${"1+".repeat(50_000)}1`],
    ["functions", `${"(() => {".repeat(20_000)}${"})".repeat(20_000)}`],
    ["types", `0 as ${"A<".repeat(50_000)}B${">".repeat(50_000)}`],
    ["brackets that are not closed", "(".repeat(50_000)],
  ])("code that is nested too deeply for any parser costs its own exercise only: %s", async (name, code) => {
    const folder = submission(
      path.join(temporary, `deep ${name}`),
      place,
      `${solved}\nconst deep: unknown = ${code};\n`,
    );
    const gru = `${placeOf("1.3")}.ts`;
    writeFileSync(path.join(folder, "exercises", gru), readFileSync(path.join(root, "solutions", gru), "utf8"));
    const { grade, code: exit } = await runGrade(["1.1", "1.3", "--submission", folder, "--fresh"]);
    expect(grade?.exercises.map(({ outcome }) => outcome)).toEqual(["does not compile", "passed"]);
    expect(exit).toBe(1);
  });

  test("a long file is no deep one", async () => {
    const long = `${solved}${Array.from({ length: 2000 }, (_, i) => `export const a${i} = [${i}, { b: ${i} }];`).join("\n")}`;
    const { grade } = await runGrade([
      "1.1",
      "--submission",
      submission(path.join(temporary, "long"), place, long),
      "--fresh",
    ]);
    expect(grade?.exercises[0]?.outcome).toBe("passed");
  });

  test("types.ts and support.ts are always the grader's own", async () => {
    const folder = submission(
      path.join(temporary, "own-support"),
      place,
      `import { linear } from "../support.js";\n${solved.replace("tf.exp(", "(linear as never, tf.exp)(")}`,
    );
    writeFileSync(path.join(folder, "exercises/support.ts"), 'throw new Error("mine");');
    expect((await runGrade(["1.1", "--submission", folder])).grade?.points).toBe(5);
  });
});
