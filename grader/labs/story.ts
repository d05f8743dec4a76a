/** From what a run did to its report. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { both, type Text } from "../language.js";
import { WITHOUT } from "./ablations.js";
import type { Findings } from "./lab.js";
import type { Trained } from "./loop.js";
import { written } from "./report/numbers.js";
import { type Curves, type Metric, REPORT_SCHEMA, type Report, type Table } from "./report/report.js";
import type { Run } from "./run.js";
import { tensorsOf } from "./trees.js";
import { labWords } from "./words.js";

/** Steps over which the smooth line of a loss takes the mean. */
const SMOOTH = 25;

export interface Told {
  readonly run: Run;
  readonly trained: Trained;
  readonly planned: number;
  readonly lossNames: readonly Text[];
  readonly findings: Findings;
  readonly backend: string;
  readonly remarks: readonly Text[];
  /** The report of the same lab with nothing taken away, where there is one. */
  readonly whole: Report | undefined;
}

export function reportOf(told: Told): Report {
  const { run, trained, planned, findings, backend, whole } = told;
  const { lab, ablation } = run;
  const without = ablation === undefined ? undefined : WITHOUT[ablation];
  return {
    schema: REPORT_SCHEMA,
    lab: lab.name,
    title: without === undefined ? lab.title : both((language) => `${lab.title[language]}, ${without[language]}`),
    run: {
      seed: run.seed,
      steps: trained.state.step,
      plannedSteps: planned,
      seconds: trained.seconds,
      parameters: parametersOf(trained.state.params),
      backend,
      origin: run.sources.origin,
      ...(ablation === undefined ? {} : { ablation }),
      language: run.language,
    },
    metrics: findings.metrics,
    curves: [...trainingCurves(told), ...findings.curves],
    heatMaps: findings.heatMaps,
    graphs: findings.graphs,
    tables: [...(whole === undefined ? [] : [comparison(told, whole)]), ...findings.tables],
    remarks: [...told.remarks, ...ablationRemark(told), ...cutShort(told), ...findings.remarks],
  };
}

export const parametersOf = (params: object): number =>
  [...new Set(tensorsOf(params))].reduce((sum, { size }) => sum + size, 0);

function ablationRemark({ run: { lab, ablation }, whole }: Told): Text[] {
  if (ablation === undefined) return [];
  return [
    both((language) => {
      const words = labWords(language);
      const without = WITHOUT[ablation][language];
      return whole === undefined ? words.ablatedAlone(without, lab.name) : words.ablated(without);
    }),
  ];
}

function cutShort({ run, trained: { state }, planned }: Told): Text[] {
  if (state.step >= planned) return [];
  return [both((language) => labWords(language).stopped(state.step, planned, run.lab.name))];
}

function trainingCurves({ trained: { history, state }, lossNames }: Told): Curves[] {
  const word = (key: "lossCurve" | "rateCurve" | "step" | "smoothed") => both((language) => labWords(language)[key]);
  const points = (values: readonly number[]) => values.map((value, i) => [i + 1, value] as const);
  const lines = history.losses.map((losses, i) => ({
    name: lossNames[i] ?? word("lossCurve"),
    points: points(losses),
  }));
  const smooth =
    history.losses.length > 1 || state.step < 4 * SMOOTH
      ? []
      : history.losses.map((losses) => ({ name: word("smoothed"), points: smoothed(losses) }));
  return [
    { id: "loss", title: word("lossCurve"), x: word("step"), y: word("lossCurve"), lines: [...lines, ...smooth] },
    {
      id: "rate",
      title: word("rateCurve"),
      x: word("step"),
      y: word("rateCurve"),
      lines: [{ name: word("rateCurve"), points: points(history.rates) }],
    },
  ];
}

function smoothed(values: readonly number[]): [number, number][] {
  return values.flatMap((_, i) => {
    const some = values.slice(Math.max(0, i + 1 - SMOOTH), i + 1);
    return i + 1 < SMOOTH
      ? []
      : [[i + 1, some.reduce((sum, value) => sum + value, 0) / some.length] as [number, number]];
  });
}

/** The figures of a model that lacks something beside those of the whole one. */
function comparison({ trained, findings }: Told, whole: Report): Table {
  const word = (key: "comparison" | "figure" | "whole" | "difference") => both((language) => labWords(language)[key]);
  const final: Metric = {
    id: "loss",
    name: both((tongue) => labWords(tongue).finalLoss),
    value: lastLoss(trained),
    form: "score",
  };
  const before = new Map(whole.metrics.map(({ id, value }) => [id, value]));
  before.set(
    final.id,
    meanOfLast(whole.curves.find(({ id }) => id === "loss")?.lines[0]?.points.map(([, loss]) => loss)),
  );
  return {
    id: "comparison",
    title: word("comparison"),
    columns: [word("figure"), word("whole"), { en: "this one", es: "este" }, word("difference")],
    rows: [final, ...findings.metrics].flatMap((metric) => {
      const was = before.get(metric.id);
      if (typeof was !== "number") return []; // JSON has no NaN: it says null
      const difference = written({ ...metric, value: Math.abs(metric.value - was) });
      const sign = metric.value >= was ? "+" : "−";
      return [[metric.name, written({ ...metric, value: was }), written(metric), `${sign}${difference}`]];
    }),
  };
}

const lastLoss = ({ history }: Trained): number => meanOfLast(history.losses[0]);

function meanOfLast(values: readonly number[] = []): number {
  const some = values.slice(-SMOOTH);
  return some.reduce((sum, value) => sum + value, 0) / some.length;
}

/** The report of an earlier run in a folder, if it is one of the same seed and as long. */
export function earlierReport(folder: string, seed: number, steps: number): Report | undefined {
  try {
    const report = JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8")) as Report;
    const same = report.schema === REPORT_SCHEMA && report.run.seed === seed && report.run.steps === steps;
    return same ? report : undefined;
  } catch {
    return undefined;
  }
}
