/** Whatever stands in a grade or in a gradebook: every publisher's page has its own form, and commands nothing. */
import { Chalk } from "chalk";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { COMMANDS, CONTROLS, hostile } from "../acceptance/hostile.js";
import { type Gradebook, gradebookSchema } from "../class/gradebook.js";
import { overviewOf } from "../class/overview.js";
import { type Grade, type GradedExercise, gradeSchema, OUTCOMES, type Outcome, sumUp } from "../grade.js";
import { LANGUAGES } from "../language.js";
import { EXERCISES, placeOf } from "../syllabus.js";
import { inJson } from "../text/quote-for.js";
import { FORMATS } from "./formats/index.js";
import { annotationsOf } from "./github/annotations.js";
import { openReport } from "./show.js";

/** Gives the text for each place where one stands, in order. */
type Write = () => string;

function checksWith(write: Write): GradedExercise["checks"] {
  const place = () => ({ file: write(), line: 3, column: 2 });
  const figure = () => ({
    ...{ case: write(), subject: write(), rows: 1, columns: 2, worst: 1 },
    ...{ got: [1, null], expected: [1, 2] },
  });
  const more = () => ({ message: write(), mistake: write(), hint: write(), place: place(), figure: figure() });
  return [
    { name: write(), title: write(), passed: false, points: 0, maxPoints: 3, ...more() },
    { name: write(), title: write(), passed: true, points: 2, maxPoints: 2 },
  ];
}

/** An exercise with all that an exercise of this outcome can have. */
function exerciseWith(outcome: Outcome, i: number, write: Write): GradedExercise {
  const id = EXERCISES[i]?.id ?? "";
  const place = () => ({ file: write(), line: 3, column: 2 });
  const why = { is: "probe", id: write(), text: write(), about: write(), check: write() } as const;
  const ran = !["not started", "missing", "does not compile", "waiting"].includes(outcome);
  const common = {
    ...{ id, slug: write(), title: write(), file: `${write()}/${placeOf(id)}.ts` },
    ...{ points: 0, maxPoints: 5, optional: false, milliseconds: 3, cached: false, seed: 1 },
    ...{
      checks: ran ? checksWith(write) : [],
      diagnoses: ran ? [why] : [],
      start: place(),
      remarks: [write(), write()],
      printed: write(),
    },
  };
  switch (outcome) {
    case "does not compile":
      return { ...common, outcome, message: write(), place: place(), line: write() };
    case "breaks a rule":
      return { ...common, outcome, message: write(), place: place() };
    case "missing":
    case "grader error":
      return { ...common, outcome, message: write() };
    case "waiting":
      return { ...common, outcome, waitingFor: [write(), write()] };
    default:
      return { ...common, outcome };
  }
}

const gradeWith = (write: Write, language: Grade["language"]): Grade =>
  v.parse(
    gradeSchema,
    sumUp(
      1,
      language,
      OUTCOMES.map((outcome, i) => exerciseWith(outcome, i, write)),
    ),
  );

function gradebookWith(write: Write): Gradebook {
  const text = () => ({ en: write(), es: write() });
  let n = 0;
  const student = (status: "graded" | "nothing handed in" | "refused") => ({
    ...{ student: `${write()}${n++}`, name: write(), status, points: 3, bonus: 0, daysLate: 0, lateDaysLeft: 0 },
    ...(status === "refused" ? { why: text() } : {}),
    ...{ unknown: true as const, commit: write(), submitted: write(), files: write() },
    ...{ changed: [write(), write()], changedMore: 1, problems: [text(), text()] },
    exercises: Object.fromEntries(
      ["1.1", "1.2"].map((id, i) => [
        id,
        {
          ...{
            points: 3 * i,
            maxPoints: 5,
            optional: false,
            outcome: i === 0 ? ("wrong" as const) : ("passed" as const),
          },
          failed: [write()],
          diagnoses: [
            { ...{ is: "mistake", id: `${n++}${write()}`, text: write() }, about: write(), check: write(), points: 2 },
          ],
        },
      ]),
    ),
  });
  return v.parse(gradebookSchema, {
    schema: "workbook/gradebook/v2",
    run: { seed: 1, due: write(), lateDays: 0, grader: write(), suites: { "1.1": write() }, exercises: ["1.1", "1.2"] },
    ...{ maxPoints: 10, maxBonus: 0 },
    students: [student("graded"), student("graded"), student("refused"), student("nothing handed in")],
  });
}

const surroundings = (write: Write) => ({
  ...{ start: 1000, end: 2000 },
  env: { CLASSROOM: write(), OWNER: write(), SUBMISSION_TAG: write(), COMMIT_URL: write(), COMMIT_DATETIME: write() },
});

/** What a person sees who lets it be graded. */
function screenOf(grade: Grade): string {
  let shown = "";
  const screen = {
    ...{ chalk: new Chalk({ level: 0 }), width: 80, interactive: true },
    print: (text: string) => {
      shown += text;
    },
    status: (text: string) => {
      shown += `${text}\n`;
    },
  };
  const report = openReport(
    grade.exercises.map(({ id }) => id),
    1,
    grade.language,
    screen,
  );
  for (const exercise of grade.exercises) report.onProgress({ is: "graded", exercise });
  report.finish(grade);
  return shown;
}

/** Every text in a document. */
function textsIn(document: unknown): string[] {
  if (typeof document === "string") return [document];
  return typeof document === "object" && document !== null ? Object.values(document).flatMap(textsIn) : [];
}

/** The elements of a page and their attributes, without values and texts. */
const formOf = (page: string): string[] =>
  [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "").replace(/\s+/g, " "));

