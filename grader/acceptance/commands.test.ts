/** The words on the command line, and what a run repeats and remembers. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../store.js";
import { run, runGrade } from "./run.js";
import { fixtures, place, solved, submission, temporaryFolder } from "./submission.js";

const temporary = temporaryFolder();

describe.concurrent("words on the command line", () => {
  test.each([
    [["grade", "1.11"], /there is no exercise or unit "1\.11"; did you mean 1\.1\?/],
    [["grade", "stable-sofmax"], /did you mean stable-softmax\?/],
    [["grade", "--sed", "1"], /there is no option --sed; did you mean --seed\?\nnpm run grade -- --help/],
    [["grade", "--seed", "many"], /--seed takes a whole number from 0 to 4294967295, not "many"/],
    [["grade", "--seed", "4294967296"], /--seed takes a whole number/],
    [["grade", "--lang", "fr"], /--lang takes en or es, not "fr"/],
    [["grade", "--submission", "data"], /holds no exercises/],
    [["grade", "--submission", "/nowhere"], /holds no exercises/],
    [["graed"], /there is no command "graed"; did you mean grade\?/],
    [["hint"], /npm run hint -- 1\.1: name one exercise/],
    [["hint", "1"], /name one exercise/],
    [["reset", "9.9"], /there is no exercise or unit "9\.9"/],
    [["watch"], /needs a terminal/],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await run(words);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("a language that it does not speak, in the environment", async () => {
    const { code, stdout, stderr } = await run(["list"], { env: { WORKBOOK_LANG: "fr_FR.UTF-8" } });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('WORKBOOK_LANG takes en or es, not "fr_FR.UTF-8"');
  });

  test("help is everywhere, in both languages", async () => {
    for (const command of ["grade", "watch", "hint", "list", "reset", "doctor", "stubs", "bench", "mutants"]) {
      const [english, spanish] = await Promise.all(
        ["en", "es"].map((language) => run([command, "--help", "--lang", language])),
      );
      expect([english?.code, spanish?.code]).toEqual([0, 0]);
      expect(english?.stdout).toContain(`usage: npm run ${command}`);
      expect(spanish?.stdout).toContain(`uso: npm run ${command}`);
      expect(spanish?.stdout).not.toBe(english?.stdout);
    }
  });
});

describe("repeating and remembering", () => {
  const folder = submission(
    path.join(temporary, "remembered"),
    place,
    readFileSync(path.join(fixtures, "nan/exercises", place), "utf8"),
  );
  const grade = (...options: string[]) => runGrade(["1.1", "--submission", folder, ...options]);

  test("a seed repeats a run exactly", async () => {
    const [first, second, other] = [
      await grade("--seed", "11"),
      await grade("--seed", "11"),
      await grade("--seed", "12"),
    ];
    const checks = (ran: typeof first) => ran.grade?.exercises[0]?.checks;
    expect(checks(second)).toEqual(checks(first));
    expect(checks(other)).not.toEqual(checks(first));
  });

  test("what did not change is not graded again; a damaged memory is no memory", async () => {
    const cached = async () => (await grade()).grade?.exercises[0]?.cached;
    await grade();
    expect(await cached()).toBe(true);
    expect((await grade("--fresh")).grade?.exercises[0]?.cached).toBe(false);
    expect((await runGrade(["1.1", "--submission", folder], { env: { CI: "true" } })).grade?.exercises[0]?.cached).toBe(
      false,
    );
    const results = path.join(root, "node_modules/.cache/workbook/results");
    for (const name of readdirSync(results)) {
      const file = path.join(results, name, "1.1.json");
      if (existsSync(file)) writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    }
    expect(await cached()).toBe(false);
    expect(await cached()).toBe(true);
    writeFileSync(path.join(folder, "exercises", place), solved);
    expect((await grade()).grade?.exercises[0]).toMatchObject({ cached: false, outcome: "passed" });
  });

  test("--bail stops at the first exercise that does not pass", async () => {
    const { grade: stopped, stdout } = await runGrade([
      "1",
      "--submission",
      path.join(root, "grader/fixtures/mixed"),
      "--bail",
      "--fresh",
    ]);
    const outcomes = stopped?.exercises.map(({ outcome }) => outcome) ?? [];
    expect(outcomes.filter((outcome) => outcome !== "passed" && outcome !== "not started").length).toBeLessThanOrEqual(
      1,
    );
    expect(outcomes.length).toBeLessThan(7);
    expect(stdout).toContain("(--bail)");
  });

  test("--json - gives the grade alone on standard output", async () => {
    const { stdout, stderr } = await run(["grade", "1.1", "--submission", folder, "--json", "-"]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "workbook/grade/v2", language: "en" });
    expect(stderr).toContain("stable softmax");
  });
});
