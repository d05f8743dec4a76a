/** A workbook in poor shape: stubs to bring back, suites that fail, folders that cannot be written to. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../store.js";
import { EXERCISES } from "../syllabus.js";
import { change, changeFirstSuite, copyWorkbook } from "./copy.js";
import { run, runGrade } from "./run.js";
import { flat, place, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();

describe("a workbook in poor shape", () => {
  const workbook = copyWorkbook(path.join(temporary, "cuaderno ñ"));

  test("reset puts the stub back, keeps the file, and asks first", async () => {
    const file = path.join(workbook, "exercises", place);
    writeFileSync(file, "// mine\n");
    expect((await run(["reset", "1.1"], { workbook })).stderr).toContain("say --yes");
    expect(readFileSync(file, "utf8")).toBe("// mine\n");
    const { code, stdout } = await run(["reset", "1.1", "--yes"], { workbook });
    expect(code).toBe(0);
    expect(stdout).toContain("what you wrote is in exercises/01-recurrent-attention/01-stable-softmax.ts.1.bak");
    expect(readFileSync(`${file}.1.bak`, "utf8")).toBe("// mine\n");
    expect(readFileSync(file, "utf8")).toContain('throw new Error("TODO 1.1: stableSoftmax");');
  });

  test("list shows the syllabus with the progress, stubs writes nothing when nothing changed", async () => {
    const { stdout } = await run(["list", "1"], { workbook });
    expect(stdout).toMatch(/· 1\.6 {2}★★★ {3}0\/15 {2}a step of Bahdanau's decoder · needs 1\.3, 1\.4, 1\.5/);
    expect((await run(["stubs"], { workbook })).stdout).toContain(`${EXERCISES.length} stubs, 0 written`);
  });

  test("doctor finds everything in order", async () => {
    const { code, stdout } = await run(["doctor"], { workbook });
    expect(stdout).toContain("Everything is in order.");
    expect(code).toBe(0);
  });

  test("a suite that fails is the grader's fault: no grade, exit code 3", async () => {
    const broken = copyWorkbook(path.join(temporary, "broken suite"));
    changeFirstSuite(broken, 'throw new TypeError("the suite is broken");');
    const { code, grade, stdout } = await runGrade(["1.1", "--submission", "solutions"], { workbook: broken });
    expect([code, grade?.exercises[0]?.outcome, grade?.complete, grade?.maxPoints]).toEqual([
      3,
      "grader error",
      false,
      5,
    ]);
    expect(flat(stdout)).toContain("the suite is broken");
    expect(stdout).toContain("Not final: the grader itself failed on 1.1, so this is no grade.");
    expect(stdout).not.toMatch(/\d of \d+/);
  });

  test("a suite with another number of checks than the syllabus says is one as well", async () => {
    const fewer = copyWorkbook(path.join(temporary, "fewer checks"));
    const forbids = 'forbids: ["softmax", "logSoftmax", "logSumExp"]'; // of 1.1 alone
    change(fewer, "grader/syllabus.ts", `checks: 5,\n        ${forbids}`, `checks: 6,\n        ${forbids}`);
    const { code, grade } = await runGrade(["1.1", "--submission", "solutions"], { workbook: fewer });
    expect(code).toBe(3);
    expect(grade?.exercises[0]).toMatchObject({
      outcome: "grader error",
      message: "the suite ran 5 checks, the syllabus says 6",
    });
  });

  test("a damaged snapshot is built again", async () => {
    const cache = path.join(root, "node_modules/.cache/workbook");
    const copy = path.join(temporary, "snapshots");
    cpSync(cache, copy, { recursive: true, filter: (source) => source === cache || source.includes("sandbox-") });
    for (const name of readdirSync(copy).filter((file) => file.endsWith(".blob"))) {
      const file = path.join(cache, name);
      writeFileSync(file, readFileSync(file).subarray(0, 1_000_000));
    }
    expect((await runGrade(["1.1", "--submission", "solutions", "--fresh"])).grade?.points).toBe(5);
  });

  test("a checkout that cannot be written to", async () => {
    const locked = copyWorkbook(path.join(temporary, "read only"));
    rmSync(path.join(locked, "node_modules"));
    mkdirSync(path.join(locked, "node_modules"));
    for (const name of readdirSync(path.join(root, "node_modules"))) {
      if (name !== ".cache")
        symlinkSync(path.join(root, "node_modules", name), path.join(locked, "node_modules", name));
    }
    writeFileSync(path.join(locked, "node_modules/.cache"), "no folder can be made here");
    const { grade, code, stderr } = await runGrade(["1.1", "--submission", "solutions"], {
      workbook: locked,
      env: { TMPDIR: temporary },
    });
    expect(stderr).toBe("");
    expect([grade?.points, code]).toEqual([5, 0]);
  });
});
