/** Two matrices side by side, the larger a number the darker: what came and what was expected. */
import type { Figure } from "../../../grade.js";
import { escaped } from "../../page.js";
import type { HtmlWords } from "./words.js";

/** With more columns than this a number does not fit into its cell. */
const COLUMNS_WITH_NUMBERS = 10;

export const STYLE = `
figure.heat { margin: 0.6em 0; }
.heat .maps { display: flex; flex-wrap: wrap; gap: 1.2em; }
.heat table { border-collapse: separate; border-spacing: 1px; background: #ffffff; border: 1px solid var(--line); }
.heat caption { text-align: left; font-size: 0.9em; }
.heat td { padding: 0.15em 0.35em; border: 0; font-size: 0.8em; text-align: right; min-width: 0.9em; height: 1.2em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.heat td.worst { outline: 3px solid #d55e00; outline-offset: -2px; }
`;

export function heatMaps(figure: Figure, words: HtmlWords): string {
  const { got, expected, subject, case: caseName } = figure;
  const finite = [...got, ...expected].filter((value) => value !== null);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  // Where all are equal, the middle of the scale.
  const shade = (value: number) => (most > least ? (value - least) / (most - least) : 0.5);
  const maps = [
    { title: words.yours, values: got },
    { title: words.expected, values: expected },
  ].map(({ title, values }) => map(title, values, figure, shade, words));
  const caption = `<figcaption class="small">${escaped(subject)}${caseName.startsWith("#") ? "" : ` · ${escaped(caseName)}`}</figcaption>`;
  return `<figure class="heat wide" tabindex="0">${caption}\n<div class="maps">\n${maps.join("\n")}\n</div>\n<p class="small">${escaped(words.framed)}</p></figure>`;
}

function map(
  title: string,
  values: Figure["got"],
  { rows, columns, worst }: Figure,
  shade: (value: number) => number,
  words: HtmlWords,
): string {
  const withNumbers = columns <= COLUMNS_WITH_NUMBERS;
  const cell = (row: number, column: number): string => {
    const place = row * columns + column;
    const value = values[place] ?? null;
    const written = value === null ? "—" : String(Number(value.toPrecision(3)));
    const dark = value === null ? 0 : shade(value);
    const style = `background: hsl(205 55% ${Math.round(97 - 65 * dark)}%); color: ${dark > 0.5 ? "#ffffff" : "#101820"}`;
    const label = escaped(words.cell(row + 1, column + 1, value === null ? "—" : String(value)));
    return `<td${place === worst ? ' class="worst"' : ""} style="${style}" title="${label}">${withNumbers ? escaped(written) : ""}</td>`;
  };
  const lines = Array.from(
    { length: rows },
    (_, row) => `<tr>${Array.from({ length: columns }, (__, column) => cell(row, column)).join("")}</tr>`,
  );
  return `<table><caption>${escaped(title)}</caption><tbody>\n${lines.join("\n")}\n</tbody></table>`;
}
