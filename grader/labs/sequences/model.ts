/** The student's transformer (5.11), trained with their steps (5.12) on the pairs of a task, and asked. */
import * as tf from "@tensorflow/tfjs";
import type { Example } from "../../../data/files.js";
import type {
  Batch,
  FrameIds,
  Pair,
  TrainOptions,
  TrainState,
  TransformerConfig,
  TransformerOutput,
  TransformerParams,
  Vocabulary,
} from "../../../exercises/types.js";
import { batches } from "../batches.js";
import type { Settings, State, Update } from "../lab.js";
import type { Parts } from "../parts.js";
import { zerosLike } from "../updates.js";
import type { SequenceTask } from "./task.js";

/** In this order they have the ids 0 to 3. */
const SPECIALS = ["[pad]", "[bos]", "[eos]", "[unk]"];
export const IDS: FrameIds = { pad: 0, bos: 1, eos: 2 };

/** Sentences that are read at once when nothing is learned. */
const READ_AT_ONCE = 100;

export interface SequenceModel {
  readonly sourceWords: Vocabulary;
  readonly targetWords: Vocabulary;
  readonly config: TransformerConfig;
  /** The most words that are said to one sentence. */
  readonly maxLength: number;
  readonly start: () => State;
  readonly update: (state: State) => Update;
  /** A pair as ids. */
  readonly pairOf: (example: Example) => Pair;
  /** The batch of some pairs, and what the transformer makes of it. */
  readonly read: (params: TransformerParams, pairs: readonly Pair[]) => TransformerOutput & { readonly batch: Batch };
  /** What greedy decoding says to each source: all of them at once, which is quicker than 5.13 sentence by sentence. */
  readonly sayAll: (params: TransformerParams, sources: readonly (readonly number[])[]) => number[][];
}

export function sequenceModel(task: SequenceTask, parts: Parts, { seed, ablation }: Settings): SequenceModel {
  const { d, h, ff, layers, batch: size, warmup, factor, smoothing } = task.settings;
  const examples = task.training();
  const sourceWords = parts.buildVocabulary(wordsOf(examples, "source"), SPECIALS);
  const targetWords = parts.buildVocabulary(wordsOf(examples, "target"), SPECIALS);
  const config: TransformerConfig = {
    ...{ sourceSize: sourceWords.tokens.length, targetSize: targetWords.tokens.length },
    ...{ d, h, ff, layers, mode: ablation === "norm" ? "post" : "pre", tied: false },
  };
  const options: TrainOptions = {
    beta1: 0.9,
    beta2: 0.98,
    eps: 1e-9,
    warmup,
    factor,
    smoothing,
    pad: IDS.pad,
    clipNorm: 1,
  };
  const maxLength = Math.max(...examples.map(({ target }) => target.length)) + 5;
  const pairOf = ({ source, target }: Example): Pair => ({
    source: parts.encode([...source], sourceWords),
    target: parts.encode([...target], targetWords),
  });
  const pairs = examples.map(pairOf);
  const examplesOf = batches(pairs, size, seed);

  const read: SequenceModel["read"] = (params, asked) => {
    const batch = parts.makeBatch([...asked], IDS);
    const { source, targetIn, sourceMask, targetMask } = batch;
    return { ...parts.transformer(params, config, source, targetIn, sourceMask, targetMask), batch };
  };

  return {
    ...{ sourceWords, targetWords, config, maxLength, pairOf, read },
    start: () => {
      const params = parts.initTransformer(config, seed);
      return { params, m: zerosLike(params), v: zerosLike(params), step: 0 };
    },
    update: (state) => {
      const batch = parts.makeBatch(examplesOf(state.step + 1), IDS);
      const { state: next, loss } = parts.trainStep(state as TrainState, batch, config, options);
      return {
        state: next,
        losses: [loss],
        rate: parts.noamRate(state.step + 1, d, warmup, factor),
        tokens: batch.tokens,
      };
    },
    sayAll: (params, sources) => {
      const said: number[][] = [];
      for (let from = 0; from < sources.length; from += READ_AT_ONCE) {
        said.push(...sayTogether(sources.slice(from, from + READ_AT_ONCE), maxLength, (asked) => read(params, asked)));
      }
      return said;
    },
  };
}

/** Greedy decoding of several sources at once. */
function sayTogether(
  sources: readonly (readonly number[])[],
  maxLength: number,
  read: (pairs: readonly Pair[]) => TransformerOutput,
): number[][] {
  let prefixes: number[][] = sources.map(() => []);
  let talking = sources.map(() => true);
  for (let t = 0; t < maxLength && talking.some(Boolean); t++) {
    const next = tf.tidy(() => {
      const pairs = sources.map((source, i) => ({ source: [...source], target: prefixes[i] ?? [] }));
      const { logits } = read(pairs); // [B, t + 1, V]
      return [...logits.slice([0, t, 0], [-1, 1, -1]).argMax(-1).dataSync()];
    });
    prefixes = prefixes.map((prefix, i) => [...prefix, next[i] ?? IDS.eos]);
    talking = talking.map((still, i) => still && next[i] !== IDS.eos);
  }
  return prefixes.map((prefix) => {
    const end = prefix.indexOf(IDS.eos);
    return end < 0 ? prefix : prefix.slice(0, end);
  });
}

const wordsOf = (examples: readonly Example[], side: "source" | "target"): string[][] =>
  examples.map((example) => [...example[side]]);
