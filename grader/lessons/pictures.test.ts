/** The pictures of the lessons are those that the reference draws today, and each one is shown. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../store.js";
import { UNITS } from "../syllabus.js";
import { drawAll } from "./pictures.js";

const drawings = await drawAll();
const committed = UNITS.map(({ folder }) => path.posix.join("exercises", folder, "pictures"))
  .filter((folder) => existsSync(path.join(root, folder)))
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`));

test("every picture is drawn by a module, and every module's picture is there (npm run pictures)", () => {
  expect(committed.sort()).toEqual(drawings.map(({ file }) => file).sort());
});

test.each(drawings.map(({ file, svg }) => [file, svg] as const))("%s is up to date", (file, svg) => {
  expect(readFileSync(path.join(root, file), "utf8")).toBe(svg);
});

test.each(committed)("%s is shown in its lesson, with a description", (file) => {
  const lesson = path.join(path.dirname(path.dirname(file)), file.endsWith(".es.svg") ? "README.es.md" : "README.md");
  const shown = readFileSync(path.join(root, lesson), "utf8").match(/!\[([^\]]+)\]\((pictures\/[^)]+)\)/g) ?? [];
  expect(shown.some((image) => image.endsWith(`(pictures/${path.basename(file)})`))).toBe(true);
});
