/** What the file of an exercise has to keep to, as data. */
import { type Exercise, exerciseOf, forbiddenIn, placeOf } from "../syllabus.js";

/** An exercise and where it stands among the others: "02-self-attention/01-scaled-dot-product-attention". */
export interface Placed {
  readonly id: string;
  readonly place: string;
}

export interface Rules extends Placed {
  /** The earlier exercises that it may import. */
  readonly needs: readonly Placed[];
  /** The functions that it is to export. */
  readonly exports: readonly string[];
  /** Names of tfjs that it may not use. */
  readonly forbidden: readonly string[];
  /** Names of tfjs that are worth a word when it uses them. */
  readonly remarkable: readonly string[];
}

export function rulesOf(exercise: Exercise | string): Rules {
  const { id, needs, exports, remarks = {}, ...rest } = typeof exercise === "string" ? exerciseOf(exercise) : exercise;
  const placed = (one: string): Placed => ({ id: one, place: placeOf(one) });
  const forbidden = forbiddenIn({ id, needs, exports, ...rest });
  return { ...placed(id), needs: needs.map(placed), exports, forbidden, remarkable: Object.keys(remarks) };
}
