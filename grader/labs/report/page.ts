/** A report as one page: no script, nothing from elsewhere; each plot has its numbers in a table beneath. */
import type { Language, Text } from "../../language.js";
import { escaped, pageOf, tableOfCells } from "../../publish/page.js";
import { minutes } from "../meter.js";
import { apart, short, written } from "./numbers.js";
import { type Draw, drawCurves, drawGraph, drawHeatMap, openDrawing, thinned } from "./plots.js";
import type { Curves, Graph, HeatMap, Metric, Report, Table } from "./report.js";
import { reportWords } from "./words.js";

/** Rows of the table of a curve. */
const ROWS = 40;

export async function renderPage(report: Report, language: Language): Promise<string> {
  const draw = await openDrawing();
  const words = reportWords(language);
  const { run } = report;
  const parameters = String(run.parameters).replace(/\B(?=(\d{3})+$)/g, " ");
  const section = (title: string, parts: readonly string[]) =>
    parts.length === 0 ? "" : `<section>\n<h2>${escaped(title)}</h2>\n${parts.join("\n")}\n</section>`;
  const remarks = report.remarks.map((remark) => `<li>${escaped(remark[language])}</li>`);
  const body = [
    `<header>`,
    `<p class="small">${escaped(words.workbook)} ${escaped(report.lab)}</p>`,
    `<h1>${escaped(report.title[language])}</h1>`,
    `<p>${escaped(words.origin[run.origin])}</p>`,
    `<p class="small">${escaped(words.run(run.steps, run.plannedSteps, minutes(run.seconds), parameters, run.seed, run.backend))}</p>`,
    run.ablation === undefined ? "" : `<p class="small">${escaped(words.ablation(run.ablation))}</p>`,
    `</header>`,
    `<main>`,
    remarks.length === 0
      ? ""
      : `<section class="remarks">\n<h2>${escaped(words.remarks)}</h2>\n<ul>${remarks.join("")}</ul>\n</section>`,
    section(words.figures, report.metrics.length === 0 ? [] : [figures(report.metrics, language)]),
    section(
      words.curves,
      report.curves.map((curves) => curvesFigure(draw, curves, language)),
    ),
    section(
      words.attention,
      report.heatMaps.map((map) => heatMapFigure(draw, map, language)),
    ),
    section(
      words.graphs,
      report.graphs.map((graph) => graphFigure(draw, graph, language)),
    ),
    section(
      words.tables,
      report.tables.map((table) => tableFigure(table, language)),
    ),
    `</main>`,
  ];
  return pageOf({ language, title: report.title[language], body, style: STYLE });
}

const STYLE = `
figure { margin: 1.5em 0; }
figcaption { font-weight: 600; margin-bottom: 0.4em; }
.plot { background: #ffffff; border: 1px solid var(--line); border-radius: 6px; width: max-content; max-width: none; }
.plot svg { display: block; }
.note { font-size: 0.95em; margin: 0.4em 0; }
`;

type Cell = string | number | Text;

function cellOf(cell: Cell, language: Language): string {
  if (typeof cell === "number") return `<td class="number">${short(cell)}</td>`;
  const text = typeof cell === "string" ? cell : cell[language];
  return `<td${/^[−+-]?[\d.,]+(\s[%s])?$/.test(text) || text === "—" ? ' class="number"' : ""}>${escaped(text)}</td>`;
}

function tableOf(columns: readonly string[], rows: readonly (readonly Cell[])[], language: Language): string {
  return tableOfCells(
    columns,
    rows.map((row) => row.map((cell) => cellOf(cell, language))),
  );
}

function figures(metrics: readonly Metric[], language: Language): string {
  const words = reportWords(language);
  const rows = metrics.map((metric): Cell[] => {
    const { due } = metric;
    if (due === undefined) return [metric.name, written(metric), "", ""];
    const [value, limit] = apart(metric, due.value);
    const reached = due.better === "higher" ? metric.value >= due.value : metric.value <= due.value;
    return [
      metric.name,
      value,
      due.better === "higher" ? words.atLeast(limit) : words.atMost(limit),
      Number.isFinite(metric.value) ? (reached ? `✓ ${words.reached}` : `✗ ${words.missed}`) : "",
    ];
  });
  return tableOf([words.figure, words.value, words.due, ""], rows, language);
}

function figure(title: string, plot: string, numbers: string, note: string | undefined, summary: string): string {
  return [
    `<figure>`,
    `<figcaption>${escaped(title)}</figcaption>`,
    `<div class="wide" tabindex="0"><div class="plot" role="img" aria-label="${escaped(title)}">${plot}</div></div>`,
    note === undefined ? "" : `<p class="note">${escaped(note)}</p>`,
    `<details><summary>${escaped(summary)}</summary>\n${numbers}\n</details>`,
    `</figure>`,
  ].join("\n");
}

function curvesFigure(draw: Draw, curves: Curves, language: Language): string {
  const xs = [...new Set(curves.lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const known = curves.lines.map(({ points }) => new Map(points));
  const rows = thinned(xs, ROWS).map((x) => [x, ...known.map((points) => points.get(x) ?? "")]);
  const columns = [curves.x[language], ...curves.lines.map(({ name }) => name[language])];
  const plot = drawCurves(draw, curves, language);
  const numbers = tableOf(columns, rows, language);
  return figure(curves.title[language], plot, numbers, curves.note?.[language], reportWords(language).numbers);
}

function heatMapFigure(draw: Draw, map: HeatMap, language: Language): string {
  const rows = map.rows.map((name, i) => [
    name,
    ...(map.values[i] ?? []).map((value) => written({ value, form: "score" })),
  ]);
  const numbers = tableOf([map.rowTitle[language], ...map.columns], rows, language);
  const plot = drawHeatMap(draw, map, language);
  return figure(map.title[language], plot, numbers, map.note?.[language], reportWords(language).numbers);
}

function graphFigure(draw: Draw, graph: Graph, language: Language): string {
  const words = reportWords(language);
  const nodes = graph.nodes.map(({ name, group, marked }, i) => [
    i,
    name,
    graph.groups[group] ?? "",
    marked === true ? words.yes : "",
  ]);
  const edges = graph.edges.map(({ from, to, weight }) => [`${from} – ${to}`, weight]);
  const numbers = [
    tableOf([words.node, words.name, words.group, words.marked], nodes, language),
    tableOf([words.edge, words.weight], edges, language),
  ].join("\n");
  return figure(
    graph.title[language],
    drawGraph(draw, graph, language),
    numbers,
    graph.note?.[language],
    words.numbers,
  );
}

function tableFigure(table: Table, language: Language): string {
  return [
    `<figure>`,
    `<figcaption>${escaped(table.title[language])}</figcaption>`,
    tableOf(
      table.columns.map((column) => column[language]),
      table.rows,
      language,
    ),
    table.note === undefined ? "" : `<p class="note">${escaped(table.note[language])}</p>`,
    `</figure>`,
  ].join("\n");
}
