/** Where the grader itself fails there is no grade, by the real command: not in a class either, and it is tried again. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { gradebookSchema } from "../class/gradebook.js";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { changeFirstSuite, copyWorkbook } from "./copy.js";
import { run } from "./run.js";
import { submission, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();
const at = (...parts: string[]) => path.join(temporary, ...parts);
const workbook = at("workbook");
/** As long as it is there, the suite of 1.1 fails: a fault that comes and goes. */
const fault = at("fault");

const solved = (id: string) => readFileSync(path.join(root, "solutions", `${placeOf(id)}.ts`), "utf8");

beforeAll(() => {
  copyWorkbook(workbook);
  const isThere = `process.getBuiltinModule("node:fs").existsSync(${JSON.stringify(fault)})`;
  changeFirstSuite(workbook, `if (${isThere}) throw new TypeError("the suite is broken");`);
  mkdirSync(at("class"));
  for (const id of ["1.1", "1.3"]) submission(at("class", "ada"), `${placeOf(id)}.ts`, solved(id));
  submission(at("class", "bob"), `${placeOf("1.3")}.ts`, solved("1.3"));
});

describe("a class", () => {
  const grade = (out: string, ...more: string[]) =>
    run(["class", "grade", at("class"), "--out", at(out), "--exercises", "1.1,1.3", "--seed", "5", ...more], {
      workbook,
    });
  const bookIn = (out: string) =>
    v.parse(gradebookSchema, JSON.parse(readFileSync(at(out, "gradebook.json"), "utf8"))).students;
  const rowsIn = (out: string): Record<string, string>[] =>
    parse(readFileSync(at(out, "gradebook.csv"), "utf8"), { columns: true });

  test("has who the grader failed on as not graded, says so, and asks again, until it is a grade", async () => {
    writeFileSync(fault, "");
    const first = await grade("out");
    expect(first.code).toBe(3);
    expect(first.stdout).toMatch(/ada: not graded, by a fault of the grader: 1\.1: .*the suite is broken/);
    expect(first.stdout).toContain("1 student is not graded");
    expect(bookIn("out").map(({ student, status }) => [student, status])).toEqual([
      ["ada", "not graded"],
      ["bob", "graded"],
    ]);
    const [ada, bob] = rowsIn("out");
    expect([ada?.status, ada?.points, ada?.bonus, ada?.["1.1"], ada?.["1.3"]]).toEqual(["not graded", "", "", "", ""]);
    expect([bob?.points, bob?.["1.1"]]).toEqual(["10", "0"]);
    expect(readFileSync(at("out", "overview.html"), "utf8")).toMatch(/ada: not graded, by a fault of the grader/);

    const second = await grade("out");
    expect(second.code).toBe(3);
    expect(second.stdout).toMatch(/2 students, 1 of them graded already.*ada: not graded.*No grade changes/s);

    rmSync(fault);
    const third = await grade("out", "--yes");
    expect(third.stdout).toMatch(/ada: 0 → 15 \(without a grade, now or before: the grader failed\)/);
    expect(third.code).toBe(0);
    expect(rowsIn("out").map(({ status, points }) => [status, points])).toEqual([
      ["graded", "15"],
      ["graded", "10"],
    ]);
  });

  test("of several parts, one of which has somebody who is not graded, is put together and ends with 3 as well", async () => {
    writeFileSync(fault, "");
    const codes: (number | null)[] = [];
    for (const shard of ["1/2", "2/2"]) codes.push((await grade(`part-${shard[0]}`, "--shard", shard)).code);
    rmSync(fault);
    expect(codes.sort()).toEqual([0, 3]);
    const merged = await run(["class", "merge", at("part-1"), at("part-2"), "--out", at("merged")], { workbook });
    expect([merged.code, merged.stdout.includes("1 student is not graded")]).toEqual([3, true]);
    expect(bookIn("merged").map(({ status }) => status)).toEqual(["not graded", "graded"]);
  });
});

test("a push says that it is not final, hands no points on, and no unit of it is final", async () => {
  writeFileSync(fault, "");
  const file = at("grade.json");
  const env = { CI: "true", GITHUB_OUTPUT: at("output"), GITHUB_STEP_SUMMARY: at("summary") };
  for (const empty of [env.GITHUB_OUTPUT, env.GITHUB_STEP_SUMMARY]) writeFileSync(empty, "");
  const graded = await run(["grade", "1", "2.1", "--submission", at("class", "ada"), "--json", file, "--zero"], {
    workbook,
    env,
  });
  rmSync(fault);
  expect(graded.code).toBe(3);
  const told = await run(["publish", "--grade", file, "--github"], { workbook, env });
  expect(told.stdout).toMatch(/^::notice title=10 points so far%2C not final::Not final: /m);
  expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toContain("# Attention workbook: 10 points so far, not final");
  expect(readFileSync(env.GITHUB_OUTPUT, "utf8")).toBe("");
  for (const unit of ["1", "2"]) {
    writeFileSync(env.GITHUB_OUTPUT, "");
    await run(["publish", "--grade", file, "--runner", "--units", unit], { workbook, env });
    const [, result = ""] = /^result=(.+)$/m.exec(readFileSync(env.GITHUB_OUTPUT, "utf8")) ?? [];
    const { status, max_score, tests } = JSON.parse(Buffer.from(result, "base64").toString("utf8"));
    expect([status, max_score, tests.map(({ score }: { score: number }) => score)]).toEqual(["error", 0, [0]]);
  }
  expect(existsSync(file)).toBe(true);
});
