/** What a lab is: a model built of the functions of exercises, data, and what to show of it at the end. */
import type { Text } from "../language.js";
import type { Parts } from "./parts.js";
import type { Report } from "./report/report.js";

/** Weights, what the optimiser remembers of them, and how many updates were made. */
export interface State {
  readonly params: object;
  readonly m: object;
  readonly v: object;
  readonly step: number;
}

/** What an update did. */
export interface Update {
  readonly state: State;
  /** Before the update, one for each of the model's `lossNames`. */
  readonly losses: readonly number[];
  readonly rate: number;
  /** Words, nodes or whatever the model was trained on in this step. */
  readonly tokens: number;
}

/** What a run shows beside the curves of its training. */
export type Findings = Pick<Report, "metrics" | "curves" | "heatMaps" | "graphs" | "tables" | "remarks">;

export interface Model {
  /** A lab that compares several models trains them side by side: a loss for each. */
  readonly lossNames: readonly Text[];
  /** The weights before the first update: those of the seed. */
  readonly start: () => State;
  /** One update; the state that comes in is left as it is. What it learns from depends on seed and step alone. */
  readonly update: (state: State) => Update;
  /** Measures the trained model on data that it has not seen: on so many examples, where there are that many. */
  readonly judge: (state: State, most: number) => Findings;
}

/** What can be taken away from a model, to see what breaks. */
export const ABLATIONS = ["scale", "positions", "mask", "shift", "warmup", "norm"] as const;
export type Ablation = (typeof ABLATIONS)[number];

export interface Settings {
  readonly seed: number;
  readonly ablation: Ablation | undefined;
}

export interface Lab {
  /** On the command line. */
  readonly name: string;
  readonly title: Text;
  /** What it shows, in a sentence. */
  readonly summary: Text;
  /** The exercises whose functions it calls. */
  readonly calls: readonly string[];
  readonly steps: number;
  readonly ablations: readonly Ablation[];
  readonly open: (parts: Parts, settings: Settings) => Model;
}

/** A lab that turns a text into another, and can be asked for more. */
export interface SequenceLab extends Lab {
  readonly speak: (parts: Parts, settings: Settings, state: State) => Speaker;
}

export interface Speaker {
  /** What the model makes of a text, and which of its words it does not know. */
  readonly say: (text: string) => Said;
}

export interface Said {
  readonly source: readonly string[];
  /** As a text, and word by word. */
  readonly text: string;
  readonly target: readonly string[];
  /** For each word of the target, the place of the source word that was looked at most. */
  readonly looked: readonly number[];
  readonly unknown: readonly string[];
}
