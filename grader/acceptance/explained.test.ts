/** What the real command says of code that no known mistake explains. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { solutionFile } from "../submission/stub.js";
import { placeOf } from "../syllabus.js";
import { runGrade } from "./run.js";
import { flat, submission, temporaryFolder } from "./submission.js";

const folder = temporaryFolder();

/** A submission of one exercise: its solution with a change. */
function wrong(id: string, from: string, to: string): string {
  const source = readFileSync(solutionFile(id), "utf8");
  expect(source.split(from)).toHaveLength(2);
  return submission(path.join(folder, `${id} ${to.replace(/\W/g, "")}`), `${placeOf(id)}.ts`, source.replace(from, to));
}

test("a forgotten bias is said, with the check that it costs most", async () => {
  const made = wrong("1.3", "p.wc, p.bc)", "p.wc)");
  const { grade, stdout } = await runGrade(["1.3", "--submission", made, "--seed", "5"]);
  const [exercise] = grade?.exercises ?? [];
  expect(exercise?.diagnoses).toEqual([
    {
      is: "probe",
      id: "zero: `p.bc`",
      text: "This is what comes out when `p.bc` is taken for 0.",
      about: "gruCell",
      check: exercise?.checks.find(({ passed }) => !passed)?.name,
    },
  ]);
  expect(flat(stdout)).toContain("This is what comes out when `p.bc` is taken for 0.");
});

test("in Spanish as well, by what the code equals and in the same place", async () => {
  const made = wrong("1.3", "p.wr, p.br)", "p.wz, p.br)");
  const { grade, stdout } = await runGrade(["1.3", "--submission", made, "--seed", "5", "--lang", "es"]);
  expect(grade?.exercises[0]?.diagnoses.map(({ text }) => text)).toEqual([
    "Esto es lo que sale cuando `p.wz` está en el lugar de `p.wr`.",
  ]);
  expect(flat(stdout)).toContain("Esto es lo que sale cuando `p.wz` está en el lugar de `p.wr`.");
});

test("who is right is not asked why", async () => {
  const solved = path.dirname(path.dirname(solutionFile("1.3")));
  const { grade } = await runGrade(["1.3", "--submission", solved, "--seed", "5"]);
  expect(grade?.exercises[0]?.diagnoses).toEqual([]);
});

test("where an argument was changed, that is the diagnosis", async () => {
  const made = wrong("2.4", "const sorted = [...perm].sort(", "const sorted = perm.sort(");
  const { grade } = await runGrade(["2.4", "--submission", made, "--seed", "5"]);
  const [first] = grade?.exercises[0]?.diagnoses ?? [];
  expect([first?.is, first?.id]).toEqual(["error", "bad value"]);
  expect(first?.text).toMatch(/`perm` was changed/);
});
