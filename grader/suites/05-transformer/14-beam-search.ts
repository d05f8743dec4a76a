import * as tf from "@tensorflow/tfjs";
import {
  callable,
  close,
  EXACT,
  expectThat,
  holds,
  op,
  type Random,
  type SeenCall,
  suite,
  together,
} from "#grader/suite/index.js";
import { randomOf } from "#grader/suite/random.js";
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
  "stops-at-width": { enough: true },
  "live-beside-finished": {
    choose: (candidates, width, _, eos) => {
      const sorted = best(candidates, candidates.length);
      const last = sorted.filter(({ ids }) => ids.at(-1) !== eos)[width - 1];
      return last === undefined ? sorted : sorted.slice(0, sorted.indexOf(last) + 1);
    },
  },
  "first-finished": { returns: (finished, live) => [...finished, ...live].slice(0, 1) },
  "no-penalty": { score: (sum) => sum },
  "unfinished-lost": { returns: (finished) => finished },
  unsorted: { sorted: false },
} as const satisfies Record<string, Way>;

export const beamSearchSuite = suite("5.14", { beamSearch })(({ agrees, callsHold, law, refuses }) => {
  const steps = {
    en: "step is given prefixes that begin with bos and hold no eos",
    es: "step recibe prefijos que empiezan con bos y no contienen eos",
  };

  return {
    cases: (random) => ({
      beamSearch: {
        plain: tree("plain", random, 5, beam(4, 0, 5)),
        wide: tree("wide", random, 6, beam(7, 0, 4)),
        otherIds: tree("other ids", random, 5, beam(3, 0, 4, OTHER)),
        cutShort: tree("cut short", random, 6, beam(3, 0, 2)),
        usual: tree("usual", random, 5, beam(4, 0.6, 5), tellsAll),
        strictPenalty: tree("strict penalty", random, 5, beam(3, 1.5, 4)),
        patient: [patient(random), beam(2, 2, 9)],
        ties: [callable("prefix-table", TIES), beam(2, 0, 4)],
        tiesWithEos: [callable("prefix-table", TIES_WITH_EOS), beam(2, 0, 3, EOS_AMID)],
        equalScores: [callable("prefix-table", EQUAL_SCORES), beam(3, 0, 3)],
        sameRound: [callable("prefix-table", SAME_ROUND), beam(3, 0, 3, EOS_AMID)],
        greedyEnded: tree("greedy, ended", random, 6, beam(1, 0, 5), saysWords(3)),
        greedyCut: tree("greedy, cut", random, 6, beam(1, 0, 3), saysWords(3)),
        chain: chain(beam(27, 0, 3)),
        crafted: [crafted(random), beam(2, 0, 4)],
        craftedGreedy: [crafted(random), beam(1, 0, 4)],
        impossible: [callable("prefix-table", IMPOSSIBLE), beam(4, 0, 4)],
        deadEnd: [callable("prefix-table", DEAD_END), beam(2, 0, 4)],
        bosAgain: [callable("prefix-table", BOS_AGAIN), beam(3, 0, 3)],
        noRounds: [callable("prefix-table", TIES), beam(3, 0, 0)],
        noBeam: [callable("prefix-table", TIES), beam(0, 0.6, 3)],
        halfABeam: [callable("prefix-table", TIES), beam(0.5, 0.6, 3)],
        negative: [callable("prefix-table", TIES), beam(-2, 0.6, 3)],
      },
    }),

    checks: [
      agrees(
        {
          en: "agrees with the reference without a length penalty, in words, scores and their order",
          es: "coincide con la referencia sin penalización por longitud, en palabras, puntuaciones y orden",
        },
        4,
        "beamSearch",
        ["plain", "wide", "otherIds", "cutShort"],
      ),
      agrees(
        {
          en: "agrees with the reference with a length penalty",
          es: "coincide con la referencia con penalización por longitud",
        },
        4,
        "beamSearch",
        ["usual", "strictPenalty", "patient"],
      ),
      agrees(
        {
          en: "of equal sums the earlier hypothesis goes first, then the smaller id",
          es: "con sumas iguales va primero la hipótesis anterior y después el id menor",
        },
        1,
        "beamSearch",
        ["ties", "tiesWithEos"],
      ),
      agrees(
        {
          en: "of equal scores, what was finished earlier goes first",
          es: "con puntuaciones iguales va primero lo que se terminó antes",
        },
        1,
        "beamSearch",
        ["equalScores", "sameRound"],
      ),
      agrees(
        {
          en: "agrees with the reference at width 1, which is greedy decoding",
          es: "coincide con la referencia con ancho 1, que es la decodificación voraz",
        },
        2,
        "beamSearch",
        ["greedyEnded", "greedyCut"],
      ),
      agrees(
        {
          en: "agrees with the reference where all sentences fit into the beam: exhaustive search",
          es: "coincide con la referencia donde todas las frases caben en el haz: búsqueda exhaustiva",
        },
        2,
        "beamSearch",
        ["chain"],
      ),
      agrees(
        {
          en: "finds with width 2, and not with width 1, the sentence whose first word is only second best",
          es: "encuentra con ancho 2, y no con ancho 1, la frase cuya primera palabra es apenas la segunda mejor",
        },
        1,
        "beamSearch",
        ["crafted", "craftedGreedy"],
      ),
      together(
        callsHold(steps, 2, "beamSearch", ["usual", "otherIds", "wide"], expectLivePrefixes),
        // Something must come of it.
        law(steps, 2, "beamSearch", "crafted", (ask, [step, options]) => {
          const ids = [step, callable("prefix-table", TIES)].map((one) =>
            op.pluck(ask.beamSearch(one, options), "ids"),
          );
          return [
            holds(op.logicalNot(op.same(ids[0], ids[1])), {
              en: "two models that say different words got the same answer",
              es: "dos modelos que dicen palabras distintas recibieron la misma respuesta",
            }),
          ];
        }),
      ),
      law(
        {
          en: "scores descend, and squared probabilities give the same sentences with twice the score",
          es: "las puntuaciones descienden, y con las probabilidades al cuadrado salen las mismas frases con el doble de puntuación",
        },
        1,
        "beamSearch",
        "crafted",
        (ask, _, random) => {
          const { table, options } = drawn("scores", 5, beam(4, 0.6, 4));
          const named = renamed(table, options, random);
          const found = ask.beamSearch(stepOf(named), options);
          const squared = ask.beamSearch(stepOf(raised(named, 2)), options);
          const scores = op.mul(op.pluck(found, "score"), 1);
          return [
            holds(op.less(scores, 0), {
              en: "a score is not below 0: the logarithm of a probability is",
              es: "una puntuación no es menor que 0: el logaritmo de una probabilidad lo es",
            }),
            close(
              op.reverse(scores),
              op.mul(op.sorted(op.pluck(found, "score")), 1),
              { en: "the scores, from the last to the first", es: "las puntuaciones, de la última a la primera" },
              EXACT,
            ),
            close(
              op.pluck(squared, "ids"),
              op.pluck(found, "ids"),
              { en: "the sentences for squared probabilities", es: "las frases con las probabilidades al cuadrado" },
              EXACT,
            ),
            close(op.mul(op.pluck(squared, "score"), 1), op.mul(scores, 2), {
              en: "the scores for squared probabilities, against twice the others",
              es: "las puntuaciones con las probabilidades al cuadrado, frente al doble de las otras",
            }),
          ];
        },
      ),
      agrees(
        {
          en: "never keeps what is impossible, may say bos again, or nothing",
          es: "nunca conserva lo imposible, puede repetir bos o no decir nada",
        },
        1,
        "beamSearch",
        ["impossible", "deadEnd", "bosAgain", "noRounds"],
      ),
      refuses({ en: "refuses a width below 1", es: "rechaza un ancho menor que 1" }, 1, "beamSearch", [
        "noBeam",
        "halfABeam",
        "negative",
      ]),
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
      "stops-at-width": {
        variant: { beamSearch: searching(WAYS["stops-at-width"]) },
        hint: {
          en: "This is what comes out when the search ends as soon as `width` hypotheses are finished. Those that still live may get better scores, long ones above all: go on until none lives, or maxLength is reached.",
          es: "Esto es lo que sale cuando la búsqueda termina en cuanto hay `width` hipótesis terminadas. Las que siguen vivas pueden llegar a una puntuación mejor, sobre todo las largas: sigue hasta que no quede ninguna viva o se llegue a maxLength.",
        },
      },
      "live-beside-finished": {
        variant: { beamSearch: searching(WAYS["live-beside-finished"]) },
        hint: {
          en: "This is what comes out when `width` hypotheses live on beside those that finish. A candidate that ends in eos takes one of the `width` places of its round, and there are fewer to go on.",
          es: "Esto es lo que sale cuando `width` hipótesis siguen vivas además de las que terminan. Una candidata que termina en eos ocupa uno de los `width` lugares de su vuelta, y quedan menos para seguir.",
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
const EOS_AMID = { bos: 0, eos: 2 };

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

/**
 * Six sums are equal where two are kept, of two hypotheses the earlier of which has the larger ids; eos stands between the
 * words.
 */
const TIES_WITH_EOS = {
  table: {
    "0": [0, 0.25, 0, 0.5, 0.25],
    "0 3": [0, 0.25, 0.25, 0.25, 0.25],
    "0 1": [0, 0.5, 0.5, 0, 0],
  },
  otherwise: [0, 0, 1, 0, 0],
};

/** Two sentences of one probability that are finished in one round, the likelier beginning with the larger id. */
const SAME_ROUND = {
  table: {
    "0": [0, 0.25, 0, 0.5, 0.25],
    "0 3": [0, 0, 0.5, 0.25, 0.25],
    "0 1": [0, 0, 1, 0, 0],
    "0 4": [0, 1, 0, 0, 0],
  },
  otherwise: [0, 0, 1, 0, 0],
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

/**
 * Three sentences of one probability, of which the first to be finished begins with the largest id, and the last is never
 * finished. No length counts, and p = 1 adds exactly 0.
 */
const EQUAL_SCORES = {
  table: {
    "0": [0, 0, 0.25, 0.25, 0.25, 0.25],
    "0 4": [0, 1, 0, 0, 0, 0],
    "0 3": [0, 0, 1, 0, 0, 0],
    "0 2": [0, 0, 0, 1, 0, 0],
    "0 3 2": [0, 1, 0, 0, 0, 0],
    "0 2 3": [0, 0, 0, 0, 1, 0],
  },
  otherwise: [0, 0, 0, 0, 0, 0],
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

/** Goes on far more readily than it ends: in each round one sentence is finished, and each is better than all before it. */
function patient(random: Random): NextWord {
  const p = random.integer(6, 12) / 100;
  return callable("prefix-table", { table: {}, otherwise: [0, p, 0, 1 - p] });
}

/** Two words and eos, each by the last word alone. Up to three of them no two sentences use the same probabilities. */
function chain(options: BeamOptions): [NextWord, BeamOptions] {
  const random = randomOf(1, "5.14 chain"); // what is found is the same with every seed
  for (;;) {
    const step = callable("markov", {
      probabilities: Array.from({ length: 4 }, () => probabilities(random, 4, USUAL)),
    });
    if (isClear(step, options)) return [step, options];
  }
}

/** Probabilities by prefix: `"0 2 1"`. */
interface Table {
  readonly table: Readonly<Record<string, readonly number[]>>;
  readonly otherwise: readonly number[];
}

const stepOf = (table: Table): NextWord => callable("prefix-table", table);

/**
 * Probabilities of their own after every sequence of words; none leads back to bos. What a search finds in it, right or
 * wrong, is the same with every seed: only the words have other ids.
 */
function tree(
  label: string,
  random: Random,
  V: number,
  options: BeamOptions,
  tells: (step: NextWord, options: BeamOptions) => boolean = () => true,
): [NextWord, BeamOptions] {
  return [stepOf(renamed(drawn(label, V, options, tells).table, options, random)), options];
}

const trees = new Map<string, { readonly table: Table; readonly options: BeamOptions }>();

/** The same for a label whatever the seed is; drawn once. */
function drawn(
  label: string,
  V: number,
  options: BeamOptions,
  tells: (step: NextWord, options: BeamOptions) => boolean = () => true,
): { readonly table: Table; readonly options: BeamOptions } {
  const known = trees.get(label);
  if (known !== undefined) return known;
  const random = randomOf(1, `5.14 ${label}`);
  const words = Array.from({ length: V }, (_, id) => id).filter((id) => id !== options.bos && id !== options.eos);
  for (;;) {
    let prefixes = [[options.bos]];
    const table: Record<string, number[]> = {};
    for (let round = 0; round < options.maxLength; round++) {
      for (const prefix of prefixes) table[prefix.join(" ")] = probabilities(random, V, options);
      prefixes = prefixes.flatMap((prefix) => words.map((word) => [...prefix, word]));
    }
    const found = { table: { table, otherwise: probabilities(random, V, options) }, options };
    const step = stepOf(found.table);
    if (!isClear(step, options) || !tells(step, options)) continue;
    trees.set(label, found);
    return found;
  }
}

/** The same tree with other ids for its words; bos and eos keep theirs. */
function renamed({ table, otherwise }: Table, { bos, eos }: BeamOptions, random: Random): Table {
  const words = otherwise.map((_, id) => id).filter((id) => id !== bos && id !== eos);
  const order = random.permutation(words.length);
  const nameOf = (id: number): number => words[order[words.indexOf(id)] ?? -1] ?? id;
  const row = (from: readonly number[]) => {
    const to = [...from];
    for (const [id, p] of from.entries()) to[nameOf(id)] = p;
    return to;
  };
  const entries = Object.entries(table).map(
    ([prefix, from]) =>
      [
        prefix
          .split(" ")
          .map((id) => nameOf(Number(id)))
          .join(" "),
        row(from),
      ] as const,
  );
  return { table: Object.fromEntries(entries), otherwise: row(otherwise) };
}

/** Each probability to a power. */
function raised({ table, otherwise }: Table, power: number): Table {
  const row = (from: readonly number[]) => from.map((p) => p ** power);
  const entries = Object.entries(table).map(([prefix, from]) => [prefix, row(from)] as const);
  return { table: Object.fromEntries(entries), otherwise: row(otherwise) };
}

/** Whether all mistakes come out otherwise than the reference and than each other. */
function tellsAll(step: NextWord, options: BeamOptions): boolean {
  const found = [{}, ...Object.values(WAYS)].map((way) => searching(way)(step, options));
  return found.every((one, i) => found.slice(0, i).every((other) => areApart(one, other)));
}

/** Whether greedy decoding says so many words. */
const saysWords = (count: number) => (step: NextWord, options: BeamOptions) =>
  searching({})(step, options)[0]?.ids.length === count;

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
  readonly choose?: (candidates: readonly Candidate[], width: number, round: number, eos: number) => Candidate[];
  /** What becomes of the sum in every round. */
  readonly every?: (sum: number, length: number, alpha: number) => number;
  /** Whether what is finished competes with what lives. */
  readonly competes?: boolean;
  /** Whether it stops as soon as `width` hypotheses are finished. */
  readonly enough?: boolean;
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
  enough = false,
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
      if (enough && finished.length >= width) break;
      const candidates = live.flatMap(({ ids, sum }, parent) =>
        step([bos, ...ids]).flatMap((logP, id) =>
          logP > Number.NEGATIVE_INFINITY
            ? [{ ids: [...ids, id], sum: every(sum + gain(logP), ids.length + 1, alpha), parent }]
            : [],
        ),
      );
      const kept = choose(competes ? [...finished.splice(0), ...candidates] : candidates, width, round, eos);
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

const list = (ids: readonly number[]): string => `[${ids.join(", ")}]`;

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
