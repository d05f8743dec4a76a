/** Plots as SVG, by echarts. Nothing in them depends on colour alone: lines differ in dash, nodes in form, cells in lightness. */
import type { EChartsCoreOption } from "echarts/core";
import type { Language } from "../../language.js";
import { short } from "./numbers.js";
import type { Curves, Graph, HeatMap } from "./report.js";

/** Draws; an echarts that was not disposed of would keep the process alive. */
export type Draw = (option: EChartsCoreOption, width: number, height: number) => string;

/** Loads echarts: half a second, spent only when something is drawn. */
export async function openDrawing(): Promise<Draw> {
  const [{ init, use }, charts, components, { SVGRenderer }] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]);
  const { GridComponent, LegendComponent, VisualMapComponent } = components;
  use([
    charts.LineChart,
    charts.HeatmapChart,
    charts.GraphChart,
    GridComponent,
    LegendComponent,
    VisualMapComponent,
    SVGRenderer,
  ]);
  return (option, width, height) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
    try {
      chart.setOption({ animation: false, textStyle: { fontFamily: FONT, color: INK }, ...option });
      return chart.renderToSVGString();
    } finally {
      chart.dispose();
    }
  };
}

const FONT = "system-ui, sans-serif";
const INK = "#1f2933";
const PALE = "#d5dbe1";
/** Colours that differ in lightness as well (Okabe and Ito). */
const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#6b4c00"];
const DASHES: readonly (string | number[])[] = ["solid", "dashed", "dotted", [12, 4, 2, 4], [2, 6], [16, 6]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const FORMS = ["circle", "rect", "triangle", "diamond"];
const FILLS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7"];

const CURVES = { width: 760, height: 340 };
/** Points of a line that are drawn, and points up to which each has its symbol. */
const MOST_POINTS = 400;
const FEW_POINTS = 30;
const SYMBOLS_OF_LONG = 8;

export function drawCurves(draw: Draw, curves: Curves, language: Language): string {
  const lines = curves.lines.map(({ name, points }) => ({
    name: name[language],
    points: outlined(drawable(points, curves.logarithmic === true), MOST_POINTS),
  }));
  return draw(
    {
      grid: { left: 64, right: 24, top: 52 + 22 * Math.floor((lines.length - 1) / LEGEND_ROW), bottom: 48 },
      legend: { ...LEGEND, show: lines.length > 1, itemWidth: 48, ...entries(lines.map(({ name }) => name)) },
      xAxis: { type: "value", name: curves.x[language], ...AXIS, min: "dataMin", max: "dataMax" },
      yAxis: {
        type: curves.logarithmic === true ? "log" : "value",
        scale: true,
        name: curves.y[language],
        ...AXIS,
        nameLocation: "end",
      },
      series: lines.map(({ points }, i) => ({
        ...{ type: "line", name: String(i), silent: true, showSymbol: true, showAllSymbol: true },
        data: points.map((value, at) => ({ value, ...(hasSymbol(points.length, at, i) ? {} : { symbol: "none" }) })),
        ...{ symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 8 },
        lineStyle: { color: LINES[i % LINES.length], type: DASHES[i % DASHES.length], width: 2 },
        itemStyle: { color: LINES[i % LINES.length] },
      })),
    },
    CURVES.width,
    CURVES.height,
  );
}

/** Entries of a legend that fit side by side. */
const LEGEND_ROW = 4;
const LEGEND = { selectedMode: false, top: 4, left: 120, right: 8, itemGap: 28, textStyle: { color: INK } };

const AXIS = {
  nameLocation: "middle",
  nameGap: 28,
  nameTextStyle: { color: INK },
  axisLabel: { color: INK, formatter: (value: number) => short(value) },
  axisLine: { lineStyle: { color: INK } },
  splitLine: { lineStyle: { color: PALE } },
};

type Point = readonly [number, number];

const drawable = (points: readonly Point[], logarithmic: boolean): Point[] =>
  points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (y > 0 || !logarithmic));

/** The least and the greatest of every stretch, so that no peak is lost, with the first and the last point. */
function outlined(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  const stretch = Math.ceil(points.length / (most / 2 - 1));
  const kept = new Set([0, points.length - 1]);
  for (let from = 0; from < points.length; from += stretch) {
    const places = points.slice(from, from + stretch).map((_, i) => from + i);
    const height = (place: number) => points[place]?.[1] ?? 0;
    places.sort((a, b) => height(a) - height(b));
    for (const place of [places[0], places.at(-1)]) kept.add(place ?? from);
  }
  return points.filter((_, place) => kept.has(place));
}

/** A long line has a symbol now and then, each line at places of its own. */
function hasSymbol(length: number, at: number, line: number): boolean {
  if (length <= FEW_POINTS) return true;
  const apart = Math.round(length / SYMBOLS_OF_LONG);
  return at % apart === Math.round(apart * (0.5 + 0.3 * line)) % apart;
}

