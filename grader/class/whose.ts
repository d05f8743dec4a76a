/** Whose a submission is, by what it is called. */
import type { Student } from "./students.js";

export type Called =
  /** Taken: it ends in this id and in no other, but nothing else was handed in with the same in front. */
  | { readonly is: "likely"; readonly name: string }
  /** Nothing of it is taken: it ends in other ids as well, or there are several. */
  | { readonly is: "unclear"; readonly names: readonly string[] };

interface Whose {
  /** By the ids of the roster. */
  readonly found: ReadonlyMap<string, Student>;
  readonly called: ReadonlyMap<string, Called>;
  /** What is nobody's. */
  readonly strangers: readonly Student[];
}

/**
 * Who in the roster handed in what. First by the id itself. What is left may be called as a platform calls it, with
 * something in front (`unit-1-ada` for `ada`): it is somebody's when it ends in that id and in no other, and nothing
 * else does. A platform puts the same in front of all: where what is sure has one beginning, that tells what an
 * ending of two ids means (`unit-1-ana-ada`). Nobody gets what may be another's.
 */
export function whose(handedIn: readonly Student[], known: readonly Student[]): Whose {
  const ids = new Set(known.map(({ id }) => id));
  const found = new Map(handedIn.filter(({ id }) => ids.has(id)).map((one) => [one.id, one]));
  const others = handedIn.filter(({ id }) => !ids.has(id)).map((one) => ({ one, splits: splitsOf(one.id, ids) }));
  const fronts = new Set(others.flatMap(({ splits }) => (splits.length === 1 ? splits.map(({ front }) => front) : [])));
  const read = others.map(({ one, splits }) => {
    const usual = fronts.size === 1 ? splits.filter(({ front }) => fronts.has(front)) : [];
    return { one, splits: usual.length === 1 ? usual : splits };
  });
  const claims = new Map<string, { readonly one: Student; readonly front: string; readonly alone: boolean }[]>();
  const sharing = new Map<string, number>();
  for (const { one, splits } of read) {
    const alone = splits.length === 1;
    for (const { front, id } of splits) {
      claims.set(id, [...(claims.get(id) ?? []), { one, front, alone }]);
      if (alone) sharing.set(front, (sharing.get(front) ?? 0) + 1);
    }
  }
  const called = new Map<string, Called>();
  const taken = new Set(found.values());
  const settled = new Set([...found.keys(), ...known.filter(({ place }) => place !== undefined).map(({ id }) => id)]);
  for (const [id, claimed] of claims) {
    const [first] = claimed;
    if (first === undefined || settled.has(id)) continue;
    if (claimed.length > 1 || !first.alone) {
      called.set(id, { is: "unclear", names: claimed.map(({ one }) => one.id) });
      continue;
    }
    found.set(id, first.one);
    taken.add(first.one);
    if ((sharing.get(first.front) ?? 0) < 2) called.set(id, { is: "likely", name: first.one.id });
  }
  return { found, called, strangers: handedIn.filter((one) => !taken.has(one)) };
}

/** The ids that a name ends in, after a hyphen, and what stands in front of each. */
function splitsOf(name: string, ids: ReadonlySet<string>): { readonly front: string; readonly id: string }[] {
  const splits: { front: string; id: string }[] = [];
  for (let at = name.indexOf("-"); at >= 0; at = name.indexOf("-", at + 1)) {
    const id = name.slice(at + 1);
    if (ids.has(id)) splits.push({ front: name.slice(0, at), id });
  }
  return splits;
}
