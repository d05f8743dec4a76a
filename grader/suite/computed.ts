/** What sessions of the same suite and seed need not work out again. */
import type { Repertoire } from "../explain/repertoire.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { LawDemand, References } from "./laws/law.js";

/** What was worked out once for a suite and a seed. */
export interface Computed {
  /** What trusted functions answered: by function, and then by question. */
  readonly answers: WeakMap<object, Map<string, Parcel<Wire> | undefined>>;
  /** What the reference answered to the calls of a law. */
  readonly references: WeakMap<LawDemand, References>;
  /** The case that tells whether a function looks at its arguments, if one does. */
  readonly telling: Map<string, string | undefined>;
  /** What explains wrong answers, by function. */
  readonly repertoires: Map<string, Promise<Repertoire>>;
  /** The same for another seed: explanations have to hold there, too. */
  readonly again: () => Computed;
}

export function nothingComputed(): Computed {
  let again: Computed | undefined;
  return {
    answers: new WeakMap(),
    references: new WeakMap(),
    telling: new Map(),
    repertoires: new Map(),
    again: () => {
      again ??= nothingComputed();
      return again;
    },
  };
}
