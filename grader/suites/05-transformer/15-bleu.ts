import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { randomOf } from "#grader/suite/random.js";
import { bleu } from "#reference";

export const bleuSuite = suite("5.15", { bleu })(({ agrees, law, refuses }) => ({
  cases: (random) => {
    const corpus = corpusOf(random);
    const [short, long] = [corpus.map(shortened), corpus.map(lengthened)];
    const even = corpus.map(exchanged);
    const stammer = corpus.map((sentence) => [...sentence.slice(0, 3), ...sentence.slice(0, 3), ...sentence]);
    return {
      bleu: {
        shorter: [short, corpus],
        longer: [long, corpus],
        even: [even, corpus],
        mixed: [mixed(short, long), corpus],
        repeated: [stammer, corpus],
        repeatedWords: [stammer, corpus, 1],
        repeatedReferences: [corpus, stammer, 3],
        wordsAlone: [short, corpus, 1],
        pairs: [long, corpus, 2],
        triples: [mixed(long, even), corpus, 3],
        fives: [even, corpus, 5],
        // One translation of two sentences counts twice; one of nothing, and one that is shorter than maxN, count as well.
        again: [
          [...short, ...short.slice(0, 2)],
          [...corpus, ...corpus.slice(2, 4)],
        ],
        emptyReference: [even, [...corpus.slice(0, 1), [], ...corpus.slice(2)]],
        oneShort: [[(corpus[0] ?? []).slice(0, 2), ...even.slice(1)], corpus],
        onePair: [long.slice(0, 1), corpus.slice(0, 1)],
        wordsOfOthers: [...WORDS_OF_OTHERS, 1],
        names: [...NAMES, 2],
        joints: [...JOINTS, 2],
        capitals: [...CAPITALS, 2],
        emptyHypothesis: [[[], ...short.slice(1)], corpus],
        nothingInCommon: [[["xx", "yy", "zz"]], [["ww", "vv", "uu"]], 2],
        noPairInCommon: [[[...(corpus[0] ?? [])].reverse()], corpus.slice(0, 1), 2],
        tooShort: [corpus.map((sentence) => sentence.slice(0, 3)), corpus],
        noWords: [
          [[], []],
          [["xx", "yy"], ["zz"]],
        ],
        noSentences: [[], []],
        fewerReferences: [short, corpus.slice(1)],
        fewerHypotheses: [short.slice(2), corpus],
        noReferences: [short.slice(0, 1), []],
        noHypotheses: [[], corpus.slice(0, 1), 2],
      },
    };
  },

  checks: [
    agrees(
      {
        en: "agrees with the reference: translations shorter, longer and as long as due",
        es: "coincide con la referencia: traducciones más cortas, más largas e igual de largas",
      },
      2,
      "bleu",
      ["shorter", "longer", "even", "mixed", "again", "emptyReference", "oneShort", "onePair"],
    ),
    agrees(
      {
        en: "counts a repeated k-gram no more often than its reference has it",
        es: "cuenta un k-grama repetido no más veces de las que está en su referencia",
      },
      1,
      "bleu",
      ["repeated", "repeatedWords", "repeatedReferences", "wordsOfOthers"],
    ),
    agrees(
      {
        en: "compares words as they are written, and k-grams word by word",
        es: "compara las palabras tal como están escritas, y los k-gramas palabra por palabra",
      },
      1,
      "bleu",
      ["names", "joints", "capitals"],
    ),
    agrees(
      { en: "agrees with the reference for other maxN", es: "coincide con la referencia con otros maxN" },
      1,
      "bleu",
      ["wordsAlone", "pairs", "triples", "fives"],
    ),
    law(
      {
        en: 'is 1 for the references themselves, and 2/7 for "the" seven times',
        es: 'vale 1 para las propias referencias, y 2/7 para "the" siete veces',
      },
      2,
      "bleu",
      "shorter",
      (ask, [, references]) => [
        close(ask.bleu(references, references), 1, {
          en: "the score of the references themselves",
          es: "la puntuación de las propias referencias",
        }),
        close(ask.bleu([Array<string>(7).fill("the")], ["the cat is on the mat".split(" ")], 1), 2 / 7, {
          en: 'the score of "the" seven times against "the cat is on the mat", maxN = 1',
          es: 'la puntuación de "the" siete veces frente a "the cat is on the mat", maxN = 1',
        }),
      ],
    ),
    law(
      {
        en: "lies between 0 and the score of the references themselves, whatever the order of the pairs",
        es: "está entre 0 y la puntuación de las propias referencias, sea cual sea el orden de los pares",
      },
      1,
      "bleu",
      "mixed",
      (ask, [hypotheses, references]) => {
        const order = [1, 3, 0, 2, 4];
        const [some = [], their = []] = [hypotheses, references].map((list) => order.map((from) => list[from] ?? []));
        return [1, 2, 3, 4].flatMap((maxN) => {
          const score = ask.bleu(hypotheses, references, maxN);
          const best = ask.bleu(references, references, maxN);
          return [
            holds(
              op.logicalAnd(op.greater(score, 0), op.less(score, best)),
              {
                en: `bleu is {0} with maxN = ${maxN} for translations that are right in part, and {1} for the references themselves: expected more than 0 and less than that`,
                es: `bleu vale {0} con maxN = ${maxN} para traducciones que aciertan en parte, y {1} para las propias referencias: se esperaba más que 0 y menos que eso`,
              },
              { shows: [score, best] },
            ),
            close(ask.bleu(some, their, maxN), score, {
              en: `the score of the pairs in another order, maxN = ${maxN}`,
              es: `la puntuación de los pares en otro orden, maxN = ${maxN}`,
            }),
          ];
        });
      },
    ),
    agrees(
      {
        en: "is 0 without words in common, or without words or k-grams to count",
        es: "vale 0 sin palabras en común, o sin palabras o k-gramas que contar",
      },
      1,
      "bleu",
      ["emptyHypothesis", "nothingInCommon", "noPairInCommon", "tooShort", "noWords", "noSentences"],
    ),
    refuses({ en: "refuses lists of different length", es: "rechaza listas de distinta longitud" }, 1, "bleu", [
      "fewerReferences",
      "fewerHypotheses",
      "noReferences",
      "noHypotheses",
    ]),
  ],

  mistakes: {
    "no-clipping": {
      variant: {
        bleu: scored({ matches: (own, due) => sumOf([...own].map(([gram, n]) => (due.has(gram) ? n : 0))) }),
      },
      hint: {
        en: 'This is what comes out when every occurrence of a k-gram counts: "the" seven times would be a perfect translation. A k-gram counts at most as often as in its reference: min(a, b) (Papineni et al. 2002, §2.1).',
        es: 'Esto es lo que sale cuando cuenta cada aparición de un k-grama: "the" siete veces sería una traducción perfecta. Un k-grama cuenta como máximo las veces que está en su referencia: min(a, b) (Papineni et al. 2002, §2.1).',
      },
    },
    "clipping-pooled": {
      variant: {
        bleu: scored({ pairs: (pairs) => [[pairs.flatMap(([own]) => own), pairs.flatMap(([, due]) => due)]] }),
      },
      hint: {
        en: "This is what comes out when the k-grams of all sentences go into one count: a k-gram then matches in the reference of another sentence. Count and clip pair by pair, min(a, b) within each, and only then add up the matches (Papineni et al. 2002, §2.2).",
        es: "Esto es lo que sale cuando los k-gramas de todas las frases van a una sola cuenta: un k-grama coincide entonces con la referencia de otra frase. Cuenta y recorta par por par, min(a, b) dentro de cada uno, y solo después suma las coincidencias (Papineni et al. 2002, §2.2).",
      },
    },
    "each-once": {
      variant: { bleu: scored({ tally: (grams) => new Map(grams.map((gram) => [gram, 1])) }) },
      hint: {
        en: "This is what comes out when each k-gram of a sentence counts once, as in a set. Count how often it occurs in the hypothesis and in the reference, and take the smaller number (Papineni et al. 2002, §2.1).",
        es: "Esto es lo que sale cuando cada k-grama de una frase cuenta una sola vez, como en un conjunto. Cuenta cuántas veces está en la hipótesis y en la referencia, y toma el número menor (Papineni et al. 2002, §2.1).",
      },
    },
    "plain-object": {
      variant: { bleu: scored({ text: (words) => words.join(" "), tally: intoAnObject }) },
      hint: {
        en: 'This is what comes out with a plain object for the counts: "constructor" and "toString" are in every object from the start, and what stands there is no number. Count in a Map, which holds nothing but what you put in.',
        es: 'Esto es lo que sale al contar en un objeto corriente: "constructor" y "toString" están en todo objeto desde el principio, y lo que hay ahí no es un número. Cuenta en un Map, que solo contiene lo que tú pones.',
      },
    },
    "joined-without-separator": {
      variant: { bleu: scored({ text: (words) => words.join("") }) },
      hint: {
        en: 'This is what comes out when the words of a k-gram are joined with nothing between them: "ab" "c" and "a" "bc" both become "abc". Put something between them that is in no word, such as a space.',
        es: 'Esto es lo que sale al juntar las palabras de un k-grama sin nada entre ellas: "ab" "c" y "a" "bc" se vuelven ambos "abc". Pon entre ellas algo que no esté en ninguna palabra, como un espacio.',
      },
    },
    "letter-case-ignored": {
      variant: { bleu: scored({ text: (words) => words.join(" ").toLowerCase() }) },
      hint: {
        en: 'This is what comes out when "May" and "may" are one word. Here words are compared as they are written: leave their letters as they come.',
        es: 'Esto es lo que sale cuando "Rosa" y "rosa" son una misma palabra. Aquí las palabras se comparan tal como están escritas: deja sus letras como vienen.',
      },
    },
    "zero-over-zero": {
      variant: { bleu: scored({ share: (found, all) => (all > 0 && found === 0 ? 0 : found / all) }) },
      hint: {
        en: "This is what comes out of 0/0 when the hypotheses have no k-grams at all. The score is then 0, as for a p_k of 0: look at the matches before you divide.",
        es: "Esto es lo que sale de 0/0 cuando las hipótesis no tienen ningún k-grama. La puntuación vale entonces 0, como con un p_k de 0: mira las coincidencias antes de dividir.",
      },
    },
    "mean-of-sentences": {
      variant: {
        bleu: (hypotheses, references, maxN) => {
          const whole = bleu(hypotheses, references, maxN); // refuses what is to be refused
          const scores = hypotheses.map((hypothesis, i) => bleu([hypothesis], [references[i] ?? []], maxN));
          return scores.length === 0 ? whole : sumOf(scores) / scores.length;
        },
      },
      hint: {
        en: "This is the mean of the scores of the sentences: one sentence without a 4-gram in common already counts 0. Add up matches, k-grams and lengths over the whole corpus, and divide once (Papineni et al. 2002, §2.2.1).",
        es: "Este es el promedio de las puntuaciones de las frases: basta con que una no tenga un 4-grama en común para que cuente 0. Suma coincidencias, k-gramas y longitudes de todo el corpus, y divide una sola vez (Papineni et al. 2002, §2.2.1).",
      },
    },
    "brevity-inverted": {
      variant: { bleu: scored({ brevity: (c, r) => (c > r ? Math.exp(1 - c / r) : 1) }) },
      hint: {
        en: "This is what comes out when long translations are penalised instead of short ones: too long ones already lose by p_k. BP is 1 if c > r, and exp(1 − r/c) otherwise (Papineni et al. 2002, §2.3).",
        es: "Esto es lo que sale al penalizar las traducciones largas en lugar de las cortas: las largas ya pierden por p_k. BP es 1 si c > r, y exp(1 − r/c) en otro caso (Papineni et al. 2002, §2.3).",
      },
    },
    "no-brevity-penalty": {
      variant: { bleu: scored({ brevity: () => 1 }) },
      hint: {
        en: "This is what comes out without the brevity penalty: a translation of the few words that are certain would win. Multiply by exp(1 − r/c) unless c > r (Papineni et al. 2002, §2.3).",
        es: "Esto es lo que sale sin la penalización por brevedad: ganaría una traducción con las pocas palabras seguras. Multiplica por exp(1 − r/c) salvo si c > r (Papineni et al. 2002, §2.3).",
      },
    },
    "arithmetic-mean": {
      variant: { bleu: scored({ mean: (p) => sumOf(p) / p.length }) },
      hint: {
        en: "This is the arithmetic mean of the p_k: single words, which match most easily, decide the score. Take the geometric one: exp of the mean of ln p_k (Papineni et al. 2002, §2.3).",
        es: "Esta es la media aritmética de los p_k: deciden las palabras sueltas, que son las que coinciden más fácilmente. Toma la geométrica: exp del promedio de ln p_k (Papineni et al. 2002, §2.3).",
      },
    },
    product: {
      variant: { bleu: scored({ mean: (p) => Math.exp(sumOf(p.map(Math.log))) }) },
      hint: {
        en: "This is the product of the p_k without its root: it gets smaller with every k. Divide the sum of the ln p_k by maxN before exp (Papineni et al. 2002, §2.3).",
        es: "Este es el producto de los p_k sin su raíz: se hace menor con cada k. Divide la suma de los ln p_k entre maxN antes de exp (Papineni et al. 2002, §2.3).",
      },
    },
    recall: {
      variant: { bleu: scored({ all: (_, due) => due }) },
      hint: {
        en: "This is what comes out when matches are divided by the k-grams of the references: that is recall. p_k is a precision: divide by the k-grams of the hypotheses (Papineni et al. 2002, §2.1).",
        es: "Esto es lo que sale al dividir las coincidencias entre los k-gramas de las referencias: eso es la exhaustividad. p_k es una precisión: divide entre los k-gramas de las hipótesis (Papineni et al. 2002, §2.1).",
      },
    },
  },

  routes: {
    "counts in a Map, logarithms added up": { bleu: scored({}) },
    "a root of the product": {
      bleu: scored({ mean: (p) => p.reduce((product, x) => product * x, 1) ** (1 / p.length) }),
    },
    "matches struck off a list": {
      bleu: scored({
        matches: (own, due) => {
          const left = [...due].flatMap(([gram, n]) => Array<string>(n).fill(gram));
          let found = 0;
          for (const gram of [...own].flatMap(([gram, n]) => Array<string>(n).fill(gram))) {
            const at = left.indexOf(gram);
            if (at >= 0) found += left.splice(at, 1).length;
          }
          return found;
        },
      }),
    },
    "penalty and precisions in one exponent": {
      bleu: (hypotheses, references, maxN = 4) => {
        const exponent = (c: number, r: number) => Math.exp(Math.min(1 - r / c, 0));
        return scored({ brevity: exponent, mean: (p) => Math.exp(sumOf(p.map((x) => Math.log(x) / maxN))) })(
          hypotheses,
          references,
          maxN,
        );
      },
    },
    "counts in a plain object, which is asked for its own names alone": {
      bleu: scored({
        text: (words) => words.join(" "),
        tally: (grams) => {
          const counts: Record<string, number> = {};
          for (const gram of grams) counts[gram] = (Object.hasOwn(counts, gram) ? (counts[gram] ?? 0) : 0) + 1;
          return new Map(Object.entries(counts));
        },
      }),
    },
    "grams joined by spaces, counts without a prototype": {
      bleu: scored({
        text: (words) => words.join(" "),
        tally: (grams) => {
          const counts: Record<string, number> = Object.create(null);
          for (const gram of grams) counts[gram] = (counts[gram] ?? 0) + 1;
          return new Map(Object.entries(counts));
        },
      }),
    },
  },
}));

