/** What a run of a lab of sequences shows: how well the transformer does on unseen sentences, and where it looks. */
import * as tf from "@tensorflow/tfjs";
import type { Example } from "../../../data/files.js";
import type { TransformerParams } from "../../../exercises/types.js";
import { both, neutral, type Text } from "../../language.js";
import type { Findings, State } from "../lab.js";
import type { Parts } from "../parts.js";
import type { HeatMap, Metric, Table } from "../report/report.js";
import { decodingModel, lookedAt } from "./ask.js";
import { type Answered, answer, beamBleu, corpusBleu, exactMatch, isRight, readAlong } from "./measure.js";
import { IDS, type SequenceModel } from "./model.js";
import type { SequenceTask } from "./task.js";

/** Beam search asks for every prefix by itself: a part of the sentences is enough. */
const BEAM = { sentences: 40, width: 4, alpha: 0.6 };
/** Sentences whose attention is drawn, whose answers are shown, and over which the statistics of heads are taken. */
const DRAWN = 3;
const SHOWN = 12;
const LOOKED_INTO = 30;

export function judgeSequences(
  task: SequenceTask,
  parts: Parts,
  model: SequenceModel,
  state: State,
  most: number,
): Findings {
  const params = state.params as TransformerParams;
  const answers = task.tests.map((set) => answer(parts, model, params, set, most));
  const [main] = answers as [Answered, ...Answered[]];
  return {
    metrics: [...answers.flatMap((one) => metricsOf(parts, model, params, one)), ...beam(parts, model, params, main)],
    curves: [],
    heatMaps: [...crossMaps(model, params, main.examples), ...headMaps(model, params, main.examples)],
    graphs: [],
    tables: [said(task, parts, model, params, main), byLength(answers), heads(parts, model, params, main.examples)],
    remarks: [],
  };
}

const NAMES: Readonly<Record<"exact" | "tokens" | "bleu" | "alignment", Text>> = {
  exact: { en: "all words right", es: "con todas las palabras bien" },
  tokens: {
    en: "next words known, given the right ones before",
    es: "palabras siguientes acertadas, dadas las anteriores",
  },
  bleu: { en: "BLEU, greedy", es: "BLEU, voraz" },
  alignment: {
    en: "target words that look at their source word",
    es: "palabras que miran a la palabra de la que vienen",
  },
};

function metricsOf(parts: Parts, model: SequenceModel, params: TransformerParams, answered: Answered): Metric[] {
  const { set } = answered;
  const { tokens, alignment } = readAlong(model, params, answered);
  const values = { exact: exactMatch(answered), tokens, bleu: corpusBleu(parts, answered), alignment };
  return (["exact", "tokens", "bleu", "alignment"] as const)
    .filter((id) => !(id === "alignment" && Number.isNaN(alignment)))
    .map((id) => {
      const due = id === "tokens" ? undefined : set.due[id];
      return {
        id: `${set.id}-${id}`,
        name: both((language) => `${set.name[language]}: ${NAMES[id][language]}`),
        value: values[id],
        form: id === "bleu" ? "score" : "share",
        ...(due === undefined ? {} : { due: { value: due, better: "higher" } }),
      };
    });
}

function beam(parts: Parts, model: SequenceModel, params: TransformerParams, answered: Answered): Metric[] {
  const scores = beamBleu(parts, model, params, answered, BEAM);
  const sentences = Math.min(BEAM.sentences, answered.examples.length);
  return [
    {
      id: "beam-bleu",
      name: {
        en: `the first ${sentences}: BLEU, beam of ${BEAM.width}`,
        es: `los primeros ${sentences}: BLEU, haz de ${BEAM.width}`,
      },
      value: scores.beam,
      form: "score",
    },
    {
      id: "greedy-bleu",
      name: { en: `the same ${sentences}: BLEU, greedy`, es: `los mismos ${sentences}: BLEU, voraz` },
      value: scores.greedy,
      form: "score",
    },
  ];
}

const EOS = "[eos]";

/** Cross-attention while the right target is read: a row for each word that comes out. */
function crossMaps(model: SequenceModel, params: TransformerParams, examples: readonly Example[]): HeatMap[] {
  return drawn(examples).map((example, i) => {
    const values = tf.tidy(
      () => lookedAt(model.read(params, [model.pairOf(example)]).weights.cross).arraySync() as number[][][],
    );
    return {
      id: `cross-${i + 1}`,
      title: {
        en: `Where the decoder looks: ${example.source.join(" ")}`,
        es: `Adónde mira el decodificador: ${example.source.join(" ")}`,
      },
      rowTitle: { en: "word that comes out", es: "palabra que sale" },
      columnTitle: { en: "word that is looked at", es: "palabra mirada" },
      rows: [...example.target, EOS],
      columns: [...example.source, EOS],
      values: values[0] ?? [],
      ...(example.alignment === undefined
        ? {}
        : { marked: example.alignment.map((place, row) => [row, place] as const) }),
      note: {
        en: `Mean over the heads of the last layer.${example.alignment === undefined ? "" : " Framed: the word that each comes from."}`,
        es: `Media de las cabezas de la última capa.${example.alignment === undefined ? "" : " Con marco: la palabra de la que viene cada una."}`,
      },
    };
  });
}

