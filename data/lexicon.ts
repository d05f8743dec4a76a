/** The words of the Spanish–English grammar, in every form that the sentences use. */

export type Gender = "m" | "f";
export type GrammaticalNumber = "singular" | "plural";
export type Kind = "person" | "animal" | "thing";

export interface Noun {
  readonly gender: Gender;
  readonly kind: Kind;
  readonly es: readonly [singular: string, plural: string];
  readonly en: readonly [singular: string, plural: string];
}

const noun = (gender: Gender, kind: Kind, es: string, en: string): Noun => {
  const [singular = "", plural = `${singular}s`] = es.split(" ");
  const [one = "", many = `${one}s`] = en.split(" ");
  return { gender, kind, es: [singular, plural], en: [one, many] };
};

export const NOUNS: readonly Noun[] = [
  noun("m", "person", "niño", "boy"),
  noun("f", "person", "niña", "girl"),
  noun("m", "person", "hombre", "man men"),
  noun("f", "person", "mujer mujeres", "woman women"),
  noun("m", "person", "maestro", "teacher"),
  noun("f", "person", "abuela", "grandmother"),
  noun("m", "person", "amigo", "friend"),
  noun("f", "person", "amiga", "friend"),
  noun("m", "animal", "perro", "dog"),
  noun("m", "animal", "gato", "cat"),
  noun("m", "animal", "caballo", "horse"),
  noun("m", "animal", "pájaro", "bird"),
  noun("f", "animal", "vaca", "cow"),
  noun("m", "animal", "ratón ratones", "mouse mice"),
  noun("m", "thing", "libro", "book"),
  noun("f", "thing", "carta", "letter"),
  noun("f", "thing", "manzana", "apple"),
  noun("m", "thing", "tomate", "tomato tomatoes"),
  noun("f", "thing", "casa", "house"),
  noun("f", "thing", "puerta", "door"),
  noun("f", "thing", "ventana", "window"),
  noun("f", "thing", "mesa", "table"),
  noun("m", "thing", "coche", "car"),
  noun("m", "thing", "árbol árboles", "tree"),
  noun("f", "thing", "flor flores", "flower"),
  noun("m", "thing", "sombrero", "hat"),
  noun("f", "thing", "caja", "box boxes"),
];

export interface Adjective {
  readonly lemma: string;
  readonly form: (gender: Gender, number: GrammaticalNumber) => string;
  readonly en: string;
  /** "la casa es roja", but "la casa está limpia". */
  readonly copula: "ser" | "estar";
  readonly suits: (noun: Noun) => boolean;
}

const adjective = (es: string, en: string, copula: "ser" | "estar", suits: (noun: Noun) => boolean): Adjective => {
  const [lemma = "", plural = `${lemma}s`] = es.split(" ");
  const changes = lemma.endsWith("o");
  return {
    lemma,
    form: (gender, number) => {
      if (!changes) return number === "plural" ? plural : lemma;
      return `${lemma.slice(0, -1)}${gender === "f" ? "a" : "o"}${number === "plural" ? "s" : ""}`;
    },
    ...{ en, copula, suits },
  };
};

const anything = () => true;
const coloured = ({ kind }: Noun) => kind !== "person";
const alive = ({ kind }: Noun) => kind !== "thing";
const called =
  (...names: string[]) =>
  ({ es: [name] }: Noun) =>
    names.includes(name);

export const ADJECTIVES: readonly Adjective[] = [
  adjective("negro", "black", "ser", coloured),
  adjective("blanco", "white", "ser", coloured),
  adjective("rojo", "red", "ser", ({ kind }) => kind === "thing"),
  adjective("verde", "green", "ser", ({ kind }) => kind === "thing"),
  adjective("pequeño", "small", "ser", anything),
  adjective("grande", "big", "ser", anything),
  adjective("bonito", "pretty", "ser", anything),
  adjective("viejo", "old", "ser", (noun) => !called("niño", "niña")(noun)),
  adjective("nuevo", "new", "ser", ({ kind }) => kind === "thing"),
  adjective("alto", "tall", "ser", (noun) => noun.kind === "person" || called("árbol", "casa", "mesa", "puerta")(noun)),
  adjective("limpio", "clean", "estar", anything),
  adjective("sucio", "dirty", "estar", anything),
  adjective("cansado", "tired", "estar", alive),
  adjective("enfermo", "sick", "estar", alive),
  adjective("triste", "sad", "estar", alive),
  adjective("feliz felices", "happy", "estar", alive),
  adjective("fuerte", "strong", "ser", alive),
  adjective("joven jóvenes", "young", "ser", (noun) => alive(noun) && !called("niño", "niña", "abuela")(noun)),
];

/** Adjectives of which a thing has one at most; two of a group are not said of the same thing. */
export const OPPOSITES: readonly (readonly string[])[] = [
  ["negro", "blanco", "rojo", "verde"],
  ["pequeño", "grande"],
  ["viejo", "nuevo", "joven"],
  ["limpio", "sucio"],
  ["triste", "feliz"],
  ...["bonito", "alto", "cansado", "enfermo", "fuerte"].map((one) => [one]),
];

export interface Determiner {
  readonly form: (gender: Gender, number: GrammaticalNumber) => string;
  /** By number; "a" becomes "an" before a vowel. */
  readonly en: Readonly<Record<GrammaticalNumber, string>>;
  readonly definite: boolean;
  readonly numbers: readonly GrammaticalNumber[];
  readonly possessive: boolean;
  /** "mi mujer" would be my wife. */
  readonly suits: (noun: Noun) => boolean;
}

