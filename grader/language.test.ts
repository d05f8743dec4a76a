import { expect, test } from "vitest";
import { nearest } from "./errors.js";
import { chooseLanguage } from "./language.js";

test.each([
  ["es", {}, "es"],
  ["en", { WORKBOOK_LANG: "es" }, "en"],
  [undefined, { WORKBOOK_LANG: "es", LANG: "en_US.UTF-8" }, "es"],
  [undefined, { LANG: "es_MX.UTF-8" }, "es"],
  [undefined, { LC_ALL: "es_ES", LANG: "en_US" }, "es"],
  [undefined, { LANG: "C.UTF-8" }, "en"],
  [undefined, {}, "en"],
])("--lang %s and %j: %s", (option, env, language) => {
  expect(chooseLanguage(option, env)).toBe(language);
});

test("a course's language comes before the locale, and after what a person chose", () => {
  expect(chooseLanguage(undefined, { LANG: "en_US.UTF-8" }, "es")).toBe("es");
  expect(chooseLanguage(undefined, { LANG: "en_US.UTF-8", WORKBOOK_LANG: "en" }, "es")).toBe("en");
  expect(chooseLanguage("en", {}, "es")).toBe("en");
});

test.each([
  ["1.x", ["1.1", "2.4"], "1.1"],
  ["alignement-scores", ["alignment-scores", "gru-cell"], "alignment-scores"],
  ["grad", ["grade", "watch"], "grade"],
  ["zebra", ["grade", "watch"], undefined],
])("the nearest to %s in %j is %s", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
