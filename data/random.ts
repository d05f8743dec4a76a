/** Random choices that a seed repeats exactly, on every machine. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Choices {
  /** An integer from..to, both included. */
  readonly integer: (from: number, to: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** True so often, in a thousand. */
  readonly chance: (thousandths: number) => boolean;
  /** The same items in another order. */
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

export function choices(seed: number): Choices {
  const generator = xoroshiro128plus(seed);
  const integer = (from: number, to: number) => uniformInt(generator, from, to);
  return {
    integer,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("pick: items is empty, expected at least one");
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    chance: (thousandths) => integer(1, 1000) <= thousandths,
    shuffled: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [order[i], order[j]] = [order[j] as (typeof order)[number], order[i] as (typeof order)[number]];
      }
      return order;
    },
  };
}

/**
 * Examples that differ from each other, until there are enough of them.
 *
 * @param make may give the same one again and again
 * @param keyOf what must differ
 * @throws RangeError when there do not seem to be so many
 */
export function distinct<T>(
  count: number,
  make: (index: number) => T,
  keyOf: (example: T) => string,
  taken = new Set<string>(),
): T[] {
  const made: T[] = [];
  for (let tries = 0; made.length < count; tries++) {
    if (tries > 200 * count)
      throw new RangeError(`distinct: ${made.length} of ${count} different ones after ${tries} tries`);
    const example = make(made.length);
    const key = keyOf(example);
    if (taken.has(key)) continue;
    taken.add(key);
    made.push(example);
  }
  return made;
}
