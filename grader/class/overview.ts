/** A page over a class: how points are distributed, which exercises and mistakes cost most, who is stuck. */
import type { Language } from "../language.js";
import { escaped, pageOf, tableOf } from "../publish/page.js";
import { exerciseOf } from "../syllabus.js";
import { quoteDocument, quoteLine } from "../text/quote.js";
import type { Gradebook, StudentGrade } from "./gradebook.js";
import { type OverviewWords, overviewWords } from "./overview-words.js";
import { costlyMistakes, distribution, exerciseRows, stuckStudents } from "./statistics.js";
import { classWords } from "./words.js";

/** Students in a list of a page: the table has all of them. */
const MOST_LISTED = 100;

export function overviewOf(given: Gradebook, language: Language): string {
  const gradebook = quoteDocument(given);
  const words = overviewWords(language);
  const { students, run, maxPoints } = gradebook;
  const graded = students.filter(({ status }) => status === "graded");
  const section = (title: string, ...parts: readonly string[]) =>
    `<section>\n<h2>${escaped(title)}</h2>\n${parts.join("\n")}\n</section>`;
  const body = [
    "<header>",
    `<h1>${escaped(words.title)}</h1>`,
    `<p>${escaped(words.counts(students.length, graded.length, maxPoints))}</p>`,
    `<p class="small">${escaped(words.run(run.seed, run.due))}</p>`,
    "</header>",
    "<main>",
    ...attention(gradebook, language, words),
    section(words.distribution, bars(distribution(gradebook), words)),
    section(words.exercises, `<p>${escaped(words.exercisesNote)}</p>`, exercises(gradebook, language, words)),
    section(words.mistakes, `<p>${escaped(words.mistakesNote)}</p>`, mistakes(gradebook, language, words)),
    section(words.stuck, `<p>${escaped(words.stuckNote)}</p>`, stuck(gradebook, language, words)),
    "</main>",
  ];
  return pageOf({ language, title: words.title, body, style: STYLE });
}

const STYLE = `
.bars td:last-child { width: 60%; min-width: 12rem; }
.bar { display: inline-block; height: 1em; background: var(--bar); vertical-align: middle; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
`;

const nameOf = ({ student, name }: StudentGrade): string =>
  escaped(name === undefined || name === "" ? student : `${name} (${student})`);

/** What somebody should look at: submissions that were not graded, that changed the grader, that nobody knows. */
function attention({ students }: Gradebook, language: Language, words: OverviewWords): string[] {
  const { refused, graderFailed, changedFiles, andMore } = classWords(language);
  const lines = students.flatMap((one) => {
    const changed = one.changed.length + one.changedMore;
    const said = [
      ...(one.status === "refused" ? [refused(one.why?.[language] ?? "")] : []),
      ...(one.status === "not graded" ? [graderFailed(one.why?.[language] ?? "")] : []),
      ...(changed > 0 ? [`${changedFiles(changed)}: ${one.changed.slice(0, 5).join(", ")}`] : []),
      ...(one.unknown ? [words.unknown] : []),
      ...one.problems.slice(0, 3).map((problem) => problem[language]),
    ];
    return said.length === 0 ? [] : [`<li>${nameOf(one)}: ${said.map(escaped).join(" · ")}</li>`];
  });
  if (lines.length === 0) return [];
  const more = lines.length > MOST_LISTED ? [`<li>${escaped(andMore(lines.length - MOST_LISTED))}</li>`] : [];
  return [
    `<section class="remarks">\n<h2>${escaped(words.attention)}</h2>`,
    `<ul>${[...lines.slice(0, MOST_LISTED), ...more].join("\n")}</ul>\n</section>`,
  ];
}

const bar = (share: number): string => `<span class="bar" style="width: ${Math.round(share * 100)}%"></span>`;

function bars(buckets: ReturnType<typeof distribution>, words: OverviewWords): string {
  const most = Math.max(1, ...buckets.map(({ students }) => students));
  const rows = buckets.map(({ from, to, students }) => [`${from}–${to}`, students, bar(students / most)]);
  return `<div class="bars">${tableOf([words.points, words.students, ""], rows)}</div>`;
}

function exercises(gradebook: Gradebook, language: Language, words: OverviewWords): string {
  const costly = exerciseRows(gradebook).sort((a, b) => b.lost - a.lost);
  const rows = costly.map(({ id, started, passed, mean, maxPoints, lost }) => [
    `${id} ${escaped(exerciseOf(id).title[language])}`,
    ...[started, passed],
    `${mean.toFixed(1)} / ${maxPoints}`,
    lost,
  ]);
  return tableOf([words.exercise, words.started, words.passed, words.mean, words.lost], rows);
}

function mistakes(gradebook: Gradebook, language: Language, words: OverviewWords): string {
  const found = costlyMistakes(gradebook).slice(0, 30);
  if (found.length === 0) return `<p>${escaped(words.none)}</p>`;
  const rows = found.map(({ exercise, id, text, students, points }) => [
    `${exercise} ${escaped(exerciseOf(exercise).title[language])}`,
    `${escaped(text)} <code>${escaped(quoteLine(id))}</code>`,
    ...[students, points],
  ]);
  return tableOf([words.exercise, words.mistake, words.students, words.lost], rows);
}

function stuck(gradebook: Gradebook, language: Language, words: OverviewWords): string {
  const found = stuckStudents(gradebook);
  if (found.length === 0) return `<p>${escaped(words.none)}</p>`;
  const rows = found
    .slice(0, MOST_LISTED)
    .map(({ student, passed, at }) => [
      nameOf(student),
      passed,
      escaped(at.map((id) => `${id} ${exerciseOf(id).title[language]}`).join(", ")),
    ]);
  const more =
    found.length > MOST_LISTED ? `<p>${escaped(classWords(language).andMore(found.length - MOST_LISTED))}</p>` : "";
  return tableOf([words.student, words.passed, words.stuckAt], rows) + more;
}
