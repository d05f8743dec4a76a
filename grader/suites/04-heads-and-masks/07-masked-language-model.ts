import * as tf from "@tensorflow/tfjs";
import { close, EXACT, EXTREME, holds, op, type Random, suite, together } from "#grader/suite/index.js";
import { maskedLoss, maskTokens } from "#reference";
import type { MaskedTokens, MaskingOptions } from "../../../exercises/types.js";

type Draws = [number, number, number][];

const OPTIONS: MaskingOptions = { mask: 4, vocabularySize: 13, specials: [0, 1, 4], rate: 0.5 };
/** Most of the rest are special here, and not in order. */
const MANY: MaskingOptions = { mask: 2, vocabularySize: 9, specials: [8, 2, 5, 0], rate: 0.7 };

/** Draws at the edges of the intervals: the lower one belongs to each. */
const EDGES: Draws = [
  [0.5, 0.1, 0.5],
  [0.499, 0.8, 0],
  [0, 0.9, 0.5],
  [0.49, 0.7999, 0.3],
  [0.2, 0.8999, 0.9999],
  [0.9999, 0.85, 0.2],
];

/** The same for the rate that is taken when none is given, and for rates of 0 and 1. */
const RATE_EDGES: Draws = [
  [0.15, 0.1, 0.5],
  [0.1499, 0.1, 0.5],
  [0, 0.95, 0.3],
  [0.9999, 0.95, 0.2],
];

const WORD_ZERO: MaskingOptions = { mask: 3, vocabularySize: 7, specials: [5, 3], rate: 0.5 };
/** Of its 5 words u3 takes the first, the last, and one that begins at u3. */
const WORD_ZERO_DRAWS: Draws = [
  [0.1, 0.1, 0.5],
  [0.2, 0.85, 0],
  [0.3, 0.95, 0],
  [0.4, 0.82, 0.9999],
  [0.1, 0.87, 0.2],
  [0.2, 0.3, 0.5],
];
const MASK_ZERO: MaskingOptions = { mask: 0, vocabularySize: 6, specials: [0], rate: 0.5 };

const MASKED = ["usual", "manySpecials", "edges", "wordZero", "maskZero", "empty"];

