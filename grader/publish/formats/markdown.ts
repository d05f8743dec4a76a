/** A summary for a page of GitHub, in the student's language: points, what failed and why, and the next step. */
import type { Grade, GradedExercise } from "../../grade.js";
import { UNITS } from "../../syllabus.js";
import { wordsIn } from "../../text/index.js";
import { asCode, fenced, inMarkdown } from "../../text/quote-for.js";
import { nextExercise, notFinal, placeToOpen, shownPoints, signOf, sumOf } from "../terminal.js";
import { explained, format } from "./format.js";

/** A job summary of GitHub holds 1 MiB; explanations that would pass this are left out. */
const MOST_BYTES = 900_000;

export const markdown = format({ name: "markdown", write: (grade) => summaryOf(grade) });

function summaryOf(grade: Grade): string {
  const text = wordsIn(grade.language);
  const next = nextExercise(grade);
  const warning = notFinal(grade, text);
  const { complete, points, maxPoints, bonus, maxBonus } = grade;
  const place = next === undefined ? "" : placeToOpen(next);
  const head = [
    `# ${text.title}: ${sumOf(complete, points, maxPoints, text)}`,
    ...(warning === undefined ? [] : [`**${warning}**`]),
    ...(maxBonus > 0 ? [`${text.bonus}: ${sumOf(complete, bonus, maxBonus, text)}`] : []),
    ...(next === undefined
      ? []
      : [`**${text.next}** ${text.nextStep(place, inMarkdown(next.id)).replace(place, () => asCode(place))}`]),
    ...(grade.exercises.every(({ outcome }) => outcome === "passed") ? [text.allPassed] : []),
    ...(grade.cases === "recorded" ? [text.recordedCases] : []),
    ...UNITS.flatMap(({ number, title, exercises }) => {
      const graded = exercises.flatMap(({ id }) => grade.exercises.find((exercise) => exercise.id === id) ?? []);
      return graded.length === 0 ? [] : [unitTable(text.unit(number, title[grade.language]), graded, grade.language)];
    }),
  ].join("\n\n");
  let left = MOST_BYTES - Buffer.byteLength(head);
  const explanations = grade.exercises.flatMap((exercise) => {
    const explanation = explained(exercise, grade.language);
    if (explanation === "" || exercise.outcome === "not started") return [];
    const block = `<details><summary>${inMarkdown(`${exercise.id} ${exercise.title}`)}</summary>\n\n${fenced(explanation)}\n\n</details>`;
    left -= Buffer.byteLength(block);
    return left < 0 ? [] : [block];
  });
  return `${[head, ...explanations].join("\n\n")}\n`;
}

function unitTable(title: string, exercises: readonly GradedExercise[], language: Grade["language"]): string {
  const text = wordsIn(language);
  const rows = exercises.map((exercise) => {
    const outcome = `${signOf(exercise.outcome)} ${text.outcome[exercise.outcome]}${exercise.optional ? ` · ${text.optional}` : ""}`;
    return `| ${inMarkdown(`${exercise.id} ${exercise.title}`)} | ${outcome} | ${shownPoints(exercise, text)} |`;
  });
  return [`## ${title}`, "", "| | | |", "|---|---|--:|", ...rows].join("\n");
}
