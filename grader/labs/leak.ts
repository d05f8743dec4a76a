/** Language models that may look at different words: what a missing mask gives away, and what windows hide. */
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { readTranslation } from "../../data/files.js";
import type { TranslationSplit } from "../../data/translation.js";
import type { Attention, EncoderLayerParams, Vocabulary } from "../../exercises/types.js";
import { neutral, type Text } from "../language.js";
import { root } from "../store.js";
import { randomOf } from "../suite/random.js";
import { batches } from "./batches.js";
import type { Findings, Lab, State } from "./lab.js";
import type { Parts } from "./parts.js";
import type { HeatMap, Table } from "./report/report.js";
import { begin, descendEach, type SideBySide } from "./updates.js";
import { weights } from "./weights.js";

const DATA = path.join(root, "data");
const SPECIALS = ["[pad]", "[bos]", "[eos]", "[unk]", "[mask]"];
const [PAD, BOS, EOS, , MASK] = SPECIALS.keys();
const SIZES = { d: 32, ff: 64, heads: 1 };
const BATCH = 32;
const RATE = 0.003;
const LONGEST = 16;
const SAMPLES = 3;
/** How much of the bigram model is told by the pair of words; the rest by the words alone. */
const OF_PAIRS = 0.9;

/** What each word may look at. All but the last one guess the next word; that one guesses words that are hidden. */
const VARIANTS = {
  open: { en: "no mask", es: "sin máscara" },
  causal: { en: "causal mask", es: "máscara causal" },
  window1: { en: "window of 1", es: "ventana de 1" },
  window2: { en: "window of 2", es: "ventana de 2" },
  window4: { en: "window of 4", es: "ventana de 4" },
  masked: { en: "masked words", es: "palabras ocultas" },
} as const;
type Variant = keyof typeof VARIANTS;
const NAMES = Object.keys(VARIANTS) as Variant[];
const GUESSING_NEXT = NAMES.filter((variant) => variant !== "masked");

interface Params {
  readonly table: tf.Tensor; // [V, d], embeddings and readout
  readonly layer: EncoderLayerParams;
}

export const leak: Lab = {
  name: "leak",
  title: { en: "What a missing mask gives away", es: "Lo que delata una máscara faltante" },
  summary: {
    en: "language models without mask, causal, in windows, and with masked words (unit 4)",
    es: "modelos de lenguaje sin máscara, causal, con ventanas y con palabras ocultas (unidad 4)",
  },
  calls: ["3.1", "3.2", "3.3", "3.6", "4.5", "4.7", "4.8", "5.5", "5.7", "5.9"],
  steps: 600,
  ablations: [],
  open: (parts, { seed }) => {
    const sentences = sentencesOf("train");
    const vocabulary = parts.buildVocabulary(sentences, SPECIALS);
    const examplesOf = batches(
      sentences.map((words) => parts.encode(words, vocabulary)),
      BATCH,
      seed,
    );
    return {
      lossNames: NAMES.map((variant) => VARIANTS[variant]),
      start: () => begin(Object.fromEntries(NAMES.map((variant) => [variant, initial(seed, vocabulary)]))),
      update: (state) => {
        const examples = examplesOf(state.step + 1);
        const { input, target } = nextWords(examples);
        const hidden = hiddenWords(parts, examples, vocabulary, randomOf(seed, `hidden ${state.step}`));
        const lossOf = (variant: Variant) => (params: Params) =>
          variant === "masked"
            ? parts.maskedLoss(guess(parts, params, variant, hidden.input).logits, hidden.target)
            : lossOn(parts, guess(parts, params, variant, input).logits, target);
        const losses = Object.fromEntries(NAMES.map((variant) => [variant, lossOf(variant)]));
        const { state: next, losses: values } = descendEach(parts, state, losses, RATE);
        return { state: next, losses: values, rate: RATE, tokens: input.size };
      },
      judge: (state, most) => judge(parts, state, vocabulary, seed, most),
    };
  },
};

/** The Spanish sentences of the translations. */
const sentencesOf = (split: TranslationSplit): string[][] =>
  readTranslation(DATA, split).map(({ source }) => [...source]);