export const maskedLanguageModelSuite = suite("4.7", { maskTokens, maskedLoss })(({ agrees, law, refuses }) => ({
  cases: (random) => {
    const ids = sentence(random, 24, OPTIONS);
    return {
      maskTokens: {
        usual: [ids, spreadDraws(random, 24, 0.5), OPTIONS],
        manySpecials: [sentence(random, 24, MANY), spreadDraws(random, 24, 0.7), MANY],
        edges: [[7, 7, 7, 7, 7, 6], EDGES, OPTIONS],
        // Word 0 hidden, in the place of another, and kept.
        wordZero: [[0, 2, 0, 6, 0, 5], WORD_ZERO_DRAWS, WORD_ZERO],
        maskZero: [[1, 2, 3, 0, 5], [0.1, 0.85, 0.95, 0.1, 0.79].map((u2) => [0.2, u2, 0.5]), MASK_ZERO],
        empty: [[], [], OPTIONS],
        noRate: [[7, 8, 9, 10], RATE_EDGES, { mask: 4, vocabularySize: 13, specials: [0, 1, 4] }],
        rateZero: [[7, 8, 9, 10], RATE_EDGES, { ...OPTIONS, rate: 0 }],
        rateOne: [[7, 8, 9, 10], RATE_EDGES, { ...OPTIONS, rate: 1 }],
        fewDraws: [ids, spreadDraws(random, 23, 0.5), OPTIONS],
        manyDraws: [[5, 6], spreadDraws(random, 3, 0.5), OPTIONS],
        noDraws: [[5, 6, 7], [], OPTIONS],
        noIds: [[], spreadDraws(random, 1, 0.5), OPTIONS],
      },
      maskedLoss: {
        distinct: [random.normal([2, 5, 11], 2), targets(random, ["10110", "01001"], 11, -100)],
        square: [random.normal([4, 4, 4], 2), targets(random, ["1000", "0110", "1111", "0000"], 4, -100)],
        // A word of the vocabulary may be the one that is left out.
        ignoredWord: [random.normal([2, 5, 6], 2), targets(random, ["10110", "11001"], 6, 0), 0],
        otherIgnore: [random.normal([3, 4, 7], 2), targets(random, ["1011", "0100", "1100"], 7, -1), -1],
        everywhere: [random.normal([1, 3, 5], 2), targets(random, ["111"], 5, -100)],
        oneCounts: [random.normal([2, 3, 5], 2), targets(random, ["010", "000"], 5, -100)],
        nothing: [random.normal([2, 3, 5]), targets(random, ["000", "000"], 5, -100)],
        extreme: [far(random), FAR_TARGETS()],
      },
    };
  },

  checks: [
    agrees(
      {
        en: "maskTokens agrees with the reference on what the model reads",
        es: "maskTokens coincide con la referencia en lo que lee el modelo",
      },
      2,
      "maskTokens",
      MASKED,
      EXACT,
      "input",
    ),
    agrees(
      {
        en: "maskTokens agrees with the reference on what is asked",
        es: "maskTokens coincide con la referencia en lo que se pregunta",
      },
      2,
      "maskTokens",
      MASKED,
      EXACT,
      "target",
    ),
    agrees(
      {
        en: "the rate is 0.15 where none is given, and may be 0 or 1",
        es: "rate es 0.15 cuando no se da, y puede ser 0 o 1",
      },
      1,
      "maskTokens",
      ["noRate", "rateZero", "rateOne"],
      EXACT,
    ),
    law(
      {
        en: "of 100 words 15 are asked: of these 12 become [MASK], 1.5 another word, 1.5 stay",
        es: "de 100 palabras se preguntan 15: de ellas 12 se vuelven [MASK], 1.5 otra palabra, y 1.5 se quedan",
      },
      1,
      "maskTokens",
      "usual",
      (ask, _, random) => {
        const { ids, draws } = evenly(random, 400, 0.15, OPTIONS);
        const answer = ask.maskTokens(ids, draws, { ...OPTIONS, rate: 0.15 });
        const [input, target] = [op.tensor(answer.input), op.tensor(answer.target)];
        const hidden = op.equal(input, OPTIONS.mask);
        return [
          close(op.sum(op.notEqual(target, -100)), 60, {
            en: "how many of 400 words are asked",
            es: "cuántas de 400 palabras se preguntan",
          }),
          close(op.sum(hidden), 48, {
            en: "how many of 400 words become [MASK]",
            es: "cuántas de 400 palabras se vuelven [MASK]",
          }),
          close(op.sum(op.logicalAnd(op.notEqual(input, tf.tensor(ids)), op.logicalNot(hidden))), 6, {
            en: "how many of 400 words become another",
            es: "cuántas de 400 palabras se vuelven otra",
          }),
        ];
      },
    ),
    law(
      {
        en: "what is asked is the word that stood there, nothing else is changed, and specials stay",
        es: "lo que se pregunta es la palabra que estaba ahí, nada más cambia, y los especiales se quedan",
      },
      1,
      "maskTokens",
      "usual",
      (ask, [ids, draws, options]) => {
        const answer = ask.maskTokens(ids, draws, options);
        const [input, target] = [op.tensor(answer.input), op.tensor(answer.target)];
        const own = tf.tensor(ids);
        const special = tf.tensor(ids.map((id) => options.specials.includes(id)));
        const open = op.equal(target, -100);
        return [
          holds(op.logicalOr(open, op.equal(target, own)), {
            en: "some target is neither the id of its position nor −100",
            es: "algún objetivo no es ni el id de su posición ni −100",
          }),
          holds(op.logicalOr(op.logicalNot(open), op.equal(input, own)), {
            en: "some id is changed although nothing is asked there",
            es: "algún id cambia aunque ahí no se pregunta nada",
          }),
          holds(op.logicalOr(op.logicalNot(special), op.logicalAnd(open, op.equal(input, own))), {
            en: "some special is changed or asked",
            es: "algún especial cambia o se pregunta",
          }),
        ];
      },
    ),
    refuses(
      {
        en: "draws that are not as many as the ids are refused",
        es: "se rechazan sorteos que no son tantos como los ids",
      },
      1,
      "maskTokens",
      ["fewDraws", "manyDraws", "noDraws", "noIds"],
    ),
    agrees(
      {
        en: "maskedLoss agrees with the reference, whether one position counts or all",
        es: "maskedLoss coincide con la referencia, cuente una sola posición o cuenten todas",
      },
      2,
      "maskedLoss",
      ["distinct", "square", "everywhere", "oneCounts"],
    ),
    agrees(
      {
        en: "any number may stand for positions that do not count, a word of the vocabulary as well",
        es: "cualquier número puede marcar las posiciones que no cuentan, también una palabra del vocabulario",
      },
      1,
      "maskedLoss",
      ["otherIgnore", "ignoredWord"],
    ),
    together(
      agrees(
        {
          en: "maskedLoss is 0 where nothing is to be predicted, and finite at logits of ±1000",
          es: "maskedLoss vale 0 si no hay nada que predecir, y es finita con logits de ±1000",
        },
        2,
        "maskedLoss",
        ["nothing"],
      ),
      agrees({ en: "extreme", es: "extremo" }, 0, "maskedLoss", ["extreme"], EXTREME),
    ),
    law(
      {
        en: "the logits of positions that are not to be predicted make no difference",
        es: "los logits de las posiciones que no se predicen no influyen",
      },
      2,
      "maskedLoss",
      "distinct",
      (ask, [logits, target], random) => {
        const counts = target.notEqual(-100).expandDims(2); // [B, T, 1]
        const changed = tf.where(counts, logits, random.normal(logits.shape, 5)); // [B, T, V]
        return [
          close(ask.maskedLoss(changed, target), ask.maskedLoss(logits, target), {
            en: "the loss with other logits where the target is −100",
            es: "la pérdida con otros logits donde el objetivo es −100",
          }),
        ];
      },
    ),
  ],

  mistakes: {
    "no-selection": {
      variant: { maskTokens: masking({ selects: () => true }) },
      hint: {
        en: "This is what comes out when every word is masked, changed or kept to be predicted: u1 was not looked at. Select a position only when u1 < rate (Devlin et al. 2018, §3.1).",
        es: "Esto es lo que sale cuando todas las palabras se enmascaran, cambian o se predicen: no se miró u1. Selecciona una posición solo si u1 < rate (Devlin et al. 2018, §3.1).",
      },
    },
    "default-forgotten": {
      variant: {
        maskTokens: (ids, draws, options) =>
          masking({ selects: (u1) => options.rate !== undefined && u1 < options.rate })(ids, draws, options),
      },
      hint: {
        en: "Without a rate nothing is selected here. It is optional: take 0.15 when options has none (Devlin et al. 2018, §3.1).",
        es: "Aquí, sin rate, no se selecciona nada. Es opcional: toma 0.15 cuando options no lo trae (Devlin et al. 2018, §3.1).",
      },
    },
    "kept-not-predicted": {
      variant: { maskTokens: masking({ predicts: (u2) => u2 < 0.9 }) },
      hint: {
        en: "Words that were selected and then kept are not predicted here. They are what teaches the model that a word it sees may be right: their target is the id, as for the others (Devlin et al. 2018, §3.1).",
        es: "Aquí no se predicen las palabras que se seleccionaron y se dejaron igual. Ellas le enseñan al modelo que una palabra que ve puede ser la correcta: su objetivo es el id, como en las demás (Devlin et al. 2018, §3.1).",
      },
    },
    "specials-masked": {
      variant: { maskTokens: masking({ protects: () => false }) },
      hint: {
        en: "Special ids are selected here too. [CLS], [SEP], padding and [MASK] itself carry no word to guess: leave every id in specials as it is.",
        es: "Aquí también se seleccionan ids especiales. [CLS], [SEP], el relleno y el propio [MASK] no llevan una palabra que adivinar: deja como está todo id que esté en specials.",
      },
    },
    "specials-as-random": {
      variant: { maskTokens: masking({ words: ({ vocabularySize }) => upTo(vocabularySize) }) },
      hint: {
        en: "The other word is drawn from the whole vocabulary here, specials included. Draw from the ids that are no specials: the one at place floor(u3·c) of them.",
        es: "Aquí la otra palabra se sortea de todo el vocabulario, con los especiales. Sortea entre los ids que no son especiales: el que está en el lugar floor(u3·c).",
      },
    },
    "always-mask": {
      variant: { maskTokens: masking({ becomes: () => "mask" }) },
      hint: {
        en: "Every selected word becomes [MASK] here. Only 8 of 10 do: for u2 from 0.8 to 0.9 another word comes in its place, and from 0.9 on it stays (Devlin et al. 2018, §3.1).",
        es: "Aquí toda palabra seleccionada se vuelve [MASK]. Solo 8 de cada 10: con u2 de 0.8 a 0.9 entra otra palabra en su lugar, y desde 0.9 se queda igual (Devlin et al. 2018, §3.1).",
      },
    },
    "loss-everywhere": {
      variant: {
        maskedLoss: (logits, target, ignore = -100) => {
          const words = tf.where(target.notEqual(ignore), target, tf.zerosLike(target));
          return lossOf(logits, words).mean();
        },
      },
      hint: {
        en: "Positions that are not to be predicted count here as well, as if word 0 were right for them. Leave out every position whose target is `ignore`.",
        es: "Aquí también cuentan las posiciones que no se predicen, como si la palabra 0 fuera la correcta. Deja fuera toda posición cuyo objetivo sea `ignore`.",
      },
    },
    "ignore-hard-coded": {
      variant: { maskedLoss: (logits, target) => maskedLoss(logits, target) },
      hint: {
        en: "This is what comes out when −100 stands in the code in place of `ignore`. Which target does not count is an argument.",
        es: "Esto es lo que sale cuando en el código está −100 en lugar de `ignore`. Qué objetivo no cuenta es un argumento.",
      },
    },
    "relies-on-zero-rows": {
      variant: {
        maskedLoss: (logits, target, ignore = -100) =>
          lossOf(logits, target).sum().div(target.notEqual(ignore).sum().maximum(1)),
      },
      hint: {
        en: "Positions that do not count are left out here only because their id is outside of the vocabulary, where tf.oneHot gives zeros. `ignore` may be a word: multiply the losses with the mask of what counts.",
        es: "Aquí las posiciones que no cuentan quedan fuera solo porque su id está fuera del vocabulario, donde tf.oneHot da ceros. `ignore` puede ser una palabra: multiplica las pérdidas por la máscara de lo que cuenta.",
      },
    },
    "divided-by-all-positions": {
      variant: {
        maskedLoss: (logits, target, ignore = -100) =>
          lossOf(logits, target).mul(target.notEqual(ignore).cast("float32")).mean(),
      },
      hint: {
        en: "The sum is divided by the number of all positions here: the fewer are masked, the smaller the loss. Divide by the number of positions that count.",
        es: "Aquí la suma se divide entre el número de todas las posiciones: cuantas menos se enmascaran, menor la pérdida. Divide entre el número de posiciones que cuentan.",
      },
    },
    "nan-when-nothing": {
      variant: {
        maskedLoss: (logits, target, ignore = -100) => {
          const counts = target.notEqual(ignore).cast("float32");
          return lossOf(logits, target).mul(counts).sum().div(counts.sum());
        },
      },
      hint: {
        en: "Where no position is to be predicted, this divides 0 by 0. Such a batch has a loss of 0: divide by at least 1.",
        es: "Si no hay ninguna posición que predecir, esto divide 0 entre 0. La pérdida de un lote así es 0: divide entre 1 como mínimo.",
      },
    },
  },

  routes: {
    "position by position": { maskTokens: masking({}) },
    "with map and filter": {
      maskTokens: (ids, draws, { mask, vocabularySize, specials, rate = 0.15 }) => {
        if (draws.length !== ids.length) throw new RangeError("not as many draws as ids");
        const words = upTo(vocabularySize).filter((id) => !specials.includes(id));
        const chosen = ids.map((id, i) => !specials.includes(id) && (draws[i]?.[0] ?? 1) < rate);
        return {
          input: ids.map((id, i) => {
            const [, u2 = 1, u3 = 0] = draws[i] ?? [];
            if (!chosen[i] || u2 >= 0.9) return id;
            return u2 < 0.8 ? mask : (words[Math.floor(u3 * words.length)] ?? id);
          }),
          target: ids.map((id, i) => (chosen[i] ? id : -100)),
        };
      },
    },
    "the positions that count, gathered; tidied": {
      maskedLoss: (logits, target, ignore = -100) =>
        tf.tidy(() => {
          const [, , V = 0] = logits.shape;
          const words = Array.from(target.dataSync());
          const places = words.flatMap((word, i) => (word === ignore ? [] : [i]));
          if (places.length === 0) return tf.scalar(0);
          const rows = tf.gather(logits.reshape([-1, V]), tf.tensor1d(places, "int32")); // [places, V]
          return lossOf(rows, tf.gather(target.flatten(), tf.tensor1d(places, "int32"))).mean();
        }),
    },
    "in plain numbers": {
      maskedLoss: (logits, target, ignore = -100) => {
        const rows = logits.arraySync() as number[][][];
        let [sum, count] = [0, 0];
        for (const [b, sentence] of (target.arraySync() as number[][]).entries()) {
          for (const [t, word] of sentence.entries()) {
            if (word === ignore) continue;
            const row = rows[b]?.[t] ?? [];
            const top = Math.max(...row);
            sum += top + Math.log(row.reduce((total, logit) => total + Math.exp(logit - top), 0)) - (row[word] ?? 0);
            count++;
          }
        }
        return tf.scalar(count === 0 ? 0 : sum / count);
      },
    },
  },
}));

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** A sentence that has every special id, and words. */
function sentence(random: Random, length: number, { vocabularySize, specials }: MaskingOptions): number[] {
  const words = upTo(vocabularySize).filter((id) => !specials.includes(id));
  const word = () => words[random.integer(0, words.length - 1)] ?? 0;
  return Array.from({ length }, (_, i) => (i % 6 === 1 ? (specials[(i - 1) / 6] ?? word()) : word()));
}

