import * as tf from "@tensorflow/tfjs";
import type { Text } from "#grader/language.js";
import { callable, expectClose, expectThat, type Random, type SeenCall, suite, together } from "#grader/suite/index.js";
import { beamSearch } from "#reference";
import type { BeamOptions, Hypothesis, NextWord } from "../../../exercises/types.js";

/** How each mistake searches. */
const WAYS = {
  "per-beam-choice": {
    choose: (candidates, width, round) => {
      if (round === 0) return best(candidates, width);
      const parents = new Set(candidates.map(({ parent }) => parent));
      return [...parents].flatMap((parent) =>
        best(
          candidates.filter((one) => one.parent === parent),
          1,
        ),
      );
    },
  },
  "sums-probabilities": { gain: (logP) => Math.exp(logP) },
  "penalty-compounded": { every: (sum, length, alpha) => sum / penalty(length, alpha), score: (sum) => sum },
  "bos-counted": { score: (sum, words, eos, alpha) => sum / penalty(1 + words + eos, alpha) },
  "eos-not-counted": { score: (sum, words, _, alpha) => sum / penalty(words, alpha) },
  "extends-finished": { ends: () => false },
  "finished-stay-in-the-beam": { competes: true },
  "first-finished": { returns: (finished, live) => [...finished, ...live].slice(0, 1) },
  "no-penalty": { score: (sum) => sum },
  "unfinished-lost": { returns: (finished) => finished },
  unsorted: { sorted: false },
} as const satisfies Record<string, Way>;