function initial(seed: number, { tokens }: Vocabulary): Params {
  const { embedding, layer } = weights(randomOf(seed, "leak"));
  return { table: embedding(tokens.length, SIZES.d), layer: layer(SIZES.d, SIZES.ff) };
}

function padded(rows: readonly (readonly number[])[], fill: number): tf.Tensor {
  const length = Math.max(...rows.map((row) => row.length));
  return tf.tensor2d(
    rows.map((row) => [...row, ...Array<number>(length - row.length).fill(fill)]),
    undefined,
    "int32",
  );
}

/** What is read, and the word that follows each word. */
const nextWords = (examples: readonly (readonly number[])[]) => ({
  input: padded(
    examples.map((ids) => [BOS ?? 1, ...ids]),
    PAD ?? 0,
  ),
  target: padded(
    examples.map((ids) => [...ids, EOS ?? 2]),
    PAD ?? 0,
  ),
});

const IGNORED = -100;

/** Sentences with hidden words (4.7), and what those were. */
function hiddenWords(
  parts: Parts,
  examples: readonly (readonly number[])[],
  { tokens }: Vocabulary,
  random: ReturnType<typeof randomOf>,
) {
  const uniform = () => random.integer(0, 999_999) / 1_000_000;
  const options = { mask: MASK ?? 4, vocabularySize: tokens.length, specials: [...SPECIALS.keys()] };
  const rows = examples.map((ids) => {
    const framed = [BOS ?? 1, ...ids, EOS ?? 2];
    return parts.maskTokens(
      framed,
      framed.map(() => [uniform(), uniform(), uniform()]),
      options,
    );
  });
  return {
    input: padded(
      rows.map(({ input }) => input),
      PAD ?? 0,
    ),
    target: padded(
      rows.map(({ target }) => target),
      IGNORED,
    ),
  };
}

/** One layer over the words, under the mask of the variant. */
function guess(
  parts: Parts,
  { table, layer }: Params,
  variant: Variant,
  input: tf.Tensor,
): { readonly logits: tf.Tensor } & Pick<Attention, "weights"> {
  const [, n = 1] = input.shape;
  const words = parts.paddingMask(input, PAD ?? 0); // [B, 1, 1, n]
  const past = {
    open: undefined,
    masked: undefined,
    causal: () => parts.causalMask(n),
    window1: () => parts.windowMask(n, 1),
    window2: () => parts.windowMask(n, 2),
    window4: () => parts.windowMask(n, 4),
  }[variant];
  const mask = past === undefined ? words : parts.combineMasks(past(), words); // [B, 1, 1 or n, n]
  const x = parts.inputEncoding(input, table, parts.sinusoidalPositions(n, SIZES.d));
  const { output, weights: looked } = parts.encoderLayer(x, layer, SIZES.heads, mask, "post");
  const rows = parts.projectToVocabulary(output.reshape([-1, SIZES.d]), table); // [B·n, V]
  return { logits: rows.reshape([...input.shape, -1]), weights: looked };
}

/** The mean loss of the next words. */
function lossOn({ smoothedCrossEntropy }: Parts, logits: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const V = logits.shape.at(-1) ?? 1;
  return smoothedCrossEntropy(logits.reshape([-1, V]), target.flatten(), 0, PAD ?? 0);
}

