/** The README tells what the exercises cover, as the syllabus has it today. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LANGUAGES } from "../language.js";
import { PAPERS, TOPICS } from "../sources.js";
import { EXERCISES } from "../syllabus.js";
import { readmeIn, withCoverage } from "./coverage.js";

test.each(LANGUAGES)("the tables of the README are up to date, %s (npm run coverage)", (language) => {
  const readme = readFileSync(readmeIn(language), "utf8");
  expect(withCoverage(readme, language)).toBe(readme);
});

test.each(LANGUAGES)("a table of another day is noticed, and one without its place refused, %s", (language) => {
  const readme = readFileSync(readmeIn(language), "utf8");
  const stale = readme.replace("#1.1)", "#1.2)");
  expect(stale).not.toBe(readme);
  expect(withCoverage(stale, language)).toBe(readme);
  expect(() => withCoverage("# nothing", language)).toThrow("no place for the coverage");
});

test("every topic of the course and every paper has exercises, and every exercise a topic", () => {
  for (const topic of Object.keys(TOPICS)) {
    expect(EXERCISES.filter(({ topics }) => topics.includes(topic as never)).length, topic).toBeGreaterThan(0);
  }
  for (const paper of Object.keys(PAPERS)) {
    expect(EXERCISES.filter(({ papers }) => papers.includes(paper as never)).length, paper).toBeGreaterThan(0);
  }
  for (const { id, topics } of EXERCISES) expect(topics.length, id).toBeGreaterThan(0);
});