export const beamSearchSuite = suite("5.14", { beamSearch })(({ agrees, callsHold, property, refuses }) => {
  const edges = {
    en: "refuses an empty beam, never keeps what is impossible, may say bos again, or nothing",
    es: "rechaza un haz vacío, nunca conserva lo imposible, puede repetir bos o no decir nada",
  };
  const steps = {
    en: "step is given prefixes that begin with bos and hold no eos",
    es: "step recibe prefijos que empiezan con bos y no contienen eos",
  };

  return {
    cases: (random) => ({
      beamSearch: {
        usual: tellingTree(random, 5, beam(4, 0.6, 5)),
        wide: tree(random, 6, beam(7, 0.6, 4)),
        strictPenalty: tree(random, 5, beam(3, 1.5, 4)),
        noPenalty: tree(random, 5, beam(3, 0, 4)),
        otherIds: tree(random, 5, beam(3, 0.6, 4, OTHER)),
        cutShort: tree(random, 6, beam(3, 0.6, 2)),
        greedy: tree(random, 6, beam(1, 0.6, 4)),
        ties: [callable("prefix-table", TIES), beam(2, 0.6, 4)],
        chain: chain(random, beam(27, 0.6, 3)),
        crafted: [crafted(random), beam(2, 0.6, 4)],
        impossible: [callable("prefix-table", IMPOSSIBLE), beam(4, 0.6, 4)],
        deadEnd: [callable("prefix-table", DEAD_END), beam(2, 0.6, 4)],
        bosAgain: [callable("prefix-table", BOS_AGAIN), beam(3, 0.6, 3)],
        noRounds: [callable("prefix-table", TIES), beam(3, 0.6, 0)],
        noBeam: [callable("prefix-table", TIES), beam(0, 0.6, 3)],
        negative: [callable("prefix-table", TIES), beam(-2, 0.6, 3)],
      },
    }),

    checks: [
      agrees(
        {
          en: "agrees with the reference, in words, scores and their order",
          es: "coincide con la referencia en palabras, puntuaciones y orden",
        },
        8,
        "beamSearch",
        ["usual", "wide", "strictPenalty", "noPenalty", "otherIds", "cutShort"],
      ),
      agrees(
        {
          en: "of equal sums the earlier hypothesis goes first, then the smaller id",
          es: "con sumas iguales va primero la hipótesis anterior y después el id menor",
        },
        1,
        "beamSearch",
        ["ties"],
      ),
      property(
        { en: "a beam of width 1 is greedy decoding", es: "un haz de ancho 1 es la decodificación voraz" },
        2,
        "beamSearch",
        "greedy",
        async (student, [step, options]) => {
          const ids = greedy(step, options);
          const [best] = await student.beamSearch(step, options);
          expectIds(best, ids, {
            en: "always taking the likeliest word",
            es: "tomar siempre la palabra más probable",
          });
          expectClose(best?.score ?? 0, scoreOf(step, ids, options), {
            en: "the score of a beam of width 1",
            es: "la puntuación de un haz de ancho 1",
          });
        },
      ),
      property(
        {
          en: "a beam wide enough for all sentences is exhaustive search",
          es: "un haz donde caben todas las frases es búsqueda exhaustiva",
        },
        3,
        "beamSearch",
        "chain",
        async (student, [step, options]) => {
          const found = await student.beamSearch(step, options);
          const all = everySentence(step, options);
          for (const [place, { ids, score }] of all.entries()) {
            expectIds(found[place], ids, {
              en: `trying every sentence, at place ${place}`,
              es: `probar todas las frases, en el lugar ${place}`,
            });
            expectClose(found[place]?.score ?? 0, score, {
              en: `the score of ${list(ids)}, against all sentences`,
              es: `la puntuación de ${list(ids)}, frente a todas las frases`,
            });
          }
        },
      ),
      property(
        {
          en: "width 2 finds the sentence whose first word is only second best",
          es: "con ancho 2 se encuentra la frase cuya primera palabra es apenas la segunda mejor",
        },
        1,
        "beamSearch",
        "crafted",
        async (student, [step, options]) => {
          const [two] = await student.beamSearch(step, options);
          expectIds(two, [3, 2], { en: "a beam of width 2", es: "un haz de ancho 2" });
          const [one] = await student.beamSearch(step, { ...options, width: 1 });
          expectIds(one, greedy(step, options), { en: "a beam of width 1", es: "un haz de ancho 1" });
        },
      ),
      together(
        callsHold(steps, 2, "beamSearch", ["usual", "otherIds", "wide"], expectLivePrefixes),
        agrees(steps, 2, "beamSearch", ["greedy"]), // something must come of it
      ),
      property(
        {
          en: "scores descend, and each is Σ log p over the length penalty",
          es: "las puntuaciones descienden, y cada una es Σ log p entre la penalización por longitud",
        },
        1,
        "beamSearch",
        "usual",
        async (student, [step, options]) => {
          const found = await student.beamSearch(step, options);
          expectThat(found.length > 0, { en: "no hypothesis was returned", es: "no se devolvió ninguna hipótesis" });
          for (const [place, { ids, score }] of found.entries()) {
            expectClose(score, scoreOf(step, ids, options), {
              en: `the score of ${list(ids)}, against its own words`,
              es: `la puntuación de ${list(ids)}, frente a sus propias palabras`,
            });
            const before = found[place - 1]?.score ?? Number.POSITIVE_INFINITY;
            expectThat(score <= before, {
              en: `hypothesis ${place} has a better score than the one before it: the best come first`,
              es: `la hipótesis ${place} tiene mejor puntuación que la anterior: las mejores van primero`,
            });
          }
        },
      ),
      together(
        agrees(edges, 2, "beamSearch", ["impossible", "deadEnd", "bosAgain", "noRounds"]),
        refuses(edges, 2, "beamSearch", ["noBeam", "negative"]),
      ),
    ],

    mistakes: {
      "per-beam-choice": {
        variant: { beamSearch: searching(WAYS["per-beam-choice"]) },
        hint: {
          en: "This is what comes out when every hypothesis keeps only its own best word: a few greedy searches side by side. Put the candidates of all hypotheses into one list, sort it, and keep the first `width` (Wu et al. 2016, §7).",
          es: "Esto es lo que sale cuando cada hipótesis conserva solo su mejor palabra: unas cuantas búsquedas voraces en paralelo. Junta las candidatas de todas las hipótesis en una sola lista, ordénala y quédate con las primeras `width` (Wu et al. 2016, §7).",
        },
      },
      "sums-probabilities": {
        variant: { beamSearch: searching(WAYS["sums-probabilities"]) },
        hint: {
          en: "This is what comes out when probabilities are added up. Those of a sentence multiply, so their logarithms add up: step returns log p already, sum these.",
          es: "Esto es lo que sale al sumar probabilidades. Las de una frase se multiplican, así que se suman sus logaritmos: step ya devuelve log p, suma eso.",
        },
      },
      "penalty-compounded": {
        variant: { beamSearch: searching(WAYS["penalty-compounded"]) },
        hint: {
          en: "This is what comes out when the running sum itself is divided in every round: the first words are then divided again and again. Keep Σ log p as it is, and divide once, at the end (Wu et al. 2016, eq. 14).",
          es: "Esto es lo que sale al dividir en cada vuelta la suma acumulada: las primeras palabras se dividen entonces una y otra vez. Conserva Σ log p tal cual y divide una sola vez, al final (Wu et al. 2016, ec. 14).",
        },
      },
      "bos-counted": {
        variant: { beamSearch: searching(WAYS["bos-counted"]) },
        hint: {
          en: "These scores come from an L that counts bos: the length of the whole prefix is one too many. bos stands there from the start; L is the number of words that were generated, eos included.",
          es: "Estas puntuaciones salen de un L que cuenta bos: la longitud del prefijo completo es una de más. bos está ahí desde el principio; L es el número de palabras generadas, incluido eos.",
        },
      },
      "bos-removed": {
        variant: {
          beamSearch: (step, options) =>
            beamSearch(step, options).map(({ ids, score }) => ({ ids: ids.filter((id) => id !== options.bos), score })),
        },
        hint: {
          en: "These hypotheses lack every bos, also one that the model said itself in the middle of a sentence. Only the bos that you put at the start is left out: slice(1), not filter.",
          es: "A estas hipótesis les falta todo bos, también el que el modelo dijo por su cuenta en medio de la frase. Solo se quita el bos que tú pusiste al principio: slice(1), no filter.",
        },
      },
      "eos-not-counted": {
        variant: { beamSearch: searching(WAYS["eos-not-counted"]) },
        hint: {
          en: "These scores come from an L without eos. eos was generated like every other word, and its log p is in the sum: count it in L.",
          es: "Estas puntuaciones salen de un L sin eos. eos se generó como cualquier otra palabra y su log p está en la suma: cuéntalo en L.",
        },
      },
      "extends-finished": {
        variant: { beamSearch: searching(WAYS["extends-finished"]) },
        hint: {
          en: "This is what comes out when hypotheses that ended in eos are extended all the same: words follow the end of a sentence, and their log p lowers its score. Set finished ones aside; only the others live on.",
          es: "Esto es lo que sale cuando las hipótesis que terminaron en eos se siguen extendiendo: aparecen palabras después del final de la frase y su log p le baja la puntuación. Aparta las terminadas; solo las demás siguen vivas.",
        },
      },
      "finished-stay-in-the-beam": {
        variant: { beamSearch: searching(WAYS["finished-stay-in-the-beam"]) },
        hint: {
          en: "This is what comes out when finished hypotheses stay in the beam and compete with longer ones by Σ log p, which gets smaller with every word: they are compared before the length penalty makes it fair, and some are lost. Set them aside when they end; only live ones are extended, sorted and cut.",
          es: "Esto es lo que sale cuando las hipótesis terminadas siguen en el haz y compiten con las más largas por Σ log p, que se hace menor con cada palabra: se comparan antes de que la penalización por longitud lo haga justo, y algunas se pierden. Apártalas cuando terminan; solo las vivas se extienden, se ordenan y se recortan.",
        },
      },
      "first-finished": {
        variant: { beamSearch: searching(WAYS["first-finished"]) },
        hint: {
          en: "This is the first hypothesis that was finished, alone. Short sentences finish early, which does not make them the best: search until none lives, then return the best `width` by score.",
          es: "Esta es la primera hipótesis que se terminó, sola. Las frases cortas terminan pronto, y no por eso son las mejores: busca hasta que no quede ninguna viva y devuelve las `width` mejores por puntuación.",
        },
      },
      "no-penalty": {
        variant: { beamSearch: searching(WAYS["no-penalty"]) },
        hint: {
          en: "These scores are Σ log p itself, which every further word makes smaller. Divide it by the length penalty ((5 + L)/6)^alpha (Wu et al. 2016, eq. 14).",
          es: "Estas puntuaciones son la propia Σ log p, que cada palabra más hace menor. Divídela entre la penalización por longitud ((5 + L)/6)^alpha (Wu et al. 2016, ec. 14).",
        },
      },
      "unfinished-lost": {
        variant: { beamSearch: searching(WAYS["unfinished-lost"]) },
        hint: {
          en: "Hypotheses that still live after the last round are missing here. They count as finished: score them with the others.",
          es: "Aquí faltan las hipótesis que siguen vivas después de la última vuelta. Cuentan como terminadas: puntúalas con las demás.",
        },
      },
      unsorted: {
        variant: { beamSearch: searching(WAYS.unsorted) },
        hint: {
          en: "These hypotheses stand in the order in which they were finished. Sort them by score, the best first, before you keep `width` of them.",
          es: "Estas hipótesis están en el orden en que se terminaron. Ordénalas por puntuación, la mejor primero, antes de quedarte con `width`.",
        },
      },
    },

    routes: {
      "the best candidate picked out again and again": {
        beamSearch: searching({
          choose: (candidates, width) => {
            const left = [...candidates];
            const kept: Candidate[] = [];
            while (kept.length < width && left.length > 0) {
              const top = left.reduce((a, b) => (b.sum > a.sum ? b : a));
              left.splice(left.indexOf(top), 1);
              kept.push(top);
            }
            return kept;
          },
        }),
      },
      "all sums in one tensor, topk": {
        beamSearch: searching({
          choose: (candidates, width) => {
            const possible = candidates.filter(({ sum }) => sum > Number.NEGATIVE_INFINITY);
            if (possible.length === 0) return [];
            const sums = tf.tensor1d(possible.map(({ sum }) => sum));
            const { indices } = tf.topk(sums, Math.min(width, possible.length));
            return [...indices.dataSync()].flatMap((at) => possible[at] ?? []);
          },
        }),
      },
      "sums added up anew from the words, a heap of finished ones cut at the end": {
        beamSearch: (step, options) => {
          const { width, alpha, bos, eos, maxLength } = checked(options);
          const logP = (ids: number[]) =>
            ids.reduce((sum, id, at) => sum + (step([bos, ...ids.slice(0, at)])[id] ?? 0), 0);
          let live: number[][] = [[]];
          let found: Hypothesis[] = [];
          const finish = (ids: number[], generated: number) => {
            found.push({ ids: ids.slice(0, generated), score: logP(ids) / ((5 + ids.length) / 6) ** alpha });
            found = found.sort((a, b) => b.score - a.score).slice(0, width);
          };
          for (let round = 1; round <= maxLength; round++) {
            const next = live.flatMap((ids) => step([bos, ...ids]).map((_, id) => [...ids, id]));
            const sums = new Map(next.map((ids) => [ids, logP(ids)]));
            next.sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0));
            const kept = next.filter((ids) => Number.isFinite(sums.get(ids))).slice(0, width);
            for (const ids of kept) if (ids.at(-1) === eos) finish(ids, ids.length - 1);
            live = kept.filter((ids) => ids.at(-1) !== eos);
          }
          for (const ids of live) finish(ids, ids.length);
          return found;
        },
      },
      "what may follow is asked for as soon as a hypothesis is kept, also for the last round": {
        beamSearch: (step, options) => {
          const { width, alpha, bos, eos, maxLength } = checked(options);
          interface Live {
            readonly ids: number[]; // bos included
            readonly sum: number;
            readonly next: number[];
          }
          let live: Live[] = [{ ids: [bos], sum: 0, next: [[bos]].flatMap(step as (ids: number[]) => number[]) }];
          const found: Hypothesis[] = [];
          for (let round = 0; round < maxLength; round++) {
            const kept = live
              .flatMap(({ ids, sum, next }) => next.map((logP, id) => ({ ids: [...ids, id], sum: sum + logP })))
              .filter(({ sum }) => sum > Number.NEGATIVE_INFINITY)
              .sort((a, b) => b.sum - a.sum)
              .slice(0, width);
            for (const { ids, sum } of kept.filter(({ ids }) => ids.at(-1) === eos))
              found.push({ ids: ids.slice(1, -1), score: sum / penalty(ids.length - 1, alpha) });
            live = kept.filter(({ ids }) => ids.at(-1) !== eos).map((one) => ({ ...one, next: step(one.ids) }));
          }
          for (const { ids, sum } of live)
            found.push({ ids: ids.slice(1), score: sum / penalty(ids.length - 1, alpha) });
          return found.sort((a, b) => b.score - a.score).slice(0, width);
        },
      },
      "products of probabilities, by recursion": {
        beamSearch: (step, options) => {
          const { width, alpha, bos, eos, maxLength } = checked(options);
          type Live = { p: number; ids: number[] };
          const search = (live: Live[], rounds: number): Live[] => {
            if (rounds === 0 || live.length === 0) return live;
            const candidates = live.flatMap(({ p, ids }) =>
              step([bos, ...ids]).map((logP, id) => ({ p: p * Math.exp(logP), ids: [...ids, id] })),
            );
            const kept = candidates
              .filter(({ p }) => p > 0)
              .sort((a, b) => b.p - a.p)
              .slice(0, width);
            const open = kept.filter(({ ids }) => !ids.includes(eos));
            return [...kept.filter(({ ids }) => ids.includes(eos)), ...search(open, rounds - 1)];
          };
          return search([{ p: 1, ids: [] }], maxLength)
            .map(({ ids, p }) => ({
              ids: ids.filter((id) => id !== eos),
              score: Math.log(p) * (6 / (5 + ids.length)) ** alpha,
            }))
            .toSorted((a, b) => b.score - a.score)
            .slice(0, width);
        },
      },
    },
  };
});

