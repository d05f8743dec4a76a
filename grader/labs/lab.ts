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
  /** Before the update. */
  readonly loss: number;
  readonly rate: number;
  /** Words, nodes or whatever the model was trained on in this step. */
  readonly tokens: number;
}

/** What a run shows beside its curves. */
export type Findings = Pick<Report, "metrics" | "tables" | "heatMaps" | "remarks">;

export interface Model {
  /** The weights before the first update: those of the seed. */
  readonly start: () => State;
  /** One update; the state that comes in is left as it is. What it learns from depends on seed and step alone. */
  readonly update: (state: State) => Update;
  /** Measures the trained model on data that it has not seen. */
  readonly judge: (state: State) => Promise<Findings>;
}

export interface Settings {
  readonly seed: number;
  readonly steps: number;
  readonly ablation: Ablation | undefined;
}

export interface Lab {
  readonly name: string;
  readonly title: Text;
  /** The exercises whose functions it calls. */
  readonly needs: readonly string[];
  readonly steps: number;
  readonly ablations: readonly Ablation[];
  readonly open: (parts: Parts, settings: Settings) => Model;
}

/** What can be taken away from a model, to see what breaks. */
export const ABLATIONS = ["scale", "positions", "mask", "shift", "warmup", "norm"] as const;
export type Ablation = (typeof ABLATIONS)[number];
