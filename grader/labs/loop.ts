/** The loop of training: updates, a history, checkpoints now and then, and a way to stop and go on. */
import * as tf from "@tensorflow/tfjs";
import { tensorsOf } from "../../reference/trees.js";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
import type { Model, State } from "./lab.js";

/** A number for each update, from the first. */
export interface History {
  readonly losses: number[];
  readonly rates: number[];
}

export interface Progress {
  readonly step: number;
  readonly of: number;
  readonly loss: number;
  readonly rate: number;
  /** In a second, of late. */
  readonly tokens: number;
  readonly secondsLeft: number;
}

export interface LoopRequest {
  readonly model: Model;
  readonly steps: number;
  /** What must be the same for a run to be gone on with. */
  readonly identity: string;
  /** Where checkpoints are kept. */
  readonly folder: string;
  readonly resume: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** Hears of checkpoints that cannot be used. */
  readonly onRefused: (file: string, why: string) => void;
  /** Asked after each update. */
  readonly stopped: () => boolean;
}

export interface Trained {
  readonly state: State;
  readonly history: History;
  /** Of training, in all runs. */
  readonly seconds: number;
  readonly finished: boolean;
}

/** Updates between two checkpoints. */
const EVERY = 100;

interface Saved {
  readonly identity: string;
  readonly state: State;
  readonly history: History;
  readonly seconds: number;
}

/** Trains until the last step, or until it is stopped; in both cases the state is saved. */
export async function trainModel(request: LoopRequest): Promise<Trained> {
  const { model, steps, folder, identity } = request;
  const saved = request.resume ? savedIn(request) : undefined;
  let state = saved?.state ?? model.start();
  const history: History = saved?.history ?? { losses: [], rates: [] };
  let seconds = saved?.seconds ?? 0;
  const save = () => saveCheckpoint(folder, state.step, { identity, state, history, seconds } satisfies Saved);

  let tokens = 0;
  let pace = 0; // seconds an update takes, of late
  while (state.step < steps && !request.stopped()) {
    const began = performance.now();
    const update = model.update(state);
    tf.dispose([state.params, state.m, state.v].flatMap(tensorsOf));
    state = update.state;
    history.losses.push(update.loss);
    history.rates.push(update.rate);
    const took = (performance.now() - began) / 1000;
    seconds += took;
    pace = pace === 0 ? took : 0.9 * pace + 0.1 * took;
    tokens = tokens === 0 ? update.tokens / took : 0.9 * tokens + (0.1 * update.tokens) / took;
    const { step } = state;
    request.onProgress({
      step,
      of: steps,
      loss: update.loss,
      rate: update.rate,
      tokens,
      secondsLeft: pace * (steps - step),
    });
    if (step % EVERY === 0 && step < steps) save();
    await new Promise((resolve) => setImmediate(resolve)); // lets a signal through
  }
  save();
  return { state, history, seconds, finished: state.step >= steps };
}

/** The newest state that is whole and belongs to this run. */
function savedIn({ folder, identity, onRefused }: LoopRequest): Saved | undefined {
  const loaded = loadCheckpoint(folder);
  for (const { file, why } of loaded?.refused ?? []) onRefused(file, why);
  const saved = loaded?.state as Saved | undefined;
  if (saved === undefined) return undefined;
  if (saved.identity === identity) return saved;
  onRefused(loaded?.file ?? "", "of another run");
  return undefined;
}