const ownable = (noun: Noun) => !called("hombre", "mujer")(noun);

const BOTH = ["singular", "plural"] as const;

const determiner = (
  es: string,
  en: string,
  definite: boolean,
  { numbers = BOTH, possessive = false }: Partial<Pick<Determiner, "numbers" | "possessive">> = {},
): Determiner => {
  const forms = es.split(" "); // m, f, then both in the plural; or one for each number; or one for all
  const [one = "", many = one] = en.split(" ");
  return {
    form: (gender, number) => {
      const plural = number === "plural";
      if (forms.length === 4) return forms[(plural ? 2 : 0) + (gender === "f" ? 1 : 0)] ?? "";
      return forms[plural && forms.length === 2 ? 1 : 0] ?? "";
    },
    en: { singular: one, plural: many },
    ...{ definite, numbers, possessive, suits: possessive ? ownable : anything },
  };
};

export const DETERMINERS: readonly Determiner[] = [
  determiner("el la los las", "the", true),
  determiner("un una unos unas", "a some", false),
  determiner("este esta estos estas", "this these", true),
  determiner("ese esa esos esas", "that those", true),
  determiner("mi mis", "my", true, { possessive: true }),
  determiner("tu tus", "your", true, { possessive: true }),
  determiner("nuestro nuestra nuestros nuestras", "our", true, { possessive: true }),
  determiner("dos", "two", false, { numbers: ["plural"] }),
  determiner("tres", "three", false, { numbers: ["plural"] }),
];

/** Who acts; the third person singular always has a subject that is said. */
export const PERSONS = ["i", "you", "he", "we", "they"] as const;
export type Person = (typeof PERSONS)[number];

export interface Verb {
  readonly es: Readonly<Record<Person, string>>;
  /** Without and with the s of the third person; it may have a second word: "wake up". */
  readonly en: readonly [plain: string, third: string];
  readonly subject: (noun: Noun) => boolean;
  /** What it can be done to; nothing when it has no object. */
  readonly object?: (noun: Noun) => boolean;
  /** "ve a la niña": what is alive gets an a. */
  readonly personalA?: boolean;
  /** Whether it can be done much. */
  readonly much?: boolean;
}

const verb = (forms: string, en: string, rest: Omit<Verb, "es" | "en">): Verb => {
  const [i = "", you = "", he = "", we = "", they = ""] = forms.split(" ");
  const [plain = "", third = ""] = en.split(", ");
  return { es: { i, you, he, we, they }, en: [plain, third], ...rest };
};

const thing = ({ kind }: Noun) => kind === "thing";

export const VERBS: readonly Verb[] = [
  verb("veo ves ve vemos ven", "see, sees", { subject: alive, object: anything, personalA: true }),
  verb("busco buscas busca buscamos buscan", "look for, looks for", {
    subject: alive,
    object: anything,
    personalA: true,
  }),
  verb("quiero quieres quiere queremos quieren", "want, wants", { subject: alive, object: thing }),
  verb("tengo tienes tiene tenemos tienen", "have, has", {
    subject: ({ kind }) => kind === "person",
    object: ({ kind }) => kind !== "person",
  }),
  verb("leo lees lee leemos leen", "read, reads", {
    subject: ({ kind }) => kind === "person",
    object: called("libro", "carta"),
  }),
  verb("abro abres abre abrimos abren", "open, opens", {
    subject: ({ kind }) => kind === "person",
    object: called("puerta", "ventana", "caja", "libro", "carta"),
  }),
  verb("como comes come comemos comen", "eat, eats", { subject: alive, object: called("manzana", "tomate") }),
  verb("como comes come comemos comen", "eat, eats", { subject: alive, much: true }),
  verb("duermo duermes duerme dormimos duermen", "sleep, sleeps", { subject: alive, much: true }),
  verb("corro corres corre corremos corren", "run, runs", { subject: alive, much: true }),
  verb("canto cantas canta cantamos cantan", "sing, sings", { subject: alive, much: true }),
  verb("trabajo trabajas trabaja trabajamos trabajan", "work, works", { subject: alive, much: true }),
  verb("despierto despiertas despierta despertamos despiertan", "wake up, wakes up", { subject: alive }),
];

export const COPULAS: Readonly<Record<"ser" | "estar", Readonly<Record<Person, string>>>> = {
  ser: { i: "soy", you: "eres", he: "es", we: "somos", they: "son" },
  estar: { i: "estoy", you: "estás", he: "está", we: "estamos", they: "están" },
};

export const TO_BE: Readonly<Record<Person, string>> = { i: "am", you: "are", he: "is", we: "are", they: "are" };

/** Where things are done that are done to nothing. */
export const PLACES: (noun: Noun) => boolean = called("casa", "coche");

/** Before the verb in both languages. */
export const BEFORE: readonly (readonly [es: string, en: string])[] = [
  ["siempre", "always"],
  ["nunca", "never"],
  ["también", "also"],
];

/** At the end in both languages. */
export const AT_END: readonly (readonly [es: string, en: string])[] = [
  ["hoy", "today"],
  ["aquí", "here"],
  ["ahora", "now"],
];

/** At the end of what can be done much: two words in English. */
export const MUCH = ["mucho", "a lot"] as const;