/** Markdown outside of its fences, as CommonMark reads them. */
function outsideFences(page: string): string[] {
  let fence = "";
  return page.split("\n").filter((line) => {
    const [, opening = ""] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === "" && opening !== "") {
      fence = opening;
      return false;
    }
    if (fence === "") return true;
    const [, closing = ""] = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line) ?? [];
    if (closing[0] === fence[0] && closing.length >= fence.length) fence = "";
    return false;
  });
}

/** What a line of Markdown does: entities and code are text. */
const acts = (line: string): string =>
  line
    .replace(/`[^`]+`/g, "")
    .replace(/&#\d+;/g, "")
    .replace(/[^\\`*_{}[\]<>|#~$]/g, "");

const written = (name: string, grade: Grade, write: Write = () => "x"): string =>
  FORMATS.find((format) => format.name === name)?.write(grade, surroundings(write)) ?? "";

const plain: Write = () => "plain";

const tame = { en: gradeWith(plain, "en"), es: gradeWith(plain, "es") };

/** Puts hostile texts everywhere, each time others; where it fails, nothing smaller is looked for: that takes minutes. */
const always = (check: (write: Write, language: Grade["language"]) => void): void =>
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 7 }), fc.constantFrom(...LANGUAGES), (texts, language) => {
      let next = 0;
      check(() => texts[next++ % texts.length] ?? "", language);
    }),
    { numRuns: 30, endOnFailure: true },
  );

const alwaysGrade = (check: (grade: Grade, write: Write) => void): void =>
  always((write, language) => check(gradeWith(write, language), write));

describe("whatever stands in it", () => {
  const quiet = (text: string): void => {
    expect(text.replaceAll("\n", "")).not.toMatch(CONTROLS);
    expect(text).not.toMatch(COMMANDS);
  };

  test.each(FORMATS.map(({ name }) => name))("%s has no control characters and no commands", (name) => {
    alwaysGrade((grade, write) => quiet(written(name, grade, write)));
  });

  test("nothing of it is lost in json", () => {
    alwaysGrade((grade) => expect(JSON.parse(written("json", grade))).toEqual(JSON.parse(JSON.stringify(grade))));
  });

  test.each(["html", "junit"])("%s has the elements that it always has", (name) => {
    expect(formOf(written(name, tame.en)).length).toBeGreaterThan(20);
    alwaysGrade((grade) => {
      const page = written(name, grade);
      expect(formOf(page)).toEqual(formOf(written(name, tame[grade.language])));
      expect(page.replace(/<style>[^<]*<\/style>|<[^<>]*>/g, "")).not.toMatch(/[<>]/);
    });
  });

  test("markdown has the headings, tables and elements that it always has; all else is text, code or fenced", () => {
    const formIn = (grade: Grade) => outsideFences(written("markdown", grade)).map(acts);
    expect(formIn(tame.en).filter((line) => line === "#" || line === "##").length).toBeGreaterThan(1);
    alwaysGrade((grade) => {
      expect(formIn(grade)).toEqual(formIn(tame[grade.language]));
      const text = outsideFences(written("markdown", grade))
        .join("\n")
        .replace(/`[^`\n]+`/g, "")
        .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
      expect(text).not.toMatch(/@\w|#\d|:\/\/|\bwww\.\S|\bGH-\d|:\w+:/i);
    });
  });

  test.each(["gradescope", "ctrf", "classroom50", "github-classroom"])("texts in %s are quoted themselves", (name) => {
    alwaysGrade((grade, write) => {
      const text = written(name, grade, write);
      const json = name === "github-classroom" ? Buffer.from(text, "base64").toString("utf8") : text;
      for (const one of textsIn(JSON.parse(json))) {
        quiet(one);
        if (name === "gradescope") expect(outsideFences(one).filter((line) => /^[^\w]/.test(line))).toEqual([]);
      }
    });
  });

  test("annotations are as many lines, each one command of the publisher's own", () => {
    const kindsIn = (lines: readonly string[]) => lines.map((line) => line.split(" ")[0]);
    alwaysGrade((grade) => {
      const lines = annotationsOf(grade);
      expect(kindsIn(lines)).toEqual(kindsIn(annotationsOf(tame[grade.language])));
      for (const line of lines) {
        expect(line).not.toMatch(CONTROLS);
        const [, properties = "", text = ""] = /^::[a-z]+ (.*?)::(.*)$/.exec(line) ?? [];
        for (const one of properties.split(",")) expect(one).toMatch(/^(file|line|col|title)=[^:,]*$/);
        expect(text).not.toMatch(COMMANDS);
      }
    });
  });

  test("a screen shows lines of the grader's own, none of which a text begins", () => {
    alwaysGrade((grade) => {
      const shown = screenOf(grade);
      quiet(shown);
      for (const line of shown.split("\n")) expect(line).toMatch(/^( |$)/);
      expect(shown).not.toMatch(/^ {0,3}(#|```|~~~|>|<)/m);
    });
  });

  test("the page over a class has the elements that it always has", () => {
    const formIn = (language: Grade["language"]) => formOf(overviewOf(gradebookWith(plain), language));
    expect(formIn("en").length).toBeGreaterThan(20);
    always((write, language) => {
      const gradebook = gradebookWith(write);
      const page = overviewOf(gradebook, language);
      quiet(page);
      expect(formOf(page)).toEqual(formIn(language));
      quiet(inJson(gradebook, 1));
      expect(JSON.parse(inJson(gradebook, 1))).toEqual(JSON.parse(JSON.stringify(gradebook)));
    });
  });
});