/** The entries of a legend by number: names may be the same, and echarts reads some of them as commands. */
const entries = (names: readonly string[], forms?: readonly string[]) => ({
  data: names.map((_, i) => ({ name: String(i), ...(forms && { icon: forms[i % forms.length] }) })),
  formatter: (i: string) => names[Number(i)] ?? "",
});

/** Evenly chosen points, the first and the last among them. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => points[Math.round(i * step)] as T);
}

/** Pixels of a cell, and the most that a map is wide. */
const CELL = 44;
const WIDEST = 900;
const NARROWEST_WITH_NUMBER = 34;
/** From here on white is easier to read than black: 4.5 to 1 at the worst. */
const DARK = 0.7;

/** ".83", "0", "1.00" */
function cellNumber(value: number): string {
  if (!Number.isFinite(value)) return "—";
  return value < 0.005 ? "0" : value.toFixed(2).replace(/^0/, "");
}

export function drawHeatMap(draw: Draw, map: HeatMap, language: Language): string {
  const longest = (names: readonly string[]) => Math.max(4, ...names.map((name) => [...name].length));
  const left = 40 + Math.min(140, 7.5 * longest(map.rows));
  const top = 40 + Math.min(110, 6 * longest(map.columns));
  const cell = Math.max(12, Math.min(CELL, (WIDEST - left) / map.columns.length));
  const isMarked = new Set((map.marked ?? []).map(([row, column]) => `${row} ${column}`));
  const data = map.values.flatMap((row, r) =>
    row.map((value, c) => ({
      value: [c, r, Number.isFinite(value) ? value : 0],
      itemStyle: isMarked.has(`${r} ${c}`)
        ? { borderColor: "#000000", borderWidth: 3 }
        : { borderColor: PALE, borderWidth: 1 },
      label: { color: value > DARK ? "#ffffff" : "#000000" },
      written: cellNumber(value),
      // Frames must not be covered by the cells beside them.
      z: isMarked.has(`${r} ${c}`) ? 1 : 0,
    })),
  );
  const category = (names: readonly string[], name: string) => ({
    ...{ type: "category", data: [...names], name, nameTextStyle: { color: INK, fontWeight: "bold" } },
    axisLabel: { color: INK, interval: 0 },
    axisTick: { show: false },
  });
  return draw(
    {
      grid: { left, top, width: cell * map.columns.length, height: cell * map.rows.length },
      xAxis: {
        ...category(map.columns, map.columnTitle[language]),
        ...{ position: "top", nameLocation: "middle", nameGap: top - 24 },
        axisLabel: { color: INK, interval: 0, rotate: longest(map.columns) > 4 ? 60 : 0 },
      },
      yAxis: {
        ...category(map.rows, map.rowTitle[language]),
        inverse: true,
        nameLocation: "middle",
        nameGap: left - 18,
      },
      visualMap: { show: false, min: 0, max: 1, inRange: { color: ["#ffffff", "#9ecae1", "#3182bd", "#08306b"] } },
      series: [
        {
          type: "heatmap",
          silent: true,
          data: data.toSorted((a, b) => a.z - b.z),
          label: {
            show: cell >= NARROWEST_WITH_NUMBER,
            fontSize: 11,
            formatter: ({ data: cell }: { data: { written: string } }) => cell.written,
          },
        },
      ],
    },
    left + cell * map.columns.length + 16,
    top + cell * map.rows.length + 16,
  );
}

const GRAPH = { width: 760, height: 520 };

/** What is no number counts as nothing. */
const share = (value: number): number => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0);

export function drawGraph(draw: Draw, graph: Graph, language: Language): string {
  const place = (part: number, length: number) => 30 + (Number.isFinite(part) ? part : 0) * (length - 60);
  return draw(
    {
      legend: {
        ...LEGEND,
        ...entries(
          graph.groups.map((group) => group[language]),
          FORMS,
        ),
      },
      series: [
        {
          type: "graph",
          layout: "none",
          silent: true,
          ...{ left: 30, right: 30, top: 50, bottom: 20 },
          categories: graph.groups.map((_, i) => ({
            name: String(i),
            symbol: FORMS[i % FORMS.length],
            itemStyle: { color: FILLS[i % FILLS.length] },
          })),
          data: graph.nodes.map(({ name, x, y, group, marked }, i) => ({
            ...{ id: String(i), name: String(i), category: group },
            ...{ x: place(x, GRAPH.width), y: place(y, GRAPH.height) },
            symbolSize: 26,
            itemStyle: { borderColor: INK, borderWidth: marked === true ? 4 : 1 },
            label: { show: true, formatter: () => name, color: INK, fontSize: 11 },
          })),
          links: graph.edges.map(({ from, to, weight }) => ({
            ...{ source: String(from), target: String(to) },
            lineStyle: { width: 0.5 + 4 * share(weight), color: "#7b8794", opacity: 0.8 },
          })),
        },
      ],
    },
    GRAPH.width,
    GRAPH.height,
  );
}
