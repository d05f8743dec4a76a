/** The grammar of the sentences: agreement, one translation each, new pairs, and sentences that were read by hand. */
import { expect, test } from "vitest";
import { ADJECTIVES, DETERMINERS, NOUNS } from "./lexicon.js";
import { makeTranslation } from "./translation.js";

const splits = makeTranslation();
const all = Object.values(splits).flat();
const linesOf = (split: keyof typeof splits) => splits[split].map(({ spanish }) => spanish.join(" "));

const NUMBERS = ["singular", "plural"] as const;
const NOUN_OF = new Map(
  NOUNS.flatMap((noun) => NUMBERS.map((number, i) => [noun.es[i] ?? "", { noun, number }] as const)),
);
const isAdjective = new Set(
  ADJECTIVES.flatMap(({ form }) => (["m", "f"] as const).flatMap((gender) => NUMBERS.map((n) => form(gender, n)))),
);

test("each noun agrees with the word before it and with the adjective behind it", () => {
  let phrases = 0;
  for (const { spanish } of all) {
    for (const [i, text] of spanish.entries()) {
      const found = NOUN_OF.get(text);
      if (!found) continue;
      const { noun, number } = found;
      const [before = "", behind = ""] = [spanish[i - 1], spanish[i + 1]];
      const article = before === "al" || before === "del" ? "el" : before;
      expect(
        DETERMINERS.map(({ form }) => form(noun.gender, number)),
        spanish.join(" "),
      ).toContain(article);
      if (!isAdjective.has(behind)) continue;
      phrases++;
      expect(
        ADJECTIVES.map(({ form }) => form(noun.gender, number)),
        spanish.join(" "),
      ).toContain(behind);
    }
  }
  expect(phrases).toBeGreaterThan(2000);
});

test("no Spanish sentence has two translations, and none leaves a he or a she to be guessed", () => {
  const english = new Map(all.map((sentence) => [sentence.spanish.join(" "), sentence.english.join(" ")]));
  expect(english.size).toBe(all.length);
  for (const text of english.values()) expect(text).not.toMatch(/\b(he|she|it)\b/);
});

/** Found in the words, not in what the grammar says of itself: "perros negros" is "perro negro". */
function sideBySide(lines: readonly string[]): Set<string> {
  const lemmaOf = new Map(
    ADJECTIVES.flatMap(({ form, lemma }) =>
      (["m", "f"] as const).flatMap((gender) => NUMBERS.map((n) => [form(gender, n), lemma] as const)),
    ),
  );
  const pairs = new Set<string>();
  for (const words of lines.map((line) => line.split(" "))) {
    for (const [i, text] of words.entries()) {
      const [noun, adjective] = [NOUN_OF.get(text)?.noun, lemmaOf.get(words[i + 1] ?? "")];
      if (noun && adjective) pairs.add(`${noun.es[0]} ${adjective}`);
    }
  }
  return pairs;
}

test("no noun stands beside an adjective in training that is kept for the compositional splits", () => {
  const train = new Set(splits.train.flatMap(({ pairs }) => pairs));
  const beside = sideBySide(linesOf("train"));
  expect(beside.size).toBeGreaterThan(200);
  const fresh = (split: keyof typeof splits) =>
    new Set(splits[split].flatMap(({ pairs }) => pairs).filter((pair) => !train.has(pair)));
  const [validation, final] = [fresh("compositional-validation"), fresh("compositional")];
  expect([validation.size, final.size]).toEqual([26, 26]);
  for (const pair of [...validation, ...final]) expect(beside, pair).not.toContain(pair);
  for (const pair of validation) expect(final).not.toContain(pair);
});

test("every noun and every adjective keeps more than half of its pairs", () => {
  const train = new Set(splits.train.flatMap(({ pairs }) => pairs));
  const possible = NOUNS.flatMap((noun) =>
    ADJECTIVES.filter(({ suits }) => suits(noun)).map(({ lemma }) => `${noun.es[0]} ${lemma}`),
  );
  for (const place of [0, 1]) {
    for (const word of new Set(possible.map((pair) => pair.split(" ")[place] ?? ""))) {
      const own = possible.filter((pair) => pair.split(" ")[place] === word);
      expect(own.filter((pair) => train.has(pair)).length, word).toBeGreaterThan(own.length / 2);
    }
  }
});

/** Read by hand, as are those in files.test.ts: natural in both languages, each English word from its Spanish one. */
const BY_HAND: readonly (readonly [spanish: string, english: string, alignment: string])[] = [
  ["somos jóvenes", "we are young", "0 0 1"],
  ["estás triste", "you are sad", "0 0 1"],
  ["siempre corro aquí", "i always run here", "1 0 1 2"],
  ["también despiertan", "they also wake up", "1 0 1 1"],
  ["tus amigos felices corren", "your happy friends run", "0 2 1 3"],
  ["los perros no duermen mucho", "the dogs do not sleep a lot", "0 1 2 2 3 4 4"],
  ["un maestro no corre", "a teacher does not run", "0 1 2 2 3"],
  ["quiero tu tomate bonito", "i want your pretty tomato", "0 0 1 3 2"],
  ["no quiero esas mesas negras", "i do not want those black tables", "1 0 0 1 2 4 3"],
  ["vemos tu manzana vieja", "we see your old apple", "0 0 1 3 2"],
  ["el maestro ve a las amigas", "the teacher sees the friends", "0 1 2 4 5"],
  ["un perro grande ve a la vaca", "a big dog sees the cow", "0 2 1 3 5 6"],
  ["no buscamos a tu amiga", "we do not look for your friend", "1 0 0 1 1 3 4"],
  ["tus pájaros enfermos también despiertan", "your sick birds also wake up", "0 2 1 3 4 4"],
  ["dos libros no son negros", "two books are not black", "0 1 3 2 4"],
  ["nuestras abuelas están limpias", "our grandmothers are clean", "0 1 2 3"],
];

test.each(BY_HAND)("%s → %s", (spanish, english, alignment) => {
  const found = all.find((sentence) => sentence.spanish.join(" ") === spanish);
  expect(found?.english.join(" ")).toBe(english);
  expect(found?.alignment.join(" ")).toBe(alignment);
});