const USUAL = { bos: 0, eos: 1 };
const OTHER = { bos: 4, eos: 0 };

const beam = (width: number, alpha: number, maxLength: number, ids = USUAL): BeamOptions => ({
  width,
  alpha,
  ...ids,
  maxLength,
});

/** Three sums are equal where two are kept: of the first hypothesis, and of the second with smaller ids. */
const TIES = {
  table: {
    "0": [0, 0, 0.25, 0.25, 0.25, 0.25],
    "0 2": [0, 0, 0.2, 0.2, 0.5, 0.1],
    "0 3": [0, 0, 0.5, 0.5, 0, 0],
    "0 2 4": [0, 0.9, 0.1, 0, 0, 0],
    "0 3 2": [0, 0.7, 0.3, 0, 0, 0],
  },
  otherwise: [0, 0.6, 0.4, 0, 0, 0],
};

/** Fewer words are possible than the beam is wide. */
const IMPOSSIBLE = {
  table: {
    "0": [0, 0, 0.6, 0.4],
    "0 2": [0, 0.2, 0, 0.8],
    "0 3": [0, 0, 0, 0],
    "0 2 3": [0, 0.75, 0.25, 0],
  },
  otherwise: [0, 1, 0, 0],
};

/** A model that may say bos in the middle of a sentence, as a word like any other. */
const BOS_AGAIN = {
  table: {
    "0": [0.5, 0.1, 0.4],
    "0 0": [0.1, 0.2, 0.7],
    "0 2": [0.55, 0.4, 0.05],
    "0 0 2": [0.1, 0.6, 0.3],
    "0 2 0": [0.3, 0.6, 0.1],
  },
  otherwise: [0.2, 0.3, 0.5],
};

