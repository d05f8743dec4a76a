/** Two matrices side by side, the larger a number the darker: what came and what was expected. */
import type { Figure } from "../../../grade.js";
import { escaped } from "../../page.js";
import type { HtmlWords } from "./words.js";

/** Characters of a row, each cell with one of margin: so wide, two maps still stand side by side. */
const ROOM = 64;

/** Steps of the scale from light to dark. */
const STEPS = 20;
const [LIGHTEST, DARKEST] = [97, 32]; // percent
/** From this step on white is easier to read than black; either has a contrast of at least 4.5 to 1 on its side. */
const WHITE_FROM = 17;

const shades = Array.from({ length: STEPS + 1 }, (_, step) => {
  const lightness = LIGHTEST - ((LIGHTEST - DARKEST) * step) / STEPS;
  return `.heat .s${step} { background: hsl(205 55% ${lightness}%); color: ${step < WHITE_FROM ? "#000000" : "#ffffff"}; }`;
});

/** The frame is black and white, so that it stands out on every shade. */
export const STYLE = `
figure.heat { margin: 0.6em 0; }
.heat .maps { display: flex; flex-wrap: wrap; gap: 0.6em 1.2em; }
.heat table { border-collapse: separate; border-spacing: 1px; background: #ffffff; border: 1px solid var(--line); }
.heat caption { text-align: left; font-size: 0.9em; }
.heat td { padding: 0.15em 0.35em; border: 0; font-size: 0.8em; text-align: right; min-width: 0.9em; height: 1.2em; color: #000000; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.heat td.worst { outline: 2px solid #000000; box-shadow: inset 0 0 0 2px #ffffff; position: relative; }
${shades.join("\n")}
@media print { .heat td { padding: 0.1em 0.25em; font-size: 0.65em; } }
`;

/** Whether the numbers of a figure fit into its cells. */
export function hasRoom({ got, expected, columns }: Figure): boolean {
  return columns * (1 + Math.max(...[...got, ...expected].map((value) => written(value).length))) <= ROOM;
}

export function heatMaps(figure: Figure, words: HtmlWords): string {
  const { got, expected, subject, case: caseName, inPlaceOf } = figure;
  const finite = [...got, ...expected].filter((value) => value !== null);
  const legend = [
    ...(inPlaceOf === undefined ? [] : [words.recorded]),
    words.framed,
    ...(finite.length < got.length + expected.length ? [words.notFinite] : []),
  ];
  const shade = scaleOf(finite);
  const maps = [mapOf(words.yours, got, figure, shade, words), mapOf(words.expected, expected, figure, shade, words)];
  // A case without a name of its own is called by its number.
  const of = caseName.startsWith("#") ? subject : `${subject} · ${caseName}`;
  return [
    `<figure class="heat wide" tabindex="0"><figcaption class="small">${escaped(of)}</figcaption>`,
    `<div class="maps">\n${maps.join("\n")}\n</div>`,
    `<p class="small">${escaped(legend.join(" "))}</p></figure>`,
  ].join("\n");
}

/** The step of each number between the least and the greatest; the middle one where all are equal. */
function scaleOf(numbers: readonly number[]): (value: number) => number {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  // Halves, because the difference of two float64 may be too large for one.
  const height = (value: number) => (value / 2 - least / 2) / (most / 2 - least / 2);
  return (value) => Math.round(STEPS * (most > least ? height(value) : 0.5));
}

function mapOf(
  title: string,
  values: Figure["got"],
  figure: Figure,
  shade: (value: number) => number,
  words: HtmlWords,
): string {
  const { rows, columns, worst, subject } = figure;
  const withNumbers = hasRoom(figure);
  const cell = (row: number, column: number): string => {
    const place = row * columns + column;
    const value = values[place] ?? null;
    const short = written(value);
    const classes = [value === null ? "" : `s${shade(value)}`, place === worst ? "worst" : ""].filter(Boolean);
    const full = value === null ? short : String(value);
    // What the cell itself does not say is told to whoever points at it.
    const label = withNumbers && full === short ? "" : ` title="${escaped(words.cell(row + 1, column + 1, full))}"`;
    return `<td class="${classes.join(" ")}"${label}>${withNumbers || value === null ? short : ""}</td>`;
  };
  const range = (length: number) => Array.from({ length }, (_, i) => i);
  const lines = range(rows).map(
    (row) =>
      `<tr>${range(columns)
        .map((column) => cell(row, column))
        .join("")}</tr>`,
  );
  // Without numbers it is a picture, and says what its framed entry is.
  const at = words.cell(Math.floor(worst / columns) + 1, (worst % columns) + 1, String(values[worst] ?? NOTHING));
  const picture = withNumbers ? "" : ` role="img" aria-label="${escaped(`${title}: ${subject}. ${at}`)}"`;
  return `<table${picture}><caption>${escaped(title)}</caption><tbody>\n${lines.join("\n")}\n</tbody></table>`;
}

const NOTHING = "—";

/** A number in three digits. */
const written = (value: number | null): string => (value === null ? NOTHING : String(Number(value.toPrecision(3))));
