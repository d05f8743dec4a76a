/** Spanish sentences, their English, and which word comes from which: made by a grammar, so that all three are true. */
import {
  ADJECTIVES,
  type Adjective,
  AT_END,
  BEFORE,
  COPULAS,
  DETERMINERS,
  type GrammaticalNumber,
  MUCH,
  NOUNS,
  type Noun,
  OPPOSITES,
  type Person,
  PLACES,
  TO_BE,
  VERBS,
} from "./lexicon.js";
import { type Choices, choices, distinct } from "./random.js";

const SEED = 3;
const SIZES = { train: 6000, validation: 300, test: 300, "compositional-validation": 300, compositional: 300 } as const;
export type TranslationSplit = keyof typeof SIZES;

const LONGEST = 12;
/** The most words of a sentence with two adjectives, wherever it is not about longer ones. */
const LONGEST_WITH_TWO = 8;
/** How many of the pairs of noun and adjective are held out for each compositional split, in a thousand. */
const HELD_OUT = 80;

export interface Sentence {
  readonly spanish: readonly string[];
  readonly english: readonly string[];
  /** For each English word the place of its Spanish one. */
  readonly alignment: readonly number[];
  /** Each adjective with the noun that it is said of: "perro negro", in the forms of a dictionary. */
  readonly pairs: readonly string[];
}

/** All splits. Sentences are met once; the pairs of a compositional split occur in no other one. */
export function makeTranslation(): Record<TranslationSplit, Sentence[]> {
  const random = choices(SEED);
  const held = heldOut(random);
  const taken = new Set<string>();

  const usual = ({ pairs, spanish }: Sentence) => pairs.length < 2 || spanish.length <= LONGEST_WITH_TWO;
  const isHeld = (pair: string) => held.validation.has(pair) || held.test.has(pair);
  const sentences = (count: number, fits: (sentence: Sentence, index: number) => boolean) =>
    distinct(
      count,
      (index) => {
        let sentence = makeSentence(random);
        while (!fits(sentence, index)) sentence = makeSentence(random);
        return sentence;
      },
      ({ spanish }) => spanish.join(" "),
      taken,
    );
  const known = (sentence: Sentence) => usual(sentence) && !sentence.pairs.some(isHeld);
  // One half has a new pair, the other a new pair in a sentence that is longer than those with two adjectives were.
  const composed = (own: ReadonlySet<string>) => (sentence: Sentence, index: number) =>
    sentence.pairs.some((pair) => own.has(pair)) &&
    sentence.pairs.every((pair) => own.has(pair) || !isHeld(pair)) &&
    usual(sentence) === (index % 2 === 0);

  return {
    train: sentences(SIZES.train, known),
    validation: sentences(SIZES.validation, known),
    test: sentences(SIZES.test, known),
    "compositional-validation": sentences(SIZES["compositional-validation"], composed(held.validation)),
    compositional: sentences(SIZES.compositional, composed(held.test)),
  };
}

/** Pairs of noun and adjective that training never sees together. */
function heldOut({ shuffled }: Choices): { readonly validation: Set<string>; readonly test: Set<string> } {
  const all = NOUNS.flatMap((noun) =>
    ADJECTIVES.filter(({ suits }) => suits(noun)).map((adjective) => pairOf(noun, adjective)),
  );
  const order = shuffled(all);
  const each = Math.round((order.length * HELD_OUT) / 1000);
  return { validation: new Set(order.slice(0, each)), test: new Set(order.slice(each, 2 * each)) };
}

const pairOf = (noun: Noun, { lemma }: Adjective): string => `${noun.es[0]} ${lemma}`;

/** A Spanish word; the English ones that come from it point at it. */
interface Word {
  readonly text: string;
}

interface Phrase {
  readonly es: readonly Word[];
  readonly en: readonly { readonly text: string; readonly from: Word }[];
  readonly pairs: readonly string[];
}

const word = (text: string): Word => ({ text });
/** English words that come from one Spanish word. */
const from = (source: Word, text: string) => text.split(" ").map((one) => ({ text: one, from: source }));

interface Subject extends Phrase {
  readonly person: Person;
  /** Undefined when it is not said. */
  readonly nouns?: readonly Noun[];
  readonly number: GrammaticalNumber;
}