/** A word said three times, once in its own reference and once in that of the other sentence. */
const WORDS_OF_OTHERS: [hypotheses: string[][], references: string[][]] = [
  [
    ["la", "la", "la", "casa", "azul"],
    ["un", "perro", "corre"],
  ],
  [
    ["la", "casa", "azul", "es", "grande"],
    ["la", "niña", "corre"],
  ],
];

/** Words that every object knows. */
const NAMES: [hypotheses: string[][], references: string[][]] = [
  [
    ["the", "constructor", "of", "toString", "constructor"],
    ["valueOf", "and", "toString"],
  ],
  [
    ["a", "constructor", "of", "toString", "and"],
    ["valueOf", "or", "toString", "twice"],
  ],
];

/** Pairs of different words that make the same text, with nothing or something between them: "ab" "c", "a" "bc". */
const JOINTS: [hypotheses: string[][], references: string[][]] = [
  [
    ["ab", "c", "d", "ef", "g"],
    ["hi", "j", "d", "ef"],
    ["k-l", "m", "n_o", "p", "q,r", "s", "t|u", "v"],
  ],
  [
    ["a", "bc", "d", "ef", "g"],
    ["h", "ij", "d", "ef"],
    ["k", "l-m", "n", "o_p", "q", "r,s", "t", "u|v"],
  ],
];

