/** A grade as one page: points by unit, then each exercise with what failed and why, and pictures of the numbers. */
import type { Grade, GradedCheck, GradedExercise } from "../../grade.js";
import { UNITS } from "../../syllabus.js";
import type { Dictionary } from "../../text/en.js";
import { wordsIn } from "../../text/index.js";
import { quoteLine, quoteLines } from "../../text/quote.js";
import { escaped, pageOf, tableOfCells } from "../page.js";
import { nextExercise, notFinal, placeToOpen, shownPoints, signOf, sumOf } from "../terminal.js";
import { format } from "./format.js";
import { STYLE as HEAT_STYLE, hasRoom, heatMaps } from "./html/heat-maps.js";
import { type HtmlWords, htmlWords } from "./html/words.js";

export const html = format({
  name: "html",
  write: (grade, { end }) => {
    const [text, words] = [wordsIn(grade.language), htmlWords(grade.language)];
    const { complete, points, maxPoints, bonus, maxBonus, seed } = grade;
    const warning = notFinal(grade, text);
    const date = new Intl.DateTimeFormat(words.locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
    const body = [
      "<header>",
      `<h1>${escaped(text.title)}</h1>`,
      `<p class="points">${escaped(sumOf(complete, points, maxPoints, text))}</p>`,
      warning === undefined ? "" : `<p class="warning" role="alert"><strong>${escaped(warning)}</strong></p>`,
      maxBonus > 0 ? `<p>${escaped(text.bonus)}: ${escaped(sumOf(complete, bonus, maxBonus, text))}</p>` : "",
      nextStep(grade, text),
      `<p class="small">${escaped(`${date.format(new Date(end))} UTC · ${text.seed(seed)} · ${words.language}`)}</p>`,
      grade.cases === "recorded" ? `<p class="small">${escaped(text.recordedCases)}</p>` : "",
      "</header>",
      "<main>",
      unitTable(grade, text, words),
      ...UNITS.flatMap(({ number, title, exercises }) => {
        const graded = exercises.flatMap(({ id }) => grade.exercises.find((exercise) => exercise.id === id) ?? []);
        if (graded.length === 0) return [];
        const head = `<h2>${escaped(text.unit(number, title[grade.language]))}</h2>`;
        return [`<section>\n${head}`, ...graded.map((exercise) => article(exercise, text, words)), "</section>"];
      }),
      "</main>",
    ];
    return pageOf({
      language: grade.language,
      title: `${text.title}: ${complete ? `${points}/${maxPoints}` : text.pointsSoFar(points)}`,
      body,
      style: STYLE + HEAT_STYLE,
    });
  },
});

const STYLE = `
.points { font-size: 1.6em; margin: 0.2em 0; }
.warning { background: var(--warn); border-left: 0.4em solid #e69f00; padding: 0.5em 1em; }
.next { background: var(--soft); border-left: 0.4em solid var(--bar); padding: 0.5em 1em; }
.bar { display: inline-block; width: clamp(3rem, 22vw - 2rem, 12rem); height: 0.8em; border: 1px solid var(--line); background: var(--soft); vertical-align: middle; }
.bar i { display: block; height: 100%; background: var(--bar); }
article { border: 1px solid var(--line); border-radius: 6px; margin: 0.6em 0; padding: 0.4em 0.9em; }
article > details > summary, article > .head { font-weight: 600; }
.outcome { font-weight: 400; }
article p { margin: 0.3em 0; }
.right { float: right; font-weight: 400; }
.check { margin: 0.7em 0; clear: both; }
pre { background: var(--soft); padding: 0.5em 0.8em; overflow-x: auto; font-size: 0.9em; line-height: 1.35; margin: 0.4em 0; }
pre .said { display: block; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.printed { max-height: 24rem; overflow-y: auto; }
code { overflow-wrap: anywhere; }
.hint { background: var(--warn); border-left: 0.4em solid #e69f00; padding: 0.3em 0.8em; margin: 0.4em 0; }
.bar, .bar i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media print { article > details:not([open]) { display: block; } pre { white-space: pre-wrap; } .check, tr { break-inside: avoid; } }
`;

function nextStep(grade: Grade, text: Dictionary): string {
  const next = nextExercise(grade);
  if (next === undefined) {
    return grade.exercises.every(({ outcome }) => outcome === "passed")
      ? `<p class="next">${escaped(text.allPassed)}</p>`
      : "";
  }
  if (isGone(next)) {
    return `<p class="next"><strong>${escaped(text.next)}</strong> ${escaped(text.bringBack(next.id))}</p>`;
  }
  const [place, ...rest] = text.nextStep(placeToOpen(next), next.id).split(" · ");
  const command = rest.length > 0 ? ` · <code>${escaped(rest.join(" · "))}</code>` : "";
  return `<p class="next"><strong>${escaped(text.next)}</strong> <code>${escaped(place ?? "")}</code>${command}</p>`;
}

/** Points by unit: numbers, and a bar beside them in a grade that is final. */
function unitTable({ exercises, language, complete: whole }: Grade, text: Dictionary, words: HtmlWords): string {
  const rows = UNITS.flatMap(({ number, title, exercises: own }) => {
    const counted = exercises.filter(({ id, optional }) => own.some((one) => one.id === id) && !optional);
    if (counted.length === 0) return [];
    const sum = (key: "points" | "maxPoints") => counted.reduce((total, one) => total + one[key], 0);
    const complete = counted.every(({ outcome }) => outcome !== "grader error");
    const share = Math.round((100 * sum("points")) / Math.max(1, sum("maxPoints")));
    const bar = whole ? `<span class="bar"><i style="width: ${share}%"></i></span>` : "";
    const name = escaped(text.unit(number, title[language]));
    const points = sum("points");
    const said = escaped(complete ? text.shortPoints(points, sum("maxPoints")) : text.pointsSoFar(points));
    return [[`<td>${name}</td>`, `<td>${bar}</td>`, `<td class="number">${said}</td>`]];
  });
  return rows.length === 0 ? "" : tableOfCells([], rows, words.byUnit);
}

/** What passes is folded. */
function article(exercise: GradedExercise, text: Dictionary, words: HtmlWords): string {
  const { id, title, outcome, optional } = exercise;
  const said = `${signOf(outcome)} ${text.outcome[outcome]}${optional ? ` · ${text.optional}` : ""}`;
  const head =
    `<span class="right">${escaped(shownPoints(exercise, text))}</span>` +
    `${escaped(`${id} ${title}`)} <span class="outcome">${escaped(said)}</span>`;
  const inside = contentOf(exercise, text, words);
  if (inside.length === 0) return `<article id="e${escaped(id)}"><div class="head">${head}</div></article>`;
  const open = outcome === "passed" ? "" : " open";
  return `<article id="e${escaped(id)}"><details${open}><summary>${head}</summary>\n${inside.join("\n")}\n</details></article>`;
}

function contentOf(exercise: GradedExercise, text: Dictionary, words: HtmlWords): string[] {
  const { checks, remarks = [], printed, outcome } = exercise;
  const failed = !["passed", "not started", "waiting", "grader error"].includes(outcome) && !isGone(exercise);
  return [
    ...(failed ? [`<p class="small"><code>${escaped(placeToOpen(exercise))}</code></p>`] : []),
    ...("message" in exercise ? [reason(exercise.message)] : []),
    ...(exercise.outcome === "does not compile" ? [sourceLine(exercise.line, exercise.place)] : []),
    ...(exercise.outcome === "grader error" ? [`<p>${escaped(text.graderError)}</p>`] : []),
    ...(exercise.outcome === "waiting" ? [`<p>${escaped(text.waitingFor(exercise.waitingFor.join(", ")))}</p>`] : []),
    ...(outcome === "not started" ? [] : checks.map((check) => checkBlock(check, text, words))),
    ...remarks.map((remark) => `<p class="hint">${escaped(`${text.remark} ${remark}`)}</p>`),
    ...(printed === undefined
      ? []
      : [
          `<details><summary>${escaped(words.printed)}</summary>\n<pre class="printed" tabindex="0">${shown(printed)}</pre>\n</details>`,
        ]),
  ];
}

function checkBlock(check: GradedCheck, text: Dictionary, words: HtmlWords): string {
  const { title, passed, points, maxPoints, message, hint, place, figure } = check;
  const head = `<span class="right">${escaped(text.shortPoints(points, maxPoints))}</span>${passed ? "✓" : "✗"} ${escaped(title)}`;
  return [
    `<div class="check">${head}`,
    ...(message === undefined ? [] : [reason(message, figure !== undefined && hasRoom(figure))]),
    ...(place === undefined ? [] : [`<p class="small"><code>${escaped(`${place.file}:${place.line}`)}</code></p>`]),
    ...(hint === undefined ? [] : [`<p class="hint">${escaped(hint)}</p>`]),
    ...(figure === undefined ? [] : [heatMaps(figure, words)]),
    "</div>",
  ].join("\n");
}

/** Why something failed: a sentence, and often numbers beneath it, which a picture may show better. */
function reason(message: string, pictured = false): string {
  const [first = "", ...rest] = quoteLines(message).map(escaped);
  return `<pre><span class="said">${first}</span>${pictured ? "" : rest.join("\n")}</pre>`;
}

/** A line of the student's file with a mark below the place. */
function sourceLine(line: string, place: { readonly line: number; readonly column: number }): string {
  const margin = `${place.line} | `;
  const source = quoteLine(line.replace(/\t/g, " ")); // each sign a column
  const mark = place.column > source.length + 1 ? "" : `\n${" ".repeat(margin.length + place.column - 1)}^`;
  return `<pre>${escaped(margin + source + mark)}</pre>`;
}

/** The file is not there: nothing of it can be opened. */
const isGone = ({ outcome, checks }: GradedExercise): boolean => outcome === "missing" && checks.length === 0;

/** Text of several lines that a student's code may have made. */
const shown = (text: string): string => quoteLines(text).map(escaped).join("\n");