const DEAD_END = { table: { "0": [0, 0, 0.7, 0.3] }, otherwise: [0, 0, 0, 0] };

/** The second best first word goes on far better than the best: 3 2 is the likeliest sentence. */
function crafted(random: Random): NextWord {
  const p = random.integer(50, 55) / 100;
  return callable("prefix-table", {
    table: {
      "0": [0, 0.03, p, 0.97 - p],
      "0 2": [0, 0.34, 0.35, 0.31],
      "0 3": [0, 0.06, 0.9, 0.04],
      "0 3 2": [0, 0.94, 0.04, 0.02],
    },
    otherwise: [0, 0.4, 0.35, 0.25],
  });
}

/** Two words and eos, each by the last word alone. Up to three of them no two sentences use the same probabilities. */
function chain(random: Random, options: BeamOptions): [NextWord, BeamOptions] {
  for (;;) {
    const step = callable("markov", {
      probabilities: Array.from({ length: 4 }, () => probabilities(random, 4, USUAL)),
    });
    if (isClear(step, options)) return [step, options];
  }
}

/** Probabilities of their own after every sequence of words, V ids in all; none leads back to bos. */
function tree(random: Random, V: number, options: BeamOptions): [NextWord, BeamOptions] {
  const words = Array.from({ length: V }, (_, id) => id).filter((id) => id !== options.bos && id !== options.eos);
  for (;;) {
    let prefixes = [[options.bos]];
    const table: Record<string, number[]> = {};
    for (let round = 0; round < options.maxLength; round++) {
      for (const prefix of prefixes) table[prefix.join(" ")] = probabilities(random, V, options);
      prefixes = prefixes.flatMap((prefix) => words.map((word) => [...prefix, word]));
    }
    const step = callable("prefix-table", { table, otherwise: probabilities(random, V, options) });
    if (isClear(step, options)) return [step, options];
  }
}

