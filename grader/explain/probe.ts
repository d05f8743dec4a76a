/** A probe feeds or reads the reference wrongly. Where it gives a student's numbers, its claim is true of their code. */
import { both, type Text } from "../language.js";

/** A function of the reference, or one made of it. */
export type Trusted = (...args: never[]) => unknown;

export interface Probe {
  /** Stays the same in all languages and versions: what is done, and to what. */
  readonly id: string;
  /**
   * The end of "this is what comes out …": it must be true of every code that gives these numbers, so it says what they
   * equal, never what somebody wrote.
   */
  readonly claim: Text;
  readonly variant: Trusted;
}

/** What probes are made from: a function, and all that it is asked. */
export interface Asked {
  readonly name: string;
  readonly f: Trusted;
  /** The names of its parameters, in order. */
  readonly parameters: readonly string[];
  /** The arguments of each call. */
  readonly calls: readonly (readonly unknown[])[];
}

/** A way of making probes. */
export type Probing = (asked: Asked) => Iterable<Probe>;

/** The reference on changed arguments; where there is nothing to change, on these. */
export function feed(
  { f }: Asked,
  id: string,
  claim: Text,
  change: (args: readonly unknown[]) => readonly unknown[] | undefined,
): Probe {
  return { id, claim, variant: (...args: never[]) => f(...((change(args) ?? args) as never[])) };
}

/** The reference's answer, changed. */
export function read(
  { f }: Asked,
  id: string,
  claim: Text,
  change: (answer: unknown, args: readonly unknown[]) => unknown,
): Probe {
  return { id, claim, variant: (...args: never[]) => change(f(...args), args) };
}

/** "when `mask` is inverted", from both languages with the same names in them. */
export const claim = (en: string, es: string): Text => ({ en, es });

/** The whole sentence of one claim, or of two that fit alike. */
export const sentence = (claims: readonly Text[]): Text =>
  both((language) =>
    language === "en"
      ? `This is what comes out ${claims.map(({ en }) => en).join(", or ")}.`
      : `Esto es lo que sale ${claims.map(({ es }) => es).join(", o ")}.`,
  );