/** Words that differ in their first letter alone. */
const CAPITALS: [hypotheses: string[][], references: string[][]] = [
  [
    ["Rosa", "ve", "la", "rosa", "de", "abril"],
    ["la", "casa", "de", "Sol"],
  ],
  [
    ["rosa", "ve", "la", "rosa", "de", "Abril"],
    ["La", "casa", "de", "Sol"],
  ],
];

const WORDS = "el la un una perro gato casa niña ve oye corre salta grande azul hoy no".split(" ");

/**
 * Five sentences of 8 to 11 words, no word twice, but for the first one, which says its first three again at the end. Which
 * words they share is the same with every seed; which words these are is not.
 */
function corpusOf(random: Random): string[][] {
  const [names, same] = [random.permutation(WORDS.length), randomOf(1, "5.15 corpus")];
  return Array.from({ length: 5 }, (_, i) => {
    const words = same.permutation(WORDS.length).map((word) => WORDS[names[word] ?? 0] as string);
    const sentence = words.slice(0, same.integer(8, 11));
    return i === 0 ? [...sentence, ...sentence.slice(0, 3)] : sentence;
  });
}

/** Without its last words: three of them, or one. */
const shortened = (sentence: string[], i: number): string[] => sentence.slice(0, i % 2 === 0 ? -3 : -1);