/** Draws that reach every case: two of three positions are selected, and u2 goes round. */
function spreadDraws(random: Random, length: number, rate: number): Draws {
  const seconds = [0.1, 0.82, 0.95, 0.6, 0.88];
  return Array.from({ length }, (_, i) => [
    i % 3 !== 2
      ? (rate * random.integer(0, 99)) / 100
      : (i % 2 === 0 ? rate + 0.01 : 0.88) + random.integer(0, 11) / 100,
    seconds[i % 5] ?? 0,
    random.integer(0, 999) / 1000,
  ]);
}

/**
 * One word many times, and draws that are spread evenly: the share `rate` is selected; of these 8 of 10 are hidden, and
 * 1 of 10 becomes some other word.
 */
function evenly(random: Random, length: number, rate: number, { vocabularySize, specials }: MaskingOptions) {
  const [word = 0, ...others] = upTo(vocabularySize).filter((id) => !specials.includes(id));
  const draws: Draws = random.permutation(length).map((place) => {
    const u1 = (place + 0.5) / length;
    const other = 1 + (place % others.length); // among all words
    return [u1, (u1 / rate) % 1, (other + 0.5) / (others.length + 1)];
  });
  return { ids: draws.map(() => word), draws };
}

/** Ids where a row has a 1, `ignore` elsewhere. */
function targets(random: Random, rows: readonly string[], V: number, ignore: number): tf.Tensor {
  return tf.tensor2d(
    rows.map((row) => [...row].map((entry) => (entry === "1" ? random.integer(0, V - 1) : ignore))),
    undefined,
    "int32",
  );
}