function judge(parts: Parts, state: State, vocabulary: Vocabulary, seed: number, most: number): Findings {
  const params = state.params as SideBySide<Params>;
  const of = (variant: Variant) => params[variant] as Params;
  const test = sentencesOf("test")
    .slice(0, most)
    .map((words) => parts.encode(words, vocabulary));
  const { input, target } = nextWords(test);

  const number = (loss: () => tf.Tensor): number => tf.tidy(() => loss().dataSync()[0] ?? Number.NaN);
  const asTrained = (variant: Variant) =>
    number(() => lossOn(parts, guess(parts, of(variant), variant, input).logits, target));
  // A model without mask, read under one: it must do without the words that are still to come.
  const honest = (variant: Variant) => (variant === "open" ? "causal" : variant);
  const alone = (variant: Variant) =>
    number(() => lossOn(parts, guess(parts, of(variant), honest(variant), input).logits, target));
  const rows = GUESSING_NEXT.map((variant) => ({ variant, trained: asTrained(variant), alone: alone(variant) }));

  const hidden = hiddenWords(parts, test, vocabulary, randomOf(seed, "hidden test"));
  const found = foundAgain(parts, of("masked"), hidden);
  const ahead = lookingAhead(parts, of("open"), input, test);
  const bigram = bigramPerplexity(
    sentencesOf("train").map((words) => parts.encode(words, vocabulary)),
    test,
    vocabulary.tokens.length,
  );
  const causal = rows.find(({ variant }) => variant === "causal")?.alone ?? Number.NaN;
  const floor = Math.log((Math.E + vocabulary.tokens.length - 1) / Math.E);
  const findings: Findings = {
    metrics: [
      {
        id: "ahead",
        name: { en: "without mask: attention on the next word", es: "sin máscara: atención a la palabra siguiente" },
        value: ahead,
        form: "share",
        due: { value: 0.5, better: "higher" },
      },
      {
        id: "perplexity",
        name: { en: "causal: perplexity on unseen sentences", es: "causal: perplejidad en oraciones sin ver" },
        value: Math.exp(causal),
        form: "number",
        due: { value: Number((1.05 * bigram).toFixed(2)), better: "lower" },
      },
      {
        id: "perplexity-open",
        name: {
          en: "without mask, when the next word is not there: perplexity",
          es: "sin máscara, cuando falta la palabra siguiente: perplejidad",
        },
        value: Math.exp(rows[0]?.alone ?? Number.NaN),
        form: "number",
      },
      {
        id: "found",
        name: { en: "hidden words that are found", es: "palabras ocultas que encuentra" },
        value: found,
        form: "share",
      },
    ],
    curves: [],
    heatMaps: maps(parts, of, test, vocabulary),
    graphs: [],
    tables: [losses(rows, Math.log(bigram), floor), samples(parts, of, vocabulary, seed)],
    remarks: [],
  };
  tf.dispose([input, target, hidden.input, hidden.target]);
  return findings;
}

/** The mean weight α[i, i+1] over the words that have a next one. */
function lookingAhead(parts: Parts, params: Params, input: tf.Tensor, test: readonly (readonly number[])[]): number {
  const looked = tf.tidy(() => guess(parts, params, "open", input).weights.squeeze([1]).arraySync() as number[][][]);
  const onNext = test.flatMap((ids, b) => ids.map((_, i) => looked[b]?.[i]?.[i + 1] ?? 0));
  return onNext.reduce((sum, weight) => sum + weight, 0) / onNext.length;
}

function foundAgain(parts: Parts, params: Params, { input, target }: { input: tf.Tensor; target: tf.Tensor }): number {
  return tf.tidy(() => {
    const said = guess(parts, params, "masked", input).logits.argMax(-1).dataSync();
    const due = [...target.dataSync()];
    const places = due.flatMap((id, i) => (id === IGNORED ? [] : [i]));
    return places.filter((i) => said[i] === due[i]).length / places.length;
  });
}