/** With a word put in, a word said twice, and two more at the end. */
function lengthened(sentence: string[], i: number): string[] {
  const at = 2 + (i % 3);
  return [...sentence.slice(0, at), "muy", sentence[at] ?? "", ...sentence.slice(at), "y", "ya"];
}

/** With another word in one place; the last sentence has one in every third. */
const exchanged = (sentence: string[], i: number): string[] =>
  sentence.map((word, t) => ((i === 4 ? t % 3 === 2 : t === 1 + i) ? "otro" : word));

/** Every other sentence from the one list, and the rest from the other. */
const mixed = (a: string[][], b: string[][]): string[][] =>
  a.map((sentence, i) => (i % 2 === 0 ? sentence : (b[i] ?? [])));

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

type Counts = ReadonlyMap<string, number>;
type Pair = [own: string[], due: string[]];

/** The parts of the score, each of which may be computed otherwise. */
interface Parts {
  /** What is counted together: the k-grams of a hypothesis and of its reference. */
  pairs: (pairs: Pair[]) => Pair[];
  text: (words: string[]) => string;
  tally: (grams: string[]) => Counts;
  matches: (own: Counts, due: Counts) => number;
  /** Whose k-grams to divide by. */
  all: (own: Counts, due: Counts) => Counts;
  share: (found: number, all: number) => number;
  brevity: (c: number, r: number) => number;
  mean: (p: number[]) => number;
}

