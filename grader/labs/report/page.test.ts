import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { neutral, type Text } from "../../language.js";
import { apart } from "./numbers.js";
import { renderPage } from "./page.js";
import { REPORT_SCHEMA, type Report } from "./report.js";
import { writeReport } from "./write.js";

const temporary = mkdtempSync(path.join(os.tmpdir(), "workbook-report-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const BARE: Report = {
  schema: REPORT_SCHEMA,
  lab: "reverse",
  title: { en: "Reversed digits", es: "Dígitos al revés" },
  run: {
    ...{ seed: 7, steps: 300, plannedSteps: 300, seconds: 12, parameters: 4321 },
    ...{ backend: "wasm", origin: "student", language: "es" },
  },
  ...{ metrics: [], curves: [], heatMaps: [], graphs: [], tables: [], remarks: [] },
};

/** A report with one of everything, in which all texts and numbers are given. */
const filled = (text: string, value: number): Report => {
  const name: Text = neutral(text);
  return {
    ...BARE,
    lab: text,
    title: name,
    run: { ...BARE.run, backend: text, ablation: text },
    metrics: [{ id: text, name, value, form: "number", due: { value, better: "higher" } }],
    curves: [{ id: text, title: name, x: name, y: name, lines: lines(name, value), note: name }],
    heatMaps: [
      {
        ...{ id: text, title: name, rowTitle: name, columnTitle: name, note: name },
        ...{ rows: [text, text], columns: [text], values: [[value], [0.25]], marked: [[0, 0]] },
      },
    ],
    graphs: [
      {
        ...{ id: text, title: name, groups: [name, name], note: name },
        nodes: [
          { name: text, x: value, y: 0, group: 0 },
          { name: text, x: 1, y: 1, group: 1, marked: true },
        ],
        edges: [{ from: 0, to: 1, weight: value }],
      },
    ],
    tables: [{ id: text, title: name, columns: [name, name, name], rows: [[text, value, name]], note: name }],
    remarks: [name],
  };
};

const lines = (name: Text, value: number) => [
  {
    name,
    points: [
      [1, 2],
      [2, value],
    ] as const,
  },
  { name, points: [[1, 0.5]] as const },
];

const HOSTILE = `<script>alert(1)</script><img src="https://x.example/" onerror='x()'>]]>&amp;{b}\n`;
const LEGIBLE = "&#60;script&#62;";

test("hostile texts are shown, in every place, and none of them becomes an element", async () => {
  const page = await renderPage(filled(HOSTILE, 0.5), "en");
  expect(page).not.toMatch(/<script|<img/i);
  // Within the quotes of an attribute, such as the name of a plot, they may stand.
  expect(page.replace(/="[^"]*"/g, "=")).not.toMatch(/<[^>]*\s(onerror|src|href)=/i);
  expect(page.split(LEGIBLE).length - 1).toBeGreaterThan(30);
  // In each plot at least four: lines and axes; rows, columns and axes; groups and nodes.
  const drawn = [...page.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg.split("&lt;script&gt;").length - 1);
  expect(drawn).toHaveLength(3);
  for (const count of drawn) expect(count).toBeGreaterThanOrEqual(4);
  expect(page.match(/<(section|figure|table|svg)\b/g)?.length).toBe(
    page.match(/<\/(section|figure|table|svg)>/g)?.length,
  );
});

test("nothing is loaded: no script, no style sheet, no address but the names of SVG", async () => {
  const page = await renderPage(filled("a", 0.5), "en");
  expect(page).not.toMatch(/<(script|link|iframe|object|image)\b|@import|url\((?!#)/i);
  const addresses = [...page.matchAll(/https?:\/\/[^"' <]*/g)].map(([address]) => address);
  expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]));
});

describe("each plot", async () => {
  const page = await renderPage(filled("a", 0.8125), "en");
  const figures = [...page.matchAll(/<figure>.*?<\/figure>/gs)].map(([figure]) => figure);
  test.each([
    ["curves", 0, "0.8125"],
    ["heat map", 1, "0.813"],
    ["graph", 2, "0.8125"],
  ])("of %s has a name, and its numbers in a table beneath", (_, place, number) => {
    const figure = figures[place] ?? "";
    expect(figure).toMatch(/role="img" aria-label="a"/);
    expect(figure).toMatch(new RegExp(`<svg.*</svg>.*<details>.*<table>.*>${number}<`, "s"));
  });
});

test("a long line keeps its peak in the plot, and some forty of its points in the table", async () => {
  const points = Array.from({ length: 1500 }, (_, i) => [i + 1, i === 700 ? 9 : 1] as const);
  const curve = { id: "loss", title: neutral("loss"), x: neutral("step"), y: neutral("loss") };
  const page = await renderPage({ ...BARE, curves: [{ ...curve, lines: [{ name: neutral("loss"), points }] }] }, "en");
  const [line = ""] = [...page.matchAll(/<path d="(M[^"]*)"[^>]*stroke="#0072b2"/g)]
    .map(([, path = ""]) => path)
    .sort((a, b) => b.length - a.length);
  const heights = [...line.matchAll(/[ML]?-?[\d.]+[ ,](-?[\d.]+)/g)].map(([, y]) => Number(y));
  expect(heights.length).toBeLessThanOrEqual(402);
  expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(150);
  const rows = page.split("<details>")[1]?.match(/<tr>/g)?.length ?? 0;
  expect(rows).toBeGreaterThan(35);
  expect(rows).toBeLessThan(45);
  expect(page).toContain('<td class="number">1500</td>');
});

test("lines and groups of one name have an entry in the legend each", async () => {
  const page = await renderPage(filled("same", 0.5), "en");
  const [curves = "", , graph = ""] = [...page.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg);
  expect(curves.match(/>same</g)).toHaveLength(4); // two lines, two axes
  expect(graph.match(/>same</g)).toHaveLength(4); // two groups, two nodes
});

test.each([
  ["en", "Reversed digits", "built of your own exercises", "not reached"],
  ["es", "Dígitos al revés", "hecho con tus propios ejercicios", "no se alcanza"],
] as const)("in %s", async (language, title, origin, missed) => {
  const metric = {
    id: "a",
    name: neutral("a"),
    value: 0.5,
    form: "share",
    due: { value: 0.9, better: "higher" },
  } as const;
  const page = await renderPage({ ...BARE, metrics: [metric] }, language);
  expect(page).toContain(`<html lang="${language}">`);
  for (const text of [title, origin, `✗ ${missed}`]) expect(page).toContain(text);
});

test("a run and nothing else has a header, and no empty sections", async () => {
  const page = await renderPage(BARE, "en");
  expect(page).toContain("300 steps in 12 s, 4 321 parameters, seed 7, wasm");
  expect(page).not.toMatch(/<section|<svg|<h2/);
});

test.each([Number.NaN, Infinity, -Infinity])("%s is written as a dash and breaks no plot", async (value) => {
  const page = await renderPage(filled("a", value), "en");
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
  expect(page.match(/>—</g)?.length).toBeGreaterThanOrEqual(5);
  expect(page).not.toMatch(/[✓✗]/);
  expect(page.match(/<svg/g)).toHaveLength(3);
});

test("a figure just below what is due is not written like it", () => {
  expect(apart({ value: 0.8996, form: "share" }, 0.9)).toEqual(["89.96\u00a0%", "90.00\u00a0%"]);
  expect(apart({ value: 0.7, form: "share" }, 0.9)).toEqual(["70.0\u00a0%", "90.0\u00a0%"]);
  expect(apart({ value: 0.9, form: "score" }, 0.9)).toEqual(["0.900", "0.900"]);
});

test("both files are written, whole, and the JSON is the report", async () => {
  const report = filled("ñ <a>", 0.5);
  const { page, json } = await writeReport(path.join(temporary, "new", "run"), report);
  expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(report);
  expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>\n<html lang="es">/);
  expect(readdirSync(path.dirname(page)).sort()).toEqual(["report.html", "report.json"]);
});

test("a program that has drawn comes to its end", () => {
  const report = JSON.stringify(filled("a", 0.5));
  const program = `import { renderPage } from ${JSON.stringify(path.resolve("grader/labs/report/page.ts"))};
    renderPage(${report}, "en").then((page) => console.log(page.length > 5000));`;
  const said = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    ...{ encoding: "utf8", timeout: 60_000 },
  });
  expect(said.trim()).toBe("true");
});