/** What counting pairs of words gives. */
function bigramPerplexity(
  train: readonly (readonly number[])[],
  test: readonly (readonly number[])[],
  words: number,
): number {
  const pairs = new Map<string, number>();
  const before = new Map<number, number>();
  const single = new Map<number, number>();
  const count = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const steps = (ids: readonly number[]) =>
    [...ids, EOS ?? 2].map((word, i) => ({ previous: ids[i - 1] ?? BOS ?? 1, word }));
  const all = train.flatMap(steps);
  for (const { previous, word } of all) {
    count(pairs, `${previous} ${word}`);
    count(before, previous);
    count(single, word);
  }
  const probability = (previous: number, word: number): number => {
    const alone = ((single.get(word) ?? 0) + 1) / (all.length + words);
    const seen = before.get(previous) ?? 0;
    return seen === 0 ? alone : (OF_PAIRS * (pairs.get(`${previous} ${word}`) ?? 0)) / seen + (1 - OF_PAIRS) * alone;
  };
  const logs = test.flatMap(steps).map(({ previous, word }) => Math.log(probability(previous, word)));
  return Math.exp(-logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

function losses(
  rows: readonly { readonly variant: Variant; readonly trained: number; readonly alone: number }[],
  bigram: number,
  floor: number,
): Table {
  const written = (loss: number): string => `${loss.toFixed(3)} (${Math.exp(loss).toFixed(2)})`;
  return {
    id: "losses",
    title: { en: "Loss on unseen sentences (and perplexity)", es: "Pérdida en oraciones sin ver (y perplejidad)" },
    columns: [
      { en: "what a word may look at", es: "qué puede mirar cada palabra" },
      { en: "as in training", es: "como al entrenar" },
      { en: "when the next word is not there yet", es: "cuando la palabra siguiente aún no está" },
    ],
    rows: [
      ...rows.map(({ variant, trained, alone }) => [VARIANTS[variant], written(trained), written(alone)]),
      [{ en: "counting pairs of words (bigrams)", es: "contar pares de palabras (bigramas)" }, "", written(bigram)],
      [
        { en: "the least that softmax of softmax can reach", es: "lo menos que alcanza un softmax de softmax" },
        "",
        written(floor),
      ],
    ],
    note: {
      en: "Without a mask the loss is the lowest, because the answer stands there to be read; when sentences are written word by word, it is not there. Softmax twice never gives a word more than e/(e + V − 1).",
      es: "Sin máscara la pérdida es la más baja, porque la respuesta está ahí para leerla; cuando las oraciones se escriben palabra por palabra, no está. Con dos softmax ninguna palabra pasa de e/(e + V − 1).",
    },
  };
}

/** Sentences drawn word by word from each model. */
function samples(parts: Parts, of: (variant: Variant) => Params, vocabulary: Vocabulary, seed: number): Table {
  const write = (variant: Variant, which: number): string => {
    const random = randomOf(seed, `sample ${which}`);
    const ids: number[] = [];
    while (ids.length < LONGEST) {
      const chances = tf.tidy(() => {
        const input = tf.tensor2d([[BOS ?? 1, ...ids]], undefined, "int32");
        const { logits } = guess(parts, of(variant), variant, input);
        return logits.slice([0, ids.length, 0], [1, 1, -1]).flatten().softmax().dataSync();
      });
      let left = random.integer(0, 999_999) / 1_000_000;
      const next = chances.findIndex((chance) => {
        left -= chance;
        return left < 0;
      });
      if (next === EOS || next < 0) break;
      ids.push(next);
    }
    return parts.decode(ids, vocabulary).join(" ");
  };
  return {
    id: "samples",
    title: { en: "Sentences that they write", es: "Oraciones que escriben" },
    columns: [
      { en: "what a word may look at", es: "qué puede mirar cada palabra" },
      ...Array.from({ length: SAMPLES }, (_, i) => neutral(String(i + 1))),
    ],
    rows: GUESSING_NEXT.map((variant) => [
      VARIANTS[variant] as Text,
      ...Array.from({ length: SAMPLES }, (_, which) => write(variant, which)),
    ]),
  };
}

/** What the words of one sentence look at, without mask and with the causal one. */
function maps(
  parts: Parts,
  of: (variant: Variant) => Params,
  test: readonly (readonly number[])[],
  vocabulary: Vocabulary,
): HeatMap[] {
  const ids = test.find(({ length }) => length >= 5 && length <= 7) ?? test[0] ?? [];
  const words = ["[bos]", ...parts.decode([...ids], vocabulary)];
  return (["open", "causal"] as const).map((variant) => {
    const values = tf.tidy(() => {
      const input = tf.tensor2d([[BOS ?? 1, ...ids]], undefined, "int32");
      return guess(parts, of(variant), variant, input).weights.squeeze([0, 1]).arraySync() as number[][];
    });
    return {
      id: `attention-${variant}`,
      title: VARIANTS[variant],
      rowTitle: { en: "word that has to tell the next one", es: "palabra que debe decir la siguiente" },
      columnTitle: { en: "word that is looked at", es: "palabra mirada" },
      rows: words,
      columns: words,
      values,
      marked: words.slice(1).map((_, i) => [i, i + 1] as const),
      note: { en: "Framed: the word that is to be told.", es: "Con marco: la palabra que hay que decir." },
    };
  });
}