/** Logits near 1000, −1000 and 0 within each position. */
function far(random: Random): tf.Tensor {
  const shifts = tf.tensor1d([1000, -1000, 0, 1000, 0, -1000]);
  return random.normal([2, 4, 6]).add(shifts);
}

/** For those logits: words of which softmax rounds to 0, among others. */
const FAR_TARGETS = () =>
  tf.tensor2d(
    [
      [1, 2, -100, 5],
      [0, -100, 3, 4],
    ],
    undefined,
    "int32",
  );

/** −log softmax(logits)[target], in one place for each target; ids outside are as good as none. */
function lossOf(logits: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const right = tf.oneHot(target.toInt() as tf.Tensor1D, logits.shape.at(-1) ?? 2).cast("float32");
  return tf.logSoftmax(logits).mul(right).sum(-1).neg();
}

interface Way {
  readonly selects: (u1: number, rate: number) => boolean;
  readonly protects: (id: number, specials: readonly number[]) => boolean;
  readonly predicts: (u2: number) => boolean;
  readonly becomes: (u2: number) => "mask" | "other" | "same";
  readonly words: (options: MaskingOptions) => number[];
}

/** Masking that goes another way at some places. */
function masking(change: Partial<Way>): typeof maskTokens {
  return (ids, draws, options) => {
    const way: Way = {
      selects: (u1, rate) => u1 < rate,
      protects: (id, specials) => specials.includes(id),
      predicts: () => true,
      becomes: (u2) => (u2 < 0.8 ? "mask" : u2 < 0.9 ? "other" : "same"),
      words: ({ vocabularySize, specials }) => upTo(vocabularySize).filter((id) => !specials.includes(id)),
      ...change,
    };
    if (draws.length !== ids.length) throw new RangeError("not as many draws as ids");
    const words = way.words(options);
    const result: MaskedTokens = { input: [], target: [] };
    for (const [i, id] of ids.entries()) {
      const [u1, u2, u3] = draws[i] ?? [1, 1, 0];
      const selected = way.selects(u1, options.rate ?? 0.15) && !way.protects(id, options.specials);
      const fate = selected ? way.becomes(u2) : "same";
      const other = words[Math.floor(u3 * words.length)] ?? id;
      result.input.push(fate === "mask" ? options.mask : fate === "other" ? other : id);
      result.target.push(selected && way.predicts(u2) ? id : -100);
    }
    return result;
  };
}
