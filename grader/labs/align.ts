/** A recurrent decoder with Bahdanau's attention, beside one that has to do with one fixed vector. */
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { type Example, readDigits } from "../../data/files.js";
import type { BahdanauParams, RnnParams } from "../../exercises/types.js";
import { both } from "../language.js";
import { root } from "../store.js";
import { randomOf } from "../suite/random.js";
import { batches } from "./batches.js";
import type { Findings, Lab, State } from "./lab.js";
import type { Parts } from "./parts.js";
import type { HeatMap, Metric } from "./report/report.js";
import { begin, descendEach, type SideBySide } from "./updates.js";
import { weights } from "./weights.js";

const DATA = path.join(root, "data");
const DIGITS = 10;
/** What the decoder hears before the first digit. */
const BOS = DIGITS;
const SIZES = { embedding: 16, hidden: 32, alignment: 32 };
const BATCH = 64;
const RATE = 0.004;
const DRAWN = 2;

/** Both decoders have the same weights; they differ in what they may look at. */
interface Params {
  readonly source: tf.Tensor; // [10, de]
  readonly target: tf.Tensor; // [11, de]
  readonly forward: RnnParams;
  readonly backward: RnnParams;
  readonly ws: tf.Tensor; // [dh, ds]
  readonly step: BahdanauParams;
}

/** What the decoder looks at: every state of the encoder, or the two last ones as one vector. */
type Variant = "attention" | "fixed";
const VARIANTS: readonly Variant[] = ["attention", "fixed"];
const NAMES = {
  attention: { en: "with attention", es: "con atención" },
  fixed: { en: "with one fixed vector", es: "con un solo vector fijo" },
} as const;

export const align: Lab = {
  name: "align",
  title: { en: "Attention in a recurrent decoder", es: "Atención en un decodificador recurrente" },
  summary: {
    en: "a recurrent network reverses digits, with Bahdanau's attention and without (unit 1)",
    es: "una red recurrente invierte cifras, con la atención de Bahdanau y sin ella (unidad 1)",
  },
  calls: ["1.2", "1.6", "5.5", "5.7"],
  steps: 600,
  ablations: [],
  open: (parts, { seed }) => {
    const lengths = byLength(readDigits(DATA, "train", "reverse"));
    const examplesOf = lengths.map(({ examples }) => batches(examples, BATCH, seed));
    return {
      lossNames: VARIANTS.map((variant) => NAMES[variant]),
      start: () => begin(Object.fromEntries(VARIANTS.map((variant) => [variant, initial(seed)]))),
      update: (state) => {
        // Each step has one length, so that no row needs padding; the lengths take turns.
        const place = state.step % lengths.length;
        const examples = examplesOf[place]?.(1 + Math.floor(state.step / lengths.length)) ?? [];
        const [source, target] = [idsOf(examples, "source"), idsOf(examples, "target")];
        const lossOf = (variant: Variant) => (p: Params) => teacherForced(parts, p, variant, source, target);
        const { state: next, losses } = descendEach(
          parts,
          state,
          { attention: lossOf("attention"), fixed: lossOf("fixed") },
          RATE,
        );
        return { state: next, losses, rate: RATE, tokens: target.size };
      },
      judge: (state, most) => judge(parts, state, most),
    };
  },
};

function byLength(examples: readonly Example[]): { readonly length: number; readonly examples: Example[] }[] {
  const lengths = [...new Set(examples.map(({ source }) => source.length))].sort((a, b) => a - b);
  return lengths.map((length) => ({ length, examples: examples.filter(({ source }) => source.length === length) }));
}

function initial(seed: number): Params {
  const { embedding: de, hidden: dh, alignment: da } = SIZES;
  const { matrix, vector, embedding, rnn, gru } = weights(randomOf(seed, "align"));
  return {
    source: embedding(DIGITS, de),
    target: embedding(DIGITS + 1, de),
    forward: rnn(de, dh),
    backward: rnn(de, dh),
    ws: matrix(dh, dh),
    step: {
      ...{ wa: matrix(dh, da), ua: matrix(2 * dh, da), va: vector(da), gru: gru(de + 2 * dh, dh) },
      ...{ wo: matrix(dh + 2 * dh + de, DIGITS), bo: tf.zeros([DIGITS]) },
    },
  };
}

const idsOf = (examples: readonly Example[], side: "source" | "target"): tf.Tensor =>
  tf.tensor2d(
    examples.map((example) => example[side].map(Number)),
    undefined,
    "int32",
  );

/** What the decoder may look at, [B, T, 2·dh] or [B, 1, 2·dh], and the state it begins with. */
function encoded({ bidirectionalRnn }: Parts, p: Params, variant: Variant, source: tf.Tensor) {
  const { hidden: dh } = SIZES;
  const states = bidirectionalRnn(tf.gather(p.source, source), p.forward, p.backward); // [B, T, 2·dh]
  const [B = 0, T = 0] = states.shape;
  const back = states.slice([0, 0, dh], [B, 1, dh]); // has read everything, [B, 1, dh]
  const ahead = states.slice([0, T - 1, 0], [B, 1, dh]); // so has this one
  return {
    states: variant === "attention" ? states : tf.concat([ahead, back], 2),
    state: back.squeeze([1]).matMul(p.ws).tanh() as tf.Tensor, // [B, ds]
  };
}