function makeSentence(random: Choices): Sentence {
  for (;;) {
    const phrase = random.chance(200) ? description(random) : action(random);
    const sentence = written(phrase);
    if (sentence.spanish.length >= 2 && sentence.spanish.length <= LONGEST) return sentence;
  }
}

/** "la casa no es roja" */
function description(random: Choices): Phrase {
  const subject = subjectOf(random, () => true);
  // "los perros viejos son viejos" says nothing, "los perros viejos son jóvenes" cannot be.
  const said = subject.pairs.flatMap((pair) => pair.split(" ").slice(1));
  const clash = (lemma: string) =>
    said.some((other) => OPPOSITES.some((group) => [lemma, other].every((one) => group.includes(one))));
  const fitting = ADJECTIVES.filter(({ suits, lemma }) => (subject.nouns ?? [PEOPLE]).every(suits) && !clash(lemma));
  const adjective = random.pick(fitting);
  const gender =
    subject.nouns?.every((noun) => noun.gender === "f") || (!subject.nouns && random.chance(500)) ? "f" : "m";
  const copula = word(COPULAS[adjective.copula][subject.person]);
  const quality = word(adjective.form(gender, subject.number));
  const no = random.chance(300) ? word("no") : undefined;
  return {
    es: [...subject.es, ...(no ? [no] : []), copula, quality],
    en: [
      ...(subject.nouns ? subject.en : from(copula, subject.person)),
      ...from(copula, TO_BE[subject.person]),
      ...(no ? from(no, "not") : []),
      ...from(quality, adjective.en),
    ],
    pairs: [...subject.pairs, ...(subject.nouns ?? []).map((noun) => pairOf(noun, adjective))],
  };
}

/** Whom an unsaid subject is taken for when adjectives are chosen. */
const PEOPLE: Noun = { gender: "m", kind: "person", es: ["gente", "gentes"], en: ["person", "people"] };

/** "el perro negro no come la manzana", "siempre buscamos al gato" */
function action(random: Choices): Phrase {
  const verb = random.pick(VERBS);
  const subject = subjectOf(random, verb.subject);
  const no = random.chance(300) ? word("no") : undefined;
  const object =
    verb.object === undefined
      ? placeOf(random)
      : objectOf(random, verb.object, verb.personalA === true, no !== undefined);
  const acts = word(verb.es[subject.person]);
  const third = subject.person === "he";
  const [esBefore, enBefore] = random.pick(BEFORE);
  const before = !no && random.chance(250) ? word(esBefore) : undefined;
  const much = verb.much === true && object === undefined && random.chance(150);
  const [esEnd, enEnd] = much ? MUCH : random.pick(AT_END);
  const end = much || random.chance(250) ? word(esEnd) : undefined;
  return {
    es: [
      ...subject.es,
      ...(no ? [no] : []),
      ...(before ? [before] : []),
      acts,
      ...(object?.es ?? []),
      ...(end ? [end] : []),
    ],
    en: [
      ...(subject.nouns ? subject.en : from(acts, subject.person)),
      ...(no ? from(no, third ? "does not" : "do not") : []),
      ...(before ? from(before, enBefore) : []),
      ...from(acts, verb.en[third && !no ? 1 : 0]),
      ...(object?.en ?? []),
      ...(end ? from(end, enEnd) : []),
    ],
    pairs: [...subject.pairs, ...(object?.pairs ?? [])],
  };
}

/** One noun, two of them, or none: the verb tells who acts, but for the third person singular. */
function subjectOf(random: Choices, suits: (noun: Noun) => boolean): Subject {
  const form = random.integer(1, 100);
  if (form <= 30) {
    const person = random.pick(["i", "you", "we", "they"] as const);
    return { es: [], en: [], pairs: [], person, number: person === "i" || person === "you" ? "singular" : "plural" };
  }
  const noun = random.pick(NOUNS.filter(suits));
  if (form <= 85) {
    const number = random.pick(["singular", "plural"] as const);
    const phrase = nounPhrase(random, noun, number, { adjective: 400 });
    return { ...phrase, nouns: [noun], number, person: number === "singular" ? "he" : "they" };
  }
  const other = random.pick(NOUNS.filter((candidate) => suits(candidate) && candidate.en[0] !== noun.en[0]));
  const first = nounPhrase(random, noun, "singular", { adjective: 150 });
  const second = nounPhrase(random, other, "singular", { adjective: 0 });
  const and = word("y");
  return {
    es: [...first.es, and, ...second.es],
    en: [...first.en, ...from(and, "and"), ...second.en],
    pairs: [...first.pairs, ...second.pairs],
    nouns: [noun, other],
    number: "plural",
    person: "they",
  };
}