/** Self-attention of each head of the encoder's last layer, for one sentence. */
function headMaps(model: SequenceModel, params: TransformerParams, examples: readonly Example[]): HeatMap[] {
  const [example] = drawn(examples);
  if (example === undefined) return [];
  const layers = model.config.layers;
  const values = tf.tidy(
    () =>
      model
        .read(params, [model.pairOf(example)])
        .weights.encoder.at(-1)
        ?.squeeze([0])
        .arraySync() as number[][][],
  );
  const words = [...example.source, EOS];
  return values.map((ofHead, head) => ({
    id: `encoder-head-${head + 1}`,
    title: {
      en: `Encoder, layer ${layers}, head ${head + 1}`,
      es: `Codificador, capa ${layers}, cabeza ${head + 1}`,
    },
    rowTitle: { en: "query", es: "consulta" },
    columnTitle: { en: "key", es: "clave" },
    rows: words,
    columns: words,
    values: ofHead,
  }));
}

/** Sentences of middle length: long enough to show something, short enough to be read. */
function drawn(examples: readonly Example[]): readonly Example[] {
  const readable = examples.filter(({ source }) => source.length >= 5 && source.length <= 9);
  return (readable.length === 0 ? examples : readable).slice(0, DRAWN);
}

/** What greedy decoding (5.13) says, the wrong answers first. */
function said(
  task: SequenceTask,
  parts: Parts,
  model: SequenceModel,
  params: TransformerParams,
  { examples, said: together }: Answered,
): Table {
  const order = examples.map((_, i) => i);
  const wrong = order.filter((i) => !isRight(examples[i] as Example, together[i]));
  const right = order.filter((i) => !wrong.includes(i));
  const chosen = [...wrong.slice(0, SHOWN / 2), ...right].slice(0, SHOWN);
  const asked = decodingModel(model, params);
  const options = { bos: IDS.bos, eos: IDS.eos, maxLength: model.maxLength };
  const rows = chosen.map((i) => {
    const { source, target } = examples[i] as Example;
    const ids = tf.tidy(() => ({
      found: parts.greedyDecode(asked, parts.encode([...source], model.sourceWords), options),
    }));
    const words = parts.decode(ids.found, model.targetWords);
    const verdict: Text =
      words.join(" ") === target.join(" ") ? { en: "right", es: "bien" } : { en: "wrong", es: "mal" };
    return [source.join(" "), task.textOf(target), task.textOf(words), verdict];
  });
  return {
    id: "said",
    title: { en: "What it says", es: "Lo que dice" },
    columns: [
      { en: "source", es: "origen" },
      { en: "expected", es: "esperado" },
      { en: "greedy decoding", es: "decodificación voraz" },
      neutral(""),
    ],
    rows,
    note: {
      en: `${wrong.length} of ${examples.length} are wrong; they come first here.`,
      es: `${wrong.length} de ${examples.length} están mal; aquí van primero.`,
    },
  };
}

/** How exact match depends on the length of the source. */
function byLength(answers: readonly Answered[]): Table {
  const lengths = [...new Set(answers.flatMap(({ examples }) => examples.map(({ source }) => source.length)))];
  return {
    id: "by-length",
    title: {
      en: "All words right, by length of the source",
      es: "Con todas las palabras bien, por longitud del origen",
    },
    columns: [{ en: "words", es: "palabras" }, ...answers.map(({ set }) => set.name)],
    rows: lengths
      .sort((a, b) => a - b)
      .map((length) => [length, ...answers.map((answered) => share(ofLength(answered, length)))]),
  };
}

const ofLength = ({ examples, said }: Answered, length: number): { readonly right: number; readonly of: number } => {
  const places = examples.flatMap(({ source }, i) => (source.length === length ? [i] : []));
  return { right: places.filter((i) => isRight(examples[i] as Example, said[i])).length, of: places.length };
};

const share = ({ right, of }: { readonly right: number; readonly of: number }): string =>
  of === 0 ? "—" : `${right} / ${of}`;

/** What the encoder's heads do (4.4), over some sentences. */
function heads(parts: Parts, model: SequenceModel, params: TransformerParams, examples: readonly Example[]): Table {
  const some = examples.slice(0, LOOKED_INTO);
  const { layers, h } = model.config;
  const sums = Array.from({ length: layers * h }, () => [0, 0, 0, 0, 0, 0]);
  for (const example of some) {
    const figures = tf.tidy(() => {
      const { weights } = model.read(params, [model.pairOf(example)]);
      const all = tf.concat(weights.encoder, 0); // [L, h, n, n]
      const { previous, current, next } = parts.relativeFocus(all);
      const delimiters = [...example.source.map(() => false), true]; // eos
      const columns = [parts.headEntropies(all), previous, current, next, parts.attentionToDelimiters(all, delimiters)];
      return [...columns, parts.meanDistance(all)].map((column) => [...column.dataSync()]);
    });
    figures.forEach((column, c) => {
      column.forEach((value, head) => {
        const row = sums[head] as number[];
        row[c] = (row[c] ?? 0) + value / some.length;
      });
    });
  }
  return {
    id: "heads",
    title: { en: "What the encoder's heads do", es: "Qué hacen las cabezas del codificador" },
    columns: [
      { en: "layer, head", es: "capa, cabeza" },
      { en: "entropy (nats)", es: "entropía (nats)" },
      { en: "on the word before", es: "a la anterior" },
      { en: "on itself", es: "a sí misma" },
      { en: "on the word after", es: "a la siguiente" },
      { en: "on the end mark", es: "a la marca final" },
      { en: "mean distance", es: "distancia media" },
    ],
    rows: sums.map((row, head) => [
      `${Math.floor(head / h) + 1}, ${(head % h) + 1}`,
      ...row.map((value) => value.toFixed(2)),
    ]),
    note: { en: `Means over ${some.length} sentences (4.4).`, es: `Medias de ${some.length} oraciones (4.4).` },
  };
}