/** The loss while the decoder hears the right digits. */
function teacherForced(parts: Parts, p: Params, variant: Variant, source: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const [B = 0, T = 0] = target.shape;
  const begun = encoded(parts, p, variant, source);
  let state = begun.state;
  let previous: tf.Tensor = tf.fill([B], BOS, "int32");
  const logits: tf.Tensor[] = [];
  for (let t = 0; t < T; t++) {
    const step = parts.bahdanauStep(tf.gather(p.target, previous), state, begun.states, p.step);
    logits.push(step.logits);
    state = step.state;
    previous = target.slice([0, t], [B, 1]).squeeze([1]);
  }
  const all = tf.stack(logits, 1).reshape([B * T, DIGITS]);
  return parts.smoothedCrossEntropy(all, target.flatten(), 0);
}

/** What the decoder says when it hears itself, and where it looked, by step and source. */
function said(
  parts: Parts,
  p: Params,
  variant: Variant,
  source: tf.Tensor,
): { digits: number[][]; looked: number[][][] } {
  return tf.tidy(() => {
    const [B = 0, T = 0] = source.shape;
    const begun = encoded(parts, p, variant, source);
    let state = begun.state;
    let previous: tf.Tensor = tf.fill([B], BOS, "int32");
    const digits: tf.Tensor[] = [];
    const looked: tf.Tensor[] = [];
    for (let t = 0; t < T; t++) {
      const step = parts.bahdanauStep(tf.gather(p.target, previous), state, begun.states, p.step);
      previous = step.logits.argMax(-1);
      digits.push(previous);
      looked.push(step.weights);
      state = step.state;
    }
    return {
      digits: tf.stack(digits, 1).arraySync() as number[][],
      looked: tf.stack(looked, 1).arraySync() as number[][][], // [B, T, T] with attention
    };
  });
}

function judge(parts: Parts, state: State, most: number): Findings {
  const params = state.params as SideBySide<Params>;
  const groups = byLength(readDigits(DATA, "test", "reverse").slice(0, most));
  const results = groups.map(({ length, examples }) => {
    const source = idsOf(examples, "source");
    const answers = VARIANTS.map((variant) => said(parts, params[variant] as Params, variant, source));
    source.dispose();
    const right = answers.map(
      ({ digits }) => examples.filter(({ target }, i) => target.join() === digits[i]?.join()).length / examples.length,
    );
    return { length, examples, right, looked: answers[0]?.looked ?? [] };
  });
  const six = results.find(({ length }) => length === 6);
  const rows = results.flatMap(({ looked }) =>
    looked.flatMap((one) => one.map((row, t) => ({ row, due: one.length - 1 - t }))),
  );
  const onDiagonal = rows.filter(({ row, due }) => row.indexOf(Math.max(...row)) === due).length / rows.length;
  const mean = (variant: number) =>
    results.reduce((sum, { right, examples }) => sum + (right[variant] ?? 0) * examples.length, 0) /
    results.reduce((sum, { examples }) => sum + examples.length, 0);
  const share = (id: string, en: string, es: string, value: number, due?: number): Metric => ({
    id,
    name: { en, es },
    value,
    form: "share",
    ...(due === undefined ? {} : { due: { value: due, better: "higher" } }),
  });
  return {
    metrics: [
      share(
        "exact-6",
        "six digits, with attention: all right",
        "seis cifras, con atención: todas bien",
        six?.right[0] ?? 0,
        0.9,
      ),
      share(
        "diagonal",
        "most attention on the digit that is due",
        "la mayor atención, en la cifra que toca",
        onDiagonal,
        0.8,
      ),
      share(
        "exact",
        "all lengths, with attention: all right",
        "todas las longitudes, con atención: todas bien",
        mean(0),
      ),
      share(
        "exact-fixed",
        "all lengths, one fixed vector: all right",
        "todas las longitudes, un vector fijo: todas bien",
        mean(1),
      ),
    ],
    curves: [
      {
        id: "by-length",
        title: { en: "All digits right, by length", es: "Todas las cifras bien, por longitud" },
        x: { en: "digits", es: "cifras" },
        y: { en: "share", es: "proporción" },
        lines: VARIANTS.map((variant, i) => ({
          name: NAMES[variant],
          points: results.map(({ length, right }) => [length, right[i] ?? 0] as const),
        })),
        note: {
          en: "One vector has to hold the whole sequence: the longer it is, the worse (compare Bahdanau et al. 2014, figure 2).",
          es: "Un solo vector tiene que guardar toda la secuencia: mientras más larga, peor (compara con la figura 2 de Bahdanau et al. 2014).",
        },
      },
    ],
    heatMaps: (six?.examples ?? []).slice(0, DRAWN).map(
      (example, i): HeatMap => ({
        id: `alignment-${i + 1}`,
        title: both(
          (language) =>
            `${language === "en" ? "Where the decoder looks" : "Adónde mira el decodificador"}: ${example.source.join(" ")}`,
        ),
        rowTitle: { en: "digit that comes out", es: "cifra que sale" },
        columnTitle: { en: "digit that is looked at", es: "cifra mirada" },
        rows: [...example.target],
        columns: [...example.source],
        values: six?.looked[i] ?? [],
        ...(example.alignment === undefined
          ? {}
          : { marked: example.alignment.map((place, row) => [row, place] as const) }),
      }),
    ),
    graphs: [],
    tables: [],
    remarks: [],
  };
}