/** A tree on which all mistakes come out otherwise than the reference and than each other. */
function tellingTree(random: Random, V: number, options: BeamOptions): [NextWord, BeamOptions] {
  for (;;) {
    const drawn = tree(random, V, options);
    const found = [{}, ...Object.values(WAYS)].map((way) => searching(way)(...drawn));
    if (found.every((one, i) => found.slice(0, i).every((other) => areApart(one, other)))) return drawn;
  }
}

function areApart(a: Hypothesis[], b: Hypothesis[]): boolean {
  const apart = (x: Hypothesis, y = x) => x.ids.join() !== y.ids.join() || Math.abs(x.score - y.score) > 0.05;
  return a.length !== b.length || a.some((one, place) => apart(one, b[place]));
}

function probabilities(random: Random, V: number, { bos, eos }: { bos: number; eos: number }): number[] {
  const weights = Array.from({ length: V }, (_, id) => {
    const weight = Math.exp((2 * random.integer(-1000, 1000)) / 1000);
    return id === bos ? 0 : id === eos ? 0.8 * weight : weight;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Whether nothing hangs on the last digits: what is kept, and the order of the scores. */
function isClear(step: NextWord, options: BeamOptions): boolean {
  const gaps: number[] = [];
  const found = searching({
    choose: (candidates, width) => {
      const sums = candidates.map(({ sum }) => sum).sort((a, b) => b - a);
      gaps.push((sums[width - 1] ?? 0) - (sums[width] ?? Number.NEGATIVE_INFINITY));
      return best(candidates, width);
    },
  })(step, options);
  gaps.push(...found.slice(1).map(({ score }, place) => (found[place]?.score ?? 0) - score));
  return gaps.every((gap) => gap > 1e-4);
}

interface Candidate {
  readonly ids: readonly number[]; // generated, eos included
  readonly sum: number;
  /** Which of the live hypotheses it extends. */
  readonly parent: number;
}

/** How a search goes, where it does not go right. */
interface Way {
  /** What a word adds. */
  readonly gain?: (logP: number) => number;
  readonly choose?: (candidates: readonly Candidate[], width: number, round: number) => Candidate[];
  /** What becomes of the sum in every round. */
  readonly every?: (sum: number, length: number, alpha: number) => number;
  /** Whether what is finished competes with what lives. */
  readonly competes?: boolean;
  readonly ends?: (id: number | undefined, eos: number) => boolean;
  readonly score?: (sum: number, words: number, eos: number, alpha: number) => number;
  readonly returns?: (finished: readonly Candidate[], live: readonly Candidate[]) => readonly Candidate[];
  readonly sorted?: boolean;
}

function searching({
  gain = (logP) => logP,
  choose = best,
  every = (sum) => sum,
  competes = false,
  ends = (id, eos) => id === eos,
  score = (sum, words, eos, alpha) => sum / penalty(words + eos, alpha),
  returns = (finished, live) => [...finished, ...live],
  sorted = true,
}: Way): typeof beamSearch {
  return (step, options) => {
    const { width, alpha, bos, eos, maxLength } = checked(options);
    let live: Candidate[] = [START];
    const finished: Candidate[] = [];
    for (let round = 0; round < maxLength && live.length > 0; round++) {
      const candidates = live.flatMap(({ ids, sum }, parent) =>
        step([bos, ...ids]).flatMap((logP, id) =>
          logP > Number.NEGATIVE_INFINITY
            ? [{ ids: [...ids, id], sum: every(sum + gain(logP), ids.length + 1, alpha), parent }]
            : [],
        ),
      );
      const kept = choose(competes ? [...finished.splice(0), ...candidates] : candidates, width, round);
      finished.push(...kept.filter(({ ids }) => ends(ids.at(-1), eos)));
      live = kept.filter(({ ids }) => !ends(ids.at(-1), eos));
    }
    const found = returns(finished, live).map(({ ids, sum }) => {
      const words = ids.filter((id) => id !== eos);
      return { ids: words, score: score(sum, words.length, ids.length - words.length, alpha) };
    });
    return (sorted ? found.sort((a, b) => b.score - a.score) : found).slice(0, width);
  };
}

const START: Candidate = { ids: [], sum: 0, parent: 0 };

const penalty = (length: number, alpha: number): number => ((5 + length) / 6) ** alpha;

/** The first `width` by their sums; of equal ones those that come first. */
function best(candidates: readonly Candidate[], width: number): Candidate[] {
  return [...candidates].sort((a, b) => b.sum - a.sum).slice(0, width);
}

function checked(options: BeamOptions): BeamOptions {
  if (options.width < 1) throw new RangeError("width");
  return options;
}

/** Always the likeliest word. */
function greedy(step: NextWord, { bos, eos, maxLength }: BeamOptions): number[] {
  const ids: number[] = [];
  while (ids.length < maxLength) {
    const row = step([bos, ...ids]);
    const next = row.indexOf(Math.max(...row));
    if (next === eos) break;
    ids.push(next);
  }
  return ids;
}

/** Every sentence that is possible, the best first. */
function everySentence(step: NextWord, options: BeamOptions): Hypothesis[] {
  const { bos, eos, maxLength } = options;
  const from = (ids: number[]): number[][] => {
    if (ids.length === maxLength) return [ids];
    return step([bos, ...ids]).flatMap((logP, id) => {
      if (logP === Number.NEGATIVE_INFINITY) return [];
      return id === eos ? [ids] : from([...ids, id]);
    });
  };
  return from([])
    .map((ids) => ({ ids, score: scoreOf(step, ids, options) }))
    .sort((a, b) => b.score - a.score);
}

/** The score of a sentence by its words alone; one that is not as long as can be ended in eos. */
function scoreOf(step: NextWord, ids: readonly number[], { bos, eos, maxLength, alpha }: BeamOptions): number {
  const generated = ids.length < maxLength ? [...ids, eos] : ids;
  const sum = generated.reduce((total, id, at) => total + (step([bos, ...generated.slice(0, at)])[id] ?? 0), 0);
  return sum / penalty(generated.length, alpha);
}

const list = (ids: readonly number[]): string => `[${ids.join(", ")}]`;

/** Fails unless a hypothesis has these words. `source` is where they come from. */
function expectIds(got: Hypothesis | undefined, due: readonly number[], source: Text): void {
  const ids = got?.ids ?? [];
  expectThat(ids.join() === due.join(), {
    en: `got the sentence ${list(ids)}, expected ${list(due)}, as ${source.en} gives`,
    es: `salió la frase ${list(ids)}; se esperaba ${list(due)}, como al ${source.es}`,
  });
}

function expectLivePrefixes(calls: readonly SeenCall[], [, { bos, eos }]: Parameters<typeof beamSearch>): void {
  for (const { args } of calls) {
    const prefix = Array.isArray(args[0]) ? args[0] : [args[0]];
    expectThat(prefix[0] === bos, {
      en: `step was given ${list(prefix)}, expected a list of ids that begins with bos = ${bos}`,
      es: `step recibió ${list(prefix)}; se esperaba una lista de ids que empieza con bos = ${bos}`,
    });
    expectThat(!prefix.includes(eos), {
      en: `step was given ${list(prefix)}, which has eos = ${eos} in it: a finished hypothesis is not extended`,
      es: `step recibió ${list(prefix)}, que contiene eos = ${eos}: una hipótesis terminada no se extiende`,
    });
  }
}
