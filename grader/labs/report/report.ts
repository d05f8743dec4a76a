/** What a lab shows at the end of a run: the JSON file as it is, from which the page is drawn. */
import type { Language, Text } from "../../language.js";

export const REPORT_SCHEMA = "workbook/lab/v1";

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** The lab's name on the command line. */
  readonly lab: string;
  readonly title: Text;
  readonly run: Run;
  /** The figures, the most important first. */
  readonly metrics: readonly Metric[];
  readonly curves: readonly Curves[];
  readonly heatMaps: readonly HeatMap[];
  readonly graphs: readonly Graph[];
  readonly tables: readonly Table[];
  /** What a reader should know of this run: a function that does not do what it should, a run that was cut short. */
  readonly remarks: readonly Text[];
}

/** How the model came about. */
export interface Run {
  readonly seed: number;
  readonly steps: number;
  /** Updates that were asked for; more than `steps` when the run was stopped. */
  readonly plannedSteps: number;
  /** Of training, without judging. */
  readonly seconds: number;
  readonly parameters: number;
  readonly backend: string;
  /** Whose functions the model is built of. */
  readonly origin: "student" | "solutions" | "reference";
  /** What was taken away from the model, if anything. */
  readonly ablation?: string;
  readonly language: Language;
}

/** One figure. */
export interface Metric {
  readonly id: string;
  readonly name: Text;
  readonly value: number;
  /** How it is written: 0.98 as 98.0 %, as 0.980, as 0.98, or as 3.21 s. */
  readonly form: "share" | "score" | "number" | "seconds";
  /** What the solutions reach on every seed, and whether more is better. */
  readonly due?: { readonly value: number; readonly better: "higher" | "lower" };
}

/** Lines over one horizontal axis. */
export interface Curves {
  readonly id: string;
  readonly title: Text;
  readonly x: Text;
  readonly y: Text;
  /** A logarithmic vertical axis. */
  readonly logarithmic?: boolean;
  readonly lines: readonly { readonly name: Text; readonly points: readonly (readonly [number, number])[] }[];
  readonly note?: Text;
}

/** A matrix with names of rows and columns: weights of attention, a row for each query. */
export interface HeatMap {
  readonly id: string;
  readonly title: Text;
  readonly rowTitle: Text;
  readonly columnTitle: Text;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, each from 0 to 1. */
  readonly values: readonly (readonly number[])[];
  /** Cells that are framed: where the weight should be. [row, column] */
  readonly marked?: readonly (readonly [number, number])[];
  readonly note?: Text;
}

/** A graph, drawn: nodes at places in the unit square, edges as wide as their weight. */
export interface Graph {
  readonly id: string;
  readonly title: Text;
  readonly nodes: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    /** What the node is drawn as: groups differ in form, not only in colour. */
    readonly group: number;
    /** Drawn with a thick border: what is known, or what went wrong (the note says). */
    readonly marked?: boolean;
  }[];
  readonly groups: readonly Text[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    /** From 0 to 1. */
    readonly weight: number;
  }[];
  readonly note?: Text;
}

export interface Table {
  readonly id: string;
  readonly title: Text;
  readonly columns: readonly Text[];
  readonly rows: readonly (readonly (string | number | Text)[])[];
  readonly note?: Text;
}
