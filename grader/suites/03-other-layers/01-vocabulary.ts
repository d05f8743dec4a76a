import { close, EXACT, type Random, suite, together } from "#grader/suite/index.js";
import { buildVocabulary, decode, encode } from "#reference";
import type { Vocabulary } from "../../../exercises/types.js";

export const vocabularySuite = suite("3.1", { buildVocabulary, encode, decode })(({ agrees, law, refuses }) => {
  const back = {
    en: "decoding is the way back from ids to words",
    es: "decodificar es el camino de vuelta de los ids a las palabras",
  };
  const names = {
    en: '"constructor" and "__proto__" are words like any other',
    es: '"constructor" y "__proto__" son palabras como las demás',
  };
  const refusals = {
    en: "refuses ids outside the range, and to do without a special that it needs",
    es: "rechaza ids fuera de rango y la falta de un token especial que necesita",
  };

  return {
    cases: (random) => {
      const corpus = corpusOf(random);
      const vocabulary = buildVocabulary(corpus, SPECIALS);
      // Its specials have other ids, and some of its words look like names and numbers of JavaScript.
      const odd = buildVocabulary([...ODD, ...corpus], ["[eos]", "[unk]", "[pad]", "[bos]"]);
      const bare = buildVocabulary(corpus, []);
      const texts = buildVocabulary([TEXTS, ...corpus], SPECIALS);
      const known = wordsOf(corpus, random);
      const unknown = [random.integer(0, 1) ? "murciélago" : "butterfly", "Gato", "the"];
      return {
        buildVocabulary: {
          corpus: [corpus, SPECIALS],
          otherSpecials: [corpus, ["[unk]", "[mask]"]],
          noSpecials: [corpus, []],
          specialInCorpus: [[["el", "[unk]", "gato", "[eos]"], ...corpus, ["[pad]", "[eos]"]], SPECIALS],
          emptySentences: [[[], ...corpus, []], SPECIALS],
          noSentences: [[], SPECIALS],
          names: [[...ODD, ...corpus], SPECIALS],
          anyText: [[TEXTS, ...corpus], SPECIALS],
        },
        encode: {
          known: [known, vocabulary],
          unknown: [[...known, ...unknown, ...unknown, ...known], vocabulary],
          bosAndEos: [known, vocabulary, { bos: true, eos: true }],
          bos: [known, odd, { bos: true }],
          eos: [[...known, ...unknown], odd, { bos: false, eos: true }],
          specials: [["[pad]", ...known, "[eos]"], odd],
          bare: [known, bare, {}],
          noMarks: [known, odd, { bos: false, eos: false }],
          anyText: [[...TEXTS].reverse(), texts],
          empty: [[], vocabulary],
          emptyWithMarks: [[], odd, { bos: true, eos: true }],
          names: [["toString", ...known, "constructor", "valueOf", "__proto__", "2"], odd],
          namesUnknown: [["constructor", ...known, "__proto__", "2"], vocabulary],
          withoutUnk: [unknown, buildVocabulary(corpus, ["[pad]", "[bos]", "[eos]"])],
          withoutBos: [known, buildVocabulary(corpus, ["[pad]", "[unk]", "[eos]"]), { bos: true }],
          withoutEos: [known, buildVocabulary(corpus, ["[pad]", "[unk]", "[bos]"]), { eos: true }],
        },
        decode: {
          words: [random.permutation(vocabulary.tokens.length).filter((id) => id > 0), vocabulary],
          marked: [[3, ...random.permutation(odd.tokens.length), 0, 2, 2], odd],
          empty: [[], vocabulary],
          anyText: [TEXTS.map((text) => texts.ids.get(text) ?? 0), texts],
          tooLarge: [[1, vocabulary.tokens.length], vocabulary],
          negative: [[4, -1, 2], vocabulary],
          fraction: [[1, 2.5], vocabulary],
          noNumber: [[1, Number.NaN], vocabulary],
          infinite: [[Number.POSITIVE_INFINITY], vocabulary],
        },
      };
    },

    checks: [
      agrees(
        {
          en: "specials come first, then each word once, in order of first appearance",
          es: "primero van los tokens especiales y luego cada palabra una vez, por orden de aparición",
        },
        1,
        "buildVocabulary",
        ["corpus", "otherSpecials", "noSpecials", "specialInCorpus", "emptySentences", "noSentences", "anyText"],
        EXACT,
      ),
      agrees(
        {
          en: "encodes known and unknown words, with and without [bos] and [eos]",
          es: "codifica palabras conocidas y desconocidas, con y sin [bos] y [eos]",
        },
        1,
        "encode",
        [
          "known",
          "unknown",
          "bosAndEos",
          "bos",
          "eos",
          "specials",
          "bare",
          "noMarks",
          "anyText",
          "empty",
          "emptyWithMarks",
        ],
        EXACT,
      ),
      together(
        agrees(back, 1, "decode", ["words", "marked", "anyText", "empty"], EXACT),
        law(back, 1, "encode", "unknown", (ask, [words, vocabulary]) =>
          [words, words.filter((word) => vocabulary.ids.has(word))].map((sentence) => {
            const due = sentence.map((word) => (vocabulary.ids.has(word) ? word : "[unk]"));
            return close(ask.decode(ask.encode(sentence, vocabulary), vocabulary), due, {
              en: `decode(encode("${sentence.join(" ")}"))`,
              es: `decode(encode("${sentence.join(" ")}"))`,
            });
          }),
        ),
      ),
      together(
        agrees(names, 1, "buildVocabulary", ["names"], EXACT),
        agrees(names, 1, "encode", ["names", "namesUnknown"], EXACT),
      ),
      together(
        refuses(refusals, 1, "decode", ["tooLarge", "negative", "fraction", "noNumber", "infinite"]),
        refuses(refusals, 1, "encode", ["withoutUnk", "withoutBos", "withoutEos"]),
      ),
    ],

    mistakes: {
      "unknown-word-grows": {
        variant: {
          encode: (words, vocabulary, options) => {
            const tokens = [...new Set([...vocabulary.tokens, ...words])];
            return encode(words, vocabularyOf(tokens), options);
          },
        },
        hint: {
          en: "This is what comes out when an unknown word gets a new id at the end of the vocabulary. A trained model has no row for that id: give every unknown word the id of [unk], and let only buildVocabulary make ids.",
          es: "Esto es lo que sale cuando una palabra desconocida recibe un id nuevo al final del vocabulario. Un modelo ya entrenado no tiene fila para ese id: da a toda palabra desconocida el id de [unk] y crea ids solo en buildVocabulary.",
        },
      },
      "special-name-mismatch": {
        variant: {
          encode: (words, vocabulary, options = {}) => {
            const marked = [...(options.bos ? ["bos"] : []), ...words, ...(options.eos ? ["eos"] : [])];
            return encode(marked, vocabulary);
          },
        },
        hint: {
          en: 'This is what comes out when "bos" and "eos" are looked up instead of "[bos]" and "[eos]": the vocabulary does not know them, and they become [unk]. The brackets are part of the name.',
          es: 'Esto es lo que sale al buscar "bos" y "eos" en lugar de "[bos]" y "[eos]": el vocabulario no los conoce y se vuelven [unk]. Los corchetes son parte del nombre.',
        },
      },
      "eos-missing": {
        variant: { encode: (words, vocabulary, { bos = false } = {}) => encode(words, vocabulary, { bos }) },
        hint: {
          en: "This is what comes out without [eos]: a model trained on such sentences never learns where to stop. When options.eos is true, put the id of [eos] after the last word.",
          es: "Esto es lo que sale sin [eos]: un modelo entrenado con frases así nunca aprende dónde parar. Cuando options.eos es verdadero, pon el id de [eos] después de la última palabra.",
        },
      },
      "ids-from-one": {
        variant: {
          buildVocabulary: (corpus, specials) => {
            const { tokens } = buildVocabulary(corpus, specials);
            return { tokens, ids: new Map(tokens.map((token, i) => [token, i + 1])) };
          },
          decode: (ids, vocabulary) =>
            decode(
              ids.map((id) => id - 1),
              vocabulary,
            ),
        },
        hint: {
          en: "These ids are one off, as if they counted from 1. Ids count from 0, like the rows of the table that they will choose from: tokens[0] has the id 0.",
          es: "Estos ids están corridos en uno, como si contaran desde 1. Los ids cuentan desde 0, como las filas de la tabla que van a elegir: tokens[0] tiene el id 0.",
        },
      },
      "lower-cased": {
        variant: {
          buildVocabulary: (corpus, specials) =>
            buildVocabulary(
              corpus.map((sentence) => sentence.map((word) => word.toLowerCase())),
              specials,
            ),
          encode: (words, vocabulary, options) =>
            encode(
              words.map((word) => word.toLowerCase()),
              vocabulary,
              options,
            ),
        },
        hint: {
          en: 'This is what comes out when words are put in lower case: "El" and "el" become one. Take each word as it is written; whoever wants to fold case does it before the words come here.',
          es: 'Esto es lo que sale al pasar las palabras a minúsculas: "El" y "el" se vuelven una sola. Toma cada palabra tal como está escrita; quien quiera unificar mayúsculas y minúsculas, que lo haga antes de llegar aquí.',
        },
      },
      "plain-object": {
        variant: {
          buildVocabulary: (corpus, specials) => {
            const seen: Record<string, number> = {};
            const tokens: string[] = [];
            for (const token of [...specials, ...corpus.flat()]) {
              if (!(token in seen)) seen[token] = tokens.push(token) - 1;
            }
            return { tokens, ids: new Map(Object.entries(seen)) };
          },
          encode: (words, vocabulary, options) => {
            const dictionary: Record<string, number> = Object.fromEntries(vocabulary.ids);
            const first = options?.bos ? 1 : 0; // the place of the first word
            return encode(words, vocabulary, options).map((id, i) => dictionary[words[i - first] ?? ""] ?? id);
          },
        },
        hint: {
          en: 'This is what comes out with a plain object as the dictionary: "constructor" and "toString" are in every object from the start, so they pass for words already seen. Use a Map, which holds nothing but what you put in.',
          es: 'Esto es lo que sale al usar un objeto corriente como diccionario: "constructor" y "toString" están en todo objeto desde el principio y pasan por palabras ya vistas. Usa un Map, que solo contiene lo que tú pones.',
        },
      },
      "special-repeated": {
        variant: {
          buildVocabulary: (corpus, specials) => vocabularyOf([...specials, ...new Set(corpus.flat())]),
        },
        hint: {
          en: "This is what comes out when a special that also occurs in the corpus gets a second id among the words. Each token has one id: a special keeps the one that it got first.",
          es: "Esto es lo que sale cuando un token especial que también aparece en el corpus recibe un segundo id entre las palabras. Cada token tiene un solo id: el especial conserva el que recibió primero.",
        },
      },
      "unknown-dropped": {
        variant: {
          encode: (words, vocabulary, options) =>
            encode(
              words.filter((word) => vocabulary.ids.has(word)),
              vocabulary,
              options,
            ),
        },
        hint: {
          en: "This is what comes out when unknown words are left out: the sentence gets shorter, and nobody can tell that something was there. Put the id of [unk] in their place.",
          es: "Esto es lo que sale al omitir las palabras desconocidas: la frase se acorta y ya no se nota que ahí había algo. Pon en su lugar el id de [unk].",
        },
      },
      "specials-skipped": {
        variant: {
          decode: (ids, vocabulary) => decode(ids, vocabulary).filter((token) => !/^\[.*\]$/.test(token)),
        },
        hint: {
          en: "This is what comes out when decode leaves the specials out. Here they are kept, so that every id has its token; whoever shows the text to a reader takes them out afterwards.",
          es: "Esto es lo que sale cuando decode omite los tokens especiales. Aquí se conservan, para que cada id tenga su token; quien muestre el texto a un lector los quitará después.",
        },
      },
    },

    routes: {
      "lists alone, searched each time": {
        buildVocabulary: (corpus, specials) => {
          const tokens: string[] = [];
          for (const token of specials) if (!tokens.includes(token)) tokens.push(token);
          for (const sentence of corpus) {
            for (const word of sentence) if (!tokens.includes(word)) tokens.push(word);
          }
          return { tokens, ids: new Map(tokens.map((token) => [token, tokens.indexOf(token)])) };
        },
        encode: (words, { tokens }, options) => {
          const place = (token: string): number => {
            const id = tokens.indexOf(token);
            if (id < 0) throw new RangeError(`no ${token}`);
            return id;
          };
          const inside = words.map((word) => place(tokens.includes(word) ? word : "[unk]"));
          return [...(options?.bos ? [place("[bos]")] : []), ...inside, ...(options?.eos ? [place("[eos]")] : [])];
        },
        decode: (ids, { tokens }) =>
          ids.map((id) => {
            if (!Number.isInteger(id) || id < 0 || id >= tokens.length) throw new RangeError(`no id ${id}`);
            return String(tokens[id]);
          }),
      },
      "an object without a prototype; decoding by the ids": {
        buildVocabulary: (corpus, specials) => {
          const seen: Record<string, number> = Object.create(null);
          const tokens: string[] = [];
          for (const token of [specials, ...corpus].flat()) {
            if (!(token in seen)) seen[token] = tokens.push(token) - 1;
          }
          return { tokens, ids: new Map(Object.entries(seen)) };
        },
        decode: (ids, vocabulary) => {
          const tokens = new Map([...vocabulary.ids].map(([token, id]) => [id, token]));
          return ids.map((id) => {
            const token = tokens.get(id);
            if (token === undefined) throw new RangeError(`no id ${id}`);
            return token;
          });
        },
      },
      "a Map that counts up, its entries from the last to the first": {
        buildVocabulary: (corpus, specials) => {
          const ids = new Map<string, number>();
          for (const token of specials.concat(...corpus)) ids.set(token, ids.get(token) ?? ids.size);
          return { tokens: [...ids.keys()], ids: new Map([...ids].reverse()) };
        },
      },
      "the marks put around the words first": {
        encode: (words, { ids }, options = {}) => {
          const marked = [...words];
          if (options.bos) marked.unshift("[bos]");
          if (options.eos) marked.push("[eos]");
          return marked.map((word, i) => {
            const isMark = (options.bos && i === 0) || (options.eos && i === marked.length - 1);
            const id = ids.get(word) ?? (isMark ? undefined : ids.get("[unk]"));
            if (id === undefined) throw new RangeError(`no ${word}`);
            return id;
          });
        },
      },
    },
  };
});

