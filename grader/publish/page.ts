/** What the pages that the workbook writes have in common: one file, no script, nothing from elsewhere. */
import type { Language } from "../language.js";
import { inMarkup as escaped } from "../text/quote-for.js";

export { escaped };

export interface Page {
  readonly language: Language;
  /** Plain text. */
  readonly title: string;
  /** HTML. */
  readonly body: readonly string[];
  /** Rules that only this page needs. */
  readonly style?: string;
}

export function pageOf({ language, title, body, style = "" }: Page): string {
  return [
    "<!doctype html>",
    `<html lang="${language}">`,
    "<head>",
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}${style}</style>`,
    "</head>",
    "<body>",
    ...body,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** A table; cells are HTML, and numbers stand to the right. */
export function tableOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (content: string | number) =>
    typeof content === "number" ? `<td class="number">${content}</td>` : `<td>${content}</td>`;
  return tableOfCells(
    columns,
    rows.map((row) => row.map(cell)),
  );
}

/** A table whose cells are elements already; without columns it has no head, and `label` says what it is. */
export function tableOfCells(columns: readonly string[], rows: readonly (readonly string[])[], label?: string): string {
  const name = label === undefined ? "" : ` aria-label="${escaped(label)}"`;
  const titles = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join("");
  const head = columns.length === 0 ? "" : `<thead><tr>${titles}</tr></thead>\n`;
  const body = rows.map((row) => `<tr>${row.join("")}</tr>`).join("\n");
  return `<div class="wide" tabindex="0"><table${name}>\n${head}<tbody>\n${body}\n</tbody>\n</table></div>`;
}

/** Light and dark, from narrow screens to paper. */
const STYLE = `
:root { --ink: #1f2933; --paper: #ffffff; --soft: #f1f4f7; --line: #c5ced6; --warn: #fff4d6; --bar: #2f6f9f; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e4e9ee; --paper: #14181c; --soft: #20262c; --line: #46515b; --warn: #40330f; --bar: #7fb8e0; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { margin: 0.2em 0; line-height: 1.2; }
h2 { margin: 2em 0 0.5em; border-bottom: 1px solid var(--line); }
.small { font-size: 0.9em; opacity: 0.85; margin: 0.2em 0; }
.remarks { background: var(--warn); border-left: 0.4em solid #e69f00; padding: 0.2em 1em; margin: 1.5em 0; }
.remarks h2 { margin: 0.5em 0 0; border: 0; font-size: 1.1em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25em 0.7em; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; white-space: nowrap; }
th { background: var(--soft); }
details { margin-top: 0.4em; }
summary { cursor: pointer; }
@media print { details:not([open]) { display: none; } body { max-width: none; } }
`;
