/** The loop of training: updates, a history, checkpoints now and then, and a way to stop and go on. */
import * as tf from "@tensorflow/tfjs";
import { type Damage, loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
import type { Model, State, Update } from "./lab.js";
import { tensorsOf } from "./trees.js";

/** What happened in each update, from the first. */
export interface History {
  /** By loss of the model, then by update. */
  readonly losses: number[][];
  readonly rates: number[];
}

export interface Progress {
  readonly step: number;
  readonly of: number;
  readonly losses: readonly number[];
  readonly rate: number;
  /** In a second, of late. */
  readonly tokens: number;
  readonly secondsLeft: number;
}

export interface LoopRequest {
  readonly model: Model;
  readonly steps: number;
  /** Where to begin, if not at the beginning. */
  readonly from?: Saved | undefined;
  /** What must be the same for a run to be gone on with. */
  readonly identity: string;
  /** Where checkpoints are kept. */
  readonly folder: string;
  readonly onProgress: (progress: Progress) => void;
  /** Asked after each update. */
  readonly stopped: () => boolean;
}

export interface Trained {
  readonly state: State;
  readonly history: History;
  /** Of training, in all runs. */
  readonly seconds: number;
}

/** What a checkpoint of training holds. */
export interface Saved extends Trained {
  readonly identity: string;
}

/** Updates between two checkpoints. */
const EVERY = 100;

/** Trains until the last step, or until it is stopped; in both cases the state is saved. */
export async function trainModel(request: LoopRequest): Promise<Trained> {
  const { model, steps, folder, identity, from } = request;
  let state = from?.state ?? model.start();
  const history: History = from?.history ?? { losses: model.lossNames.map(() => []), rates: [] };
  let seconds = from?.seconds ?? 0;
  const save = () => saveCheckpoint(folder, state.step, { identity, state, history, seconds } satisfies Saved);

  const pace = lately(); // seconds that an update takes
  const speed = lately(); // tokens a second
  let saved = state.step;
  while (state.step < steps && !request.stopped()) {
    const began = performance.now();
    const { state: next, losses, rate, tokens } = updated(model, state);
    const stays = new Set(tensorsIn(next));
    tf.dispose(tensorsIn(state).filter((tensor) => !stays.has(tensor)));
    state = next;
    for (const [i, loss] of losses.entries()) history.losses[i]?.push(loss);
    history.rates.push(rate);
    const took = (performance.now() - began) / 1000;
    seconds += took;
    request.onProgress({
      step: state.step,
      of: steps,
      losses,
      rate,
      tokens: speed(tokens / took),
      secondsLeft: pace(took) * (steps - state.step),
    });
    if (state.step - saved >= EVERY) {
      save();
      saved = state.step;
    }
    await new Promise((resolve) => setImmediate(resolve)); // lets a signal through
  }
  save();
  return { state, history, seconds };
}

/** The newest state in a folder that is whole. */
export function savedIn(
  folder: string,
  onRefused: (file: string, why: Damage) => void,
): { readonly saved: Saved; readonly file: string } | undefined {
  const loaded = loadCheckpoint(folder);
  for (const { file, why } of loaded?.refused ?? []) onRefused(file, why);
  return loaded?.state === undefined ? undefined : { saved: loaded.state as Saved, file: loaded.file };
}

/** An update that leaves nothing but the tensors of its state, whatever the exercises leave. */
function updated(model: Model, state: State): Update {
  // What tidy takes and gives is typed as tensors only; it keeps those that it finds at any depth.
  return tf.tidy(() => model.update(state) as unknown as tf.TensorContainer) as unknown as Update;
}

const tensorsIn = ({ params, m, v }: State): tf.Tensor[] => [params, m, v].flatMap(tensorsOf);

/** A mean that forgets: what it was of late. */
function lately(): (value: number) => number {
  let mean: number | undefined;
  return (value) => {
    mean = mean === undefined ? value : 0.9 * mean + 0.1 * value;
    return mean;
  };
}