const SPECIALS = ["[pad]", "[unk]", "[bos]", "[eos]"];

/** Words that every JavaScript object knows, and numbers, which an object puts before its other keys. */
const ODD = [["constructor", "2", "__proto__", "toString"], ["__proto__", "1", "hasOwnProperty", "constructor"], ["2"]];

/** Any text may be a word: none at all, one with spaces in it or around it, one in other letters. */
const TEXTS = ["el gato", "", " gato", "gato ", "Ñandú", "ñandú", "猫"];

/** Sentences in Spanish and English with repeated words, capitals and accents; some of their words are drawn. */
function corpusOf(random: Random): string[][] {
  const one = (...words: string[]) => words[random.integer(0, words.length - 1)] as string;
  const [animal, verb] = [one("perro", "caballo", "pájaro"), one("ve", "sigue", "oye")];
  return [
    ["El", animal, verb, "al", "gato"],
    ["el", "gato", "no", verb, "al", animal, one("hoy", "mañana")],
    ["si", "tú", verb, ",", one("ella", "nadie"), "sí"],
    [one("She", "He"), one("saw", "heard"), "a", "cat", "in", "Madrid", ",", "a", one("red", "small"), "cat"],
  ];
}

/** Some words of a corpus: "El" and "Madrid", and four that are drawn. */
function wordsOf(corpus: readonly string[][], random: Random): string[] {
  const all = corpus.flat();
  const drawn = random.permutation(all.length).slice(0, 4);
  return ["El", ...drawn.map((i) => all[i] as string), "Madrid"];
}

/** A vocabulary of tokens as they come; of equal ones the last has the id. */
function vocabularyOf(tokens: string[]): Vocabulary {
  return { tokens, ids: new Map(tokens.map((token, id) => [token, id])) };
}