/** BLEU from its parts; those that are not given are right. */
function scored(parts: Partial<Parts>): typeof bleu {
  const {
    pairs = (pairs) => pairs,
    text = (words) => JSON.stringify(words),
    tally = tallied,
    matches = (own, due) => sumOf([...own].map(([gram, n]) => Math.min(n, due.get(gram) ?? 0))),
    all = (own) => own,
    share = (found, all) => (found === 0 ? 0 : found / all),
    brevity = (c, r) => (c > r ? 1 : Math.exp(1 - r / c)),
    mean = (p) => Math.exp(sumOf(p.map(Math.log)) / p.length),
  } = parts;
  return (hypotheses, references, maxN = 4) => {
    if (hypotheses.length !== references.length) throw new RangeError("as many references as hypotheses");
    const p = Array.from({ length: maxN }, (_, less) => {
      const grams = (sentence: string[] = []) =>
        Array.from({ length: Math.max(sentence.length - less, 0) }, (_, i) => text(sentence.slice(i, i + less + 1)));
      let [found, due] = [0, 0];
      for (const pair of pairs(hypotheses.map((hypothesis, i) => [grams(hypothesis), grams(references[i])]))) {
        const [own, their] = pair.map(tally) as [Counts, Counts];
        found += matches(own, their);
        due += sumOf([...all(own, their).values()]);
      }
      return share(found, due);
    });
    if (p.includes(0)) return 0;
    return brevity(hypotheses.flat().length, references.flat().length) * mean(p);
  };
}

/** Counts as they come out of an object that is not empty from the start. */
function intoAnObject(grams: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const gram of grams) counts[gram] = (counts[gram] ?? 0) + 1;
  return new Map(Object.entries(counts));
}

function tallied(grams: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  return counts;
}