/** What something is done to; what is alive gets an a where the verb asks for it, and is then somebody in particular. */
function objectOf(random: Choices, suits: (noun: Noun) => boolean, personalA: boolean, negated: boolean): Phrase {
  const noun = random.pick(NOUNS.filter(suits));
  const number = random.pick(["singular", "plural"] as const);
  const addressed = personalA && noun.kind !== "thing";
  const isOwned = noun.kind === "thing" && random.chance(130);
  const phrase = nounPhrase(random, noun, number, { adjective: 450, definite: addressed || negated, article: isOwned });
  if (addressed) return { ...phrase, es: [word("a"), ...phrase.es] };
  return isOwned ? owned(random, phrase) : phrase;
}

/** "en la casa", sometimes */
function placeOf(random: Choices): Phrase | undefined {
  if (!random.chance(350)) return undefined;
  const phrase = nounPhrase(random, random.pick(NOUNS.filter(PLACES)), "singular", { adjective: 300 });
  const inside = word("en");
  return { es: [inside, ...phrase.es], en: [...from(inside, "in"), ...phrase.en], pairs: phrase.pairs };
}

/** "la casa de mi abuela" */
function owned(random: Choices, phrase: Phrase): Phrase {
  const owner = nounPhrase(random, random.pick(NOUNS.filter(({ kind }) => kind === "person")), "singular", {
    adjective: 0,
    definite: true,
  });
  const of = word("de");
  return {
    es: [...phrase.es, of, ...owner.es],
    en: [...phrase.en, ...from(of, "of"), ...owner.en],
    pairs: phrase.pairs,
  };
}

function nounPhrase(
  random: Choices,
  noun: Noun,
  number: GrammaticalNumber,
  wish: {
    /** In a thousand. */
    readonly adjective: number;
    readonly definite?: boolean;
    /** Only "the", or a number: what has an owner already. */
    readonly article?: boolean;
  },
): Phrase {
  const place = number === "singular" ? 0 : 1;
  const determiner = random.pick(
    DETERMINERS.filter(
      ({ numbers, definite, possessive, suits, en }) =>
        numbers.includes(number) &&
        suits(noun) &&
        (definite || wish.definite !== true) &&
        !(wish.article === true && (possessive || DEMONSTRATIVE.test(en.singular))),
    ),
  );
  const adjective = random.chance(wish.adjective)
    ? random.pick(ADJECTIVES.filter(({ suits }) => suits(noun)))
    : undefined;
  const [esDeterminer, esNoun] = [word(determiner.form(noun.gender, number)), word(noun.es[place])];
  const esAdjective = adjective && word(adjective.form(noun.gender, number));
  const next = adjective?.en ?? noun.en[place];
  const article = determiner.en[number];
  return {
    es: [esDeterminer, esNoun, ...(esAdjective ? [esAdjective] : [])],
    en: [
      ...from(esDeterminer, article === "a" && /^[aeiou]/.test(next) ? "an" : article),
      ...(adjective && esAdjective ? from(esAdjective, adjective.en) : []),
      ...from(esNoun, noun.en[place]),
    ],
    pairs: adjective === undefined ? [] : [pairOf(noun, adjective)],
  };
}

const DEMONSTRATIVE = /^th(is|at)$/;

const CONTRACTED: Readonly<Record<string, string>> = { a: "al", de: "del" };

/** The phrase in words, with its alignment: a el and de el become one, and what came from either comes from that. */
function written({ es, en, pairs }: Phrase): Sentence {
  const spanish: string[] = [];
  const places = new Map<Word, number>();
  for (const [i, one] of es.entries()) {
    const before = es[i - 1];
    const contracted = one.text === "el" ? CONTRACTED[before?.text ?? ""] : undefined;
    if (contracted === undefined) spanish.push(one.text);
    else spanish[spanish.length - 1] = contracted;
    places.set(one, spanish.length - 1);
  }
  return {
    spanish,
    english: en.map(({ text }) => text),
    alignment: en.map((one) => places.get(one.from) ?? 0),
    pairs,
  };
}

/** The words of a text as the sentences have them: lower case, without punctuation. */
export function translationWords(text: string): string[] {
  return (text
    .normalize("NFC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) as string[];
}
